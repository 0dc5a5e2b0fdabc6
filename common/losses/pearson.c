/* pearson.c -- the correlation that networks are judged by, within one configuration
 *
 *     L = 1 - rho,   rho = cov(p, y) / (s_p s_y),   dL/dp_i = -(z_i(y) - rho z_i(p)) / (n s_p),   z = (x - mean x) / s_x
 *
 * over the n rows with a target, s the population's deviation.  It sees neither mean nor scale of p: a term that does stands
 * beside it.  Not defined where p or y does not vary. */
#include "losses/moments.h"

#include <math.h>

static double value(const struct gg_loss_call *call)
{
    const struct gg_loss_column *c = call->c;
    double s_p = sqrt(gg_loss_column_variance(c, c->p)), s_y = sqrt(gg_loss_column_variance(c, c->y));
    double mean_p = gg_loss_column_mean(c, c->p), mean_y = gg_loss_column_mean(c, c->y), n = (double)c->count;
    double rho = 0;
    if (!(s_p > 0 && s_y > 0))
        return NAN;
    for (int64_t k = 0; k < c->n; k++)
        if (c->there[k])
            rho += (c->p[k] - mean_p) / s_p * ((c->y[k] - mean_y) / s_y) / n;
    for (int64_t k = 0; call->dp != NULL && k < c->n; k++)
        if (c->there[k])
            call->dp[k] -=
                call->factor * ((c->y[k] - mean_y) / s_y - rho * (c->p[k] - mean_p) / s_p) / (n * s_p);
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
