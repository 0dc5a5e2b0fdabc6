/* mse.c -- squared error
 *
 *     L = sum_i |p_i - y_i|^2 / (n dim)
 *
 * over the n rows with a target: of the mean predictor 1 in units of the variance. */
#include "losses/errors.h"

static double of(const void *hyper, int dim, const double *e, double *de)
{
    double sum = 0;
    (void)hyper;
    for (int z = 0; z < dim; z++) {
        sum += e[z] * e[z];
        de[z] = 2 * e[z];
    }
    return sum;
}

static double value(const struct gg_loss_call *call)
{
    return gg_loss_over_errors(call, of);
}

static const struct gg_opt hypers[] = {{0}};
static const struct gg_loss_case cases[] = {{"scalars", "", 30, 1, .missing = true},
                                            {"vectors", "", 12, 3, .missing = true},
                                            {"degree 2, everything there", "", 9, 5},
                                            {0}};

const struct gg_loss_type gg_loss_mse = {.name = "mse",
                                         .about = "squared error",
                                         .source = "least squares",
                                         .hypers = hypers,
                                         .hyper_defaults = "",
                                         .mean = GG_OVER_NUMBERS,
                                         .weighs = true,
                                         .value = value,
                                         .cases = cases};
