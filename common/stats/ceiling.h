/* ceiling.h -- the best correlation that a finite number of runs allows */
#ifndef GG_CEILING_H
#define GG_CEILING_H

#include "stats/correlation.h"

/* A target measured as the mean of K runs is truth plus noise of variance s^2/K, so even the exact truth correlates
 * with it only as
 *     rho_max = sqrt(1 - mean_i(s_i^2/K) / Var_i)      Var_i unbiased over particles; vectors: mean_i |u_i|^2
 * `noise` is the sum over particles of s_i^2/K; `m` the moments of the target (mx, sxx, n).  0 if there is more noise
 * than variance, NaN if there is no variance. */
double gg_ceiling(const struct gg_moments *m, double noise, int vector);

/* The same from r, the Pearson correlation between the means over odd and over even runs: sqrt(2 r / (1 + r)). */
double gg_ceiling_split(double r);

#endif
