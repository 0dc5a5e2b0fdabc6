/* linalg.c -- the dozen calls of BLAS and LAPACK that the suite uses */
#include "util/linalg.h"
#include "util/arena.h"

#include <cblas.h>
#include <lapacke.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CBLAS_TRANSPOSE transpose(bool t)
{
    return t ? CblasTrans : CblasNoTrans;
}

void gg_sgemm(bool ta, bool tb, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
              int ldb, float beta, float *c, int ldc)
{
    cblas_sgemm(CblasRowMajor, transpose(ta), transpose(tb), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void gg_dgemm(bool ta, bool tb, int m, int n, int k, double alpha, const double *a, int lda, const double *b,
              int ldb, double beta, double *c, int ldc)
{
    cblas_dgemm(CblasRowMajor, transpose(ta), transpose(tb), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void gg_gemm(bool ta, bool tb, int m, int n, int k, gg_real alpha, const gg_real *a, int lda,
             const gg_real *b, int ldb, gg_real beta, gg_real *c, int ldc)
{
#ifdef GG_REAL_DOUBLE
    gg_dgemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
#else
    gg_sgemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
#endif
}

void gg_dsyrk(int n, int n_row, double alpha, const double *a, int lda, double beta, double *c, int ldc)
{
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, n_row, alpha, a, lda, beta, c, ldc);
}

/* LAPACKE's return value as a refusal: < 0 is a bad argument (NaN among the numbers, above all), > 0 is numerics. */
static int refuse(lapack_int info, const char *what, const char *why, struct gg_err *err)
{
    if (info == 0)
        return 0;
    if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR)
        return gg_fail(err, GG_SYSTEM, "%s: out of memory", what);
    if (info < 0)
        return gg_fail(err, GG_NUMERICS, "%s: NaN among the numbers of argument %d", what, (int)-info);
    return gg_fail(err, GG_NUMERICS, "%s: %s (%d)", what, why, (int)info);
}

int gg_dposv(int n, int n_rhs, double *a, int lda, double *b, int ldb, struct gg_err *err)
{
    lapack_int info = LAPACKE_dposv(LAPACK_ROW_MAJOR, 'U', n, n_rhs, a, lda, b, ldb);
    return refuse(info, "linear system", "matrix not positive definite at row", err);
}

int gg_dsyev(int n, double *a, int lda, double *w, struct gg_err *err)
{
    /* the upper triangle by rows is the lower one by columns, and the columns that come out are rows here */
    lapack_int info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', n, a, lda, w);
    return refuse(info, "eigenvalues", "no convergence", err);
}

int gg_dsytrd(int n, double *a, int lda, double *d, double *e, double *tau, struct gg_err *err)
{
    lapack_int info = LAPACKE_dsytrd(LAPACK_COL_MAJOR, 'L', n, a, lda, d, e, tau);
    return refuse(info, "tridiagonal form", "failed", err);
}

int gg_dormtr(bool back, int n_row, int n, const double *a, int lda, const double *tau, double *c, int ldc,
              struct gg_err *err)
{
    /* Rows are columns there.  The workspace that LAPACK asks for leaves no room for its blocks of reflections (BLOCK + 1 by BLOCK),
     * without which it applies them one by one. */
    enum { BLOCK = 64 };
    lapack_int room = (n_row + BLOCK + 1) * BLOCK;
    double *work = gg_xmalloc((size_t)room * sizeof *work);
    lapack_int info = LAPACKE_dormtr_work(LAPACK_COL_MAJOR, 'L', 'L', back ? 'T' : 'N', n, n_row, a, lda, tau,
                                          c, ldc, work, room);
    free(work);
    return refuse(info, "orthogonal transformation", "failed", err);
}

int gg_dptsv(int n, int n_row, double *d, double *e, double *b, int ldb, struct gg_err *err)
{
    lapack_int info = LAPACKE_dptsv(LAPACK_COL_MAJOR, n, n_row, d, e, b, ldb);
    return refuse(info, "tridiagonal system", "matrix not positive definite at row", err);
}

int gg_dgelsd(int m, int n, int n_rhs, double *a, int lda, double *b, int ldb, double rcond, int *rank,
              struct gg_err *err)
{
    lapack_int found = 0;
    double *singular = gg_xmalloc(sizeof(double) * (size_t)(m < n ? m : n));
    lapack_int info = LAPACKE_dgelsd(LAPACK_ROW_MAJOR, m, n, n_rhs, a, lda, b, ldb, singular, rcond, &found);
    free(singular);
    if (rank != NULL)
        *rank = (int)found;
    return refuse(info, "least squares", "no convergence", err);
}

int gg_blas_one_thread(int n_thread, struct gg_err *err)
{
    if (n_thread > 1 && openblas_get_parallel() == OPENBLAS_SEQUENTIAL)
        return gg_fail(err, GG_USAGE,
                       "this OpenBLAS is the serial one, whose products are wrong with %d threads: install "
                       "libopenblas0-pthread, or set GG_THREADS=1",
                       n_thread);
    openblas_set_num_threads(1);
    return 0;
}

const char *gg_blas_name(void)
{
    static char name[96];
    char version[32] = "";
    sscanf(openblas_get_config(), "%*s %31s", version); /* "OpenBLAS 0.3.21 DYNAMIC_ARCH ..." */
    snprintf(name, sizeof name, "OpenBLAS %s %s", version, openblas_get_corename());
    return name;
}
