/* ornstein.h -- a length from a spectrum: the Ornstein-Zernike form S(q) = S(0) / (1 + (q xi)^2) */
#ifndef GG_ORNSTEIN_H
#define GG_ORNSTEIN_H

struct gg_ornstein {
    double at_zero,
        xi; /* NaN where the numbers have none: xi at the end of what was looked at, S(0) not above 0 */
};

/* The likeliest of the form for n >= 2 spectra s at wave vectors q, means over `waves` waves each, whose amplitudes are normal: minimises
 * sum waves [ln S(q) + s / S(q)] (P. Whittle, Bull. Inst. Int. Stat. 39, 105 (1962)).  Spectra from which noise was taken off may be negative.
 * xi is looked for from 0 to 10 over the smallest q. */
struct gg_ornstein gg_ornstein_fit(int n, const double *q, const double *s, const double *waves);

#endif
