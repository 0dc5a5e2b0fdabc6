/* basis.h -- functions of the logarithm of time, or of another condition, orthonormal on the points of the training set
 *
 *     y = (s - low) / (high - low),   f_k(s): the functions below at y,   q = f R^-1 where points are given
 *
 * laguerre: x = x_0 + x_1 y, f_k = sqrt(k!/Gamma(k+a+1)) x^(a/2) e^(-x/2) L_k^(a)(x), orthonormal on [0, inf); x below 0 counts as 0.
 * chebyshev: T_k(2y - 1).  fourier: cos(w_k z), then sin(w_k z), z = 100 y, w_k = 1e4^(-2k/n), k < n/2 (Gupta, Brandstetter 2022, arXiv
 * 2209.15616).  gaussian: exp(-(y - c_k)^2 / 2 w^2), centres evenly from 0 to 1, w apart.  one-hot: 1 at the k-th point, which is the nearest.
 *
 * R: the triangular factor of the matrix of functions at the T points, over sqrt(T), with a positive diagonal: the mean of q_j q_k over the
 * points is delta_jk.  It follows from kind, keys and points, in double and in one order; nobody has to store it. */
#ifndef GG_BASIS_H
#define GG_BASIS_H

#include "util/arena.h"
#include "util/choice.h"
#include "util/err.h"
#include <stdbool.h>

#define GG_BASIS_LIST(X)               \
    X(GG_BASIS_LAGUERRE, "laguerre")   \
    X(GG_BASIS_CHEBYSHEV, "chebyshev") \
    X(GG_BASIS_FOURIER, "fourier") X(GG_BASIS_GAUSSIAN, "gaussian") X(GG_BASIS_ONE_HOT, "one-hot")
enum gg_basis_kind { GG_BASIS_LIST(GG_CHOICE_ENUM) };
#define GG_BASES GG_CHOICE_WORDS(GG_BASIS_LIST)
enum { GG_BASIS_MAX = 64 };

struct gg_basis {
    enum gg_basis_kind kind;
    int n;
    double alpha, x_0, x_1; /* laguerre */
    double low, high;       /* s at y = 0 and 1 */
    bool orthonormal;       /* on the points; else functions as they are */
    int n_point;
    const double *point; /* [n_point] of s, one after the other the same way */
    /* gg_basis_init: */
    double norm[GG_BASIS_MAX]; /* laguerre: the square roots */
    double *factor;            /* [n][n] R, row by row; NULL without points */
    double condition;          /* of the matrix of functions at the points; 1 without */
};

/* The members above from gg_basis_init on; the factor lives in `a`.  GG_USAGE: more functions than points, a condition number above 1e3,
 * a range of length 0. */
int gg_basis_init(struct gg_basis *b, struct gg_arena *a, struct gg_err *err);
/* f[n] the functions at s, df[n] their derivatives. */
void gg_basis_at(const struct gg_basis *b, double s, double *f, double *df);

#endif
