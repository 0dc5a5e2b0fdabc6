/* clip.h -- the length of a gradient, and a bound on it */
#ifndef GG_CLIP_H
#define GG_CLIP_H

#include "util/real.h"
#include <stdint.h>

/* sqrt(sum x^2), summed in double in a fixed tree.  NaN or Inf if any x is. */
double gg_norm(const gg_real *x, int64_t n);

/* Scales x so that its norm is at most `limit` (<= 0: no limit) and returns the norm before.  If that is not finite, x
 * is left alone: the caller refuses (GG_NUMERICS). */
double gg_clip_norm(gg_real *x, int64_t n, double limit);

#endif
