/* sum.c -- from edges to their receivers
 *
 *     y_i = (1/z) sum_{e: i <- j} x_e,   z = sqrt(mean number of neighbours of the training set), that number, 1, or the number of
 *                                        edges of i itself
 *
 * With weights alpha on edges, x_e becomes alpha_{e,h(c)} x_{e,c}: heads are ranges of the channels of every block, attention.
 *
 * Gilmer et al. 2017 (arXiv 1704.01212).  x: edges, any irreps; Hx0e on edges, or none.  y: nodes, the same irreps; 0 without edges.  The gradient
 * of an edge is that of its receiver.  No parameters. */
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/lanes.h"

#include <math.h>
#include <string.h>

struct hypers {
    int normalise;
};
static const struct hypers defaults = {0};
enum { BY_SQRT, BY_MEAN, BY_NONE, BY_COUNT };

static const struct gg_opt hypers[] = {
    {.name = "normalise",
     .type = GG_OPT_CHOICE,
     .offset = offsetof(struct hypers, normalise),
     .help = "divide the sum by sqrt(mean neighbours), by their mean, by 1, or "
             "by the number of edges",
     .choices = "sqrt|mean|none|count"},
    {0}};

static int check_heads(const struct gg_layer *l, struct gg_err *err)
{
    const struct gg_irreps *x = &l->in[0].irreps, *alpha = &l->in[1].irreps;
    if (l->n_in == 1)
        return 0;
    if (l->in[1].axis != GG_ON_EDGE || alpha->n != 1 || alpha->b[0].l != 0 || alpha->b[0].p != 1)
        return gg_fail(err, GG_USAGE,
                       "in: the second value has the weights of the edges: scalars (Nx0e) on edges, one for "
                       "each of N heads");
    for (int b = 0; b < x->n; b++)
        if (x->b[b].mul % alpha->b[0].mul)
            return gg_fail(err, GG_USAGE, "in: %d heads do not divide the %d channels of degree %d",
                           alpha->b[0].mul, x->b[b].mul, x->b[b].l);
    return 0;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    double k = l->mean_neighbours > 0 ? l->mean_neighbours : 1;
    gg_real *factor = l->plan = GG_NEW(a, gg_real, 1);
    if (l->n_in < 1 || l->n_in > 2 || l->in[0].axis != GG_ON_EDGE)
        return gg_fail(err, GG_USAGE, "in: sum takes a value on edges and, if wanted, their weights");
    if (check_heads(l, err))
        return -1;
    *factor = (gg_real)(h->normalise == BY_SQRT ? 1 / sqrt(k) : h->normalise == BY_MEAN ? 1 / k : 1);
    gg_shape_init(&l->out, GG_ON_NODE, &l->in[0].irreps);
    l->needs_mean = h->normalise == BY_SQRT || h->normalise == BY_MEAN;
    l->spares_x = l->n_in == 1;
    l->spares_y = true;
    return 0;
}

/* 1/z of a receiver. */
static gg_real factor_of(const struct gg_call *call, int64_t i)
{
    const struct hypers *h = call->l->hyper;
    int64_t n = call->g->ptr[i + 1] - call->g->ptr[i];
    if (h->normalise == BY_COUNT)
        return n > 0 ? 1 / (gg_real)n : 0;
    return *(gg_real *)call->l->plan;
}

GG_CLONES static void sum_row(const gg_real *x, int64_t n_edge, int stride, gg_real factor, gg_real *y)
{
    memset(y, 0, sizeof *y * (size_t)stride);
    for (int64_t e = 0; e < n_edge; e++)
        for (int c = 0; c < stride; c += 8)
            *(gg_lanes *)(y + c) += *(const gg_lanes *)(x + e * stride + c);
    for (int c = 0; c < stride; c++)
        y[c] *= factor;
}

GG_CLONES static void spread_row(gg_real *dx, int64_t n_edge, int stride, gg_real factor, const gg_real *dy)
{
    for (int64_t e = 0; e < n_edge; e++)
        for (int c = 0; c < stride; c += 8)
            *(gg_lanes *)(dx + e * stride + c) += factor * *(const gg_lanes *)(dy + c);
}

/* Channels of a block that a head has, from the first on, for component m. */
static int range_of(const struct gg_shape *s, int b, int m, int h, int n_head, int *first)
{
    int each = s->irreps.b[b].mul / n_head;
    *first = s->offset[b] + m * s->pad[b] + h * each;
    return *first + each;
}

/* to += scale alpha x of an edge, every channel with the weight of its head. */
GG_CLONES static void weigh(const struct gg_shape *s, int n_head, gg_real scale, const gg_real *alpha,
                            const gg_real *x, gg_real *to)
{
    int c;
    for (int b = 0; b < s->irreps.n; b++)
        for (int m = 0; m <= 2 * s->irreps.b[b].l; m++)
            for (int h = 0; h < n_head; h++)
                for (int end = range_of(s, b, m, h, n_head, &c); c < end; c++)
                    to[c] += scale * alpha[h] * x[c];
}

/* dalpha += scale <x, dy>, head by head. */
GG_CLONES static void dot(const struct gg_shape *s, int n_head, gg_real scale, const gg_real *x,
                          const gg_real *dy, gg_real *dalpha)
{
    int c;
    for (int b = 0; b < s->irreps.n; b++)
        for (int m = 0; m <= 2 * s->irreps.b[b].l; m++)
            for (int h = 0; h < n_head; h++)
                for (int end = range_of(s, b, m, h, n_head, &c); c < end; c++)
                    dalpha[h] += scale * x[c] * dy[c];
}

static void forward_heads(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    int64_t stride = l->out.stride, heads = l->in[1].stride;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < g->n_node; i++) {
        memset(call->y + i * stride, 0, sizeof *call->y * (size_t)stride);
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            weigh(&l->out, l->in[1].irreps.b[0].mul, factor_of(call, i), call->x[1] + e * heads,
                  call->x[0] + e * stride, call->y + i * stride);
    }
}

static void backward_heads(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    int64_t stride = l->out.stride, heads = l->in[1].stride;
    int n_head = l->in[1].irreps.b[0].mul;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < g->n_node; i++) {
        const gg_real *dy = call->dy + i * stride;
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            if (call->dx[0])
                weigh(&l->out, n_head, factor_of(call, i), call->x[1] + e * heads, dy,
                      call->dx[0] + e * stride);
            if (call->dx[1])
                dot(&l->out, n_head, factor_of(call, i), call->x[0] + e * stride, dy,
                    call->dx[1] + e * heads);
        }
    }
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    int stride = l->out.stride;
    if (l->n_in == 2) {
        forward_heads(call);
        return;
    }
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < g->n_node; i++)
        sum_row(call->x[0] + g->ptr[i] * stride, g->ptr[i + 1] - g->ptr[i], stride, factor_of(call, i),
                call->y + i * stride);
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    int stride = l->out.stride;
    if (l->n_in == 2)
        backward_heads(call);
    if (l->n_in == 2 || !call->dx[0])
        return;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < g->n_node; i++)
        spread_row(call->dx[0] + g->ptr[i] * stride, g->ptr[i + 1] - g->ptr[i], stride, factor_of(call, i),
                   call->dy + i * stride);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    double n = (double)g->n_edge * gg_irreps_dim(&l->out.irreps) * (l->n_in == 2 ? 2 : 1);
    return (struct gg_cost){.flops_forward = n, .flops_backward = n, .bytes = sizeof(gg_real) * n};
}

static const struct gg_layer_case cases[] = {
    {"sqrt", {"edge:8x0e+3x1o"}, ""},
    {"mean", {"edge:5x0e+20x1e+2x2e"}, "normalise=mean", .no_unit_scale = true},
    {"none", {"edge:17x0e"}, "normalise=none", .no_unit_scale = true},
    {"heads", {"edge:4x0e+2x1o", "edge:2x0e"}, ""},
    {"one head", {"edge:17x0e+1x2e", "edge:1x0e"}, "normalise=mean", .no_unit_scale = true},
    {"count", {"edge:9x0e+1x1o"}, "normalise=count", .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_sum = {.name = "sum",
                                           .about = "the sum over the edges of every receiver",
                                           .source = "Gilmer et al. 2017, arXiv 1704.01212",
                                           GG_LAYER_KEYS,
                                           GG_LAYER_PASSES};
