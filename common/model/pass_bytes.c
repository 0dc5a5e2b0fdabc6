/* pass_bytes.c -- what a pass needs: memory and operations */
#include "model/pass.h"
#include "model/pass_chain.h"

size_t gg_pass_own_bytes(const struct gg_model *m, const struct gg_batch *b, bool keep)
{
    size_t bytes = 0, scratch = 0;
    for (int k = 0; k < m->n_op; k++) {
        if (m->op[k].chain >= 0)
            continue;
        size_t room = gg_ops_scratch_bytes(m, b, k, k + 1);
        scratch = room > scratch ? room : scratch;
        bytes += keep ? gg_op_saved_bytes(&m->op[k], b) : 0;
    }
    for (int k = 0; k < m->n_source; k++)
        bytes += gg_value_bytes(m, b, m->source[k].value);
    bytes += gg_pass_place_values(m, b, keep, NULL, NULL);
    if (keep) {
        bool wanted[GG_MAX_VALUES];
        gg_pass_wanted(m, &(struct gg_wants){.weights = true}, wanted);
        bytes += gg_pass_place_gradients(m, b, wanted, NULL, NULL);
    }
    return bytes + scratch;
}

size_t gg_pass_bytes(const struct gg_model *m, const struct gg_batch *b, bool keep)
{
    size_t chains = 0;
    for (int k = 0; k < m->n_chain; k++)
        chains = b->chain_bytes[k][keep] > chains ? b->chain_bytes[k][keep] : chains;
    return gg_pass_own_bytes(m, b, keep) + chains;
}

struct gg_cost gg_op_cost(const struct gg_model *m, int op, const struct gg_graph *g)
{
    const struct gg_op *o = &m->op[op];
    struct gg_cost c = o->layer.type->cost(&o->layer, g);
    bool wanted[GG_MAX_VALUES];
    gg_pass_wanted(m, &(struct gg_wants){.weights = true}, wanted);
    c.flops_backward = (wanted[o->out] ? c.flops_backward : 0) + (o->chain >= 0 ? c.flops_forward : 0);
    c.moved = c.bytes * (1 + 2 * wanted[o->out] + (o->chain >= 0));
    return c;
}

struct gg_cost gg_model_cost(const struct gg_model *m, const struct gg_batch *b)
{
    struct gg_cost sum = {0};
    for (int k = 0; k < m->n_op; k++) {
        struct gg_cost c = gg_op_cost(m, k, &b->graph[m->op[k].geometry]);
        sum.flops_forward += c.flops_forward;
        sum.flops_backward += c.flops_backward;
        sum.bytes += c.bytes;
        sum.moved += c.moved;
    }
    return sum;
}
