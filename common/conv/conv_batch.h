/* conv_batch.h -- radial.norm: batch: a convolution whose radial net is normalised over the edges of the frame */
#ifndef GG_CONV_BATCH_H
#define GG_CONV_BATCH_H

#include "nn/layer.h"

/* What observe says: mean and unbiased variance of the hidden layer, at its statistics. */
void gg_conv_batch_observe(const struct gg_call *call);
/* In training: `pass` with the frame's statistics where the running ones lie; in backward their gradients go on to the weights and, where asked for,
 * the bonds.  In prediction: `pass`. */
void gg_conv_batch_forward(const struct gg_call *call, void (*pass)(const struct gg_call *call));
void gg_conv_batch_backward(const struct gg_call *call, void (*pass)(const struct gg_call *call));

#endif
