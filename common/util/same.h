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

/* As keys of a table: two that are not known are one. */
static inline bool gg_same_key(double a, double b)
{
    return gg_same(a, b) || (isnan(a) && isnan(b));
}

/* The order of such keys, as qsort and trees want it: those that are one are equal, NaN comes last. */
static inline int gg_same_order(double a, double b)
{
    if (gg_same_key(a, b))
        return 0;
    return isnan(a) || isnan(b) ? isnan(a) - isnan(b) : (a > b) - (a < b);
}

#endif
