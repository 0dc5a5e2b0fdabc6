/* waves.c -- the waves that fit a periodic box */
#include "util/waves.h"

#include <math.h>
#include <string.h>

enum { MOST_WAVES = 128 }; /* of a shell */

double gg_wave(const struct gg_cell *cell, const int m[3], double q[3])
{
    double square = 0;
    for (int k = 0; k < 3; k++) {
        q[k] = 0;
        for (int a = 0; a < 3; a++)
            q[k] += 2 * M_PI * cell->inverse[k][a] * m[a];
        square += q[k] * q[k];
    }
    return sqrt(square);
}

double gg_wave_shortest(const struct gg_cell *cell)
{
    double shortest = INFINITY, q[3];
    for (int k = 0; k < cell->dim; k++)
        shortest = fmin(shortest, gg_wave(cell, (int[]){k == 0, k == 1, k == 2}, q));
    return shortest;
}

struct gg_waves gg_waves_all(const struct gg_cell *cell, double q1, int last, bool axes, struct gg_arena *a)
{
    struct gg_waves w = {0};
    int most[3] = {0, 0, 0};
    for (int k = 0; k < cell->dim; k++) { /* |m_k| <= |q| |h_k| / 2 pi */
        double edge = 0;
        for (int x = 0; x < 3; x++)
            edge += cell->h[k][x] * cell->h[k][x];
        most[k] = (int)((last + 0.5) * q1 * sqrt(edge) / (2 * M_PI));
    }
    for (int pass = 0; pass < 2; pass++) {
        w.n = 0;
        for (int x = 0; x <= most[0]; x++)
            for (int y = x ? -most[1] : 0; y <= most[1]; y++)
                for (int z = x || y ? -most[2] : 1; z <= most[2]; z++) {
                    const int m[3] = {x, y, z};
                    double q[3], length = gg_wave(cell, m, q);
                    int shell = (int)floor(length / q1 + 0.5);
                    if (shell < 1 || shell > last || (axes && (x != 0) + (y != 0) + (z != 0) > 1))
                        continue;
                    if (pass) {
                        memcpy(w.q[w.n], q, sizeof q);
                        w.length[w.n] = length;
                        w.shell[w.n] = shell;
                    }
                    w.n++;
                }
        if (pass == 0) {
            w.q = gg_arena_calloc(a, (size_t)w.n + 1, sizeof *w.q);
            w.length = GG_NEW(a, double, (size_t)w.n + 1);
            w.shell = GG_NEW(a, int, (size_t)w.n + 1);
        }
    }
    return w;
}

/* Of shells with many waves every second, third ...: all directions are left. */
static void thin(struct gg_waves *w, int last, struct gg_arena *a)
{
    int64_t *n = GG_NEW(a, int64_t, 2 * ((size_t)last + 1)), *seen = n + last + 1, kept = 0;
    for (int64_t k = 0; k < w->n; k++)
        n[w->shell[k]]++;
    for (int64_t k = 0; k < w->n; k++) {
        int64_t step = (n[w->shell[k]] + MOST_WAVES - 1) / MOST_WAVES;
        if (seen[w->shell[k]]++ % step)
            continue;
        memcpy(w->q[kept], w->q[k], sizeof *w->q);
        w->length[kept] = w->length[k];
        w->shell[kept++] = w->shell[k];
    }
    w->n = kept;
}

struct gg_waves gg_waves_of(const struct gg_cell *cell, double q1, int last, bool axes, struct gg_arena *a)
{
    struct gg_waves w = gg_waves_all(cell, q1, last, axes, a);
    thin(&w, last, a);
    return w;
}
