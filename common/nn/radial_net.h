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

enum { GG_RADIAL_LAYERS = 6, GG_RADIAL_SETS = 64 };

struct gg_radial_net {
    struct gg_radial_basis basis;
    int n_layer;                     /* linear maps: hidden ones and the last */
    int width[GG_RADIAL_LAYERS + 1]; /* basis.n, hidden ..., outputs */
    double constant;                 /* of silu */
    int n_set;                       /* nets of this shape: one, or one for each ordered pair of species */
};

/* Weights are flat, layer after layer, each [set][in][out]. */
int64_t gg_radial_net_weights(const struct gg_radial_net *net);
/* Number of doubles of `work` for n points, forward and backward. */
size_t gg_radial_net_work(const struct gg_radial_net *net, int64_t n);
/* Points first[s] .. first[s+1]-1 go through set s, first[0] = 0.  out: points x width[n_layer].  Leaves in `work` what
 * backward needs. */
void gg_radial_net_forward(const struct gg_radial_net *net, const gg_real *w, const int64_t *first,
                           const double *r, double *out, double *work);
/* Adds into dw.  dout: as out; work: as forward left it. */
void gg_radial_net_backward(const struct gg_radial_net *net, const int64_t *first, const double *dout,
                            double *dw, double *work);

#endif
