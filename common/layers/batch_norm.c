/* batch_norm.c -- every channel to unit size over the particles of a frame
 *
 *     0e:      y_{i,c}   = w_c (x_{i,c} - mean_c) / sqrt(var_c + eps) + b_c,   mean and variance over the rows i
 *     others:  y_{i,m,c} = w_c x_{i,m,c} / sqrt(var_c + eps),                  var_c = mean of x^2 over rows and components m
 *
 * Ioffe, Szegedy 2015, arXiv 1502.03167; in e3nn's equivariant form (nn.BatchNorm, normalization component, biased variance).
 * Training takes mean and var of the frame, prediction the running values, which follow those of the training frames one after the
 * other: running += momentum (frame - running).  A frame, not a batch of them, so that the order of samples is all that counts.
 *
 * x: any axis and irreps.  y: the same.  Parameters: weight [channels], 1 at start; bias [0e channels], 0; running_mean
 * [0e channels], 0, and running_var [channels], 1, are statistics. */
#include "nn/frame_norm.h"
#include "nn/inputs.h"

#include <math.h>
#include <string.h>

struct hypers {
    double momentum, eps;
};
static const struct hypers defaults = {.momentum = 0.1, .eps = 1e-5};

static const struct gg_opt hypers[] = {{.name = "momentum",
                                        .type = GG_OPT_REAL,
                                        .offset = offsetof(struct hypers, momentum),
                                        .help = "share of a frame in the running values",
                                        .arg = "SHARE",
                                        .min = 1e-6,
                                        .max = 0.999},
                                       {.name = "eps",
                                        .type = GG_OPT_REAL,
                                        .offset = offsetof(struct hypers, eps),
                                        .help = "added to the variance: channels of zeros stay zeros",
                                        .arg = "EPS",
                                        .min = 1e-12,
                                        .max = 1},
                                       {0}};

struct plan {
    struct gg_channels all;
    int64_t bias, mean, var; /* offsets of the parameters; weight 0 */
};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    if (gg_one_input(l, err) < 0)
        return -1;
    l->out = l->in[0];
    gg_channels_init(&p->all, a, &l->out);
    p->bias = p->all.n;
    p->mean = p->bias + p->all.n_scalar;
    p->var = p->mean + p->all.n_scalar;
    l->n_weight = p->var + p->all.n;
    l->momentum = h->momentum;
    l->saved_bytes = gg_frame_norm_saved_bytes;
    l->scratch_bytes = gg_frame_norm_scratch_bytes;
    l->spares_y = true;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    const struct plan *p = l->plan;
    const struct gg_weight piece[] = {
        {.name = "weight", .ndim = 1, .shape = {p->all.n}},
        {.name = "bias", .ndim = 1, .shape = {p->all.n_scalar}, .offset = p->bias},
        {.name = "running_mean", .ndim = 1, .shape = {p->all.n_scalar}, .offset = p->mean, .statistic = true},
        {.name = "running_var", .ndim = 1, .shape = {p->all.n}, .offset = p->var, .statistic = true}};
    if (p->all.n_scalar == 0 && k > 0) /* nothing has a mean */
        k = k == 1 ? 3 : 4;
    if (k > 3)
        return false;
    *out = piece[k];
    return true;
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    const struct plan *p = l->plan;
    (void)r;
    for (int64_t k = 0; k < l->n_weight; k++)
        w[k] = k < p->bias || k >= p->var;
}

/* ---- statistics ---- */

/* Leaves the variance of each channel in sum at its first number, its mean a stride behind; without rows the running values. */
static void measure(const struct gg_frame_norm *n)
{
    const struct plan *p = n->call->l->plan;
    double rows = (double)n->n_row, *mean = n->sum + n->stride;
    gg_frame_norm_sums(n);
    for (GG_EACH_CHANNEL(&p->all, c))
        if (c->scalar >= 0)
            mean[c->at] = rows > 0 ? n->sum[c->at] / rows : (double)n->call->w[p->mean + c->scalar];
    gg_frame_norm_squares(n);
    for (GG_EACH_CHANNEL(&p->all, c))
        n->sum[c->at] = rows > 0 ? n->sum[c->at] / (rows * c->n_m) : (double)n->call->w[p->var + c->number];
}

static void set_running(const struct gg_frame_norm *n)
{
    const struct plan *p = n->call->l->plan;
    for (GG_EACH_CHANNEL(&p->all, c)) {
        n->sum[c->at] = (double)n->call->w[p->var + c->number];
        n->sum[n->stride + c->at] = c->scalar >= 0 ? (double)n->call->w[p->mean + c->scalar] : 0;
    }
}

static void observe(const struct gg_call *call)
{
    const struct plan *p = call->l->plan;
    struct gg_frame_norm n = gg_frame_norm_open(call, &p->all, NULL);
    measure(&n);
    for (GG_EACH_CHANNEL(&p->all, c)) {
        call->state[p->var + c->number] = (gg_real)n.sum[c->at];
        if (c->scalar >= 0)
            call->state[p->mean + c->scalar] = (gg_real)n.sum[n.stride + c->at];
    }
}

/* ---- forward ---- */

/* Mean and 1/sqrt(variance + eps) of every number of a row, from what lies in sum. */
static void spread_statistics(const struct gg_frame_norm *n)
{
    const struct plan *p = n->call->l->plan;
    const struct hypers *h = n->call->l->hyper;
    memset(n->mean, 0, 3 * sizeof *n->mean * (size_t)n->stride);
    for (GG_EACH_CHANNEL(&p->all, c)) {
        n->shift[c->at] = (gg_real)n->sum[n->stride + c->at];
        for (int m = 0; m < c->n_m; m++)
            n->inverse[c->at + m * c->step] = (gg_real)(1 / sqrt(fmax(n->sum[c->at], 0) + h->eps));
    }
}

static void forward(const struct gg_call *call)
{
    const struct plan *p = call->l->plan;
    struct gg_frame_norm n = gg_frame_norm_open(call, &p->all, call->saved);
    (call->train ? measure : set_running)(&n);
    spread_statistics(&n);
    gg_frame_norm_forward(&n, p->bias);
}

/* ---- backward ---- */

/* dweight and dbias; and what the frame's statistics take off w dy in training: <w dy> (0e only) and h <w dy h>, means over rows and
 * components. */
static void gradient_of_channel(const struct gg_frame_norm *n, const struct gg_channel *c)
{
    const struct plan *p = n->call->l->plan;
    gg_real *dw = n->call->dw;
    bool counts = n->call->train && n->n_row > 0;
    double rows = (double)n->n_row, along = n->sum[c->at], each = n->sum[n->stride + c->at],
           w = (double)n->call->w[c->number];
    for (int m = 0; counts && m < c->n_m; m++)
        n->along[c->at + m * c->step] = (gg_real)(w * along / (rows * c->n_m));
    if (counts && c->scalar >= 0)
        n->all[c->at] = (gg_real)(w * each / rows);
    if (!dw)
        return;
    dw[c->number] += (gg_real)along;
    if (c->scalar >= 0)
        dw[p->bias + c->scalar] += (gg_real)each;
}

static void backward(const struct gg_call *call)
{
    const struct plan *p = call->l->plan;
    struct gg_frame_norm n = gg_frame_norm_open(call, &p->all, call->saved);
    gg_frame_norm_gradients(&n, p->bias);
    for (GG_EACH_CHANNEL(&p->all, c))
        gradient_of_channel(&n, c);
    gg_frame_norm_backward(&n);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 7, 11, 4);
}

static const struct gg_layer_case cases[] = {
    {"natural", {"4x0e+4x1o+4x2e"}, ""},
    {"odd widths", {"3x0e+2x0o+17x1e+2x0e"}, "momentum=0.5 eps=0.01"},
    {"no scalars", {"2x0o+3x1o"}, ""},
    {"on edges", {"edge:5x0e+2x1o"}, ""},
    {"at times", {"node*time:3x0e+2x2e"}, ""},
    {0}};

const struct gg_layer_type gg_layer_batch_norm = {
    .name = "batch_norm",
    .about = "every channel to unit size over the particles of a frame; running values in prediction",
    .source = "Ioffe, Szegedy 2015, arXiv 1502.03167; e3nn nn.BatchNorm",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights,
    .observe = observe};
