/* radial_net.c -- basis, envelope and a perceptron without biases, at a list of distances
 *
 *     a_0 = basis(r),  z_k = a_k W_k / sqrt(h_k),  a_{k+1} = c silu(z_k),  out = z_last */
#include "nn/radial_net.h"
#include "util/linalg.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* work: a_0 .. a_last-1 and z_0 .. z_last-1 as blocks of n x width, dz of the hidden layers, then W in double. */
struct parts {
    double *a[GG_RADIAL_LAYERS + 1], *z[GG_RADIAL_LAYERS + 1], *dz[GG_RADIAL_LAYERS + 1], *w;
};

static void split(const struct gg_radial_net *net, int64_t n, double *work, struct parts *s)
{
    for (int k = 0; k < net->n_layer; k++) {
        s->a[k] = work;
        s->z[k] = work += n * net->width[k];
        s->dz[k] = work += n * net->width[k + 1];
        work += k < net->n_layer - 1 ? n * net->width[k + 1] : 0;
    }
    s->w = work;
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
    int64_t n = 0;
    for (int k = 0; k < net->n_layer; k++)
        n += net->width[k] + (k < net->n_layer - 1 ? 2 : 1) * net->width[k + 1];
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

/* Points are dealt to threads in pieces, and so are the columns of a gradient: whoever computes a number, it comes out the same.
 * Two regions a pass: waking threads costs as much as a table of one set. */
enum { PIECE = 32 };

static int piece(int64_t first, int64_t n)
{
    return (int)(n - first < PIECE ? n - first : PIECE);
}

/* W of all layers of a set, in double; where each begins. */
static void widen(const struct gg_radial_net *net, const gg_real *w, int set, double *to,
                  const double **layer)
{
    for (int k = 0; k < net->n_layer; k++) {
        int64_t size = (int64_t)net->width[k] * net->width[k + 1];
        for (int64_t q = 0; q < size; q++)
            to[q] = (double)w[set * size + q];
        layer[k] = to;
        w += net->n_set * size;
        to += size;
    }
}

/* Points first .. first + n - 1 through all layers. */
static void forward_piece(const struct gg_radial_net *net, const struct parts *s, const double *const *w,
                          int64_t first, int n, const double *r, double *out)
{
    for (int e = 0; e < n; e++)
        gg_radial_basis_eval(&net->basis, r[first + e], s->a[0] + (first + e) * net->width[0]);
    for (int k = 0; k < net->n_layer; k++) {
        int in = net->width[k], wide = net->width[k + 1];
        bool last = k == net->n_layer - 1;
        double *z = (last ? out : s->z[k]) + first * wide;
        gg_dgemm(false, false, n, wide, in, 1 / sqrt(in), s->a[k] + first * in, in, w[k], wide, 0, z, wide);
        for (int q = 0; !last && q < n * wide; q++)
            s->a[k + 1][first * wide + q] = net->constant * z[q] * sigmoid(z[q]);
    }
}

static void forward_set(const struct gg_radial_net *net, const gg_real *w, int set, int64_t n,
                        const double *r, double *out, double *work)
{
    struct parts s;
    const double *layer[GG_RADIAL_LAYERS + 1];
    split(net, n, work, &s);
    widen(net, w, set, s.w, layer);
#pragma omp parallel for schedule(static) if (n > PIECE && !omp_in_parallel())
    for (int64_t e = 0; e < n; e += PIECE)
        forward_piece(net, &s, layer, e, piece(e, n), r, out);
}

/* dz of the hidden layers of some points, from the gradient of the outputs. */
static void backward_piece(const struct gg_radial_net *net, const struct parts *s, const double *const *w,
                           int64_t first, int n, const double *dout)
{
    for (int k = net->n_layer - 1; k > 0; k--) {
        int in = net->width[k], wide = net->width[k + 1];
        const double *dz = (k == net->n_layer - 1 ? dout : s->dz[k]) + first * wide;
        double *da = s->dz[k - 1] + first * in;
        gg_dgemm(false, true, n, in, wide, 1 / sqrt(in), dz, wide, w[k], wide, 0, da, in);
        for (int q = 0; q < n * in; q++) {
            double z = s->z[k - 1][first * in + q], sg = sigmoid(z);
            da[q] *= net->constant * sg * (1 + z * (1 - sg));
        }
    }
}

/* Columns of the gradient of all layers, counted through; dw: of the first layer and set. */
static void add_columns(const struct gg_radial_net *net, const struct parts *s, int set, int64_t n,
                        const double *dout, int column, double *dw)
{
    for (int k = 0; k < net->n_layer; k++) {
        int in = net->width[k], wide = net->width[k + 1];
        int64_t size = (int64_t)in * wide;
        const double *dz = k == net->n_layer - 1 ? dout : s->dz[k];
        if (column >= 0 && column < wide)
            gg_dgemm(true, false, in, piece(column, wide), (int)n, 1 / sqrt(in), s->a[k], in, dz + column,
                     wide, 1, dw + set * size + column, wide);
        column -= (wide + PIECE - 1) / PIECE * PIECE;
        dw += net->n_set * size;
    }
}

static void backward_set(const struct gg_radial_net *net, int set, int64_t n, const double *dout, double *dw,
                         double *work)
{
    struct parts s;
    const double *layer[GG_RADIAL_LAYERS + 1];
    int columns = 0;
    split(net, n, work, &s);
    layer[0] = s.w; /* forward left them there */
    for (int k = 0; k < net->n_layer; k++) {
        layer[k + 1] = layer[k] + (int64_t)net->width[k] * net->width[k + 1];
        columns += (net->width[k + 1] + PIECE - 1) / PIECE * PIECE;
    }
#pragma omp parallel for schedule(static) if (n > PIECE && !omp_in_parallel())
    for (int64_t e = 0; e < n; e += PIECE)
        backward_piece(net, &s, layer, e, piece(e, n), dout);
#pragma omp parallel for schedule(static) if (n > PIECE && !omp_in_parallel())
    for (int c = 0; c < columns; c += PIECE)
        add_columns(net, &s, set, n, dout, c, dw);
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
