/* parameters.c -- the parameters of all layers: their names, their start */
#include "model/model.h"

#include <stdio.h>

bool gg_model_weight(const struct gg_model *m, int64_t k, char name[GG_NAME], struct gg_weight *piece)
{
    int64_t seen = 0, end = 0;
    for (int q = 0; q < m->n_op; q++) {
        const struct gg_op *op = &m->op[q];
        if (op->weight < end || op->layer.n_weight == 0)
            continue; /* a later round of a shared repeat, or nothing to learn */
        end = op->weight + op->layer.n_weight;
        for (int z = 0; op->layer.type->weight(&op->layer, z, piece); z++, seen++)
            if (seen == k) {
                int n = snprintf(name, GG_NAME, "%.47s.", op->name);
                snprintf(name + n, (size_t)(GG_NAME - n), "%s", piece->name);
                piece->offset += op->weight;
                return true;
            }
    }
    return false;
}

void gg_model_init_weights(struct gg_model *m, uint64_t seed)
{
    int64_t end = 0;
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_op *op = &m->op[k];
        struct gg_rng r = gg_rng_at(seed, 0x77656967 /* "weig" */, (uint32_t)k, 0);
        if (op->weight < end)
            continue;
        end = op->weight + op->layer.n_weight;
        if (op->layer.type->init_weights)
            op->layer.type->init_weights(&op->layer, m->w + op->weight, &r);
        else
            for (int64_t q = 0; q < op->layer.n_weight; q++)
                m->w[op->weight + q] = (gg_real)gg_rng_normal(&r);
    }
}
