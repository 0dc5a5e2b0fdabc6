/* packed.c -- the rows of one species that have both numbers, side by side */
#include "score/packed.h"
#include "util/arena.h"

#include <math.h>
#include <string.h>

static bool all_finite(const double *v, int width)
{
    for (int k = 0; k < width; k++)
        if (!isfinite(v[k]))
            return false;
    return true;
}

struct gg_packed gg_score_pack(struct gg_packing *s, int species, const struct gg_score_data *d)
{
    const int width = d->width;
    int64_t room = d->n * (4 * width + 7) + d->n_run;
    if (s->n < room) {
        s->room = gg_xrealloc(s->room, (size_t)room * sizeof *s->room);
        s->n = room;
    }
    struct gg_packed p = {.x = s->room, .y = s->room + d->n * width};
    double *room_half = p.y + d->n * width;
    p.pos = (double(*)[3])(room_half + 2 * d->n * width);
    p.z = (double *)(p.pos + d->n);
    p.spread = d->spread ? p.z + 2 * d->n : NULL;
    p.row_noise = d->noise ? p.z + 3 * d->n : NULL;
    for (int h = 0; h < 2 && d->half[h]; h++)
        p.half[h] = room_half + h * d->n * width;
    p.noise = d->noise ? 0 : NAN;
    p.run = p.z + 4 * d->n;
    for (int k = 0; k < d->n_run; k++)
        p.run[k] = 0;
    for (int64_t i = 0; i < d->n; i++) {
        if (species >= 0 && (d->type ? d->type[i] : 0) != species)
            continue;
        const double *x = d->truth + i * width, *y = d->prediction + i * width;
        bool known = all_finite(x, width);
        p.known += known;
        if (!known || !all_finite(y, width)) {
            s->masked++;
            continue;
        }
        memcpy(p.x + p.n * width, x, (size_t)width * sizeof *x);
        memcpy(p.y + p.n * width, y, (size_t)width * sizeof *y);
        if (d->noise)
            p.noise += p.row_noise[p.n] = d->noise[i];
        if (d->spread)
            p.spread[p.n] = d->spread[i];
        for (int h = 0; h < 2 && d->half[h]; h++)
            memcpy(p.half[h] + p.n * width, d->half[h] + i * width, (size_t)width * sizeof *x);
        if (d->pos)
            memcpy(p.pos[p.n], d->pos[i], sizeof *p.pos);
        for (int k = 0; k < d->n_run; k++)
            p.run[k] += d->overlap[k * d->n + i];
        p.n++;
    }
    return p;
}
