/* mlp.c -- a perceptron on the scalars of every row: readouts of scalar targets
 *
 *     a_0 = the 0e channels of x,   z_k = bias_k + a_{k-1} W_k / sqrt(h_{k-1}),   a_k = c act(z_k),   y = z_last
 *
 * Linear layers are mix.h's, activations act.h's.  x: any axis and irreps, of which only the 0e blocks are read.
 * y: same axis, out x 0e; with act_last y = c act(z_last).  At start y has the variance of x: W standard normal, biases
 * 0.  Plain weights (inputs.h): no square root, c = 1.
 * Parameters: for k = 0, 1 ...: K.weight.IN.0 [in][out], K.bias.0 [out]. */
#include "nn/act.h"
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/mix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { HIDDEN_MAX = 15, WIDTH_MAX = 4096 };

struct hypers {
    struct gg_reals hidden;
    int64_t out;
    int act, constants, weights;
    bool act_last;
};
static double usual[] = {32, 32};
static const struct hypers defaults = {.hidden = {2, usual}};

static const struct gg_opt hypers[] = {{.name = "hidden",
                                        .type = GG_OPT_REALS,
                                        .offset = offsetof(struct hypers, hidden),
                                        .help = "widths of the hidden layers",
                                        .arg = "N,N",
                                        .min = 1,
                                        .max = WIDTH_MAX},
                                       {.name = "outputs",
                                        .type = GG_OPT_INT,
                                        .offset = offsetof(struct hypers, out),
                                        .help = "number of outputs; must be given, unless a head gives it",
                                        .arg = "N",
                                        .max = WIDTH_MAX},
                                       {.name = "act",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct hypers, act),
                                        .help = "activation of the hidden layers",
                                        .choices = GG_ACTS},
                                       {.name = "act-last",
                                        .type = GG_OPT_FLAG,
                                        .offset = offsetof(struct hypers, act_last),
                                        .help = "the activation behind the last layer, too"},
                                       {.name = "weights",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct hypers, weights),
                                        .help = "scale: e3nn, divided by sqrt(inputs), or plain, as they are",
                                        .choices = GG_WEIGHTS},
                                       GG_ACT_CONSTANTS_KEY(offsetof(struct hypers, constants)),
                                       {0}};

struct plan {
    int n; /* linear layers: hidden and the last */
    struct gg_mix mix[HIDDEN_MAX + 1];
    int64_t weight[HIDDEN_MAX + 1]; /* offset of the parameters of each */
    int64_t row;                    /* numbers of all z but the last, in a row */
    int widest;
    bool act_last, plain;
    enum gg_act act;
    double k;
};

/* ---- memory: z_1 .. z_hidden in `saved`; three buffers and what a linear layer needs in `scratch` ---- */

static size_t saved_bytes(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct plan *p = l->plan;
    return sizeof(gg_real) * (size_t)(gg_shape_rows(&l->in[0], g) * p->row);
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->in[0], g);
    size_t most = 0;
    (void)n_thread;
    for (int k = 0; k < p->n; k++)
        if (gg_mix_scratch_bytes(&p->mix[k], n_row) > most)
            most = gg_mix_scratch_bytes(&p->mix[k], n_row);
    return 3 * sizeof(gg_real) * (size_t)((n_row * p->widest + 15) / 16 * 16) + most;
}

struct buffers {
    gg_real *a, *z, *other; /* backward: a, and two gradients in turn */
    void *mix;
};

static struct buffers buffers_of(const struct plan *p, int64_t n_row, void *scratch)
{
    gg_real *a = scratch;
    int64_t n = (n_row * p->widest + 15) / 16 * 16;
    return (struct buffers){a, a + n, a + 2 * n, a + 3 * n};
}

static int init_mix(struct gg_layer *l, struct gg_arena *a, int k, int width, const struct gg_shape *in,
                    struct gg_shape *out, struct gg_err *err)
{
    struct plan *p = l->plan;
    struct gg_irreps irreps = {.n = 1, .b = {{width, 0, 1}}};
    gg_shape_init(out, in->axis, &irreps);
    if (gg_mix_init(&p->mix[k], a, in, out, 1, true, err) < 0)
        return gg_err_prefix(err, "in: ");
    if (p->plain)
        p->mix[k].factor[0] = 1;
    p->weight[k] = l->n_weight;
    l->n_weight += p->mix[k].n_weight;
    return 0;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    struct gg_shape in = l->in[0], out;
    if (gg_one_input(l, err) < 0 || gg_need_key(h->out, "outputs", "the number of outputs", err) < 0)
        return -1;
    if (h->hidden.n > HIDDEN_MAX)
        return gg_fail(err, GG_USAGE, "hidden: %d layers, at most %d", h->hidden.n, HIDDEN_MAX);
    l->n_weight = 0;
    p->n = h->hidden.n + 1;
    p->act_last = h->act_last;
    l->kinks = h->act == GG_ACT_RELU && (p->n > 1 || p->act_last);
    p->plain = h->weights == GG_WEIGHTS_PLAIN;
    for (int k = 0; k < p->n; k++) {
        double width = k < h->hidden.n ? h->hidden.v[k] : (double)h->out;
        if (width != floor(width))
            return gg_fail(err, GG_USAGE, "hidden: %g is not a whole number", width);
        if (init_mix(l, a, k, (int)width, &in, &out, err) < 0)
            return -1;
        if (k < p->n - 1 || p->act_last) {
            p->row += out.stride;
            p->widest = out.stride > p->widest ? out.stride : p->widest;
        }
        in = out;
    }
    p->act = (enum gg_act)h->act;
    p->k = p->plain ? 1 : gg_act_constant(p->act, h->constants == 1);
    l->out = out;
    l->saved_bytes = saved_bytes;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    const struct plan *p = l->plan;
    for (int q = 0; q < p->n; q++) {
        int pieces = 0;
        while (gg_mix_weight(&p->mix[q], pieces, out)) {
            if (k == pieces) {
                char name[sizeof out->name];
                snprintf(name, sizeof name, "%d.%.50s", q, out->name);
                memcpy(out->name, name, sizeof name);
                out->offset += p->weight[q];
                return true;
            }
            pieces++;
        }
        k -= pieces;
    }
    return false;
}

static void plain_start(const struct gg_mix *m, gg_real *w, struct gg_rng *r)
{
    int width = m->out.irreps.b[0].mul;
    int64_t n = m->n_weight - width; /* inputs times width */
    gg_truncated_normal(w, n, (double)width / (double)n, r);
    gg_truncated_normal(w + n, width, 0.1 / width, r);
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    const struct plan *p = l->plan;
    for (int k = 0; k < p->n; k++)
        if (p->plain)
            plain_start(&p->mix[k], w + p->weight[k], r);
        else
            gg_mix_init_weights(&p->mix[k], w + p->weight[k], r);
}

/* a = c act(z) for all numbers of a value; padding stays 0 since act(0) = 0. */
static void activate(const struct plan *p, int64_t n, const gg_real *z, gg_real *a)
{
#pragma omp parallel for schedule(static)
    for (int64_t q = 0; q < n; q += 1024)
        gg_act(p->act, p->k, q + 1024 < n ? 1024 : n - q, z + q, a + q);
}

static void activate_backward(const struct plan *p, int64_t n, const gg_real *z, gg_real *d)
{
#pragma omp parallel for schedule(static)
    for (int64_t q = 0; q < n; q += 1024)
        gg_act_gradient(p->act, p->k, q + 1024 < n ? 1024 : n - q, z + q, d + q, d + q);
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->in[0], call->g);
    struct buffers s = buffers_of(p, n_row, call->scratch);
    const gg_real *a = call->x[0];
    gg_real *kept = call->saved;
    for (int k = 0; k < p->n; k++) {
        int64_t n = n_row * p->mix[k].out.stride;
        bool last = k == p->n - 1;
        gg_real *z = last && !p->act_last ? call->y : call->saved ? kept : s.z, *to = last ? call->y : s.a;
        gg_mix_forward(&p->mix[k], call->w + p->weight[k], n_row, NULL, a, z, s.mix);
        if (last && !p->act_last)
            break;
        activate(p, n, z, to);
        a = to;
        kept = call->saved ? kept + n : NULL;
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->in[0], call->g);
    struct buffers s = buffers_of(p, n_row, call->scratch);
    const gg_real *z = (const gg_real *)call->saved + n_row * p->row, *d = call->dy;
    if (p->act_last) {
        int64_t n = n_row * l->out.stride;
        z -= n;
        memcpy(s.z, call->dy, sizeof *call->dy * (size_t)n);
        activate_backward(p, n, z, s.z);
        d = s.z;
    }
    for (int k = p->n - 1; k > 0;
         k--) { /* d: gradient of z_k.  That of a_k-1, then of z_k-1, goes to `next` */
        int64_t n = n_row * p->mix[k].in.stride;
        gg_real *next = d == s.z ? s.other : s.z;
        z -= n;
        activate(p, n, z, s.a);
        memset(next, 0, sizeof *next * (size_t)n);
        gg_mix_backward(&p->mix[k], call->w + p->weight[k], n_row, NULL, s.a, d, next,
                        call->dw ? call->dw + p->weight[k] : NULL, s.mix);
        activate_backward(p, n, z, next);
        d = next;
    }
    gg_mix_backward(&p->mix[0], call->w + p->weight[0], n_row, NULL, call->x[0], d, call->dx[0],
                    call->dw ? call->dw + p->weight[0] : NULL, s.mix);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct plan *p = l->plan;
    int64_t rows = gg_shape_rows(&l->in[0], g);
    double flops = 0;
    for (int k = 0; k < p->n; k++)
        flops += gg_mix_flops(&p->mix[k], rows);
    return (struct gg_cost){.flops_forward = flops,
                            .flops_backward = 2 * flops,
                            .bytes = sizeof(gg_real) * (double)rows *
                                     (l->in[0].stride + 2 * p->row + l->out.stride)};
}

static const struct gg_layer_case cases[] = {
    {"readout", {"8x0e+8x1o"}, "hidden=32,32 outputs=20"},
    {"odd widths", {"3x0e+2x1o+5x0e"}, "hidden=7 outputs=9 act=tanh constants=e3nn"},
    {"deep", {"8x0e"}, "hidden=16,16,16 outputs=1 act=ssp"},
    {"on edges", {"edge:4x0e"}, "hidden=8 outputs=2"},
    {"active to the end", {"8x0e"}, "hidden=16 outputs=8 act=relu act-last=true"},
    {"plain", {"9x0e"}, "hidden=7 outputs=5 weights=plain", .no_unit_scale = true},
    {"at times", {"node*time:4x0e+1x1o"}, "hidden=8 outputs=3"},
    {"with lifts", {"edge*lift:4x0e"}, "hidden=8 outputs=2"},
    {"times of the graph", {"graph*time:5x0e"}, "hidden=6 outputs=4"},
    {0}};

const struct gg_layer_type gg_layer_mlp = {
    .name = "mlp",
    .about = "a perceptron with biases on the scalars of every row",
    .source = "e3nn FullyConnectedNet's scale, with biases; plain: Bapst et al. 2020",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights};
