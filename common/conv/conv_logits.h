/* conv_logits.h -- messages of a convolution that are not summed but multiplied with their receiver's row of another value
 *
 *     logit_{e,h} = sum_{c of h} <q_i, m_e>,   m_e: what conv (conv_heads.h) would sum with the weight 1
 *
 * This is the gradient that conv's weights alpha have where dy is q, and no message is ever stored: q goes through the mixing, and the
 * kernels of conv's backward do the rest.  As sum_i <q_i, conv(x; alpha)_i> = sum_e alpha_e logit_e is linear in alpha and in q,
 * backward is conv's forward and backward with d logit for alpha and q for dy. */
#ifndef GG_CONV_LOGITS_H
#define GG_CONV_LOGITS_H

#include "nn/layer.h"

/* `call` is one of a conv with weights on edges: its layer, x[0], w, scratch.  q: as its output; logit: as its second input, all of
 * it is written.  With gg_conv_logits_scratch_bytes of scratch; no ranges of the graph are needed. */
void gg_conv_logits(const struct gg_call *call, const gg_real *q, gg_real *logit);
size_t gg_conv_logits_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread);

#endif
