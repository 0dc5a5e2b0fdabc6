/* linalg.c -- the dozen calls of BLAS and LAPACK that the suite uses
 *
 * LAPACK has matrices by columns.  The upper triangle by rows is the lower one by columns. */
#include "util/linalg.h"
#include "util/arena.h"

#include <math.h>
#include <stdlib.h>

static int turned(bool t)
{
    return t ? GG_CBLAS_TURNED : GG_CBLAS_AS_IS;
}

void gg_sgemm(bool ta, bool tb, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
              int ldb, float beta, float *c, int ldc)
{
    gg_blas()->sgemm(GG_CBLAS_ROWS, turned(ta), turned(tb), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void gg_dgemm(bool ta, bool tb, int m, int n, int k, double alpha, const double *a, int lda, const double *b,
              int ldb, double beta, double *c, int ldc)
{
    gg_blas()->dgemm(GG_CBLAS_ROWS, turned(ta), turned(tb), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
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
    gg_blas()->dsyrk(GG_CBLAS_ROWS, GG_CBLAS_UPPER, GG_CBLAS_TURNED, n, n_row, alpha, a, lda, beta, c, ldc);
}

/* ---- LAPACK: refusals ---- */

/* LAPACK neither looks for NaN nor always returns from it. */
static bool has_nan(int n_row, int n, const double *a, int lda)
{
    for (int i = 0; i < n_row; i++)
        for (int j = 0; j < n; j++)
            if (isnan(a[(long)i * lda + j]))
                return true;
    return false;
}

static bool upper_has_nan(int n, const double *a, int lda)
{
    for (int i = 0; i < n; i++)
        if (has_nan(1, n - i, a + (long)i * lda + i, lda))
            return true;
    return false;
}

static int refuse_nan(const char *what, struct gg_err *err)
{
    return gg_fail(err, GG_NUMERICS, "%s: NaN among the numbers", what);
}

/* LAPACK's `info`: what is below 0 is a wrong argument, a fault of ours. */
static int refuse(int info, const char *what, const char *why, struct gg_err *err)
{
    return info == 0 ? 0 : gg_fail(err, GG_NUMERICS, "%s: %s (%d)", what, why, info);
}

/* to [n][n_row], rows ldt apart, is a [n_row][n] turned. */
static void turn(int n_row, int n, const double *a, int lda, double *to, int ldt)
{
    for (int i = 0; i < n_row; i++)
        for (int j = 0; j < n; j++)
            to[(long)j * ldt + i] = a[(long)i * lda + j];
}

static double *new_matrix(int n_row, int n)
{
    return gg_xmalloc(sizeof(double) * (size_t)(n_row > 0 ? n_row : 1) * (size_t)(n > 0 ? n : 1));
}

/* ---- LAPACK: the calls ---- */

int gg_dposv(int n, int n_rhs, const double *a, int lda, double *b, int ldb, struct gg_err *err)
{
    static const char what[] = "linear system";
    int info;
    if (gg_blas_open(err) < 0)
        return -1;
    if (upper_has_nan(n, a, lda) || has_nan(n, n_rhs, b, ldb))
        return refuse_nan(what, err);
    double *factor = new_matrix(n, n), *columns = new_matrix(n_rhs, n);
    turn(n, n, a, lda, factor, n);
    turn(n, n_rhs, b, ldb, columns, n);
    gg_blas()->dposv("U", &n, &n_rhs, factor, &n, columns, &n, &info, 1);
    turn(n_rhs, n, columns, n, b, ldb);
    free(factor);
    free(columns);
    return refuse(info, what, "matrix not positive definite at row", err);
}

int gg_dsyev(int n, double *a, int lda, double *w, struct gg_err *err)
{
    static const char what[] = "eigenvalues";
    int info, index_room, ask = -1;
    double room;
    if (gg_blas_open(err) < 0)
        return -1;
    if (upper_has_nan(n, a, lda))
        return refuse_nan(what, err);
    /* the columns that come out are rows here */
    gg_blas()->dsyevd("V", "L", &n, a, &lda, w, &room, &ask, &index_room, &ask, &info, 1, 1);
    int work_room = (int)room;
    double *work = new_matrix(work_room, 1);
    int *index = gg_xmalloc(sizeof *index * (size_t)index_room);
    gg_blas()->dsyevd("V", "L", &n, a, &lda, w, work, &work_room, index, &index_room, &info, 1, 1);
    free(work);
    free(index);
    return refuse(info, what, "no convergence", err);
}

int gg_dsytrd(int n, double *a, int lda, double *d, double *e, double *tau, struct gg_err *err)
{
    static const char what[] = "tridiagonal form";
    int info, ask = -1;
    double room;
    if (gg_blas_open(err) < 0)
        return -1;
    if (upper_has_nan(n, a, lda))
        return refuse_nan(what, err);
    gg_blas()->dsytrd("L", &n, a, &lda, d, e, tau, &room, &ask, &info, 1);
    int work_room = (int)room;
    double *work = new_matrix(work_room, 1);
    gg_blas()->dsytrd("L", &n, a, &lda, d, e, tau, work, &work_room, &info, 1);
    free(work);
    return refuse(info, what, "failed", err);
}

int gg_dormtr(bool back, int n_row, int n, const double *a, int lda, const double *tau, double *c, int ldc,
              struct gg_err *err)
{
    /* Rows are columns there.  The workspace that LAPACK asks for leaves no room for its blocks of reflections (BLOCK + 1 by BLOCK),
     * without which it applies them one by one. */
    enum { BLOCK = 64 };
    int info, room = (n_row + BLOCK + 1) * BLOCK;
    if (gg_blas_open(err) < 0)
        return -1;
    double *work = new_matrix(room, 1);
    gg_blas()->dormtr("L", "L", back ? "T" : "N", &n, &n_row, a, &lda, tau, c, &ldc, work, &room, &info, 1, 1,
                      1);
    free(work);
    return refuse(info, "orthogonal transformation", "failed", err);
}

int gg_dptsv(int n, int n_row, double *d, double *e, double *b, int ldb, struct gg_err *err)
{
    static const char what[] = "tridiagonal system";
    int info;
    if (gg_blas_open(err) < 0)
        return -1;
    if (has_nan(1, n, d, n) || has_nan(1, n - 1, e, n) || has_nan(n_row, n, b, ldb))
        return refuse_nan(what, err);
    gg_blas()->dptsv(&n, &n_row, d, e, b, &ldb, &info);
    return refuse(info, what, "matrix not positive definite at row", err);
}

/* Matrices by columns. */
static int least_squares(int m, int n, int n_rhs, double *a, double *b, int ldb, double rcond, int *rank)
{
    int info, index_room, ask = -1, n_singular = m < n ? m : n;
    double room, *singular = new_matrix(n_singular, 1);
    gg_blas()->dgelsd(&m, &n, &n_rhs, a, &m, b, &ldb, singular, &rcond, rank, &room, &ask, &index_room,
                      &info);
    int work_room = (int)room;
    double *work = new_matrix(work_room, 1);
    int *index = gg_xmalloc(sizeof *index * (size_t)index_room);
    gg_blas()->dgelsd(&m, &n, &n_rhs, a, &m, b, &ldb, singular, &rcond, rank, work, &work_room, index, &info);
    free(work);
    free(index);
    free(singular);
    return info;
}

int gg_dgelsd(int m, int n, int n_rhs, double *a, int lda, double *b, int ldb, double rcond, int *rank,
              struct gg_err *err)
{
    static const char what[] = "least squares";
    int found = 0, longest = m > n ? m : n;
    if (gg_blas_open(err) < 0)
        return -1;
    if (has_nan(m, n, a, lda) || has_nan(m, n_rhs, b, ldb))
        return refuse_nan(what, err);
    double *a_columns = new_matrix(n, m), *b_columns = new_matrix(n_rhs, longest);
    turn(m, n, a, lda, a_columns, m);
    turn(longest, n_rhs, b, ldb, b_columns, longest);
    int info = least_squares(m, n, n_rhs, a_columns, b_columns, longest, rcond, &found);
    turn(n_rhs, longest, b_columns, longest, b, ldb);
    free(a_columns);
    free(b_columns);
    if (rank != NULL)
        *rank = found;
    return refuse(info, what, "no convergence", err);
}
