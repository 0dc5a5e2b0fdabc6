/* sum.c -- from edges to their receivers
 *
 *     y_i = (1/z) sum_{e: i <- j} x_e,   z = sqrt(mean number of neighbours of the training set), that number, 1, or the number of
 *                                        edges of i itself
 *
 * With weights alpha on edges, x_e becomes alpha_{e,h(c)} x_{e,c}: heads are ranges of the channels of every block, attention.
 *
 * Gilmer et al. 2017 (arXiv 1704.01212).  x: edges, any irreps; Hx0e on edges, or none.  y: nodes, the same irreps; 0 without edges.  The gradient
 * of an edge is that of its receiver.  No parameters. */
#include "nn/each_time.h"
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/lanes.h"
#include "nn/row_sum.h"

#include <string.h>

struct hypers {
    int normalise; /* enum gg_row_sum */
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {GG_ROW_SUM_KEY(offsetof(struct hypers, normalise)), {0}};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    gg_real *factor = l->plan = GG_NEW(a, gg_real, 1);
    if (gg_is_timed(l))
        return gg_each_time(l, a, err);
    if (l->n_in < 1 || l->n_in > 2 || l->in[0].axis != GG_ON_EDGE)
        return gg_fail(err, GG_USAGE, "in: sum takes a value on edges and, if wanted, their weights");
    if (gg_heads(l, &l->in[0].irreps, "input", err) < 0)
        return -1;
    *factor = gg_row_sum_factor(l, (enum gg_row_sum)h->normalise);
    gg_shape_init(&l->out, GG_ON_NODE, &l->in[0].irreps);
    l->spares_x = l->n_in == 1;
    l->spares_y = true;
    return 0;
}

/* 1/z of a receiver. */
static gg_real factor_of(const struct gg_call *call, int64_t i)
{
    const struct hypers *h = call->l->hyper;
    return gg_row_sum_factor_of(call->g, i, (enum gg_row_sum)h->normalise, *(gg_real *)call->l->plan);
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
        gg_row_sum(call->x[0] + g->ptr[i] * stride, g->ptr[i + 1] - g->ptr[i], stride, factor_of(call, i),
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
        gg_row_spread(call->dx[0] + g->ptr[i] * stride, g->ptr[i + 1] - g->ptr[i], stride, factor_of(call, i),
                      call->dy + i * stride);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    double n = (double)g->n_edge * gg_irreps_dim(&l->out.irreps) * (l->n_in == 2 ? 2 : 1);
    return (struct gg_cost){.flops_forward = n, .flops_backward = n, .bytes = sizeof(gg_real) * n};
}

static const struct gg_layer_case cases[] = {
    {"sqrt", {"edge:8x0e+3x1o"}, ""},
    {"at times", {"edge*time:8x0e+3x1o"}, ""},
    {"heads at times", {"edge:4x0e+2x1o", "edge*time:2x0e"}, ""},
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
