/* bootstrap.h -- percentiles of correlations over drawn configurations, and quantiles */
#ifndef GG_BOOTSTRAP_H
#define GG_BOOTSTRAP_H

#include "stats/interval.h"

/* Percentile intervals of 95 %: the configurations, or their runs (interval.h), are drawn again with replacement, `draws` times; too narrow for
 * fewer than about 20.  NaN with fewer than two configurations.  The draws depend on `seed` and the
 * number of configurations alone: not on the number of threads, nor on the scores. */
struct gg_intervals gg_bootstrap_pearson(int n, const struct gg_moments *m, const int *run, int draws,
                                         uint64_t seed);

/* Of the difference of two predictors a - b of the same n configurations, paired. */
struct gg_intervals gg_bootstrap_difference(int n, const struct gg_moments *a, const struct gg_moments *b,
                                            const int *run, int draws, uint64_t seed);

/* The quantile q of n numbers, interpolated linearly; NaN are left out; sorts v. */
double gg_quantile(int64_t n, double *v, double q);

/* Those that 95 % of n numbers lie between. */
struct gg_interval gg_percentiles(int64_t n, double *v);

#endif
