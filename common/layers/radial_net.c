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

/* Points are dealt to threads in pieces, and so are the columns of a gradient: whoever computes a number, it comes out the same. */
enum { PIECE = 64 };

static int piece(int64_t first, int64_t n)
{
    return (int)(n - first < PIECE ? n - first : PIECE);
}

/* a_{k+1} of some points, from a_k. */
static void forward_piece(const struct gg_radial_net *net, int k, int n, const double *a, const double *wk,
                          double *z, double *next)
{
    int in = net->width[k], wide = net->width[k + 1];
    gg_dgemm(false, false, n, wide, in, 1 / sqrt(in), a, in, wk, wide, 0, z, wide);
    for (int q = 0; next && q < n * wide; q++)
        next[q] = net->constant * z[q] * sigmoid(z[q]);
}

static void forward_set(const struct gg_radial_net *net, const gg_real *w, int set, int64_t n,
                        const double *r, double *out, double *work)
{
    struct parts s;
    split(net, n, work, &s);
#pragma omp parallel for schedule(static)
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
#pragma omp parallel for schedule(static)
        for (int64_t e = 0; e < n; e += PIECE)
            forward_piece(net, k, piece(e, n), s.a[k] + e * in, wk, z + e * wide,
                          last ? NULL : s.a[k + 1] + e * wide);
        w += net->n_set * size;
        wk += size;
    }
}

/* dz_{k-1} of some points, from dz_k. */
static void backward_piece(const struct gg_radial_net *net, int k, int n, const double *dz, const double *wk,
                           const double *z, double *da)
{
    int in = net->width[k], wide = net->width[k + 1];
    gg_dgemm(false, true, n, in, wide, 1 / sqrt(in), dz, wide, wk, wide, 0, da, in);
    for (int q = 0; q < n * in; q++) {
        double sg = sigmoid(z[q]);
        da[q] *= net->constant * sg * (1 + z[q] * (1 - sg));
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
#pragma omp parallel for schedule(static)
        for (int64_t c = 0; c < wide; c += PIECE)
            gg_dgemm(true, false, in, piece(c, wide), (int)n, 1 / sqrt(in), s.a[k], in, dz + c, wide, 1,
                     dw + set * size + c, wide);
        if (k == 0)
            break;
        double *da = s.gradient[k % 2];
#pragma omp parallel for schedule(static)
        for (int64_t e = 0; e < n; e += PIECE)
            backward_piece(net, k, piece(e, n), dz + e * wide, wk, s.z[k - 1] + e * in, da + e * in);
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
