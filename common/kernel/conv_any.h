/* conv_any.h -- one path of conv for any degrees: slow, and right */
#ifndef GG_CONV_ANY_H
#define GG_CONV_ANY_H

#include "kernel/conv_kernel.h"

void gg_conv_any_forward(const struct gg_conv_block *k, const struct gg_conv_path *p);
void gg_conv_any_backward(const struct gg_conv_block *k, const struct gg_conv_path *p);
/* gg_conv_outer_fn, with its degrees. */
void gg_conv_any_outer(int l1, int l2, int l3, const gg_real *x, int64_t x_pad, const gg_real *d,
                       int64_t d_row, gg_real (*M)[8]);
void gg_conv_any_terms(const struct gg_conv_piece *p);
void gg_conv_any_back(const struct gg_conv_piece *p);

#endif
