/* conv_full_run.h -- one slice of fully connected mixing, for the receivers of a run */
#ifndef GG_CONV_FULL_RUN_H
#define GG_CONV_FULL_RUN_H

#include "conv/conv_full_block.h"

/* k->rows (y) += what the slice brings. */
void gg_conv_full_run_forward(const struct gg_layer *l, const struct gg_conv_slice *s,
                              const struct gg_conv_run *r, const struct gg_conv_full_tables *t,
                              const struct gg_conv_full_work *k, const gg_real *x);
/* From k->rows (dy): k->dweighed, and dx and the mixing of the share. */
void gg_conv_full_run_backward(const struct gg_layer *l, const struct gg_conv_slice *s,
                               const struct gg_conv_run *r, const struct gg_conv_full_tables *t,
                               const struct gg_conv_full_work *k, const gg_real *x,
                               struct gg_conv_share *share);
/* Of the latter k->dweighed alone. */
void gg_conv_full_run_dot(const struct gg_layer *l, const struct gg_conv_slice *s,
                          const struct gg_conv_run *r, const struct gg_conv_full_tables *t,
                          const struct gg_conv_full_work *k, const gg_real *x);

#endif
