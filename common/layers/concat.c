/* concat.c -- values side by side
 *
 *     y = (x_1, x_2, ...)
 *
 * x: one or more values; one on a part of the others' axis is spread over it (spread.h).  y: their irreps one after the other,
 * neighbours of the same (l, p) joined, on the union of the axes.  No parameters, no keys. */
#include "nn/layer.h"
#include "nn/irreps_key.h"
#include "nn/spread.h"

#include <string.h>

static const struct gg_opt hypers[] = {{0}};

/* Channels of one input block go to `channel` and on in block `out` of y. */
struct piece {
    int value, in, out, channel;
};
struct plan {
    int n_piece;
    struct piece piece[GG_LAYER_INPUTS * GG_IRREPS_MAX];
};

static int add_piece(struct plan *p, struct gg_irreps *out, int value, int in, struct gg_irrep b,
                     struct gg_err *err)
{
    struct gg_irrep *last = out->n > 0 ? &out->b[out->n - 1] : NULL;
    bool joins = last && last->l == b.l && last->p == b.p;
    if (!joins && out->n == GG_IRREPS_MAX)
        return gg_fail(err, GG_USAGE, "in: more than %d blocks of irreps together", GG_IRREPS_MAX);
    p->piece[p->n_piece++] = (struct piece){value, in, joins ? out->n - 1 : out->n, joins ? last->mul : 0};
    if (joins)
        last->mul += b.mul;
    else
        out->b[out->n++] = b;
    return 0;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    int axis, edges;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    struct gg_irreps out = {0};
    if (l->n_in < 1)
        return gg_fail(err, GG_USAGE, "in: concat takes one value or more");
    for (int k = 0; k < l->n_in; k++)
        for (int b = 0; b < l->in[k].irreps.n; b++)
            if (add_piece(p, &out, k, b, l->in[k].irreps.b[b], err) < 0)
                return -1;
    if (gg_spread_axis(l, &axis, &edges, err) < 0)
        return -1;
    if (gg_irreps_check(&out, err) < 0)
        return gg_err_prefix(err, "in: ");
    gg_shape_init(&l->out, axis, &out);
    l->out.zero = gg_shape_zero(&l->out, l->n_in, l->in);
    l->out.edges = edges;
    l->scratch_bytes = gg_spread_layer_scratch;
    l->spares_x = l->spares_y = true;
    return 0;
}

/* Where run m of a piece begins in a row of its input and of y. */
static int64_t at_in(const struct gg_layer *l, const struct piece *q, int m)
{
    return l->in[q->value].offset[q->in] + m * l->in[q->value].pad[q->in];
}

static int64_t at_out(const struct gg_layer *l, const struct piece *q, int m)
{
    return l->out.offset[q->out] + m * l->out.pad[q->out] + q->channel;
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        gg_real *to = call->y + i * l->out.stride;
        memset(to, 0, sizeof *to * (size_t)l->out.stride);
        for (const struct piece *q = p->piece; q < p->piece + p->n_piece; q++) {
            const struct gg_irrep *b = &l->in[q->value].irreps.b[q->in];
            const gg_real *from = call->x[q->value] + gg_spread_row(&l->in[q->value], &l->out, call->g, i) *
                                                          l->in[q->value].stride;
            for (int m = 0; m < 2 * b->l + 1; m++)
                memcpy(to + at_out(l, q, m), from + at_in(l, q, m), sizeof *to * (size_t)b->mul);
        }
    }
}

/* The gradient of one value that is spread. */
struct spread {
    const struct gg_call *call;
    int value;
};

static void add_row(void *context, int64_t row, double *to)
{
    const struct spread *s = context;
    const struct gg_layer *l = s->call->l;
    const struct plan *p = l->plan;
    const gg_real *from = s->call->dy + row * l->out.stride;
    for (const struct piece *q = p->piece; q < p->piece + p->n_piece; q++)
        for (int m = 0; q->value == s->value && m < 2 * l->in[q->value].irreps.b[q->in].l + 1; m++)
            for (int c = 0; c < l->in[q->value].irreps.b[q->in].mul; c++)
                to[at_in(l, q, m) + c] += (double)from[at_out(l, q, m) + c];
}

static bool spreads(const struct gg_layer *l, int k)
{
    return l->in[k].axis != l->out.axis;
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        const gg_real *from = call->dy + i * l->out.stride;
        for (const struct piece *q = p->piece; q < p->piece + p->n_piece; q++) {
            const struct gg_irrep *b = &l->in[q->value].irreps.b[q->in];
            if (!call->dx[q->value] || spreads(l, q->value))
                continue;
            gg_real *to = call->dx[q->value] + i * l->in[q->value].stride;
            for (int m = 0; m < 2 * b->l + 1; m++)
                for (int c = 0; c < b->mul; c++)
                    to[at_in(l, q, m) + c] += from[at_out(l, q, m) + c];
        }
    }
    for (int k = 0; k < l->n_in; k++)
        if (call->dx[k] && spreads(l, k))
            gg_spread_backward(&l->in[k], &l->out, call->g, call->scratch, call->dx[k], add_row,
                               &(struct spread){call, k});
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 0, 1, 2);
}

static const struct gg_layer_case cases[] = {{"two", {"8x0e+3x1o", "5x0e+3x1o"}, ""},
                                             {"joined", {"3x1o+6x0e", "5x0e+2x0o", "7x0o+2x2e"}, ""},
                                             {"on edges", {"edge:3x0e", "edge:2x1o"}, ""},
                                             {"graph to nodes", {"3x0e+2x1o", "graph:9x0e"}, ""},
                                             {"graph to edges", {"graph:2x0e+2x1o", "edge:3x1o"}, ""},
                                             {"nodes and times", {"3x0e+2x1o", "graph*time:4x0e"}, ""},
                                             {"nodes, times and lifts",
                                              {"node*lift:2x1o", "graph*time:4x0e", "3x2e", "node*time:1x0o"},
                                              ""},
                                             {0}};

const struct gg_layer_type gg_layer_concat = {.name = "concat",
                                              .about = "values side by side, their irreps in order",
                                              .source = "the direct sum of representations",
                                              .hypers = hypers,
                                              .hyper_defaults = "",
                                              GG_LAYER_PASSES};
