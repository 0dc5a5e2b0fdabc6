/* actnorm.c -- a scale for every channel and a shift for every scalar, set once from the data
 *
 *     y_{lm,c} = s_{l,c} x_{lm,c} + b_c [0e only]
 *
 * Before training, s and b are chosen so that over the nodes of a training frame each 0e channel of y has mean 0 and
 * variance 1, and every other channel mean square 1 over nodes and components; from then on they are parameters like any other.
 * Kingma, Dhariwal 2018, arXiv 1807.03039, section 3.1; in its equivariant form.  In a dense liquid a sum over neighbours
 * is a large constant plus a small signal: this takes the constant off without looking at other nodes.
 *
 * x: any axis and irreps.  y: the same.  Parameters: scale [channels], 1 before calibration; bias [0e channels], 0. */
#include "nn/layer.h"
#include "nn/inputs.h"
#include "util/clones.h"

#include <math.h>
#include <string.h>

struct hypers {
    double eps;
};
static const struct hypers defaults = {.eps = 1e-8};

static const struct gg_opt hypers[] = {{.name = "eps",
                                        .type = GG_OPT_REAL,
                                        .offset = offsetof(struct hypers, eps),
                                        .help = "added to the variance when the scale is set from data",
                                        .arg = "EPS",
                                        .min = 1e-30,
                                        .max = 1},
                                       {0}};

static bool shifted(const struct gg_irrep *b)
{
    return b->l == 0 && b->p > 0;
}

/* Scratch: scale and bias for every number of a row, zero in padding and where there is no bias; their gradients. */
static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    (void)n_thread;
    return 4 * (size_t)l->out.stride * sizeof(gg_real) +
           gg_tree_sum_bytes(gg_shape_rows(&l->in[0], g), 2 * l->out.stride);
}

/* Where a channel stands in a row, and its parameters; bias -1: none. */
struct channel {
    int at, step, n_m;
    int64_t scale, bias;
};
struct plan {
    int n;
    struct channel *channel;
};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    if (gg_one_input(l, err) < 0)
        return -1;
    l->out = l->in[0];
    int64_t n = 0, n_bias = 0;
    for (int b = 0; b < l->out.irreps.n; b++)
        n += l->out.irreps.b[b].mul;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    p->channel = GG_NEW(a, struct channel, (size_t)n);
    for (int b = 0; b < l->out.irreps.n; b++)
        for (int c = 0; c < l->out.irreps.b[b].mul; c++, p->n++)
            p->channel[p->n] = (struct channel){.at = l->out.offset[b] + c,
                                                .step = l->out.pad[b],
                                                .n_m = 2 * l->out.irreps.b[b].l + 1,
                                                .scale = p->n,
                                                .bias = shifted(&l->out.irreps.b[b]) ? n + n_bias++ : -1};
    l->n_weight = n + n_bias;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    l->momentum = 1;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    int64_t n = ((const struct plan *)l->plan)->n;
    *out = (struct gg_weight){.ndim = 1, .shape = {k ? l->n_weight - n : n}, .offset = k ? n : 0};
    strcpy(out->name, k ? "bias" : "scale");
    return k == 0 || (k == 1 && l->n_weight > n);
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    (void)r;
    for (int64_t k = 0; k < l->n_weight; k++)
        w[k] = k < ((const struct plan *)l->plan)->n;
}

static void widen(const struct gg_layer *l, const gg_real *w, gg_real *s, gg_real *shift)
{
    const struct plan *p = l->plan;
    memset(s, 0, (size_t)l->out.stride * sizeof *s);
    memset(shift, 0, (size_t)l->out.stride * sizeof *shift);
    for (const struct channel *c = p->channel; c < p->channel + p->n; c++) {
        for (int m = 0; m < c->n_m; m++)
            s[c->at + m * c->step] = w[c->scale];
        if (c->bias >= 0)
            shift[c->at] = w[c->bias];
    }
}

static void observe(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    gg_real *w = call->state;
    const struct plan *p = l->plan;
    const struct hypers *h = l->hyper;
    int64_t rows = gg_shape_rows(&l->in[0], call->g);
    for (const struct channel *c = p->channel; c < p->channel + p->n; c++) {
        double sum = 0, square = 0, n = (double)(rows * c->n_m);
        for (int64_t i = 0; i < rows; i++)
            for (int m = 0; m < c->n_m; m++) {
                double v = (double)call->x[0][i * l->out.stride + c->at + m * c->step];
                sum += v;
                square += v * v;
            }
        double mean = c->bias >= 0 && n > 0 ? sum / n : 0, variance = n > 0 ? square / n - mean * mean : 1;
        w[c->scale] = (gg_real)(1 / sqrt(fmax(variance, 0) + h->eps));
        if (c->bias >= 0)
            w[c->bias] = (gg_real)(-mean * (double)w[c->scale]);
    }
}

GG_CLONES static void row(int stride, const gg_real *restrict s, const gg_real *restrict shift,
                          const gg_real *restrict x, gg_real *restrict y)
{
    for (int k = 0; k < stride; k++)
        y[k] = s[k] * x[k] + shift[k];
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    int stride = l->out.stride;
    int64_t rows = gg_shape_rows(&l->in[0], call->g);
    gg_real *s = call->scratch, *shift = s + stride;
    widen(l, call->w, s, shift);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < rows; i++)
        row(stride, s, shift, call->x[0] + i * stride, call->y + i * stride);
}

struct sums {
    const gg_real *s, *x, *dy;
    gg_real *dx;
    int stride;
};

/* One row's part in the gradient of the wide scale and of the wide shift, and dx. */
GG_CLONES static void back_row(int stride, const gg_real *restrict s, const gg_real *restrict x,
                               const gg_real *restrict dy, gg_real *restrict dx, gg_real *restrict ds,
                               gg_real *restrict dshift)
{
    for (int k = 0; dx && k < stride; k++)
        dx[k] += s[k] * dy[k];
    for (int k = 0; k < stride; k++) {
        ds[k] += dy[k] * x[k];
        dshift[k] += dy[k];
    }
}

static void add_range(void *context, int64_t first, int64_t last, gg_real *part)
{
    const struct sums *c = context;
    int stride = c->stride;
    for (int64_t i = first; i < last; i++)
        back_row(stride, c->s, c->x + i * stride, c->dy + i * stride, c->dx ? c->dx + i * stride : NULL, part,
                 part + stride);
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int stride = l->out.stride;
    gg_real *s = call->scratch, *shift = s + stride, *ds = shift + stride, *dshift = ds + stride;
    struct sums sums = {s, call->x[0], call->dy, call->dx[0], stride};
    widen(l, call->w, s, shift);
    memset(ds, 0, 2 * (size_t)stride * sizeof *ds);
    gg_tree_sum(gg_shape_rows(&l->in[0], call->g), 2 * stride, ds, dshift + stride, add_range, &sums);
    for (const struct channel *c = p->channel; call->dw && c < p->channel + p->n; c++) {
        for (int m = 0; m < c->n_m; m++)
            call->dw[c->scale] += ds[c->at + m * c->step];
        if (c->bias >= 0)
            call->dw[c->bias] += dshift[c->at];
    }
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->in[0], g, 2, 5, 2);
}

static const struct gg_layer_case cases[] = {{"natural", {"3x0e+2x1o+5x2e"}, ""},
                                             {"odd", {"4x0o+9x1e"}, ""},
                                             {"wide", {"20x0e+17x1o"}, ""},
                                             {"at times", {"node*time:3x0e+2x1o"}, ""},
                                             {"with lifts", {"node*lift:3x0e+2x2e"}, ""},
                                             {0}};

const struct gg_layer_type gg_layer_actnorm = {
    .name = "actnorm",
    .about = "scale every channel, shift every scalar; set from the data before training",
    .source = "Kingma, Dhariwal 2018, arXiv 1807.03039, section 3.1",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights,
    .observe = observe};
