/* errors.h -- terms that see one row at a time: a mean over rows of a function of the error */
#ifndef GG_LOSS_ERRORS_H
#define GG_LOSS_ERRORS_H

#include "losses/loss.h"

/* sum over rows with a target of f(p - y) share / dim, its gradient added to dp.  `of` returns f(e) and writes df/de
 * into de[dim]. */
double gg_loss_over_errors(const struct gg_loss_call *call,
                           double (*of)(const void *hyper, int dim, const double *e, double *de));

#endif
