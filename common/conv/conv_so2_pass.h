/* conv_so2_pass.h -- messages in the frames of their bonds, for the edges of a block of receivers */
#ifndef GG_CONV_SO2_PASS_H
#define GG_CONV_SO2_PASS_H

#include "conv/conv_full_block.h"

/* y: rows of the block, written completely.  k: prepared, with the radial functions of its edges. */
void gg_conv_so2_forward(const struct gg_call *call, const struct gg_conv_full_tables *t,
                         const struct gg_conv_full_work *k, gg_real *y);
/* From dy, rows of the block: k->da, dx and the mixing of the share, and where asked for what the directions have of dvec. */
void gg_conv_so2_backward(const struct gg_call *call, const struct gg_conv_full_tables *t,
                          const struct gg_conv_full_work *k, const gg_real *dy, struct gg_conv_share *share);

#endif
