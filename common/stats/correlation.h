/* correlation.h -- how well a prediction follows the truth: sums that pool and resample exactly */
#ifndef GG_CORRELATION_H
#define GG_CORRELATION_H

#include <stdint.h>

/* What one configuration contributes to every score: centred second moments with their means.  They carry the same
 * information as the raw sums of x, y, x^2, y^2, xy (pooled values follow exactly), without their cancellation.
 * For vectors, and tensors of any degree, the moments are uncentred sums over components (mx = my = 0): rotation invariant. */
struct gg_moments {
    double n;             /* particles */
    double mx, my;        /* means of truth x and prediction y */
    double sxx, syy, sxy; /* sums of (x-mx)^2, (y-my)^2, (x-mx)(y-my); vectors: |x|^2, |y|^2, x.y */
    double sdd;           /* sum of |y-x|^2 */
};

struct gg_moments gg_moments_scalar(int64_t n, const double *x, const double *y);
struct gg_moments gg_moments_tensor(int64_t n, int width, const double *x, const double *y); /* [n, width] */
struct gg_moments gg_moments_vector(int64_t n, const double *x, const double *y);            /* [n, 3] */
void gg_moments_merge(struct gg_moments *into, const struct gg_moments *from);

/* NaN where they are not defined: no variance, fewer than two particles. */
double gg_pearson(const struct gg_moments *m); /* vectors: rho_v, uncentred */
double gg_r2(const struct gg_moments *m);      /* 1 - sum |y-x|^2 / sxx */
double gg_rmse(const struct gg_moments *m);
double gg_variance_ratio(const struct gg_moments *m); /* syy / sxx */

/* The two averages of Pearson over configurations ("config" and "pooled" everywhere in the suite). */
double gg_pearson_config(int n, const struct gg_moments *m); /* mean over those where it is defined */
double gg_pearson_pooled(int n, const struct gg_moments *m); /* of all particles at once */

/* Ranks 1..n, ties get their average. */
void gg_ranks(int64_t n, const double *x, double *rank);
double gg_spearman(int64_t n, const double *x, const double *y);

/* Mean of x.y/(|x||y|) over the rows where both have a length; x, y: [n, width]. */
double gg_mean_cosine(int64_t n, int width, const double *x, const double *y);

#endif
