/* pass.c -- forward and backward through the layers of a model */
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

size_t gg_pass_bytes(const struct gg_model *m, const struct gg_graph *g, bool keep)
{
    size_t bytes = scratch_of(m, g);
    for (int v = 0; v < m->n_value; v++)
        bytes += value_bytes(&m->value[v], g) * (keep ? 2 : 1);
    for (int k = 0; keep && k < m->n_op; k++)
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
    gg_arena_reset(&p->arena);
    memset(p->gradient, 0, sizeof p->gradient);
    p->scratch = gg_arena_alloc(&p->arena, scratch_of(m, g) + 64);
    p->saved = GG_NEW(&p->arena, void *, (size_t)m->n_op + 1);
    p->value[0] = (gg_real *)b->x;
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_op *op = &m->op[k];
        const struct gg_layer *l = &op->layer;
        p->value[op->out] = gg_arena_alloc(&p->arena, value_bytes(&l->out, g));
        if (keep)
            p->saved[k] = gg_arena_alloc(&p->arena, (l->saved_bytes ? l->saved_bytes(l, g) : 0) + 64);
        inputs_of(p, op, x);
        if (calibrated && l->type->calibrate)
            l->type->calibrate(l, calibrated + op->weight, g, x);
        l->type->forward(l, w + op->weight, g, x, p->value[op->out], p->saved[k], p->scratch);
    }
}

void gg_pass_forward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b, bool keep)
{
    forward(p, m, w, NULL, b, keep);
}

void gg_pass_calibrate(struct gg_pass *p, struct gg_model *m, const struct gg_batch *b)
{
    forward(p, m, m->w, m->w, b, false);
}

/* Gradients of values that lead to no head stay NULL, and the layers behind them are left out. */
static gg_real *gradient_of(struct gg_pass *p, const struct gg_model *m, int value, const struct gg_graph *g)
{
    size_t bytes = value_bytes(&m->value[value], g);
    if (!p->gradient[value]) {
        p->gradient[value] = gg_arena_alloc(&p->arena, bytes);
        memset(p->gradient[value], 0, bytes);
    }
    return p->gradient[value];
}

void gg_pass_backward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                      gg_real *dw)
{
    const gg_real *x[GG_LAYER_INPUTS];
    gg_real *dx[GG_LAYER_INPUTS];
    for (int k = m->n_op - 1; k >= 0; k--) {
        const struct gg_op *op = &m->op[k];
        const struct gg_layer *l = &op->layer;
        if (!p->gradient[op->out])
            continue;
        inputs_of(p, op, x);
        for (int q = 0; q < l->n_in; q++)
            dx[q] = op->in[q] == 0 ? NULL : gradient_of(p, m, op->in[q], &b->graph);
        l->type->backward(l, w + op->weight, &b->graph, x, p->value[op->out], p->saved[k],
                          p->gradient[op->out], dx, dw + op->weight, p->scratch);
    }
}

void gg_pass_free(struct gg_pass *p)
{
    gg_arena_free(&p->arena);
    memset(p, 0, sizeof *p);
}
