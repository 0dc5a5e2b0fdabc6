/* pass.c -- forward and backward through the layers of a model
 * Values that no layer reads any more, forward or backward, share memory, and so do gradients that no earlier layer awaits. */
#include "model/pass.h"
#include "model/trace.h"
#include "util/threads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the geometry whose list of edges a value lives on. */
static const struct gg_graph *graph_of(const struct gg_model *m, const struct gg_batch *b,
                                       const struct gg_shape *s)
{
    int k = 0;
    while (k < m->n_geometry - 1 && m->geometry[k].list != s->edges)
        k++;
    return &b->graph[k];
}

int64_t gg_pass_rows(const struct gg_model *m, const struct gg_batch *b, int value)
{
    return gg_shape_rows(&m->value[value], graph_of(m, b, &m->value[value]));
}

static size_t value_bytes(const struct gg_model *m, const struct gg_batch *b, int value)
{
    return ((size_t)(gg_pass_rows(m, b, value) * m->value[value].stride) + 16) * sizeof(gg_real);
}

static size_t saved_bytes(const struct gg_op *op, const struct gg_batch *b)
{
    const struct gg_layer *l = &op->layer;
    return l->saved_bytes ? l->saved_bytes(l, &b->graph[op->geometry]) : 0;
}

static size_t scratch_of(const struct gg_model *m, const struct gg_batch *b)
{
    size_t most = 0;
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_layer *l = &m->op[k].layer;
        size_t bytes = l->scratch_bytes ? l->scratch_bytes(l, &b->graph[m->op[k].geometry], gg_threads()) : 0;
        most = bytes > most ? bytes : most;
    }
    return most;
}

/* ---- who shares memory ---- */

/* Pieces of memory and which value (or its gradient) lies where, -1: nowhere. */
struct slots {
    int n, of[GG_MAX_VALUES];
    size_t bytes[GG_MAX_VALUES];
    bool busy[GG_MAX_VALUES];
};

/* The free slot that fits best: the smallest that is large enough, else the largest, which grows, else a new one. */
static void occupy(struct slots *s, int value, size_t bytes)
{
    int best = -1;
    for (int k = 0; k < s->n; k++) {
        bool fits = s->bytes[k] >= bytes;
        if (s->busy[k])
            continue;
        if (best < 0 || (fits ? s->bytes[best] < bytes || s->bytes[k] < s->bytes[best]
                              : s->bytes[best] < bytes && s->bytes[k] > s->bytes[best]))
            best = k;
    }
    if (best < 0)
        s->bytes[best = s->n++] = 0;
    s->bytes[best] = bytes > s->bytes[best] ? bytes : s->bytes[best];
    s->busy[best] = true;
    s->of[value] = best;
}

static void release(struct slots *s, int value)
{
    if (s->of[value] >= 0)
        s->busy[s->of[value]] = false;
}

static void slots_init(struct slots *s)
{
    s->n = 0;
    memset(s->of, -1, sizeof s->of);
}

/* A value lives until the last layer that reads it, or on if one does so in a backward; heads live on. */
static void plan_values(struct slots *s, const struct gg_model *m, const struct gg_batch *b, bool keep)
{
    int last[GG_MAX_VALUES] = {0};
    slots_init(s);
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_layer *l = &m->op[k].layer;
        last[m->op[k].out] = keep && !l->spares_y ? m->n_op : k;
        for (int q = 0; q < l->n_in; q++)
            if (last[m->op[k].in[q]] < m->n_op)
                last[m->op[k].in[q]] = keep && !l->spares_x ? m->n_op : k;
    }
    for (int h = 0; h < m->n_head; h++)
        last[m->head[h].value] = m->n_op;
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_op *op = &m->op[k];
        occupy(s, op->out, value_bytes(m, b, op->out));
        for (int q = 0; q < op->layer.n_in; q++)
            if (last[op->in[q]] == k)
                release(s, op->in[q]);
        if (last[op->out] == k)
            release(s, op->out);
    }
}

/* Backward: the gradient of a value lives from the last layer that reads it down to the layer that made it. */
static void plan_gradients(struct slots *s, const struct gg_model *m, const struct gg_batch *b)
{
    slots_init(s);
    for (int k = m->n_op - 1; k >= 0; k--) {
        const struct gg_op *op = &m->op[k];
        for (int q = 0; q < op->layer.n_in; q++)
            if (!m->is_source[op->in[q]] && s->of[op->in[q]] < 0)
                occupy(s, op->in[q], value_bytes(m, b, op->in[q]));
        release(s, op->out);
    }
}

static size_t slots_bytes(const struct slots *s)
{
    size_t sum = 0;
    for (int k = 0; k < s->n; k++)
        sum += s->bytes[k];
    return sum;
}

static void slots_alloc(const struct slots *s, struct gg_arena *a, gg_real **at)
{
    for (int k = 0; k < s->n; k++)
        at[k] = gg_arena_alloc(a, s->bytes[k]);
}

size_t gg_pass_bytes(const struct gg_model *m, const struct gg_batch *b, bool keep)
{
    struct slots slots;
    size_t bytes = scratch_of(m, b);
    plan_values(&slots, m, b, keep);
    bytes += slots_bytes(&slots);
    for (int k = 0; k < m->n_source; k++)
        bytes += value_bytes(m, b, m->source[k].value);
    if (!keep)
        return bytes;
    plan_gradients(&slots, m, b);
    bytes += slots_bytes(&slots);
    for (int k = 0; k < m->n_op; k++)
        bytes += saved_bytes(&m->op[k], b);
    return bytes;
}

struct gg_cost gg_model_cost(const struct gg_model *m, const struct gg_batch *b)
{
    struct gg_cost sum = {0};
    for (int k = 0; k < m->n_op; k++) {
        struct gg_cost c = m->op[k].layer.type->cost(&m->op[k].layer, &b->graph[m->op[k].geometry]);
        sum.flops_forward += c.flops_forward;
        sum.flops_backward += c.flops_backward;
        sum.bytes += c.bytes;
    }
    return sum;
}

static void inputs_of(const struct gg_pass *p, const struct gg_op *op, const gg_real **x)
{
    for (int k = 0; k < op->layer.n_in; k++)
        x[k] = p->value[op->in[k]];
}

_Static_assert((int)GG_TRACE_ROWS >= (int)GG_MAX_VALUES, "a row for each layer");
static struct gg_trace *trace_of(const struct gg_pass *p, const struct gg_model *m)
{
    return p->trace ? p->trace : m->trace;
}

static void open_forward(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b, bool keep)
{
    gg_real *shared[GG_MAX_VALUES];
    struct slots slots;
    gg_arena_reset(&p->arena);
    memset(p->gradient, 0, sizeof p->gradient);
    p->scratch = gg_arena_alloc(&p->arena, scratch_of(m, b) + 64);
    p->saved = GG_NEW(&p->arena, void *, (size_t)m->n_op + 1);
    for (int k = 0; k < m->n_source; k++)
        p->value[m->source[k].value] = (gg_real *)b->source[k];
    plan_values(&slots, m, b, keep);
    slots_alloc(&slots, &p->arena, shared);
    gg_trace_begin(trace_of(p, m), &b->graph[0], b->order);
    for (int k = 0; k < m->n_op; k++) {
        p->value[m->op[k].out] = shared[slots.of[m->op[k].out]];
        if (keep)
            p->saved[k] = gg_arena_alloc(&p->arena, saved_bytes(&m->op[k], b) + 64);
    }
}

/* What forward and backward of an op have in common. */
static struct gg_call call_of(const struct gg_pass *p, const struct gg_model *m, int k, const gg_real *w,
                              const struct gg_batch *b, const gg_real **x)
{
    const struct gg_op *op = &m->op[k];
    struct gg_call call = {.l = &op->layer,
                           .w = w + op->weight,
                           .g = &b->graph[op->geometry],
                           .x = x,
                           .y = p->value[op->out],
                           .saved = p->saved[k],
                           .scratch = p->scratch,
                           .train = p->train};
    inputs_of(p, op, x);
    if (p->train && op->layer.draws)
        call.random = gg_rng_fork(&p->random, (uint64_t)k);
    return call;
}

void gg_pass_forward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                     bool keep)
{
    const gg_real *x[GG_LAYER_INPUTS];
    open_forward(p, m, b, keep);
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_layer *l = &m->op[k].layer;
        struct gg_call call = call_of(p, m, k, w, b, x);
        gg_trace_forward(trace_of(p, m), k, m->op[k].name, &call);
        if (p->train && p->state && gg_layer_follows(l)) {
            call.state = p->state + m->op[k].weight;
            l->type->observe(&call);
        }
    }
    if (!keep)
        gg_trace_end(trace_of(p, m));
}

void gg_pass_calibrate(struct gg_pass *p, struct gg_model *m, const struct gg_batch *b)
{
    const gg_real *x[GG_LAYER_INPUTS];
    open_forward(p, m, b, false);
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_layer *l = &m->op[k].layer;
        struct gg_call call = call_of(p, m, k, m->w, b, x);
        if (l->type->observe && l->momentum == 1) {
            call.state = m->w + m->op[k].weight;
            l->type->observe(&call);
        }
        gg_trace_forward(trace_of(p, m), k, m->op[k].name, &call);
    }
    gg_trace_end(trace_of(p, m));
}

void gg_model_follow(const struct gg_model *m, gg_real *w, const gg_real *state)
{
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_layer *l = &m->op[k].layer;
        struct gg_weight piece;
        if (!gg_layer_follows(l))
            continue;
        for (int z = 0; l->type->weight(l, z, &piece); z++) {
            int64_t n = piece.statistic ? 1 : 0, first = m->op[k].weight + piece.offset;
            for (int d = 0; d < piece.ndim; d++)
                n *= piece.shape[d];
            for (int64_t q = first; q < first + n; q++)
                w[q] += (gg_real)(l->momentum * ((double)state[q] - (double)w[q]));
        }
    }
}

/* By all threads: one alone would spend some percent of a step on it. */
static void clear(gg_real *x, size_t bytes)
{
    enum { PIECE = 1 << 18 };
#pragma omp parallel for schedule(static)
    for (size_t at = 0; at < bytes; at += PIECE)
        memset((char *)x + at, 0, bytes - at < PIECE ? bytes - at : PIECE);
}

/* Gradients of values that lead to no head stay NULL, and the layers behind them are left out. */
void gg_pass_backward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                      gg_real *dw)
{
    const gg_real *x[GG_LAYER_INPUTS];
    gg_real *dx[GG_LAYER_INPUTS], *shared[GG_MAX_VALUES];
    struct slots slots;
    plan_gradients(&slots, m, b);
    slots_alloc(&slots, &p->arena, shared);
    for (int k = m->n_op - 1; k >= 0; k--) {
        const struct gg_op *op = &m->op[k];
        if (!p->gradient[op->out])
            continue;
        for (int q = 0; q < op->layer.n_in; q++) {
            gg_real **d = &p->gradient[op->in[q]];
            if (!*d && !m->is_source[op->in[q]]) {
                *d = shared[slots.of[op->in[q]]];
                clear(*d, value_bytes(m, b, op->in[q]));
            }
            dx[q] = *d;
        }
        struct gg_call call = call_of(p, m, k, w, b, x);
        call.dy = p->gradient[op->out];
        call.dx = dx;
        call.dw = dw ? dw + op->weight : NULL;
        call.dvec = p->dvec[op->geometry];
        gg_trace_backward(trace_of(p, m), k, op->name, &call);
    }
    gg_trace_end(trace_of(p, m));
}

bool gg_pass_finite(const struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b)
{
    for (int h = 0; h < m->n_head; h++) {
        int value = m->head[h].value;
        int64_t n = gg_pass_rows(m, b, value) * m->value[value].stride;
        for (int64_t k = 0; k < n; k++)
            if (!isfinite(p->value[value][k]))
                return false;
    }
    return true;
}

void gg_pass_free(struct gg_pass *p)
{
    gg_arena_free(&p->arena);
    memset(p, 0, sizeof *p);
}
