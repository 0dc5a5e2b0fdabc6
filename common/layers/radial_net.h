/* radial_net.h -- the weights of a convolution as functions of the distance: basis, envelope, perceptron
 *
 * Evaluated in double at a list of points: the knots of a table, or every edge of a block (table: exact).
 * Source: e3nn's FullyConnectedNet (x W / sqrt(h_in), normalised activation, no bias, last layer linear). */
#ifndef GG_RADIAL_NET_H
#define GG_RADIAL_NET_H

#include "graph/radial.h"
#include "util/real.h"
#include <stddef.h>
#include <stdint.h>

enum { GG_RADIAL_LAYERS = 6 };

struct gg_radial_net {
    struct gg_radial_basis basis;
    int n_layer;                     /* linear maps: hidden ones and the last */
    int width[GG_RADIAL_LAYERS + 1]; /* basis.n, hidden ..., outputs */
    double constant;                 /* of silu */
    int64_t n_weight;                /* sum of width[k] * width[k+1]; flat, layer after layer, [in][out] */
};

/* Number of doubles of `work` for n points, forward and backward. */
size_t gg_radial_net_work(const struct gg_radial_net *net, int64_t n);
/* out: n x width[n_layer].  Leaves in `work` what backward needs. */
void gg_radial_net_forward(const struct gg_radial_net *net, const gg_real *w, int64_t n, const double *r,
                           double *out, double *work);
/* Adds into dw (n_weight doubles).  dout: n x width[n_layer]; work: as forward left it. */
void gg_radial_net_backward(const struct gg_radial_net *net, const gg_real *w, int64_t n, const double *dout,
                            double *dw, double *work);

#endif
