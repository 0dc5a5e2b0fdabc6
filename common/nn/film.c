/* film.c -- see film.h */
#include "nn/film.h"
#include "nn/inputs.h"
#include "nn/perceptron.h"
#include "nn/row_norm.h"
#include "nn/spread.h"

#include <string.h>

struct plan {
    struct gg_perceptron net;
    int gain[GG_IRREPS_MAX], shift[GG_IRREPS_MAX]; /* first channel of a block's in net.out; shift -1: none */
    gg_real eps;                                   /* 0: h is the first value as it is */
    gg_real *ones[GG_IRREPS_MAX], *zeros;          /* [pad] 1 in the channels of a block; 0 */
};

/* ---- scratch: what lies where, in bytes ---- */

struct room {
    size_t net, gains,
        slope;    /* behind what the perceptron keeps: its scratch, its output, the gradient of that */
    size_t h, dh; /* normalised, and the gradient of that */
    size_t spread, all;
};

static size_t up(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static size_t most(size_t x, size_t y)
{
    return x > y ? x : y;
}

static struct room room_of(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->in[1], g);
    size_t gains = up(sizeof(gg_real) * (size_t)(n_row * p->net.out.stride)),
           h = p->eps > 0 ? up(sizeof(gg_real) * (size_t)(gg_shape_rows(&l->in[0], g) * l->in[0].stride)) : 0;
    struct room r = {.net = up(gg_perceptron_saved_bytes(&p->net, n_row))};
    r.gains = r.net + up(gg_perceptron_scratch_bytes(&p->net, n_row));
    r.slope = r.gains + gains;
    r.h = r.slope + gains;
    r.dh = r.h + h;
    r.spread = r.dh + h;
    r.all = r.spread + most(gg_spread_scratch_bytes(&l->in[0], &l->out, g, n_thread),
                            gg_spread_scratch_bytes(&p->net.out, &l->out, g, n_thread));
    return r;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    return room_of(l, g, n_thread).all;
}

/* ---- init ---- */

static bool even_scalar(const struct gg_irrep *b)
{
    return b->l == 0 && b->p == 1;
}

/* Channels of the gains, then of the shifts; all of them. */
static int place(struct plan *p, const struct gg_irreps *x)
{
    int n = 0;
    for (int b = 0; b < x->n; n += x->b[b++].mul)
        p->gain[b] = n;
    for (int b = 0; b < x->n; b++) {
        p->shift[b] = even_scalar(&x->b[b]) ? n : -1;
        n += even_scalar(&x->b[b]) ? x->b[b].mul : 0;
    }
    return n;
}

static int init_norm(const struct gg_layer *l, struct plan *p, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_shape *x = &l->in[0];
    int widest = 0;
    for (int b = 0; b < x->irreps.n; b++) {
        if (even_scalar(&x->irreps.b[b]) && x->irreps.b[b].mul == 1)
            return gg_fail(err, GG_USAGE, "in: block %d is 1x0e: a single scalar minus its mean is 0", b + 1);
        p->ones[b] = GG_NEW(a, gg_real, (size_t)x->pad[b]);
        for (int c = 0; c < x->irreps.b[b].mul; c++)
            p->ones[b][c] = 1;
        widest = x->pad[b] > widest ? x->pad[b] : widest;
    }
    p->zeros = GG_NEW(a, gg_real, (size_t)widest);
    return 0;
}

int gg_film_init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_film_keys *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    int axis, edges;
    if (l->n_in != 2)
        return gg_fail(err, GG_USAGE, "in: %s takes two values, features and their condition, not %d",
                       l->type->name, l->n_in);
    if (gg_count_channels(&l->in[1].irreps, 0, 1) == 0)
        return gg_fail(err, GG_USAGE, "in: the second value is the condition, and has no scalar (0e)");
    p->eps = (gg_real)h->eps;
    struct gg_perceptron_wish wish = {.hidden = h->hidden,
                                      .outputs = place(p, &l->in[0].irreps),
                                      .act = h->act};
    if (gg_spread_axis(l, &axis, &edges, err) || (p->eps > 0 && init_norm(l, p, a, err)) ||
        gg_perceptron_init(&p->net, a, &l->in[1], &wish, err))
        return -1;
    l->out = l->in[0];
    l->out.axis = axis;
    l->out.edges = edges;
    l->out.zero = gg_shape_zero(&l->out, 1, l->in);
    l->n_weight = p->net.n_weight;
    l->kinks = p->net.kinks;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    return 0;
}

bool gg_film_weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    return gg_perceptron_weight(&((const struct plan *)l->plan)->net, k, out);
}

void gg_film_init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    const struct gg_perceptron *net = &((const struct plan *)l->plan)->net;
    int64_t last = net->weight[net->n - 1];
    gg_perceptron_init_weights(net, w, r);
    memset(w + last, 0, sizeof *w * (size_t)(net->n_weight - last));
}

/* ---- the normalised value ---- */

static struct gg_row_norm norm_of(const struct gg_layer *l, int b)
{
    const struct plan *p = l->plan;
    const struct gg_irrep *x = &l->in[0].irreps.b[b];
    return (struct gg_row_norm){.pad = l->in[0].pad[b],
                                .n_m = 2 * x->l + 1,
                                .centred = even_scalar(x),
                                .eps = p->eps,
                                .each = 1 / (gg_real)x->mul,
                                .all = 1 / (gg_real)(x->mul * (2 * x->l + 1)),
                                .w = p->ones[b],
                                .b = p->zeros,
                                .inside = p->ones[b]};
}

static void normalise(const struct gg_call *call, gg_real *h)
{
    const struct gg_shape *x = &call->l->in[0];
    int64_t n_row = gg_shape_rows(x, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        for (int b = 0; b < x->irreps.n; b++) {
            struct gg_row_norm k = norm_of(call->l, b);
            int64_t at = i * x->stride + x->offset[b];
            gg_row_norm_forward(&k, call->x[0] + at, h + at);
        }
}

static void normalise_backward(const struct gg_call *call, const gg_real *dh)
{
    const struct gg_shape *x = &call->l->in[0];
    int64_t n_row = gg_shape_rows(x, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        for (int b = 0; b < x->irreps.n; b++) {
            struct gg_row_norm k = norm_of(call->l, b);
            int64_t at = i * x->stride + x->offset[b];
            gg_row_norm_backward(&k, call->x[0] + at, dh + at, call->dx[0] + at, NULL, NULL);
        }
}

/* ---- passes ---- */

/* What both passes begin with: gains, and h. */
struct job {
    const struct gg_call *call;
    const struct plan *p;
    void *kept, *net, *spread;
    gg_real *gains, *slope, *normalised, *dh;
    const gg_real *h;
};

static struct job begin(const struct gg_call *call, bool backward)
{
    const struct gg_layer *l = call->l;
    const struct room r = room_of(l, call->g, 1);
    char *at = call->scratch;
    struct job j = {.call = call,
                    .p = l->plan,
                    .kept = at,
                    .net = at + r.net,
                    .spread = at + r.spread,
                    .gains = (gg_real *)(void *)(at + r.gains),
                    .slope = (gg_real *)(void *)(at + r.slope),
                    .normalised = (gg_real *)(void *)(at + r.h),
                    .dh = (gg_real *)(void *)(at + r.dh),
                    .h = call->x[0]};
    gg_perceptron_forward(&j.p->net, call->w, gg_shape_rows(&l->in[1], call->g), call->x[1], j.gains,
                          backward ? j.kept : NULL, j.net);
    if (j.p->eps > 0) {
        normalise(call, j.normalised);
        j.h = j.normalised;
    }
    return j;
}

static const gg_real *row_of_h(const struct job *j, int64_t row)
{
    const struct gg_layer *l = j->call->l;
    return j->h + gg_spread_row(&l->in[0], &l->out, j->call->g, row) * l->in[0].stride;
}

static const gg_real *row_of_gains(const struct job *j, int64_t row)
{
    const struct gg_shape *gains = &j->p->net.out;
    return j->gains + gg_spread_row(gains, &j->call->l->out, j->call->g, row) * gains->stride;
}

void gg_film_forward(const struct gg_call *call)
{
    const struct gg_shape *out = &call->l->out;
    const struct job j = begin(call, false);
    int64_t n_row = gg_shape_rows(out, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        const gg_real *h = row_of_h(&j, i), *gains = row_of_gains(&j, i);
        gg_real *y = call->y + i * out->stride;
        memset(y, 0, sizeof *y * (size_t)out->stride);
        for (int b = 0; b < out->irreps.n; b++) {
            const gg_real *gain = gains + j.p->gain[b], *shift = gains + j.p->shift[b];
            for (int m = 0; m < 2 * out->irreps.b[b].l + 1; m++)
                for (int c = 0, at = out->offset[b] + m * out->pad[b]; c < out->irreps.b[b].mul; c++)
                    y[at + c] = (1 + gain[c]) * h[at + c] + (j.p->shift[b] >= 0 ? shift[c] : 0);
        }
    }
}

static void add_to_gains(void *context, int64_t row, double *to)
{
    const struct job *j = context;
    const struct gg_shape *out = &j->call->l->out;
    const gg_real *h = row_of_h(j, row), *dy = j->call->dy + row * out->stride;
    for (int b = 0; b < out->irreps.n; b++)
        for (int m = 0; m < 2 * out->irreps.b[b].l + 1; m++)
            for (int c = 0, at = out->offset[b] + m * out->pad[b]; c < out->irreps.b[b].mul; c++) {
                to[j->p->gain[b] + c] += (double)dy[at + c] * (double)h[at + c];
                if (j->p->shift[b] >= 0)
                    to[j->p->shift[b] + c] += (double)dy[at + c];
            }
}

static void add_to_h(void *context, int64_t row, double *to)
{
    const struct job *j = context;
    const struct gg_shape *out = &j->call->l->out;
    const gg_real *gains = row_of_gains(j, row), *dy = j->call->dy + row * out->stride;
    for (int b = 0; b < out->irreps.n; b++)
        for (int m = 0; m < 2 * out->irreps.b[b].l + 1; m++)
            for (int c = 0, at = out->offset[b] + m * out->pad[b]; c < out->irreps.b[b].mul; c++)
                to[at + c] += (1 + (double)gains[j->p->gain[b] + c]) * (double)dy[at + c];
}

void gg_film_backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    struct job j = begin(call, true);
    const struct gg_perceptron *net = &j.p->net;
    int64_t n_row = gg_shape_rows(&l->in[1], call->g);
    memset(j.slope, 0, sizeof(gg_real) * (size_t)(n_row * net->out.stride));
    gg_spread_backward(&net->out, &l->out, call->g, j.spread, j.slope, add_to_gains, &j);
    gg_perceptron_backward(net, call->w, n_row, call->x[1], j.slope, call->dx[1], call->dw, j.kept, j.net);
    if (!call->dx[0])
        return;
    if (j.p->eps > 0)
        memset(j.dh, 0, sizeof(gg_real) * (size_t)(gg_shape_rows(&l->in[0], call->g) * l->in[0].stride));
    gg_spread_backward(&l->in[0], &l->out, call->g, j.spread, j.p->eps > 0 ? j.dh : call->dx[0], add_to_h,
                       &j);
    if (j.p->eps > 0)
        normalise_backward(call, j.dh);
}

struct gg_cost gg_film_cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct plan *p = l->plan;
    struct gg_cost c = gg_cost_of_numbers(&l->out, g, p->eps > 0 ? 7 : 2, p->eps > 0 ? 20 : 4, 2);
    double flops = gg_perceptron_flops(&p->net, gg_shape_rows(&l->in[1], g));
    c.flops_forward += flops;
    c.flops_backward += 3 * flops; /* once more forward, twice for the gradients */
    return c;
}
