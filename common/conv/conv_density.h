/* conv_density.h -- the sum over neighbours divided by a learned measure of how many there are
 *
 *     y_i = A_i / (beta n_i + alpha),   n_i = sum_{e: i<-j} f(r_e),   f(r) = tanh(net(r)^2) u(r)
 *
 * u: the envelope.  net: of the basis and the hidden widths of R, one output.  The density normalisation of MACE (Batatia
 * et al. 2022; mace-torch's RealAgnosticDensityInteractionBlock), where alpha starts at 20; here at the mean number of
 * neighbours, and beta at 0. */
#ifndef GG_CONV_DENSITY_H
#define GG_CONV_DENSITY_H

#include "conv/conv_memory.h"

/* f at the points, 0 in the rows behind them up to n_row. */
void gg_conv_density_fill(const struct gg_layer *l, const gg_real *w, const struct gg_conv_points *at,
                          int64_t n_row);
/* y: rows of the block `k`, A on the way in. */
void gg_conv_density_divide(const struct gg_layer *l, const gg_real *w, const struct gg_conv_points *at,
                            const struct gg_conv_block *k, gg_real *y);
/* y, dy -> dA, rows of the block `k`; what the density has of the gradient goes into the share. */
void gg_conv_density_undo(const struct gg_layer *l, const gg_real *w, const struct gg_conv_points *at,
                          const struct gg_conv_block *k, const gg_real *y, const gg_real *dy, gg_real *dA,
                          struct gg_conv_share *s);
/* The shares into dw. */
void gg_conv_density_add(const struct gg_layer *l, const struct gg_conv_points *knots,
                         const struct gg_conv_share *s, int n_share, gg_real *dw);

#endif
