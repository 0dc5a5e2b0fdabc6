/* bench_neighbors.c -- ns per directed edge of the neighbour search and what follows it, beside all pairs
 * Uniform particles at density 1.2 in a cube, cutoff 2; "shuffled": numbered anyhow, "cells": along the cells, as kernels number them. */
#include "bench.h"
#include "graph/graph.h"
#include "util/rng.h"

#include <math.h>

struct liquid {
    struct gg_cell cell;
    int64_t n;
    double (*pos)[3];
    struct gg_arena arena, scratch;
};

static void make(struct liquid *s, int64_t n, bool in_cells)
{
    struct gg_err err;
    double l = cbrt((double)n / 1.2), h[3][3] = {{l, 0, 0}, {0, l, 0}, {0, 0, l}};
    gg_cell_init(&s->cell, 3, 7, h, &err);
    s->n = n;
    s->pos = gg_arena_alloc(&s->arena, (size_t)n * sizeof *s->pos);
    struct gg_rng r = gg_rng_at(1, 0, 0, 0);
    for (int64_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            s->pos[i][k] = l * gg_rng_uniform(&r);
    if (!in_cells)
        return;
    int32_t *order = gg_arena_alloc(&s->arena, (size_t)n * sizeof *order);
    double(*sorted)[3] = gg_arena_alloc(&s->arena, (size_t)n * sizeof *sorted);
    gg_cell_order(&s->arena, &s->cell, n, (const double(*)[3])s->pos, 2.0, order);
    for (int64_t k = 0; k < n; k++)
        for (int x = 0; x < 3; x++)
            sorted[k][x] = s->pos[order[k]][x];
    s->pos = sorted;
}

enum { SEARCH, VECTORS, REVERSE, TOGETHER, BRUTE, PARTS };

/* Seconds of each part, once; returns the number of edges. */
static int64_t measure(struct liquid *s, bool brute, double seconds[PARTS])
{
    struct gg_err err;
    struct gg_edges e = {0}, all = {0};
    const double(*pos)[3] = (const double(*)[3])s->pos;
    gg_arena_reset(&s->scratch);
    double t[PARTS + 1];
    t[0] = bench_cpu();
    gg_neighbors(&e, &s->scratch, &s->cell, s->n, pos, 2.0, false, 0, &err);
    float(*vec)[3] = gg_arena_alloc(&s->scratch, (size_t)e.n_edge * sizeof *vec);
    int64_t *rev = gg_arena_alloc(&s->scratch, (size_t)e.n_edge * sizeof *rev);
    t[1] = bench_cpu();
    gg_edge_vectors_f32(&e, &s->cell, pos, vec);
    t[2] = bench_cpu();
    gg_edge_reverse(&e, rev, &err);
    t[3] = bench_cpu();
    gg_arena_reset(&s->scratch);
    gg_neighbors_f32(&e, &vec, &s->scratch, &s->cell, s->n, pos, 2.0, false, 0, &err);
    t[4] = bench_cpu();
    if (brute)
        gg_neighbors_brute(&all, &s->scratch, &s->cell, s->n, pos, 2.0, false, &err);
    t[5] = bench_cpu();
    for (int p = 0; p < PARTS; p++)
        seconds[p] = t[p + 1] - t[p];
    return e.n_edge;
}

static void row(const char *what, int64_t n, bool in_cells, int runs)
{
    struct liquid s = {0};
    double best[PARTS], now[PARTS], fma = NAN;
    int64_t n_edge = 0;
    make(&s, n, in_cells);
    for (int run = 0; run < runs; run++) {
        fma = fmax(fma, bench_fma());
        n_edge = measure(&s, run == 0 && n < 10000, now);
        for (int p = 0; p < PARTS; p++)
            best[p] = run == 0 || (p != BRUTE && now[p] < best[p]) ? now[p] : best[p];
    }
    for (int p = 0; p < PARTS; p++)
        best[p] *= 1e9 / (double)n_edge;
    bench_row(what, -1, -1);
    bench_cell("search", "ns/edge", best[SEARCH]);
    bench_cell("vectors", "ns/edge", best[VECTORS]);
    bench_cell("both", "ns/edge", best[TOGETHER]);
    bench_cell("goal", "ns/edge", (n < 10000 ? 20 : 25) * bench_goal_scale(fma));
    bench_cell("reverse", "ns/edge", best[REVERSE]);
    bench_cell("pairs", "ns/edge", n < 10000 ? best[BRUTE] : NAN);
    bench_cell("faster", "x", n < 10000 ? best[BRUTE] / best[SEARCH] : NAN);
    bench_end();
    gg_arena_free(&s.arena);
    gg_arena_free(&s.scratch);
}

void bench_neighbors(void)
{
    row("4096, shuffled", 4096, false, 40);
    row("4096, cells", 4096, true, 40);
    row("262144, shuffled", 262144, false, 3);
    row("262144, cells", 262144, true, 3);
    row("1000000, shuffled", 1000000, false, 2);
    row("1000000, cells", 1000000, true, 2);
}
