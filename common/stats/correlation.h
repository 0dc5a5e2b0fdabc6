/* correlation.h -- how well a prediction follows the truth: sums that pool and resample exactly */
#ifndef GG_CORRELATION_H
#define GG_CORRELATION_H

#include <stdbool.h>
#include <stdint.h>

/* What one configuration contributes to every score: centred second moments with their means.  They carry the same
 * information as the raw sums of x, y, x^2, y^2, xy (pooled values follow exactly), without their cancellation.
 * For vectors, and tensors of any degree, the moments are uncentred sums over components (mx = my = 0): rotation invariant. */
struct gg_moments {
    double n;             /* particles */
    double mx, my;        /* means of truth x and prediction y */
    double sxx, syy, sxy; /* sums of (x-mx)^2, (y-my)^2, (x-mx)(y-my); vectors: |x|^2, |y|^2, x.y */
    double sdd;           /* sum of |y-x|^2 */
    double of_x[2],
        of_y[2]; /* smallest and largest x, y, which pool without rounding; vectors: 0 and the largest |component| */
};

struct gg_moments gg_moments_scalar(int64_t n, const double *x, const double *y);
struct gg_moments gg_moments_tensor(int64_t n, int width, const double *x, const double *y); /* [n, width] */
struct gg_moments gg_moments_vector(int64_t n, const double *x, const double *y);            /* [n, 3] */
void gg_moments_merge(struct gg_moments *into, const struct gg_moments *from); /* nothing: {0} */
/* Where only sums are known (a Gram matrix): fills of_x and of_y, a variance within the rounding of the mean being none. */
struct gg_moments gg_moments_of_sums(struct gg_moments m);

/* Is there variance to correlate with?  This alone decides what is a constant, by the range: sums of squares of a constant
 * round to something that is not 0, other numbers in every pool and draw. */
bool gg_moments_vary(double n, const double of[2], double sum_of_squares);

/* NaN where they are not defined: a constant (gg_moments_vary), fewer than two particles. */
double gg_pearson(const struct gg_moments *m); /* vectors: rho_v, uncentred */
double gg_r2(const struct gg_moments *m);      /* 1 - sum |y-x|^2 / sxx */
double gg_rmse(const struct gg_moments *m);
double gg_variance_ratio(const struct gg_moments *m); /* syy / sxx */
/* Of the regression of truth on prediction, sxy / syy: 1 where the prediction is calibrated, below where it varies too much. */
double gg_slope(const struct gg_moments *m);

/* The two averages of Pearson over configurations ("config" and "pooled" everywhere in the suite). */
double gg_pearson_config(int n, const struct gg_moments *m); /* mean over those where it is defined */
double gg_pearson_pooled(int n, const struct gg_moments *m); /* of all particles at once */

/* The same of two predictors a, b of the same n configurations, a less b, over the same configurations on both sides:
 * config over those where both are defined, pooled over all. */
double gg_difference_config(int n, const struct gg_moments *a, const struct gg_moments *b);
double gg_difference_pooled(int n, const struct gg_moments *a, const struct gg_moments *b);

/* Ranks 1..n, ties get their average. */
void gg_ranks(int64_t n, const double *x, double *rank);
double gg_spearman(int64_t n, const double *x, const double *y);

/* Means of c = x.y/(|x||y|), and of the angle arccos c in degrees, over the rows where both have a length; x, y: [n, width]. */
double gg_mean_cosine(int64_t n, int width, const double *x, const double *y);
double gg_mean_angle(int64_t n, int width, const double *x, const double *y);

#endif
