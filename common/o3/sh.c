/* sh.c -- real spherical harmonics and their gradients */
/* Polynomials of the unit vector, `component` normalisation, polar axis y (e3nn >= 0.5).  Degrees 0 to 3 are written
 * out; above, Y_{l+1,k} = (2l+3) / sqrt(3(l+1)) sum_{ij} w^{1,l,l+1}_{ijk} Y_{1,i} Y_{l,j}. */
#include "o3/o3.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* u = v/|v| without overflow or underflow; returns |v|, 0 for the zero vector. */
static double unit_vector(const double v[3], double u[3])
{
    double big = fmax(fabs(v[0]), fmax(fabs(v[1]), fabs(v[2])));
    if (big == 0)
        return 0;
    double a[3] = {v[0] / big, v[1] / big, v[2] / big};
    double length = sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]);
    for (int k = 0; k < 3; k++)
        u[k] = a[k] / length;
    return big * length;
}

static void written_out(int l_max, const double u[3], double *Y)
{
    double x = u[0], y = u[1], z = u[2], xx = x * x, yy = y * y, zz = z * z;
    Y[0] = 1;
    if (l_max < 1)
        return;
    Y[1] = sqrt(3) * x;
    Y[2] = sqrt(3) * y;
    Y[3] = sqrt(3) * z;
    if (l_max < 2)
        return;
    double a = sqrt(15) * x * z, b = sqrt(15) / 2 * (zz - xx);
    Y[4] = a;
    Y[5] = sqrt(15) * x * y;
    Y[6] = sqrt(5) * (yy - (xx + zz) / 2);
    Y[7] = sqrt(15) * y * z;
    Y[8] = b;
    if (l_max < 3)
        return;
    double q = sqrt(168) / 8 * (4 * yy - xx - zz);
    Y[9] = sqrt(42) / 6 * (a * z + b * x);
    Y[10] = sqrt(7) * a * y;
    Y[11] = q * x;
    Y[12] = sqrt(7) / 2 * y * (2 * yy - 3 * xx - 3 * zz);
    Y[13] = q * z;
    Y[14] = sqrt(7) * b * y;
    Y[15] = sqrt(42) / 6 * (b * z - a * x);
}

/* next[k] += (2l+3) / sqrt(3(l+1)) sum_{ij} w_{ijk} first[i] last[j], at strides (numbers between components). */
static void raise_degree(int l, const double *first, int s1, const double *last, int s2, double *next, int s3)
{
    const double *w = gg_coupling(1, l, l + 1);
    double factor = (2 * l + 3) / sqrt(3 * (l + 1));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 2 * l + 1; j++)
            for (int k = 0; k < 2 * l + 3; k++)
                next[k * s3] += factor * *w++ * first[i * s1] * last[j * s2];
}

void gg_sh(int l_max, const double v[3], double *Y)
{
    double u[3];
    assert(l_max >= 0 && l_max <= GG_L_MAX);
    memset(Y, 0, sizeof *Y * (size_t)((l_max + 1) * (l_max + 1)));
    Y[0] = 1;
    if (unit_vector(v, u) == 0)
        return;
    written_out(l_max, u, Y);
    for (int l = 3; l < l_max; l++)
        raise_degree(l, Y + 1, 1, Y + l * l, 1, Y + (l + 1) * (l + 1), 1);
}

/* dY_lm/du_a of the recursion's polynomials by the product rule. */
static void gradient_on_sphere(int l_max, const double *Y, double *dY)
{
    for (int k = 0; k < 3 && l_max > 0; k++)
        dY[3 * (1 + k) + k] = sqrt(3);
    for (int l = 1; l < l_max; l++) {
        double *next = dY + 3 * (l + 1) * (l + 1);
        for (int a = 0; a < 3; a++) {
            raise_degree(l, dY + 3 + a, 3, Y + l * l, 1, next + a, 3);
            raise_degree(l, Y + 1, 1, dY + 3 * l * l + a, 3, next + a, 3);
        }
    }
}

void gg_sh_gradient(int l_max, const double v[3], double *Y, double *dY)
{
    double u[3], length = unit_vector(v, u);
    int n = (l_max + 1) * (l_max + 1);
    gg_sh(l_max, v, Y);
    memset(dY, 0, sizeof *dY * 3 * (size_t)n);
    if (length == 0)
        return;
    gradient_on_sphere(l_max, Y, dY);
    for (int k = 0; k < n; k++) { /* du/dv = (1 - u u') / |v| */
        double *d = dY + 3 * k, along = d[0] * u[0] + d[1] * u[1] + d[2] * u[2];
        for (int a = 0; a < 3; a++)
            d[a] = (d[a] - along * u[a]) / length;
    }
}
