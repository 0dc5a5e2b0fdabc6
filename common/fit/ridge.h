/* ridge.h -- ridge regression from Gram matrices: all targets and a whole path of penalties from one reduction
 *
 *     w = (X'X + alpha I)^-1 X'(y - mean y),  X standardised, the intercept free       (Boattini et al. 2021; science convention:
 *                                                                                       alpha beside a sum over rows)
 * With X'X = Q T Q', T tridiagonal, w = Q (T + alpha I)^-1 Q'X'y costs next to nothing for one more alpha or target (Elden, BIT 17,
 * 134): the reduction takes 4/3 n^3 operations, as much as four Cholesky factors.  Principal components need the
 * eigenvectors V and eigenvalues lambda (9 n^3 or so): w = V (V'X'y / (lambda + alpha)), for the regression on K of them with the K
 * largest lambda; a penalty of 0 needs lambda to know whether there is a solution. */
#ifndef GG_RIDGE_H
#define GG_RIDGE_H

#include "stats/correlation.h"
#include "util/err.h"

#include <stdbool.h>

/* The Gram matrices are those of gram.h, packed, of z = (x - shift, y - shift, 1): n_feature + n_target + 1 columns.  The shift is
 * the caller's: any one near the means keeps the digits. */
struct gg_ridge {
    int n_feature, n_target, n_path;
    const double *path;  /* [n_path] alpha, or alpha / n */
    double per_particle; /* numbers a particle; 0: alpha as it is */
    double drop;         /* features of a smaller standard deviation are left out: weight 0 */
    int pca;             /* principal components that are kept; 0 = all */
    bool
        about_zero; /* all means count as 0: no intercept, scales are root mean squares.  For components of vectors */
};

/* Linear models in standardised features: y - shift = b + sum_f w_f (x_f - shift_f - mean_f) / scale_f.  All zero where left out. */
struct gg_linear {
    double *mean, *scale; /* [n_feature], population standard deviation; 1 where left out */
    double *w;            /* [n_target][n_path][n_feature] */
    double *b;            /* [n_target][n_path] */
};
void gg_linear_init(struct gg_linear *l, const struct gg_ridge *r);
void gg_linear_free(struct gg_linear *l);

/* Fits to the rows of `gram` without those of `less` (NULL: all of them).  GG_INPUT without rows; GG_NUMERICS where the data do
 * not fix the coefficients (penalty 0, more features than rows) or are no finite numbers. */
int gg_ridge_solve(const struct gg_ridge *r, const double *gram, const double *less, struct gg_linear *out,
                   struct gg_err *err);

/* Means and scales alone, for models that are fitted otherwise: which features are not left out (`kept` [n_feature]; their number is
 * returned), and with r->pca the directions of the strongest principal components, `axis` [k][kept] (malloc'd, k = pca or fewer; else
 * NULL). */
int gg_ridge_axes(const struct gg_ridge *r, const double *gram, const double *less, struct gg_linear *out,
                  int *kept, double **axis, struct gg_err *err);

/* What the models do on the rows of `gram`, exactly: moments of truth and prediction [n_target][n_path]. */
void gg_ridge_score(const struct gg_ridge *r, const double *gram, const struct gg_linear *l,
                    struct gg_moments *score);

#endif
