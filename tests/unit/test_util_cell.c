/* test_util_cell.c -- periodic cells against brute force over their images */
#include "util/cell.h"
#include "util/rng.h"

#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct gg_err err;

/* A random cell: dim, pbc and how skewed it is, from the number of the trial. */
static struct gg_cell random_cell(struct gg_rng *r, int trial)
{
    struct gg_cell c;
    int dim = trial % 4 == 3 ? 2 : 3, pbc = trial % 3 == 0 ? (1 << dim) - 1 : (int)gg_rng_below(r, 1u << dim);
    double h[3][3] = {{0}};
    do {
        for (int a = 0; a < dim; a++)
            for (int k = 0; k < dim; k++)
                h[a][k] = a == k ? 1.0 + gg_rng_uniform(r) : trial % 2 ? 2.5 * gg_rng_normal(r) : 0.0;
    } while (gg_cell_init(&c, dim, pbc, (const double(*)[3])h, &err) != 0 || fabs(c.volume) < 0.2);
    return c;
}

static double length(const double d[3])
{
    return sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}

/* The shortest image by search over `reach` cells along each periodic vector. */
static double shortest(const struct gg_cell *c, const double d[3], int reach)
{
    double best = INFINITY;
    int n[3];
    for (int a = 0; a < 3; a++)
        n[a] = c->pbc >> a & 1 ? reach : 0;
    for (int i = -n[0]; i <= n[0]; i++)
        for (int j = -n[1]; j <= n[1]; j++)
            for (int k = -n[2]; k <= n[2]; k++) {
                double x[3];
                for (int a = 0; a < 3; a++)
                    x[a] = d[a] + i * c->h[0][a] + j * c->h[1][a] + k * c->h[2][a];
                best = fmin(best, length(x));
            }
    return best;
}

/* d and its image differ by whole vectors, along periodic directions only. */
static void is_image(const struct gg_cell *c, const double d[3], const double image[3])
{
    double difference[3], s[3];
    for (int a = 0; a < 3; a++)
        difference[a] = image[a] - d[a];
    gg_cell_fractional(c, difference, s);
    for (int a = 0; a < 3; a++)
        assert_true(fabs(s[a] - (c->pbc >> a & 1 ? rint(s[a]) : 0.0)) < 1e-8);
}

/* Whole vectors between two places that differ by such and a little; of all other pairs the nearest image. */
static void between_images(void **state)
{
    (void)state;
    struct gg_rng rng = gg_rng_at(7, 0, 0, 0);
    for (int trial = 0; trial < 200; trial++) {
        struct gg_cell c = random_cell(&rng, trial);
        double n[3] = {0}, r[3] = {0}, s[3], moved[3], whole[3], left[3];
        for (int a = 0; a < c.dim; a++) {
            n[a] = c.pbc >> a & 1 ? (double)gg_rng_below(&rng, 5) - 2 : 0;
            r[a] = gg_rng_normal(&rng);
        }
        gg_cell_cartesian(&c, n, moved);
        for (int a = 0; a < 3; a++)
            s[a] = r[a] - moved[a] + (a < c.dim ? 1e-6 * (a + 1) : 0);
        assert_true(fabs(gg_cell_between(&c, r, s, whole) - 1e-6 * c.dim) < 1e-12);
        for (int a = 0; a < 3; a++) {
            assert_true(fabs(whole[a] - moved[a]) < 1e-12);
            s[a] = a < c.dim ? gg_rng_normal(&rng) : 0;
            left[a] = r[a] - s[a];
        }
        gg_cell_nearest(&c, left);
        double most = fmax(fabs(left[0]), fmax(fabs(left[1]), fabs(left[2])));
        assert_true(fabs(gg_cell_between(&c, r, s, whole) - most) < 1e-12);
        for (int a = 0; a < 3; a++)
            assert_true(fabs(r[a] - s[a] - whole[a] - left[a]) < 1e-12);
    }
    struct gg_cell box;
    const double h[3][3] = {{2, 0, 0}, {0, 2, 0}, {0, 0, 2}}, here[3] = {0.5, 1.5, 0.5},
                 nowhere[3] = {0.5, NAN, 0.5};
    double whole[3];
    assert_int_equal(gg_cell_init(&box, 3, 7, h, &err), 0);
    assert_true(isnan(gg_cell_between(&box, here, nowhere, whole)));
}

static void nearest_against_brute_force(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(1, 0, 0, 0);
    for (int trial = 0; trial < 400; trial++) {
        struct gg_cell c = random_cell(&r, trial);
        double s[3], d[3], image[3];
        for (int a = 0; a < 3; a++)
            s[a] = gg_rng_uniform(&r) - 0.5;
        if (c.dim == 2)
            s[2] = 0.0;
        gg_cell_cartesian(&c, s, d);
        memcpy(image, d, sizeof d);
        gg_cell_nearest(&c, image);
        is_image(&c, d, image);
        assert_true(fabs(length(image) - shortest(&c, d, 14)) < 1e-9);
    }
}

/* A cell given by a long basis of a cubic lattice: its images are those of the cube. */
static void very_skewed_cell(void **state)
{
    (void)state;
    const double h[3][3] = {{1, 0, 0}, {30011, 1, 0}, {-7777, 3137, 1}};
    struct gg_cell c;
    assert_int_equal(gg_cell_init(&c, 3, 7, h, &err), 0);
    struct gg_rng r = gg_rng_at(2, 0, 0, 0);
    for (int trial = 0; trial < 100; trial++) {
        double d[3];
        for (int a = 0; a < 3; a++)
            d[a] = 10.0 * gg_rng_normal(&r);
        double expected = 0;
        for (int a = 0; a < 3; a++)
            expected += (d[a] - rint(d[a])) * (d[a] - rint(d[a]));
        gg_cell_nearest(&c, d);
        assert_true(fabs(length(d) - sqrt(expected)) < 1e-6);
    }
}

static void wrap_puts_inside(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    for (int trial = 0; trial < 400; trial++) {
        struct gg_cell c = random_cell(&r, trial);
        double p[3], q[3], s[3];
        int64_t shift[3];
        for (int a = 0; a < 3; a++)
            p[a] = c.dim == 2 && a == 2 ? 0.0 : 20.0 * gg_rng_normal(&r);
        memcpy(q, p, sizeof p);
        gg_cell_wrap(&c, q, shift);
        gg_cell_fractional(&c, q, s);
        for (int a = 0; a < 3; a++) {
            bool periodic = c.pbc >> a & 1;
            assert_true(!periodic || (s[a] >= 0.0 && s[a] < 1.0));
            assert_true(periodic || shift[a] == 0);
            double back = q[a];
            for (int b = 0; b < 3; b++)
                back -= (double)shift[b] * c.h[b][a];
            assert_true(fabs(back - p[a]) < 1e-9);
        }
    }
}

/* Just below zero rounds onto the far face; enormous coordinates have no fraction at all. */
static void wrap_edges(void **state)
{
    (void)state;
    const double h[3][3] = {{10, 0, 0}, {3, 10, 0}, {-4, 2, 10}},
                 values[] = {-1e-18, -1e-300, 10.0, 1e17, -3e300, 0.0};
    struct gg_cell c;
    assert_int_equal(gg_cell_init(&c, 3, 7, h, &err), 0);
    for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
        double r[3] = {values[k], values[k], values[k]}, s[3];
        int64_t shift[3];
        gg_cell_wrap(&c, r, shift);
        gg_cell_fractional(&c, r, s);
        for (int a = 0; a < 3; a++)
            assert_true(s[a] > -1e-15 && s[a] < 1.0);
    }
}

static void wrapping_twice_changes_nothing(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(4, 0, 0, 0);
    for (int trial = 0; trial < 200; trial++) {
        struct gg_cell c = random_cell(&r, trial);
        double p[3] = {gg_rng_normal(&r), gg_rng_normal(&r), 0.0}, q[3];
        int64_t shift[3];
        gg_cell_wrap(&c, p, shift);
        memcpy(q, p, sizeof p);
        gg_cell_wrap(&c, q, shift);
        assert_memory_equal(p, q, sizeof p);
        assert_true(shift[0] == 0 && shift[1] == 0 && shift[2] == 0);
    }
}

static void heights_and_volume(void **state)
{
    (void)state;
    const double box[3][3] = {{2, 0, 0}, {0, 3, 0}, {0, 0, 4}},
                 left[3][3] = {{0, 2, 0}, {3, 0, 0}, {0, 0, 4}},
                 slanted[3][3] = {{1, 0, 0}, {0.5, 1, 0}, {0, 0, 0}};
    struct gg_cell c;
    assert_int_equal(gg_cell_init(&c, 3, 7, box, &err), 0);
    assert_true(c.volume == 24 && c.height[0] == 2 && c.height[1] == 3 && c.height[2] == 4);
    assert_int_equal(gg_cell_init(&c, 3, 7, left, &err), 0);
    assert_true(c.volume == -24);
    assert_int_equal(gg_cell_init(&c, 2, 3, slanted, &err), 0);
    assert_true(c.volume == 1 && c.height[1] == 1 && fabs(c.height[0] - 1 / sqrt(1.25)) < 1e-15);
    assert_true(c.h[2][2] == 1);
}

static void refusals(void **state)
{
    (void)state;
    const double flat[3][3] = {{1, 0, 0}, {0, 1, 0}, {1, 1, 0}}, none[3][3] = {{0}},
                 nan[3][3] = {{1, 0, 0}, {0, NAN, 0}, {0, 0, 1}},
                 inf[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, INFINITY}},
                 line[3][3] = {{1, 2, 3}, {2, 4, 6}, {0, 0, 1}},
                 huge[3][3] = {{1e200, 0, 0}, {0, 1e200, 0}, {0, 0, 1}};
    struct gg_cell c;
    assert_int_equal(gg_cell_init(&c, 3, 7, flat, &err), -1);
    assert_int_equal(err.status, GG_INPUT);
    assert_int_equal(gg_cell_init(&c, 3, 1, flat, &err), -1);
    assert_int_equal(gg_cell_init(&c, 3, 7, none, &err), -1);
    assert_int_equal(gg_cell_init(&c, 3, 0, none, &err), 0);
    assert_true(c.volume == 1);
    assert_int_equal(gg_cell_init(&c, 3, 7, nan, &err), -1);
    assert_int_equal(gg_cell_init(&c, 3, 7, inf, &err), -1);
    assert_int_equal(gg_cell_init(&c, 3, 7, line, &err), -1);
    assert_int_equal(gg_cell_init(&c, 3, 7, huge, &err), -1);
    assert_int_equal(gg_cell_init(&c, 1, 1, flat, &err), -1);
    assert_int_equal(gg_cell_init(&c, 2, 4, flat, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(between_images),     cmocka_unit_test(nearest_against_brute_force),
        cmocka_unit_test(very_skewed_cell),   cmocka_unit_test(wrap_puts_inside),
        cmocka_unit_test(wrap_edges),         cmocka_unit_test(wrapping_twice_changes_nothing),
        cmocka_unit_test(heights_and_volume), cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
