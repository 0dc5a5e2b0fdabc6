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
#include "nn/channels.h"
#include "nn/inputs.h"
#include "util/clones.h"

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

/* Rows of a call, all as wide as a row of x, 0 in padding: what the frame is measured in, what is applied to it. */
struct rows {
    double *sum;                          /* [2 stride] */
    void *parts;                          /* of the tree */
    gg_real *mean, *inverse;              /* side by side: `saved` holds them from forward to backward */
    gg_real *weight, *bias, *along, *all; /* along, all: what backward takes off dy, channel by channel */
};

static size_t saved_bytes(const struct gg_layer *l, const struct gg_graph *g)
{
    (void)g;
    return 2 * sizeof(gg_real) * (size_t)l->out.stride;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    size_t stride = (size_t)l->out.stride;
    (void)n_thread;
    return stride * (2 * sizeof(double) + 6 * sizeof(gg_real)) +
           gg_tree_sum_f64_bytes(gg_shape_rows(&l->out, g), 2 * l->out.stride);
}

static struct rows rows_of(const struct gg_call *call, gg_real *saved)
{
    int stride = call->l->out.stride;
    struct rows r = {.sum = call->scratch};
    gg_real *at = (gg_real *)(r.sum + 2 * stride);
    r.mean = saved ? saved : at;
    r.inverse = r.mean + stride;
    r.weight = at + 2 * stride;
    r.bias = r.weight + stride;
    r.along = r.bias + stride;
    r.all = r.along + stride;
    r.parts = r.all + stride;
    return r;
}

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
    l->saved_bytes = saved_bytes;
    l->scratch_bytes = scratch_bytes;
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

/* ---- statistics of the frame ---- */

struct job {
    const struct gg_call *call;
    const struct rows *r;
    int stride;
};

static void sum_range(void *context, int64_t first, int64_t last, double *part)
{
    const struct job *j = context;
    for (int64_t i = first; i < last; i++)
        for (int k = 0; k < j->stride; k++)
            part[k] += (double)j->call->x[0][i * j->stride + k];
}

static void square_range(void *context, int64_t first, int64_t last, double *part)
{
    const struct job *j = context;
    for (int64_t i = first; i < last; i++)
        for (int k = 0; k < j->stride; k++) {
            double d = (double)j->call->x[0][i * j->stride + k] - j->r->sum[j->stride + k];
            part[k] += d * d;
        }
}

/* Leaves the variance of each channel in r->sum at its first number, its mean a stride behind; without rows the running values. */
static void measure(const struct gg_call *call, const struct rows *r)
{
    const struct plan *p = call->l->plan;
    int stride = call->l->out.stride;
    int64_t n = gg_shape_rows(&call->l->out, call->g);
    double *square = r->sum, *mean = r->sum + stride;
    struct job j = {.call = call, .r = r, .stride = stride};
    memset(r->sum, 0, 2 * sizeof *r->sum * (size_t)stride);
    gg_tree_sum_f64(n, stride, square, r->parts, sum_range, &j);
    for (const struct gg_channel *c = p->all.channel; c < p->all.channel + p->all.n; c++)
        if (c->scalar >= 0)
            mean[c->at] = n > 0 ? square[c->at] / (double)n : (double)call->w[p->mean + c->scalar];
    memset(square, 0, sizeof *square * (size_t)stride);
    gg_tree_sum_f64(n, stride, square, r->parts, square_range, &j);
    for (const struct gg_channel *c = p->all.channel; c < p->all.channel + p->all.n; c++) {
        double sum = 0;
        for (int m = 0; m < c->n_m; m++)
            sum += square[c->at + m * c->step];
        square[c->at] = n > 0 ? sum / (double)(n * c->n_m) : (double)call->w[p->var + c->number];
    }
}

static void observe(const struct gg_call *call)
{
    const struct plan *p = call->l->plan;
    struct rows r = rows_of(call, NULL);
    measure(call, &r);
    for (const struct gg_channel *c = p->all.channel; c < p->all.channel + p->all.n; c++) {
        call->state[p->var + c->number] = (gg_real)r.sum[c->at];
        if (c->scalar >= 0)
            call->state[p->mean + c->scalar] = (gg_real)r.sum[call->l->out.stride + c->at];
    }
}

/* ---- forward ---- */

static void set_running(const struct gg_call *call, const struct rows *r)
{
    const struct plan *p = call->l->plan;
    for (const struct gg_channel *c = p->all.channel; c < p->all.channel + p->all.n; c++) {
        r->sum[c->at] = (double)call->w[p->var + c->number];
        r->sum[call->l->out.stride + c->at] = c->scalar >= 0 ? (double)call->w[p->mean + c->scalar] : 0;
    }
}

/* Mean and 1/sqrt(variance + eps) of every number of a row, from what lies in r->sum. */
static void spread_statistics(const struct gg_call *call, const struct rows *r)
{
    const struct plan *p = call->l->plan;
    const struct hypers *h = call->l->hyper;
    int stride = call->l->out.stride;
    memset(r->mean, 0, 2 * sizeof *r->mean * (size_t)stride);
    for (const struct gg_channel *c = p->all.channel; c < p->all.channel + p->all.n; c++) {
        r->mean[c->at] = (gg_real)r->sum[stride + c->at];
        for (int m = 0; m < c->n_m; m++)
            r->inverse[c->at + m * c->step] = (gg_real)(1 / sqrt(fmax(r->sum[c->at], 0) + h->eps));
    }
}

static void spread_parameters(const struct gg_call *call, const struct rows *r)
{
    const struct plan *p = call->l->plan;
    memset(r->weight, 0, 2 * sizeof *r->weight * (size_t)call->l->out.stride);
    for (const struct gg_channel *c = p->all.channel; c < p->all.channel + p->all.n; c++) {
        for (int m = 0; m < c->n_m; m++)
            r->weight[c->at + m * c->step] = call->w[c->number];
        if (c->scalar >= 0)
            r->bias[c->at] = call->w[p->bias + c->scalar];
    }
}

GG_CLONES static void forward_row(int stride, const gg_real *restrict mean, const gg_real *restrict inverse,
                                  const gg_real *restrict w, const gg_real *restrict bias,
                                  const gg_real *restrict x, gg_real *restrict y)
{
    for (int k = 0; k < stride; k++)
        y[k] = w[k] * ((x[k] - mean[k]) * inverse[k]) + bias[k];
}

static void forward(const struct gg_call *call)
{
    int64_t n_row = gg_shape_rows(&call->l->out, call->g), stride = call->l->out.stride;
    struct rows r = rows_of(call, call->saved);
    (call->train ? measure : set_running)(call, &r);
    spread_statistics(call, &r);
    spread_parameters(call, &r);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        forward_row((int)stride, r.mean, r.inverse, r.weight, r.bias, call->x[0] + i * stride,
                    call->y + i * stride);
}

/* ---- backward ---- */

/* With h = (x - mean) inverse: the sums of dy h and of dy. */
static void gradient_range(void *context, int64_t first, int64_t last, double *part)
{
    const struct job *j = context;
    const struct rows *r = j->r;
    for (int64_t i = first; i < last; i++)
        for (int k = 0; k < j->stride; k++) {
            gg_real d = j->call->dy[i * j->stride + k];
            part[k] += (double)(d * ((j->call->x[0][i * j->stride + k] - r->mean[k]) * r->inverse[k]));
            part[j->stride + k] += (double)d;
        }
}

/* From these sums dweight and dbias; and what the frame's statistics take off w dy in training:
 * <w dy> (0e only) and h <w dy h>, means over rows and components. */
static void gradient_of_channels(const struct gg_call *call, const struct rows *r)
{
    const struct plan *p = call->l->plan;
    int stride = call->l->out.stride;
    double n = (double)gg_shape_rows(&call->l->out, call->g);
    memset(r->along, 0, 2 * sizeof *r->along * (size_t)stride);
    for (const struct gg_channel *c = p->all.channel; c < p->all.channel + p->all.n; c++) {
        double along = 0, all = r->sum[stride + c->at], w = (double)call->w[c->number];
        for (int m = 0; m < c->n_m; m++)
            along += r->sum[c->at + m * c->step];
        for (int m = 0; call->train && n > 0 && m < c->n_m; m++)
            r->along[c->at + m * c->step] = (gg_real)(w * along / (n * c->n_m));
        if (call->train && n > 0 && c->scalar >= 0)
            r->all[c->at] = (gg_real)(w * all / n);
        if (!call->dw)
            continue;
        call->dw[c->number] += (gg_real)along;
        if (c->scalar >= 0)
            call->dw[p->bias + c->scalar] += (gg_real)all;
    }
}

GG_CLONES static void backward_row(int stride, const struct rows *r, const gg_real *restrict x,
                                   const gg_real *restrict dy, gg_real *restrict dx)
{
    for (int k = 0; k < stride; k++) {
        gg_real h = (x[k] - r->mean[k]) * r->inverse[k];
        dx[k] += r->inverse[k] * (r->weight[k] * dy[k] - r->all[k] - h * r->along[k]);
    }
}

static void backward(const struct gg_call *call)
{
    int64_t n_row = gg_shape_rows(&call->l->out, call->g), stride = call->l->out.stride;
    struct rows r = rows_of(call, call->saved);
    struct job j = {.call = call, .r = &r, .stride = (int)stride};
    spread_parameters(call, &r);
    memset(r.sum, 0, 2 * sizeof *r.sum * (size_t)stride);
    gg_tree_sum_f64(n_row, 2 * stride, r.sum, r.parts, gradient_range, &j);
    gradient_of_channels(call, &r);
    if (!call->dx[0])
        return;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        backward_row((int)stride, &r, call->x[0] + i * stride, call->dy + i * stride,
                     call->dx[0] + i * stride);
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
