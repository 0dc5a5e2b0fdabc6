/* power.h -- how many samples a difference needs to be seen */
#ifndef GG_POWER_H
#define GG_POWER_H

/* The fewest samples whose mean differs from 0 in a two-sided t-test at 5 % with a chance of 80 % or more, if the true mean is delta and their
 * standard deviation sd: n with delta sqrt(n) / sd >= t_(n-1) + z_0.8 (J. Cohen, Statistical Power Analysis, 1988).  At least 3; NaN if
 * sd is, or for more than 1e9. */
double gg_power_samples(double sd, double delta);
/* The delta that n samples see so; NaN for fewer than 3. */
double gg_power_delta(double sd, int n);

#endif
