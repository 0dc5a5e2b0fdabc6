/* pass_ops.c -- layers of a model, one after the other, forward and backward */
#include "model/pass_ops.h"
#include "model/trace.h"

#include <string.h>

static void inputs_of(const struct gg_pass *p, const struct gg_op *op, const gg_real **x)
{
    for (int k = 0; k < op->layer.n_in; k++)
        x[k] = p->value[op->in[k]];
}

_Static_assert((int)GG_TRACE_ROWS >= (int)GG_MAX_VALUES, "a row for each layer");
void gg_pass_room(struct gg_pass *p, size_t bytes)
{
    if (bytes > p->bytes) {
        gg_arena_free(&p->arena);
        gg_arena_alloc(&p->arena, bytes);
        p->bytes = bytes;
    }
    gg_arena_reset(&p->arena);
}

struct gg_trace *gg_pass_trace(const struct gg_pass *p, const struct gg_model *m)
{
    return p->trace ? p->trace : m->trace;
}

struct gg_call gg_op_call(const struct gg_pass *p, const struct gg_model *m, int k, const gg_real *w,
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
        struct gg_call call = gg_op_call(p, m, k, w, b, x);
        gg_trace_forward(trace, k, m->op[k].name, &call);
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

gg_real *gg_pass_gradient(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b, int value)
{
    if (!p->gradient[value] && p->wanted[value]) {
        p->gradient[value] = p->room[value];
        clear(p->gradient[value], gg_value_bytes(m, b, value));
    }
    return p->gradient[value];
}

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
            dx[q] = gg_pass_gradient(p, m, b, op->in[q]);
        struct gg_call call = gg_op_call(p, m, k, w, b, x);
        call.dy = p->gradient[op->out];
        call.dx = dx;
        call.dw = dw ? dw + (op->weight - p->first_weight) : NULL;
        call.dvec = p->dvec[op->geometry];
        gg_trace_backward(trace, k, op->name, &call);
    }
}
