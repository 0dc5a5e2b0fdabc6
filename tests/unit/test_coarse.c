/* test_coarse.c -- sums over the whole box against libm, pair by pair, in every kind of cell */
#include "descriptors/coarse.h"
#include "descriptors/kernel.h"
#include "util/rng.h"

#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 600 };

/* 15 lengths of the paper in no order, and some that are nobody's multiple */
static double lengths[] = {7.5, 0.5, 1, 1.5, 2,   2.5, 3,   3.5,  4,      4.5,
                           5,   5.5, 6, 6.5, 7.0, 0.3, 0.9, 1.31, 2.6200, 100};
enum { N_LENGTH = sizeof lengths / sizeof *lengths };

struct world {
    struct gg_descriptor_options options;
    struct gg_particles p;
    struct gg_arena arena;
    double pos[MOST][3], value[MOST];
    int32_t type[MOST];
};

/* A rotation, from a random quaternion. */
static void random_rotation(struct gg_rng *r, double R[3][3])
{
    double q[4], norm = 0;
    for (int k = 0; k < 4; k++) {
        q[k] = gg_rng_normal(r);
        norm += q[k] * q[k];
    }
    for (int k = 0; k < 4; k++)
        q[k] /= sqrt(norm);
    double w = q[0], x = q[1], y = q[2], z = q[3];
    const double m[3][3] = {{1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)},
                            {2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)},
                            {2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)}};
    memcpy(R, m, sizeof m);
}

static void turn(double R[3][3], const double v[3], double out[3])
{
    for (int a = 0; a < 3; a++)
        out[a] = R[a][0] * v[0] + R[a][1] * v[1] + R[a][2] * v[2];
}

static void make_world(struct world *w, int n, int dim, int pbc, const double h[3][3], uint32_t seed)
{
    struct gg_err err;
    struct gg_rng r = gg_rng_at(seed, 1, 2, 3);
    memset(w, 0, sizeof *w);
    w->options = (struct gg_descriptor_options){.n_species = 3,
                                                .species = {"A", "B", "C"},
                                                .lengths = {N_LENGTH, lengths},
                                                .field = "energy"};
    w->p =
        (struct gg_particles){.n = n, .pos = (const double(*)[3])w->pos, .type = w->type, .arena = &w->arena};
    assert_int_equal(gg_cell_init(&w->p.cell, dim, pbc, h, &err), 0);
    for (int i = 0; i < n; i++) {
        double s[3] = {2 * gg_rng_uniform(&r) - 0.5, gg_rng_uniform(&r), gg_rng_uniform(&r)};
        gg_cell_cartesian(&w->p.cell, s, w->pos[i]);
        if (dim == 2)
            w->pos[i][2] = 0;
        w->type[i] = gg_rng_uniform(&r) < 0.2; /* species C: none */
        w->value[i] = -6 + gg_rng_normal(&r);
    }
}

/* The three sums of one particle, class and length, in long double. */
static void brute(const struct world *w, int i, int b, double length, long double sum[3],
                  long double scale[3])
{
    for (int k = 0; k < 3; k++)
        sum[k] = scale[k] = 0;
    for (int j = 0; j < w->p.n; j++) {
        if (b < 3 && w->type[j] != b)
            continue;
        double d[3];
        for (int c = 0; c < 3; c++)
            d[c] = w->pos[j][c] - w->pos[i][c];
        gg_cell_nearest(&w->p.cell, d);
        long double e =
            expl(-sqrtl((long double)d[0] * d[0] + (long double)d[1] * d[1] + (long double)d[2] * d[2]) /
                 (long double)length);
        for (int k = 0; k < 3; k++, e *= (long double)w->value[j]) {
            sum[k] += e;
            scale[k] += fabsl(e);
        }
    }
}

static void compare(struct world *w, double tolerance)
{
    int64_t per = (int64_t)4 * N_LENGTH * 3;
    double *sum = gg_xalloc((size_t)(w->p.n * per + 1), sizeof *sum);
    gg_coarse_sums(&w->options, &w->p, w->value, 3, sum);
    for (int i = 0; i < w->p.n; i += 1 + i / 7)
        for (int b = 0; b < 4; b++)
            for (int L = 0; L < N_LENGTH; L++) {
                long double want[3], scale[3];
                brute(w, i, b, lengths[L], want, scale);
                for (int k = 0; k < 3; k++) {
                    double got = sum[i * per + (b * N_LENGTH + L) * 3 + k];
                    double err = (double)fabsl((long double)got - want[k]);
                    if (!(err <= tolerance * (double)scale[k]))
                        fail_msg("particle %d class %d L=%g moment %d: %.17g wanted %.17Lg", i, b, lengths[L],
                                 k, got, want[k]);
                }
            }
    free(sum);
    gg_arena_free(&w->arena);
}

static void cubic(void **state)
{
    (void)state;
    static struct world w;
    const double h[3][3] = {{9, 0, 0}, {0, 8, 0}, {0, 0, 7}};
    make_world(&w, MOST, 3, 7, h, 1);
    compare(&w, 1e-13);
    make_world(&w, 257, 3, 5, h, 2); /* open along the second vector */
    compare(&w, 1e-13);
}

static void turned_and_skewed(void **state)
{
    (void)state;
    static struct world w;
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    const double box[3][3] = {{9, 0, 0}, {0, -8, 0}, {0, 0, 7}},
                 skew[3][3] = {{6, 0, 0}, {2.5, 6, 0}, {-2, 3, 5}};
    double R[3][3], h[3][3];
    random_rotation(&r, R);
    for (int a = 0; a < 3; a++)
        turn(R, box[a], h[a]);
    make_world(&w, 300, 3, 7, h, 4);
    compare(&w, 1e-12);
    make_world(&w, 200, 3, 7, skew, 5);
    compare(&w, 1e-13);
    const double tilted[3][3] = {{6, 0, 0}, {12, 7, 0}, {-6, 7, 5}}; /* a box by other vectors */
    struct gg_metric metric;
    make_world(&w, 200, 3, 7, tilted, 11);
    gg_metric_init(&metric, &w.p.cell);
    assert_true(metric.orthogonal);
    compare(&w, 1e-13);
}

static void flat_and_open(void **state)
{
    (void)state;
    static struct world w;
    const double h[3][3] = {{9, 0, 0}, {0, 8, 0}, {0, 0, 0}}, skew[3][3] = {{9, 0, 0}, {3, 8, 0}, {0, 0, 0}},
                 none[3][3] = {{0}};
    make_world(&w, 300, 2, 3, h, 6);
    for (int i = 0; i < 300; i++)
        w.pos[i][2] = 5; /* z does not count in two dimensions */
    for (int i = 0; i < 300; i += 2)
        w.pos[i][2] = 0;
    int64_t n = w.p.n;
    double *with = gg_xalloc((size_t)(n * 4 * N_LENGTH), sizeof *with),
           *without = gg_xalloc((size_t)(n * 4 * N_LENGTH), sizeof *with);
    gg_coarse_sums(&w.options, &w.p, NULL, 1, with);
    for (int i = 0; i < 300; i++)
        w.pos[i][2] = 0;
    gg_coarse_sums(&w.options, &w.p, NULL, 1, without);
    assert_memory_equal(with, without, (size_t)(n * 4 * N_LENGTH) * sizeof *with);
    free(with);
    free(without);
    compare(&w, 1e-13);
    make_world(&w, 100, 2, 3, skew, 7);
    compare(&w, 1e-13);
    make_world(&w, 100, 3, 0, none, 8);
    compare(&w, 1e-13);
}

static void few(void **state)
{
    (void)state;
    static struct world w;
    const double h[3][3] = {{9, 0, 0}, {0, 8, 0}, {0, 0, 7}};
    for (int n = 0; n < 4; n++) {
        make_world(&w, n, 3, 7, h, 9);
        compare(&w, 1e-13);
    }
}

/* The same bytes for any number of threads. */
static void threads(void **state)
{
    (void)state;
    static struct world w;
    const double h[3][3] = {{9, 0, 0}, {0, 8, 0}, {0, 0, 7}};
    size_t n = (size_t)MOST * 4 * N_LENGTH * 3;
    double *one = gg_xalloc(n, sizeof *one), *more = gg_xalloc(n, sizeof *one);
    make_world(&w, MOST, 3, 7, h, 10);
    int before = omp_get_max_threads();
    omp_set_num_threads(1);
    gg_coarse_sums(&w.options, &w.p, w.value, 3, one);
    for (int t = 2; t <= 4; t += 2) {
        omp_set_num_threads(t);
        gg_coarse_sums(&w.options, &w.p, w.value, 3, more);
        assert_memory_equal(one, more, n * sizeof *one);
    }
    omp_set_num_threads(before);
    free(one);
    free(more);
    gg_arena_free(&w.arena);
}

static void exponential(void **state)
{
    (void)state;
    double r[GG_BLOCK], w[GG_BLOCK];
    for (int j = 0; j < GG_BLOCK; j++)
        r[j] = j < GG_BLOCK / 2 ? 700.0 * j / GG_BLOCK : 1e-3 * j * j;
    r[0] = 0;
    r[1] = 1e9;
    gg_kernel_exp(r, -1, w);
    assert_true(w[0] == 1);
    assert_true(w[1] < 1e-300);
    for (int j = 2; j < GG_BLOCK; j++)
        if (!(fabsl((long double)w[j] / expl(-(long double)r[j]) - 1) <= 4.5e-16L))
            fail_msg("exp(%g) = %.17g", -r[j], w[j]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential),   cmocka_unit_test(cubic), cmocka_unit_test(turned_and_skewed),
        cmocka_unit_test(flat_and_open), cmocka_unit_test(few),   cmocka_unit_test(threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
