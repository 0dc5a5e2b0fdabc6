/* mixture.c -- several predictions of one thing as one: mean and spread
 *
 * Running sums as Welford has them (Technometrics 4, 419 (1962)): with d = m_n - mean of the n - 1 before,
 *
 *     mean += d / n,   V += (V_n + d d' (n - 1) / n - V) / n */
#include "model/mixture.h"
#include "o3/tensor.h"

#include <math.h>
#include <string.h>

static const struct gg_loss_spread deviation = {.irreps = {1, {{1, 0, 1}}}, .ending = "_std"},
                                   covariance = {.l = 1,
                                                 .irreps = {2, {{1, 0, 1}, {1, 2, 1}}},
                                                 .ending = "_cov",
                                                 .squared = true};

struct gg_mixture gg_mixture_new(const struct gg_head *h, int64_t rows, struct gg_arena *a)
{
    const struct gg_target *t = &h->target;
    bool vectors = t->irreps.n == 1 && t->irreps.b[0].l == 1;
    struct gg_mixture x = {.head = h, .kind = vectors ? &covariance : &deviation, .n_row = rows * t->n_time};
    x.mean = GG_NEW(a, double, (size_t)(x.n_row * gg_target_dim(t)) + 1);
    x.spread = GG_NEW(a, double, (size_t)(x.n_row * gg_mixture_dim(&x)) + 1);
    return x;
}

int gg_mixture_dim(const struct gg_mixture *x)
{
    return gg_target_parts(&x->head->target) * gg_irreps_dim(&x->kind->irreps);
}

/* d d' of a part of degree l, as the numbers of its spread. */
static void square(const struct gg_mixture *x, int l, const double *d, double *out)
{
    double t[GG_TENSOR];
    if (x->kind->squared) {
        for (int k = 0; k < GG_TENSOR; k++)
            t[k] = d[k / 3] * d[k % 3];
        gg_tensor_irreps(t, 1, false, out);
        return;
    }
    *out = 0;
    for (int z = 0; z <= 2 * l; z++)
        *out += d[z] * d[z] / (2 * l + 1);
}

/* Where number z of the spread of part q stands in a row: block after block, in each part after part. */
static int place(const struct gg_mixture *x, int q, int z)
{
    int before = 0, n_part = gg_target_parts(&x->head->target);
    for (int b = 0;; b++) {
        int dim = 2 * x->kind->irreps.b[b].l + 1;
        if (z < dim)
            return before + q * dim + z;
        z -= dim;
        before += n_part * dim;
    }
}

static void add_row(struct gg_mixture *x, int64_t row, const struct gg_prediction *p)
{
    const struct gg_target *t = &x->head->target;
    int dim = gg_mixture_dim(x), each = gg_irreps_dim(&x->kind->irreps);
    double *mean = x->mean + row * gg_target_dim(t), *spread = x->spread + row * dim, n = x->n;
    const float *y = p->y + row * gg_target_dim(t), *learned = p->spread ? p->spread + row * dim : NULL;
    for (int q = 0; q < gg_target_parts(t); q++) {
        double d[2 * GG_L_MAX + 1], dd[GG_TENSOR_SYMMETRIC];
        int l, first = gg_target_part(t, q, &l);
        for (int z = 0; z <= 2 * l; z++) {
            d[z] = (double)y[first + z] - mean[first + z];
            mean[first + z] += d[z] / n;
        }
        square(x, l, d, dd);
        for (int z = 0; z < each; z++) {
            int at = place(x, q, z);
            double v = learned ? (double)learned[at] : 0, own = x->kind->squared ? v : v * v;
            spread[at] += (own + dd[z] * (n - 1) / n - spread[at]) / n;
        }
    }
}

void gg_mixture_add(struct gg_mixture *x, const struct gg_prediction *p)
{
    x->n++;
    for (int64_t row = 0; row < x->n_row; row++)
        add_row(x, row, p);
}

struct gg_prediction gg_mixture_result(const struct gg_mixture *x, struct gg_arena *a)
{
    int64_t n = x->n_row * gg_target_dim(&x->head->target), n_spread = x->n_row * gg_mixture_dim(x);
    struct gg_prediction p = {.y = GG_NEW(a, float, (size_t)n + 1)};
    for (int64_t k = 0; k < n; k++)
        p.y[k] = (float)x->mean[k];
    if (x->n < 2 && !x->head->spread)
        return p;
    p.spread = GG_NEW(a, float, (size_t)n_spread + 1);
    for (int64_t k = 0; k < n_spread; k++)
        p.spread[k] = (float)(x->kind->squared ? x->spread[k] : sqrt(x->spread[k]));
    return p;
}
