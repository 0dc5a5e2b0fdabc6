/* mix.h -- linear maps between blocks of equal degree and parity: what linear, embed, mlp and gated are made of
 *
 *     y_{i,b',m,c'} = bias_{b',c'} + 1/sqrt(fan-in of b') sum_{b: (l,p) equal} sum_c x_{i,b,m,c} W^{b b'}_{c c'}
 *
 * Weights are raw, in e3nn's scale and order: input block outermost, then output block, each [set][mul_in][mul_out]; then
 * the biases of the 0e output blocks, each [set][mul].  A set belongs to a species; one set serves all unless n_set > 1. */
#ifndef GG_MIX_H
#define GG_MIX_H

#include "kernel/conv_kernel.h"
#include "nn/layer.h"

struct gg_mix_link {
    int in, out;            /* blocks */
    int64_t weight;         /* offset of [n_set][mul_in][mul_out] in the parameters */
    int64_t packed, turned; /* offset of [mul_in][pad_out] and of [mul_out][pad_in] in a packed set */
};

struct gg_mix {
    struct gg_shape in, out;
    int n_set, n_link;
    bool bias;
    struct gg_mix_link *link;
    gg_rows_fn *rows;               /* the dense product of this processor */
    double factor[GG_IRREPS_MAX];   /* 1/sqrt(fan-in) of an output block; 0 if nothing feeds it */
    int64_t bias_at[GG_IRREPS_MAX]; /* offset of [n_set][mul]; -1 = no bias */
    int64_t bias_packed[GG_IRREPS_MAX];
    int64_t n_weight, n_packed, n_turned; /* packed, turned: numbers in a set */
};

/* Links live in `a`.  Output blocks that no input block feeds stay 0 (or their bias); refused if nothing is fed. */
int gg_mix_init(struct gg_mix *m, struct gg_arena *a, const struct gg_shape *in, const struct gg_shape *out,
                int n_set, bool bias, struct gg_err *err);
/* The k-th piece, "weight.IN.OUT" or "bias.OUT", with offsets from the first parameter of the map. */
bool gg_mix_weight(const struct gg_mix *m, int k, struct gg_weight *out);
/* Standard normal; biases 0. */
void gg_mix_init_weights(const struct gg_mix *m, gg_real *w, struct gg_rng *r);

size_t gg_mix_scratch_bytes(const struct gg_mix *m, int64_t n_row);
/* type: [n_row], read only if n_set > 1. */
void gg_mix_forward(const struct gg_mix *m, const gg_real *w, int64_t n_row, const int32_t *type,
                    const gg_real *x, gg_real *y, void *scratch);
/* Adds into dx and dw (NULL: not wanted). */
void gg_mix_backward(const struct gg_mix *m, const gg_real *w, int64_t n_row, const int32_t *type,
                     const gg_real *x, const gg_real *dy, gg_real *dx, gg_real *dw, void *scratch);
/* Useful operations of forward; backward takes twice as many. */
double gg_mix_flops(const struct gg_mix *m, int64_t n_row);

/* mix_layer.c: the functions of a layer whose plan is one map and nothing else. */
size_t gg_mix_layer_scratch(const struct gg_layer *l, const struct gg_graph *g, int n_thread);
bool gg_mix_layer_weight(const struct gg_layer *l, int k, struct gg_weight *out);
void gg_mix_layer_init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r);
void gg_mix_layer_forward(const struct gg_call *call);
void gg_mix_layer_backward(const struct gg_call *call);
struct gg_cost gg_mix_layer_cost(const struct gg_layer *l, const struct gg_graph *g);
#define GG_MIX_LAYER                                                          \
    .weight = gg_mix_layer_weight, .init_weights = gg_mix_layer_init_weights, \
    .forward = gg_mix_layer_forward, .backward = gg_mix_layer_backward, .cost = gg_mix_layer_cost

#endif
