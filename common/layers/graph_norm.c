/* graph_norm.c -- every channel to unit size over the particles of a frame, with a learned part of the mean taken off
 *
 *     0e:      o_{i,c} = x_{i,c} - a_c mean_c,   y_{i,c} = w_c o_{i,c} / sqrt(mean of o^2 over the rows + eps) + b_c
 *     others:  y_{i,m,c} = w_c x_{i,m,c} / sqrt(mean of x^2 over rows and components m + eps)
 *
 * Cai et al. 2021, arXiv 2009.03294 (GraphNorm), who have 0e only.  Mean and size are those of the frame in training and in prediction:
 * unlike batch_norm it keeps no running values.  Without rows: nothing.
 *
 * x: any axis and irreps.  y: the same.  Parameters: weight [channels], 1 at start; bias [0e channels], 0; mean_scale a [0e channels], 1. */
#include "nn/channels.h"
#include "nn/inputs.h"
#include "util/clones.h"

#include <math.h>
#include <string.h>

struct hypers {
    double eps;
};
static const struct hypers defaults = {.eps = 1e-5};

static const struct gg_opt hypers[] = {{.name = "eps",
                                        .type = GG_OPT_REAL,
                                        .offset = offsetof(struct hypers, eps),
                                        .help = "added to the mean square: channels of zeros stay zeros",
                                        .arg = "EPS",
                                        .min = 1e-12,
                                        .max = 1},
                                       {0}};

struct plan {
    struct gg_channels all;
    int64_t bias, mean_scale; /* offsets of the parameters; weight 0 */
};

/* What a call works with, each as wide as a row of x and 0 in padding: h = (x - shift) inverse. */
struct rows {
    double *sum;                     /* [2 stride] */
    void *parts;                     /* of the tree */
    gg_real *mean, *shift, *inverse; /* side by side: `saved` holds them from forward to backward */
    gg_real *weight, *bias;
    gg_real *along, *all; /* what backward takes off w dy: h along + all */
};

static size_t saved_bytes(const struct gg_layer *l, const struct gg_graph *g)
{
    (void)g;
    return 3 * sizeof(gg_real) * (size_t)l->out.stride;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    size_t stride = (size_t)l->out.stride;
    (void)n_thread;
    return stride * (2 * sizeof(double) + 7 * sizeof(gg_real)) +
           gg_tree_sum_f64_bytes(gg_shape_rows(&l->out, g), 2 * l->out.stride);
}

static struct rows rows_of(const struct gg_call *call)
{
    int stride = call->l->out.stride;
    struct rows r = {.sum = call->scratch};
    gg_real *at = (gg_real *)(r.sum + 2 * stride);
    r.mean = call->saved ? call->saved : at;
    r.shift = r.mean + stride;
    r.inverse = r.shift + stride;
    r.weight = at + 3 * stride;
    r.bias = r.weight + stride;
    r.along = r.bias + stride;
    r.all = r.along + stride;
    r.parts = r.all + stride;
    return r;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    if (gg_one_input(l, err) < 0)
        return -1;
    l->out = l->in[0];
    gg_channels_init(&p->all, a, &l->out);
    p->bias = p->all.n;
    p->mean_scale = p->bias + p->all.n_scalar;
    l->n_weight = p->mean_scale + p->all.n_scalar;
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
        {.name = "mean_scale", .ndim = 1, .shape = {p->all.n_scalar}, .offset = p->mean_scale}};
    if (k > (p->all.n_scalar > 0 ? 2 : 0))
        return false;
    *out = piece[k];
    return true;
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    const struct plan *p = l->plan;
    (void)r;
    for (int64_t k = 0; k < l->n_weight; k++)
        w[k] = k < p->bias || k >= p->mean_scale;
}

#define CHANNELS(p, c)                             \
    const struct gg_channel *c = (p)->all.channel; \
    c < (p)->all.channel + (p)->all.n;             \
    c++

/* ---- forward ---- */

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

/* mean, shift = a mean, and inverse of every number of a row, from the frame. */
static void measure(const struct gg_call *call, const struct rows *r)
{
    const struct plan *p = call->l->plan;
    const struct hypers *h = call->l->hyper;
    int stride = call->l->out.stride;
    double n = (double)gg_shape_rows(&call->l->out, call->g), *square = r->sum, *shift = r->sum + stride;
    struct job j = {.call = call, .r = r, .stride = stride};
    memset(r->sum, 0, 2 * sizeof *r->sum * (size_t)stride);
    memset(r->mean, 0, 3 * sizeof *r->mean * (size_t)stride);
    gg_tree_sum_f64((int64_t)n, stride, square, r->parts, sum_range, &j);
    for (CHANNELS(p, c))
        if (c->scalar >= 0 && n > 0) {
            double mean = square[c->at] / n;
            shift[c->at] = mean * (double)call->w[p->mean_scale + c->scalar];
            r->mean[c->at] = (gg_real)mean;
            r->shift[c->at] = (gg_real)shift[c->at];
        }
    memset(square, 0, sizeof *square * (size_t)stride);
    gg_tree_sum_f64((int64_t)n, stride, square, r->parts, square_range, &j);
    for (CHANNELS(p, c)) {
        double sum = 0;
        for (int m = 0; m < c->n_m; m++)
            sum += square[c->at + m * c->step];
        for (int m = 0; n > 0 && m < c->n_m; m++)
            r->inverse[c->at + m * c->step] = (gg_real)(1 / sqrt(sum / (n * c->n_m) + h->eps));
    }
}

static void spread_parameters(const struct gg_call *call, const struct rows *r)
{
    const struct plan *p = call->l->plan;
    memset(r->weight, 0, 2 * sizeof *r->weight * (size_t)call->l->out.stride);
    for (CHANNELS(p, c)) {
        for (int m = 0; m < c->n_m; m++)
            r->weight[c->at + m * c->step] = call->w[c->number];
        if (c->scalar >= 0)
            r->bias[c->at] = call->w[p->bias + c->scalar];
    }
}

GG_CLONES static void forward_row(int stride, const struct rows *r, const gg_real *restrict x,
                                  gg_real *restrict y)
{
    for (int k = 0; k < stride; k++)
        y[k] = r->weight[k] * ((x[k] - r->shift[k]) * r->inverse[k]) + r->bias[k];
}

static void forward(const struct gg_call *call)
{
    int64_t n_row = gg_shape_rows(&call->l->out, call->g), stride = call->l->out.stride;
    struct rows r = rows_of(call);
    measure(call, &r);
    spread_parameters(call, &r);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        forward_row((int)stride, &r, call->x[0] + i * stride, call->y + i * stride);
}

/* ---- backward ---- */

/* The sums of dy h and of dy. */
static void gradient_range(void *context, int64_t first, int64_t last, double *part)
{
    const struct job *j = context;
    const struct rows *r = j->r;
    for (int64_t i = first; i < last; i++)
        for (int k = 0; k < j->stride; k++) {
            gg_real d = j->call->dy[i * j->stride + k];
            part[k] += (double)(d * ((j->call->x[0][i * j->stride + k] - r->shift[k]) * r->inverse[k]));
            part[j->stride + k] += (double)d;
        }
}

/* From these, with g = w dy and means over rows and components: the gradient of o is inverse (g - h <g h>), its mean over the rows
 * inverse (<g> - <h> <g h>) with <h> = inverse (1 - a) mean; a takes -mean times it from every row, x a times it off. */
static void gradient_of_channels(const struct gg_call *call, const struct rows *r)
{
    const struct plan *p = call->l->plan;
    int stride = call->l->out.stride;
    double n = (double)gg_shape_rows(&call->l->out, call->g);
    memset(r->along, 0, 2 * sizeof *r->along * (size_t)stride);
    for (CHANNELS(p, c)) {
        double along = 0, each = r->sum[stride + c->at], w = (double)call->w[c->number];
        for (int m = 0; m < c->n_m; m++)
            along += r->sum[c->at + m * c->step];
        for (int m = 0; n > 0 && m < c->n_m; m++)
            r->along[c->at + m * c->step] = (gg_real)(w * along / (n * c->n_m));
        if (call->dw)
            call->dw[c->number] += (gg_real)along;
        if (c->scalar < 0 || n == 0)
            continue;
        double a = (double)call->w[p->mean_scale + c->scalar], mean = (double)r->mean[c->at],
               inverse = (double)r->inverse[c->at];
        double rest = w * each / n - inverse * (1 - a) * mean * w * along / n;
        r->all[c->at] = (gg_real)(a * rest);
        if (!call->dw)
            continue;
        call->dw[p->bias + c->scalar] += (gg_real)each;
        call->dw[p->mean_scale + c->scalar] -= (gg_real)(mean * n * inverse * rest);
    }
}

GG_CLONES static void backward_row(int stride, const struct rows *r, const gg_real *restrict x,
                                   const gg_real *restrict dy, gg_real *restrict dx)
{
    for (int k = 0; k < stride; k++) {
        gg_real h = (x[k] - r->shift[k]) * r->inverse[k];
        dx[k] += r->inverse[k] * (r->weight[k] * dy[k] - r->all[k] - h * r->along[k]);
    }
}

static void backward(const struct gg_call *call)
{
    int64_t n_row = gg_shape_rows(&call->l->out, call->g), stride = call->l->out.stride;
    struct rows r = rows_of(call);
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

static const struct gg_layer_case cases[] = {{"scalars", {"9x0e"}, ""},
                                             {"natural", {"4x0e+4x1o+4x2e"}, ""},
                                             {"odd widths", {"3x0e+2x0o+17x1e+2x0e"}, "eps=0.01"},
                                             {"no scalars", {"2x0o+3x1o"}, ""},
                                             {"on edges", {"edge:5x0e+2x1o"}, ""},
                                             {"at times", {"node*time:3x0e+2x2e"}, ""},
                                             {0}};

const struct gg_layer_type gg_layer_graph_norm = {
    .name = "graph_norm",
    .about = "every channel to unit size over the particles of a frame, less a learned part of its mean",
    .source = "Cai et al. 2021, arXiv 2009.03294",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights};
