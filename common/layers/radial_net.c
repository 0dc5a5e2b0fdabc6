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

static int64_t weights_of_a_set(const struct gg_radial_net *net)
{
    int64_t n = 0;
    for (int k = 0; k < net->n_layer; k++)
        n += (int64_t)net->width[k] * net->width[k + 1];
    return n;
}

static int64_t columns(const struct gg_radial_net *net)
{
    int64_t n = 2 * widest(net);
    for (int k = 0; k < net->n_layer; k++)
        n += net->width[k] + net->width[k + 1];
    return n;
}

int64_t gg_radial_net_weights(const struct gg_radial_net *net)
{
    return net->n_set * weights_of_a_set(net);
}

size_t gg_radial_net_work(const struct gg_radial_net *net, int64_t n)
{
    return (size_t)(n * columns(net) + gg_radial_net_weights(net));
}

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

static void forward_set(const struct gg_radial_net *net, const gg_real *w, int set, int64_t n,
                        const double *r, double *out, double *work)
{
    struct parts s;
    split(net, n, work, &s);
    for (int64_t e = 0; e < n; e++)
        gg_radial_basis_eval(&net->basis, r[e], s.a[0] + e * net->width[0]);
    double *wk = s.w;
    for (int k = 0; k < net->n_layer; k++) {
        int in = net->width[k], wide = net->width[k + 1];
        int64_t size = (int64_t)in * wide;
        bool last = k == net->n_layer - 1;
        double *z = last ? out : s.z[k];
        for (int64_t q = 0; q < size; q++)
            wk[q] = (double)w[set * size + q];
        gg_dgemm(false, false, (int)n, wide, in, 1 / sqrt(in), s.a[k], in, wk, wide, 0, z, wide);
        for (int64_t q = 0; !last && q < n * wide; q++)
            s.a[k + 1][q] = net->constant * z[q] * sigmoid(z[q]);
        w += net->n_set * size;
        wk += size;
    }
}

static void backward_set(const struct gg_radial_net *net, int set, int64_t n, const double *dout, double *dw,
                         double *work)
{
    struct parts s;
    split(net, n, work, &s);
    const double *dz = dout, *wk = s.w + weights_of_a_set(net); /* forward left it there */
    dw += gg_radial_net_weights(net);
    for (int k = net->n_layer - 1; k >= 0; k--) {
        int in = net->width[k], wide = net->width[k + 1];
        int64_t size = (int64_t)in * wide;
        wk -= size;
        dw -= net->n_set * size;
        gg_dgemm(true, false, in, wide, (int)n, 1 / sqrt(in), s.a[k], in, dz, wide, 1, dw + set * size, wide);
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

static double *work_of(const struct gg_radial_net *net, int set, const int64_t *first, double *work)
{
    return work + first[set] * columns(net) + set * weights_of_a_set(net);
}

void gg_radial_net_forward(const struct gg_radial_net *net, const gg_real *w, const int64_t *first,
                           const double *r, double *out, double *work)
{
    for (int s = 0; s < net->n_set; s++)
        if (first[s + 1] > first[s])
            forward_set(net, w, s, first[s + 1] - first[s], r + first[s],
                        out + first[s] * net->width[net->n_layer], work_of(net, s, first, work));
}

void gg_radial_net_backward(const struct gg_radial_net *net, const int64_t *first, const double *dout,
                            double *dw, double *work)
{
    for (int s = 0; s < net->n_set; s++)
        if (first[s + 1] > first[s])
            backward_set(net, s, first[s + 1] - first[s], dout + first[s] * net->width[net->n_layer], dw,
                         work_of(net, s, first, work));
}
