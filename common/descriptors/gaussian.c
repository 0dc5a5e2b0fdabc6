/* gaussian.c -- sums over all particles of the box with a Gaussian weight around a distance */
#include "descriptors/gaussian.h"
#include "descriptors/kernel.h"
#include "util/arena.h"
#include "util/threads.h"

#include <stdlib.h>
#include <string.h>

/* Coordinates and x in whole blocks; x is 0 where a block is not full. */
struct packed {
    int64_t n_block;
    double *at[3], *x; /* [n_block * GG_BLOCK], [n_x][n_block * GG_BLOCK] */
};

static void pack(struct packed *p, const struct gg_metric *metric, int64_t n, const double (*pos)[3], int n_x,
                 const double *x)
{
    p->n_block = (n + GG_BLOCK - 1) / GG_BLOCK;
    int64_t room = p->n_block * GG_BLOCK;
    double *memory = gg_xalloc((size_t)((3 + n_x) * room) + 1, sizeof *memory);
    for (int a = 0; a < 3; a++)
        p->at[a] = memory + a * room;
    p->x = memory + 3 * room;
    for (int64_t j = 0; j < n; j++) {
        double q[3];
        gg_metric_coordinates(metric, pos[j], q);
        for (int a = 0; a < 3; a++)
            p->at[a][j] = q[a];
        for (int k = 0; k < n_x; k++)
            p->x[k * room + j] = x[k * n + j];
    }
}

static void row(const struct packed *p, const struct gg_metric *metric, const double at[3], int n_radius,
                const double *radius, int n_x, double (*lane)[GG_LANES])
{
    double r[GG_BLOCK], square[GG_BLOCK], w[GG_BLOCK];
    for (int64_t block = 0; block < p->n_block; block++) {
        int64_t first = block * GG_BLOCK;
        gg_kernel_distance(metric, at, p->at[0] + first, p->at[1] + first, p->at[2] + first, r);
        for (int k = 0; k < n_radius; k++) {
            for (int j = 0; j < GG_BLOCK; j++)
                square[j] = (r[j] - radius[k]) * (r[j] - radius[k]);
            gg_kernel_exp(square, -0.5, w);
            for (int q = 0; q < n_x; q++)
                gg_kernel_add(w, p->x + q * p->n_block * GG_BLOCK + first, lane[k * n_x + q]);
        }
    }
}

void gg_gaussian_sums(const struct gg_cell *cell, int64_t n, const double (*pos)[3], int n_radius,
                      const double *radius, int n_x, const double *x, double *sum)
{
    struct gg_metric metric;
    struct packed p;
    int n_sum = n_radius * n_x;
    gg_metric_init(&metric, cell);
    pack(&p, &metric, n, pos, n_x, x);
#pragma omp parallel num_threads(gg_threads())
    {
        double(*lane)[GG_LANES] = gg_xalloc((size_t)n_sum, sizeof *lane);
#pragma omp for schedule(static)
        for (int64_t i = 0; i < n; i++) {
            double at[3];
            gg_metric_coordinates(&metric, pos[i], at);
            memset(lane, 0, sizeof *lane * (size_t)n_sum);
            row(&p, &metric, at, n_radius, radius, n_x, lane);
            for (int k = 0; k < n_sum; k++)
                sum[k * n + i] = gg_kernel_total(lane[k]);
        }
        free(lane);
    }
    free(p.at[0]);
}
