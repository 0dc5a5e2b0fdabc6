/* quantile.c -- the check function, whose minimum is a quantile (Koenker, Bassett, Econometrica 46, 33 (1978))
 *
 *     L = sum_i f(y_i - p_i) / n,   f(e) = q e where e > 0, (q - 1) e else
 *
 * What a prediction without information learns from it is the value that a part q of the targets lies below; q = 0.5 is half of mae. */
#include "losses/errors.h"

#include <math.h>

struct hyper {
    double quantile;
};

static double of(const void *hyper, int dim, const double *e, double *de)
{
    double q = ((const struct hyper *)hyper)->quantile;
    (void)dim;
    de[0] = e[0] < 0 ? -q : e[0] > 0 ? 1 - q : 0;
    return de[0] * e[0];
}

static double value(const struct gg_loss_call *call)
{
    return gg_loss_over_errors(call, of);
}

static int init(const void *hyper, struct gg_err *err)
{
    double q = ((const struct hyper *)hyper)->quantile;
    return q > 0 && q < 1 ? 0 : gg_fail(err, GG_USAGE, "quantile: %g does not lie between 0 and 1", q);
}

static const struct gg_opt hypers[] = {{"quantile", GG_OPT_REAL, offsetof(struct hyper, quantile),
                                        "the part of the targets that shall lie below the prediction",
                                        .arg = "Q"},
                                       {0}};
static const struct hyper defaults = {.quantile = 0.5};
static const struct gg_loss_case cases[] = {{"some missing", "quantile=0.9", 30, 1, .missing = true,
                                             .no_unit = true},
                                            {"few below", "quantile=0.05", 30, 1, .no_unit = true},
                                            {"the median", "", 30, 1, .no_unit = true},
                                            {0}};

const struct gg_loss_type gg_loss_quantile = {.name = "quantile",
                                              .about = "check function of a quantile",
                                              .source = "Koenker, Bassett, Econometrica 46, 33 (1978)",
                                              .hypers = hypers,
                                              .hyper_size = sizeof(struct hyper),
                                              .hyper_defaults = &defaults,
                                              .mean = GG_OVER_NUMBERS,
                                              .scalars = true,
                                              .kinks = true,
                                              .init = init,
                                              .weighs = true,
                                              .value = value,
                                              .cases = cases};
