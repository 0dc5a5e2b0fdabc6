/* radial_net.c -- basis, envelope and a perceptron without biases, at a list of distances
 *
 *     a_0 = basis(r),  z_k = a_k W_k / sqrt(h_k),  a_{k+1} = c silu(z_k),  out = z_last */
#include "layers/radial_net.h"
#include "util/linalg.h"

#include <math.h>
#include <string.h>

/* work: a_0 .. a_last-1 and z_0 .. z_last-1 as blocks of n x width, then two buffers for gradients, then W in double. */
static int widest(const struct gg_radial_net *net)
{
    int most = 0;
    for (int k = 0; k <= net->n_layer; k++)
        most = net->width[k] > most ? net->width[k] : most;
    return most;
}

struct parts {
    double *a[GG_RADIAL_LAYERS + 1], *z[GG_RADIAL_LAYERS + 1], *gradient[2], *w;
};

static void split(const struct gg_radial_net *net, int64_t n, double *work, struct parts *s)
{
    for (int k = 0; k < net->n_layer; k++) {
        s->a[k] = work;
        s->z[k] = work += n * net->width[k];
        work += n * net->width[k + 1];
    }
    s->gradient[0] = work;
    s->gradient[1] = work + n * widest(net);
    s->w = work + 2 * n * widest(net);
}

size_t gg_radial_net_work(const struct gg_radial_net *net, int64_t n)
{
    int64_t columns = 2 * widest(net);
    for (int k = 0; k < net->n_layer; k++)
        columns += net->width[k] + net->width[k + 1];
    return (size_t)(n * columns + net->n_weight);
}

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

void gg_radial_net_forward(const struct gg_radial_net *net, const gg_real *w, int64_t n, const double *r,
                           double *out, double *work)
{
    struct parts s;
    split(net, n, work, &s);
    for (int64_t k = 0; k < net->n_weight; k++)
        s.w[k] = (double)w[k];
    for (int64_t e = 0; e < n; e++)
        gg_radial_basis_eval(&net->basis, r[e], s.a[0] + e * net->width[0]);
    const double *wk = s.w;
    for (int k = 0; k < net->n_layer; k++) {
        int in = net->width[k], wide = net->width[k + 1];
        bool last = k == net->n_layer - 1;
        double *z = last ? out : s.z[k];
        gg_dgemm(false, false, (int)n, wide, in, 1 / sqrt(in), s.a[k], in, wk, wide, 0, z, wide);
        for (int64_t q = 0; !last && q < n * wide; q++)
            s.a[k + 1][q] = net->constant * z[q] * sigmoid(z[q]);
        wk += (int64_t)in * wide;
    }
}

void gg_radial_net_backward(const struct gg_radial_net *net, const gg_real *w, int64_t n, const double *dout,
                            double *dw, double *work)
{
    struct parts s;
    split(net, n, work, &s);
    (void)w; /* forward left it in s.w */
    const double *dz = dout, *wk = s.w + net->n_weight;
    dw += net->n_weight;
    for (int k = net->n_layer - 1; k >= 0; k--) {
        int in = net->width[k], wide = net->width[k + 1];
        wk -= (int64_t)in * wide;
        dw -= (int64_t)in * wide;
        gg_dgemm(true, false, in, wide, (int)n, 1 / sqrt(in), s.a[k], in, dz, wide, 1, dw, wide);
        if (k == 0)
            break;
        double *da = s.gradient[k % 2];
        gg_dgemm(false, true, (int)n, in, wide, 1 / sqrt(in), dz, wide, wk, wide, 0, da, in);
        for (int64_t q = 0; q < n * in; q++) {
            double z = s.z[k - 1][q], sg = sigmoid(z);
            da[q] *= net->constant * sg * (1 + z * (1 - sg));
        }
        dz = da;
    }
}
