/* softmax.c -- weights of the edges of every receiver, from numbers on edges: attention
 *
 *     y_e = u(r_e) exp(x_e - max) / sum_{f: i<-k} u(r_f) exp(x_f - max),   max over the edges of receiver i, for every head
 *
 * Vaswani et al. 2017 (arXiv 1706.03762, eq. 1); the envelope u lets neighbours leave without a jump, which public codes do not have
 * (envelope: none).  A receiver's weights are all 0 where all u are.  Rows are summed in their order by one thread.
 * x: edges, 0e, a channel for each head.  y: the same.  No parameters. */
#include "nn/each_time.h"
#include "nn/act.h"
#include "nn/inputs.h"
#include "nn/lanes.h"
#include "graph/radial.h"

#include <math.h>
#include <string.h>

struct hypers {
    int envelope;
    int64_t power;
};
static const struct hypers defaults = {.envelope = GG_ENVELOPE_POLY, .power = 6};

static const struct gg_opt hypers[] = {{.name = "envelope",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct hypers, envelope),
                                        .help = "smooth cutoff that multiplies the exponentials",
                                        .choices = GG_ENVELOPES},
                                       {.name = "power",
                                        .type = GG_OPT_INT,
                                        .offset = offsetof(struct hypers, power),
                                        .help = "p of the polynomial envelope",
                                        .arg = "P",
                                        .min = 2,
                                        .max = 12},
                                       {0}};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    const struct gg_irreps *x = &l->in[0].irreps;
    if (gg_is_timed(l))
        return gg_each_time(l, a, err);
    if (gg_one_input(l, err) < 0)
        return -1;
    if (l->in[0].axis != GG_ON_EDGE)
        return gg_fail(err, GG_USAGE, "in: softmax takes a value on edges");
    if (gg_count_channels(x, 0, 1) != gg_irreps_dim(x))
        return gg_fail(err, GG_USAGE, "in: softmax takes scalars (0e), a channel for each head");
    l->out = l->in[0];
    gg_real *mask = l->plan = GG_NEW(a, gg_real, (size_t)l->out.stride); /* 0 where nothing but padding is */
    for (int b = 0; b < x->n; b++)
        for (int c = 0; c < x->b[b].mul; c++)
            mask[l->out.offset[b] + c] = 1;
    l->reads_vectors = true;
    l->knots = h->envelope == GG_ENVELOPE_NONE ? l->cutoff : 0; /* where longer edges end */
    l->spares_x = true;
    return 0;
}

/* Eight heads of a receiver; y holds u in all of them on the way in.  Edges without u do not count in the largest. */
GG_CLONES static void weigh(const gg_real *x, int64_t n_edge, int stride, const gg_real *mask, gg_real *y)
{
    gg_lanes most, sum = {0};
    bool any = false;
    for (int64_t e = 0; e < n_edge; e++) {
        const gg_real *z = x + e * stride;
        for (int c = 0; c < 8 && y[e * stride] > 0; c++)
            most[c] = any && !(z[c] > most[c]) ? most[c] : z[c];
        any |= y[e * stride] > 0;
    }
    for (int64_t e = 0; any && e < n_edge; e++) {
        gg_lanes z = *(const gg_lanes *)(x + e * stride) - most;
        for (int c = 0; c < 8; c++)
            z[c] = z[c] > 0 ? 0 : z[c];
        gg_exponential(8, (const gg_real *)&z, (gg_real *)&z);
        sum += *(gg_lanes *)(y + e * stride) *= z;
    }
    for (int64_t e = 0; any && e < n_edge; e++)
        *(gg_lanes *)(y + e * stride) *= *(const gg_lanes *)mask / sum;
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct hypers *h = l->hyper;
    const struct gg_graph *g = call->g;
    int stride = l->out.stride;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < g->n_node; i++) {
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            gg_real u = (gg_real)gg_envelope_of_edge((enum gg_envelope)h->envelope, (int)h->power, l->cutoff,
                                                     (double)g->r[e]);
            for (int c = 0; c < stride; c++)
                call->y[e * stride + c] = u;
        }
        int64_t first = g->ptr[i] * stride;
        for (int c = 0; c < stride; c += 8)
            weigh(call->x[0] + first + c, g->ptr[i + 1] - g->ptr[i], stride, (const gg_real *)l->plan + c,
                  call->y + first + c);
    }
}

/* d/dr of log u, times what the logarithm of the edge's weights has of the gradient */
static void pull(const struct gg_call *call, int64_t e, double dlog)
{
    const struct gg_layer *l = call->l;
    const struct hypers *h = l->hyper;
    double r = (double)call->g->r[e],
           slope = gg_envelope_log_slope((enum gg_envelope)h->envelope, (int)h->power, l->cutoff, r);
    for (int a = 0; a < 3 && r > 0; a++)
        call->dvec[e][a] += (gg_real)(dlog * slope * (double)call->g->vec[e][a] / r);
}

/* Eight heads of a receiver from lane `at` of its first edge on: the gradient of the exponents, y (dy - sum y dy), and of log u. */
static void backward_row(const struct gg_call *call, int64_t at, int64_t first, int64_t last)
{
    int stride = call->l->out.stride;
    gg_lanes sum = {0};
    for (int64_t e = first; e < last; e++)
        sum +=
            *(const gg_lanes *)(call->y + e * stride + at) * *(const gg_lanes *)(call->dy + e * stride + at);
    for (int64_t e = first; e < last; e++) {
        gg_lanes d = *(const gg_lanes *)(call->y + e * stride + at) *
                     (*(const gg_lanes *)(call->dy + e * stride + at) - sum);
        double dlog = 0;
        for (int c = 0; c < 8; c++)
            dlog += (double)d[c];
        if (call->dx[0])
            *(gg_lanes *)(call->dx[0] + e * stride + at) += d;
        if (call->dvec)
            pull(call, e, dlog);
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_graph *g = call->g;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < g->n_node; i++)
        for (int c = 0; c < call->l->out.stride; c += 8)
            backward_row(call, c, g->ptr[i], g->ptr[i + 1]);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 20, 5, 3);
}

static const struct gg_layer_case cases[] = {
    {"one head", {"edge:1x0e"}, "", .no_unit_scale = true},
    {"heads", {"edge:4x0e"}, "envelope=cosine", .no_unit_scale = true},
    {"at times", {"edge*time:3x0e"}, "", .no_unit_scale = true},
    {"many heads", {"edge:9x0e+2x0e"}, "power=5", .no_unit_scale = true},
    {"no envelope", {"edge:2x0e"}, "envelope=none", .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_softmax = {
    .name = "softmax",
    .about = "weights of a receiver's edges from numbers on edges: attention",
    .source = "Vaswani et al. 2017, arXiv 1706.03762, eq. 1",
    .weighs = true,
    GG_LAYER_KEYS,
    GG_LAYER_PASSES};
