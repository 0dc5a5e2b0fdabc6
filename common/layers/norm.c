/* norm.c -- equivariant layer norm: every row to unit size, degree by degree
 *
 *     0e:      y_c     = w_c (x_c - mean) / sqrt(var + eps) + b_c    mean and variance over the channels of the block
 *     others:  y_{m,c} = w_c x_{m,c} / sqrt(mean_{m,c} x^2 + eps)    over components and channels of the block
 *
 * Ba et al. 2016, arXiv 1607.06450; Liao, Smidt 2023, arXiv 2206.11990 (Equiformer), appendix.  0o has no mean taken
 * off, which parity would not allow.  x: any axis and irreps; 0e blocks need two channels.  y: the same.
 * Parameters: weight.BLOCK [mul], 1 at start; bias.BLOCK [mul] of the 0e blocks, 0 at start. */
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/row_norm.h"

#include <stdio.h>
#include <string.h>

struct hypers {
    double eps;
};
static const struct hypers defaults = {.eps = 1e-5};

static const struct gg_opt hypers[] = {{.name = "eps",
                                        .type = GG_OPT_REAL,
                                        .offset = offsetof(struct hypers, eps),
                                        .help = "added to the variance: rows of zeros stay zeros",
                                        .arg = "EPS",
                                        .min = 1e-12,
                                        .max = 1},
                                       {0}};

/* Parameters: all weights, block by block, then all biases.  Packed as `wide`: the same with padded blocks, and behind them for each
 * block 1 in its channels and 0 in padding. */
struct plan {
    int64_t weight[GG_IRREPS_MAX], bias[GG_IRREPS_MAX]; /* bias -1: none */
    int64_t wide_weight[GG_IRREPS_MAX], wide_bias[GG_IRREPS_MAX], n_wide;
    int64_t inside[GG_IRREPS_MAX], n_all;
};

static bool centred(const struct gg_irrep *b)
{
    return b->l == 0 && b->p > 0;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct plan *p = l->plan;
    (void)n_thread;
    return sizeof(gg_real) * (size_t)(p->n_all + p->n_wide) +
           gg_tree_sum_bytes(gg_shape_rows(&l->in[0], g), p->n_wide);
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_irreps *in = &l->in[0].irreps;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    if (gg_one_input(l, err) < 0)
        return -1;
    l->n_weight = 0;
    for (int b = 0; b < in->n; b++) {
        if (centred(&in->b[b]) && in->b[b].mul == 1)
            return gg_fail(err, GG_USAGE, "in: block %d is 1x0e: a single scalar minus its mean is 0", b + 1);
        p->weight[b] = l->n_weight;
        p->wide_weight[b] = p->n_wide;
        l->n_weight += in->b[b].mul;
        p->n_wide += l->in[0].pad[b];
    }
    for (int b = 0; b < in->n; b++) {
        p->bias[b] = centred(&in->b[b]) ? l->n_weight : -1;
        p->wide_bias[b] = p->n_wide;
        if (p->bias[b] < 0)
            continue;
        l->n_weight += in->b[b].mul;
        p->n_wide += l->in[0].pad[b];
    }
    p->n_all = p->n_wide;
    for (int b = 0; b < in->n; p->n_all += l->in[0].pad[b++])
        p->inside[b] = p->n_all;
    l->out = l->in[0];
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    const struct plan *p = l->plan;
    const struct gg_irreps *in = &l->in[0].irreps;
    int b = k;
    *out = (struct gg_weight){.ndim = 1};
    if (k < in->n) {
        out->offset = p->weight[b];
        snprintf(out->name, sizeof out->name, "weight.%d", b);
    } else {
        int skip = k - in->n;
        for (b = 0; b < in->n && (p->bias[b] < 0 || skip-- > 0);)
            b++;
        if (b == in->n)
            return false;
        out->offset = p->bias[b];
        snprintf(out->name, sizeof out->name, "bias.%d", b);
    }
    out->shape[0] = in->b[b].mul;
    return true;
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    int n_weight = 0;
    (void)r;
    for (int b = 0; b < l->in[0].irreps.n; b++)
        n_weight += l->in[0].irreps.b[b].mul;
    for (int64_t k = 0; k < l->n_weight; k++)
        w[k] = k < n_weight;
}

/* Parameters with zeros in the padding; and back: dw += wide. */
static void widen(const struct gg_layer *l, const gg_real *w, gg_real *wide)
{
    const struct plan *p = l->plan;
    memset(wide, 0, sizeof *wide * (size_t)p->n_all);
    for (int b = 0; b < l->in[0].irreps.n; b++) {
        size_t bytes = sizeof *w * (size_t)l->in[0].irreps.b[b].mul;
        memcpy(wide + p->wide_weight[b], w + p->weight[b], bytes);
        if (p->bias[b] >= 0)
            memcpy(wide + p->wide_bias[b], w + p->bias[b], bytes);
        for (int c = 0; c < l->in[0].irreps.b[b].mul; c++)
            wide[p->inside[b] + c] = 1;
    }
}

static void add_narrow(const struct gg_layer *l, const gg_real *wide, gg_real *dw)
{
    const struct plan *p = l->plan;
    for (int b = 0; b < l->in[0].irreps.n; b++)
        for (int c = 0; c < l->in[0].irreps.b[b].mul; c++) {
            dw[p->weight[b] + c] += wide[p->wide_weight[b] + c];
            if (p->bias[b] >= 0)
                dw[p->bias[b] + c] += wide[p->wide_bias[b] + c];
        }
}

static struct gg_row_norm block_of(const struct gg_layer *l, int b, const gg_real *wide)
{
    const struct plan *p = l->plan;
    const struct hypers *h = l->hyper;
    const struct gg_irrep *i = &l->in[0].irreps.b[b];
    return (struct gg_row_norm){.pad = l->in[0].pad[b],
                                .n_m = 2 * i->l + 1,
                                .centred = p->bias[b] >= 0,
                                .eps = (gg_real)h->eps,
                                .each = 1 / (gg_real)i->mul,
                                .all = 1 / (gg_real)(i->mul * (2 * i->l + 1)),
                                .w = wide + p->wide_weight[b],
                                .b = wide + p->wide_bias[b],
                                .inside = wide + p->inside[b]};
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    int64_t n_row = gg_shape_rows(&l->in[0], call->g), stride = l->in[0].stride;
    widen(l, call->w, call->scratch);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        for (int b = 0; b < l->in[0].irreps.n; b++) {
            struct gg_row_norm k = block_of(l, b, call->scratch);
            gg_row_norm_forward(&k, call->x[0] + i * stride + l->in[0].offset[b],
                                call->y + i * stride + l->in[0].offset[b]);
        }
}

struct job {
    const struct gg_layer *l;
    const gg_real *wide, *x, *dy;
    gg_real *dx;
};

static void backward_range(void *context, int64_t first, int64_t last, gg_real *part)
{
    const struct job *j = context;
    const struct plan *p = j->l->plan;
    for (int64_t i = first; i < last; i++)
        for (int b = 0; b < j->l->in[0].irreps.n; b++) {
            struct gg_row_norm k = block_of(j->l, b, j->wide);
            int64_t at = i * j->l->in[0].stride + j->l->in[0].offset[b];
            gg_row_norm_backward(&k, j->x + at, j->dy + at, j->dx ? j->dx + at : NULL,
                                 part + p->wide_weight[b], part + p->wide_bias[b]);
        }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    gg_real *wide = call->scratch, *gradient = wide + p->n_all;
    struct job j = {l, wide, call->x[0], call->dy, call->dx[0]};
    widen(l, call->w, wide);
    memset(gradient, 0, sizeof *gradient * (size_t)p->n_wide);
    gg_tree_sum(gg_shape_rows(&l->in[0], call->g), p->n_wide, gradient, gradient + p->n_wide, backward_range,
                &j);
    if (call->dw)
        add_narrow(l, gradient, call->dw);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->in[0], g, 5, 15, 2);
}

static const struct gg_layer_case cases[] = {{"natural", {"8x0e+8x1o+8x2e"}, ""},
                                             {"odd widths", {"5x0e+3x0o+17x1e+1x2e+9x0e"}, "eps=0.001"},
                                             {"on edges", {"edge:4x0e+2x1o"}, ""},
                                             {"at times", {"node*time:4x0e+2x2e"}, ""},
                                             {"with lifts", {"edge*lift:3x0e+2x1o"}, ""},
                                             {0}};

const struct gg_layer_type gg_layer_norm = {
    .name = "norm",
    .about = "equivariant layer norm: each row to unit size, degree by degree",
    .source = "Ba et al. 2016, arXiv 1607.06450; Liao, Smidt 2023, arXiv 2206.11990",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights};
