/* powerlaw.h -- learning curves: 1 - rho|rho| = a n^-b + c */
#ifndef GG_POWERLAW_H
#define GG_POWERLAW_H

/* y = 1 - rho |rho|: a negative correlation explains less than none.
 * What is not explained falls as a power of the number of training configurations, down to a floor c that no amount of
 * data removes: c >= 1 - rho_max^2 (science: noise ceiling). */
struct gg_powerlaw {
    double a, b, c;
    double rms; /* of the residuals */
};

#define GG_POWERLAW_B_LO 0.01
#define GG_POWERLAW_B_HI 4.0

double gg_unexplained(double rho); /* 1 - rho |rho| */

/* Least squares with a >= 0, 0.01 <= b <= 4, c >= floor.  With two sizes c is the floor; -1 with fewer (sizes that are the same
 * count once), or when nothing is finite. */
int gg_powerlaw_fit(int n, const double *size, const double *y, double floor, struct gg_powerlaw *out);
double gg_powerlaw_at(const struct gg_powerlaw *f, double size);

#endif
