/* pass.c -- forward and backward through the layers of a model */
#include "model/pass.h"
#include "model/pass_chain.h"
#include "model/pass_memory.h"
#include "model/trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct gg_cost gg_model_cost(const struct gg_model *m, const struct gg_batch *b)
{
    struct gg_cost sum = {0};
    for (int k = 0; k < m->n_op; k++) {
        struct gg_cost c = m->op[k].layer.type->cost(&m->op[k].layer, &b->graph[m->op[k].geometry]);
        sum.flops_forward += c.flops_forward;
        sum.flops_backward += c.flops_backward + (m->op[k].chain >= 0 ? c.flops_forward : 0);
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
    size_t scratch = 0;
    gg_arena_reset(&p->arena);
    memset(p->gradient, 0, sizeof p->gradient);
    p->saved = GG_NEW(&p->arena, void *, (size_t)m->n_op + 1);
    for (int k = 0; k < m->n_source; k++)
        p->value[m->source[k].value] = (gg_real *)b->source[k];
    gg_pass_place_values(m, b, keep, &p->arena, p->value);
    gg_trace_begin(trace_of(p, m), &b->graph[0], b->order);
    for (int k = 0; k < m->n_op; k++) {
        size_t own = m->op[k].chain < 0 ? gg_ops_scratch_bytes(m, b, k, k + 1) : 0;
        scratch = own > scratch ? own : scratch;
        if (keep && m->op[k].chain < 0)
            p->saved[k] = gg_arena_alloc(&p->arena, gg_op_saved_bytes(&m->op[k], b) + 64);
    }
    p->scratch = gg_arena_alloc(&p->arena, scratch + 64);
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

void gg_ops_forward(struct gg_pass *p, const struct gg_model *m, int first, int last, const gg_real *w,
                    const struct gg_batch *b, struct gg_trace *trace)
{
    const gg_real *x[GG_LAYER_INPUTS];
    for (int k = first; k < last; k++) {
        struct gg_call call = call_of(p, m, k, w, b, x);
        gg_trace_forward(trace, k, m->op[k].name, &call);
    }
}

static void forward_from(struct gg_pass *p, const struct gg_model *m, int k, const gg_real *w,
                         const struct gg_batch *b)
{
    if (m->op[k].chain >= 0)
        gg_chain_forward(p, m, m->op[k].chain, w, b);
    else
        gg_ops_forward(p, m, k, k + 1, w, b, trace_of(p, m));
}

/* What the frame says of a layer's parameters, written where they lie among those in `state`. */
static void observe(struct gg_pass *p, const struct gg_model *m, int k, const gg_real *w,
                    const struct gg_batch *b, gg_real *state)
{
    const gg_real *x[GG_LAYER_INPUTS];
    struct gg_call call = call_of(p, m, k, w, b, x);
    call.state = state + m->op[k].weight;
    m->op[k].layer.type->observe(&call);
}

void gg_pass_forward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                     bool keep)
{
    open_forward(p, m, b, keep);
    for (int k = 0; k < m->n_op; k = gg_ops_end(m, k)) {
        const struct gg_layer *l = &m->op[k].layer;
        forward_from(p, m, k, w, b);
        if (p->train && p->state && l->type->observe && l->momentum < 1)
            observe(p, m, k, w, b, p->state);
    }
    if (!keep)
        gg_trace_end(trace_of(p, m));
}

void gg_pass_calibrate(struct gg_pass *p, struct gg_model *m, const struct gg_batch *b)
{
    open_forward(p, m, b, false);
    for (int k = 0; k < m->n_op; k = gg_ops_end(m, k)) {
        const struct gg_layer *l = &m->op[k].layer;
        if (l->type->observe && l->momentum == 1)
            observe(p, m, k, m->w, b, m->w);
        forward_from(p, m, k, m->w, b);
    }
    gg_trace_end(trace_of(p, m));
}

void gg_model_follow(const struct gg_model *m, gg_real *w, const gg_real *state)
{
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_layer *l = &m->op[k].layer;
        struct gg_weight piece;
        if (!l->type->observe || l->momentum == 1)
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

/* The gradient of what a layer reads, in its place and 0 until somebody adds; NULL for a source. */
static gg_real *gradient_of(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b, int value)
{
    if (!p->gradient[value] && !m->is_source[value]) {
        p->gradient[value] = p->room[value];
        clear(p->gradient[value], gg_value_bytes(m, b, value));
    }
    return p->gradient[value];
}

/* Gradients of values that lead to no head stay NULL, and the layers behind them are left out. */
void gg_ops_backward(struct gg_pass *p, const struct gg_model *m, int first, int last, const gg_real *w,
                     const struct gg_batch *b, gg_real *dw, struct gg_trace *trace)
{
    const gg_real *x[GG_LAYER_INPUTS];
    gg_real *dx[GG_LAYER_INPUTS];
    for (int k = last - 1; k >= first; k--) {
        const struct gg_op *op = &m->op[k];
        if (!p->gradient[op->out])
            continue;
        for (int q = 0; q < op->layer.n_in; q++)
            dx[q] = gradient_of(p, m, b, op->in[q]);
        struct gg_call call = call_of(p, m, k, w, b, x);
        call.dy = p->gradient[op->out];
        call.dx = dx;
        call.dw = dw ? dw + op->weight : NULL;
        call.dvec = p->dvec[op->geometry];
        gg_trace_backward(trace, k, op->name, &call);
    }
}

/* All that a chain reads gets a gradient, if anything that it makes has one. */
static bool open_chain(struct gg_pass *p, const struct gg_model *m, const struct gg_chain *c,
                       const struct gg_batch *b)
{
    bool any = false;
    for (int k = c->first; k < c->last; k++)
        any |= p->gradient[m->op[k].out] != NULL;
    for (int k = c->first; any && k < c->last; k++)
        for (int q = 0; q < m->op[k].layer.n_in; q++)
            if (p->room[m->op[k].in[q]])
                gradient_of(p, m, b, m->op[k].in[q]);
    return any;
}

void gg_pass_backward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                      gg_real *dw)
{
    memset(p->room, 0, sizeof p->room);
    gg_pass_place_gradients(m, b, &p->arena, p->room);
    for (int k = m->n_op - 1; k >= 0; k--) {
        int chain = m->op[k].chain;
        if (chain < 0) {
            gg_ops_backward(p, m, k, k + 1, w, b, dw, trace_of(p, m));
            continue;
        }
        if (open_chain(p, m, &m->chain[chain], b))
            gg_chain_backward(p, m, chain, w, b, dw);
        k = m->chain[chain].first;
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
    if (p->part)
        gg_pass_free(p->part);
    free(p->part);
    gg_arena_free(&p->arena);
    memset(p, 0, sizeof *p);
}
