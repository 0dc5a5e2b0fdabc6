/* gated.h -- read-outs of any degree from the channels of a row, weighted by its scalars: what gated and gated_vector are made of
 *
 *     y_{b,t,m} = 1/sqrt(C_b) sum_{c < C_b} g_{b,t,c} h_{lp,m,c},   g = bias + h_0 W / sqrt(C_0)     degree l, parity p of block b
 *     y_{b,t}   = g_{b,t}                                                                           0e
 *
 * h_lp: the C_b channels of that degree and parity, all blocks of x one behind the other; h_0: the C_0 channels of 0e. */
#ifndef GG_GATED_H
#define GG_GATED_H

#include "nn/mix.h"

struct gg_gated {
    struct gg_mix mix;             /* h_0 -> g: a block [t][c] for each block of y */
    int n_channel[GG_IRREPS_MAX];  /* C_b; 1 for 0e */
    gg_real factor[GG_IRREPS_MAX]; /* 1/sqrt(C_b) */
};

/* l->plan, output and sizes, for one input and these irreps; they stand in the key `key`.  Refuses (GG_USAGE) a block that no channel
 * of the input feeds. */
int gg_gated_init(struct gg_layer *l, struct gg_arena *a, const struct gg_irreps *out, const char *key,
                  struct gg_err *err);
/* weight.IN.OUT [mul][t][c] and bias.OUT [t][c], of 0e without [c]; in the order of mix.h. */
bool gg_gated_weight(const struct gg_layer *l, int k, struct gg_weight *out);
void gg_gated_init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r);
void gg_gated_forward(const struct gg_call *call);
void gg_gated_backward(const struct gg_call *call);
struct gg_cost gg_gated_cost(const struct gg_layer *l, const struct gg_graph *g);

#endif
