/* pass_memory.c -- who shares memory: values that no layer reads any more, gradients that no layer awaits */
#include "model/pass_memory.h"
#include "util/threads.h"

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

size_t gg_value_bytes(const struct gg_model *m, const struct gg_batch *b, int value)
{
    return ((size_t)(gg_pass_rows(m, b, value) * m->value[value].stride) + 16) * sizeof(gg_real);
}

size_t gg_op_saved_bytes(const struct gg_op *op, const struct gg_batch *b)
{
    const struct gg_layer *l = &op->layer;
    return l->saved_bytes ? l->saved_bytes(l, &b->graph[op->geometry]) : 0;
}

size_t gg_ops_scratch_bytes(const struct gg_model *m, const struct gg_batch *b, int first, int last)
{
    size_t most = 0;
    for (int k = first; k < last; k++) {
        const struct gg_layer *l = &m->op[k].layer;
        size_t bytes = l->scratch_bytes ? l->scratch_bytes(l, &b->graph[m->op[k].geometry], gg_threads()) : 0;
        most = bytes > most ? bytes : most;
    }
    return most;
}

int gg_ops_end(const struct gg_model *m, int op)
{
    return m->op[op].chain < 0 ? op + 1 : m->chain[m->op[op].chain].last;
}

bool gg_value_is_inner(const struct gg_model *m, const struct gg_op *op)
{
    return op->chain >= 0 && !op->kept && gg_axis_base(m->value[op->out].axis) == GG_ON_EDGE;
}

void gg_pass_wanted(const struct gg_model *m, const struct gg_wants *for_what, bool *wanted)
{
    for (int v = 0; v < GG_MAX_VALUES; v++)
        wanted[v] = m->is_source[v] && for_what->source[v];
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_op *op = &m->op[k];
        bool any = (for_what->weights && op->layer.n_weight > 0) || for_what->vectors[op->geometry];
        for (int q = 0; q < op->layer.n_in; q++)
            any |= wanted[op->in[q]];
        wanted[op->out] |= any;
    }
}

/* ---- slots ---- */

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

/* The last op that reads a value; n_op: its memory is never free.  A chain reads its inputs again in backward, and makes its
 * outputs again. */
static void find_last(const struct gg_model *m, bool keep, int *last)
{
    memset(last, 0, GG_MAX_VALUES * sizeof *last);
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_layer *l = &m->op[k].layer;
        bool chain = m->op[k].chain >= 0;
        last[m->op[k].out] = keep && !l->spares_y && !chain ? m->n_op : k;
        for (int q = 0; q < l->n_in; q++)
            if (last[m->op[k].in[q]] < m->n_op)
                last[m->op[k].in[q]] = keep && (chain || !l->spares_x) ? m->n_op : k;
    }
    for (int h = 0; h < m->n_head; h++)
        last[m->head[h].value] = m->n_op;
}

/* What a chain reads lives as long as it runs. */
static void plan_values(struct slots *s, const struct gg_model *m, const struct gg_batch *b, bool keep)
{
    int last[GG_MAX_VALUES];
    slots_init(s);
    find_last(m, keep, last);
    for (int first = 0, end; first < m->n_op; first = end) {
        end = gg_ops_end(m, first);
        for (int k = first; k < end; k++)
            if (!gg_value_is_inner(m, &m->op[k]))
                occupy(s, m->op[k].out, gg_value_bytes(m, b, m->op[k].out));
        for (int k = first; k < end; k++) {
            const struct gg_op *op = &m->op[k];
            for (int q = 0; q < op->layer.n_in; q++)
                if (last[op->in[q]] == k)
                    release(s, op->in[q]);
            if (last[op->out] == k)
                release(s, op->out);
        }
    }
}

/* Backward: the gradient of a value lives from the last layer that reads it down to the layer that made it. */
static void plan_gradients(struct slots *s, const struct gg_model *m, const struct gg_batch *b,
                           const bool *wanted)
{
    bool inner[GG_MAX_VALUES] = {0};
    slots_init(s);
    for (int k = 0; k < m->n_op; k++)
        inner[m->op[k].out] = gg_value_is_inner(m, &m->op[k]);
    for (int k = m->n_op - 1; k >= 0; k--) {
        const struct gg_op *op = &m->op[k];
        int first = op->chain < 0 ? k : m->chain[op->chain].first;
        for (int q = 0; q < op->layer.n_in; q++)
            if (wanted[op->in[q]] && !m->is_source[op->in[q]] && !inner[op->in[q]] && s->of[op->in[q]] < 0)
                occupy(s, op->in[q], gg_value_bytes(m, b, op->in[q]));
        for (int q = gg_ops_end(m, k) - 1; k == first && q >= first; q--)
            release(s, m->op[q].out);
    }
}

static size_t place(const struct slots *s, struct gg_arena *a, gg_real **at)
{
    gg_real *slot[GG_MAX_VALUES];
    size_t sum = 0;
    for (int k = 0; k < s->n; k++) {
        sum += s->bytes[k];
        slot[k] = a ? gg_arena_alloc(a, s->bytes[k]) : NULL;
    }
    for (int v = 0; a && v < GG_MAX_VALUES; v++)
        if (s->of[v] >= 0)
            at[v] = slot[s->of[v]];
    return sum;
}

size_t gg_pass_place_values(const struct gg_model *m, const struct gg_batch *b, bool keep, struct gg_arena *a,
                            gg_real **at)
{
    struct slots s;
    plan_values(&s, m, b, keep);
    return place(&s, a, at);
}

size_t gg_pass_place_gradients(const struct gg_model *m, const struct gg_batch *b, const bool *wanted,
                               struct gg_arena *a, gg_real **at)
{
    struct slots s;
    plan_gradients(&s, m, b, wanted);
    return place(&s, a, at);
}
