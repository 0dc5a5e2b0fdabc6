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

/* The first block whose channels n heads do not divide. */
static const struct gg_irrep *undivided(const struct gg_irreps *of, int n)
{
    for (int b = 0; b < of->n; b++)
        if (of->b[b].mul % n)
            return &of->b[b];
    return NULL;
}

int gg_heads(const struct gg_layer *l, const struct gg_irreps *of, const char *whose, struct gg_err *err)
{
    const struct gg_irreps *alpha = &l->in[1].irreps;
    int n = alpha->b[0].mul, fewer = n;
    if (l->n_in == 1)
        return 0;
    if (l->in[1].axis != GG_ON_EDGE || alpha->n != 1 || alpha->b[0].l != 0 || alpha->b[0].p != 1)
        return gg_fail(err, GG_USAGE,
                       "in: the second value of %s has the weights of the edges: scalars (Nx0e) on edges, "
                       "one for each of N heads",
                       l->type->name);
    const struct gg_irrep *bad = undivided(of, n);
    while (undivided(of, fewer))
        fewer--;
    if (bad)
        return gg_fail(err, GG_USAGE,
                       "in: %d heads do not divide the %d channels of degree %d of the %s; %d would", n,
                       bad->mul, bad->l, whose, fewer);
    return n;
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
