/* lie_attention.c -- attention of rigid frames: weights from where a neighbour stands and how it is turned, seen from one's own frame
 *
 *     x_ab = k_h(log(g_b^-1 g_a)) + <q_a, k_b>_h / sqrt(channels of a head),   g = (R_u, r_i) of a = (i, u)
 *     y_a  = sum_b w_ab v_b,   w = u exp(x) / sum u exp(x)  (softmax),   u exp(x) / sum u  (exp);   b: all lifts of i and of its neighbours
 *
 * Hutchinson et al. 2021 (arXiv 2012.10885, LieTransformer, section 3.2; log(g_b^-1 g_a) for the query a as their code has it).  k_h: a
 * perceptron for each head, head_net.h; the logarithm: six numbers, o3/se3.h; u: the envelope of the distance, 1 for i itself, so that
 * neighbours leave without a jump (their code: none).  Turning all frames and the configuration changes nothing but reflections do.
 *
 * x: v, q, k: scalars on nodes or nodes with lifts; frames: two vectors, their axes, on nodes with lifts (lift.c) or without.
 * y: v's scalars on the axis of the frames.  Parameters: those of k_h.  No pair is stored: backward makes the row of a again. */
#include "nn/lie_attention.h"
#include "nn/inputs.h"

#include <math.h>

static const struct gg_lie_hypers defaults = {.heads = 1,
                                              .power = 6,
                                              .envelope = GG_ENVELOPE_POLY,
                                              .hidden = {1, (double[]){16}}};

#define AT(field) offsetof(struct gg_lie_hypers, field)
static const struct gg_opt hypers[] = {
    {"heads", GG_OPT_INT, AT(heads), "ranges of channels with weights of their own", .arg = "N", .min = 1,
     .max = 64},
    {"normalise", GG_OPT_CHOICE, AT(normalise),
     "weights: by the sum of the exponentials, or by the number of neighbours", .choices = "softmax|exp"},
    {"hidden", GG_OPT_REALS, AT(hidden), "widths of the hidden layers of k", .arg = "N,N", .min = 1,
     .max = GG_HEAD_WIDTH},
    {"act", GG_OPT_CHOICE, AT(act), "activation of the hidden layers", .choices = GG_ACTS},
    {"act-last", GG_OPT_FLAG, AT(act_last), "the activation behind the last layer, too"},
    {"weights", GG_OPT_CHOICE, AT(weights), "scale: e3nn, divided by sqrt(inputs), or plain, as they are",
     .choices = GG_WEIGHTS},
    {"envelope", GG_OPT_CHOICE, AT(envelope), "smooth cutoff that multiplies the exponentials",
     .choices = GG_ENVELOPES},
    {"power", GG_OPT_INT, AT(power), "p of the polynomial envelope", .arg = "P", .min = 2, .max = 12,
     .when = "envelope=poly"},
    {0}};
#undef AT

static int check_inputs(const struct gg_layer *l, struct gg_err *err)
{
    static const char *const names[] = {"values", "queries", "keys"};
    const struct gg_lie_hypers *h = l->hyper;
    const struct gg_irreps *frames = &l->in[3].irreps;
    int lifts = gg_axis_lifts(l->in[GG_LIE_FRAMES].axis);
    if (l->n_in != 4)
        return gg_fail(err, GG_USAGE, "in: lie_attention takes four values: values, queries, keys, frames");
    for (int k = 0; k < 4; k++) {
        int axis = l->in[k].axis, own = gg_axis_lifts(axis);
        if (gg_axis_base(axis) != GG_ON_NODE || axis & GG_PER_TIME || (own > 1 && own != lifts))
            return gg_fail(err, GG_USAGE,
                           "in: value %d is not on nodes, or has %d lifts and not the %d of the frames",
                           k + 1, own, lifts);
    }
    if (frames->n != 1 || frames->b[0].l != 1 || frames->b[0].p != -1 || frames->b[0].mul != 2)
        return gg_fail(err, GG_USAGE, "in: the fourth value has the frames, 2x1o: take layer lift");
    for (int k = 0; k < 3; k++) {
        const struct gg_irreps *x = &l->in[k].irreps;
        if (x->n != 1 || x->b[0].l != 0 || x->b[0].p != 1)
            return gg_fail(err, GG_USAGE, "in: the %s are no scalars (Nx0e)", names[k]);
        if (x->b[0].mul % h->heads)
            return gg_fail(err, GG_USAGE, "in: %d heads do not divide the %d channels of the %s",
                           (int)h->heads, x->b[0].mul, names[k]);
    }
    if (l->in[GG_LIE_QUERIES].irreps.b[0].mul != l->in[GG_LIE_KEYS].irreps.b[0].mul)
        return gg_fail(err, GG_USAGE, "in: %d channels of queries, %d of keys: as many are wanted",
                       l->in[GG_LIE_QUERIES].irreps.b[0].mul, l->in[GG_LIE_KEYS].irreps.b[0].mul);
    return 0;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_lie_hypers *h = l->hyper;
    struct gg_lie_plan *p = l->plan = GG_NEW(a, struct gg_lie_plan, 1);
    if (check_inputs(l, err) || gg_head_net_init(&p->net, (int)h->heads, 6, &h->hidden, err))
        return -1;
    p->net.act = (enum gg_act)h->act;
    p->net.plain = h->weights == GG_WEIGHTS_PLAIN;
    p->net.constant = p->net.plain ? 1 : gg_act_constant(p->net.act, false);
    p->net.act_last = h->act_last;
    p->n_head = (int)h->heads;
    p->n_lift = gg_axis_lifts(l->in[GG_LIE_FRAMES].axis);
    p->each_value = l->in[GG_LIE_VALUES].irreps.b[0].mul / p->n_head;
    p->each_key = l->in[GG_LIE_KEYS].irreps.b[0].mul / p->n_head;
    p->scale = 1 / sqrt(p->each_key);
    p->exponential = h->normalise == 1;
    p->envelope = (enum gg_envelope)h->envelope;
    p->power = (int)h->power;
    gg_shape_init(&l->out, l->in[GG_LIE_FRAMES].axis, &l->in[GG_LIE_VALUES].irreps);
    l->n_weight = gg_head_net_weights(&p->net);
    l->scratch_bytes = gg_lie_scratch_bytes;
    l->rotations_only = l->reads_vectors = l->spares_y = true;
    l->kinks = true; /* the rotation vector jumps at pi */
    l->knots = p->envelope == GG_ENVELOPE_NONE ? l->cutoff : 0;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    return gg_head_net_weight(&((const struct gg_lie_plan *)l->plan)->net, k, out);
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    gg_head_net_start(&((const struct gg_lie_plan *)l->plan)->net, w, r);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_lie_plan *p = l->plan;
    double pairs = (double)(g->n_edge + g->n_node) * p->n_lift * p->n_lift,
           net = 2 * (double)l->n_weight + 12 * p->n_head,
           channels = 2.0 * p->n_head * (p->each_key + p->each_value);
    return (struct gg_cost){.flops_forward = pairs * (net + channels + 90),
                            .flops_backward = pairs * (3 * net + 3 * channels + 330),
                            .bytes = pairs * sizeof(gg_real) * (l->in[1].stride + l->in[2].stride)};
}

#define CASE(name, v, q, k, frames, hypers)                    \
    {                                                          \
        name, {v, q, k, frames}, hypers, .no_unit_scale = true \
    }
static const struct gg_layer_case cases[] = {
    CASE("one head", "4x0e", "2x0e", "2x0e", "2x1o", ""),
    CASE("lifts", "node*lift:8x0e", "node*lift:4x0e", "node*lift:4x0e", "node*lift:2x1o",
         "heads=2 hidden=6,6 act-last=true weights=plain"),
    CASE("lifts of frames alone", "9x0e", "3x0e", "3x0e", "node*lift:2x1o",
         "heads=3 hidden=5 envelope=cosine"),
    CASE("exponential", "node*lift:2x0e", "2x0e", "node*lift:2x0e", "node*lift:2x1o",
         "normalise=exp hidden=4 act=tanh act-last=true"),
    CASE("no envelope", "17x0e", "17x0e", "17x0e", "2x1o", "envelope=none act=ssp"),
    {0}};

const struct gg_layer_type gg_layer_lie_attention = {
    .name = "lie_attention",
    .hears = true,
    .about = "attention from the logarithm of a neighbour's frame seen from one's own, queries and keys",
    .source = "Hutchinson et al. 2021, arXiv 2012.10885, section 3.2",
    .hypers = hypers,
    .hyper_size = sizeof(struct gg_lie_hypers),
    .hyper_defaults = &defaults,
    .init = init,
    .forward = gg_lie_forward,
    .backward = gg_lie_backward,
    .cost = cost,
    .cases = cases,
    .weight = weight,
    .init_weights = init_weights};
