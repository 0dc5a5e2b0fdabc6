/* g_r.c -- how alike the values of two particles are, by their distance: the pair correlation of a field
 *
 *     L     sum_b (G_b(p) - G_b(y))^2
 *     G_b   mean of z_i z_j over the pairs i < j with b width <= r_ij < (b + 1) width, z = (x - mean x) / s_x; 0 without pairs
 *
 *     dL/dz_k = sum_b 2 (G_b(p) - G_b(y)) / n_b sum_{j in bin b around k} z_j
 *     dL/dp_k = (dL/dz_k - mean(dL/dz) - z_k mean(z dL/dz)) / s_p
 *
 * Pairs are those of rows with a target, s is the population's deviation over them.  Not defined where p or y does not vary, or
 * no pair is near enough. */
#include "losses/moments.h"
#include "losses/near.h"
#include "util/threads.h"

#include <math.h>

enum { MAX_BINS = 256 };

struct hyper {
    double r_max, width;
};

/* Neighbours row by row, with the bin that each lies in. */
struct pairs {
    struct gg_loss_near near;
    int n_bin;
    uint8_t *bin; /* of each neighbour */
};

/* p or y. */
struct field {
    double *z, deviation; /* [n] standardised, 0 where there is no target */
    double *around;       /* [n][n_bin] sums of z over the neighbours in a bin */
    double G[MAX_BINS];
};

static int bins_of(const struct hyper *h)
{
    return (int)ceil(h->r_max / h->width - 1e-9);
}

static double distance(const struct gg_loss_column *c, int64_t i, int64_t j)
{
    double v[3];
    for (int z = 0; z < 3; z++)
        v[z] = z < c->cell->dim ? c->pos[j][z] - c->pos[i][z] : 0;
    gg_cell_nearest(c->cell, v);
    return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

static int prepare(const void *hyper, const struct gg_loss_column *c, const void **prepared,
                   struct gg_arena *a, struct gg_err *err)
{
    const struct hyper *h = hyper;
    struct pairs *p = GG_NEW(a, struct pairs, 1);
    const struct gg_loss_near *g = &p->near;
    *prepared = p;
    p->n_bin = bins_of(h);
    if (gg_loss_near(&p->near, c, h->r_max, false, "r_max", a, err))
        return -1;
    p->bin = GG_NEW(a, uint8_t, (size_t)g->ptr[c->n] + 1);
    for (int64_t i = 0; i < c->n; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            p->bin[e] = (uint8_t)fmin(floor(distance(c, i, g->nbr[e]) / h->width), p->n_bin - 1);
    return 0;
}

static double bytes(const void *hyper, const struct gg_cell *cell, double n)
{
    return 1.25 * gg_loss_near_bytes(cell, n, ((const struct hyper *)hyper)->r_max);
}

/* Ordered pairs of rows with a target, by bin; returns all. */
static double count(const struct gg_loss_column *c, const struct pairs *p, double *n)
{
    double all = 0;
    for (int64_t i = 0; i < c->n; i++)
        for (int64_t e = p->near.ptr[i]; e < p->near.ptr[i + 1]; e++)
            n[p->bin[e]] += c->there[i] && c->there[p->near.nbr[e]];
    for (int b = 0; b < p->n_bin; b++)
        all += n[b];
    return all;
}

/* Standardised values; false where they do not vary. */
static bool standardise(struct field *f, const struct gg_loss_call *call, const double *x)
{
    const struct gg_loss_column *c = call->c;
    double mean = gg_loss_column_mean(c, x);
    f->deviation = sqrt(gg_loss_column_variance(c, x));
    f->z = GG_NEW(call->a, double, (size_t)c->n + 1);
    for (int64_t k = 0; k < c->n && f->deviation > 0; k++)
        f->z[k] = c->there[k] ? (x[k] - mean) / f->deviation : 0;
    return f->deviation > 0;
}

static void correlate(struct field *f, const struct gg_loss_call *call, const double *n)
{
    const struct gg_loss_column *c = call->c;
    const struct pairs *p = call->prepared;
    int n_bin = p->n_bin;
    f->around = GG_NEW(call->a, double, (size_t)(c->n * n_bin) + 1);
#pragma omp parallel for num_threads(gg_threads()) schedule(static)
    for (int64_t i = 0; i < c->n; i++)
        for (int64_t e = p->near.ptr[i]; e < p->near.ptr[i + 1]; e++)
            f->around[i * n_bin + p->bin[e]] += f->z[p->near.nbr[e]];
    for (int b = 0; b < n_bin; b++) {
        double sum = 0;
        for (int64_t i = 0; i < c->n; i++)
            sum += f->z[i] * f->around[i * n_bin + b];
        f->G[b] = n[b] > 0 ? sum / n[b] : 0;
    }
}

/* n_b is half of the ordered pairs n. */
static void add_gradient(const struct gg_loss_call *call, const struct field *p, const struct field *y,
                         const double *n)
{
    const struct gg_loss_column *c = call->c;
    int n_bin = ((const struct pairs *)call->prepared)->n_bin;
    double *slope = GG_NEW(call->a, double, (size_t)c->n + 1), along = 0;
    for (int64_t k = 0; k < c->n; k++) {
        for (int b = 0; b < n_bin && c->there[k]; b++)
            slope[k] += n[b] > 0 ? 4 * (p->G[b] - y->G[b]) / n[b] * p->around[k * n_bin + b] : 0;
        along += p->z[k] * slope[k] / (double)c->count;
    }
    double mean = gg_loss_column_mean(c, slope);
    for (int64_t k = 0; k < c->n; k++)
        if (c->there[k])
            call->dp[k] += call->factor * (slope[k] - mean - p->z[k] * along) / p->deviation;
}

static double value(const struct gg_loss_call *call)
{
    const struct gg_loss_column *c = call->c;
    const struct pairs *pairs = call->prepared;
    double n[MAX_BINS] = {0}, total = 0;
    struct field p, y;
    if (!standardise(&p, call, c->p) || !standardise(&y, call, c->y) || !(count(c, pairs, n) > 0))
        return NAN;
    correlate(&p, call, n);
    correlate(&y, call, n);
    for (int b = 0; b < pairs->n_bin; b++)
        total += (p.G[b] - y.G[b]) * (p.G[b] - y.G[b]);
    if (call->dp != NULL)
        add_gradient(call, &p, &y, n);
    return total;
}

static int init(const void *hyper, struct gg_err *err)
{
    const struct hyper *h = hyper;
    if (h->width > h->r_max)
        return gg_fail(err, GG_USAGE, "width: %g is more than r_max, %g", h->width, h->r_max);
    return bins_of(h) <= MAX_BINS
               ? 0
               : gg_fail(err, GG_USAGE, "width: r_max %g has %d bins of %g, at most %d can be", h->r_max,
                         bins_of(h), h->width, MAX_BINS);
}

static const struct gg_opt hypers[] = {{"r_max", GG_OPT_REAL, offsetof(struct hyper, r_max),
                                        "pairs nearer than this count", .arg = "LENGTH", .unit = "sigma",
                                        .min = 1e-3, .max = 1e6},
                                       {"width", GG_OPT_REAL, offsetof(struct hyper, width),
                                        "of a bin of distances", .arg = "LENGTH", .unit = "sigma",
                                        .min = 1e-2, .max = 1e6},
                                       {0}};
static const struct hyper defaults = {.r_max = 6, .width = 0.5};
static const struct gg_loss_case cases[] = {{"some missing", "r_max=1.4 width=0.4", 40, 1, .missing = true,
                                             .no_unit = true},
                                            {"one bin", "r_max=1 width=1", 30, 1, .no_unit = true},
                                            {"bins without pairs", "r_max=1 width=0.05", 30, 1,
                                             .no_unit = true},
                                            {0}};

const struct gg_loss_type gg_loss_g_r = {
    .name = "g_r",
    .about = "error of the pair correlation G(r) of a configuration",
    .source = "Donati, Glotzer, Poole, Phys. Rev. Lett. 82, 5064 (1999), of standardised values",
    .hypers = hypers,
    .hyper_size = sizeof(struct hyper),
    .hyper_defaults = &defaults,
    .mean = GG_OVER_COLUMNS,
    .scalars = true,
    .positions = true,
    .wants = "values that vary, and pairs within r_max",
    .init = init,
    .prepare = prepare,
    .prepared_bytes = bytes,
    .value = value,
    .cases = cases};
