/* pass.c -- forward and backward through the layers of a model
 * Values that no layer reads any more, forward or backward, share memory, and so do gradients that no earlier layer awaits. */
#include "model/model.h"
#include "util/threads.h"

#include <stdlib.h>
#include <string.h>

static size_t value_bytes(const struct gg_shape *s, const struct gg_graph *g)
{
    return ((size_t)(gg_shape_rows(s, g) * s->stride) + 16) * sizeof(gg_real);
}

static size_t scratch_of(const struct gg_model *m, const struct gg_graph *g)
{
    size_t most = 0;
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_layer *l = &m->op[k].layer;
        size_t bytes = l->scratch_bytes ? l->scratch_bytes(l, g, gg_threads()) : 0;
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
static void plan_values(struct slots *s, const struct gg_model *m, const struct gg_graph *g, bool keep)
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
        occupy(s, op->out, value_bytes(&op->layer.out, g));
        for (int q = 0; q < op->layer.n_in; q++)
            if (last[op->in[q]] == k)
                release(s, op->in[q]);
        if (last[op->out] == k)
            release(s, op->out);
    }
}

/* Backward: the gradient of a value lives from the last layer that reads it down to the layer that made it. */
static void plan_gradients(struct slots *s, const struct gg_model *m, const struct gg_graph *g)
{
    slots_init(s);
    for (int k = m->n_op - 1; k >= 0; k--) {
        const struct gg_op *op = &m->op[k];
        for (int q = 0; q < op->layer.n_in; q++)
            if (op->in[q] != 0 && s->of[op->in[q]] < 0)
                occupy(s, op->in[q], value_bytes(&m->value[op->in[q]], g));
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

size_t gg_pass_bytes(const struct gg_model *m, const struct gg_graph *g, bool keep)
{
    struct slots slots;
    size_t bytes = scratch_of(m, g);
    plan_values(&slots, m, g, keep);
    bytes += slots_bytes(&slots) + value_bytes(&m->value[0], g);
    if (!keep)
        return bytes;
    plan_gradients(&slots, m, g);
    bytes += slots_bytes(&slots);
    for (int k = 0; k < m->n_op; k++)
        bytes += m->op[k].layer.saved_bytes ? m->op[k].layer.saved_bytes(&m->op[k].layer, g) : 0;
    return bytes;
}

struct gg_cost gg_model_cost(const struct gg_model *m, const struct gg_graph *g)
{
    struct gg_cost sum = {0};
    for (int k = 0; k < m->n_op; k++) {
        struct gg_cost c = m->op[k].layer.type->cost(&m->op[k].layer, g);
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

static void forward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, gg_real *calibrated,
                    const struct gg_batch *b, bool keep)
{
    const gg_real *x[GG_LAYER_INPUTS];
    const struct gg_graph *g = &b->graph;
    gg_real *shared[GG_MAX_VALUES];
    struct slots slots;
    gg_arena_reset(&p->arena);
    memset(p->gradient, 0, sizeof p->gradient);
    p->scratch = gg_arena_alloc(&p->arena, scratch_of(m, g) + 64);
    p->saved = GG_NEW(&p->arena, void *, (size_t)m->n_op + 1);
    p->value[0] = (gg_real *)b->x;
    plan_values(&slots, m, g, keep);
    slots_alloc(&slots, &p->arena, shared);
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_op *op = &m->op[k];
        const struct gg_layer *l = &op->layer;
        p->value[op->out] = shared[slots.of[op->out]];
        if (keep)
            p->saved[k] = gg_arena_alloc(&p->arena, (l->saved_bytes ? l->saved_bytes(l, g) : 0) + 64);
        inputs_of(p, op, x);
        struct gg_call call = {.l = l,
                               .w = w + op->weight,
                               .g = g,
                               .x = x,
                               .y = p->value[op->out],
                               .saved = p->saved[k],
                               .scratch = p->scratch};
        if (calibrated && l->type->observe) {
            call.state = calibrated + op->weight;
            l->type->observe(&call);
        }
        l->type->forward(&call);
    }
}

void gg_pass_forward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                     bool keep)
{
    forward(p, m, w, NULL, b, keep);
}

void gg_pass_calibrate(struct gg_pass *p, struct gg_model *m, const struct gg_batch *b)
{
    forward(p, m, m->w, m->w, b, false);
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
    plan_gradients(&slots, m, &b->graph);
    slots_alloc(&slots, &p->arena, shared);
    for (int k = m->n_op - 1; k >= 0; k--) {
        const struct gg_op *op = &m->op[k];
        const struct gg_layer *l = &op->layer;
        if (!p->gradient[op->out])
            continue;
        inputs_of(p, op, x);
        for (int q = 0; q < l->n_in; q++) {
            gg_real **d = &p->gradient[op->in[q]];
            if (!*d && op->in[q] != 0) {
                *d = shared[slots.of[op->in[q]]];
                clear(*d, value_bytes(&m->value[op->in[q]], &b->graph));
            }
            dx[q] = *d;
        }
        l->type->backward(&(struct gg_call){.l = l,
                                            .w = w + op->weight,
                                            .g = &b->graph,
                                            .x = x,
                                            .y = p->value[op->out],
                                            .saved = p->saved[k],
                                            .scratch = p->scratch,
                                            .dy = p->gradient[op->out],
                                            .dx = dx,
                                            .dw = dw + op->weight});
    }
}

void gg_pass_free(struct gg_pass *p)
{
    gg_arena_free(&p->arena);
    memset(p, 0, sizeof *p);
}
