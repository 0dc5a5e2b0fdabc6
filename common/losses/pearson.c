/* pearson.c -- the correlation that networks are judged by, within one configuration
 *
 *     L = 1 - rho,   rho = cov(p, y) / (s_p s_y),   dL/dp_i = -(z_i(y) - rho z_i(p)) / (n s_p),   z = (x - mean x) / s_x
 *
 * over the n rows with a target, s the population's deviation.  It sees neither mean nor scale of p: a term that does stands
 * beside it.  Not defined where p or y does not vary. */
#include "losses/moments.h"

#include <math.h>

struct standard {
    double mean, deviation;
};

static struct standard standard_of(const struct gg_loss_column *c, const double *x)
{
    return (struct standard){gg_loss_column_mean(c, x), sqrt(gg_loss_column_variance(c, x))};
}

static double z(const struct standard *s, double x)
{
    return (x - s->mean) / s->deviation;
}

static double value(const struct gg_loss_call *call)
{
    const struct gg_loss_column *c = call->c;
    const struct standard p = standard_of(c, c->p), y = standard_of(c, c->y);
    double n = (double)c->count, rho = 0;
    if (!(p.deviation > 0 && y.deviation > 0))
        return NAN;
    for (int64_t k = 0; k < c->n; k++)
        if (c->there[k])
            rho += z(&p, c->p[k]) * z(&y, c->y[k]) / n;
    for (int64_t k = 0; call->dp != NULL && k < c->n; k++)
        if (c->there[k])
            call->dp[k] -= call->factor * (z(&y, c->y[k]) - rho * z(&p, c->p[k])) / (n * p.deviation);
    return 1 - rho;
}

static const struct gg_opt hypers[] = {{0}};
static const struct gg_loss_case cases[] = {{"some missing", "", 30, 1, .missing = true, .no_unit = true},
                                            {"everything there", "", 12, 1, .no_unit = true},
                                            {0}};

const struct gg_loss_type gg_loss_pearson = {.name = "pearson",
                                             .about = "one minus the correlation in a configuration",
                                             .source = "Pearson, Proc. R. Soc. Lond. 58, 240 (1895)",
                                             .hypers = hypers,
                                             .hyper_defaults = "",
                                             .mean = GG_OVER_COLUMNS,
                                             .scalars = true,
                                             .value = value,
                                             .cases = cases};
