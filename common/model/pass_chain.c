/* pass_chain.c -- see pass_chain.h */
#include "model/pass_chain.h"
#include "model/trace.h"

#include <stdlib.h>
#include <string.h>

/* Receivers first .. last-1 of a chain. */
struct part {
    const struct gg_model *m;
    const struct gg_batch *whole;
    const struct gg_chain *chain;
    int64_t number, first, last;
    int64_t n_node;
    int32_t *node;         /* [n_node] rows of the whole, increasing */
    int64_t own;           /* the row of the first receiver */
    struct gg_batch batch; /* the graphs of the part; no more of a batch is read by layers */
};

/* ---- the graph of a part ---- */

static int by_number(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Its nodes; row[j] = that of node j, -1 before and for all others.  row: [n_node of the whole]. */
static void find_nodes(struct part *t, int32_t *row, struct gg_arena *a)
{
    int64_t most = t->last - t->first, n = 0;
    for (int k = 0; k < t->m->n_geometry; k++)
        most += t->whole->graph[k].ptr[t->last] - t->whole->graph[k].ptr[t->first];
    t->node = gg_arena_alloc(a, (size_t)most * sizeof *t->node);
    for (int64_t i = t->first; i < t->last; i++)
        row[t->node[n++] = (int32_t)i] = 0;
    for (int k = 0; k < t->m->n_geometry; k++) {
        const struct gg_graph *g = &t->whole->graph[k];
        for (int64_t e = g->ptr[t->first]; e < g->ptr[t->last]; e++)
            if (row[g->nbr[e]] < 0)
                row[t->node[n++] = g->nbr[e]] = 0;
    }
    qsort(t->node, (size_t)n, sizeof *t->node, by_number);
    for (int64_t q = 0; q < n; q++)
        row[t->node[q]] = (int32_t)q;
    t->n_node = n;
    t->own = row[t->first];
}

static void cut_graph(const struct part *t, const struct gg_graph *from, const int32_t *row, bool backward,
                      struct gg_graph *g, struct gg_arena *a)
{
    int64_t e0 = from->ptr[t->first], *ptr = GG_NEW(a, int64_t, (size_t)t->n_node + 1);
    *g = *from;
    g->n_node = t->n_node;
    g->n_edge = from->ptr[t->last] - e0;
    int32_t *nbr = gg_arena_alloc(a, ((size_t)g->n_edge + 1) * sizeof *nbr),
            *type = gg_arena_alloc(a, ((size_t)g->n_node + 1) * sizeof *type);
    for (int64_t e = 0; e < g->n_edge; e++)
        nbr[e] = row[from->nbr[e0 + e]];
    for (int64_t q = 0; q < t->n_node; q++) {
        int64_t i = t->node[q] < t->last ? t->node[q] + 1 : t->last;
        ptr[q + 1] = i > t->first ? from->ptr[i] - e0 : 0;
        type[q] = from->type[t->node[q]];
    }
    g->ptr = ptr;
    g->nbr = nbr;
    g->type = type;
    g->vec = from->vec + e0;
    g->r = from->r + e0;
    g->shift = from->shift ? from->shift + e0 : NULL;
    g->n_range = 0;
    if (!backward)
        return;
    gg_graph_ranges(g, a);
    if (t->m->needs_reverse)
        gg_graph_senders(g, a);
}

static void cut(struct part *t, bool backward, struct gg_arena *a)
{
    int64_t n = t->whole->graph[0].n_node;
    int32_t *row = gg_arena_alloc(a, (size_t)n * sizeof *row), *order;
    memset(row, 0xff, (size_t)n * sizeof *row);
    find_nodes(t, row, a);
    order = gg_arena_alloc(a, (size_t)t->n_node * sizeof *order);
    for (int64_t q = 0; q < t->n_node; q++)
        order[q] = t->whole->order ? t->whole->order[t->node[q]] : t->node[q];
    t->batch.order = order;
    for (int k = 0; k < t->m->n_geometry; k++)
        cut_graph(t, &t->whole->graph[k], row, backward, &t->batch.graph[k], a);
}

/* The next part; false behind the last. */
static bool next(struct part *t, bool backward, struct gg_arena *a)
{
    int64_t n = t->whole->graph[0].n_node;
    t->first = t->number++ * t->chain->receivers;
    t->last = t->first + t->chain->receivers < n ? t->first + t->chain->receivers : n;
    gg_arena_reset(a);
    if (t->first >= n)
        return false;
    cut(t, backward, a);
    return true;
}

static struct part parts_of(const struct gg_model *m, const struct gg_batch *b, int chain)
{
    return (struct part){.m = m, .whole = b, .chain = &m->chain[chain]};
}

/* ---- its values ---- */

static int base_of(const struct gg_model *m, int value)
{
    return gg_axis_base(m->value[value].axis);
}

/* Numbers of a value for each of its nodes or edges. */
static int64_t width_of(const struct part *t, int value)
{
    const struct gg_shape *s = &t->m->value[value];
    return s->stride * (s->axis & GG_PER_TIME ? t->whole->graph[0].n_time : 1) * gg_axis_lifts(s->axis);
}

/* Where the part's edges begin in a value on edges. */
static int64_t first_edge(const struct part *t, int value)
{
    int k = 0;
    while (t->m->geometry[k].list != t->m->value[value].edges)
        k++;
    return t->whole->graph[k].ptr[t->first] * width_of(t, value);
}

/* Made by a layer of the chain. */
static bool is_made(const struct part *t, int value)
{
    for (int k = t->chain->first; k < t->chain->last; k++)
        if (t->m->op[k].out == value)
            return true;
    return false;
}

static void move_rows(const struct part *t, int value, const gg_real *from, gg_real *to)
{
    int64_t width = width_of(t, value);
#pragma omp parallel for schedule(static)
    for (int64_t q = 0; q < t->n_node; q++)
        memcpy(to + q * width, from + t->node[q] * width, (size_t)width * sizeof *to);
}

/* What the part's layers read of a value from outside. */
static gg_real *see(const struct part *t, struct gg_pass *p, int value, gg_real *whole)
{
    if (base_of(t->m, value) == GG_ON_GRAPH)
        return whole;
    if (base_of(t->m, value) == GG_ON_EDGE)
        return whole + first_edge(t, value);
    return gg_arena_alloc(&p->arena, gg_value_bytes(t->m, &t->batch, value));
}

static void take_values(const struct part *t, struct gg_pass *p, const struct gg_pass *outer, bool keep)
{
    const struct gg_model *m = t->m;
    memset(p->value, 0, sizeof p->value);
    p->saved = GG_NEW(&p->arena, void *, (size_t)m->n_op + 1);
    p->scratch =
        gg_arena_alloc(&p->arena, gg_ops_scratch_bytes(m, &t->batch, t->chain->first, t->chain->last) + 64);
    for (int k = t->chain->first; k < t->chain->last; k++) {
        const struct gg_op *op = &m->op[k];
        for (int q = 0; q < op->layer.n_in; q++)
            if (!p->value[op->in[q]]) {
                p->value[op->in[q]] = see(t, p, op->in[q], outer->value[op->in[q]]);
                if (base_of(m, op->in[q]) == GG_ON_NODE)
                    move_rows(t, op->in[q], outer->value[op->in[q]], p->value[op->in[q]]);
            }
        p->value[op->out] = op->kept && !keep
                                ? see(t, p, op->out, outer->value[op->out])
                                : gg_arena_alloc(&p->arena, gg_value_bytes(m, &t->batch, op->out));
        if (keep)
            p->saved[k] = gg_arena_alloc(&p->arena, gg_op_saved_bytes(op, &t->batch) + 64);
    }
}

/* A pass over a part has a stream of its own. */
static struct gg_pass *inner(struct gg_pass *p, const struct part *t)
{
    if (!p->part)
        p->part = gg_xalloc(1, sizeof *p->part);
    p->part->train = p->train;
    memcpy(p->part->wanted, p->wanted, sizeof p->wanted);
    p->part->random = gg_rng_fork(&p->random, (uint64_t)(t->m->n_op + t->number));
    return p->part;
}

static void run(struct gg_pass *p, const struct part *t, const struct gg_pass *outer, const gg_real *w,
                bool keep, struct gg_trace *trace)
{
    take_values(t, p, outer, keep);
    gg_ops_forward(p, t->m, t->chain->first, t->chain->last, w, &t->batch, trace);
}

/* ---- forward ---- */

/* The receivers' rows of what the chain makes on nodes. */
static void keep_outputs(const struct part *t, const struct gg_pass *p, struct gg_pass *outer)
{
    for (int k = t->chain->first; k < t->chain->last; k++) {
        int v = t->m->op[k].out;
        int64_t width = width_of(t, v);
        if (base_of(t->m, v) == GG_ON_NODE)
            memcpy(outer->value[v] + t->first * width, p->value[v] + t->own * width,
                   (size_t)((t->last - t->first) * width) * sizeof *p->value[v]);
    }
}

static void show_inside(const struct part *t, struct gg_pass *p, const struct gg_pass *outer)
{
    for (int k = t->chain->first; outer->look_inside && k < t->chain->last; k++)
        if (gg_value_is_inner(t->m, &t->m->op[k]))
            outer->look_inside(outer->looks, p, t->m, &t->batch, k);
}

/* With what the graph of a part takes beside its values. */
static void make_room(struct gg_pass *q, const struct gg_batch *b, int chain, bool backward)
{
    size_t values = b->chain_bytes[chain][backward];
    gg_pass_room(q, values + values / 8 + (1 << 18));
}

void gg_chain_forward(struct gg_pass *p, const struct gg_model *m, int chain, const gg_real *w,
                      const struct gg_batch *b)
{
    struct gg_trace *trace = gg_pass_trace(p, m);
    struct part t = parts_of(m, b, chain);
    struct gg_pass *q = inner(p, &t);
    make_room(q, b, chain, false);
    while (next(&t, false, &q->arena)) {
        inner(p, &t);
        gg_trace_part(trace, t.batch.order);
        run(q, &t, p, w, false, trace);
        show_inside(&t, q, p);
        keep_outputs(&t, q, p);
    }
    gg_trace_part(trace, b->order);
}

/* ---- backward ---- */

static gg_real *zeros(struct gg_arena *a, size_t bytes)
{
    return gg_arena_calloc(a, 1, bytes);
}

/* Gradients of outputs come in, those of what is read start at 0 or are where they are; room for all others. */
static void take_gradients(const struct part *t, struct gg_pass *p, const struct gg_pass *outer)
{
    const struct gg_model *m = t->m;
    memset(p->gradient, 0, sizeof p->gradient);
    memset(p->room, 0, sizeof p->room);
    for (int k = t->chain->first; k < t->chain->last; k++) {
        const struct gg_op *op = &m->op[k];
        int64_t width = width_of(t, op->out);
        for (int q = 0; q < op->layer.n_in; q++) {
            int v = op->in[q];
            if (is_made(t, v) || !outer->gradient[v] || p->gradient[v])
                continue;
            p->gradient[v] = base_of(m, v) == GG_ON_NODE ? zeros(&p->arena, gg_value_bytes(m, &t->batch, v))
                                                         : see(t, p, v, outer->gradient[v]);
        }
        if (op->kept && outer->gradient[op->out])
            p->gradient[op->out] = see(t, p, op->out, outer->gradient[op->out]);
        else if (base_of(m, op->out) == GG_ON_EDGE)
            p->room[op->out] = gg_arena_alloc(&p->arena, gg_value_bytes(m, &t->batch, op->out));
        else if (outer->gradient[op->out]) {
            p->gradient[op->out] = zeros(&p->arena, gg_value_bytes(m, &t->batch, op->out));
            memcpy(p->gradient[op->out] + t->own * width, outer->gradient[op->out] + t->first * width,
                   (size_t)((t->last - t->first) * width) * sizeof(gg_real));
        }
    }
}

static void add_rows(const struct part *t, int value, const gg_real *from, gg_real *to)
{
    int64_t width = width_of(t, value);
#pragma omp parallel for schedule(static)
    for (int64_t q = 0; q < t->n_node; q++)
        for (int64_t c = 0; c < width; c++)
            to[t->node[q] * width + c] += from[q * width + c];
}

static void give_gradients(const struct part *t, const struct gg_pass *p, struct gg_pass *outer)
{
    for (int v = 0; v < t->m->n_value; v++)
        if (p->gradient[v] && base_of(t->m, v) == GG_ON_NODE && !is_made(t, v))
            add_rows(t, v, p->gradient[v], outer->gradient[v]);
}

void gg_chain_backward(struct gg_pass *p, const struct gg_model *m, int chain, const gg_real *w,
                       const struct gg_batch *b, gg_real *dw)
{
    struct gg_trace *trace = gg_pass_trace(p, m);
    struct part t = parts_of(m, b, chain);
    struct gg_pass *q = inner(p, &t);
    make_room(q, b, chain, true);
    while (next(&t, true, &q->arena)) {
        inner(p, &t);
        run(q, &t, p, w, true, NULL);
        take_gradients(&t, q, p);
        for (int k = 0; k < m->n_geometry; k++)
            q->dvec[k] = p->dvec[k] ? p->dvec[k] + b->graph[k].ptr[t.first] : NULL;
        gg_trace_part(trace, t.batch.order);
        gg_ops_backward(q, m, t.chain->first, t.chain->last, w, &t.batch, dw, trace);
        give_gradients(&t, q, p);
    }
    gg_trace_part(trace, b->order);
}

/* ---- how much ---- */

static size_t part_bytes(const struct part *t, bool keep)
{
    bool seen[GG_MAX_VALUES] = {0};
    size_t bytes = gg_ops_scratch_bytes(t->m, &t->batch, t->chain->first, t->chain->last);
    for (int k = t->chain->first; k < t->chain->last; k++) {
        const struct gg_op *op = &t->m->op[k];
        bytes += gg_value_bytes(t->m, &t->batch, op->out) * (keep ? 2 : 1);
        bytes += keep ? gg_op_saved_bytes(op, &t->batch) : 0;
        for (int q = 0; q < op->layer.n_in; q++) {
            int v = op->in[q];
            if (!seen[v] && !is_made(t, v) && base_of(t->m, v) == GG_ON_NODE)
                bytes += gg_value_bytes(t->m, &t->batch, v) * (keep ? 2 : 1);
            seen[v] = true;
        }
    }
    return bytes;
}

size_t gg_chain_bytes(const struct gg_model *m, const struct gg_batch *b, int chain, bool keep)
{
    struct part t = parts_of(m, b, chain);
    struct gg_arena a = {0};
    size_t most = 0;
    while (next(&t, keep, &a)) {
        size_t bytes = part_bytes(&t, keep);
        most = bytes > most ? bytes : most;
    }
    gg_arena_free(&a);
    return most;
}
