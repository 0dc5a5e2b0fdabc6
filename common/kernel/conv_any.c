/* conv_any.c -- one path of conv for any degrees, by the dense coupling tensor: the oracle of the other kernels
 *
 * The same sums as conv_kernel.inc and conv_full_kernel.inc, edge by edge and number by number, in double. */
#include "kernel/conv_any.h"
#include "o3/o3.h"

enum { ROWS = 2 * GG_CONV_L_MAX + 1 };

/* Y: [2 l2 + 1][lane], of one edge. */
static void make_M(int l1, int l2, int l3, const double *w, const gg_real *Y, int lane, double M[ROWS][ROWS])
{
    int n1 = 2 * l1 + 1, n2 = 2 * l2 + 1, n3 = 2 * l3 + 1;
    for (int m1 = 0; m1 < n1; m1++)
        for (int m3 = 0; m3 < n3; m3++) {
            M[m1][m3] = 0;
            for (int m2 = 0; m2 < n2; m2++)
                M[m1][m3] += w[(m1 * n2 + m2) * n3 + m3] * (double)Y[m2 * lane];
        }
}

static double radial(const struct gg_conv_block *k, const struct gg_conv_path *p, int e, int c)
{
    const gg_real *t = p->table + (c / p->width) * p->n_knot * p->width + c % p->width;
    double R = 0;
    for (int a = 0; a < GG_KNOT_ROWS; a++)
        R += (double)k->b[e][a] * (double)t[(int64_t)(k->knot[e] + a) * p->width];
    return R;
}

static double factor(const struct gg_conv_path *p, int e, int c)
{
    return p->alpha ? (double)p->alpha[e * p->alpha_stride + c] : 1;
}

void gg_conv_any_forward(const struct gg_conv_block *k, const struct gg_conv_path *p)
{
    const double *w = gg_coupling(p->l1, p->l2, p->l3);
    int n_channel = p->n_group * p->width;
    double M[ROWS][ROWS];
    for (int64_t i = k->first; i < k->last; i++) {
        gg_real *mid = p->mid + (i - k->first) * p->mid_stride;
        for (int m3 = 0; m3 <= 2 * p->l3; m3++)
            for (int c = 0; c < n_channel; c++)
                mid[m3 * p->mid_row + c] = 0;
        for (int64_t e = k->ptr[i] - k->ptr[k->first]; e < k->ptr[i + 1] - k->ptr[k->first]; e++) {
            const gg_real *x = p->x + k->sender[e] * p->x_stride;
            make_M(p->l1, p->l2, p->l3, w, k->Y + p->l2 * p->l2 * k->lane + e, k->lane, M);
            for (int c = 0; c < n_channel; c++) {
                double R = radial(k, p, (int)e, c) * factor(p, (int)e, c);
                for (int m1 = 0; m1 <= 2 * p->l1; m1++)
                    for (int m3 = 0; m3 <= 2 * p->l3; m3++)
                        mid[m3 * p->mid_row + c] += (gg_real)(M[m1][m3] * R * (double)x[m1 * p->x_pad + c]);
            }
        }
    }
}

void gg_conv_any_backward(const struct gg_conv_block *k, const struct gg_conv_path *p)
{
    const double *w = gg_coupling(p->l1, p->l2, p->l3);
    int n_channel = p->n_group * p->width;
    double M[ROWS][ROWS];
    for (int64_t i = k->first; i < k->last; i++) {
        const gg_real *dmid = p->mid + (i - k->first) * p->mid_stride;
        for (int64_t e = k->ptr[i] - k->ptr[k->first]; e < k->ptr[i + 1] - k->ptr[k->first]; e++) {
            const gg_real *x = p->x + k->sender[e] * p->x_stride;
            gg_real *dx = p->dx + k->local[e] * p->dx_stride;
            make_M(p->l1, p->l2, p->l3, w, k->Y + p->l2 * p->l2 * k->lane + e, k->lane, M);
            for (int c = 0; c < n_channel; c++) {
                double plain = radial(k, p, (int)e, c), alpha = factor(p, (int)e, c), R = plain * alpha,
                       dR = 0;
                for (int m1 = 0; m1 <= 2 * p->l1; m1++) {
                    double u = 0;
                    for (int m3 = 0; m3 <= 2 * p->l3; m3++)
                        u += M[m1][m3] * (double)dmid[m3 * p->mid_row + c];
                    dR += (double)x[m1 * p->x_pad + c] * u;
                    dx[m1 * p->x_pad + c] += (gg_real)(R * u);
                }
                if (p->alpha)
                    p->dalpha[e * p->alpha_stride + c] += (gg_real)(plain * dR);
                gg_real *dt = p->dtable + (c / p->width) * p->n_knot * p->width + c % p->width;
                for (int a = 0; a < GG_KNOT_ROWS; a++)
                    dt[(int64_t)(k->knot[e] + a) * p->width] += (gg_real)((double)k->b[e][a] * alpha * dR);
            }
        }
    }
}

void gg_conv_any_outer(int l1, int l2, int l3, const gg_real *x, int64_t x_pad, const gg_real *d,
                       int64_t d_row, gg_real (*M)[8])
{
    const double *w = gg_coupling(l1, l2, l3);
    int n2 = 2 * l2 + 1, n3 = 2 * l3 + 1;
    for (int m2 = 0; m2 < n2; m2++)
        for (int c = 0; c < 8; c++) {
            double sum = 0;
            for (int m1 = 0; m1 <= 2 * l1; m1++)
                for (int m3 = 0; m3 < n3; m3++)
                    sum +=
                        w[(m1 * n2 + m2) * n3 + m3] * (double)x[m1 * x_pad + c] * (double)d[m3 * d_row + c];
            M[m2][c] = (gg_real)sum;
        }
}

void gg_conv_any_terms(const struct gg_conv_piece *p)
{
    const double *w = gg_coupling(p->l1, p->l2, p->l3);
    int n3 = 2 * p->l3 + 1;
    double M[ROWS][ROWS];
    for (int e = 0; e < p->n; e++) {
        const gg_real *x = p->x + p->sender[e] * p->x_stride;
        make_M(p->l1, p->l2, p->l3, w, p->Y + e, p->lane, M);
        for (int m3 = 0; m3 < n3; m3++)
            for (int c = 0; c < p->width; c++) {
                double t = 0;
                for (int m1 = 0; m1 <= 2 * p->l1; m1++)
                    t += M[m1][m3] * (double)x[m1 * p->x_pad + c];
                p->t[(e * n3 + m3) * p->width + c] = (gg_real)t;
            }
    }
}

void gg_conv_any_back(const struct gg_conv_piece *p)
{
    const double *w = gg_coupling(p->l1, p->l2, p->l3);
    int n3 = 2 * p->l3 + 1;
    double M[ROWS][ROWS];
    for (int e = 0; e < p->n; e++) {
        gg_real *dx = p->dx + p->local[e] * p->x_stride;
        make_M(p->l1, p->l2, p->l3, w, p->Y + e, p->lane, M);
        for (int m1 = 0; m1 <= 2 * p->l1; m1++)
            for (int c = 0; c < p->width; c++) {
                double u = 0;
                for (int m3 = 0; m3 < n3; m3++)
                    u += M[m1][m3] * (double)p->t[(e * n3 + m3) * p->width + c];
                dx[m1 * p->x_pad + c] += (gg_real)u;
            }
    }
}
