/* gated.c -- see gated.h */
#include "nn/gated.h"
#include "nn/inputs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* scratch: g, dg, and what the linear map needs */
static int64_t gates(const struct gg_layer *l, int64_t n_row)
{
    const struct gg_gated *p = l->plan;
    return (n_row * p->mix.out.stride + 15) / 16 * 16;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct gg_gated *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->in[0], g);
    (void)n_thread;
    return 2 * sizeof(gg_real) * (size_t)gates(l, n_row) + gg_mix_scratch_bytes(&p->mix, n_row);
}

static bool is_scalar(const struct gg_irrep *b)
{
    return b->l == 0 && b->p > 0;
}

/* What block b of y takes from x; its block of g in `inner`. */
static int plan_block(const struct gg_layer *l, struct gg_gated *p, const struct gg_irreps *out, int b,
                      struct gg_irreps *inner, const char *key, struct gg_err *err)
{
    const struct gg_irrep *want = &out->b[b];
    int n = gg_count_channels(&l->in[0].irreps, want->l, want->p);
    if (n == 0 || gg_count_channels(&l->in[0].irreps, 0, 1) == 0) {
        char text[GG_IRREPS_TEXT];
        gg_irreps_print(&l->in[0].irreps, text);
        return is_scalar(want)
                   ? gg_fail(err, GG_USAGE, "in: %s: %s needs channels of 0e", text, l->type->name)
                   : gg_fail(err, GG_USAGE, "in: %s: %s needs channels of 0e and of %d%c", text,
                             l->type->name, want->l, want->p > 0 ? 'e' : 'o');
    }
    p->n_channel[b] = is_scalar(want) ? 1 : n;
    p->factor[b] = (gg_real)(1 / sqrt(p->n_channel[b]));
    if ((int64_t)p->n_channel[b] * want->mul > 1 << 20)
        return gg_fail(err, GG_USAGE, "%s: %d times %d channels are too many", key, want->mul,
                       p->n_channel[b]);
    inner->b[inner->n++] = (struct gg_irrep){want->mul * p->n_channel[b], 0, 1};
    return 0;
}

int gg_gated_init(struct gg_layer *l, struct gg_arena *a, const struct gg_irreps *out, const char *key,
                  struct gg_err *err)
{
    struct gg_gated *p = l->plan = GG_NEW(a, struct gg_gated, 1);
    struct gg_irreps inner = {0};
    struct gg_shape shape;
    for (int b = 0; b < out->n; b++)
        if (plan_block(l, p, out, b, &inner, key, err) < 0)
            return -1;
    gg_shape_init(&shape, l->in[0].axis, &inner);
    gg_shape_init(&l->out, l->in[0].axis, out);
    l->out.edges = l->in[0].edges;
    if (gg_mix_init(&p->mix, a, &l->in[0], &shape, 1, true, err) < 0)
        return gg_err_prefix(err, "%s: ", key);
    l->n_weight = p->mix.n_weight;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    return 0;
}

/* The map's pieces with the last axis cut into [t][c]. */
bool gg_gated_weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    const struct gg_gated *p = l->plan;
    if (!gg_mix_weight(&p->mix, k, out))
        return false;
    int b = atoi(strrchr(out->name, '.') + 1); /* "weight.IN.OUT", "bias.OUT" */
    if (is_scalar(&l->out.irreps.b[b]))
        return true;
    out->shape[out->ndim - 1] = l->out.irreps.b[b].mul;
    out->shape[out->ndim++] = p->n_channel[b];
    return true;
}

void gg_gated_init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    const struct gg_gated *p = l->plan;
    gg_mix_init_weights(&p->mix, w, r);
}

/* ---- block `at` of y from block b of x, whose channels are `first` and on of its degree ---- */

static void forward_block(const struct gg_layer *l, int at, int b, int first, const gg_real *g,
                          const gg_real *x, gg_real *y)
{
    const struct gg_gated *p = l->plan;
    int mul = l->in[0].irreps.b[b].mul, pad = l->in[0].pad[b], n_m = 2 * l->in[0].irreps.b[b].l + 1;
    for (int t = 0; t < l->out.irreps.b[at].mul; t++)
        for (int m = 0; m < n_m; m++) {
            const gg_real *h = x + l->in[0].offset[b] + m * pad, *gate = g + t * p->n_channel[at] + first;
            gg_real sum = 0;
            for (int c = 0; c < mul; c++)
                sum += gate[c] * h[c];
            y[m * l->out.pad[at] + t] += p->factor[at] * sum;
        }
}

static bool feeds(const struct gg_layer *l, int b, int at)
{
    const struct gg_irrep *in = &l->in[0].irreps.b[b], *out = &l->out.irreps.b[at];
    return in->l == out->l && in->p == out->p;
}

static void forward_row(const struct gg_layer *l, const gg_real *g, const gg_real *x, gg_real *y)
{
    const struct gg_gated *p = l->plan;
    memset(y, 0, sizeof *y * (size_t)l->out.stride);
    for (int at = 0; at < l->out.irreps.n; at++) {
        const gg_real *gate = g + p->mix.out.offset[at];
        gg_real *to = y + l->out.offset[at];
        if (is_scalar(&l->out.irreps.b[at])) {
            memcpy(to, gate, sizeof *y * (size_t)l->out.irreps.b[at].mul);
            continue;
        }
        for (int b = 0, first = 0; b < l->in[0].irreps.n; b++)
            if (feeds(l, b, at)) {
                forward_block(l, at, b, first, gate, x, to);
                first += l->in[0].irreps.b[b].mul;
            }
    }
}

void gg_gated_forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_gated *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->in[0], call->g);
    gg_real *gate = call->scratch;
    gg_mix_forward(&p->mix, call->w, n_row, NULL, call->x[0], gate, gate + 2 * gates(l, n_row));
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        forward_row(l, gate + i * p->mix.out.stride, call->x[0] + i * l->in[0].stride,
                    call->y + i * l->out.stride);
}

static void backward_block(const struct gg_layer *l, int at, int b, int first, const gg_real *g,
                           const gg_real *x, const gg_real *dy, gg_real *dx, gg_real *dg)
{
    const struct gg_gated *p = l->plan;
    int mul = l->in[0].irreps.b[b].mul, pad = l->in[0].pad[b], n_m = 2 * l->in[0].irreps.b[b].l + 1,
        from = l->in[0].offset[b];
    for (int t = 0; t < l->out.irreps.b[at].mul; t++)
        for (int m = 0; m < n_m; m++) {
            const gg_real *h = x + from + m * pad, *gate = g + t * p->n_channel[at] + first;
            gg_real *dgate = dg + t * p->n_channel[at] + first,
                    d = p->factor[at] * dy[m * l->out.pad[at] + t];
            for (int c = 0; c < mul; c++)
                dgate[c] += d * h[c];
            for (int c = 0; dx && c < mul; c++)
                dx[from + m * pad + c] += d * gate[c];
        }
}

static void backward_row(const struct gg_layer *l, const gg_real *g, const gg_real *x, const gg_real *dy,
                         gg_real *dx, gg_real *dg)
{
    const struct gg_gated *p = l->plan;
    memset(dg, 0, sizeof *dg * (size_t)p->mix.out.stride);
    for (int at = 0; at < l->out.irreps.n; at++) {
        int64_t inner = p->mix.out.offset[at];
        const gg_real *d = dy + l->out.offset[at];
        if (is_scalar(&l->out.irreps.b[at])) {
            memcpy(dg + inner, d, sizeof *d * (size_t)l->out.irreps.b[at].mul);
            continue;
        }
        for (int b = 0, first = 0; b < l->in[0].irreps.n; b++)
            if (feeds(l, b, at)) {
                backward_block(l, at, b, first, g + inner, x, d, dx, dg + inner);
                first += l->in[0].irreps.b[b].mul;
            }
    }
}

void gg_gated_backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_gated *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->in[0], call->g), stride = l->in[0].stride, inner = p->mix.out.stride;
    gg_real *gate = call->scratch, *dgate = gate + gates(l, n_row);
    gg_mix_forward(&p->mix, call->w, n_row, NULL, call->x[0], gate, gate + 2 * gates(l, n_row));
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        backward_row(l, gate + i * inner, call->x[0] + i * stride, call->dy + i * l->out.stride,
                     call->dx[0] ? call->dx[0] + i * stride : NULL, dgate + i * inner);
    gg_mix_backward(&p->mix, call->w, n_row, NULL, call->x[0], dgate, call->dx[0], call->dw,
                    gate + 2 * gates(l, n_row));
}

struct gg_cost gg_gated_cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_gated *p = l->plan;
    int64_t rows = gg_shape_rows(&l->in[0], g);
    double flops = gg_mix_flops(&p->mix, rows), product = 0;
    for (int b = 0; b < l->out.irreps.n; b++)
        if (!is_scalar(&l->out.irreps.b[b]))
            product += 2.0 * (2 * l->out.irreps.b[b].l + 1) * (double)rows * l->out.irreps.b[b].mul *
                       p->n_channel[b];
    return (struct gg_cost){.flops_forward = flops + product,
                            .flops_backward = 3 * flops + 2 * product, /* g is computed again */
                            .bytes = sizeof(gg_real) * (double)rows *
                                     (l->in[0].stride + 2 * p->mix.out.stride + l->out.stride)};
}
