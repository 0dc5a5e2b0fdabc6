/* spread.c -- see spread.h */
#include "nn/spread.h"

#include <omp.h>
#include <string.h>

/* ---- the union ---- */

static int refuse(const struct gg_layer *l, int k, int axis, struct gg_err *err)
{
    char own[64], others[64];
    gg_axis_print(l->in[k].axis, own);
    gg_axis_print(axis, others);
    return gg_fail(err, GG_USAGE,
                   "in: value %d lives on %s, those before on %s: neither is a part of the other", k + 1, own,
                   others);
}

int gg_spread_axis(const struct gg_layer *l, int *axis, int *edges, struct gg_err *err)
{
    *axis = GG_ON_GRAPH;
    *edges = 0;
    for (int k = 0; k < l->n_in; k++) {
        int own = l->in[k].axis, base = gg_axis_base(own), before = gg_axis_base(*axis);
        int lifts = own >> GG_LIFT_SHIFT, lifts_before = *axis >> GG_LIFT_SHIFT;
        if ((base != before && base != GG_ON_GRAPH && before != GG_ON_GRAPH) ||
            (lifts != lifts_before && lifts && lifts_before))
            return refuse(l, k, *axis, err);
        if (base == GG_ON_EDGE && before == GG_ON_EDGE && l->in[k].edges != *edges)
            return gg_fail(err, GG_USAGE, "in: value %d lives on other edges than those before", k + 1);
        if (base == GG_ON_EDGE)
            *edges = l->in[k].edges;
        *axis = (base == GG_ON_GRAPH ? before : base) | ((own | *axis) & GG_PER_TIME) |
                (lifts ? lifts : lifts_before) << GG_LIFT_SHIFT;
    }
    return 0;
}

/* ---- rows ---- */

/* Rows of a base element: times and lifts. */
static int64_t times(const struct gg_shape *s, const struct gg_graph *g)
{
    return s->axis & GG_PER_TIME ? g->n_time : 1;
}

static int64_t inner(const struct gg_shape *s, const struct gg_graph *g)
{
    return times(s, g) * gg_axis_lifts(s->axis);
}

static bool on_graph(const struct gg_shape *s)
{
    return gg_axis_base(s->axis) == GG_ON_GRAPH;
}

/* Of the q-th row of a base element of `all`: the row of the element of `part`. */
static int64_t inner_row(const struct gg_shape *part, const struct gg_shape *all, int64_t q)
{
    int64_t lifts = gg_axis_lifts(all->axis), own = gg_axis_lifts(part->axis);
    int64_t t = part->axis & GG_PER_TIME ? q / lifts : 0, u = own > 1 ? q % lifts : 0;
    return t * own + u;
}

int64_t gg_spread_row(const struct gg_shape *part, const struct gg_shape *all, const struct gg_graph *g,
                      int64_t row)
{
    if (part->axis == all->axis)
        return row;
    int64_t n = inner(all, g), i = on_graph(part) ? 0 : row / n;
    return i * inner(part, g) + inner_row(part, all, row % n);
}

/* ---- backward ---- */

struct job {
    const struct gg_shape *part, *all;
    int64_t inner;
    void (*add)(void *context, int64_t row, double *to);
    void *context;
};

/* What base elements first .. last-1 of `all` say of one element of `part`. */
static void add_elements(void *context, int64_t first, int64_t last, double *to)
{
    const struct job *j = context;
    for (int64_t i = first; i < last; i++)
        for (int64_t q = 0; q < j->inner; q++)
            j->add(j->context, i * j->inner + q, to + inner_row(j->part, j->all, q) * j->part->stride);
}

static int64_t numbers_of_element(const struct gg_shape *part, const struct gg_graph *g)
{
    return inner(part, g) * part->stride;
}

static int64_t elements(const struct gg_shape *all, const struct gg_graph *g)
{
    int base = gg_axis_base(all->axis);
    return base == GG_ON_NODE ? g->n_node : base == GG_ON_EDGE ? g->n_edge : 1;
}

size_t gg_spread_scratch_bytes(const struct gg_shape *part, const struct gg_shape *all,
                               const struct gg_graph *g, int n_thread)
{
    int64_t n = numbers_of_element(part, g);
    if (on_graph(part) && !on_graph(all))
        return (size_t)n * sizeof(double) + gg_tree_sum_f64_bytes(elements(all, g), n);
    return (size_t)(n * n_thread) * sizeof(double);
}

size_t gg_spread_layer_scratch(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    size_t most = 0;
    for (int k = 0; k < l->n_in; k++) {
        size_t bytes =
            l->in[k].axis == l->out.axis ? 0 : gg_spread_scratch_bytes(&l->in[k], &l->out, g, n_thread);
        most = bytes > most ? bytes : most;
    }
    return most;
}

static void add_rounded(int64_t n, const double *from, gg_real *to)
{
    for (int64_t k = 0; k < n; k++)
        to[k] += (gg_real)from[k];
}

void gg_spread_backward(const struct gg_shape *part, const struct gg_shape *all, const struct gg_graph *g,
                        void *scratch, gg_real *dx, void (*add)(void *context, int64_t row, double *to),
                        void *context)
{
    struct job j = {part, all, inner(all, g), add, context};
    int64_t n = numbers_of_element(part, g), n_element = elements(all, g);
    double *sum = scratch;
    if (on_graph(part) && !on_graph(all)) {
        memset(sum, 0, sizeof *sum * (size_t)n);
        gg_tree_sum_f64(n_element, n, sum, sum + n, add_elements, &j);
        add_rounded(n, sum, dx);
        return;
    }
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_element; i++) {
        double *own = sum + n * omp_get_thread_num();
        memset(own, 0, sizeof *own * (size_t)n);
        add_elements(&j, i, i + 1, own);
        add_rounded(n, own, dx + i * n);
    }
}
