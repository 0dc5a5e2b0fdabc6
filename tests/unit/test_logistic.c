/* test_logistic.c -- logistic regression against its own objective and differences */
#include "fit/logistic.h"
#include "util/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct gg_err err;

static void assert_near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g and %.17g differ by %g, allowed %g", a, b, fabs(a - b), tolerance);
}

enum { N = 240, L = 5, ROOM = 64 };
static double lx[N][L], ly[N];

/* Rows 0 .. n-1 of lx, `context` points to n; the chunks are uneven, and one is empty. */
static int64_t read_rows(void *context, int64_t chunk, double *z, double *label)
{
    int n = *(int *)context, first = chunk < 2 ? 0 : (int)(chunk - 1) * ROOM, count = 0;
    for (int i = first; i < n && i < first + ROOM && chunk != 1; i++, count++) {
        memcpy(z + count * (L + 1), lx[i], sizeof lx[i]);
        z[count * (L + 1) + L] = 1;
        label[count] = ly[i];
    }
    return count;
}

static void make_classes(double gap)
{
    struct gg_rng r = gg_rng_at(9, 0, 0, 0);
    for (int i = 0; i < N; i++) {
        double a = 0;
        for (int f = 0; f < L; f++) {
            lx[i][f] = gg_rng_normal(&r);
            a += (f + 1) * 0.5 * lx[i][f];
        }
        ly[i] = a + (gap > 0 ? 0 : 2 * gg_rng_normal(&r)) > 0.3;
        lx[i][0] += gap * (ly[i] > 0.5 ? 1 : -1);
    }
}

static double objective(int n, const double *w, double alpha)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double a = w[L];
        for (int f = 0; f < L; f++)
            a += w[f] * lx[i][f];
        sum += log1p(exp(ly[i] > 0.5 ? -a : a));
    }
    for (int f = 0; f < L; f++)
        sum += alpha / 2 * w[f] * w[f];
    return sum;
}

static struct gg_rows rows_of(int *n)
{
    return (struct gg_rows){.n = L, .n_chunk = 2 + N / ROOM, .room = ROOM, .read = read_rows, .context = n};
}

/* A minimum: no direction leads down, by an objective of our own; its gradient is zero, by differences too. */
static void logistic_is_at_the_minimum(void **state)
{
    (void)state;
    static const double alpha[] = {100, 1e-3, 1};
    int n = N;
    struct gg_rows rows = rows_of(&n);
    double w[3][L + 1], loss[3];
    make_classes(0);
    assert_int_equal(gg_logistic_path(&rows, 3, alpha, false, w[0], &err), 0);
    assert_near(gg_logistic_loss(&rows, 3, w[0], loss), N, 0);
    for (int p = 0; p < 3; p++) {
        double at = objective(N, w[p], alpha[p]), penalty = 0;
        assert_true(gg_logistic_gradient(&rows, alpha[p], w[p]) <= 1e-6);
        for (int f = 0; f <= L; f++) {
            double up[L + 1], down[L + 1], h = 1e-4;
            memcpy(up, w[p], sizeof up);
            memcpy(down, w[p], sizeof down);
            up[f] += h;
            down[f] -= h;
            double a = objective(N, up, alpha[p]), b = objective(N, down, alpha[p]);
            assert_true(a > at && b > at);
            assert_near((a - b) / (2 * h), 0, 1e-5);
            penalty += f < L ? alpha[p] / 2 * w[p][f] * w[p][f] : 0;
        }
        assert_near(loss[p], at - penalty, 1e-9 * at);
    }
    double per[L + 1], one = 1.0 / N;
    assert_int_equal(gg_logistic_path(&rows, 1, &one, true, per, &err), 0);
    for (int f = 0; f <= L; f++) /* the path's warm start leads to the same place */
        assert_near(per[f], w[2][f], 1e-7);
}

static void logistic_refusals(void **state)
{
    (void)state;
    static const double none[] = {0}, some[] = {1};
    int n = N;
    struct gg_rows rows = rows_of(&n);
    double w[L + 1];
    make_classes(3); /* a plane separates them */
    assert_int_equal(gg_logistic_path(&rows, 1, some, false, w, &err), 0);
    assert_int_equal(gg_logistic_path(&rows, 1, none, false, w, &err), -1);
    assert_int_equal(err.status, GG_NUMERICS);
    for (int i = 0; i < N; i++)
        ly[i] = 1;
    assert_int_equal(gg_logistic_path(&rows, 1, some, false, w, &err), -1);
    assert_int_equal(err.status, GG_INPUT);
    n = 0;
    assert_int_equal(gg_logistic_path(&rows, 1, some, false, w, &err), -1);
    assert_int_equal(err.status, GG_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(logistic_is_at_the_minimum),
                                       cmocka_unit_test(logistic_refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
