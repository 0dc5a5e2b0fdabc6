/* jackknife.h -- errors of what follows from sums over configurations */
#ifndef GG_JACKKNIFE_H
#define GG_JACKKNIFE_H

#include "stats/interval.h"

/* A number made of sums, NaN where it is not defined; `which` and `context` are passed on. */
typedef double gg_of_sums(const double *sum, int which, const void *context);

struct gg_estimate {
    double value, error;         /* of all; standard error of the delete-one jackknife */
    struct gg_interval interval; /* value -+ t error, 95 % */
};

/* sums [n, width]: a row a configuration; run [n], or NULL: left out at a time are all of one run, whatever their number.  Ratios of sums are less biased than means of ratios.  Error NaN with fewer than two
 * configurations, and where leaving one out leaves no value. */
struct gg_estimate gg_jackknife(int n, int width, const double *sums, const int *run, gg_of_sums *of,
                                int which, const void *context);

#endif
