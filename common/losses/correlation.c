/* correlation.c -- the correlation in space of who moved, within one configuration (Jung, Biroli, Berthier, Phys. Rev. Lett.
 * 130, 238202 (2023), arXiv 2210.16623)
 *
 *     L       sum_R |C_R(p) - C_R(y)| / |C_first(y) - C_last(y)|
 *     C_R(d)  sum_i d_i [sum_j w_R(r_ij) d_j / sum_j w_R(r_ij)] / sum_i d_i^2,   w_R(r) = exp(-(r - R)^2 / 2)
 *     d       m - mean(m),  m = (tanh(20 (x - a)) + 1) / 2 of the physical x: who moved farther than a
 *
 * j runs over all rows, i included; a row without a target has d = 0.  Gradient with G_ij = w_ij / sum_k w_ik:
 * dC/dd = [(G + G')d - 2 C d] / sum d^2.  Not defined where less than one row, or all but less than one, moved farther,
 * where m does not vary, or where the C_R(y) of first and last R are equal. */
#include "descriptors/gaussian.h"
#include "losses/moments.h"
#include "losses/moved.h"

#include <math.h>

enum { MAX_RADII = 16 };

struct hyper {
    struct gg_reals radii;
    double threshold;
};

/* p or y of one column. */
struct field {
    double *m, *d; /* [n] step; its deviation from the mean, 0 where there is no target */
    double square; /* sum d^2, or 0 if C is not defined */
    double *forth; /* [R][n] G d */
    double correlation[MAX_RADII];
};

static void steps(struct field *f, const struct gg_loss_column *c, double threshold, const double *z)
{
    for (int64_t k = 0; k < c->n; k++)
        f->m[k] = c->there[k] ? gg_loss_moved(c, threshold, z[k]) : 0;
    double mean = gg_loss_column_mean(c, f->m), moved = mean * (double)c->count;
    f->square = 0;
    for (int64_t k = 0; k < c->n; k++) {
        f->d[k] = c->there[k] ? f->m[k] - mean : 0;
        f->square += f->d[k] * f->d[k];
    }
    if (!(moved >= 1 && moved <= (double)c->count - 1 && gg_loss_column_variance(c, f->m) > 0))
        f->square = 0;
}

/* From sums [n_x][n] with the weights of each radius, of which this field's are row x. */
static void correlate(struct field *f, int n_radius, int n_x, int x, int64_t n, const double *sum,
                      const double *around)
{
    for (int q = 0; q < n_radius; q++) {
        f->correlation[q] = 0;
        for (int64_t k = 0; k < n; k++) {
            f->forth[q * n + k] = sum[(q * n_x + x) * n + k] / around[q * n + k];
            f->correlation[q] += f->d[k] * f->forth[q * n + k];
        }
        f->correlation[q] /= f->square;
    }
}

/* dp += factor dC_q/dp.  back: G' d; slope: scratch. */
static void add_gradient(const struct gg_loss_call *call, const struct field *p, int q, double factor,
                         const double *back, double *slope)
{
    const struct gg_loss_column *c = call->c;
    for (int64_t k = 0; k < c->n; k++)
        slope[k] = (p->forth[q * c->n + k] + back[k] - 2 * p->correlation[q] * p->d[k]) / p->square;
    double mean = gg_loss_column_mean(c, slope);
    for (int64_t k = 0; k < c->n; k++)
        if (c->there[k])
            call->dp[k] += factor * (slope[k] - mean) * gg_loss_moved_slope(c, p->m[k]);
}

/* sums of 1 around every row: [R][n] */
static int prepare(const void *hyper, const struct gg_loss_column *c, const void **prepared,
                   struct gg_arena *a, struct gg_err *err)
{
    const struct hyper *h = hyper;
    (void)err;
    double *one = GG_NEW(a, double, (size_t)c->n + 1),
           *around = GG_NEW(a, double, (size_t)(h->radii.n * c->n) + 1);
    for (int64_t k = 0; k < c->n; k++)
        one[k] = 1;
    gg_gaussian_sums(c->cell, c->n, c->pos, h->radii.n, h->radii.v, 1, one, around);
    *prepared = around;
    return 0;
}

static double bytes(const void *hyper, const struct gg_cell *cell, double n)
{
    (void)cell;
    return n * (double)sizeof(double) * ((const struct hyper *)hyper)->radii.n;
}

static double value(const struct gg_loss_call *call)
{
    const struct hyper *h = call->hyper;
    const struct gg_loss_column *c = call->c;
    const double *around = call->prepared;
    int n_radius = h->radii.n, n_x = call->dp != NULL ? 2 + n_radius : 2;
    int64_t n = c->n;
    size_t room = (size_t)n + 1;
    double *x = GG_NEW(call->a, double, (size_t)n_x *room),
           *sum = GG_NEW(call->a, double, (size_t)(n_radius * n_x) * room),
           *slope = GG_NEW(call->a, double, room),
           *forth = GG_NEW(call->a, double, 2 * (size_t)n_radius * room),
           *m = GG_NEW(call->a, double, 2 * room);
    struct field p = {.m = m, .d = x, .forth = forth},
                 y = {.m = m + n, .d = x + n, .forth = forth + n_radius * n};
    steps(&p, c, h->threshold, c->p);
    steps(&y, c, h->threshold, c->y);
    if (!(p.square > 0 && y.square > 0))
        return NAN;
    for (int q = 2; q < n_x; q++) /* for G' d */
        for (int64_t k = 0; k < n; k++)
            x[q * n + k] = p.d[k] / around[(q - 2) * n + k];
    gg_gaussian_sums(c->cell, n, c->pos, n_radius, h->radii.v, n_x, x, sum);
    correlate(&p, n_radius, n_x, 0, n, sum, around);
    correlate(&y, n_radius, n_x, 1, n, sum, around);
    double range = fabs(y.correlation[0] - y.correlation[n_radius - 1]), total = 0;
    if (!(range > 0))
        return NAN;
    for (int q = 0; q < n_radius; q++) {
        double difference = p.correlation[q] - y.correlation[q];
        int sign = (difference > 0) - (difference < 0);
        total += fabs(difference) / range;
        if (call->dp != NULL)
            add_gradient(call, &p, q, call->factor / range * sign, sum + (q * n_x + 2 + q) * n, slope);
    }
    return total;
}

static int init(const void *hyper, struct gg_err *err)
{
    const struct gg_reals *radii = &((const struct hyper *)hyper)->radii;
    if (radii->n < 2 || radii->n > MAX_RADII)
        return gg_fail(err, GG_USAGE, "radii: 2 to %d distances are wanted", MAX_RADII);
    for (int k = 1; k < radii->n; k++)
        if (!(radii->v[k] > radii->v[k - 1]))
            return gg_fail(err, GG_USAGE, "radii: each larger than the one before");
    return 0;
}

static const struct gg_opt hypers[] = {{"radii", GG_OPT_REALS, offsetof(struct hyper, radii),
                                        "distances of the correlations", .arg = "R,R", .unit = "sigma",
                                        .max = 1e6},
                                       {"threshold", GG_OPT_REAL, offsetof(struct hyper, threshold),
                                        "they are those of who moved farther than this", .arg = "LENGTH",
                                        .unit = "sigma", .max = 1e6},
                                       {0}};
static double radii[] = {2, 4, 6}; /* and 0.44: for three dimensions, arXiv 2210.16623 */
static const struct hyper defaults = {.radii = {3, radii}, .threshold = 0.44};
static const struct gg_loss_case cases[] = {{"some missing", "", 40, 1, .missing = true, .no_unit = true},
                                            {"two radii, near", "radii=0.5,1.5 threshold=0.3", 30, 1,
                                             .no_unit = true},
                                            {0}};

const struct gg_loss_type gg_loss_correlation = {
    .name = "correlation",
    .about = "error of the spatial correlations of who moved in a configuration",
    .source = "Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023)",
    .hypers = hypers,
    .hyper_size = sizeof(struct hyper),
    .hyper_defaults = &defaults,
    .mean = GG_OVER_COLUMNS,
    .scalars = true,
    .positions = true,
    .kinks = true,
    .init = init,
    .prepare = prepare,
    .prepared_bytes = bytes,
    .value = value,
    .cases = cases};
