/* inputs.c -- what every layer's init asks first */
#include "nn/inputs.h"

#include <math.h>

int gg_one_input(const struct gg_layer *l, struct gg_err *err)
{
    if (l->n_in != 1)
        return gg_fail(err, GG_USAGE, "in: %s takes one value, not %d", l->type->name, l->n_in);
    return 0;
}

int gg_need_key(int64_t value, const char *key, const char *what, struct gg_err *err)
{
    if (value < 1)
        return gg_fail(err, GG_USAGE, "%s is missing: %s", key, what);
    return 0;
}

int gg_count_channels(const struct gg_irreps *x, int l, int p)
{
    int n = 0;
    for (int b = 0; b < x->n; b++)
        if (x->b[b].l == l && x->b[b].p == p)
            n += x->b[b].mul;
    return n;
}

void gg_truncated_normal(gg_real *w, int64_t n, double variance, struct gg_rng *r)
{
    const double kept = 0.87962566103423978; /* standard deviation of a standard normal cut at 2 */
    for (int64_t k = 0; k < n; k++) {
        double z;
        do
            z = gg_rng_normal(r);
        while (fabs(z) > 2);
        w[k] = (gg_real)(z * sqrt(variance) / kept);
    }
}
