/* interval.h -- errors of a correlation from the scatter between configurations */
#ifndef GG_INTERVAL_H
#define GG_INTERVAL_H

#include "stats/correlation.h"

/* Of 95 %.  Particles of one configuration are not independent: the configurations are what is counted.  NaN with fewer
 * than two of them, and where leaving one out leaves no correlation. */
struct gg_interval {
    double lo, hi;
};
struct gg_intervals {
    struct gg_interval config, pooled; /* of the two averages of Pearson, correlation.h */
};

/* t-intervals: the error is that of the delete-one jackknife over configurations, on Fisher's z = artanh(rho), times
 * Student's t of one degree of freedom less than there are configurations.  They hold 95 % from three configurations on,
 * where percentiles of a bootstrap hold 70 to 90 % (tests/bench/bench_coverage.c, gg-corr(1)). */
struct gg_intervals gg_intervals_pearson(int n, const struct gg_moments *m);

/* Of the difference of two predictors a - b of the same n configurations, paired; without artanh. */
struct gg_intervals gg_intervals_difference(int n, const struct gg_moments *a, const struct gg_moments *b);

/* The t that |t| of Student's distribution with `freedom` degrees of freedom (from 1 on) stays below in 95 % of cases. */
double gg_student(int freedom);
/* The t that it exceeds with probability p, 0 < p < 1. */
double gg_student_beyond(int freedom, double p);

#endif
