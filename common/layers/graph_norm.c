/* graph_norm.c -- every channel to unit size over the particles of a frame, with a learned part of the mean taken off
 *
 *     0e:      o_{i,c} = x_{i,c} - a_c mean_c,   y_{i,c} = w_c o_{i,c} / sqrt(mean of o^2 over the rows + eps) + b_c
 *     others:  y_{i,m,c} = w_c x_{i,m,c} / sqrt(mean of x^2 over rows and components m + eps)
 *
 * Cai et al. 2021, arXiv 2009.03294 (GraphNorm), who have 0e only.  Mean and size are those of the frame in training and in prediction:
 * unlike batch_norm it keeps no running values.  Without rows: nothing.
 *
 * x: any axis and irreps.  y: the same.  Parameters: weight [channels], 1 at start; bias [0e channels], 0; mean_scale a [0e channels], 1. */
#include "nn/frame_norm.h"
#include "nn/inputs.h"

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

/* ---- forward ---- */

/* mean, shift = a mean, and inverse of every number of a row, from the frame. */
static void measure(const struct gg_frame_norm *n)
{
    const struct plan *p = n->call->l->plan;
    const struct hypers *h = n->call->l->hyper;
    double rows = (double)n->n_row;
    gg_frame_norm_sums(n);
    memset(n->mean, 0, 3 * sizeof *n->mean * (size_t)n->stride);
    for (GG_EACH_CHANNEL(&p->all, c))
        if (c->scalar >= 0 && rows > 0) {
            double mean = n->sum[c->at] / rows, shift = mean * (double)n->call->w[p->mean_scale + c->scalar];
            n->sum[n->stride + c->at] = shift;
            n->mean[c->at] = (gg_real)mean;
            n->shift[c->at] = (gg_real)shift;
        }
    gg_frame_norm_squares(n);
    for (GG_EACH_CHANNEL(&p->all, c))
        for (int m = 0; rows > 0 && m < c->n_m; m++)
            n->inverse[c->at + m * c->step] = (gg_real)(1 / sqrt(n->sum[c->at] / (rows * c->n_m) + h->eps));
}

static void forward(const struct gg_call *call)
{
    const struct plan *p = call->l->plan;
    struct gg_frame_norm n = gg_frame_norm_open(call, &p->all, call->saved);
    measure(&n);
    gg_frame_norm_forward(&n, p->bias);
}

/* ---- backward ---- */

/* With g = w dy and means over rows and components: the gradient of o is inverse (g - h <g h>), its mean over the rows
 * inverse (<g> - <h> <g h>) with <h> = inverse (1 - a) mean; a takes -mean times it from every row, x a times it off. */
static void gradient_of_channel(const struct gg_frame_norm *n, const struct gg_channel *c)
{
    const struct plan *p = n->call->l->plan;
    const gg_real *weights = n->call->w;
    gg_real *dw = n->call->dw;
    double rows = (double)n->n_row, along = n->sum[c->at], each = n->sum[n->stride + c->at],
           w = (double)weights[c->number];
    for (int m = 0; rows > 0 && m < c->n_m; m++)
        n->along[c->at + m * c->step] = (gg_real)(w * along / (rows * c->n_m));
    if (dw)
        dw[c->number] += (gg_real)along;
    if (c->scalar < 0 || rows == 0)
        return;
    double a = (double)weights[p->mean_scale + c->scalar], mean = (double)n->mean[c->at],
           inverse = (double)n->inverse[c->at];
    double rest = w * each / rows - inverse * (1 - a) * mean * w * along / rows;
    n->all[c->at] = (gg_real)(a * rest);
    if (!dw)
        return;
    dw[p->bias + c->scalar] += (gg_real)each;
    dw[p->mean_scale + c->scalar] -= (gg_real)(mean * rows * inverse * rest);
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

static const struct gg_layer_case cases[] = {{"scalars", {"9x0e"}, ""},
                                             {"natural", {"4x0e+4x1o+4x2e"}, ""},
                                             {"odd widths", {"3x0e+2x0o+17x1e+2x0e"}, "eps=0.01"},
                                             {"no scalars", {"2x0o+3x1o"}, ""},
                                             {"on edges", {"edge:5x0e+2x1o"}, ""},
                                             {"at times", {"node*time:3x0e+2x2e"}, ""},
                                             {0}};

const struct gg_layer_type gg_layer_graph_norm = {
    .name = "graph_norm",
    .whole = true,
    .about = "every channel to unit size over the particles of a frame, less a learned part of its mean",
    .source = "Cai et al. 2021, arXiv 2009.03294",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights};
