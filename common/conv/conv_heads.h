/* conv_heads.h -- weights on edges: a second input of conv, alpha [edge][head], each head a range of the channels
 *
 *     R_{p,c}(r_e) -> alpha_{e,h(c)} R_{p,c}(r_e),   h(c) = c n_head / (channels of the block)
 *     dalpha_{e,h} = sum_p sum_{c of h} <dm_i, R_{p,c} t_e>
 *
 * Channelwise c are the channels of the input, with full mixing those of the output.  Channelwise the kernels take a factor for every
 * channel of an edge: the heads are spread over those of one input block at a time, for the edges of a block of receivers, and the
 * factors' gradient is collected likewise.  With full mixing a_u becomes alpha_h a_u, head after head. */
#ifndef GG_CONV_HEADS_H
#define GG_CONV_HEADS_H

#include "conv/conv_full_block.h"
#include "conv/conv_memory.h"

/* The part of init: n_head from l->in[1]; GG_USAGE where the heads do not divide the channels. */
int gg_conv_heads_init(const struct gg_layer *l, bool full, int *n_head, struct gg_err *err);

/* ---- channelwise ---- */

/* Before the first path of an input block, and behind its last. */
bool gg_conv_heads_open(const struct gg_conv_plan *p, int path);
bool gg_conv_heads_close(const struct gg_conv_plan *p, int path);
/* alpha of the block's edges, 1 where call->x[1] is NULL, over the channels of route r's input block; dalpha, where there is one,
 * becomes 0. */
void gg_conv_heads_spread(const struct gg_call *call, const struct gg_conv_route *r, struct gg_conv_work *k);
/* dalpha summed over the channels of each head, into dx[1]. */
void gg_conv_heads_collect(const struct gg_call *call, const struct gg_conv_route *r,
                           const struct gg_conv_work *k);

/* ---- full mixing ---- */

/* Before the first slice of a head, and behind its last. */
bool gg_conv_slice_opens(const struct gg_conv_plan *p, const struct gg_conv_slice *s);
bool gg_conv_slice_closes(const struct gg_conv_plan *p, const struct gg_conv_slice *s);
/* weighed = alpha_h a; dweighed, where there is one, becomes 0. */
void gg_conv_heads_weigh(const struct gg_call *call, int head, const struct gg_conv_full_work *k);
/* dx[1] += <dweighed, a>;  da += alpha_h dweighed. */
void gg_conv_heads_unweigh(const struct gg_call *call, int head, const struct gg_conv_full_work *k);

#endif
