/* mix_layer.c -- the functions of a layer that is one linear map: linear, embed */
#include "nn/mix.h"

size_t gg_mix_layer_scratch(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    (void)n_thread;
    return gg_mix_scratch_bytes(l->plan, gg_shape_rows(&l->in[0], g));
}

bool gg_mix_layer_weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    return gg_mix_weight(l->plan, k, out);
}

void gg_mix_layer_init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    gg_mix_init_weights(l->plan, w, r);
}

void gg_mix_layer_forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    gg_mix_forward(l->plan, call->w, gg_shape_rows(&l->in[0], g), g->type, call->x[0], call->y,
                   call->scratch);
}

void gg_mix_layer_backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    gg_mix_backward(l->plan, call->w, gg_shape_rows(&l->in[0], g), g->type, call->x[0], call->dy, call->dx[0],
                    call->dw, call->scratch);
}

struct gg_cost gg_mix_layer_cost(const struct gg_layer *l, const struct gg_graph *g)
{
    int64_t rows = gg_shape_rows(&l->in[0], g);
    double flops = gg_mix_flops(l->plan, rows);
    return (struct gg_cost){.flops_forward = flops,
                            .flops_backward = 2 * flops,
                            .bytes = sizeof(gg_real) * (double)rows * (l->in[0].stride + l->out.stride)};
}
