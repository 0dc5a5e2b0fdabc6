/* power.c -- how many samples a difference needs to be seen */
#include "stats/power.h"
#include "stats/interval.h"

#include <math.h>

static const double z_80 = 0.8416212335729143; /* 80 % of a normal number are below it */

/* What mean over standard error must reach. */
static double wanted(double n)
{
    return gg_student(n < 1e6 ? (int)n - 1 : 1000000) + z_80;
}

double gg_power_samples(double sd, double delta)
{
    double low = 2, high = 3;
    if (isnan(sd) || !(delta > 0))
        return NAN;
    while (high <= 1e9 && delta * sqrt(high) < wanted(high) * sd) {
        low = high;
        high *= 2;
    }
    if (high > 1e9)
        return NAN;
    while (high - low > 1) {
        double n = floor((low + high) / 2);
        if (delta * sqrt(n) < wanted(n) * sd)
            low = n;
        else
            high = n;
    }
    return high;
}

double gg_power_delta(double sd, int n)
{
    return n < 3 ? NAN : wanted(n) * sd / sqrt(n);
}
