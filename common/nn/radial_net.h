/* radial_net.h -- the weights of a convolution as functions of the distance: basis, envelope, perceptron
 *
 *     a_0 = basis(r),  z_k = s_k a_k W_k + b_k,  a_{k+1} = c act(norm(z_k)),  out = z_last
 *
 * Evaluated in double at a list of points: the knots of a table, or every edge of a block (table: exact).
 * e3nn's FullyConnectedNet: s_k = 1/sqrt(h_k), c normalises the activation, no bias, no norm.  Plain: s_k = c = 1, as PyTorch has it.
 * norm: over the hidden layer's channels (Ba et al. 2016, arXiv 1607.06450), or over the edges of the frame (Ioffe, Szegedy 2015, arXiv
 * 1502.03167).  The latter needs no edge: z of the first layer is affine in the basis, so its mean and variance follow from those of the
 * basis at the points, each counted as often as it stands for an edge. */
#ifndef GG_RADIAL_NET_H
#define GG_RADIAL_NET_H

#include "graph/radial.h"
#include "nn/act.h"
#include "util/real.h"
#include <stddef.h>
#include <stdint.h>

enum {
    GG_RADIAL_LAYERS = 6,
    GG_RADIAL_SETS = 64,
    GG_RADIAL_MOMENTS = 64 /* most basis functions of norm: batch */
};

#define GG_RADIAL_NORM_LIST(X) \
    X(GG_RADIAL_NO_NORM, "none") X(GG_RADIAL_BATCH, "batch") X(GG_RADIAL_LAYER, "layer")
enum gg_radial_norm { GG_RADIAL_NORM_LIST(GG_CHOICE_ENUM) };
#define GG_RADIAL_NORMS GG_CHOICE_WORDS(GG_RADIAL_NORM_LIST)

struct gg_radial_net {
    struct gg_radial_basis basis;
    int n_layer;                     /* linear maps: hidden ones and the last */
    int width[GG_RADIAL_LAYERS + 1]; /* basis.n, hidden ..., outputs */
    enum gg_act act;
    double constant; /* c */
    bool plain;      /* s_k = 1 */
    bool bias, bias_last;
    enum gg_radial_norm norm; /* batch: one hidden layer, one set */
    bool act_last;            /* the last layer ends as the hidden ones do */
    int n_set;                /* nets of this shape: one, or one for each ordered pair of species */
};

/* The parameters lie layer after layer, part after part of those that a layer has, each [set][...][out]. */
enum gg_radial_part {
    GG_RADIAL_WEIGHT, /* [in][out] */
    GG_RADIAL_BIAS,
    GG_RADIAL_GAIN,
    GG_RADIAL_SHIFT,
    GG_RADIAL_MEAN, /* of the batch: statistics */
    GG_RADIAL_VARIANCE,
    GG_RADIAL_PARTS
};
/* Numbers of a part of layer k in one set, 0: it has none; where the part begins. */
int64_t gg_radial_net_size(const struct gg_radial_net *net, int k, enum gg_radial_part part);
int64_t gg_radial_net_at(const struct gg_radial_net *net, int k, enum gg_radial_part part);
int64_t gg_radial_net_weights(const struct gg_radial_net *net);
/* Number of doubles of `work` for n points, forward and backward. */
size_t gg_radial_net_work(const struct gg_radial_net *net, int64_t n);
/* Points first[s] .. first[s+1]-1 go through set s, first[0] = 0.  out: points x width[n_layer].  Leaves in `work` what
 * backward needs. */
void gg_radial_net_forward(const struct gg_radial_net *net, const gg_real *w, const int64_t *first,
                           const double *r, double *out, double *work);
/* d out/dr at the same points, between the two: reads what forward left in `work` and leaves it good for backward.  basis: room for
 * points x width[0]. */
void gg_radial_net_slope(const struct gg_radial_net *net, const int64_t *first, const double *r, double *out,
                         double *basis, double *work);
/* Adds into dw, at the statistics too.  dout: as out; work: as forward left it. */
void gg_radial_net_backward(const struct gg_radial_net *net, const int64_t *first, const double *dout,
                            double *dw, double *work);

/* norm: batch.  The basis over the edges: n numbers of mean, n x n of covariance (biased), and how many edges. */
struct gg_radial_moments {
    double edges;
    double mean[GG_RADIAL_MOMENTS], covariance[GG_RADIAL_MOMENTS * GG_RADIAL_MOMENTS];
};
/* n points, the k-th standing for count[k] edges (NULL: one each). */
void gg_radial_net_measure(const struct gg_radial_net *net, int64_t n, const double *r, const double *count,
                           struct gg_radial_moments *out);
/* Puts mean and variance of z_0 into w at the statistics: the biased ones that training divides by, or unbiased. */
void gg_radial_net_normalise(const struct gg_radial_net *net, const struct gg_radial_moments *m,
                             bool unbiased, gg_real *w);
/* Gradients by the statistics, which backward left in dw, go on to W_0 and b_0 and are cleared. */
void gg_radial_net_denormalise(const struct gg_radial_net *net, const struct gg_radial_moments *m,
                               const gg_real *w, gg_real *dw);
/* The function of the distance whose slope at an edge's is d loss/dr by way of the statistics, with the gradients that backward left in dw; and
 * its slope. */
double gg_radial_net_pull(const struct gg_radial_net *net, const struct gg_radial_moments *m,
                          const gg_real *w, const gg_real *dw, double r, double *slope);

#endif
