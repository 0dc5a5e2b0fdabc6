/* radial_net.c -- basis, envelope and a perceptron, at a list of distances */
#include "nn/radial_net.h"
#include "util/linalg.h"

#include <math.h>
#include <omp.h>
#include <string.h>

static const double eps = 1e-5; /* of PyTorch's norms */

/* ---- where the parameters lie ---- */

static bool is_hidden(const struct gg_radial_net *net, int k)
{
    return k < net->n_layer - 1 || net->act_last;
}

int64_t gg_radial_net_size(const struct gg_radial_net *net, int k, enum gg_radial_part part)
{
    bool norm = is_hidden(net, k) && net->norm != GG_RADIAL_NO_NORM,
         there = part == GG_RADIAL_WEIGHT ||
                 (part == GG_RADIAL_BIAS && (k == net->n_layer - 1 ? net->bias_last : net->bias)) ||
                 ((part == GG_RADIAL_GAIN || part == GG_RADIAL_SHIFT) && norm) ||
                 (part >= GG_RADIAL_MEAN && norm && net->norm == GG_RADIAL_BATCH);
    return there ? (int64_t)net->width[k + 1] * (part == GG_RADIAL_WEIGHT ? net->width[k] : 1) : 0;
}

int64_t gg_radial_net_at(const struct gg_radial_net *net, int k, enum gg_radial_part part)
{
    int64_t at = 0;
    for (int q = 0; q <= k; q++)
        for (int p = 0; p < (q == k ? (int)part : GG_RADIAL_PARTS); p++)
            at += net->n_set * gg_radial_net_size(net, q, (enum gg_radial_part)p);
    return at;
}

int64_t gg_radial_net_weights(const struct gg_radial_net *net)
{
    return net->n_layer ? gg_radial_net_at(net, net->n_layer - 1, GG_RADIAL_PARTS) : 0;
}

/* ---- the layers of a set, and their numbers at the points ---- */

struct layer {
    int in, out;
    bool hidden, last;
    double scale;                        /* s_k */
    const double *part[GG_RADIAL_PARTS]; /* in double; NULL: it has none */
    int64_t at[GG_RADIAL_PARTS];         /* in dw */
    double *a, *z, *n, *dn,
        *dz;     /* points x in; points x out: before and behind the norm, and their gradients */
    double *row; /* norm: layer: points x 2, mean and 1/deviation */
};

static int64_t columns(const struct gg_radial_net *net)
{
    int64_t n = 0;
    for (int k = 0; k < net->n_layer; k++)
        n += net->width[k] +
             (is_hidden(net, k) ? (net->norm ? 4 * net->width[k + 1] + 2 : 2 * net->width[k + 1]) : 0);
    return n;
}

size_t gg_radial_net_work(const struct gg_radial_net *net, int64_t n)
{
    return (size_t)(n * columns(net) + gg_radial_net_weights(net));
}

static double *cut(double **work, int64_t n)
{
    *work += n;
    return *work - n;
}

/* Cuts the work of a set.  Parameters are behind the points'; with w they are put there. */
static void open_set(const struct gg_radial_net *net, const gg_real *w, int set, int64_t n, double *work,
                     struct layer l[GG_RADIAL_LAYERS])
{
    double *parameters = work + n * columns(net);
    for (int k = 0; k < net->n_layer; k++) {
        int in = net->width[k], out = net->width[k + 1];
        l[k] = (struct layer){.in = in,
                              .out = out,
                              .hidden = is_hidden(net, k),
                              .last = k == net->n_layer - 1,
                              .scale = net->plain ? 1 : 1 / sqrt(in)};
        l[k].a = cut(&work, n * in);
        if (l[k].hidden) {
            l[k].z = l[k].n = cut(&work, n * out);
            l[k].dz = l[k].dn = cut(&work, n * out);
        }
        if (l[k].hidden && net->norm) {
            l[k].n = cut(&work, n * out);
            l[k].dn = cut(&work, n * out);
            l[k].row = cut(&work, n * 2);
        }
        for (int p = 0; p < GG_RADIAL_PARTS; p++) {
            int64_t size = gg_radial_net_size(net, k, (enum gg_radial_part)p);
            l[k].at[p] = gg_radial_net_at(net, k, (enum gg_radial_part)p) + set * size;
            l[k].part[p] = size ? parameters : NULL;
            for (int64_t q = 0; w && q < size; q++)
                parameters[q] = (double)w[l[k].at[p] + q];
            parameters += size;
        }
    }
}

/* ---- activations and norms of a row ---- */

static double act(enum gg_act kind, double z)
{
    switch (kind) {
    case GG_ACT_RELU:
        return z > 0 ? z : 0;
    case GG_ACT_ELU:
        return z > 0 ? z : expm1(z);
    case GG_ACT_TANH:
        return tanh(z);
    case GG_ACT_SSP:
        return (z > 0 ? z : 0) + log1p(exp(-fabs(z))) - M_LN2;
    case GG_ACT_SIGMOID:
        return 1 / (1 + exp(-z));
    default:
        return z / (1 + exp(-z));
    }
}

static double act_slope(enum gg_act kind, double z)
{
    double s = 1 / (1 + exp(-z));
    switch (kind) {
    case GG_ACT_RELU:
        return z > 0;
    case GG_ACT_ELU:
        return z > 0 ? 1 : exp(z);
    case GG_ACT_TANH:
        return 1 - tanh(z) * tanh(z);
    case GG_ACT_SSP:
        return s;
    case GG_ACT_SIGMOID:
        return s * (1 - s);
    default:
        return s * (1 + z * (1 - s));
    }
}

/* Number c of a row before gain and shift. */
static double hat(const struct layer *l, const double *z, const double *row, int c)
{
    return l->part[GG_RADIAL_MEAN]
               ? (z[c] - l->part[GG_RADIAL_MEAN][c]) / sqrt(l->part[GG_RADIAL_VARIANCE][c] + eps)
               : (z[c] - row[0]) * row[1];
}

static void norm_row(const struct layer *l, const double *z, double *row, double *n)
{
    double mean = 0, square = 0;
    for (int c = 0; c < l->out; c++)
        mean += z[c] / l->out;
    for (int c = 0; c < l->out; c++)
        square += (z[c] - mean) * (z[c] - mean) / l->out;
    row[0] = mean;
    row[1] = 1 / sqrt(square + eps);
    for (int c = 0; c < l->out; c++)
        n[c] = l->part[GG_RADIAL_GAIN][c] * hat(l, z, row, c) + l->part[GG_RADIAL_SHIFT][c];
}

/* What stands behind the norm's gain, v, taken back in front of the norm: its transpose, which is its tangent, too. */
static void unnorm_row(const struct layer *l, const double *z, const double *row, double *v)
{
    double all = 0, along = 0;
    for (int c = 0; c < l->out; c++) {
        all += v[c] / l->out;
        along += v[c] * (z[c] - row[0]) * row[1] / l->out;
    }
    for (int c = 0; c < l->out; c++)
        v[c] = l->part[GG_RADIAL_MEAN] ? v[c] / sqrt(l->part[GG_RADIAL_VARIANCE][c] + eps)
                                       : row[1] * (v[c] - all - (z[c] - row[0]) * row[1] * along);
}

/* ---- passes over pieces of points ---- */

/* Points are dealt to threads in pieces, and so are the columns of a gradient: whoever computes a number, it comes out the same.
 * Two regions a pass: waking threads costs as much as a table of one set. */
enum { PIECE = 32 };

static int piece(int64_t first, int64_t n)
{
    return (int)(n - first < PIECE ? n - first : PIECE);
}

/* Points first .. first + n - 1 through all layers. */
static void forward_piece(const struct gg_radial_net *net, const struct layer *l, int64_t first, int n,
                          const double *r, double *out)
{
    for (int e = 0; e < n; e++)
        gg_radial_basis_eval(&net->basis, r[first + e], l[0].a + (first + e) * net->width[0]);
    for (;; l++) {
        double *z = (l->hidden ? l->z : out) + first * l->out,
               *behind = l->hidden ? l->n + first * l->out : z,
               *a = (l->last ? out : l[1].a) + first * l->out;
        gg_dgemm(false, false, n, l->out, l->in, l->scale, l->a + first * l->in, l->in,
                 l->part[GG_RADIAL_WEIGHT], l->out, 0, z, l->out);
        for (int q = 0; l->part[GG_RADIAL_BIAS] && q < n * l->out; q++)
            z[q] += l->part[GG_RADIAL_BIAS][q % l->out];
        for (int e = 0; l->row && e < n; e++)
            norm_row(l, z + e * l->out, l->row + 2 * (first + e), behind + e * l->out);
        for (int q = 0; l->hidden && q < n * l->out; q++)
            a[q] = net->constant * act(net->act, behind[q]);
        if (l->last)
            return;
    }
}

/* dn and dz of the hidden layers of some points, from the gradient of the outputs. */
static void backward_piece(const struct gg_radial_net *net, const struct layer *layer, int64_t first, int n,
                           const double *dout)
{
    for (int k = net->n_layer - 1; k >= 0; k--) {
        const struct layer *l = &layer[k];
        const double *dz = (l->hidden ? l->dz : dout) + first * l->out;
        for (int q = 0; l->hidden && q < n * l->out; q++) {
            int64_t at = first * l->out + q;
            l->dn[at] = (l->last ? dout[at] : l->dn[at]) * net->constant * act_slope(net->act, l->n[at]);
            if (l->row)
                l->dz[at] = l->dn[at] * l->part[GG_RADIAL_GAIN][q % l->out];
        }
        for (int e = 0; l->row && e < n; e++)
            unnorm_row(l, l->z + (first + e) * l->out, l->row + 2 * (first + e),
                       l->dz + (first + e) * l->out);
        if (k > 0)
            gg_dgemm(false, true, n, l->in, l->out, l->scale, dz, l->out, l->part[GG_RADIAL_WEIGHT], l->out,
                     0, layer[k - 1].dn + first * l->in, l->in);
    }
}

/* Column c of what a norm has: gain, shift, and where they are parameters mean and variance. */
static void add_norm(const struct layer *l, int64_t n, int c, double *dw)
{
    double gain = 0, shift = 0, along = 0;
    for (int64_t e = 0; e < n; e++) {
        double dn = l->dn[e * l->out + c];
        gain += dn * hat(l, l->z + e * l->out, l->row + 2 * e, c);
        shift += dn;
        along += l->part[GG_RADIAL_MEAN] ? dn * (l->z[e * l->out + c] - l->part[GG_RADIAL_MEAN][c]) : 0;
    }
    dw[l->at[GG_RADIAL_GAIN] + c] += gain;
    dw[l->at[GG_RADIAL_SHIFT] + c] += shift;
    if (!l->part[GG_RADIAL_MEAN])
        return;
    double inverse = 1 / sqrt(l->part[GG_RADIAL_VARIANCE][c] + eps), g = l->part[GG_RADIAL_GAIN][c];
    dw[l->at[GG_RADIAL_MEAN] + c] -= g * inverse * shift;
    dw[l->at[GG_RADIAL_VARIANCE] + c] -= g * inverse * inverse * inverse * along / 2;
}

/* Columns of the gradient of all layers, counted through. */
static void add_columns(const struct gg_radial_net *net, const struct layer *l, int64_t n, const double *dout,
                        int column, double *dw)
{
    for (int k = 0; k < net->n_layer; k++, l++) {
        const double *dz = l->hidden ? l->dz : dout;
        int wide = column >= 0 && column < l->out ? piece(column, l->out) : 0;
        if (wide)
            gg_dgemm(true, false, l->in, wide, (int)n, l->scale, l->a, l->in, dz + column, l->out, 1,
                     dw + l->at[GG_RADIAL_WEIGHT] + column, l->out);
        for (int c = column; c < column + wide; c++) {
            for (int64_t e = 0; l->part[GG_RADIAL_BIAS] && e < n; e++)
                dw[l->at[GG_RADIAL_BIAS] + c] += dz[e * l->out + c];
            if (l->row)
                add_norm(l, n, c, dw);
        }
        column -= (l->out + PIECE - 1) / PIECE * PIECE;
    }
}

/* The tangents of all layers: t_0 = d basis/dr, t_{k+1} = c act'(n_k) norm'(t_k W_k s_k).  They stand where backward puts dz. */
static void slope_set(const struct gg_radial_net *net, const struct layer *l, int64_t n, const double *r,
                      double *out, double *basis)
{
    for (int64_t e = 0; e < n; e++)
        gg_radial_basis_slope(&net->basis, r[e], basis + e * net->width[0]);
    for (const double *t = basis;; l++) {
        double *to = l->last ? out : l->dz;
        gg_dgemm(false, false, (int)n, l->out, l->in, l->scale, t, l->in, l->part[GG_RADIAL_WEIGHT], l->out,
                 0, to, l->out);
        for (int64_t e = 0; l->row && e < n; e++)
            unnorm_row(l, l->z + e * l->out, l->row + 2 * e, to + e * l->out);
        for (int64_t q = 0; l->hidden && q < n * l->out; q++)
            to[q] *= net->constant * act_slope(net->act, l->n[q]) *
                     (l->row ? l->part[GG_RADIAL_GAIN][q % l->out] : 1);
        if (l->last)
            return;
        t = to;
    }
}

/* ---- all sets ---- */

static double *work_of(const struct gg_radial_net *net, int set, const int64_t *first, double *work)
{
    return work + first[set] * columns(net) + set * (gg_radial_net_weights(net) / net->n_set);
}

void gg_radial_net_forward(const struct gg_radial_net *net, const gg_real *w, const int64_t *first,
                           const double *r, double *out, double *work)
{
    for (int s = 0; s < net->n_set; s++) {
        struct layer l[GG_RADIAL_LAYERS];
        int64_t n = first[s + 1] - first[s];
        if (n == 0)
            continue;
        open_set(net, w, s, n, work_of(net, s, first, work), l);
#pragma omp parallel for schedule(static) if (n > PIECE && !omp_in_parallel())
        for (int64_t e = 0; e < n; e += PIECE)
            forward_piece(net, l, e, piece(e, n), r + first[s], out + first[s] * net->width[net->n_layer]);
    }
}

void gg_radial_net_backward(const struct gg_radial_net *net, const int64_t *first, const double *dout,
                            double *dw, double *work)
{
    int columns = 0;
    for (int k = 0; k < net->n_layer; k++)
        columns += (net->width[k + 1] + PIECE - 1) / PIECE * PIECE;
    for (int s = 0; s < net->n_set; s++) {
        struct layer l[GG_RADIAL_LAYERS];
        int64_t n = first[s + 1] - first[s];
        const double *d = dout + first[s] * net->width[net->n_layer];
        if (n == 0)
            continue;
        open_set(net, NULL, s, n, work_of(net, s, first, work), l);
#pragma omp parallel for schedule(static) if (n > PIECE && !omp_in_parallel())
        for (int64_t e = 0; e < n; e += PIECE)
            backward_piece(net, l, e, piece(e, n), d);
#pragma omp parallel for schedule(static) if (n > PIECE && !omp_in_parallel())
        for (int c = 0; c < columns; c += PIECE)
            add_columns(net, l, n, d, c, dw);
    }
}

void gg_radial_net_slope(const struct gg_radial_net *net, const int64_t *first, const double *r, double *out,
                         double *basis, double *work)
{
    for (int s = 0; s < net->n_set; s++) {
        struct layer l[GG_RADIAL_LAYERS];
        int64_t n = first[s + 1] - first[s];
        if (n == 0)
            continue;
        open_set(net, NULL, s, n, work_of(net, s, first, work), l);
        slope_set(net, l, n, r + first[s], out + first[s] * net->width[net->n_layer],
                  basis + first[s] * net->width[0]);
    }
}
