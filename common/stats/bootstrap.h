/* bootstrap.h -- errors of a score from the scatter between configurations */
#ifndef GG_BOOTSTRAP_H
#define GG_BOOTSTRAP_H

#include "stats/correlation.h"

/* Percentile interval of 95 %: the configurations are drawn again with replacement, `draws` times; particles of one
 * configuration are not independent and never drawn one by one.  NaN with fewer than two configurations. */
struct gg_interval {
    double lo, hi;
};
struct gg_bootstrap {
    struct gg_interval config, pooled; /* of the two averages of Pearson, correlation.h */
};

enum { GG_BOOTSTRAP_DRAWS = 10000 };

/* The draws depend on `seed` and the number of configurations alone: not on the number of threads, nor on the scores. */
struct gg_bootstrap gg_bootstrap_pearson(int n, const struct gg_moments *m, int draws, uint64_t seed);

/* Of the difference of two predictions a - b of the same n configurations, paired. */
struct gg_bootstrap gg_bootstrap_difference(int n, const struct gg_moments *a, const struct gg_moments *b,
                                            int draws, uint64_t seed);

/* The quantile q of n numbers, interpolated linearly; NaN are left out; sorts v. */
double gg_quantile(int64_t n, double *v, double q);

#endif
