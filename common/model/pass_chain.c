/* pass_chain.c -- see pass_chain.h */
#include "model/pass_chain.h"
#include "model/chain_part.h"
#include "model/trace.h"
#include "util/threads.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ---- its values ---- */

static int base_of(const struct gg_model *m, int value)
{
    return gg_axis_base(m->value[value].axis);
}

/* Numbers of a value for each of its nodes or edges. */
static int64_t width_of(const struct gg_part *t, int value)
{
    const struct gg_shape *s = &t->m->value[value];
    return s->stride * (s->axis & GG_PER_TIME ? t->whole->graph[0].n_time : 1) * gg_axis_lifts(s->axis);
}

/* Where the part's edges begin in a value on edges. */
static int64_t first_edge(const struct gg_part *t, int value)
{
    int k = 0;
    while (t->m->geometry[k].list != t->m->value[value].edges)
        k++;
    return t->whole->graph[k].ptr[t->first] * width_of(t, value);
}

/* Made by a layer of the chain. */
static bool is_made(const struct gg_part *t, int value)
{
    for (int k = t->chain->first; k < t->chain->last; k++)
        if (t->m->op[k].out == value)
            return true;
    return false;
}

static void move_rows(const struct gg_part *t, int value, const gg_real *from, gg_real *to)
{
    int64_t width = width_of(t, value);
#pragma omp parallel for schedule(static)
    for (int64_t q = 0; q < t->n_node; q++)
        memcpy(to + q * width, from + t->node[q] * width, (size_t)width * sizeof *to);
}

/* What the part's layers read of a value from outside. */
static gg_real *see(const struct gg_part *t, struct gg_pass *p, int value, gg_real *whole)
{
    if (base_of(t->m, value) == GG_ON_GRAPH)
        return whole;
    if (base_of(t->m, value) == GG_ON_EDGE)
        return whole + first_edge(t, value);
    return gg_arena_alloc(&p->arena, gg_value_bytes(t->m, &t->batch, value));
}

static void take_values(const struct gg_part *t, struct gg_pass *p, const struct gg_pass *outer, bool keep)
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

static void run(struct gg_pass *p, const struct gg_part *t, const struct gg_pass *outer, const gg_real *w,
                bool keep, struct gg_trace *trace)
{
    take_values(t, p, outer, keep);
    gg_ops_forward(p, t->m, t->chain->first, t->chain->last, w, &t->batch, trace);
}

/* ---- forward ---- */

/* The receivers' rows of what the chain makes on nodes. */
static void keep_outputs(const struct gg_part *t, const struct gg_pass *p, struct gg_pass *outer)
{
    for (int k = t->chain->first; k < t->chain->last; k++) {
        int v = t->m->op[k].out;
        int64_t width = width_of(t, v);
        if (base_of(t->m, v) == GG_ON_NODE)
            memcpy(outer->value[v] + t->first * width, p->value[v] + t->own * width,
                   (size_t)((t->last - t->first) * width) * sizeof *p->value[v]);
    }
}

static void show_inside(const struct gg_part *t, struct gg_pass *p, const struct gg_pass *outer)
{
    for (int k = t->chain->first; outer->look_inside && k < t->chain->last; k++)
        if (gg_value_is_inner(t->m, &t->m->op[k]))
            outer->look_inside(outer->looks, p, t->m, &t->batch, k);
}

/* ---- a crew: parts at once, one a thread ---- */

/* How many parts run at once.  Where there are few for the threads, the layers of one part share the threads. */
static int crew_size(const struct gg_model *m, const struct gg_batch *b, int chain)
{
    int64_t n = gg_part_count(&m->chain[chain], b), threads = gg_threads();
    return 2 * n < threads ? 1 : (int)(n < threads ? n : threads);
}

/* A call of a chain.  Who looks on sees one part after the other. */
struct crew {
    struct gg_pass *outer;
    const struct gg_model *m;
    const struct gg_batch *b;
    const gg_real *w;
    int chain, n;
    int64_t n_part;
    bool backward;
    gg_real *dw; /* where gradients of parameters are wanted, those of the chain lie from first to last - 1 */
    int64_t first, last;
    struct gg_trace *trace;
};

static struct crew crew_of(struct gg_pass *p, const struct gg_model *m, int chain, const gg_real *w,
                           const struct gg_batch *b, bool backward)
{
    struct gg_trace *trace = gg_pass_trace(p, m);
    bool alone = trace || (p->look_inside && !backward);
    struct crew c = {.outer = p,
                     .m = m,
                     .b = b,
                     .w = w,
                     .chain = chain,
                     .n = alone ? 1 : crew_size(m, b, chain),
                     .n_part = gg_part_count(&m->chain[chain], b),
                     .backward = backward,
                     .trace = trace};
    if (p->n_part < c.n) {
        p->part = gg_xrealloc(p->part, (size_t)c.n * sizeof *p->part);
        memset(p->part + p->n_part, 0, (size_t)(c.n - p->n_part) * sizeof *p->part);
        p->n_part = c.n;
    }
    return c;
}

/* One of them, with the part at hand: the pass in which its layers run, its graph, its gradients of the parameters. */
struct member {
    const struct crew *crew;
    struct gg_pass *pass;
    int32_t *row; /* for cut */
    struct gg_part part;
    gg_real *dw; /* from the first parameter of the chain on; NULL: not wanted */
};

/* With room for what the graph of a part takes beside its values. */
static struct member join(const struct crew *c, int number)
{
    struct member k = {.crew = c, .pass = &c->outer->part[number], .row = gg_part_no_rows(c->b)};
    size_t values = c->b->chain_bytes[c->chain][c->backward] / (size_t)crew_size(c->m, c->b, c->chain);
    gg_pass_room(k.pass, values + values / 8 + (1 << 18));
    k.pass->train = c->outer->train;
    memcpy(k.pass->wanted, c->outer->wanted, sizeof k.pass->wanted);
    return k;
}

static void leave(struct member *k)
{
    free(k->row);
}

/* A pass over a part has a stream of its own. */
static void begin_part(struct member *k, int64_t number)
{
    const struct crew *c = k->crew;
    k->pass->random = gg_rng_fork(&c->outer->random, (uint64_t)(c->m->n_op + 1 + number));
    k->part = gg_part_of(c->m, c->b, c->chain, number, c->backward, k->row, &k->pass->arena);
}

/* The parts of a call: `work` on each as threads come to it, then `give`, if not NULL, in the order of the parts.  Alone, no region is opened: those of
 * the layers would be inside it, where threads begin and end with each. */
static void each_part(const struct crew *c, void (*work)(struct member *, int64_t number),
                      void (*give)(struct member *))
{
    if (c->n == 1) {
        struct member k = join(c, 0);
        for (int64_t number = 0; number < c->n_part; number++) {
            work(&k, number);
            if (give)
                give(&k);
        }
        leave(&k);
        return;
    }
#pragma omp parallel num_threads(c->n)
    {
        omp_set_num_threads(1); /* of the layers inside */
        struct member k = join(c, omp_get_thread_num());
#pragma omp for schedule(dynamic) ordered
        for (int64_t number = 0; number < c->n_part; number++) {
            work(&k, number);
            if (give)
#pragma omp ordered
                give(&k);
        }
        leave(&k);
    }
}

static void forward_part(struct member *k, int64_t number)
{
    const struct crew *c = k->crew;
    begin_part(k, number);
    gg_trace_part(c->trace, k->part.batch.order);
    run(k->pass, &k->part, c->outer, c->w, false, c->trace);
    show_inside(&k->part, k->pass, c->outer);
    keep_outputs(&k->part, k->pass, c->outer);
}

void gg_chain_forward(struct gg_pass *p, const struct gg_model *m, int chain, const gg_real *w,
                      const struct gg_batch *b)
{
    struct crew c = crew_of(p, m, chain, w, b, false);
    each_part(&c, forward_part, NULL); /* rows that nobody else writes are there already */
    gg_trace_part(c.trace, b->order);
}

/* ---- backward ---- */

static gg_real *zeros(struct gg_arena *a, size_t bytes)
{
    return gg_arena_calloc(a, 1, bytes);
}

/* Gradients of outputs come in, those of what is read start at 0 or are where they are; room for all others. */
static void take_gradients(const struct gg_part *t, struct gg_pass *p, const struct gg_pass *outer)
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
            p->gradient[v] = base_of(m, v) == GG_ON_EDGE ? see(t, p, v, outer->gradient[v])
                                                         : zeros(&p->arena, gg_value_bytes(m, &t->batch, v));
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

static void add_rows(const struct gg_part *t, int value, const gg_real *from, gg_real *to)
{
    int64_t width = width_of(t, value);
#pragma omp parallel for schedule(static)
    for (int64_t q = 0; q < t->n_node; q++)
        for (int64_t c = 0; c < width; c++)
            to[t->node[q] * width + c] += from[q * width + c];
}

static void add_all(const struct gg_part *t, int value, const gg_real *from, gg_real *to)
{
    int64_t n = gg_pass_rows(t->m, &t->batch, value) * t->m->value[value].stride;
    for (int64_t k = 0; k < n; k++)
        to[k] += from[k];
}

static void give_gradients(const struct gg_part *t, const struct gg_pass *p, struct gg_pass *outer)
{
    for (int v = 0; v < t->m->n_value; v++) {
        if (!p->gradient[v] || is_made(t, v))
            continue;
        if (base_of(t->m, v) == GG_ON_NODE)
            add_rows(t, v, p->gradient[v], outer->gradient[v]);
        else if (base_of(t->m, v) == GG_ON_GRAPH)
            add_all(t, v, p->gradient[v], outer->gradient[v]);
    }
}

/* The parameters of the chain's layers lie among first .. last-1 of the model's; none: first = last. */
static void parameters_of(const struct gg_model *m, const struct gg_chain *c, int64_t *first, int64_t *last)
{
    *first = m->n_weight;
    *last = 0;
    for (const struct gg_op *op = &m->op[c->first]; op < &m->op[c->last]; op++) {
        if (op->layer.n_weight == 0)
            continue;
        *first = op->weight < *first ? op->weight : *first;
        *last = op->weight + op->layer.n_weight > *last ? op->weight + op->layer.n_weight : *last;
    }
    *first = *first < *last ? *first : *last;
}

static void backward_part(struct member *k, int64_t number)
{
    const struct crew *c = k->crew;
    begin_part(k, number);
    if (c->dw)
        k->dw = zeros(&k->pass->arena, (size_t)(c->last - c->first) * sizeof *k->dw);
    run(k->pass, &k->part, c->outer, c->w, true, NULL);
    take_gradients(&k->part, k->pass, c->outer);
    for (int g = 0; g < c->m->n_geometry; g++)
        k->pass->dvec[g] = c->outer->dvec[g] ? c->outer->dvec[g] + c->b->graph[g].ptr[k->part.first] : NULL;
    gg_trace_part(c->trace, k->part.batch.order);
    k->pass->first_weight = c->first;
    gg_ops_backward(k->pass, c->m, k->part.chain->first, k->part.chain->last, c->w, &k->part.batch, k->dw,
                    c->trace);
}

static void give_part(struct member *k)
{
    const struct crew *c = k->crew;
    give_gradients(&k->part, k->pass, c->outer);
    for (int64_t z = c->first; c->dw && z < c->last; z++)
        c->dw[z] += k->dw[z - c->first];
}

void gg_chain_backward(struct gg_pass *p, const struct gg_model *m, int chain, const gg_real *w,
                       const struct gg_batch *b, gg_real *dw)
{
    struct crew c = crew_of(p, m, chain, w, b, true);
    c.dw = dw;
    parameters_of(m, &m->chain[chain], &c.first, &c.last);
    each_part(&c, backward_part, give_part);
    gg_trace_part(c.trace, b->order);
}

/* ---- how much ---- */

static size_t part_bytes(const struct gg_part *t, bool keep)
{
    bool seen[GG_MAX_VALUES] = {0};
    size_t bytes = gg_ops_scratch_bytes(t->m, &t->batch, t->chain->first, t->chain->last);
    int64_t first, last;
    parameters_of(t->m, t->chain, &first, &last);
    bytes += keep ? (size_t)(last - first) * sizeof(gg_real) : 0;
    for (int k = t->chain->first; k < t->chain->last; k++) {
        const struct gg_op *op = &t->m->op[k];
        bytes += gg_value_bytes(t->m, &t->batch, op->out) * (keep ? 2 : 1);
        bytes += keep ? gg_op_saved_bytes(op, &t->batch) : 0;
        for (int q = 0; q < op->layer.n_in; q++) {
            int v = op->in[q];
            if (!seen[v] && !is_made(t, v) && base_of(t->m, v) != GG_ON_EDGE)
                bytes += gg_value_bytes(t->m, &t->batch, v) * (keep ? 2 : 1);
            seen[v] = true;
        }
    }
    return bytes;
}

size_t gg_chain_bytes(const struct gg_model *m, const struct gg_batch *b, int chain, bool keep)
{
    struct gg_arena a = {0};
    int n = crew_size(m, b, chain), before = gg_threads();
    int32_t *row = gg_part_no_rows(b);
    size_t most = 0;
    if (n > 1)
        omp_set_num_threads(1); /* as it will be inside */
    for (int64_t k = 0; k < gg_part_count(&m->chain[chain], b); k++) {
        struct gg_part t = gg_part_of(m, b, chain, k, keep, row, &a);
        size_t bytes = part_bytes(&t, keep);
        most = bytes > most ? bytes : most;
    }
    omp_set_num_threads(before);
    free(row);
    gg_arena_free(&a);
    return most * (size_t)n;
}
