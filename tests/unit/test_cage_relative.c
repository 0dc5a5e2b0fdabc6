/* test_cage_relative.c -- ways as seen from the cages: by hand, brute force, laws */
#include "near.h"
#include "physics/dynamics.h"
#include "util/rng.h"

#include <stdio.h>
#include <string.h>

enum { NODES = 150, RUNS = 3, TIMES = 2, ROWS = NODES * RUNS * TIMES, SIDE = 24, LATTICE = SIDE * SIDE };

static const double CUTOFF = 1.7;
static struct gg_arena arena;
static struct gg_err err;

struct world {
    struct gg_runs runs;
    struct gg_cell cell;
    double h[3][3], start[NODES][3], end[ROWS][3];
};

static void make_world(struct world *w, uint64_t seed)
{
    const double h[3][3] = {{6, 0, 0}, {0.7, 5.8, 0}, {-0.4, 0.6, 6.1}};
    struct gg_rng r = gg_rng_at(seed, 0, 0, 0);
    memcpy(w->h, h, sizeof h);
    assert_int_equal(gg_cell_init(&w->cell, 3, 7, h, &err), 0);
    for (int i = 0; i < NODES; i++) {
        double s[3] = {gg_rng_uniform(&r), gg_rng_uniform(&r), gg_rng_uniform(&r)};
        gg_cell_cartesian(&w->cell, s, w->start[i]);
    }
    for (int row = 0; row < ROWS; row++)
        for (int c = 0; c < 3; c++)
            w->end[row][c] = w->start[row % NODES][c] + 0.4 * gg_rng_normal(&r);
    w->runs = (struct gg_runs){.n_time = TIMES,
                               .n_run = RUNS,
                               .n_node = NODES,
                               .start = (const double(*)[3])w->start,
                               .end = (const double(*)[3])w->end};
}

/* d' of every row. */
static void ways(const struct gg_runs *r, const struct gg_cell *cell, double cutoff, double (*to)[3])
{
    struct gg_runs seen;
    if (gg_cage_relative(r, cell, cutoff, &seen, &arena, &err) < 0)
        fail_msg("%s", err.text);
    assert_ptr_equal(seen.start, r->start);
    for (int64_t row = 0; row < r->n_node * r->n_run * r->n_time; row++)
        for (int c = 0; c < 3; c++)
            to[row][c] = seen.end[row][c] - r->start[row % r->n_node][c];
    gg_arena_reset(&arena);
}

/* All pairs, nearest images: the cutoff is below half the cell. */
static void brute_force(void **state)
{
    (void)state;
    static struct world w;
    static double got[ROWS][3];
    make_world(&w, 1);
    ways(&w.runs, &w.cell, CUTOFF, got);
    for (int row = 0; row < ROWS; row++) {
        int i = row % NODES, first = row - i, n = 0;
        double mean[3] = {0};
        for (int j = 0; j < NODES; j++) {
            double d[3] = {w.start[j][0] - w.start[i][0], w.start[j][1] - w.start[i][1],
                           w.start[j][2] - w.start[i][2]};
            gg_cell_nearest(&w.cell, d);
            if (j == i || !(sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) < CUTOFF))
                continue;
            n++;
            for (int c = 0; c < 3; c++)
                mean[c] += w.end[first + j][c] - w.start[j][c];
        }
        assert_true(n > 0);
        for (int c = 0; c < 3; c++)
            close_to(got[row][c], w.end[row][c] - w.start[i][c] - mean[c] / n, 1e-12);
    }
}

/* Everybody moves alike, in every run and at every time otherwise: nothing is left. */
static void translation(void **state)
{
    (void)state;
    static struct world w;
    static double got[ROWS][3];
    make_world(&w, 2);
    for (int row = 0; row < ROWS; row++)
        for (int c = 0; c < 3; c++)
            w.end[row][c] = w.start[row % NODES][c] + 7.0 * c - 2.5 * (row / NODES);
    ways(&w.runs, &w.cell, CUTOFF, got);
    for (int row = 0; row < ROWS; row++)
        for (int c = 0; c < 3; c++)
            close_to(got[row][c], 0, 1e-12);
}

static void turn(const double R[3][3], double r[3])
{
    double was[3] = {r[0], r[1], r[2]};
    for (int a = 0; a < 3; a++)
        r[a] = R[a][0] * was[0] + R[a][1] * was[1] + R[a][2] * was[2];
}

/* A turned and reflected world, moved beyond its cell, has turned ways. */
static void rotation(void **state)
{
    (void)state;
    static struct world w;
    static double before[ROWS][3], after[ROWS][3];
    const double c = cos(0.7), s = sin(0.7),
                 R[3][3] = {{c, -s, 0}, {s * 0.6, c * 0.6, -0.8}, {-s * 0.8, -c * 0.8, -0.6}};
    make_world(&w, 3);
    ways(&w.runs, &w.cell, CUTOFF, before);
    for (int k = 0; k < 3; k++)
        turn(R, w.h[k]);
    for (int i = 0; i < NODES; i++)
        turn(R, w.start[i]);
    for (int row = 0; row < ROWS; row++)
        turn(R, w.end[row]);
    assert_int_equal(gg_cell_init(&w.cell, 3, 7, (const double(*)[3])w.h, &err), 0);
    ways(&w.runs, &w.cell, CUTOFF, after);
    for (int row = 0; row < ROWS; row++) {
        turn(R, before[row]);
        for (int k = 0; k < 3; k++)
            close_to(after[row][k], before[row][k], 1e-12);
    }
}

/* A plane wave with `m` periods across a square lattice: what is left of every way is `left` of it. */
static void check_wave(int m, double left)
{
    static double start[LATTICE][3], end[LATTICE][3], got[LATTICE][3];
    const double h[3][3] = {{SIDE, 0, 0}, {0, SIDE, 0}, {0, 0, 0}};
    struct gg_cell cell;
    assert_int_equal(gg_cell_init(&cell, 2, 3, h, &err), 0);
    for (int i = 0; i < LATTICE; i++) {
        start[i][0] = i % SIDE;
        start[i][1] = i / SIDE;
        double phase = 2 * M_PI * m * start[i][0] / SIDE;
        end[i][0] = start[i][0] + 0.6 * sin(phase);
        end[i][1] = start[i][1] + 0.8 * sin(phase);
    }
    struct gg_runs runs = {.n_time = 1,
                           .n_run = 1,
                           .n_node = LATTICE,
                           .start = (const double(*)[3])start,
                           .end = (const double(*)[3])end};
    ways(&runs, &cell, 1.2, got); /* four neighbours */
    for (int i = 0; i < LATTICE; i++)
        for (int c = 0; c < 2; c++)
            close_to(got[i][c], left * (end[i][c] - start[i][c]), 1e-12);
}

/* d' = d (1 - cos q) / 2 for the four neighbours of a square lattice: second order in q, whichever way the wave moves particles. */
static void plane_wave(void **state)
{
    (void)state;
    for (int m = 1; m <= 4; m *= 2) {
        double q = 2 * M_PI * m / SIDE;
        check_wave(m, (1 - cos(q)) / 2);
        assert_true((1 - cos(q)) / 2 < q * q / 4); /* and nothing of first order */
    }
}

/* A particle without neighbours has no cage; one that sees only its own images has none, either. */
static void alone(void **state)
{
    (void)state;
    const double start[3][3] = {{1, 1, 1}, {1.5, 1, 1}, {4, 4, 4}};
    const double end[3][3] = {{2, 1, 1}, {1.5, 3, 1}, {4, 4, 5}}, h[3][3] = {{7, 0, 0}, {0, 7, 0}, {0, 0, 7}};
    double got[3][3];
    struct gg_cell cell;
    struct gg_runs runs = {.n_time = 1, .n_run = 1, .n_node = 3, .start = start, .end = end};
    assert_int_equal(gg_cell_init(&cell, 3, 7, h, &err), 0);
    ways(&runs, &cell, 1, got);
    close_to(got[0][0], 1, 1e-15);
    close_to(got[0][1], -2, 1e-15);
    close_to(got[1][0], -1, 1e-15);
    assert_true(isnan(got[2][0]) && isnan(got[2][1]) && isnan(got[2][2]));
    runs.n_node = 1;
    ways(&runs, &cell, 7.5, got);
    assert_true(isnan(got[0][0]));
}

static int teardown(void **state)
{
    (void)state;
    gg_arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(brute_force), cmocka_unit_test(translation),
                                       cmocka_unit_test(rotation), cmocka_unit_test(plane_wave),
                                       cmocka_unit_test(alone)};
    return cmocka_run_group_tests(tests, NULL, teardown);
}
