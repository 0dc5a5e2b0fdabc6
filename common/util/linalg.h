/* linalg.h -- the dozen calls of BLAS and LAPACK that the suite uses */
#ifndef GG_LINALG_H
#define GG_LINALG_H

#include "util/blas.h"
#include "util/real.h"
#include <stdbool.h>

/* OpenBLAS is opened by gg_blas_open, or by the first call, which can only end the process where that would refuse.
 * All matrices are row-major; ld* is the number of elements from one row to the next.
 * One call runs on one thread; call from inside parallel regions for more. */

/* c = alpha op(a) op(b) + beta c, op(a) m x k, op(b) k x n.  ta, tb: transpose. */
void gg_gemm(bool ta, bool tb, int m, int n, int k, gg_real alpha, const gg_real *a, int lda,
             const gg_real *b, int ldb, gg_real beta, gg_real *c, int ldc);
void gg_sgemm(bool ta, bool tb, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
              int ldb, float beta, float *c, int ldc);
void gg_dgemm(bool ta, bool tb, int m, int n, int k, double alpha, const double *a, int lda, const double *b,
              int ldb, double beta, double *c, int ldc);
/* Upper triangle of c = alpha a'a + beta c, a n_row x n. */
void gg_dsyrk(int n, int n_row, double alpha, const double *a, int lda, double beta, double *c, int ldc);
/* Solves a x = b for symmetric positive definite a (n x n, upper triangle), b n x n_rhs in place.  GG_NUMERICS if a is not positive definite. */
int gg_dposv(int n, int n_rhs, const double *a, int lda, double *b, int ldb, struct gg_err *err);
/* Eigenvalues w (ascending) and vectors (row k of a belongs to w[k]) of a symmetric matrix (upper triangle). */
int gg_dsyev(int n, double *a, int lda, double *w, struct gg_err *err);
/* Householder's reduction of a symmetric matrix (upper triangle) to Q T Q', T tridiagonal with the diagonal d [n] and e [n - 1]
 * beside it.  a and tau [n - 1] hold Q for gg_dormtr, which turns every row x of c [n_row][n] into Q x, or with `back` into Q' x. */
int gg_dsytrd(int n, double *a, int lda, double *d, double *e, double *tau, struct gg_err *err);
int gg_dormtr(bool back, int n_row, int n, const double *a, int lda, const double *tau, double *c, int ldc,
              struct gg_err *err);
/* Rows x of b [n_row][n] with T x = b for such a T, overwritten.  GG_NUMERICS if it is not positive definite. */
int gg_dptsv(int n, int n_row, double *d, double *e, double *b, int ldb, struct gg_err *err);
/* Least squares min |a x - b| for any rank; a m x n overwritten, b max(m,n) x n_rhs in place. rank may be NULL. */
int gg_dgelsd(int m, int n, int n_rhs, double *a, int lda, double *b, int ldb, double rcond, int *rank,
              struct gg_err *err);

#endif
