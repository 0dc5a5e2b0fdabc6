/* paired_curves.h -- two learning curves of the same sizes and seeds: how much one is above the other */
#ifndef GG_PAIRED_CURVES_H
#define GG_PAIRED_CURVES_H

#include "stats/interval.h"

struct gg_paired_curves {
    int sizes, pairs;
    double difference; /* mean over the sizes of the mean over the seeds */
    struct gg_interval interval;
    double p;
};

enum { GG_PAIRED_ALL = -1 };

/* d[n]: differences at size[n] (any whole numbers from 0 on) and one seed each; NaN are left out.  `which`: GG_PAIRED_ALL, or one of the sizes.
 * Paired bootstrap, studentised: what is left of the means at each size, of all sizes, is drawn again, and the error of each draw is
 * its own; of 95 %, NaN with fewer than two differences more than sizes.  Percentiles of the differences themselves would be too narrow:
 * there are few seeds.  p: gg_sign_test, by exchanging the two curves at some of the pairs.
 * B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), ch. 12, 16. */
struct gg_paired_curves gg_paired_curves(int n, const int *size, const double *d, int which);

#endif
