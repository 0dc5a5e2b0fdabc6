/* test_dynamics.c -- targets from runs: written out by hand, laws, brute force */
#include "o3/tensor.h"
#include "physics/dynamics.h"
#include "util/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { NODES = 60, RUNS = 5, TIMES = 3 };

struct world {
    struct gg_runs runs;
    struct gg_cell cell;
    double start[NODES][3], end[TIMES * RUNS * NODES][3];
    int32_t type[NODES];
};

/* Particles in a skewed periodic cell; later times move farther. */
static void make_world(struct world *w, uint64_t seed)
{
    const double h[3][3] = {{4, 0, 0}, {0.7, 3.8, 0}, {-0.4, 0.6, 4.1}};
    struct gg_err err;
    struct gg_rng r = gg_rng_at(seed, 0, 0, 0);
    assert_int_equal(gg_cell_init(&w->cell, 3, 7, h, &err), 0);
    for (int i = 0; i < NODES; i++) {
        double s[3] = {gg_rng_uniform(&r), gg_rng_uniform(&r), gg_rng_uniform(&r)};
        gg_cell_cartesian(&w->cell, s, w->start[i]);
        w->type[i] = gg_rng_uniform(&r) < 0.3;
    }
    for (int row = 0; row < TIMES * RUNS * NODES; row++)
        for (int c = 0; c < 3; c++)
            w->end[row][c] = w->start[row % NODES][c] + 0.3 * (1 + row / (RUNS * NODES)) * gg_rng_normal(&r);
    w->runs = (struct gg_runs){.n_time = TIMES,
                               .n_run = RUNS,
                               .n_node = NODES,
                               .start = (const double(*)[3])w->start,
                               .end = (const double(*)[3])w->end};
}

struct results {
    float m[NODES * TIMES], m_var[NODES * TIMES], u[NODES * TIMES][3], u_var[NODES * TIMES], q[NODES * TIMES],
        cov[NODES * TIMES][6];
};

static void compute(const struct gg_runs *runs, struct results *x)
{
    struct gg_motion all = {.propensity = x->m,
                            .propensity_var = x->m_var,
                            .displacement = x->u,
                            .displacement_var = x->u_var,
                            .covariance = x->cov,
                            .overlap = x->q,
                            .overlap_length = 0.5};
    gg_motion_compute(runs, &all);
}

/* One particle, two runs, by hand: d = (3,4,0), (0,0,1): lengths 5, 1. */
static void by_hand(void **state)
{
    (void)state;
    const double start[1][3] = {{1, 1, 1}}, end[2][3] = {{4, 5, 1}, {1, 1, 2}};
    struct gg_runs runs = {.n_time = 1, .n_run = 2, .n_node = 1, .start = start, .end = end};
    struct results x;
    compute(&runs, &x);
    assert_float_equal(x.m[0], 3, 0);
    assert_float_equal(x.m_var[0], 8, 0);
    assert_float_equal(x.u[0][0], 1.5, 0);
    assert_float_equal(x.u[0][1], 2, 0);
    assert_float_equal(x.u[0][2], 0.5, 0);
    assert_float_equal(x.u_var[0], 13, 1e-6); /* 2 * (1.5^2 + 2^2 + 0.5^2) */
    assert_float_equal(x.q[0], 0, 0);
    assert_float_equal(gg_drift(&runs), 5, 1e-15);
}

/* Variances from sums of squares, in long double. */
static void brute_force(void **state)
{
    (void)state;
    static struct world w;
    static struct results x;
    make_world(&w, 1);
    compute(&w.runs, &x);
    for (int i = 0; i < NODES; i++)
        for (int t = 0; t < TIMES; t++) {
            long double m = 0, mm = 0, u[3] = {0}, uu = 0, q = 0;
            for (int k = 0; k < RUNS; k++) {
                long double square = 0;
                for (int c = 0; c < 3; c++) {
                    long double d = (long double)w.end[(t * RUNS + k) * NODES + i][c] - w.start[i][c];
                    u[c] += d / RUNS;
                    square += d * d;
                }
                m += sqrtl(square) / RUNS;
                mm += square;
                uu += square;
                q += sqrtl(square) < 0.5L ? 1.0L / RUNS : 0;
            }
            int at = i * TIMES + t;
            long double square_of_mean = u[0] * u[0] + u[1] * u[1] + u[2] * u[2];
            assert_float_equal(x.m[at], m, 1e-6);
            assert_float_equal(x.m_var[at], (mm - RUNS * m * m) / (RUNS - 1), 1e-5);
            assert_float_equal(x.u_var[at], (uu - RUNS * square_of_mean) / (RUNS - 1), 1e-5);
            assert_float_equal(x.q[at], q, 1e-6);
            for (int c = 0; c < 3; c++)
                assert_float_equal(x.u[at][c], u[c], 1e-6);
        }
}

/* Along any direction the covariance is the variance of that component over the runs; its scalar is the trace over sqrt(3). */
static void covariance(void **state)
{
    (void)state;
    static struct world w;
    static struct results x;
    struct gg_rng r = gg_rng_at(7, 0, 0, 0);
    make_world(&w, 3);
    compute(&w.runs, &x);
    for (int at = 0; at < NODES * TIMES; at++) {
        double v[3], c[6], C[9], sum = 0, square = 0, along = 0;
        for (int a = 0; a < 3; a++)
            v[a] = gg_rng_normal(&r);
        for (int k = 0; k < 6; k++)
            c[k] = (double)x.cov[at][k];
        gg_tensor_cartesian(c, 1, C);
        for (int k = 0; k < RUNS; k++) {
            double d = 0;
            for (int a = 0; a < 3; a++)
                d += v[a] * (w.end[(at % TIMES * RUNS + k) * NODES + at / TIMES][a] - w.start[at / TIMES][a]);
            sum += d;
            square += d * d;
        }
        for (int k = 0; k < 9; k++)
            along += v[k / 3] * C[k] * v[k % 3];
        assert_true(fabs(along - (square - sum * sum / RUNS) / (RUNS - 1)) < 1e-5 * (1 + square));
        assert_true(fabs(sqrt(3) * c[0] - (double)x.u_var[at]) < 1e-5);
    }
}

/* |u| <= m; variance of d = mean square of d - |u|^2, so s_v^2 - s^2 = n/(n-1) (m^2 - |u|^2). */
static void moments_agree(void **state)
{
    (void)state;
    static struct world w;
    static struct results x;
    make_world(&w, 2);
    compute(&w.runs, &x);
    for (int at = 0; at < NODES * TIMES; at++) {
        double uu = 0;
        for (int c = 0; c < 3; c++)
            uu += (double)x.u[at][c] * x.u[at][c];
        double m = x.m[at];
        assert_true(sqrt(uu) <= m + 1e-6);
        assert_float_equal(x.u_var[at] - x.m_var[at], RUNS / (RUNS - 1.0) * (m * m - uu), 2e-5);
    }
}

/* A mirrored and shifted world gives mirrored displacements and the same scalars. */
static void reflection(void **state)
{
    (void)state;
    static struct world w;
    static struct results x, y;
    make_world(&w, 3);
    compute(&w.runs, &x);
    for (int i = 0; i < NODES; i++)
        w.start[i][0] = 7 - w.start[i][0];
    for (int row = 0; row < TIMES * RUNS * NODES; row++)
        w.end[row][0] = 7 - w.end[row][0];
    compute(&w.runs, &y);
    for (int at = 0; at < NODES * TIMES; at++) {
        assert_float_equal(x.m[at], y.m[at], 1e-6);
        assert_float_equal(x.u_var[at], y.u_var[at], 1e-5);
        assert_float_equal(x.u[at][0], -y.u[at][0], 1e-6);
        assert_float_equal(x.u[at][1], y.u[at][1], 1e-6);
    }
}

static double nearest(const struct world *w, const double *a, const double *b)
{
    double d[3] = {b[0] - a[0], b[1] - a[1], b[2] - a[2]};
    gg_cell_nearest(&w->cell, d);
    return sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}

static const double SIGMA[4] = {1, 0.8, 0.8, 0.88};
static const struct gg_bond_rule RULE = {.bonded = 1.4, .lost = 1.8, .n_type = 2, .sigma = SIGMA};

static void bonds_brute_force(void **state)
{
    (void)state;
    static struct world w;
    static float broken[NODES * TIMES];
    struct gg_arena a = {0};
    struct gg_err err;
    make_world(&w, 4);
    assert_int_equal(gg_bond_breaking(&w.runs, &w.cell, w.type, &RULE, broken, &a, &err), 0);
    double sum = 0;
    for (int i = 0; i < NODES; i++)
        for (int t = 0; t < TIMES; t++) {
            int bonds = 0, lost = 0;
            for (int k = 0; k < RUNS; k++) {
                const double(*end)[3] = w.runs.end + (t * RUNS + k) * NODES;
                for (int j = 0; j < NODES; j++) {
                    double sigma = SIGMA[2 * w.type[i] + w.type[j]];
                    if (j == i || !(nearest(&w, w.start[i], w.start[j]) < 1.4 * sigma))
                        continue;
                    bonds++;
                    lost += !(nearest(&w, end[i], end[j]) < 1.8 * sigma);
                }
            }
            assert_float_equal(broken[i * TIMES + t], bonds ? (double)lost / bonds : 0, 1e-6);
            sum += broken[i * TIMES + t];
        }
    assert_true(sum > 1); /* the case is not trivial */
    gg_arena_free(&a);
}

/* No bond breaks if everything moves together, whichever cell it lands in; every bond breaks in an explosion. */
static void bonds_of_rigid_motion(void **state)
{
    (void)state;
    static struct world w;
    static float broken[NODES * TIMES];
    struct gg_arena a = {0};
    struct gg_err err;
    make_world(&w, 5);
    for (int row = 0; row < TIMES * RUNS * NODES; row++)
        for (int c = 0; c < 3; c++)
            w.end[row][c] = w.start[row % NODES][c] + 0.3 * c - row / NODES + 2 * w.cell.h[row % 3][c];
    assert_int_equal(gg_bond_breaking(&w.runs, &w.cell, w.type, &RULE, broken, &a, &err), 0);
    for (int at = 0; at < NODES * TIMES; at++)
        assert_float_equal(broken[at], 0, 0);
    gg_arena_free(&a);
}

static void empty_and_alone(void **state)
{
    (void)state;
    static struct world w;
    static float broken[NODES * TIMES] = {9, 9, 9};
    static struct results x;
    struct gg_arena a = {0};
    struct gg_err err;
    make_world(&w, 6);
    w.runs.n_node = 1; /* rows of the runs are then those of other particles: only the bonds matter */
    assert_int_equal(gg_bond_breaking(&w.runs, &w.cell, w.type, &RULE, broken, &a, &err), 0);
    assert_float_equal(broken[0], 0, 0);
    w.runs.n_node = 0;
    compute(&w.runs, &x);
    assert_float_equal(gg_drift(&w.runs), 0, 0);
    assert_int_equal(gg_bond_breaking(&w.runs, &w.cell, w.type, &RULE, broken, &a, &err), 0);
    gg_arena_free(&a);
}

/* |end - start| of particle i in run k. */
static double way(const struct gg_runs *r, int t, int k, int i)
{
    double square = 0;
    for (int c = 0; c < 3; c++)
        square += pow(r->end[(t * RUNS + k) * NODES + i][c] - r->start[i][c], 2);
    return sqrt(square);
}

/* The definition, over each pair of different runs by itself: sum_ij a_i w_ij b_j / sum_j w_ij, and where radius is NULL
 * sum_i a_i b_i. */
static double form(const struct world *w, int t, int k, int l, const double *radius)
{
    double mean[2] = {0}, n = 0, sum = 0;
    for (int i = 0; i < NODES; i++)
        if (w->type[i] == 0) {
            mean[0] += way(&w->runs, t, k, i);
            mean[1] += way(&w->runs, t, l, i);
            n++;
        }
    for (int i = 0; i < NODES; i++) {
        double around = 0, total = 0;
        if (w->type[i] != 0)
            continue;
        for (int j = 0; j < NODES; j++) {
            double r = gg_pair_distance(&w->cell, w->runs.start, i, j),
                   weight = radius ? exp(-0.5 * pow(r - *radius, 2)) : i == j;
            if (w->type[j] != 0)
                continue;
            around += weight * (way(&w->runs, t, l, j) - mean[1] / n);
            total += weight;
        }
        sum += (way(&w->runs, t, k, i) - mean[0] / n) * around / total;
    }
    return sum;
}

static void correlation_brute_force(void **state)
{
    (void)state;
    static struct world w;
    const double radius[3] = {0, 0.9, 1.8};
    float got[TIMES * 3];
    struct gg_arena a = {0};
    make_world(&w, 8);
    for (int t = 0; t < TIMES; t++) /* particles that differ, as all runs agree */
        for (int k = 0; k < RUNS; k++)
            for (int i = 0; i < NODES; i++)
                w.end[(t * RUNS + k) * NODES + i][0] += 1 + 0.5 * (i % 7) + sin(w.start[i][1]);
    assert_true(
        gg_propensity_correlation(&w.runs, &w.cell, w.type, &(struct gg_correlation){3, radius}, got, &a));
    for (int t = 0; t < TIMES; t++)
        for (int q = 0; q < 3; q++) {
            double sum = 0, square = 0;
            for (int k = 0; k < RUNS; k++)
                for (int l = 0; l < RUNS; l++) {
                    sum += k == l ? 0 : form(&w, t, k, l, &radius[q]);
                    square += k == l ? 0 : form(&w, t, k, l, NULL);
                }
            assert_float_equal(got[t * 3 + q], sum / square, 1e-6);
        }
    gg_arena_free(&a);
}

/* All go the same way but for what runs do by themselves, and no A at all: nothing correlates, which is said. */
static void correlation_of_nothing(void **state)
{
    (void)state;
    static struct world w;
    const double radius = 1;
    float got[TIMES];
    struct gg_arena a = {0};
    make_world(&w, 9);
    memset(w.end, 0, sizeof w.end);
    memset(w.start, 0, sizeof w.start);
    for (int i = 0; i < NODES; i++) {
        w.type[i] = 0;
        for (int t = 0; t < TIMES; t++)
            w.end[(t * RUNS + i % 2) * NODES + i][1] = 1; /* of runs 0 and 1, half of the particles each */
    }
    assert_false(
        gg_propensity_correlation(&w.runs, &w.cell, w.type, &(struct gg_correlation){1, &radius}, got, &a));
    assert_true(isnan(got[0]) && isnan(got[TIMES - 1]));
    memset(w.type, 1, sizeof w.type);
    assert_false(
        gg_propensity_correlation(&w.runs, &w.cell, w.type, &(struct gg_correlation){1, &radius}, got, &a));
    assert_true(isnan(got[0]));
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(brute_force),
        cmocka_unit_test(covariance),
        cmocka_unit_test(moments_agree),
        cmocka_unit_test(reflection),
        cmocka_unit_test(bonds_brute_force),
        cmocka_unit_test(bonds_of_rigid_motion),
        cmocka_unit_test(empty_and_alone),
        cmocka_unit_test(correlation_brute_force),
        cmocka_unit_test(correlation_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
