/* sparse.h -- parameters that are 0 unless the data insist */
#ifndef GG_SPARSE_H
#define GG_SPARSE_H

#include "util/real.h"
#include <stdint.h>

/* The proximal step of a penalty sum_k strength_k |w_k|, decoupled from the gradient's scale as weight decay is:
 *
 *     w <- sign(w) max(0, |w| - lr strength)
 *
 * Tibshirani 1996 (the lasso); Parikh and Boyd 2014, section 6.5.2 (soft thresholding); behind an Adam step.  A parameter at 0 stays there
 * as long as Adam would move it by less than lr strength: while its mean gradient is below `strength` times the root of its mean
 * square.
 *
 * w, mean, strength [n]: parameters, their running mean (ema.h), 0 where w comes to 0, so that what is saved is as sparse; and 0 or more,
 * the caller's, NULL: nothing to do. */
void gg_sparse_step(const gg_real *strength, double lr, int64_t n, gg_real *w, gg_real *mean);

#endif
