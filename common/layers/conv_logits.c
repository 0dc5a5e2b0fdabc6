/* conv_logits.c -- queries times keys: the messages of a convolution, multiplied with a value of their receiver
 *
 *     y_{e,h} = sum_{c of h} <q_{i,c}, k_{e,c}> / sqrt(n),    e: i <- j,   n = sum over q's blocks of (2l+1) channels
 *     k_{e,l3 m3,c'} = sum_p sum_c W_{p,c,c'}(r_e) sum_{m1 m2} w^p_{m1 m2 m3} Y_{l2 m2}(v_e) x_{j,l1 m1,c}
 *
 * Fuchs et al. 2020 (arXiv 2006.10503, SE(3)-Transformer, eq. 10, with the scale of their code).  k is a message of conv with mixing: full
 * (default) and normalise: none; heads are ranges of q's channels.  With mixing: channelwise k = sum_p sum_c W_{p,c,c'} R_{p,c} t_{p,c} /
 * sqrt(fan-in), and heads are ranges of the channels c of x.  No k is stored: conv_logits.h.
 *
 * x: node irreps; q: node irreps.  y: edges, 0e, a channel for each head.  Parameters: those of conv to q's irreps. */
#include "conv/conv_keys.h"
#include "conv/conv_logits.h"
#include "util/threads.h"
#include "nn/each_time.h"

#include <math.h>
#include <string.h>

struct hypers {
    struct gg_conv_hypers conv;
    int64_t heads;
};
static const struct hypers defaults = {{GG_CONV_DEFAULTS, .mixing = 1, .normalise = GG_BY_NONE}, 1};

static const struct gg_opt hypers[] = {{.name = "heads",
                                        .type = GG_OPT_INT,
                                        .offset = offsetof(struct hypers, heads),
                                        .help = "numbers for each edge",
                                        .arg = "N",
                                        .min = 1,
                                        .max = 1024},
                                       GG_CONV_LMAX_KEY(offsetof(struct hypers, conv)),
                                       GG_CONV_PATH_KEYS(offsetof(struct hypers, conv)),
                                       GG_CONV_RADIAL_KEYS(offsetof(struct hypers, conv)),
                                       {0}};

/* The conv whose messages are k: from x, with weights on edges where y is, to q. */
struct plan {
    struct gg_layer conv;
    double scale; /* 1/sqrt(n) */
};

/* What backward needs: conv's scratch and saved values, its output, and q times the scale. */
struct room {
    void *scratch, *saved;
    gg_real *sum, *q;
    size_t bytes;
};

static void *take(char *base, size_t *used, size_t bytes)
{
    void *p = base ? base + *used : NULL;
    *used += (bytes + 63) / 64 * 64;
    return p;
}

static struct room cut(const struct gg_layer *l, const struct gg_graph *g, void *base, int n_thread)
{
    const struct gg_layer *conv = &((const struct plan *)l->plan)->conv;
    size_t rows = (size_t)(g->n_node * conv->out.stride) * sizeof(gg_real),
           forward = gg_conv_logits_scratch_bytes(conv, g, n_thread);
    struct room r = {0};
    r.scratch = take(base, &r.bytes, conv->scratch_bytes(conv, g, n_thread));
    r.saved = take(base, &r.bytes, conv->saved_bytes ? conv->saved_bytes(conv, g) : 0);
    r.sum = take(base, &r.bytes, rows);
    r.q = take(base, &r.bytes, rows);
    r.bytes = r.bytes > forward ? r.bytes : forward;
    return r;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    return cut(l, g, NULL, n_thread).bytes;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    const struct gg_irreps y = {.n = 1, .b = {{(int)h->heads, 0, 1}}};
    if (gg_is_timed(l))
        return gg_each_time(l, a, err);
    if (h->conv.norm == GG_RADIAL_BATCH)
        return gg_fail(err, GG_USAGE, "radial.norm: batch is for conv alone: take layer");
    if (l->n_in != 2 || l->in[0].axis != GG_ON_NODE || l->in[1].axis != GG_ON_NODE)
        return gg_fail(err, GG_USAGE,
                       "in: conv_logits takes two values on nodes, of senders and of receivers");
    if (h->conv.norm == GG_RADIAL_BATCH)
        return gg_fail(err, GG_USAGE,
                       "radial.norm: conv_logits has no batch: layer normalises every bond by itself");
    p->conv = *l;
    gg_shape_init(&p->conv.in[1], GG_ON_EDGE, &y);
    p->conv.mean_neighbours = 1; /* nothing is summed over neighbours */
    if (gg_conv_init(&p->conv, &l->in[1].irreps, 1, a, err))
        return -1;
    p->scale = 1 / sqrt(gg_irreps_dim(&l->in[1].irreps));
    l->out = p->conv.in[1];
    l->n_weight = p->conv.n_weight;
    l->rotations_only = p->conv.rotations_only;
    l->reads_vectors = true;
    l->knots = p->conv.knots;
    l->first_knot = p->conv.first_knot;
    l->spares_y = true;
    l->scratch_bytes = scratch_bytes;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    return gg_conv_weight(&((const struct plan *)l->plan)->conv, k, out);
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    gg_conv_init_weights(&((const struct plan *)l->plan)->conv, w, r);
}

static void forward(const struct gg_call *call)
{
    const struct plan *p = call->l->plan;
    int64_t n = call->g->n_edge * call->l->out.stride;
    struct gg_call own = *call;
    own.l = &p->conv;
    gg_conv_logits(&own, call->x[1], call->y);
#pragma omp parallel for schedule(static)
    for (int64_t k = 0; k < n; k++)
        call->y[k] *= (gg_real)p->scale;
}

/* conv with dy for weights on edges gives dq, and with q for its dy all the rest. */
static void backward(const struct gg_call *call)
{
    const struct plan *p = call->l->plan;
    int64_t n = call->g->n_node * p->conv.out.stride;
    const gg_real *x[2] = {call->x[0], call->dy};
    gg_real *dx[2] = {call->dx[0], NULL}, *dq = call->dx[1], scale = (gg_real)p->scale;
    struct room r = cut(call->l, call->g, call->scratch, gg_threads());
    struct gg_call own = *call;
    own.l = &p->conv;
    own.x = x;
    own.dx = dx;
    own.y = r.sum;
    own.dy = r.q;
    own.saved = r.saved;
    own.scratch = r.scratch;
    gg_conv_forward(&own);
#pragma omp parallel for schedule(static)
    for (int64_t k = 0; k < n; k++) {
        r.q[k] = scale * call->x[1][k];
        if (dq)
            dq[k] += scale * r.sum[k];
    }
    gg_conv_backward(&own);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct plan *p = l->plan;
    struct gg_cost c = gg_conv_cost(&p->conv, g);
    return (struct gg_cost){c.flops_forward, c.flops_forward + c.flops_backward, c.bytes};
}

static const struct gg_layer_case cases[] = {
    {"one head", {"4x0e+2x1o", "4x0e+4x1o"}, "lmax=2 radial.hidden=8 radial.n=6"},
    {"at times", {"4x0e+2x1o", "node*time:4x0e+4x1o"}, "lmax=1 radial.hidden=8 radial.n=6"},
    {"heads", {"3x0e+5x2e", "4x0e+8x1o+2x2e"}, "heads=2 lmax=2 radial.hidden=8", .no_unit_scale = true},
    {"no parity, exact",
     {"2x0e+2x1o", "3x0e+3x1o"},
     "heads=3 lmax=2 parity=none radial.hidden=6 radial.table=0",
     .no_unit_scale = true},
    {"by species", {"3x0e+2x1o", "2x0e+2x1o"}, "lmax=1 radial.species=true radial.hidden=5"},
    {"channelwise",
     {"8x0e+4x1o+17x2e", "3x0e+2x1o"},
     "mixing=channelwise lmax=2 radial.hidden=8",
     .no_unit_scale = true},
    {"channelwise, heads",
     {"8x0e+4x1o", "3x0e+2x2e"},
     "heads=4 mixing=channelwise lmax=3 radial.hidden=8",
     .no_unit_scale = true},
    {"channelwise, exact",
     {"4x0e+4x1o", "3x0e+2x1o"},
     "heads=2 mixing=channelwise lmax=1 radial.hidden=6 radial.table=0",
     .no_unit_scale = true},
    {"a shell",
     {"4x0e+2x1o", "4x0e+4x1o"},
     "lmax=1 radial.hidden=8 radial.inner=0.8 radial.outer=1.4",
     .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_conv_logits = {
    .name = "conv_logits",
    .hears = true,
    .about = "messages of a convolution times a value of their receiver: queries and keys",
    .source = "Fuchs et al. 2020, arXiv 2006.10503, eq. 10",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights};
