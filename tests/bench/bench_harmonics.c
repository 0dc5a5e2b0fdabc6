/* bench_harmonics.c -- spherical harmonics of edges: the kernels of conv beside one vector after the other in double */
#include "bench.h"
#include "kernel/conv_kernel.h"
#include "o3/o3.h"
#include "util/arena.h"
#include "util/rng.h"

#include <math.h>
#include <stdlib.h>

enum { EDGES = 1280, LANE = EDGES + 16, CALLS = 200, REPEAT = 9 }; /* a block of 32 receivers */

struct edges {
    gg_real vec[EDGES][3], r[EDGES], Y[(GG_CONV_L_MAX + 1) * (GG_CONV_L_MAX + 1) * LANE];
};

static void fill(struct edges *e)
{
    struct gg_rng r = gg_rng_at(1, 0, 0, 0);
    for (int k = 0; k < EDGES; k++) {
        double square = 0;
        for (int x = 0; x < 3; x++) {
            e->vec[k][x] = (gg_real)gg_rng_normal(&r);
            square += (double)e->vec[k][x] * (double)e->vec[k][x];
        }
        e->r[k] = (gg_real)sqrt(square);
    }
}

static double one_by_one(const struct edges *e, int l_max)
{
    double Y[(GG_L_MAX + 1) * (GG_L_MAX + 1)], start = bench_cpu();
    for (int k = 0; k < EDGES; k++) {
        const double v[3] = {(double)e->vec[k][0], (double)e->vec[k][1], (double)e->vec[k][2]};
        gg_sh(l_max, v, Y);
        bench_keep = Y[l_max];
    }
    return (bench_cpu() - start) / EDGES;
}

static double in_lanes(struct edges *e, int l_max)
{
    double start = bench_cpu();
    for (int k = 0; k < CALLS; k++)
        gg_conv_best()->harmonics(l_max, EDGES, LANE, (const gg_real(*)[3])e->vec, e->r, e->Y);
    return (bench_cpu() - start) / CALLS / EDGES;
}

void bench_harmonics(void)
{
    struct edges *e = gg_xalloc(1, sizeof *e);
    fill(e);
    for (int l_max = 1; l_max <= GG_CONV_L_MAX; l_max++) {
        double lanes = INFINITY, single = INFINITY, fma = NAN;
        for (int k = 0; k < REPEAT; k++) {
            fma = fmax(fma, bench_fma());
            lanes = fmin(lanes, in_lanes(e, l_max));
            single = fmin(single, one_by_one(e, l_max));
        }
        bench_row(gg_conv_best()->name, l_max, -1);
        bench_cell("time", "ns/edge", 1e9 * lanes);
        bench_cell("goal", "ns/edge", l_max == 3 ? 6 * bench_goal_scale(fma) : NAN);
        bench_cell("naive", "ns/edge", 1e9 * single);
        bench_cell("faster", "x", single / lanes);
        bench_end();
    }
    free(e);
}
