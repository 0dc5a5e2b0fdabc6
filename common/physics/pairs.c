/* pairs.c -- how the distances of pairs change over the runs of one start
 *
 * The target on edges of Shiba, Hanai, Suzumura, Shimokawabe, J. Chem. Phys. 158, 084503 (2023):  b_ij = <|r_j^k - r_i^k| - |r_j(0) -
 * r_i(0)|>_k, nearest images in both.  Shapes: end [time][run][node][3], results [edge][time]. */
#include "physics/dynamics.h"

#include <assert.h>
#include <math.h>

double gg_pair_distance(const struct gg_cell *cell, const double (*pos)[3], int64_t i, int64_t j)
{
    double d[3];
    for (int c = 0; c < 3; c++)
        d[c] = c < cell->dim ? pos[j][c] - pos[i][c] : 0;
    gg_cell_nearest(cell, d);
    return sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}

struct moments {
    double mean, square; /* square: sum of (x - mean)^2 */
};

/* One run after the other (Welford): no difference of large sums, and each distance is found once. */
static struct moments moments_of(const struct gg_runs *r, const struct gg_cell *cell, int64_t t, int64_t i,
                                 int64_t j)
{
    double start = gg_pair_distance(cell, r->start, i, j);
    struct moments s = {0};
    for (int64_t k = 0; k < r->n_run; k++) {
        double x = gg_pair_distance(cell, r->end + (t * r->n_run + k) * r->n_node, i, j) - start;
        double off = x - s.mean;
        s.mean += off / (double)(k + 1);
        s.square += off * (x - s.mean);
    }
    return s;
}

void gg_distance_change(const struct gg_runs *r, const struct gg_cell *cell, const struct gg_edges *pairs,
                        float *change, float *change_var)
{
    assert(r->n_run > (change_var ? 1 : 0));
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < r->n_node; i++)
        for (int64_t e = pairs->ptr[i]; e < pairs->ptr[i + 1]; e++)
            for (int64_t t = 0; t < r->n_time; t++) {
                struct moments s = moments_of(r, cell, t, i, pairs->nbr[e]);
                if (change)
                    change[e * r->n_time + t] = (float)s.mean;
                if (change_var)
                    change_var[e * r->n_time + t] = (float)(s.square / (double)(r->n_run - 1));
            }
}
