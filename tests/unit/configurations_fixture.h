/* configurations_fixture.h -- sets of configurations as a simulation gives them: what each adds to two correlations
 *
 * Numbers of a configuration scatter as those of T = 0.44 to 0.64 do: Fisher's z of its correlation by 0.12 about 0.65, its
 * variance by a factor of e^0.5, its mean mobility with that variance, so that pooled and config differ; the second
 * predictor is worse by 0.1 and good where the first is. */
#ifndef CONFIGURATIONS_FIXTURE_H
#define CONFIGURATIONS_FIXTURE_H

#include "stats/correlation.h"
#include "util/rng.h"

#include <math.h>

static struct gg_moments of_configuration(double z, double mean, double own_mean, double variance,
                                          double own_variance)
{
    enum { PARTICLES = 800 };
    double sxx = PARTICLES * variance, syy = PARTICLES * own_variance;
    return gg_moments_of_sums((struct gg_moments){.n = PARTICLES,
                                                  .mx = mean,
                                                  .my = own_mean,
                                                  .sxx = sxx,
                                                  .syy = syy,
                                                  .sxy = tanh(z) * sqrt(sxx * syy)});
}

/* Fills a[n], b[n] with configuration after configuration of two predictors; `set` tells sets apart. */
static void draw_configurations(uint32_t set, int n, struct gg_moments *a, struct gg_moments *b)
{
    for (int s = 0; s < n; s++) {
        struct gg_rng r = gg_rng_at(11, set, (uint32_t)s, 0);
        double u = gg_rng_normal(&r), v = gg_rng_normal(&r), activity = gg_rng_normal(&r);
        double variance = exp(0.5 * activity), mean = 0.25 * (activity + gg_rng_normal(&r));
        a[s] = of_configuration(atanh(0.65) + 0.12 * u, mean, 0.4 * mean + 0.1 * gg_rng_normal(&r), variance,
                                0.5 * pow(variance, 0.8) * exp(0.2 * gg_rng_normal(&r)));
        b[s] = of_configuration(atanh(0.55) + 0.12 * (0.7 * u + 0.7 * v), mean,
                                0.3 * mean + 0.12 * gg_rng_normal(&r), variance,
                                0.4 * pow(variance, 0.8) * exp(0.2 * gg_rng_normal(&r)));
    }
}

#endif
