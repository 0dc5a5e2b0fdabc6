/* variance.c -- the spread of a prediction: what a squared error pulls together (Jung, Biroli, Berthier, Phys. Rev. Lett.
 * 130, 238202 (2023), arXiv 2210.16623)
 *
 *     L = f(Var(p) / Var(y) - 1),   f = |.| or its square,   dL/dp_i = f' 2 (p_i - mean p) / (n Var(y))
 *
 * over the n rows with a target.  Not defined where y does not vary. */
#include "losses/deviation.h"
#include "losses/moments.h"

#include <math.h>

struct hyper {
    int deviation;
};

static double value(const struct gg_loss_call *call)
{
    const struct gg_loss_column *c = call->c;
    double of_y = gg_loss_column_variance(c, c->y), mean = gg_loss_column_mean(c, c->p);
    if (!(of_y > 0))
        return NAN;
    double slope, error = gg_loss_deviate(((const struct hyper *)call->hyper)->deviation,
                                          gg_loss_column_variance(c, c->p) / of_y - 1, &slope);
    slope *= call->factor * 2 / ((double)c->count * of_y);
    for (int64_t k = 0; call->dp != NULL && k < c->n; k++)
        if (c->there[k])
            call->dp[k] += slope * (c->p[k] - mean);
    return error;
}

static const struct gg_opt hypers[] = {{"deviation", GG_OPT_CHOICE, offsetof(struct hyper, deviation),
                                        "how a relative error counts", .choices = GG_DEVIATIONS},
                                       {0}};
static const struct hyper defaults = {.deviation = GG_DEVIATION_ABSOLUTE};
static const struct gg_loss_case cases[] = {{"some missing", "", 30, 1, .missing = true},
                                            {"squared", "deviation=squared", 30, 1, .missing = true},
                                            {"everything there", "", 24, 1},
                                            {0}};

const struct gg_loss_type gg_loss_variance = {
    .name = "variance",
    .about = "error of the variance in a configuration",
    .source = "Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023)",
    .hypers = hypers,
    .hyper_size = sizeof(struct hyper),
    .hyper_defaults = &defaults,
    .mean = GG_OVER_COLUMNS,
    .scalars = true,
    .kinks = true,
    .value = value,
    .cases = cases};
