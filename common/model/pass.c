/* pass.c -- forward and backward through the layers of a model */
#include "model/pass.h"
#include "model/pass_chain.h"
#include "model/trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPACE = 192 }; /* between the pieces of an arena, at most */

static void open_forward(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b, bool keep)
{
    size_t scratch = 0;
    gg_pass_room(p, gg_pass_own_bytes(m, b, keep) + (size_t)(8 * m->n_op + 2 * m->n_value + 64) * SPACE);
    gg_pass_again(p);
    p->placed = false;
    p->saved = GG_NEW(&p->arena, void *, (size_t)m->n_op + 1);
    for (int k = 0; k < m->n_source; k++)
        p->value[m->source[k].value] = (gg_real *)b->source[k];
    gg_pass_place_values(m, b, keep, &p->arena, p->value);
    gg_trace_begin(gg_pass_trace(p, m), &b->graph[0], b->order);
    for (int k = 0; k < m->n_op; k++) {
        size_t own = m->op[k].chain < 0 ? gg_ops_scratch_bytes(m, b, k, k + 1) : 0;
        scratch = own > scratch ? own : scratch;
        if (keep && m->op[k].chain < 0)
            p->saved[k] = gg_arena_alloc(&p->arena, gg_op_saved_bytes(&m->op[k], b) + 64);
    }
    p->scratch = gg_arena_alloc(&p->arena, scratch + 64);
}

static void forward_from(struct gg_pass *p, const struct gg_model *m, int k, const gg_real *w,
                         const struct gg_batch *b)
{
    if (m->op[k].chain >= 0)
        gg_chain_forward(p, m, m->op[k].chain, w, b);
    else
        gg_ops_forward(p, m, k, k + 1, w, b, gg_pass_trace(p, m));
}

/* Whoever looks sees what is there behind op k, or behind the chain that begins there. */
static void show(struct gg_pass *p, const struct gg_model *m, int k, const struct gg_batch *b)
{
    for (int q = k; p->look && q < gg_ops_end(m, k); q++)
        if (!gg_value_is_inner(m, &m->op[q]))
            p->look(p->looks, p, m, b, q);
}

/* What the frame says of a layer's parameters, written where they lie among those in `state`. */
static void observe(struct gg_pass *p, const struct gg_model *m, int k, const gg_real *w,
                    const struct gg_batch *b, gg_real *state)
{
    const gg_real *x[GG_LAYER_INPUTS];
    struct gg_call call = gg_op_call(p, m, k, w, b, x);
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
        show(p, m, k, b);
        if (p->train && p->state && gg_layer_follows(l))
            observe(p, m, k, w, b, p->state);
    }
    if (!keep)
        gg_trace_end(gg_pass_trace(p, m));
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
    gg_trace_end(gg_pass_trace(p, m));
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
                gg_pass_gradient(p, m, b, m->op[k].in[q]);
    return any;
}

void gg_pass_again(struct gg_pass *p)
{
    memset(p->gradient, 0, sizeof p->gradient);
}

static void place(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b, bool weights)
{
    struct gg_wants wants = {.weights = weights};
    bool wanted[GG_MAX_VALUES];
    for (int k = 0; k < m->n_geometry; k++)
        wants.vectors[k] = p->dvec[k] != NULL;
    for (int v = 0; v < GG_MAX_VALUES; v++)
        wants.source[v] = p->gradient[v] != NULL;
    gg_pass_wanted(m, &wants, wanted);
    if (p->placed && !memcmp(p->wanted, wanted, sizeof wanted))
        return;
    memcpy(p->wanted, wanted, sizeof wanted);
    memset(p->room, 0, sizeof p->room);
    gg_pass_place_gradients(m, b, wanted, &p->arena, p->room);
    p->placed = true;
}

void gg_pass_backward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                      gg_real *dw)
{
    place(p, m, b, dw != NULL);
    for (int k = m->n_op - 1; k >= 0; k--) {
        int chain = m->op[k].chain;
        if (chain < 0) {
            gg_ops_backward(p, m, k, k + 1, w, b, dw, gg_pass_trace(p, m));
            continue;
        }
        if (open_chain(p, m, &m->chain[chain], b))
            gg_chain_backward(p, m, chain, w, b, dw);
        k = m->chain[chain].first;
    }
    gg_trace_end(gg_pass_trace(p, m));
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
    for (int k = 0; k < p->n_part; k++)
        gg_pass_free(&p->part[k]);
    free(p->part);
    gg_arena_free(&p->arena);
    memset(p, 0, sizeof *p);
}
