/* add.c -- the sum of values: skip connections
 *
 *     y = scale (x_1 + x_2 + ...)
 *
 * x: two or more values of equal irreps; one on a part of the others' axis is spread over it (spread.h).  y: the same irreps,
 * on the union of the axes.  No parameters. */
#include "nn/layer.h"
#include "nn/spread.h"

#include <string.h>

struct hypers {
    double scale;
};
static const struct hypers defaults = {.scale = 1};

static const struct gg_opt hypers[] = {{.name = "scale",
                                        .type = GG_OPT_REAL,
                                        .offset = offsetof(struct hypers, scale),
                                        .help = "factor of the sum; 0.7071 keeps the variance of two",
                                        .arg = "FACTOR"},
                                       {0}};

static bool spreads(const struct gg_layer *l, int k)
{
    return l->in[k].axis != l->out.axis;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    int axis, edges;
    bool *any = l->plan = GG_NEW(a, bool, 1);
    if (l->n_in < 2)
        return gg_fail(err, GG_USAGE, "in: add takes two values or more, not %d", l->n_in);
    for (int k = 1; k < l->n_in; k++) {
        char first[GG_IRREPS_TEXT], other[GG_IRREPS_TEXT];
        gg_irreps_print(&l->in[0].irreps, first);
        gg_irreps_print(&l->in[k].irreps, other);
        if (!gg_irreps_equal(&l->in[0].irreps, &l->in[k].irreps))
            return gg_fail(err, GG_USAGE, "in: value %d is %s, the first is %s: add wants them equal", k + 1,
                           other, first);
    }
    if (gg_spread_axis(l, &axis, &edges, err) < 0)
        return -1;
    l->out = l->in[0];
    l->out.axis = axis;
    l->out.edges = edges;
    l->out.zero = gg_shape_zero(&l->out, l->n_in, l->in);
    for (int k = 0; k < l->n_in; k++)
        *any |= spreads(l, k);
    l->scratch_bytes = *any ? gg_spread_layer_scratch : NULL;
    l->spares_x = l->spares_y = true;
    return 0;
}

static int64_t numbers(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_shape_rows(&l->out, g) * l->out.stride;
}

static void forward_spread(const struct gg_call *call, gg_real scale)
{
    const struct gg_layer *l = call->l;
    int64_t n_row = gg_shape_rows(&l->out, call->g), stride = l->out.stride;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        gg_real *y = call->y + i * stride;
        memset(y, 0, sizeof *y * (size_t)stride);
        for (int k = 0; k < l->n_in; k++) {
            const gg_real *x = call->x[k] + gg_spread_row(&l->in[k], &l->out, call->g, i) * stride;
            for (int c = 0; c < stride; c++)
                y[c] += scale * x[c];
        }
    }
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct hypers *h = l->hyper;
    int64_t n = numbers(l, call->g);
    gg_real scale = (gg_real)h->scale;
    if (*(bool *)l->plan) {
        forward_spread(call, scale);
        return;
    }
#pragma omp parallel for schedule(static)
    for (int64_t q = 0; q < n; q++) {
        gg_real sum = call->x[0][q];
        for (int k = 1; k < l->n_in; k++)
            sum += call->x[k][q];
        call->y[q] = scale * sum;
    }
}

/* y += a x */
static void add_scaled(int64_t n, gg_real a, const gg_real *x, gg_real *y)
{
#pragma omp parallel for simd schedule(static)
    for (int64_t q = 0; q < n; q++)
        y[q] += a * x[q];
}

static void add_row(void *context, int64_t row, double *to)
{
    const struct gg_call *call = context;
    const struct hypers *h = call->l->hyper;
    const gg_real *dy = call->dy + row * call->l->out.stride;
    for (int c = 0; c < call->l->out.stride; c++)
        to[c] += h->scale * (double)dy[c];
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct hypers *h = l->hyper;
    int64_t n = numbers(l, call->g);
    for (int k = 0; k < l->n_in; k++)
        if (call->dx[k] && !spreads(l, k))
            add_scaled(n, (gg_real)h->scale, call->dy, call->dx[k]);
        else if (call->dx[k])
            gg_spread_backward(&l->in[k], &l->out, call->g, call->scratch, call->dx[k], add_row,
                               (void *)(uintptr_t)call);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, l->n_in, 2 * l->n_in, l->n_in + 1);
}

static const struct gg_layer_case cases[] = {
    {"two", {"8x0e+3x1o", "8x0e+3x1o"}, "scale=0.7071"},
    {"three", {"5x0e+2x1e+9x2e", "5x0e+2x1e+9x2e", "5x0e+2x1e+9x2e"}, "scale=0.5774"},
    {"on edges", {"edge:3x0e", "edge:3x0e"}, "scale=-0.7071"},
    {"graph to nodes", {"graph:3x0e+2x1o", "3x0e+2x1o"}, "scale=0.7"},
    {"graph to edges", {"edge:4x0e", "graph:4x0e"}, "scale=0.7"},
    {"nodes, times", {"5x0e", "graph*time:5x0e"}, "scale=0.7"},
    {"nodes, times and lifts", {"node*time:2x0e+1x2e", "node*lift:2x0e+1x2e", "2x0e+1x2e"}, "scale=0.577"},
    {"lifts of the graph", {"graph*lift:3x0e", "edge:3x0e"}, "scale=0.7"},
    {"time of the graph", {"graph:3x0e", "graph*time:3x0e"}, "scale=0.7"},
    {0}};

const struct gg_layer_type gg_layer_add = {.name = "add",
                                           .about = "the sum of values of equal irreps, times a factor",
                                           .source = "He et al. 2016, arXiv 1512.03385 (residual networks)",
                                           GG_LAYER_KEYS,
                                           GG_LAYER_PASSES};
