/* head_net.h -- small perceptrons of one output, one for each head, at many columns
 *
 *     z_k = b_k + s_k W_k^T a_k,   a_{k+1} = c act(z_k),   y = z_last, with act_last c act(z_last)
 *
 * s_k = 1/sqrt(inputs), c normalises the activation; plain: s_k = c = 1.  Arrays are [number][column], `room` columns apart, a multiple of
 * eight; all heads read the same inputs. */
#ifndef GG_HEAD_NET_H
#define GG_HEAD_NET_H

#include "nn/act.h"
#include "nn/layer.h"

enum { GG_HEAD_LAYERS = 8, GG_HEAD_WIDTH = 256 };

struct gg_head_net {
    int n_head, n_layer;
    int width[GG_HEAD_LAYERS + 1]; /* inputs, hidden ..., 1 */
    enum gg_act act;
    double constant;
    bool plain, act_last;
};

/* Widths from `hidden` and the rest from keys; GG_USAGE where they are too many or no whole numbers. */
int gg_head_net_init(struct gg_head_net *n, int n_head, int inputs, const struct gg_reals *hidden,
                     struct gg_err *err);
/* Parameters, layer after layer: K.weight [head][in][out], K.bias [head][out]. */
int64_t gg_head_net_weights(const struct gg_head_net *n);
bool gg_head_net_weight(const struct gg_head_net *n, int k, struct gg_weight *out);
void gg_head_net_start(const struct gg_head_net *n, gg_real *w, struct gg_rng *r);

/* Numbers of `work` for so many columns. */
int64_t gg_head_net_work(const struct gg_head_net *n, int64_t room);
/* y [head][room]; leaves in `work` what backward reads. */
void gg_head_net_forward(const struct gg_head_net *n, const gg_real *w, int64_t room, const gg_real *x,
                         gg_real *work, gg_real *y);
/* dy as y, 0 in columns that do not count.  dx [input][room] and dw: +=. */
void gg_head_net_backward(const struct gg_head_net *n, const gg_real *w, int64_t room, const gg_real *x,
                          gg_real *work, const gg_real *dy, gg_real *dx, gg_real *dw);

#endif
