/* mae.c -- absolute error
 *
 *     L = sum_i sum_z |p_iz - y_iz| / (n dim)
 *
 * over the n rows with a target and their components z: for dim > 1 it depends on the axes of the cell, unlike huber. */
#include "losses/errors.h"

#include <math.h>

static double of(const void *hyper, int dim, const double *e, double *de)
{
    double sum = 0;
    (void)hyper;
    for (int z = 0; z < dim; z++) {
        sum += fabs(e[z]);
        de[z] = (e[z] > 0) - (e[z] < 0);
    }
    return sum;
}

static double value(const struct gg_loss_call *call)
{
    return gg_loss_over_errors(call, of);
}

static const struct gg_opt hypers[] = {{0}};
static const struct gg_loss_case cases[] = {{"scalars", "", 30, 1, .missing = true, .no_unit = true},
                                            {"vectors", "", 12, 3, .missing = true, .no_unit = true},
                                            {0}};

const struct gg_loss_type gg_loss_mae = {.name = "mae",
                                         .about = "absolute error, component by component",
                                         .source = "least absolute deviations",
                                         .hypers = hypers,
                                         .hyper_defaults = "",
                                         .mean = GG_OVER_NUMBERS,
                                         .kinks = true,
                                         .fixed_axes = true,
                                         .weighs = true,
                                         .value = value,
                                         .cases = cases};
