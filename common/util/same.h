/* same.h -- when two times, or two temperatures, are one */
#ifndef GG_SAME_H
#define GG_SAME_H

#include <math.h>
#include <stdbool.h>

/* Equal up to the rounding that a number meets on its way here: six printed digits, a float, a difference of two large
 * times.  NaN, a number that is not known, is the same as nothing. */
static inline bool gg_same(double a, double b)
{
    return a == b || fabs(a - b) < 1e-6 * fmax(fabs(a), fabs(b));
}

#endif
