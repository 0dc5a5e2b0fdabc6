/* conv_full_tables.h -- what fully connected mixing makes from its parameters, and the way of gradients back */
#ifndef GG_CONV_FULL_TABLES_H
#define GG_CONV_FULL_TABLES_H

#include "conv/conv_full.h"
#include "conv/conv_tables.h"

/* V of every set and slice, factors folded in, in the two orders in which it is multiplied. */
struct gg_conv_full_tables {
    gg_real *forward; /* [set]: a slice's [function][width][pad_out]: y from S */
    gg_real *turned;  /* [set]: a slice's [mul_out][function][width]: dS from dy */
    gg_real *radial;  /* [row][lane] a_u; NULL if exact */
    struct gg_conv_points knots;
};

void gg_conv_full_pack(const struct gg_conv_plan *p, const gg_real *w, struct gg_conv_full_tables *t);
/* dv: as `turned`; adds into dw. */
void gg_conv_full_unpack(const struct gg_conv_plan *p, const double *dv, gg_real *dw);

/* a_u at the points, the values: [point][n_function]; and from their gradient in its place (overwritten) that of the hidden
 * layers' weights, added to dw.  The points have gg_conv_full_net_work doubles, untouched from forward to backward. */
size_t gg_conv_full_net_work(const struct gg_conv_full *f, int64_t n);
void gg_conv_full_net(const struct gg_conv_full *f, const gg_real *w, const struct gg_conv_points *at);
void gg_conv_full_net_backward(const struct gg_conv_full *f, const struct gg_conv_points *at, double *dw);

#endif
