/* bench_neighbors.c -- ns per directed edge of the neighbour search and what follows it, beside all pairs
 * Uniform particles at density 1.2 in a cube, cutoff 2, one thread; "random": numbered anyhow, "cells": along the cells,
 * as kernels number them.  CPU time, best of several runs. */
#include "graph/graph.h"
#include "util/rng.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <time.h>

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct sample {
    struct gg_cell cell;
    int64_t n;
    double (*pos)[3];
    struct gg_arena arena, scratch;
};

static void make(struct sample *s, int64_t n, bool in_cells)
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

enum { SEARCH, VECTORS, REVERSE, BRUTE, PARTS };

/* Seconds of each part, once; returns the number of edges. */
static int64_t measure(struct sample *s, bool brute, double seconds[PARTS])
{
    struct gg_err err;
    struct gg_edges e = {0}, all = {0};
    const double(*pos)[3] = (const double(*)[3])s->pos;
    gg_arena_reset(&s->scratch);
    double t[PARTS + 1];
    t[0] = cpu();
    gg_neighbors(&e, &s->scratch, &s->cell, s->n, pos, 2.0, false, 0, &err);
    float(*vec)[3] = gg_arena_alloc(&s->scratch, (size_t)e.n_edge * sizeof *vec);
    int64_t *rev = gg_arena_alloc(&s->scratch, (size_t)e.n_edge * sizeof *rev);
    t[1] = cpu();
    gg_edge_vectors_f32(&e, &s->cell, pos, vec);
    t[2] = cpu();
    gg_edge_reverse(&e, rev, &err);
    t[3] = cpu();
    if (brute)
        gg_neighbors_brute(&all, &s->scratch, &s->cell, s->n, pos, 2.0, false, &err);
    t[4] = cpu();
    for (int p = 0; p < PARTS; p++)
        seconds[p] = t[p + 1] - t[p];
    return e.n_edge;
}

static void line(int64_t n, bool in_cells, int runs)
{
    struct sample s = {0};
    double best[PARTS], now[PARTS];
    int64_t n_edge = 0;
    make(&s, n, in_cells);
    for (int run = 0; run < runs; run++) {
        n_edge = measure(&s, run == 0 && n < 10000, now);
        for (int p = 0; p < PARTS; p++)
            best[p] = run == 0 || (p != BRUTE && now[p] < best[p]) ? now[p] : best[p];
    }
    for (int p = 0; p < PARTS; p++)
        best[p] *= 1e9 / (double)n_edge;
    printf("%10lld  %-7s %10lld %8.1f %8.1f %10.1f %8.1f", (long long)n, in_cells ? "cells" : "random",
           (long long)n_edge, best[SEARCH], best[VECTORS], best[SEARCH] + best[VECTORS], best[REVERSE]);
    if (n < 10000)
        printf(" %10.0f", best[BRUTE]);
    puts("");
    gg_arena_free(&s.arena);
    gg_arena_free(&s.scratch);
}

int main(void)
{
    omp_set_num_threads(1);
    puts("neighbours, ns per directed edge");
    printf("%10s  %-7s %10s %8s %8s %10s %8s %10s\n", "particles", "order", "edges", "search", "vectors",
           "together", "reverse", "all pairs");
    line(4096, false, 40);
    line(4096, true, 40);
    line(262144, false, 4);
    line(262144, true, 4);
    line(1000000, true, 2);
    return 0;
}
