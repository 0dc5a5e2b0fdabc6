/* choose.c -- a part of the particles, drawn without replacement */
#include "views/choose.h"

#include <math.h>

/* The first numbers of a shuffle of 0 .. n-1. */
bool *gg_choose(int64_t n, double part, struct gg_rng *r, struct gg_arena *a)
{
    bool *chosen = GG_NEW(a, bool, (size_t)n + 1);
    int64_t *order = GG_NEW(a, int64_t, (size_t)n + 1), count = (int64_t)floor(part * (double)n + 0.5);
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    gg_rng_shuffle(r, order, n);
    for (int64_t k = 0; k < n && (k < count || k == 0); k++)
        chosen[order[k]] = true;
    return chosen;
}
