/* curve.h -- learning curves: the power law behind the points, its band, and the data that a goal asks for */
#ifndef GG_CURVE_H
#define GG_CURVE_H

#include "stats/interval.h"
#include "stats/powerlaw.h"

struct gg_curve_point {
    double size;  /* training configurations */
    double rho;   /* mean over seeds */
    double error; /* its standard error; NaN: of one seed */
};

enum { GG_CURVE_SIZES = 5, GG_CURVE_DRAWS = 400 };

/* 1 - r|r| = a n^-b + c with r = rho / ceiling, c >= 0: what is left at any amount of data.
 *
 * The band is that of GG_CURVE_DRAWS further fits, to points moved by normal deviates: by the standard error of each, or by what
 * the law leaves over where that is more.  It holds for the test configurations at hand, which all points share. */
struct gg_curve {
    double ceiling; /* 1 where none is known */
    struct gg_powerlaw law;
    struct gg_powerlaw draw[GG_CURVE_DRAWS];
    const char *
        why; /* there is no fit to be trusted, and why: too few sizes, or a number at its bound; NULL: there is */
};

/* The points may be in any order; a ceiling that is NaN is not known.  Same numbers, same draws. */
void gg_curve_fit(struct gg_curve *c, int n, const struct gg_curve_point *p, double ceiling);

/* rho at so many configurations (INFINITY: at last), and where 95 % of the draws have it. */
double gg_curve_at(const struct gg_curve *c, double size);
struct gg_interval gg_curve_band(const struct gg_curve *c, double size);

/* The number of configurations at which the law reaches rho; INFINITY: at none. */
double gg_curve_need(const struct gg_curve *c, double rho);
struct gg_interval gg_curve_need_band(const struct gg_curve *c, double rho);

#endif
