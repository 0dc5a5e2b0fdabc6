/* outer.c -- the outer product of conditions: every scalar of one value times every scalar of the other
 *
 *     y_{a n_2 + b} = x_{1,a} x_{2,b}
 *
 * x: two values of scalars (Nx0e), each on the other's axis or a part of it: functions of temperature and of time.  y: N_1 N_2 x 0e on the
 * union of the axes (spread.h).  No parameters, no keys. */
#include "nn/layer.h"
#include "nn/spread.h"

#include <string.h>

enum { PRODUCTS_MAX = 4096 };

static const struct gg_opt hypers[] = {{0}};

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    size_t first = gg_spread_scratch_bytes(&l->in[0], &l->out, g, n_thread),
           second = gg_spread_scratch_bytes(&l->in[1], &l->out, g, n_thread);
    return first > second ? first : second;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    int axis, edges, n = 1;
    (void)a;
    if (l->n_in != 2)
        return gg_fail(err, GG_USAGE, "in: outer takes two values, not %d", l->n_in);
    for (int k = 0; k < 2; k++) {
        const struct gg_irreps *x = &l->in[k].irreps;
        char text[GG_IRREPS_TEXT];
        gg_irreps_print(x, text);
        if (x->n != 1 || x->b[0].l != 0 || x->b[0].p != 1)
            return gg_fail(err, GG_USAGE, "in: value %d is %s; outer takes one block of scalars (Nx0e)",
                           k + 1, text);
        if (x->b[0].mul > PRODUCTS_MAX / n)
            return gg_fail(err, GG_USAGE, "in: more than %d products", PRODUCTS_MAX);
        n *= x->b[0].mul;
    }
    if (gg_spread_axis(l, &axis, &edges, err) < 0)
        return -1;
    struct gg_irreps out = {.n = 1, .b = {{n, 0, 1}}};
    gg_shape_init(&l->out, axis, &out);
    l->out.edges = edges;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    return 0;
}

static const gg_real *row_of(const struct gg_call *call, int k, int64_t row)
{
    const struct gg_shape *x = &call->l->in[k];
    return call->x[k] + gg_spread_row(x, &call->l->out, call->g, row) * x->stride;
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
    int first = l->in[0].irreps.b[0].mul, second = l->in[1].irreps.b[0].mul;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        const gg_real *p = row_of(call, 0, i), *q = row_of(call, 1, i);
        gg_real *y = call->y + i * l->out.stride;
        memset(y, 0, sizeof *y * (size_t)l->out.stride);
        for (int a = 0; a < first; a++)
            for (int b = 0; b < second; b++)
                y[a * second + b] = p[a] * q[b];
    }
}

/* The gradient of value k. */
struct job {
    const struct gg_call *call;
    int k;
};

static void add_row(void *context, int64_t row, double *to)
{
    const struct job *j = context;
    const struct gg_layer *l = j->call->l;
    int first = l->in[0].irreps.b[0].mul, second = l->in[1].irreps.b[0].mul;
    const gg_real *dy = j->call->dy + row * l->out.stride, *other = row_of(j->call, 1 - j->k, row);
    for (int a = 0; a < first; a++)
        for (int b = 0; b < second; b++)
            to[j->k ? b : a] += (double)dy[a * second + b] * (double)other[j->k ? a : b];
}

static void backward(const struct gg_call *call)
{
    for (int k = 0; k < 2; k++)
        if (call->dx[k])
            gg_spread_backward(&call->l->in[k], &call->l->out, call->g, call->scratch, call->dx[k], add_row,
                               &(struct job){call, k});
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 1, 4, 3);
}

static const struct gg_layer_case cases[] = {{"temperature and time", {"graph:3x0e", "graph*time:5x0e"}, ""},
                                             {"on one axis", {"graph*time:9x0e", "graph*time:2x0e"}, ""},
                                             {"nodes and time", {"3x0e", "graph*time:4x0e"}, ""},
                                             {"edges", {"edge:3x0e", "edge:1x0e"}, ""},
                                             {0}};

const struct gg_layer_type gg_layer_outer = {.name = "outer",
                                             .about =
                                                 "every scalar of one value times every scalar of another",
                                             .source = "the tensor product of conditions",
                                             .hypers = hypers,
                                             .hyper_defaults = "",
                                             GG_LAYER_PASSES};
