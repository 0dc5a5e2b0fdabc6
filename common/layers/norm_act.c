/* norm_act.c -- an activation of the norm of every channel, which keeps its direction
 *
 *     y_{m,c} = act(|x_c| + b_c) x_{m,c} / |x_c|,   |x_c| = sqrt(sum_m x_{m,c}^2)
 *
 * Fuchs et al. 2020 (arXiv 2006.10503, SE(3)-Transformer): act = relu, the norm non-linearity of their code; with b = 0 it changes nothing.
 * Scalars are channels of one component: y = sign(x) act(|x| + b).  Where the norm is 0 there is no direction: y and its gradient are 0.
 * x: any axis and irreps.  y: the same.  Parameters: bias [channels], block by block; 0 at start. */
#include "nn/act.h"
#include "nn/channels.h"
#include "nn/inputs.h"

#include <math.h>
#include <string.h>

struct hypers {
    int act;
};
static const struct hypers defaults = {.act = GG_ACT_RELU};

static const struct gg_opt hypers[] = {{.name = "act",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct hypers, act),
                                        .help = "activation of the norms",
                                        .choices = GG_ACTS},
                                       {0}};

/* Below it a norm is 0: the root of the smallest normal number. */
#define LEAST (sizeof(gg_real) == 8 ? 1.5e-154 : 1.1e-19)

/* Scratch: the gradient of the biases, before the tree. */
static int64_t gradient_room(const struct gg_layer *l)
{
    return (l->n_weight + 15) / 16 * 16;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    (void)n_thread;
    return sizeof(gg_real) * (size_t)gradient_room(l) +
           gg_tree_sum_bytes(gg_shape_rows(&l->in[0], g), l->n_weight);
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    struct gg_channels *all = l->plan = GG_NEW(a, struct gg_channels, 1);
    if (gg_one_input(l, err) < 0)
        return -1;
    l->out = l->in[0];
    gg_channels_init(all, a, &l->out);
    l->n_weight = all->n;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    l->kinks = true; /* of the direction, where a channel is 0 */
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    *out = (struct gg_weight){.name = "bias", .ndim = 1, .shape = {l->n_weight}};
    return k == 0;
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    (void)r;
    memset(w, 0, sizeof *w * (size_t)l->n_weight);
}

static double norm_of(const struct gg_channel *c, const gg_real *x)
{
    double sum = 0;
    for (int m = 0; m < c->n_m; m++)
        sum += (double)x[c->at + m * c->step] * (double)x[c->at + m * c->step];
    return sqrt(sum);
}

/* The activation is on eight numbers: z[0..n-1] are norms plus biases of a row, a the activations, and s their slopes where wanted. */
enum { AT_ONCE = 64 };
struct norms {
    double norm[AT_ONCE];
    gg_real a[AT_ONCE], slope[AT_ONCE];
};

static void activate(const struct gg_layer *l, const struct gg_channel *c, int n, const gg_real *w,
                     const gg_real *x, bool slopes, struct norms *k)
{
    const struct hypers *h = l->hyper;
    gg_real z[AT_ONCE] = {0}, one[AT_ONCE];
    for (int q = 0; q < n; q++) {
        k->norm[q] = norm_of(&c[q], x);
        z[q] = (gg_real)(k->norm[q] + (double)w[c[q].number]);
    }
    gg_act((enum gg_act)h->act, 1, n, z, k->a);
    for (int q = 0; q < AT_ONCE; q++)
        one[q] = 1;
    if (slopes)
        gg_act_gradient((enum gg_act)h->act, 1, n, z, one, k->slope);
}

static int part_of(const struct gg_channels *all, int first)
{
    return all->n - first < AT_ONCE ? all->n - first : AT_ONCE;
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_channels *all = l->plan;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        const gg_real *x = call->x[0] + i * l->out.stride;
        gg_real *y = call->y + i * l->out.stride;
        struct norms k;
        memset(y, 0, sizeof *y * (size_t)l->out.stride);
        for (int first = 0; first < all->n; first += AT_ONCE) {
            const struct gg_channel *c = all->channel + first;
            activate(l, c, part_of(all, first), call->w, x, false, &k);
            for (int q = 0; q < part_of(all, first); q++, c++)
                for (int m = 0; k.norm[q] > LEAST && m < c->n_m; m++)
                    y[c->at + m * c->step] =
                        (gg_real)((double)k.a[q] * ((double)x[c->at + m * c->step] / k.norm[q]));
        }
    }
}

/* With the direction n = x/|x| and d = <dy, n>: dx = act/|x| (dy - d n) + act' d n, db = act' d. */
static void backward_channel(const struct gg_channel *c, double norm, double a, double slope,
                             const gg_real *x, const gg_real *dy, gg_real *dx, gg_real *db)
{
    double along = 0;
    if (!(norm > LEAST))
        return;
    for (int m = 0, at = c->at; m < c->n_m; m++, at += c->step)
        along += (double)dy[at] * ((double)x[at] / norm);
    *db += (gg_real)(slope * along);
    for (int m = 0, at = c->at; dx && m < c->n_m; m++, at += c->step) {
        double n = (double)x[at] / norm;
        dx[at] += (gg_real)(a / norm * ((double)dy[at] - along * n) + slope * along * n);
    }
}

static void backward_range(void *context, int64_t first, int64_t last, gg_real *part)
{
    const struct gg_call *call = context;
    const struct gg_layer *l = call->l;
    const struct gg_channels *all = l->plan;
    struct norms k;
    for (int64_t i = first; i < last; i++)
        for (int c = 0; c < all->n; c += AT_ONCE) {
            int64_t at = i * l->out.stride;
            activate(l, all->channel + c, part_of(all, c), call->w, call->x[0] + at, true, &k);
            for (int q = 0; q < part_of(all, c); q++)
                backward_channel(&all->channel[c + q], k.norm[q], (double)k.a[q], (double)k.slope[q],
                                 call->x[0] + at, call->dy + at, call->dx[0] ? call->dx[0] + at : NULL,
                                 part + c + q);
        }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    struct gg_call own = *call;
    gg_real *gradient = call->scratch;
    memset(gradient, 0, sizeof *gradient * (size_t)l->n_weight);
    gg_tree_sum(gg_shape_rows(&l->out, call->g), l->n_weight, gradient, gradient + gradient_room(l),
                backward_range, &own);
    for (int64_t k = 0; call->dw && k < l->n_weight; k++)
        call->dw[k] += gradient[k];
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 4, 10, 2);
}

static const struct gg_layer_case cases[] = {
    {"relu", {"8x0e+8x1o+8x2e"}, ""},
    {"odd widths", {"5x0e+3x0o+17x1e+1x2e+70x0e"}, "act=tanh", .no_unit_scale = true},
    {"silu on edges", {"edge:2x1o+2x3o"}, "act=silu"},
    {"at times with lifts", {"node*time*lift:3x0e+2x1o"}, ""},
    {0}};

const struct gg_layer_type gg_layer_norm_act = {
    .name = "norm_act",
    .about = "an activation of every channel's norm, which keeps its direction",
    .source = "Fuchs et al. 2020, arXiv 2006.10503, section 4 and their code",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights};
