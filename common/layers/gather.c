/* gather.c -- from nodes to their edges
 *
 *     y_e = x_j,  x_i,  x_j - x_i  or  x_i + x_j   for the edge e: i <- j
 *
 * Gilmer et al. 2017 (arXiv 1704.01212).  x: nodes, any irreps.  y: edges, the same irreps.  The gradient of a receiver is summed along
 * its row, that of a sender over the edges that it sends on: one writer and one order for any number of threads.
 * No parameters. */
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/lanes.h"

#include <string.h>

enum at { AT_SENDER, AT_RECEIVER, AT_DIFFERENCE, AT_SUM };
enum { AHEAD = 8 }; /* edges: rows anywhere in memory arrive before they are needed */

struct hypers {
    int at;
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {
    {.name = "at",
     .type = GG_OPT_CHOICE,
     .offset = offsetof(struct hypers, at),
     .help = "whose value the edge gets: the sender's, the receiver's, sender's minus receiver's, their sum",
     .choices = "sender|receiver|difference|sum"},
    {0}};

/* What x_j and x_i count for. */
struct plan {
    gg_real sender, receiver;
};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    static const struct plan plans[] = {{1, 0}, {0, 1}, {1, -1}, {1, 1}};
    const struct hypers *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    char axis[64];
    if (gg_one_input(l, err) < 0)
        return -1;
    gg_axis_print(l->in[0].axis, axis);
    if (l->in[0].axis != GG_ON_NODE)
        return gg_fail(err, GG_USAGE, "in: the value lives on %s: gather takes one on nodes", axis);
    *p = plans[h->at];
    gg_shape_init(&l->out, GG_ON_EDGE, &l->in[0].irreps);
    l->needs_reverse = p->sender != 0;
    l->spares_x = l->spares_y = true;
    return 0;
}

#define LANES(x) (*(gg_lanes *)(x))
#define READ(x) (*(const gg_lanes *)(x))

GG_CLONES static void fill_row(const struct gg_graph *g, int64_t i, int stride, const struct plan *p,
                               const gg_real *x, gg_real *y)
{
    for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
        const gg_real *own = x + i * stride, *other = x + g->nbr[e] * (int64_t)stride;
        if (p->sender == 0 || p->receiver == 0) {
            memcpy(y + e * stride, p->sender == 0 ? own : other, sizeof *y * (size_t)stride);
            continue;
        }
        for (int c = 0; c < stride; c += 8)
            LANES(y + e * stride + c) = READ(other + c) + p->receiver * READ(own + c);
    }
}

GG_CLONES static void gradient_row(const struct gg_graph *g, int64_t i, int stride, const struct plan *p,
                                   const gg_real *dy, gg_real *dx)
{
    for (int64_t e = g->ptr[i]; p->receiver != 0 && e < g->ptr[i + 1]; e++)
        for (int c = 0; c < stride; c += 8)
            LANES(dx + c) += p->receiver * READ(dy + e * stride + c);
    for (int64_t e = g->sent[i]; p->sender != 0 && e < g->sent[i + 1]; e++) {
        const gg_real *next = dy + g->rev[e + AHEAD < g->n_edge ? e + AHEAD : e] * stride;
        for (int c = 0; c < stride; c += 64 / (int)sizeof *dy)
            __builtin_prefetch(next + c);
        for (int c = 0; c < stride; c += 8)
            LANES(dx + c) += READ(dy + g->rev[e] * stride + c);
    }
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < call->g->n_node; i++)
        fill_row(call->g, i, l->out.stride, l->plan, call->x[0], call->y);
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    if (!call->dx[0])
        return;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < call->g->n_node; i++)
        gradient_row(call->g, i, l->out.stride, l->plan, call->dy, call->dx[0] + i * l->out.stride);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct plan *p = l->plan;
    return gg_cost_of_numbers(&l->out, g, p->sender != 0 && p->receiver != 0, 1, 2);
}

static const struct gg_layer_case cases[] = {
    {"sender", {"8x0e+3x1o"}, ""},
    {"receiver", {"5x0e+20x1e+2x2e"}, "at=receiver"},
    {"difference", {"1x0e+1x1o+1x2e"}, "at=difference", .no_unit_scale = true},
    {"sum", {"17x0e"}, "at=sum", .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_gather = {
    .name = "gather",
    .hears = true,
    .about = "from nodes to their edges: at the sender, at the receiver, their difference or sum",
    .source = "Gilmer et al. 2017, arXiv 1704.01212",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES};
