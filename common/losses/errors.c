/* errors.c -- terms that see one row at a time: a mean over rows of a function of the error */
#include "losses/errors.h"

double gg_loss_over_errors(const struct gg_loss_call *call,
                           double (*of)(const void *hyper, int dim, const double *e, double *de))
{
    const struct gg_loss_column *c = call->c;
    double *e = GG_NEW(call->a, double, (size_t)(2 * c->dim)), *de = e + c->dim;
    double sum = 0;
    for (int64_t k = 0; k < c->n; k++) {
        double each = gg_loss_share(c, k) / c->dim;
        if (!c->there[k])
            continue;
        for (int z = 0; z < c->dim; z++)
            e[z] = c->p[k * c->dim + z] - c->y[k * c->dim + z];
        sum += each * of(call->hyper, c->dim, e, de);
        for (int z = 0; call->dp != NULL && z < c->dim; z++)
            call->dp[k * c->dim + z] += call->factor * each * de[z];
    }
    return sum;
}
