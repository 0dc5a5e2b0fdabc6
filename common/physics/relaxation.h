/* relaxation.h -- the relaxation time tau_alpha: when F_s of A at k = 7.25 has fallen to 1/e */
#ifndef GG_RELAXATION_H
#define GG_RELAXATION_H

#include "physics/dynamics.h"

struct gg_relaxation {
    double tau; /* tau */
    double err; /* its standard error, from leaving out one run after the other; NaN of a single run */
};

/* fs: [n_time][n_run] at increasing times above 0.  The mean over the runs is linear in ln t between two times; the first fall to 1/e counts.
 * GG_INPUT: it is below at the first time, or above at the last, with the values. */
int gg_relaxation_of(struct gg_relaxation *out, int64_t n_time, const double *time, int64_t n_run,
                     const double *fs, struct gg_err *err);
/* F_s (md_watch.h) of each run, and tau_alpha of them.  type: [node]; time: [runs->n_time]. */
int gg_tau_alpha(struct gg_relaxation *out, const struct gg_runs *runs, int dim, const int32_t *type,
                 const double *time, struct gg_err *err);

#endif
