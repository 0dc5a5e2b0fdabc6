/* draw.c -- which configurations a size and a seed are trained on: nested sets, of an order that each seed draws */
#include "stream/choose.h"
#include "sweep/sweep.h"
#include "stream/crc32c.h"

#include <stdlib.h>
#include <string.h>

const char *gg_sweep_draw_name(const struct gg_sweep *s)
{
    return s->first ? "first" : "seed";
}

const char *gg_sweep_draw_mark(const struct gg_sweep *s, struct gg_arena *to)
{
    uint32_t stream = 0;
    for (int64_t k = 0; k < s->n_frame; k++)
        stream = gg_crc32c(stream, s->frame[k].id, strlen(s->frame[k].id) + 1);
    return s->first ? "first" : gg_arena_printf(to, "seed.%08x", (unsigned)stream);
}

int64_t gg_sweep_order(const struct gg_sweep *s, int seed, int64_t *order)
{
    int64_t n = 0;
    for (int64_t k = 0; k < s->n_frame; k++)
        order[k] = k;
    if (!s->first) /* as gg-select does for a piece (piece.c): all are shuffled, then those left out that do not train */
        gg_shuffled_order(order, s->n_frame, seed);
    for (int64_t k = 0; k < s->n_frame; k++)
        if (s->frame[order[k]].trains)
            order[n++] = order[k];
    return n;
}

void gg_sweep_draws(const struct gg_sweep *s, struct gg_tsv *to)
{
    int64_t *order = gg_xalloc((size_t)s->n_frame, sizeof *order);
    static const char *const head[] = {"seed", "place", "frame", "id"};
    for (int k = 0; k < 4; k++)
        gg_tsv_head(to, head[k]);
    for (int seed = 0; seed < s->n_seed; seed++) {
        gg_sweep_order(s, seed, order);
        for (int place = 0; place < (int)s->size[s->n_size - 1]; place++) {
            gg_tsv_add(to, "%d", seed);
            gg_tsv_add(to, "%d", place + 1);
            gg_tsv_add(to, "%lld", (long long)order[place]);
            gg_tsv_add(to, "%s", s->frame[order[place]].id);
        }
    }
    free(order);
}
