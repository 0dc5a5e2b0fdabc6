/* permutation.h -- a paired test of two predictors over the same configurations */
#ifndef GG_PERMUTATION_H
#define GG_PERMUTATION_H

/* If two predictors were equally good, which of them is called a would not matter, and each difference d[n] might as well have the other
 * sign.  The part of all 2^n choices of signs whose mean is as far from 0 as the one at hand, or farther: two-sided, exact up to 16 differences, by 65536
 * draws from a fixed seed beyond.  NaN differences are left out; NaN where none is left.  The smallest that n can give is 2 / 2^n. */
double gg_sign_test(int n, const double *d);

#endif
