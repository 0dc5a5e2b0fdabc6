/* md_watch.c -- what tells whether a run is sound: relaxation, order, drift of the energy */
#include "physics/md_watch.h"
#include "graph/graph.h"
#include "o3/o3.h"

#include <math.h>

static const double WAVE_NUMBER = 7.25; /* 1/sigma */
static const double BOND = 1.4;         /* sigma: the first minimum of g(r) of A */

double gg_md_fs(int64_t n, const int32_t *type, int dim, const double (*from)[3], const double (*to)[3])
{
    double sum = 0;
    int64_t n_a = 0;
    for (int64_t i = 0; i < n; i++) {
        if (type[i] != 0)
            continue;
        n_a++;
        for (int a = 0; a < dim; a++)
            sum += cos(WAVE_NUMBER * (to[i][a] - from[i][a]));
    }
    return n_a > 0 ? sum / (double)(dim * n_a) : 1;
}

/* Q = sqrt(4 pi/13 sum_m |<Y_6m>|^2); harmonics here have mean square 1, so 4 pi is in them. */
static double order_3d(const struct gg_edges *e, const double (*vec)[3])
{
    double mean[13] = {0}, square = 0;
    for (int64_t k = 0; k < e->n_edge; k++) {
        double Y[49];
        gg_sh(6, vec[k], Y);
        for (int m = 0; m < 13; m++)
            mean[m] += Y[36 + m];
    }
    for (int m = 0; m < 13; m++)
        square += mean[m] * mean[m];
    return sqrt(square / 13) / (double)e->n_edge;
}

static double order_2d(const struct gg_edges *e, const double (*vec)[3])
{
    double re = 0, im = 0;
    for (int64_t k = 0; k < e->n_edge; k++) {
        double angle = 6 * atan2(vec[k][1], vec[k][0]);
        re += cos(angle);
        im += sin(angle);
    }
    return hypot(re, im) / (double)e->n_edge;
}

int gg_md_order(const struct gg_cell *cell, int64_t n, const double (*pos)[3], double *order,
                struct gg_err *err)
{
    struct gg_arena a = {0};
    struct gg_edges e;
    int status = gg_neighbors(&e, &a, cell, n, pos, BOND, false, 0, err);
    *order = 0;
    if (status == 0 && e.n_edge > 0) {
        double(*vec)[3] = gg_arena_alloc(&a, (size_t)e.n_edge * sizeof *vec);
        gg_edge_vectors_f64(&e, cell, pos, vec);
        *order =
            cell->dim == 3 ? order_3d(&e, (const double(*)[3])vec) : order_2d(&e, (const double(*)[3])vec);
    }
    gg_arena_free(&a);
    return status;
}

void gg_md_drift_add(struct gg_md_drift *d, double step, double energy)
{
    if (d->n == 0)
        d->first = energy;
    energy -= d->first; /* sums of small numbers */
    d->n++;
    d->t += step;
    d->e += energy;
    d->tt += step * step;
    d->te += step * energy;
}

double gg_md_drift_slope(const struct gg_md_drift *d)
{
    double spread = d->n * d->tt - d->t * d->t;
    return d->n >= 3 && spread > 0 ? (d->n * d->te - d->t * d->e) / spread : 0;
}
