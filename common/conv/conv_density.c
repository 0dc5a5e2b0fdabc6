/* conv_density.c -- see conv_density.h; f is a table or a number an edge, as R is, and differentiated through it */
#include "conv/conv_density.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double envelope(const struct gg_conv_plan *p, double r)
{
    return gg_radial_envelope(&p->density.basis, r);
}

void gg_conv_density_fill(const struct gg_layer *l, const gg_real *w, const struct gg_conv_points *at,
                          int64_t n_row)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_density *d = &at->density;
    int64_t n = at->first[p->density.n_set];
    gg_radial_net_forward(&p->density, w + p->density_at, at->first, at->r, d->z, d->work);
    for (int64_t q = 0; q < n; q++)
        d->f[q] = tanh(d->z[q] * d->z[q]) * envelope(p, at->r[q]);
    memset(d->f + n, 0, (size_t)(n_row - n) * sizeof *d->f);
}

/* n_i of the receiver whose edges are e0 .. e1-1 of the block. */
static double neighbours(const struct gg_conv_block *k, int64_t e0, int64_t e1, const double *f)
{
    double n = 0;
    for (int64_t e = e0; e < e1; e++)
        for (int a = 0; a < GG_KNOT_ROWS; a++)
            n += (double)k->b[e][a] * f[k->knot[e] + a];
    return n;
}

void gg_conv_density_divide(const struct gg_layer *l, const gg_real *w, const struct gg_conv_points *at,
                            const struct gg_conv_block *k, gg_real *y)
{
    const struct gg_conv_plan *p = l->plan;
    const gg_real *ends = w + p->density_at + gg_radial_net_weights(&p->density);
    for (int64_t i = k->first; i < k->last; i++, y += l->out.stride) {
        double n =
            neighbours(k, k->ptr[i] - k->ptr[k->first], k->ptr[i + 1] - k->ptr[k->first], at->density.f);
        gg_real factor = (gg_real)(1 / ((double)ends[1] * n + (double)ends[0]));
        for (int c = 0; c < l->out.stride; c++)
            y[c] *= factor;
    }
}

/* y, dy -> dA, and adds into df (rows of f), dalpha and dbeta:
 *     z = beta n + alpha,  dA = dy / z,  dz = -<y, dy> / z,  dalpha = dz,  dbeta = n dz,  dn = beta dz */
static void undo_block(const struct gg_layer *l, const gg_real *w, const struct gg_conv_block *k,
                       const double *f, const gg_real *y, const gg_real *dy, gg_real *dA, double *df,
                       double *ends)
{
    const struct gg_conv_plan *p = l->plan;
    const gg_real *alpha = w + p->density_at + gg_radial_net_weights(&p->density), *beta = alpha + 1;
    int stride = l->out.stride;
    for (int64_t i = k->first; i < k->last; i++, y += stride, dy += stride, dA += stride) {
        int64_t e0 = k->ptr[i] - k->ptr[k->first], e1 = k->ptr[i + 1] - k->ptr[k->first];
        double n = neighbours(k, e0, e1, f), z = (double)*beta * n + (double)*alpha, dz = 0;
        for (int c = 0; c < stride; c++) {
            dA[c] = (gg_real)((double)dy[c] / z);
            dz -= (double)y[c] * (double)dy[c] / z;
        }
        ends[0] += dz;
        ends[1] += dz * n;
        for (int64_t e = e0; e < e1; e++)
            for (int a = 0; a < GG_KNOT_ROWS; a++)
                df[k->knot[e] + a] += (double)*beta * dz * (double)k->b[e][a];
    }
}

/* df (which it spoils) -> adds into the gradient of the net. */
static void through_net(const struct gg_layer *l, const struct gg_conv_points *at, double *df, double *dw)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_density *d = &at->density;
    for (int64_t q = 0; q < at->first[p->density.n_set]; q++) {
        double t = tanh(d->z[q] * d->z[q]);
        df[q] *= (1 - t * t) * 2 * d->z[q] * envelope(p, at->r[q]);
    }
    gg_radial_net_backward(&p->density, at->first, df, dw, d->work);
}

double gg_conv_density_pull(const struct gg_layer *l, const gg_real *w, const struct gg_conv_block *k,
                            int64_t i, const double *f, const gg_real *y, const gg_real *dy)
{
    const struct gg_conv_plan *p = l->plan;
    const gg_real *ends = w + p->density_at + gg_radial_net_weights(&p->density);
    int64_t e0 = k->ptr[i] - k->ptr[k->first], e1 = k->ptr[i + 1] - k->ptr[k->first];
    double z = (double)ends[1] * neighbours(k, e0, e1, f) + (double)ends[0], along = 0;
    for (int c = 0; c < l->out.stride; c++)
        along += (double)y[c] * (double)dy[c];
    return -(double)ends[1] * along / z;
}

/* f = tanh(z^2) u:  f' = (1 - tanh^2) 2 z z' u + tanh u' */
void gg_conv_density_slope(const struct gg_layer *l, const struct gg_conv_points *at, double *basis,
                           double *out)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_density *d = &at->density;
    gg_radial_net_slope(&p->density, at->first, at->r, out, basis, d->work);
    for (int64_t q = 0; q < at->first[p->density.n_set]; q++) {
        double t = tanh(d->z[q] * d->z[q]), du = gg_radial_envelope_slope(&p->density.basis, at->r[q]);
        out[q] = (1 - t * t) * 2 * d->z[q] * out[q] * envelope(p, at->r[q]) + t * du;
    }
}

void gg_conv_density_undo(const struct gg_layer *l, const gg_real *w, const struct gg_conv_points *at,
                          const struct gg_conv_block *k, const gg_real *y, const gg_real *dy, gg_real *dA,
                          struct gg_conv_share *s)
{
    const struct gg_conv_plan *p = l->plan;
    double *df = p->n_knot ? s->df : at->density.df;
    double *ends = s->ddensity + gg_radial_net_weights(&p->density);
    if (!p->n_knot)
        memset(df, 0, (size_t)k->lane * sizeof *df);
    undo_block(l, w, k, at->density.f, y, dy, dA, df, ends);
    if (!p->n_knot)
        through_net(l, at, df, s->ddensity);
}

void gg_conv_density_add(const struct gg_layer *l, const struct gg_conv_points *knots,
                         const struct gg_conv_share *s, int n_share, gg_real *dw)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t n_weight = l->n_weight - p->density_at;
    double *sum = gg_xalloc((size_t)(n_weight + p->n_row), sizeof *sum), *df = sum + n_weight;
    for (int k = 0; k < n_share; k++) {
        for (int64_t q = 0; q < n_weight; q++)
            sum[q] += s[k].ddensity[q];
        for (int64_t q = 0; q < p->n_row; q++)
            df[q] += s[k].df[q];
    }
    if (p->n_knot)
        through_net(l, knots, df, sum);
    for (int64_t q = 0; q < n_weight; q++)
        dw[p->density_at + q] += (gg_real)sum[q];
    free(sum);
}
