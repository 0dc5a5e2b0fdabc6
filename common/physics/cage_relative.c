/* cage_relative.c -- the runs of a start as seen from the cages: every particle's way less the mean way of its neighbours
 *
 * Mazoyer, Ebert, Maret, Keim, EPL 88, 66004 (2009); per particle in two dimensions, where modes of long wavelength move whole
 * neighbourhoods: Vivek, Kelleher, Chaikin, Weeks, PNAS 114, 1850 (2017).  With d = end - start, in each run and at each time
 *     d_i' = d_i - sum_j d_j / n_i,   j: the n_i neighbours within the cutoff at the start
 * Equal ways of all vanish, and what varies slowly in space up to its curvature.  Shapes: end [time][run][node][3]. */
#include "physics/dynamics.h"

#include "graph/graph.h"
#include <math.h>

static void one_particle(const struct gg_runs *r, const struct gg_edges *e, int64_t i, const double (*end)[3],
                         double to[3])
{
    double mean[3] = {0};
    int64_t n = 0;
    for (int64_t at = e->ptr[i]; at < e->ptr[i + 1]; at++)
        if (e->nbr[at] != i) { /* an image of itself is no cage */
            for (int c = 0; c < 3; c++)
                mean[c] += end[e->nbr[at]][c] - r->start[e->nbr[at]][c];
            n++;
        }
    for (int c = 0; c < 3; c++)
        to[c] = n ? end[i][c] - mean[c] / (double)n : NAN;
}

int gg_cage_relative(const struct gg_runs *r, const struct gg_cell *cell, double cutoff,
                     struct gg_runs *relative, struct gg_arena *a, struct gg_err *err)
{
    struct gg_edges e;
    if (gg_neighbors(&e, a, cell, r->n_node, r->start, cutoff, false, 0, err) < 0)
        return -1;
    int64_t n = r->n_time * r->n_run * r->n_node;
    double(*end)[3] = gg_arena_alloc(a, (size_t)n * sizeof *end + 1);
#pragma omp parallel for schedule(static)
    for (int64_t row = 0; row < n; row++)
        one_particle(r, &e, row % r->n_node, r->end + row - row % r->n_node, end[row]);
    *relative = *r;
    relative->end = (const double(*)[3])end;
    return 0;
}
