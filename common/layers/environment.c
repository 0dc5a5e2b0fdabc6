/* environment.c -- from edges to all edges of the same receiver
 *
 *     y_e = (1/z) sum_{f: i <- k} x_f   for every edge e: i <- j,   z as in sum
 *
 * Musaelian et al. 2023 (Nat. Commun. 14, 579; arXiv 2204.05249, Allegro): an edge's features meet all that its particle sees,
 * once for each edge and not once for each pair of them, since the product is linear in the sum.  It is sum followed by gather at the
 * receiver, on edges alone, so that it may stand in a block of receivers.
 *
 * x: edges, any irreps.  y: edges, the same irreps.  No parameters. */
#include "nn/each_time.h"
#include "nn/inputs.h"
#include "nn/layer.h"
#include "nn/row_sum.h"

#include <omp.h>
#include <string.h>

struct hypers {
    int normalise; /* enum gg_row_sum */
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {GG_ROW_SUM_KEY(offsetof(struct hypers, normalise)), {0}};

/* Backward: the sum of dy over a row, for each thread. */
static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    (void)g;
    return sizeof(gg_real) * (size_t)(n_thread * l->out.stride);
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    gg_real *factor = l->plan = GG_NEW(a, gg_real, 1);
    char axis[64];
    if (gg_is_timed(l))
        return gg_each_time(l, a, err);
    if (gg_one_input(l, err) < 0)
        return -1;
    gg_axis_print(l->in[0].axis, axis);
    if (l->in[0].axis != GG_ON_EDGE)
        return gg_fail(err, GG_USAGE, "in: the value lives on %s: environment takes one on edges", axis);
    *factor = gg_row_sum_factor(l, (enum gg_row_sum)h->normalise);
    gg_shape_init(&l->out, GG_ON_EDGE, &l->in[0].irreps);
    l->out.edges = l->in[0].edges;
    l->scratch_bytes = scratch_bytes;
    l->spares_x = l->spares_y = true;
    return 0;
}

static gg_real factor_of(const struct gg_call *call, int64_t i)
{
    const struct hypers *h = call->l->hyper;
    return gg_row_sum_factor_of(call->g, i, (enum gg_row_sum)h->normalise, *(gg_real *)call->l->plan);
}

static void forward(const struct gg_call *call)
{
    const struct gg_graph *g = call->g;
    int stride = call->l->out.stride;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < g->n_node; i++) {
        gg_real *y = call->y + g->ptr[i] * stride;
        if (g->ptr[i] == g->ptr[i + 1])
            continue;
        gg_row_sum(call->x[0] + g->ptr[i] * stride, g->ptr[i + 1] - g->ptr[i], stride, factor_of(call, i), y);
        for (int64_t e = 1; e < g->ptr[i + 1] - g->ptr[i]; e++)
            memcpy(y + e * stride, y, sizeof *y * (size_t)stride);
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_graph *g = call->g;
    int stride = call->l->out.stride;
    if (!call->dx[0])
        return;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < g->n_node; i++) {
        int64_t first = g->ptr[i] * stride, n = g->ptr[i + 1] - g->ptr[i];
        gg_real *sum = (gg_real *)call->scratch + omp_get_thread_num() * stride;
        gg_row_sum(call->dy + first, n, stride, factor_of(call, i), sum);
        gg_row_spread(call->dx[0] + first, n, stride, 1, sum);
    }
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 1, 2, 2);
}

static const struct gg_layer_case cases[] = {
    {"sqrt", {"edge:8x0e+3x1o"}, "", .no_unit_scale = true},
    {"at times", {"edge*time:8x0e+3x1o"}, "", .no_unit_scale = true},
    {"mean", {"edge:5x0e+20x1e+2x2e"}, "normalise=mean", .no_unit_scale = true},
    {"none", {"edge:17x0e"}, "normalise=none", .no_unit_scale = true},
    {"count", {"edge:9x0e+1x1o"}, "normalise=count", .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_environment = {
    .name = "environment",
    .about = "the sum over the edges of a receiver, on each of them",
    .source = "Musaelian et al. 2023, Nat. Commun. 14, 579, arXiv 2204.05249",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES};
