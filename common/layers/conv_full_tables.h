/* conv_full_tables.h -- what fully connected mixing makes from its parameters, and the way of gradients back */
#ifndef GG_CONV_FULL_TABLES_H
#define GG_CONV_FULL_TABLES_H

#include "layers/conv_full.h"

/* Every slice's V, factors folded in, in the two orders in which it is multiplied. */
struct gg_conv_full_tables {
    gg_real *forward;             /* [function][width][pad_out]: y from S */
    gg_real *turned;              /* [mul_out][function][width]: dS from dy */
    gg_real *radial;              /* [n_knot][lane] a_u; NULL if exact */
    double *knot, *values, *work; /* distances, a_u and memory of the net at the knots */
};

void gg_conv_full_pack(const struct gg_conv_plan *p, const gg_real *w, struct gg_conv_full_tables *t);
/* dv: as `turned`; adds into dw. */
void gg_conv_full_unpack(const struct gg_conv_plan *p, const double *dv, gg_real *dw);

/* a_u at n points: [n][n_function]; and from their gradient (overwritten) that of the hidden layers' weights, added to
 * dw.  work: gg_conv_full_net_work doubles, from forward to backward. */
size_t gg_conv_full_net_work(const struct gg_conv_full *f, int64_t n);
void gg_conv_full_net(const struct gg_conv_full *f, const gg_real *w, int64_t n, const double *r,
                      double *values, double *work);
void gg_conv_full_net_backward(const struct gg_conv_full *f, int64_t n, double *dvalues, double *dw,
                               double *work);

#endif
