/* local_variance.c -- how much neighbours differ: what over-smoothing takes away first
 *
 *     L    mean_i (V_i(p) - V_i(y))^2
 *     V_i  variance of the values of the rows j with r_ij < r_v, j = i left out unless `self`; 0 where there is at most one
 *
 *     dL/dp_j = sum_{i: j in N(i)} 4 (V_i(p) - V_i(y)) (p_j - mean_i p) / (n n_i)
 *
 * i and j run over the n rows with a target, n_i are those of N(i).  j is in N(i) if i is in N(j), so that the sum is taken over N(j).
 * Not defined where no row has two others in its neighbourhood. */
#include "losses/near.h"
#include "util/threads.h"

#include <math.h>

struct hyper {
    double r_v;
    bool self;
};

/* What the neighbourhoods of all rows are for p or y. */
struct around {
    double *mean, *variance; /* [n] */
};

static struct around around_of(const struct gg_loss_call *call, const double *x)
{
    const struct gg_loss_column *c = call->c;
    const struct gg_loss_near *g = call->prepared;
    struct around out = {GG_NEW(call->a, double, (size_t)c->n + 1),
                         GG_NEW(call->a, double, (size_t)c->n + 1)};
#pragma omp parallel for num_threads(gg_threads()) schedule(static)
    for (int64_t i = 0; i < c->n; i++) {
        double n = 0, sum = 0, square = 0;
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            bool there = c->there[g->nbr[e]];
            n += there;
            sum += there ? x[g->nbr[e]] : 0;
        }
        double mean = n > 0 ? sum / n : 0;
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            square += c->there[g->nbr[e]] ? (x[g->nbr[e]] - mean) * (x[g->nbr[e]] - mean) : 0;
        out.mean[i] = mean;
        out.variance[i] = n > 1 ? square / n : 0;
    }
    return out;
}

/* Rows of each neighbourhood that have a target; no neighbourhood has two: false. */
static bool count(const struct gg_loss_call *call, double *n)
{
    const struct gg_loss_column *c = call->c;
    const struct gg_loss_near *g = call->prepared;
    bool any = false;
    for (int64_t i = 0; i < c->n; i++) {
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            n[i] += c->there[g->nbr[e]];
        any |= c->there[i] && n[i] > 1;
    }
    return any;
}

static void add_gradient(const struct gg_loss_call *call, const double *n, const struct around *p,
                         const struct around *y)
{
    const struct gg_loss_column *c = call->c;
    const struct gg_loss_near *g = call->prepared;
#pragma omp parallel for num_threads(gg_threads()) schedule(static)
    for (int64_t j = 0; j < c->n; j++) {
        double slope = 0;
        if (!c->there[j])
            continue;
        for (int64_t e = g->ptr[j]; e < g->ptr[j + 1]; e++) {
            int64_t i = g->nbr[e];
            if (c->there[i])
                slope += 4 / n[i] * (p->variance[i] - y->variance[i]) * (c->p[j] - p->mean[i]);
        }
        call->dp[j] += call->factor * slope / (double)c->count;
    }
}

static double value(const struct gg_loss_call *call)
{
    const struct gg_loss_column *c = call->c;
    double *n = GG_NEW(call->a, double, (size_t)c->n + 1), sum = 0;
    if (!count(call, n))
        return NAN;
    struct around p = around_of(call, c->p), y = around_of(call, c->y);
    for (int64_t i = 0; i < c->n; i++)
        sum += c->there[i] ? (p.variance[i] - y.variance[i]) * (p.variance[i] - y.variance[i]) : 0;
    if (call->dp != NULL)
        add_gradient(call, n, &p, &y);
    return sum / (double)c->count;
}

static int prepare(const void *hyper, const struct gg_loss_column *c, const void **prepared,
                   struct gg_arena *a, struct gg_err *err)
{
    const struct hyper *h = hyper;
    struct gg_loss_near *g = GG_NEW(a, struct gg_loss_near, 1);
    *prepared = g;
    return gg_loss_near(g, c, h->r_v, h->self, "r_v", a, err);
}

static double bytes(const void *hyper, const struct gg_cell *cell, double n)
{
    return gg_loss_near_bytes(cell, n, ((const struct hyper *)hyper)->r_v);
}

static const struct gg_opt hypers[] = {{"r_v", GG_OPT_REAL, offsetof(struct hyper, r_v),
                                        "rows nearer than this are neighbours", .arg = "LENGTH",
                                        .unit = "sigma", .min = 1e-3, .max = 1e6},
                                       {"self", GG_OPT_FLAG, offsetof(struct hyper, self),
                                        "a row is among its own neighbours"},
                                       {0}};
static const struct hyper defaults = {.r_v = 2};
static const struct gg_loss_case cases[] = {{"some missing", "r_v=1.2", 40, 1, .missing = true,
                                             .no_unit = true},
                                            {"the row itself, too", "r_v=1 self=true", 40, 1, .missing = true,
                                             .no_unit = true},
                                            {"few neighbours", "r_v=0.7", 30, 1, .no_unit = true},
                                            {0}};

const struct gg_loss_type gg_loss_local_variance = {
    .name = "local_variance",
    .about = "error of the variance among the neighbours of each particle",
    .source =
        "the variance of Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023), of each neighbourhood",
    .hypers = hypers,
    .hyper_size = sizeof(struct hyper),
    .hyper_defaults = &defaults,
    .mean = GG_OVER_COLUMNS,
    .scalars = true,
    .positions = true,
    .wants = "particles with two neighbours within r_v",
    .prepare = prepare,
    .prepared_bytes = bytes,
    .value = value,
    .cases = cases};
