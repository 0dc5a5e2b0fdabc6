/* test_util_linalg.c -- the calls of BLAS and LAPACK against plain loops and against each other */
#include "util/linalg.h"
#include "util/rng.h"

#include <dlfcn.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct gg_err err;

static void gemm_against_loops(void **state)
{
    (void)state;
    enum { M = 5, N = 7, K = 3, LD = 9 };
    struct gg_rng r = gg_rng_at(11, 0, 0, 0);
    for (int way = 0; way < 4; way++) {
        bool ta = way & 1, tb = way & 2;
        gg_real a[LD * LD], b[LD * LD], c[M * LD], wanted[M * LD];
        for (int k = 0; k < LD * LD; k++) {
            a[k] = (gg_real)gg_rng_normal(&r);
            b[k] = (gg_real)gg_rng_normal(&r);
        }
        for (int k = 0; k < M * LD; k++)
            wanted[k] = c[k] = (gg_real)gg_rng_normal(&r);
        for (int i = 0; i < M; i++)
            for (int j = 0; j < N; j++) {
                gg_real sum = 0;
                for (int k = 0; k < K; k++)
                    sum += (ta ? a[k * LD + i] : a[i * LD + k]) * (tb ? b[j * LD + k] : b[k * LD + j]);
                wanted[i * LD + j] = 2 * sum + wanted[i * LD + j] / 2;
            }
        gg_gemm(ta, tb, M, N, K, 2, a, LD, b, LD, (gg_real)0.5, c, LD);
        for (int k = 0; k < M * LD; k++)
            assert_true(fabs((double)(c[k] - wanted[k])) < 1e-5);
    }
}

/* Large enough for the kernels that pack: the other test's matrices are not.  From four threads at a time, as conv and descriptors do. */
static void large_products(void **state)
{
    (void)state;
    enum { M = 130, N = 170, K = 300 };
    static double a[M * K], b[K * N], wanted[M * N], c[4][M * N];
    static float fa[M * K], fb[K * N], fc[4][M * N];
    struct gg_rng r = gg_rng_at(14, 0, 0, 0);
    for (int k = 0; k < M * K; k++)
        a[k] = fa[k] = (float)gg_rng_normal(&r);
    for (int k = 0; k < K * N; k++)
        b[k] = fb[k] = (float)gg_rng_normal(&r);
    for (int i = 0; i < M; i++)
        for (int k = 0; k < K; k++)
            for (int j = 0; j < N; j++)
                wanted[i * N + j] += a[i * K + k] * b[k * N + j];
    assert_int_equal(gg_blas_open(&err), 0);
    assert_int_equal(gg_blas_threads(4, &err), 0);
#pragma omp parallel for num_threads(4)
    for (int t = 0; t < 4; t++) {
        gg_dgemm(false, false, M, N, K, 1, a, K, b, N, 0, c[t], N);
        gg_sgemm(false, false, M, N, K, 1, fa, K, fb, N, 0, fc[t], N);
    }
    for (int t = 0; t < 4; t++)
        for (int k = 0; k < M * N; k++) {
            assert_true(fabs(c[t][k] - wanted[k]) < 1e-11);
            assert_true(fabs((double)fc[t][k] - wanted[k]) < 2e-3);
        }
}

/* a = x'x + 1 through dsyrk; dposv solves it, dsyev takes it apart and the parts give it back. */
static void symmetric(void **state)
{
    (void)state;
    enum { N = 6 };
    struct gg_rng r = gg_rng_at(12, 0, 0, 0);
    double x[N * N], a[N * N], factor[N * N], vectors[N * N], w[N], b[N * 2], solution[N * 2];
    for (int k = 0; k < N * N; k++) {
        x[k] = gg_rng_normal(&r);
        a[k] = k % (N + 1) == 0;
    }
    for (int k = 0; k < 2 * N; k++)
        b[k] = solution[k] = gg_rng_normal(&r);
    gg_dsyrk(N, N, 1, x, N, 1, a, N);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < i; j++)
            a[i * N + j] = a[j * N + i];
    memcpy(factor, a, sizeof a);
    memcpy(vectors, a, sizeof a);
    assert_int_equal(gg_dposv(N, 2, factor, N, solution, 2, &err), 0);
    assert_int_equal(gg_dsyev(N, vectors, N, w, &err), 0);
    for (int i = 0; i < N; i++) {
        assert_true(i == 0 || w[i] >= w[i - 1]);
        for (int c = 0; c < 2; c++) {
            double sum = 0;
            for (int j = 0; j < N; j++)
                sum += a[i * N + j] * solution[j * 2 + c];
            assert_true(fabs(sum - b[i * 2 + c]) < 1e-10);
        }
        for (int j = 0; j < N; j++) {
            double sum = 0;
            for (int k = 0; k < N; k++)
                sum += vectors[k * N + i] * w[k] * vectors[k * N + j];
            assert_true(fabs(sum - a[i * N + j]) < 1e-10);
        }
    }
}

/* Q (T + 1)^-1 Q' b by the tridiagonal form is what dposv finds, for so many rows that blocks of reflections are applied. */
static void tridiagonal(void **state)
{
    (void)state;
    enum { N = 150, M = 40 };
    static double x[N * N], a[N * N], factor[N * N], b[M * N], wanted[N * M], d[N], e[N], tau[N];
    struct gg_rng r = gg_rng_at(13, 0, 0, 0);
    for (int k = 0; k < N * N; k++)
        x[k] = gg_rng_normal(&r);
    for (int k = 0; k < M * N; k++)
        b[k] = wanted[k % N * M + k / N] = gg_rng_normal(&r);
    gg_dsyrk(N, N, 1, x, N, 0, a, N);
    memcpy(factor, a, sizeof a);
    for (int i = 0; i < N; i++)
        factor[i * N + i] += 1;
    assert_int_equal(gg_dposv(N, M, factor, N, wanted, M, &err), 0);
    assert_int_equal(gg_dsytrd(N, a, N, d, e, tau, &err), 0);
    assert_int_equal(gg_dormtr(true, M, N, a, N, tau, b, N, &err), 0);
    for (int i = 0; i < N; i++)
        d[i] += 1;
    assert_int_equal(gg_dptsv(N, M, d, e, b, N, &err), 0);
    assert_int_equal(gg_dormtr(false, M, N, a, N, tau, b, N, &err), 0);
    for (int k = 0; k < M * N; k++)
        assert_true(fabs(b[k] - wanted[k % N * M + k / N]) < 1e-10);
}

static void least_squares_of_low_rank(void **state)
{
    (void)state;
    double a[4 * 2] = {1, 2, 2, 4, 3, 6, 4, 8},
                 b[4] = {1, 2, 3, 4}; /* columns are parallel: the shortest x = (1, 2) / 5 */
    int rank;
    assert_int_equal(gg_dgelsd(4, 2, 1, a, 2, b, 1, 1e-12, &rank, &err), 0);
    assert_int_equal(rank, 1);
    assert_true(fabs(b[0] - 0.2) < 1e-12 && fabs(b[1] - 0.4) < 1e-12);
}

static void linalg_refusals(void **state)
{
    (void)state;
    double indefinite[4] = {1, 2, 2, 1}, nan[4] = {1, NAN, NAN, 1}, b[2] = {1, 1}, w[2], one[2] = {1, 1},
           two[1] = {2};
    assert_int_equal(gg_dposv(2, 1, indefinite, 2, b, 1, &err), -1);
    assert_int_equal(err.status, GG_NUMERICS);
    assert_int_equal(gg_dsyev(2, nan, 2, w, &err), -1);
    assert_int_equal(err.status, GG_NUMERICS);
    assert_int_equal(gg_dptsv(2, 1, one, two, b, 2, &err), -1);
    assert_int_equal(err.status, GG_NUMERICS);
    b[0] = NAN;
    assert_int_equal(gg_dptsv(2, 1, one, w, b, 2, &err), -1);
    assert_non_null(strstr(err.text, "NaN"));
    assert_int_equal(gg_dposv(2, 1, indefinite, 2, b, 1, &err), -1);
    assert_non_null(strstr(err.text, "NaN"));
    assert_int_equal(gg_dsytrd(2, nan, 2, w, w, w, &err), -1);
    assert_int_equal(gg_dgelsd(2, 2, 1, nan, 2, b, 1, 1e-12, NULL, &err), -1);
    assert_int_equal(err.status, GG_NUMERICS);
}

/* What blas.c rests on: the library can be closed, and opened anew it chooses its kernels anew. */
static void kernels_are_chosen_at_every_opening(void **state)
{
    (void)state;
    char core[2][32];
    for (int k = 0; k < 2; k++) {
        setenv("OPENBLAS_NUM_THREADS", "1", 1);
        setenv("OPENBLAS_CORETYPE", k == 0 ? "Prescott" : "Nehalem", 1);
        void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL), *found;
        assert_non_null(library);
        const char *(*name)(void);
        found = dlsym(library, "openblas_get_corename");
        memcpy(&name, &found, sizeof found);
        snprintf(core[k], sizeof core[k], "%s", name());
        assert_int_equal(dlclose(library), 0);
    }
    unsetenv("OPENBLAS_NUM_THREADS");
    unsetenv("OPENBLAS_CORETYPE");
#ifdef __x86_64__
    assert_string_equal(core[0], "Prescott");
    assert_string_equal(core[1], "Nehalem");
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kernels_are_chosen_at_every_opening),
                                       cmocka_unit_test(gemm_against_loops),
                                       cmocka_unit_test(large_products),
                                       cmocka_unit_test(symmetric),
                                       cmocka_unit_test(tridiagonal),
                                       cmocka_unit_test(least_squares_of_low_rank),
                                       cmocka_unit_test(linalg_refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
