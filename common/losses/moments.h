/* moments.h -- mean and variance over the rows of a column that have a target */
#ifndef GG_LOSS_MOMENTS_H
#define GG_LOSS_MOMENTS_H

#include "losses/loss.h"

/* x[n] is read where there is a target only; dim is 1.  The variance is the population's, and exactly 0 where all x are equal:
 * rounding makes no spread. */
double gg_loss_column_mean(const struct gg_loss_column *c, const double *x);
double gg_loss_column_variance(const struct gg_loss_column *c, const double *x);

#endif
