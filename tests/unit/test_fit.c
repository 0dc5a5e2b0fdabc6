/* test_fit.c -- Gram matrices and ridge regression against sums, least squares and refits */
#include "fit/gram.h"
#include "fit/ridge.h"
#include "util/arena.h"
#include "util/linalg.h"
#include "util/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct gg_err err;

/* ---- data: features of wild scales and offsets, one of them constant, targets that follow from them ---- */

enum { N = 240, F = 7, T = 2, C = F + T + 1 };
static double x[N][F], y[N][T];
static const double scale[F] = {1, 1e3, 1e-3, 30, 1, 2, 1}, offset[F] = {0, 1e6, 5, -3, 100, 0, 7};

static void make(uint64_t seed)
{
    struct gg_rng r = gg_rng_at(seed, 0, 0, 0);
    for (int i = 0; i < N; i++) {
        double hidden = gg_rng_normal(&r), z[F];
        for (int f = 0; f < F; f++)
            z[f] = gg_rng_normal(&r) + (f % 2 ? hidden : 0);
        z[F - 1] = 0; /* constant */
        for (int f = 0; f < F; f++)
            x[i][f] = offset[f] + scale[f] * z[f];
        y[i][0] = 3 + z[0] - 2 * z[1] + 0.3 * gg_rng_normal(&r);
        y[i][1] = -50 + 10 * hidden + 4 * z[2] + gg_rng_normal(&r);
    }
}

/* Packed Gram of rows first .. last-1, less the shift. */
static double *gram_of(int first, int last, const double *shift)
{
    double z[N][C], *square = gg_xalloc(C * C, sizeof *square),
                    *packed = gg_xalloc(gg_packed_size(C), sizeof *packed);
    for (int i = first; i < last; i++) {
        for (int f = 0; f < F; f++)
            z[i - first][f] = x[i][f] - shift[f];
        for (int t = 0; t < T; t++)
            z[i - first][F + t] = y[i][t] - shift[F + t];
        z[i - first][C - 1] = 1;
    }
    for (int at = 0; at < last - first; at += 50) /* in chunks */
        gg_gram_add(C, last - first - at < 50 ? last - first - at : 50, z[at], square);
    gg_packed_take(C, square, packed);
    free(square);
    return packed;
}

static const double shift[C] = {0, 1e6, 5, -3, 100, 0.1, 7, 3, -50}, path[] = {1e-1, 10, 1000};

static struct gg_ridge problem(void)
{
    return (struct gg_ridge){.n_feature = F, .n_target = T, .n_path = 3, .path = path, .drop = 1e-5};
}

/* Prediction of target t at place p of the path for row i. */
static double predict(const struct gg_ridge *r, const struct gg_linear *l, int t, int p, int i)
{
    double sum = shift[F + t] + l->b[t * r->n_path + p];
    for (int f = 0; f < F; f++)
        sum += l->w[(t * r->n_path + p) * F + f] * (x[i][f] - shift[f] - l->mean[f]) / l->scale[f];
    return sum;
}

/* The same by least squares on [X; sqrt(alpha) 1], X standardised over the rows used, as two passes over the data have it. */
static void reference(int n, const int *row, double alpha, int t, double out[N])
{
    double mean[F] = {0}, sd[F] = {0}, my = 0, *a = gg_xalloc((N + F) * F, sizeof *a),
           *b = gg_xalloc(N + F, sizeof *b);
    for (int k = 0; k < n; k++) {
        my += y[row[k]][t] / n;
        for (int f = 0; f < F; f++)
            mean[f] += x[row[k]][f] / n;
    }
    for (int k = 0; k < n; k++)
        for (int f = 0; f < F; f++)
            sd[f] += (x[row[k]][f] - mean[f]) * (x[row[k]][f] - mean[f]) / n;
    for (int k = 0; k < n; k++) {
        for (int f = 0; f < F - 1; f++)
            a[k * F + f] = (x[row[k]][f] - mean[f]) / sqrt(sd[f]);
        b[k] = y[row[k]][t] - my;
    }
    for (int f = 0; f < F; f++)
        a[(n + f) * F + f] = sqrt(alpha);
    assert_int_equal(gg_dgelsd(n + F, F, 1, a, F, b, 1, 1e-14, NULL, &err), 0);
    for (int i = 0; i < N; i++) {
        out[i] = my;
        for (int f = 0; f < F - 1; f++)
            out[i] += b[f] * (x[i][f] - mean[f]) / sqrt(sd[f]);
    }
    free(a);
    free(b);
}

static void assert_near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g and %.17g differ by %g, allowed %g", a, b, fabs(a - b), tolerance);
}

/* ---- Gram ---- */

static void gram_equals_its_definition(void **state)
{
    (void)state;
    enum { ROWS = 37, WIDE = 431 };
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    double *z = gg_xalloc(ROWS * WIDE, sizeof *z), *square = gg_xalloc(WIDE * WIDE, sizeof *z),
           *packed = gg_xalloc(gg_packed_size(WIDE), sizeof *z);
    for (int k = 0; k < ROWS * WIDE; k++)
        z[k] = gg_rng_normal(&r);
    for (int k = 0; k < 2; k++) { /* the square is zero again the second time */
        gg_gram_add(WIDE, 20, z, square);
        gg_gram_add(WIDE, ROWS - 20, z + 20 * WIDE, square);
        gg_packed_take(WIDE, square, packed);
    }
    for (int i = 0; i < WIDE; i++)
        for (int j = i; j < WIDE; j++) {
            double sum = 0;
            for (int k = 0; k < ROWS; k++)
                sum += z[k * WIDE + i] * z[k * WIDE + j];
            assert_near(packed[gg_packed_at(WIDE, i, j)], 2 * sum, 1e-11);
        }
    free(square);
    free(z);
    free(packed);
}

/* ---- ridge ---- */

static void ridge_is_least_squares_with_more_rows(void **state)
{
    (void)state;
    make(1);
    struct gg_ridge r = problem();
    struct gg_linear l;
    double *gram = gram_of(0, N, shift), wanted[N];
    int row[N];
    for (int i = 0; i < N; i++)
        row[i] = i;
    gg_linear_init(&l, &r);
    for (int per = 0; per < 2; per++) {
        r.per_particle = per;
        assert_int_equal(gg_ridge_solve(&r, gram, NULL, &l, &err), 0);
        for (int t = 0; t < T; t++)
            for (int p = 0; p < 3; p++) {
                reference(N, row, path[p] * (per ? N : 1), t, wanted);
                for (int i = 0; i < N; i++)
                    assert_near(predict(&r, &l, t, p, i), wanted[i], 1e-8);
                assert_true(l.w[(t * 3 + p) * F + F - 1] == 0); /* the constant one */
            }
    }
    gg_linear_free(&l);
    free(gram);
}

/* Other units and origins of the features change no prediction. */
static void ridge_does_not_know_units(void **state)
{
    (void)state;
    double before[T][3][N];
    struct gg_ridge r = problem();
    struct gg_linear l;
    gg_linear_init(&l, &r);
    for (int pass = 0; pass < 2; pass++) {
        make(2);
        for (int i = 0; i < N && pass; i++)
            for (int f = 0; f < F; f++)
                x[i][f] = shift[f] + (x[i][f] - shift[f]) * (f + 2) + 0.5 * (f != F - 1);
        double *gram = gram_of(0, N, shift);
        assert_int_equal(gg_ridge_solve(&r, gram, NULL, &l, &err), 0);
        for (int k = 0; k < T * 3 * N; k++) {
            double now = predict(&r, &l, k / N / 3, k / N % 3, k % N);
            if (pass)
                assert_near(now, before[k / N / 3][k / N % 3][k % N], 1e-9);
            before[k / N / 3][k / N % 3][k % N] = now;
        }
        free(gram);
    }
    gg_linear_free(&l);
}

/* A part taken from the sum is a refit without it, and its score that of the predictions. */
static void leaving_out_is_refitting(void **state)
{
    (void)state;
    enum { FIRST = 80, LAST = 130 };
    make(3);
    struct gg_ridge r = problem();
    struct gg_linear l;
    struct gg_moments score[T * 3];
    double *all = gram_of(0, N, shift), *part = gram_of(FIRST, LAST, shift), wanted[N];
    int row[N], n = 0;
    for (int i = 0; i < N; i++)
        if (i < FIRST || i >= LAST)
            row[n++] = i;
    gg_linear_init(&l, &r);
    assert_int_equal(gg_ridge_solve(&r, all, part, &l, &err), 0);
    gg_ridge_score(&r, part, &l, score);
    for (int t = 0; t < T; t++)
        for (int p = 0; p < 3; p++) {
            double truth[LAST - FIRST];
            reference(n, row, path[p], t, wanted);
            for (int i = FIRST; i < LAST; i++) {
                assert_near(predict(&r, &l, t, p, i), wanted[i], 1e-8);
                truth[i - FIRST] = y[i][t];
            }
            struct gg_moments m = gg_moments_scalar(LAST - FIRST, truth, wanted + FIRST),
                              *s = &score[t * 3 + p];
            assert_near(s->n, LAST - FIRST, 0);
            assert_near(s->sxx, m.sxx, 1e-9 * m.sxx);
            assert_near(s->syy, m.syy, 1e-7 * m.syy);
            assert_near(s->sdd, m.sdd, 1e-7 * m.sxx);
            assert_near(gg_pearson(s), gg_pearson(&m), 1e-8);
        }
    gg_linear_free(&l);
    free(all);
    free(part);
}

/* K components: ridge on the projections, which are uncorrelated with variances lambda/n: w_k = z_k.y / (z_k.z_k + alpha). */
static void components_are_regressed_on(void **state)
{
    (void)state;
    make(4);
    struct gg_ridge r = problem();
    struct gg_linear l, a;
    double *gram = gram_of(0, N, shift), *axis, wanted[N];
    int kept[F];
    r.pca = 3;
    gg_linear_init(&l, &r);
    gg_linear_init(&a, &r);
    assert_int_equal(gg_ridge_solve(&r, gram, NULL, &l, &err), 0);
    assert_int_equal(gg_ridge_axes(&r, gram, NULL, &a, kept, &axis, &err), F - 1);
    double last = 0;
    for (int t = 0; t < T; t++)
        for (int p = 0; p < 3; p++) {
            for (int i = 0; i < N; i++)
                wanted[i] = shift[F + t] + l.b[t * 3];
            for (int k = 0; k < 3; k++) {
                double z[N], zz = 0, zy = 0;
                for (int i = 0; i < N; i++) {
                    z[i] = 0;
                    for (int q = 0; q < F - 1; q++)
                        z[i] += axis[k * (F - 1) + q] * (x[i][kept[q]] - shift[kept[q]] - a.mean[kept[q]]) /
                                a.scale[kept[q]];
                    zz += z[i] * z[i];
                    zy += z[i] * y[i][t];
                }
                for (int i = 0; i < N; i++)
                    wanted[i] += zy / (zz + path[p]) * z[i];
                assert_true(k == 0 || zz >= last);
                last = zz;
            }
            for (int i = 0; i < N; i++)
                assert_near(predict(&r, &l, t, p, i), wanted[i], 1e-7);
        }
    struct gg_linear whole;
    gg_linear_init(&whole, &r);
    r.pca = F - 1;
    assert_int_equal(gg_ridge_solve(&r, gram, NULL, &l, &err), 0);
    r.pca = 0;
    assert_int_equal(gg_ridge_solve(&r, gram, NULL, &whole, &err), 0);
    assert_memory_equal(l.w, whole.w, sizeof *l.w * T * 3 * F);
    free(gram);
    free(axis);
    gg_linear_free(&l);
    gg_linear_free(&a);
    gg_linear_free(&whole);
}

/* The same penalty by the tridiagonal form, and by eigenvectors: a path with a penalty of 0 goes that way.  A penalty that vanishes beside
 * the rounding of copied features goes it, too, and fits as well as one that does not. */
static void both_ways_agree(void **state)
{
    (void)state;
    static const double with_none[] = {0, 10, 1000}, little[] = {1e-290, 1e-6, 1e-3};
    make(8);
    struct gg_ridge r = problem();
    struct gg_linear one, other;
    gg_linear_init(&one, &r);
    gg_linear_init(&other, &r);
    double *gram = gram_of(0, N, shift);
    assert_int_equal(gg_ridge_solve(&r, gram, NULL, &one, &err), 0);
    r.path = with_none;
    assert_int_equal(gg_ridge_solve(&r, gram, NULL, &other, &err), 0);
    for (int m = 0; m < T * 3; m++)
        for (int f = 0; f < F && m % 3; f++)
            assert_near(one.w[m * F + f], other.w[m * F + f], 1e-11);
    free(gram);
    for (int i = 0; i < N; i++)
        x[i][1] = offset[1] + scale[1] * (x[i][0] - offset[0]);
    gram = gram_of(0, N, shift);
    r.path = little;
    assert_int_equal(gg_ridge_solve(&r, gram, NULL, &one, &err), 0);
    for (int t = 0; t < T; t++)
        for (int i = 0; i < N; i++)
            assert_near(predict(&r, &one, t, 0, i), predict(&r, &one, t, 1, i), 1e-6);
    free(gram);
    gg_linear_free(&one);
    gg_linear_free(&other);
}

static void ridge_refusals(void **state)
{
    (void)state;
    static const double none[] = {0};
    make(6);
    struct gg_ridge r = problem();
    struct gg_linear l;
    double *few = gram_of(0, 4, shift), *all = gram_of(0, N, shift), *empty = gram_of(0, 0, shift);
    r.n_path = 1;
    r.path = none;
    gg_linear_init(&l, &r);
    assert_int_equal(gg_ridge_solve(&r, all, NULL, &l, &err), 0); /* enough rows: no penalty is one */
    assert_int_equal(gg_ridge_solve(&r, few, NULL, &l, &err), -1);
    assert_int_equal(err.status, GG_NUMERICS);
    r.path = path;
    assert_int_equal(gg_ridge_solve(&r, few, NULL, &l, &err), 0);
    assert_int_equal(gg_ridge_solve(&r, empty, NULL, &l, &err), -1);
    assert_int_equal(err.status, GG_INPUT);
    assert_int_equal(gg_ridge_solve(&r, all, all, &l, &err), -1); /* nothing left */
    for (int f = 0; f < F; f++)
        x[0][f] = 1e200;
    double *huge = gram_of(0, N, shift);
    assert_int_equal(gg_ridge_solve(&r, huge, NULL, &l, &err), -1);
    assert_int_equal(err.status, GG_NUMERICS);
    free(few);
    free(all);
    free(empty);
    free(huge);
    gg_linear_free(&l);
}

/* Features that never vary leave the mean. */
static void constants_predict_the_mean(void **state)
{
    (void)state;
    make(7);
    for (int i = 0; i < N; i++)
        for (int f = 0; f < F; f++)
            x[i][f] = offset[f] + 0.3;
    struct gg_ridge r = problem();
    struct gg_linear l;
    double *gram = gram_of(0, N, shift), mean = 0;
    for (int i = 0; i < N; i++)
        mean += y[i][0] / N;
    gg_linear_init(&l, &r);
    assert_int_equal(gg_ridge_solve(&r, gram, NULL, &l, &err), 0);
    assert_near(predict(&r, &l, 0, 0, 5), mean, 1e-10);
    gg_linear_free(&l);
    free(gram);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gram_equals_its_definition),
                                       cmocka_unit_test(ridge_is_least_squares_with_more_rows),
                                       cmocka_unit_test(ridge_does_not_know_units),
                                       cmocka_unit_test(leaving_out_is_refitting),
                                       cmocka_unit_test(components_are_regressed_on),
                                       cmocka_unit_test(both_ways_agree),
                                       cmocka_unit_test(ridge_refusals),
                                       cmocka_unit_test(constants_predict_the_mean)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
