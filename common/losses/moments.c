/* moments.c -- mean and variance over the rows of a column that have a target */
#include "losses/moments.h"

double gg_loss_column_mean(const struct gg_loss_column *c, const double *x)
{
    double sum = 0;
    for (int64_t k = 0; k < c->n; k++)
        sum += c->there[k] ? x[k] : 0;
    return sum / (double)c->count;
}

double gg_loss_column_variance(const struct gg_loss_column *c, const double *x)
{
    double mean = gg_loss_column_mean(c, x), sum = 0;
    int64_t first = 0;
    bool varies = false;
    while (!c->there[first])
        first++;
    for (int64_t k = first; k < c->n; k++) {
        if (!c->there[k])
            continue;
        double d = x[k] - mean;
        varies = varies || x[k] != x[first];
        sum += d * d;
    }
    return varies ? sum / (double)c->count : 0;
}
