/* frame_norm.h -- what normalisations over the rows of a frame share: y = w (x - shift) inverse + b, number by number of a row
 *
 * Where shift and inverse come from, and what follows from that for the gradient, is the layer's.  Sums over rows are made in a fixed
 * tree (layer.h), in double. */
#ifndef GG_FRAME_NORM_H
#define GG_FRAME_NORM_H

#include "nn/channels.h"

/* Rows of one call, all as wide as a row of x, 0 in padding; h = (x - shift) inverse. */
struct gg_frame_norm {
    const struct gg_call *call;
    const struct gg_channels *channels;
    int stride;
    int64_t n_row;
    double *sum;                     /* [2 stride] */
    void *parts;                     /* of the tree */
    gg_real *mean, *shift, *inverse; /* `saved` holds them from forward to backward; forward finds zeros */
    gg_real *weight, *bias;
    gg_real *along, *all; /* backward takes h along + all off w dy */
};
size_t gg_frame_norm_saved_bytes(const struct gg_layer *l, const struct gg_graph *g);
size_t gg_frame_norm_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread);
/* saved: call->saved, or NULL where nothing is kept. */
struct gg_frame_norm gg_frame_norm_open(const struct gg_call *call, const struct gg_channels *c, void *saved);

/* sum[k] = sum of x over rows; sum[stride + k] = 0. */
void gg_frame_norm_sums(const struct gg_frame_norm *n);
/* sum[c->at] = sum over rows and components of (x - sum[stride + k])^2, channel by channel. */
void gg_frame_norm_squares(const struct gg_frame_norm *n);
/* y, from shift and inverse and the parameters: a weight for each channel from 0 on, a bias for each scalar at `bias`. */
void gg_frame_norm_forward(struct gg_frame_norm *n, int64_t bias);
/* sum[c->at] = sum over rows and components of dy h, sum[stride + k] = sum over rows of dy; along = all = 0. */
void gg_frame_norm_gradients(struct gg_frame_norm *n, int64_t bias);
/* dx, from along and all. */
void gg_frame_norm_backward(const struct gg_frame_norm *n);

#endif
