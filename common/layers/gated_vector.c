/* gated_vector.c -- vectors from vectors, weighted by the scalars of the node: readouts of displacements
 *
 *     v_{t,m} = 1/sqrt(C1) sum_{c < C1} g_{t,c} h_{1,m,c},     g = bias + h_0 W / sqrt(C0)
 *
 * PaiNN's and Equiformer's vector readouts reduced to one layer (Schuett et al. 2021, arXiv 2102.03150, appendix).
 * x: any axis; its C0 0e and C1 1o channels are read (several blocks count as one), others are not.
 * y: same axis, vectors x 1o.  Parameters: weight.BLOCK [mul][vectors][C1], bias [vectors][C1], 0 at start. */
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/mix.h"

#include <math.h>
#include <string.h>

struct hypers {
    int64_t vectors;
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {{.name = "vectors",
                                        .type = GG_OPT_INT,
                                        .offset = offsetof(struct hypers, vectors),
                                        .help = "number of vectors; must be given, unless a head gives it",
                                        .arg = "N",
                                        .max = 4096},
                                       {0}};

struct plan {
    struct gg_mix mix; /* h_0 -> g, a row of vectors x C1 */
    int n_vector, n_channel;
    gg_real factor; /* 1/sqrt(C1) */
};

/* scratch: g, dg, and what the linear map needs */
static int64_t gates(const struct gg_layer *l, int64_t n_row)
{
    const struct plan *p = l->plan;
    return (n_row * p->mix.out.stride + 15) / 16 * 16;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->in[0], g);
    (void)n_thread;
    return 2 * sizeof(gg_real) * (size_t)gates(l, n_row) + gg_mix_scratch_bytes(&p->mix, n_row);
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    int n_channel = gg_count_channels(&l->in[0].irreps, 1, -1);
    struct gg_irreps inner = {.n = 1}, out = {.n = 1, .b = {{(int)h->vectors, 1, -1}}};
    struct gg_shape shape;
    if (gg_one_input(l, err) < 0 || gg_need_key(h->vectors, "vectors", "the number of vectors", err) < 0)
        return -1;
    if (n_channel == 0 || gg_count_channels(&l->in[0].irreps, 0, 1) == 0) {
        char text[GG_IRREPS_TEXT];
        gg_irreps_print(&l->in[0].irreps, text);
        return gg_fail(err, GG_USAGE, "in: %s: gated_vector needs channels of 0e and of 1o", text);
    }
    if ((int64_t)n_channel * h->vectors > 1 << 20)
        return gg_fail(err, GG_USAGE, "vectors: %lld times %d channels are too many", (long long)h->vectors,
                       n_channel);
    inner.b[0] = (struct gg_irrep){(int)h->vectors * n_channel, 0, 1};
    gg_shape_init(&shape, l->in[0].axis, &inner);
    gg_shape_init(&l->out, l->in[0].axis, &out);
    if (gg_mix_init(&p->mix, a, &l->in[0], &shape, 1, true, err) < 0)
        return gg_err_prefix(err, "vectors: ");
    p->n_vector = (int)h->vectors;
    p->n_channel = n_channel;
    p->factor = (gg_real)(1 / sqrt(n_channel));
    l->n_weight = p->mix.n_weight;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    return 0;
}

/* The map's pieces with the last axis cut into [vectors][C1]. */
static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    const struct plan *p = l->plan;
    if (!gg_mix_weight(&p->mix, k, out))
        return false;
    out->shape[out->ndim - 1] = p->n_vector;
    out->shape[out->ndim++] = p->n_channel;
    char *last = strrchr(out->name, '.'); /* "weight.IN.0", "bias.0" */
    *last = '\0';
    return true;
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    const struct plan *p = l->plan;
    gg_mix_init_weights(&p->mix, w, r);
}

static bool is_vector(const struct gg_layer *l, int b)
{
    return l->in[0].irreps.b[b].l == 1 && l->in[0].irreps.b[b].p < 0;
}

static void forward_row(const struct gg_layer *l, const gg_real *g, const gg_real *x, gg_real *y)
{
    const struct plan *p = l->plan;
    memset(y, 0, sizeof *y * (size_t)l->out.stride);
    for (int b = 0, first = 0; b < l->in[0].irreps.n; b++) {
        int mul = l->in[0].irreps.b[b].mul, pad = l->in[0].pad[b];
        if (!is_vector(l, b))
            continue;
        for (int t = 0; t < p->n_vector; t++)
            for (int m = 0; m < 3; m++) {
                const gg_real *h = x + l->in[0].offset[b] + m * pad, *gate = g + t * p->n_channel + first;
                gg_real sum = 0;
                for (int c = 0; c < mul; c++)
                    sum += gate[c] * h[c];
                y[m * l->out.pad[0] + t] += p->factor * sum;
            }
        first += mul;
    }
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->in[0], call->g);
    gg_real *gate = call->scratch;
    gg_mix_forward(&p->mix, call->w, n_row, NULL, call->x[0], gate, gate + 2 * gates(l, n_row));
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        forward_row(l, gate + i * p->mix.out.stride, call->x[0] + i * l->in[0].stride,
                    call->y + i * l->out.stride);
}

static void backward_row(const struct gg_layer *l, const gg_real *g, const gg_real *x, const gg_real *dy,
                         gg_real *dx, gg_real *dg)
{
    const struct plan *p = l->plan;
    memset(dg, 0, sizeof *dg * (size_t)p->mix.out.stride);
    for (int b = 0, first = 0; b < l->in[0].irreps.n; b++) {
        int mul = l->in[0].irreps.b[b].mul, pad = l->in[0].pad[b], at = l->in[0].offset[b];
        if (!is_vector(l, b))
            continue;
        for (int t = 0; t < p->n_vector; t++)
            for (int m = 0; m < 3; m++) {
                const gg_real *h = x + at + m * pad, *gate = g + t * p->n_channel + first;
                gg_real *dgate = dg + t * p->n_channel + first, d = p->factor * dy[m * l->out.pad[0] + t];
                for (int c = 0; c < mul; c++)
                    dgate[c] += d * h[c];
                for (int c = 0; dx && c < mul; c++)
                    dx[at + m * pad + c] += d * gate[c];
            }
        first += mul;
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
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

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct plan *p = l->plan;
    int64_t rows = gg_shape_rows(&l->in[0], g);
    double flops = gg_mix_flops(&p->mix, rows), product = 6.0 * (double)rows * p->n_vector * p->n_channel;
    return (struct gg_cost){.flops_forward = flops + product,
                            .flops_backward = 3 * flops + 2 * product, /* g is computed again */
                            .bytes = sizeof(gg_real) * (double)rows *
                                     (l->in[0].stride + 2 * p->mix.out.stride + l->out.stride)};
}

static const struct gg_layer_case cases[] = {{"readout", {"8x0e+8x1o+8x2e"}, "vectors=10"},
                                             {"several blocks", {"3x1o+5x0e+1x1e+2x1o+4x0e"}, "vectors=3"},
                                             {"one", {"1x0e+1x1o"}, "vectors=1"},
                                             {"on edges", {"edge:4x0e+9x1o"}, "vectors=2"},
                                             {0}};

const struct gg_layer_type gg_layer_gated_vector = {
    .name = "gated_vector",
    .about = "vectors from the 1o channels, weighted by an affine map of the scalars",
    .source = "after Schuett et al. 2021, arXiv 2102.03150, and Liao, Smidt 2023, arXiv 2206.11990",
    .hypers = hypers,
    .hyper_size = sizeof(struct hypers),
    .hyper_defaults = &defaults,
    .init = init,
    .weight = weight,
    .init_weights = init_weights,
    .forward = forward,
    .backward = backward,
    .cost = cost,
    .cases = cases};
