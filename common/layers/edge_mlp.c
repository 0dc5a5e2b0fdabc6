/* edge_mlp.c -- a perceptron on edges: messages from the edge, its receiver and its sender
 *
 *     z_1 = bias_1 + sum_q x_q(e) W_q / sqrt(h) + sum_a x_a(e),   h = widths of all x_q together,
 *     a_k = c act(z_k),   z_{k+1} = bias_{k+1} + a_k W_{k+1} / sqrt(width_k),   y = z_n, with act_last a_n
 *
 * Battaglia et al. 2018 (arXiv 1806.01261), the edge update; as used by Bapst et al. 2020.  `at` says for every input
 * where the edge e: i <- j reads it: edge (a value on edges), receiver (node i), sender (node j), or added: a value on
 * edges with the width of the first layer that is added to z_1 as it is.  A product that is the same in many layers, such
 * as that of the first edge value in a repeat with shared weights, is so computed once, by an edge_mlp without hidden layers.
 * x: scalars (0e) only.  y: edges, outputs x 0e.  Parameters: 0.weight.Q [in][out] for every input that is not added,
 * 0.bias [out], then K.weight [in][out], K.bias [out].  Products of node values are made once a node; hidden values are
 * not kept for backward but computed again.  Plain weights (inputs.h): no square roots, c = 1. */
#include "nn/edge_mlp.h"
#include "nn/layer.h"
#include "nn/inputs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH_MAX = 4096 };

struct hypers {
    struct gg_texts at;
    struct gg_reals hidden;
    int64_t out, fan_in;
    int act, constants, weights;
    bool act_last, bias;
};
static const struct hypers defaults = {.bias = true};

#define AT(field) offsetof(struct hypers, field)
static const struct gg_opt hypers[] = {
    {"at", GG_OPT_TEXTS, AT(at), "where each input is read: edge, receiver, sender or added", .arg = "PLACE",
     .required = true},
    {"hidden", GG_OPT_REALS, AT(hidden), "widths of the hidden layers; absent: none", .arg = "N,N", .min = 1,
     .max = WIDTH_MAX},
    {"outputs", GG_OPT_INT, AT(out), "number of outputs", .arg = "N", .min = 1, .max = WIDTH_MAX,
     .required = true},
    {"act", GG_OPT_CHOICE, AT(act), "activation of the hidden layers", .choices = GG_ACTS,
     .when = "hidden act-last"},
    {"act-last", GG_OPT_FLAG, AT(act_last), "the activation behind the last layer, too"},
    {"bias", GG_OPT_FLAG, AT(bias), "biases"},
    {"fan-in", GG_OPT_INT, AT(fan_in), "h of the first layer; 0: the widths of its inputs together",
     .arg = "N", .max = 1 << 20},
    {"weights", GG_OPT_CHOICE, AT(weights), "scale: e3nn, divided by sqrt(inputs), or plain, as they are",
     .choices = GG_WEIGHTS},
    GG_ACT_CONSTANTS_KEY(AT(constants)),
    {0}};
#undef AT

/* ---- init ---- */

static int read_place(struct gg_layer *l, int q, struct gg_err *err)
{
    static const char *const places[] = {"edge", "added", "receiver", "sender"};
    const struct hypers *h = l->hyper;
    struct gg_edge_plan *p = l->plan;
    int at = 0;
    while (at < 4 && strcmp(h->at.v[q], places[at]))
        at++;
    if (at == 4)
        return gg_fail(err, GG_USAGE, "at: '%s' is none of edge, receiver, sender, added", h->at.v[q]);
    int wanted = at == GG_AT_EDGE || at == GG_AT_ADDED ? GG_ON_EDGE : GG_ON_NODE;
    if (l->in[q].axis != wanted)
        return gg_fail(err, GG_USAGE, "at: value %d is read at '%s', but does not live on %s", q + 1,
                       places[at], wanted == GG_ON_EDGE ? "edges" : "nodes");
    const struct gg_irreps *x = &l->in[q].irreps;
    if (x->n != 1 || x->b[0].l != 0 || x->b[0].p != 1) {
        char text[GG_IRREPS_TEXT];
        gg_irreps_print(x, text);
        return gg_fail(err, GG_USAGE, "in: value %d is %s: edge_mlp takes scalars (0e) only", q + 1, text);
    }
    if (at == GG_AT_ADDED && x->b[0].mul != p->width[0])
        return gg_fail(err, GG_USAGE, "at: value %d of %d numbers is added to a layer of %d", q + 1,
                       x->b[0].mul, p->width[0]);
    p->at[q] = (enum gg_edge_at)at;
    p->has[at] = true;
    return 0;
}

static int read_widths(struct gg_layer *l, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct gg_edge_plan *p = l->plan;
    if (h->hidden.n >= GG_EDGE_LAYERS)
        return gg_fail(err, GG_USAGE, "hidden: %d layers, at most %d", h->hidden.n, GG_EDGE_LAYERS - 1);
    p->n = h->hidden.n + 1;
    for (int k = 0; k < p->n; k++) {
        double width = k < h->hidden.n ? h->hidden.v[k] : (double)h->out;
        if (width != floor(width))
            return gg_fail(err, GG_USAGE, "hidden: %g is not a whole number", width);
        p->width[k] = (int)width;
        p->pad[k] = gg_pad(p->width[k]);
    }
    return 0;
}

static void add_matrix(struct gg_layer *l, struct gg_edge_matrix *m, int k, int n_in, int pad_in)
{
    struct gg_edge_plan *p = l->plan;
    *m = (struct gg_edge_matrix){
        .k = k, .n_in = n_in, .pad_in = pad_in, .weight = l->n_weight, .turned = p->n_turned};
    l->n_weight += (int64_t)n_in * p->width[k];
    p->n_turned += (int64_t)p->width[k] * pad_in;
}

static void add_bias(struct gg_layer *l, int k, bool bias)
{
    struct gg_edge_plan *p = l->plan;
    p->bias[k] = bias ? l->n_weight : -1;
    l->n_weight += bias ? p->width[k] : 0;
}

static void pack_matrix(struct gg_edge_plan *p, struct gg_edge_matrix *m)
{
    m->packed = p->n_packed;
    p->n_packed += (int64_t)m->n_in * p->pad[m->k];
}

static void place_packed(struct gg_layer *l)
{
    struct gg_edge_plan *p = l->plan;
    for (int k = 0; k < p->n; k++) {
        if (k > 0)
            pack_matrix(p, &p->hidden[k]);
        p->bias_packed[k] = p->n_packed; /* zeros if there is none */
        p->n_packed += p->pad[k];
    }
    for (int q = 0; q < l->n_in; q++)
        if (p->at[q] == GG_AT_EDGE)
            pack_matrix(p, &p->input[q]);
    p->n_packed_edge = p->n_packed;
    for (int q = 0; q < l->n_in; q++)
        if (p->at[q] == GG_AT_RECEIVER || p->at[q] == GG_AT_SENDER)
            pack_matrix(p, &p->input[q]);
}

static void place_parameters(struct gg_layer *l)
{
    const struct hypers *h = l->hyper;
    struct gg_edge_plan *p = l->plan;
    int64_t fan_in = 0;
    bool plain = h->weights == GG_WEIGHTS_PLAIN;
    for (int q = 0; q < l->n_in; q++)
        if (p->at[q] != GG_AT_ADDED) {
            add_matrix(l, &p->input[q], 0, l->in[q].irreps.b[0].mul, l->in[q].pad[0]);
            fan_in += l->in[q].irreps.b[0].mul;
        }
    add_bias(l, 0, h->bias);
    p->factor[0] = plain ? 1 : 1 / sqrt((double)(h->fan_in ? h->fan_in : fan_in));
    for (int k = 1; k < p->n; k++) {
        add_matrix(l, &p->hidden[k], k, p->width[k - 1], p->pad[k - 1]);
        add_bias(l, k, h->bias);
        p->factor[k] = plain ? 1 : 1 / sqrt(p->width[k - 1]);
    }
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct gg_edge_plan *p = l->plan = GG_NEW(a, struct gg_edge_plan, 1);
    struct gg_irreps out = {.n = 1, .b = {{(int)h->out, 0, 1}}};
    if (gg_need_key(h->out, "outputs", "the number of outputs", err) || read_widths(l, err))
        return -1;
    if (h->at.n != l->n_in)
        return gg_fail(err, GG_USAGE, "at: %d places for %d values", h->at.n, l->n_in);
    for (int q = 0; q < l->n_in; q++)
        if (read_place(l, q, err))
            return -1;
    if (!p->has[GG_AT_EDGE] && !p->has[GG_AT_RECEIVER] && !p->has[GG_AT_SENDER])
        return gg_fail(err, GG_USAGE, "in: edge_mlp wants a value that is not added");
    l->n_weight = 0;
    place_parameters(l);
    place_packed(l);
    p->act = (enum gg_act)h->act;
    p->act_last = h->act_last;
    l->kinks = p->act == GG_ACT_RELU && (p->n > 1 || p->act_last);
    p->act_k = h->weights == GG_WEIGHTS_PLAIN ? 1 : gg_act_constant(p->act, h->constants == 1);
    p->rows = gg_conv_best()->rows;
    gg_shape_init(&l->out, GG_ON_EDGE, &out);
    l->needs_reverse = p->has[GG_AT_SENDER];
    l->scratch_bytes = gg_edge_mlp_scratch;
    return 0;
}

/* ---- parameters ---- */

static bool bias_piece(const struct gg_edge_plan *p, int layer, int *k, struct gg_weight *out)
{
    if (p->bias[layer] < 0 || (*k)-- > 0)
        return false;
    *out = (struct gg_weight){.ndim = 1, .shape = {p->width[layer]}, .offset = p->bias[layer]};
    snprintf(out->name, sizeof out->name, "%d.bias", layer);
    return true;
}

static void matrix_piece(const struct gg_edge_plan *p, const struct gg_edge_matrix *m, struct gg_weight *out)
{
    *out = (struct gg_weight){.ndim = 2, .shape = {m->n_in, p->width[m->k]}, .offset = m->weight};
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    const struct gg_edge_plan *p = l->plan;
    for (int q = 0; q < l->n_in; q++)
        if (p->at[q] != GG_AT_ADDED && k-- == 0) {
            matrix_piece(p, &p->input[q], out);
            snprintf(out->name, sizeof out->name, "0.weight.%d", q);
            return true;
        }
    if (bias_piece(p, 0, &k, out))
        return true;
    for (int layer = 1; layer < p->n; layer++) {
        if (k-- == 0) {
            matrix_piece(p, &p->hidden[layer], out);
            snprintf(out->name, sizeof out->name, "%d.weight", layer);
            return true;
        }
        if (bias_piece(p, layer, &k, out))
            return true;
    }
    return false;
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    const struct hypers *h = l->hyper;
    struct gg_weight piece;
    int64_t fan_in = 0;
    for (int k = 0; weight(l, k, &piece) && piece.name[0] == '0' && piece.ndim == 2; k++)
        fan_in += piece.shape[0];
    for (int k = 0; weight(l, k, &piece); k++) {
        int64_t n = piece.ndim == 2 ? piece.shape[0] * piece.shape[1] : piece.shape[0];
        bool first = strncmp(piece.name, "0.", 2) == 0;
        int64_t inputs = !first ? piece.shape[0] : h->fan_in ? h->fan_in : fan_in;
        double variance = piece.ndim == 2 ? 1 / (double)inputs : 0.1 / (double)n;
        if (h->weights == GG_WEIGHTS_PLAIN)
            gg_truncated_normal(w + piece.offset, n, variance, r);
        else
            for (int64_t c = 0; c < n; c++)
                w[piece.offset + c] = piece.ndim == 2 ? (gg_real)gg_rng_normal(r) : 0;
    }
}

/* ---- cost, cases ---- */

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_edge_plan *p = l->plan;
    double flops = 0, numbers = l->out.stride;
    for (int q = 0; q < l->n_in; q++) {
        bool on_edge = l->in[q].axis == GG_ON_EDGE;
        if (p->at[q] != GG_AT_ADDED)
            flops += 2.0 * p->input[q].n_in * p->width[0] * (double)(on_edge ? g->n_edge : g->n_node);
        numbers += on_edge ? l->in[q].stride : 0;
    }
    for (int k = 1; k < p->n; k++)
        flops += 2.0 * p->width[k - 1] * p->width[k] * (double)g->n_edge;
    return (struct gg_cost){.flops_forward = flops,
                            .flops_backward = 2 * flops,
                            .bytes = sizeof(gg_real) * numbers * (double)g->n_edge};
}

static const struct gg_layer_case cases[] = {
    {"message",
     {"edge:8x0e", "6x0e", "7x0e"},
     "at=edge at=receiver at=sender hidden=16 outputs=8 act-last=true"},
    {"glass",
     {"edge:8x0e", "edge:16x0e", "8x0e", "8x0e", "8x0e", "8x0e"},
     "at=edge at=added at=receiver at=receiver at=sender at=sender hidden=16 outputs=9 act=relu "
     "act-last=true "
     "weights=plain",
     .no_unit_scale = true},
    {"sender first",
     {"5x0e", "9x0e", "edge:3x0e", "edge:17x0e"},
     "at=sender at=receiver at=edge at=edge hidden=7,24 outputs=3"},
    {"first value", {"edge:3x0e"}, "at=edge hidden=12 outputs=20 act=tanh constants=e3nn"},
    {"one product", {"edge:12x0e"}, "at=edge outputs=9 bias=false fan-in=12"},
    {"nodes only", {"6x0e"}, "at=sender outputs=4 act=ssp act-last=true"},
    {0}};

const struct gg_layer_type gg_layer_edge_mlp = {
    .name = "edge_mlp",
    .hears = true,
    .about = "a perceptron on edges: from edge values, and node values at receiver and sender",
    .source = "Battaglia et al. 2018, arXiv 1806.01261; Bapst et al. 2020, Nature Physics 16, 448",
    GG_LAYER_KEYS,
    .init = init,
    .weight = weight,
    .init_weights = init_weights,
    .forward = gg_edge_mlp_forward,
    .backward = gg_edge_mlp_backward,
    .cost = cost,
    .cases = cases};
