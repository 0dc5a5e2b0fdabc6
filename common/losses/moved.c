/* moved.c -- who moved farther than a length, as a step that has a slope */
#include "losses/moved.h"

#include <math.h>

static const double STEEPNESS = 20; /* 1/sigma */

/* 1/(1 + exp(-2u)) is (tanh u + 1)/2 without loss of digits on either side. */
double gg_loss_moved(const struct gg_loss_column *c, double a, double z)
{
    return 1 / (1 + exp(-2 * STEEPNESS * (c->mean + c->scale * z - a)));
}

double gg_loss_moved_slope(const struct gg_loss_column *c, double m)
{
    return 2 * STEEPNESS * m * (1 - m) * c->scale;
}
