/* ceiling.c -- noise ceilings of a correlation
 *
 * Reliability of a mean of K runs and the Spearman-Brown formula for halves (C. Spearman, W. Brown, 1910). */
#include "stats/ceiling.h"

#include <math.h>

double gg_ceiling(const struct gg_moments *m, double noise, int vector)
{
    double variance = m->sxx / (vector ? m->n : m->n - 1);
    if (!gg_moments_vary(m->n, m->of_x, m->sxx))
        return NAN;
    double reliability = 1 - noise / m->n / variance;
    return reliability < 0 ? 0 : sqrt(reliability); /* NaN stays NaN */
}

double gg_ceiling_split(double r)
{
    return isnan(r) ? NAN : r > 0 ? sqrt(2 * r / (1 + r)) : 0;
}
