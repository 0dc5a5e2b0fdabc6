/* effect.c -- an effect with its interval, where runs and configurations are both drawn: a mixed model */
#include "stats/effect.h"
#include "stats/interval.h"

#include <math.h>

/* A variance of a mean, and how many degrees of freedom tell it. */
struct error {
    double variance, freedom;
};

static struct error of_runs(const struct gg_effect_data *d, const double *w)
{
    double square = 0;
    for (int k = 0; k < d->n; k++)
        square += w[k] * w[k];
    return (struct error){d->s.variance * square, d->s.freedom};
}

/* How far configurations disagree; `mean` is what they say together. */
static struct error of_configurations(const struct gg_effect_data *d, const double *w, double *mean)
{
    double square = 0;
    *mean = 0;
    for (int c = 0; c < d->n_config; c++) { /* Welford */
        double here = 0;
        for (int k = 0; k < d->n; k++)
            here += w[k] * d->each[k * d->n_config + c];
        double away = here - *mean;
        *mean += away / (c + 1);
        square += away * (here - *mean);
    }
    int freedom = d->n_config - 1;
    return (struct error){freedom > 0 ? square / freedom / d->n_config : 0, freedom};
}

struct gg_effect gg_effect(const struct gg_effect_data *d, const double *w)
{
    struct gg_effect e;
    struct error run = of_runs(d, w), config = of_configurations(d, w, &e.value);
    double variance = run.variance + config.variance, parts = run.variance * run.variance / run.freedom;
    if (config.freedom > 0)
        parts += config.variance * config.variance / config.freedom;
    double freedom = variance > 0 ? fmax(1, fmin(1e6, variance * variance / parts)) : 1;
    e.half = d->s.freedom > 0 ? gg_student_beyond((int)freedom, 0.05 / d->family) * sqrt(variance) : NAN;
    return e;
}
