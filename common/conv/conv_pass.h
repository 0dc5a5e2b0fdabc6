/* conv_pass.h -- pieces of the channelwise passes */
#ifndef GG_CONV_PASS_H
#define GG_CONV_PASS_H

#include "conv/conv_memory.h"

void gg_conv_channelwise_forward(const struct gg_call *call);
void gg_conv_channelwise_backward(const struct gg_call *call);

/* The radial table that a block reads, and its rows. */
const gg_real *gg_conv_table_of(const struct gg_conv_plan *p, const struct gg_conv_tables *t,
                                const struct gg_conv_work *w, int64_t *n_knot);
/* One path of a block for its kernels; x: as the layer has it, mid: of the block. */
struct gg_conv_path gg_conv_bind(const struct gg_layer *l, const struct gg_conv_route *r, const gg_real *x,
                                 const gg_real *radial, int64_t n_knot, gg_real *mid,
                                 const struct gg_conv_work *k);
/* d mid = dy W', n rows. */
void gg_conv_unmix(const struct gg_layer *l, const struct gg_conv_tables *t, int64_t n, const gg_real *dy,
                   gg_real *dmid);

#endif
