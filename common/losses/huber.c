/* huber.c -- squared error of rows that are near, absolute error of those that are far (Huber, Ann. Math. Stat. 35, 73
 * (1964))
 *
 *     L = sum_i f(|p_i - y_i|) / (n dim),   f(e) = e^2 / 2 up to delta, delta (e - delta / 2) beyond
 *
 * |.| is the length of a row's error, so that the axes do not matter. */
#include "losses/errors.h"

#include <math.h>

struct hyper {
    double delta;
};

static double of(const void *hyper, int dim, const double *e, double *de)
{
    double delta = ((const struct hyper *)hyper)->delta, square = 0;
    for (int z = 0; z < dim; z++)
        square += e[z] * e[z];
    double length = sqrt(square);
    bool far = length > delta;
    for (int z = 0; z < dim; z++)
        de[z] = far ? delta * e[z] / length : e[z];
    return far ? delta * (length - delta / 2) : square / 2;
}

static double value(const struct gg_loss_call *call)
{
    return gg_loss_over_errors(call, of);
}

static const struct gg_opt hypers[] = {{"delta", GG_OPT_REAL, offsetof(struct hyper, delta),
                                        "errors up to this are squared", .arg = "X", .unit = "standardised",
                                        .min = 1e-6, .max = 1e6},
                                       {0}};
static const struct hyper defaults = {.delta = 1};
static const struct gg_loss_case cases[] = {{"scalars", "", 30, 1, .missing = true, .no_unit = true},
                                            {"most of them far", "delta=0.3", 30, 1, .no_unit = true},
                                            {"vectors", "delta=2", 12, 3, .missing = true, .no_unit = true},
                                            {0}};

const struct gg_loss_type gg_loss_huber = {.name = "huber",
                                           .about = "squared error, absolute beyond delta",
                                           .source = "Huber, Ann. Math. Stat. 35, 73 (1964)",
                                           .hypers = hypers,
                                           .hyper_size = sizeof(struct hyper),
                                           .hyper_defaults = &defaults,
                                           .mean = GG_OVER_NUMBERS,
                                           .kinks = true, /* of the second derivative */
                                           .weighs = true,
                                           .value = value,
                                           .cases = cases};
