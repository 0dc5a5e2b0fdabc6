/* interval.h -- errors of a correlation from the scatter between configurations */
#ifndef GG_INTERVAL_H
#define GG_INTERVAL_H

#include "stats/correlation.h"

/* Of 95 %.  Particles of one configuration are not independent: the configurations are what is counted.  Nor are configurations of one run of
 * molecular dynamics: where `run` [n] says which run each is of (any numbers), runs are counted; NULL: each by itself.  NaN with fewer
 * than two of them, and where leaving one out leaves no correlation. */
struct gg_interval {
    double lo, hi;
};
struct gg_intervals {
    struct gg_interval config, pooled; /* of the two averages of Pearson, correlation.h */
};

/* t-intervals: the error is that of the delete-one jackknife over configurations, on Fisher's z = artanh(rho), times
 * Student's t of one degree of freedom less than there are configurations.  They hold 95 % from three configurations on,
 * where percentiles of a bootstrap hold 70 to 90 % (tests/bench/bench_coverage.c, gg-corr(1)).  Runs, which may have
 * unequal numbers of configurations, by the pseudo-values of the delete-m_j jackknife (F. Busing, E. Meijer, R. van der Leeden, Stat. Comput. 9, 3,
 * 1999), but about their plain mean, not the weighted one, which holds less (83 % instead of 95 % for runs of 1, 1, 1 and 10 that are alike inside). */
struct gg_intervals gg_intervals_pearson(int n, const struct gg_moments *m, const int *run);

/* Of the difference of two predictors a - b of the same n configurations, paired; without artanh. */
struct gg_intervals gg_intervals_difference(int n, const struct gg_moments *a, const struct gg_moments *b,
                                            const int *run);

/* Runs in the order in which they appear, 0, 1 ...: of [n], which may be `run` itself.  Returns how many there are. */
int gg_number_runs(int n, const int *run, int *of);
/* Rows [n, width] of numbers that add up: those of one run become one row, in the order of the runs.  Returns how many there are. */
int gg_merge_runs(int n, int width, double *sums, const int *run);
/* Instead of n numbers their means over runs, of those that are not NaN; returns how many there are. */
int gg_mean_of_runs(int n, double *v, const int *run);

/* The t that |t| of Student's distribution with `freedom` degrees of freedom (from 1 on) stays below in 95 % of cases. */
double gg_student(int freedom);
/* The t that it exceeds with probability p, 0 < p < 1. */
double gg_student_beyond(int freedom, double p);

#endif
