/* ornstein.c -- a length from a spectrum */
#include "stats/ornstein.h"

#include <math.h>

struct spectrum {
    int n;
    const double *q, *s, *waves;
};

/* The likeliest S(0) of a length: the mean of s (1 + (q xi)^2). */
static double at_zero(const struct spectrum *p, double xi)
{
    double sum = 0, waves = 0;
    for (int k = 0; k < p->n; k++) {
        sum += p->waves[k] * p->s[k] * (1 + p->q[k] * p->q[k] * xi * xi);
        waves += p->waves[k];
    }
    return sum / waves;
}

/* What is minimised, with that S(0). */
static double cost(const struct spectrum *p, double xi)
{
    double zero = at_zero(p, xi), sum = 0;
    for (int k = 0; k < p->n; k++)
        sum += p->waves[k] * log(zero / (1 + p->q[k] * p->q[k] * xi * xi));
    return zero > 0 ? sum : INFINITY;
}

/* The least of the cost between two lengths, by the golden section. */
static double refine(const struct spectrum *p, double lo, double hi)
{
    const double golden = (sqrt(5) - 1) / 2;
    for (int k = 0; k < 80; k++) {
        double a = hi - golden * (hi - lo), b = lo + golden * (hi - lo);
        if (cost(p, a) < cost(p, b))
            hi = b;
        else
            lo = a;
    }
    return (lo + hi) / 2;
}

struct gg_ornstein gg_ornstein_fit(int n, const double *q, const double *s, const double *waves)
{
    enum { STEPS = 200 };
    const struct spectrum p = {n, q, s, waves};
    const struct gg_ornstein none = {NAN, NAN};
    double least = INFINITY;
    int best = 0;
    for (int k = 0; k < n; k++) {
        if (!isfinite(s[k]) || !(waves[k] > 0))
            return none;
        least = fmin(least, q[k]);
    }
    for (int k = 1; k <= STEPS; k++)
        if (cost(&p, 10 / least * k / STEPS) < cost(&p, 10 / least * best / STEPS))
            best = k;
    if (n < 2 || best == STEPS)
        return none;
    double step = 10 / least / STEPS, xi = refine(&p, best ? (best - 1) * step : 0, (best + 1) * step);
    if (best == 0 && cost(&p, 0) <= cost(&p, xi))
        xi = 0;
    return at_zero(&p, xi) > 0 ? (struct gg_ornstein){at_zero(&p, xi), xi} : none;
}
