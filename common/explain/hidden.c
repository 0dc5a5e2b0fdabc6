/* hidden.c -- what the features of each layer look like: their size by degree and parity, how many directions they use, how smooth they are
 *
 *     share    mean |h_l|^2 / mean |h|^2
 *     rank     exp(- sum_k p_k ln p_k), p the eigenvalues of the covariance of the channels of an irrep over their sum (Roy, Vetterli 2007)
 *     roughness  E_l / <|h_l|^2>,  E_l = 1/N sum_i sum_{j in N(i)} |h_{i,l} - h_{j,l}|^2   (Dirichlet energy: Cai, Wang 2020, arXiv 2006.13318)
 *
 * |h_l|^2 sums over channels and orders.  Invariant under rotation, since D_l is orthogonal. */
#include "explain/explain.h"
#include "explain/features.h"
#include "nn/inputs.h"
#include "stats/hidden.h"
#include "util/linalg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of one layer, time and irrep, summed over frames. */
struct degree {
    int layer, time, l, p, n; /* time: of those asked for, -1: all together; n: channels */
    double rows, square, rough;
    double *mean, *product; /* [n] sums of scalars; [n][n] sums over rows and orders */
};

struct own {
    struct gg_layer_features hidden;
    int n_time, time[GG_MAX_TIMES]; /* among those that there are; 0: none was asked for */
    const double *all;
    int n_degree;
    struct degree *degree;
};

/* ---- times ---- */

/* Those of values with a row a time; where no value has such, those of the first head that has any. */
static int find_times(const struct gg_model *m, const double **time)
{
    int n = m->n_time;
    *time = m->time;
    for (int h = 0; h < m->n_head && !n; h++)
        if (m->head[h].target.timed) {
            n = m->head[h].target.n_time;
            *time = m->head[h].target.time;
        }
    return n;
}

static int choose_times(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    const struct gg_reals *wanted = &x->o->time;
    int n = find_times(x->m, &o->all);
    if (wanted->n && !n)
        return gg_fail(err, GG_USAGE, "--time: nothing that the model predicts has times");
    for (int k = 0; k < wanted->n && k < GG_MAX_TIMES; k++) {
        int time = gg_explain_nearest(n, o->all, NULL, wanted->v[k], err);
        bool had = false;
        if (time < 0)
            return -1;
        for (int q = 0; q < o->n_time; q++)
            had |= o->time[q] == time;
        if (!had) /* two may be nearest to one */
            o->time[o->n_time++] = time;
    }
    return 0;
}

/* Rows of a value that belong to one particle and time. */
struct rows {
    int first, n, all;
};
static struct rows rows_of(const struct gg_model *m, const struct gg_shape *s, const struct own *o, int time)
{
    int all = gg_layer_features_rows(m, s), lifts = gg_axis_lifts(s->axis);
    return time >= 0 && s->axis & GG_PER_TIME ? (struct rows){o->time[time] * lifts, lifts, all}
                                              : (struct rows){0, all, all};
}

/* Said where times make no difference. */
static void note_times(struct gg_explain *x)
{
    const struct own *o = x->own;
    bool any = false;
    for (int k = 0; k < o->hidden.n; k++)
        any |= x->m->op[o->hidden.op[k]].layer.out.axis & GG_PER_TIME;
    if (o->n_time && !any)
        x->note = "--time: no layer shown has features of its own for each time: they are the same at all";
}

/* ---- the method ---- */

static void add_degrees(struct gg_explain *x, int layer, int time)
{
    struct own *o = x->own;
    for (int q = 0; q < 2 * (GG_L_MAX + 1); q++) {
        int l = q / 2, p = q % 2 == l % 2 ? 1 : -1; /* 0e 0o 1o 1e 2e 2o ... */
        struct degree d = {.layer = layer,
                           .time = time,
                           .l = l,
                           .p = p,
                           .n = gg_count_channels(&x->m->op[o->hidden.op[layer]].layer.out.irreps, l, p)};
        if (!d.n)
            continue;
        d.mean = gg_xalloc((size_t)d.n, sizeof *d.mean);
        d.product = gg_xalloc((size_t)(d.n * d.n), sizeof *d.product);
        o->degree[o->n_degree++] = d;
    }
}

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    if (gg_blas_open(err) || gg_layer_features_choose(&o->hidden, x->m, &x->o->hidden, err) ||
        choose_times(x, err))
        return -1;
    int n_time = o->n_time ? o->n_time : 1;
    o->degree = gg_xalloc((size_t)(o->hidden.n * n_time * 2 * (GG_L_MAX + 1)), sizeof *o->degree);
    for (int k = 0; k < o->hidden.n; k++)
        for (int time = 0; time < n_time; time++)
            add_degrees(x, k, o->n_time ? time : -1);
    note_times(x);
    gg_layer_features_watch(&o->hidden, &x->pass);
    return 0;
}

static void release(struct gg_explain *x)
{
    struct own *o = x->own;
    for (int k = 0; k < o->n_degree; k++) {
        free(o->degree[k].mean);
        free(o->degree[k].product);
    }
    free(o->degree);
    gg_layer_features_free(&o->hidden);
}

/* ---- frames ---- */

/* Numbers of one irrep as rows of channels, an order after the other: h [n_node of.n (2l+1)][n]. */
static double *unfold(const struct gg_shape *s, const gg_real *value, int64_t n_node, struct rows of,
                      const struct degree *d, struct gg_arena *a)
{
    double *h = GG_NEW(a, double, (size_t)(n_node * of.n * (2 * d->l + 1) * d->n) + 1), *at = h;
    for (int64_t i = 0; i < n_node * of.n; i++) {
        const gg_real *row = value + (i / of.n * of.all + of.first + i % of.n) * s->stride;
        for (int z = 0; z <= 2 * d->l; z++)
            for (int b = 0; b < s->irreps.n; b++)
                for (int c = 0;
                     c < s->irreps.b[b].mul && s->irreps.b[b].l == d->l && s->irreps.b[b].p == d->p; c++)
                    *at++ = (double)row[s->offset[b] + z * s->pad[b] + c];
    }
    return h;
}

static void add(struct degree *d, const struct gg_explain *x, const struct gg_batch *b, struct gg_arena *a)
{
    const struct own *o = x->own;
    const struct gg_shape *s = &x->m->value[x->m->op[o->hidden.op[d->layer]].out];
    struct rows of = rows_of(x->m, s, o, d->time);
    int n = d->n;
    int64_t rows = b->graph[0].n_node * of.n, all = rows * (2 * d->l + 1);
    const double *h = unfold(s, o->hidden.row[d->layer], b->graph[0].n_node, of, d, a);
    gg_dsyrk(n, (int)all, 1, h, n, 1, d->product, n);
    for (int64_t i = 0; i < all * n; i++) {
        d->square += h[i] * h[i];
        d->mean[i % n] += d->l == 0 && d->p == 1 ? h[i] : 0; /* pseudoscalars have none */
    }
    d->rows += (double)rows;
    if (x->m->n_geometry)
        d->rough += gg_squares_between(b->graph[0].n_node, (int64_t)of.n * (2 * d->l + 1) * n, h,
                                       b->graph[0].ptr, b->graph[0].nbr);
}

static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    struct own *o = x->own;
    (void)err;
    for (int k = 0; k < o->n_degree; k++) {
        struct gg_arena a = {0};
        add(&o->degree[k], x, &s->b, &a);
        gg_arena_free(&a);
    }
    return 0;
}

/* ---- table ---- */

/* NaN where there was no particle.  The means are subtracted from sums of squares, so what is left of constants is their rounding. */
static double rank(const struct degree *d)
{
    int n = d->n;
    if (!(d->rows > 0))
        return NAN;
    double *c = gg_xalloc((size_t)(n * n), sizeof *c);
    for (int p = 0; p < n; p++)
        for (int q = p; q < n; q++)
            c[p * n + q] = d->product[p * n + q] - d->mean[p] * d->mean[q] / d->rows;
    double directions = gg_effective_rank_of(n, c, 1e-12 * d->square);
    free(c);
    return directions;
}

/* |h|^2 of all irreps of the same layer and time. */
static double square_of(const struct own *o, const struct degree *d)
{
    double all = 0;
    for (int q = 0; q < o->n_degree; q++)
        if (o->degree[q].layer == d->layer && o->degree[q].time == d->time)
            all += o->degree[q].square;
    return all;
}

static void add_row(struct gg_explain *x, const struct degree *d)
{
    const struct own *o = x->own;
    double all = square_of(o, d);
    gg_tsv_add(&x->table, "%s", x->m->op[o->hidden.op[d->layer]].name);
    if (d->time >= 0)
        gg_tsv_add(&x->table, "%.9g", o->all[o->time[d->time]]);
    gg_tsv_add(&x->table, "%d%c", d->l, d->p > 0 ? 'e' : 'o');
    gg_tsv_add(&x->table, "%d", d->n);
    if (d->rows > 0)
        gg_tsv_add(&x->table, "%.6g", sqrt(d->square / (d->rows * d->n * (2 * d->l + 1))));
    else
        gg_tsv_add(&x->table, "-");
    gg_tsv_number(&x->table, all > 0 ? d->square / all : NAN, 6, "-");
    gg_tsv_number(&x->table, rank(d), 4, "-");
    gg_tsv_number(&x->table, d->square > 0 && x->m->n_geometry ? d->rough / d->square : NAN, 6, "-");
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    static const char *const names[] = {"irrep", "channels", "rms", "share", "rank", "roughness"};
    const struct own *o = x->own;
    (void)err;
    gg_tsv_head(&x->table, "layer");
    if (o->n_time)
        gg_tsv_head(&x->table, "time");
    for (int k = 0; k < 6; k++)
        gg_tsv_head(&x->table, names[k]);
    for (int k = 0; k < o->n_degree; k++)
        add_row(x, &o->degree[k]);
    return 0;
}

const struct gg_explain_method gg_explain_hidden = {
    .name = "hidden",
    .about = "the features of each layer, and time: size by irrep, directions that they use, roughness",
    .source = "Roy, Vetterli 2007; Cai, Wang 2020, arXiv 2006.13318",
    .uses = " time hidden ",
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish,
    .free = release};
