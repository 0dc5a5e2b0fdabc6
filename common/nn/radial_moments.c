/* radial_moments.c -- batch statistics of a radial net, from the moments of its basis */
#include "nn/radial_net.h"

#include <math.h>
#include <string.h>

void gg_radial_net_measure(const struct gg_radial_net *net, int64_t n, const double *r, const double *count,
                           struct gg_radial_moments *out)
{
    int wide = net->width[0];
    double centre[GG_RADIAL_MOMENTS] = {0}, b[GG_RADIAL_MOMENTS];
    memset(out, 0, sizeof *out);
    /* about the basis somewhere among the points, so that little cancels */
    if (n > 0)
        gg_radial_basis_eval(&net->basis, r[n / 2], centre);
    for (int64_t e = 0; e < n; e++) {
        double often = count ? count[e] : 1;
        if (often == 0)
            continue;
        gg_radial_basis_eval(&net->basis, r[e], b);
        out->edges += often;
        for (int i = 0; i < wide; i++) {
            out->mean[i] += often * (b[i] - centre[i]);
            for (int j = 0; j <= i; j++)
                out->covariance[i * wide + j] += often * (b[i] - centre[i]) * (b[j] - centre[j]);
        }
    }
    double edges = out->edges > 0 ? out->edges : 1;
    for (int i = 0; i < wide; i++)
        out->mean[i] /= edges;
    for (int i = 0; i < wide; i++)
        for (int j = 0; j <= i; j++)
            out->covariance[i * wide + j] = out->covariance[j * wide + i] =
                out->covariance[i * wide + j] / edges - out->mean[i] * out->mean[j];
    for (int i = 0; i < wide; i++)
        out->mean[i] += centre[i];
}

/* C W of column c: [in]; and the variance it gives. */
static double spread(const struct gg_radial_net *net, const struct gg_radial_moments *m, const gg_real *w,
                     int c, double *CW)
{
    int in = net->width[0], out = net->width[1];
    double variance = 0;
    for (int i = 0; i < in; i++) {
        CW[i] = 0;
        for (int j = 0; j < in; j++)
            CW[i] += m->covariance[i * in + j] * (double)w[j * out + c];
        variance += (double)w[i * out + c] * CW[i];
    }
    return variance;
}

void gg_radial_net_normalise(const struct gg_radial_net *net, const struct gg_radial_moments *m,
                             bool unbiased, gg_real *w)
{
    int in = net->width[0], out = net->width[1];
    double scale = net->plain ? 1 : 1 / sqrt(in), CW[GG_RADIAL_MOMENTS],
           factor = unbiased && m->edges > 1 ? m->edges / (m->edges - 1) : 1;
    gg_real *mean = w + gg_radial_net_at(net, 0, GG_RADIAL_MEAN),
            *variance = w + gg_radial_net_at(net, 0, GG_RADIAL_VARIANCE);
    const gg_real *bias = net->bias ? w + gg_radial_net_at(net, 0, GG_RADIAL_BIAS) : NULL;
    for (int c = 0; c < out && m->edges > 0; c++) {
        double sum = bias ? (double)bias[c] : 0;
        for (int i = 0; i < in; i++)
            sum += scale * m->mean[i] * (double)w[i * out + c];
        mean[c] = (gg_real)sum;
        variance[c] = (gg_real)(factor * scale * scale * spread(net, m, w, c, CW));
    }
}

void gg_radial_net_denormalise(const struct gg_radial_net *net, const struct gg_radial_moments *m,
                               const gg_real *w, gg_real *dw)
{
    int in = net->width[0], out = net->width[1];
    double scale = net->plain ? 1 : 1 / sqrt(in), CW[GG_RADIAL_MOMENTS];
    gg_real *mean = dw + gg_radial_net_at(net, 0, GG_RADIAL_MEAN),
            *variance = dw + gg_radial_net_at(net, 0, GG_RADIAL_VARIANCE);
    gg_real *bias = net->bias ? dw + gg_radial_net_at(net, 0, GG_RADIAL_BIAS) : NULL;
    for (int c = 0; c < out; c++) {
        spread(net, m, w, c, CW);
        for (int i = 0; i < in; i++)
            dw[i * out + c] += (gg_real)((double)mean[c] * scale * m->mean[i] +
                                         (double)variance[c] * 2 * scale * scale * CW[i]);
        if (bias)
            bias[c] += mean[c];
        mean[c] = variance[c] = 0;
    }
}

double gg_radial_net_pull(const struct gg_radial_net *net, const struct gg_radial_moments *m,
                          const gg_real *w, const gg_real *dw, double r, double *slope)
{
    int in = net->width[0], out = net->width[1];
    double scale = net->plain ? 1 : 1 / sqrt(in), b[GG_RADIAL_MOMENTS], db[GG_RADIAL_MOMENTS], sum = 0;
    const gg_real *mean = dw + gg_radial_net_at(net, 0, GG_RADIAL_MEAN),
                  *variance = dw + gg_radial_net_at(net, 0, GG_RADIAL_VARIANCE);
    gg_radial_basis_eval(&net->basis, r, b);
    gg_radial_basis_slope(&net->basis, r, db);
    *slope = 0;
    for (int c = 0; c < out; c++) {
        double away = 0, moved = 0;
        for (int i = 0; i < in; i++) {
            away += scale * (b[i] - m->mean[i]) * (double)w[i * out + c];
            moved += scale * db[i] * (double)w[i * out + c];
        }
        sum += ((double)mean[c] + (double)variance[c] * away) * away / m->edges;
        *slope += ((double)mean[c] + 2 * (double)variance[c] * away) * moved / m->edges;
    }
    return sum;
}
