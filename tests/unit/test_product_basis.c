/* test_product_basis.c -- polynomials of irreps: how many there are, what they are made of, how they turn */
#include "o3/product_basis.h"
#include "o3/o3.h"
#include "util/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { NU = GG_PRODUCT_FACTORS };

struct bases {
    struct gg_arena a;
    struct gg_irreps in, out;
    struct gg_product_basis of[GG_IRREPS_MAX * NU];
};

static struct bases make(const char *in, const char *out)
{
    struct gg_err err = {0};
    struct bases b = {0};
    assert_int_equal(gg_irreps_parse(&b.in, in, &err), 0);
    assert_int_equal(gg_irreps_parse(&b.out, out, &err), 0);
    if (gg_product_basis_new(&b.in, NU, &b.out, b.of, &b.a, &err))
        fail_msg("%s -> %s: %s", in, out, err.text);
    return b;
}

static const char *const spaces[] = {"0e+1o",       "0e+1o+2e",          "0e+1o+2e+3o", "0e+1o+1e+2e",
                                     "1o+0e+0o+1e", "0e+0o+1e+1o+2e+2o", "1o+1o+2e",    "3o"};

/* ---- how many: the tables of the literature ---- */

static void counts(void **state)
{
    static const struct {
        const char *in, *out;
        int n[NU];
    } table[] = {{"0e+1o", "0e", {1, 2, 2, 3}},         {"0e+1o", "1o", {1, 1, 2, 2}},
                 {"0e+1o", "2e", {0, 1, 1, 2}},         {"0e+1o+2e", "0e", {1, 3, 5, 9}},
                 {"0e+1o+2e", "1o", {1, 2, 5, 9}},      {"0e+1o+2e", "2e", {1, 3, 6, 13}},
                 {"0e+1o+2e+3o", "0e", {1, 4, 8, 23}},  {"0e+1o+2e+3o", "1o", {1, 3, 12, 31}},
                 {"0e+1o+2e+3o", "2e", {1, 5, 14, 46}}, {"0e+1o+2e+3o", "3o", {1, 3, 15, 44}},
                 {"0e+1o+2e", "1e", {0, 0, 1, 2}},      {"0e+1o+2e", "2o", {0, 1, 2, 6}},
                 {"0e+1o+2e+3o", "1e", {0, 0, 4, 14}},  {"0e+1o+2e+3o", "2o", {0, 2, 7, 29}},
                 {"0e+1o+2e+3o", "0o", {0, 0, 0, 3}},   {"0e+1o", "1e", {0, 0, 0, 0}}};
    (void)state;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct bases b = make(table[k].in, table[k].out);
        for (int nu = 1; nu <= NU; nu++)
            if (b.of[nu - 1].n_path != table[k].n[nu - 1])
                fail_msg("%s -> %s, %d factors: %d, wanted %d", table[k].in, table[k].out, nu,
                         b.of[nu - 1].n_path, table[k].n[nu - 1]);
        gg_arena_free(&b.a);
    }
}

/* ---- how many: characters ---- */

static double character(const struct gg_irreps *x, double angle, int sign, int power)
{
    double sum = 0;
    for (int b = 0; b < x->n; b++) {
        double of_l = 1;
        for (int m = 1; m <= x->b[b].l; m++)
            of_l += 2 * cos(m * power * angle);
        sum += (sign < 0 && x->b[b].p < 0 && power % 2 ? -1 : 1) * of_l;
    }
    return sum;
}

/* The character of Sym^nu V by Newton's identity: nu h_nu = sum_k p_k h_{nu-k}. */
static double symmetric_power(const struct gg_irreps *x, double angle, int sign, int nu)
{
    double h[NU + 1] = {1};
    for (int n = 1; n <= nu; n++)
        for (int k = 1; k <= n; k++)
            h[n] += character(x, angle, sign, k) * h[n - k] / n;
    return h[nu];
}

/* How often `wanted` is in Sym^nu V: the mean of h chi over O(3), classes of rotations by their angle with weight 1 - cos. */
static double multiplicity(const struct gg_irreps *x, int nu, struct gg_irrep wanted)
{
    enum { POINTS = 64 }; /* exact: the highest frequency is nu * 3 + l + 1 */
    struct gg_irreps one = {1, {wanted}};
    double sum = 0;
    for (int sign = -1; sign <= 1; sign += 2)
        for (int k = 0; k < POINTS; k++) {
            double angle = 2 * M_PI * k / POINTS;
            sum += (1 - cos(angle)) * symmetric_power(x, angle, sign, nu) * character(&one, angle, sign, 1) /
                   (2 * POINTS);
        }
    return sum;
}

static void characters(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof spaces / sizeof *spaces; k++) {
        struct bases b = make(spaces[k], "0e+0o+1e+1o+2e+2o+3e+3o+4e+4o");
        for (int o = 0; o < b.out.n; o++)
            for (int nu = 1; nu <= NU; nu++) {
                double wanted = multiplicity(&b.in, nu, b.out.b[o]);
                int have = b.of[o * NU + nu - 1].n_path;
                assert_true(fabs(wanted - round(wanted)) < 1e-9);
                if (have != (int)round(wanted))
                    fail_msg("%s -> %d%c, %d factors: %d, by characters %g", spaces[k], b.out.b[o].l,
                             b.out.b[o].p > 0 ? 'e' : 'o', nu, have, wanted);
            }
        gg_arena_free(&b.a);
    }
}

/* ---- what they are made of: (M, monomial) that stand in any, a property of what they span ---- */

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static int support(const struct gg_product_basis *b)
{
    int64_t *pair = calloc((size_t)b->n_term + 1, sizeof *pair);
    int n = 0;
    for (int k = 0; k < b->n_term; k++)
        pair[k] = (int64_t)b->term[k].m << 32 | b->term[k].monomial;
    qsort(pair, (size_t)b->n_term, sizeof *pair, compare);
    for (int k = 0; k < b->n_term; k++)
        n += k == 0 || pair[k] != pair[k - 1];
    free(pair);
    return n;
}

static void monomials(void **state)
{
    static const struct {
        const char *in, *out;
        int nu, n;
    } table[] = {{"0e+1o", "0e", 2, 4},        {"0e+1o", "1o", 2, 3},         {"0e+1o", "0e", 3, 4},
                 {"0e+1o", "1o", 3, 12},       {"0e+1o", "2e", 3, 8},         {"0e+1o+2e", "0e", 2, 9},
                 {"0e+1o+2e", "1o", 2, 14},    {"0e+1o+2e", "0e", 3, 25},     {"0e+1o+2e", "1o", 3, 56},
                 {"0e+1o+2e", "2e", 3, 89},    {"0e+1o+2e+3o", "0e", 2, 16},  {"0e+1o+2e+3o", "1o", 2, 35},
                 {"0e+1o+2e+3o", "0e", 3, 77}, {"0e+1o+2e+3o", "1o", 3, 278}, {"0e+1o+2e+3o", "2e", 3, 398}};
    (void)state;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct bases b = make(table[k].in, table[k].out);
        int n = support(&b.of[table[k].nu - 1]);
        if (n != table[k].n)
            fail_msg("%s -> %s, %d factors: %d monomials, wanted %d", table[k].in, table[k].out, table[k].nu,
                     n, table[k].n);
        gg_arena_free(&b.a);
    }
}

/* ---- how they turn, and how large they are ---- */

static void random_vector(struct gg_rng *r, double *x, int n)
{
    for (int k = 0; k < n; k++)
        x[k] = gg_rng_normal(r);
}

static void each_turns(const struct bases *b, const struct gg_product_basis *f, struct gg_rng *r,
                       bool improper)
{
    double q[4], R[3][3], A[GG_PRODUCT_NUMBERS], y[2 * GG_L_MAX + 1], z[2 * GG_L_MAX + 1];
    struct gg_irreps one = {1, {{1, f->l, f->p}}};
    random_vector(r, q, 4);
    gg_rotation_from_quaternion(q, R);
    for (int k = 0; k < 9 && improper; k++)
        R[k / 3][k % 3] *= -1;
    for (int path = 0; path < f->n_path; path++) {
        random_vector(r, A, gg_irreps_dim(&b->in));
        gg_product_evaluate(f, path, A, y);
        gg_rotate_irreps(&one, (const double(*)[3])R, y, 1);
        gg_rotate_irreps(&b->in, (const double(*)[3])R, A, 1);
        gg_product_evaluate(f, path, A, z);
        double size = 1;
        for (int m = 0; m <= 2 * f->l; m++)
            size += y[m] * y[m];
        for (int m = 0; m <= 2 * f->l; m++)
            assert_true(fabs(y[m] - z[m]) <= 1e-12 * size);
    }
}

static void turn(void **state)
{
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    (void)state;
    for (size_t k = 0; k < sizeof spaces / sizeof *spaces; k++) {
        struct bases b = make(spaces[k], "0e+0o+1e+1o+2e+2o+3e+3o");
        for (int q = 0; q < b.out.n * NU; q++)
            for (int improper = 0; improper < 2; improper++)
                each_turns(&b, &b.of[q], &r, improper);
        gg_arena_free(&b.a);
    }
}

/* Variance 1 for normal components, by sampling; first coefficient positive; terms in their order. */
static void scale(void **state)
{
    enum { SAMPLES = 40000 };
    struct gg_rng r = gg_rng_at(6, 0, 0, 0);
    struct bases b = make("0e+1o+2e", "0e+1o+2e+2o");
    (void)state;
    for (int q = 0; q < b.out.n * NU; q++) {
        const struct gg_product_basis *f = &b.of[q];
        for (int path = 0; path < f->n_path; path++) {
            double A[GG_PRODUCT_NUMBERS], y[2 * GG_L_MAX + 1], square = 0;
            for (int k = 0; k < SAMPLES / (2 * f->l + 1); k++) {
                random_vector(&r, A, 9);
                gg_product_evaluate(f, path, A, y);
                for (int m = 0; m <= 2 * f->l; m++)
                    square += y[m] * y[m] / SAMPLES;
            }
            assert_true(fabs(square - 1) < (f->nu < 4 ? 0.25 : 0.5)); /* fourth powers have heavy tails */
        }
        for (int k = 0; k < f->n_term; k++) {
            const struct gg_product_term *t = &f->term[k];
            bool first = k == 0 || t->path != t[-1].path;
            assert_true(!first || t->value > 0);
            assert_true(first || t->m > t[-1].m || (t->m == t[-1].m && t->monomial > t[-1].monomial));
        }
    }
    gg_arena_free(&b.a);
}

static void refusals(void **state)
{
    static const struct {
        const char *in;
        int nu;
        const char *says;
    } table[] = {{"0e+4e", 2, "degree 4"},
                 {"0e", 5, "5 factors"},
                 {"0e", 0, "0 factors"},
                 {"3e+3e+3e+3e+3e+3e+3e+3e+3e+3e", 2, "70 components"},
                 {"3e+3e+3e+3e+3e+3e+3e", 4, "monomials"}};
    (void)state;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct gg_err err = {0};
        struct gg_arena a = {0};
        struct gg_irreps in, out = {1, {{1, 0, 1}}};
        struct gg_product_basis basis[5];
        assert_int_equal(gg_irreps_parse(&in, table[k].in, &err), 0);
        assert_int_equal(gg_product_basis_new(&in, table[k].nu, &out, basis, &a, &err), -1);
        assert_non_null(strstr(err.text, table[k].says));
        gg_arena_free(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts),    cmocka_unit_test(characters),
                                       cmocka_unit_test(monomials), cmocka_unit_test(turn),
                                       cmocka_unit_test(scale),     cmocka_unit_test(refusals)};
    return cmocka_run_group_tests_name("bases of products", tests, NULL, NULL);
}
