/* sh.c -- real spherical harmonics, what turns do to them, and their gradients */
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

/* next[k] += (2l+3) / sqrt(3(l+1)) sum_{ij} w_{ijk} first[i] last[j] */
static void raise_degree(int l, const double *first, const double *last, double *next)
{
    const double *w = gg_coupling(1, l, l + 1);
    double factor = (2 * l + 3) / sqrt(3 * (l + 1));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 2 * l + 1; j++)
            for (int k = 0; k < 2 * l + 3; k++)
                next[k] += factor * *w++ * first[i] * last[j];
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
        raise_degree(l, Y + 1, Y + l * l, Y + (l + 1) * (l + 1));
}

/* ---- turns ---- */

/* The entries of one degree and axis behind the n that are there. */
static int add_entries(struct gg_generators *g, int n, int l, int axis)
{
    const double *w = gg_coupling(1, l, l) + axis * (2 * l + 1) * (2 * l + 1),
                 factor = sqrt(l * (l + 1.) * (2 * l + 1));
    for (int column = 0; column <= 2 * l; column++)
        for (int row = 0; row <= 2 * l; row++, w++)
            if (*w != 0) {
                assert(n < (int)(sizeof g->at / sizeof *g->at));
                g->at[n++] = (struct gg_generator){l * l + row, l * l + column, factor * *w};
            }
    return n;
}

void gg_generators_init(struct gg_generators *g, int l_max)
{
    int n = 0;
    for (int axis = 0; axis < 3; axis++) {
        for (int l = 1; l <= l_max; l++)
            n = add_entries(g, n, l, axis);
        g->end[axis] = n;
    }
}

void gg_sh_pull(const struct gg_generators *g, const double v[3], const double *Y, const double *d,
                double out[3])
{
    double t[3], square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
    const struct gg_generator *q = g->at;
    for (int a = 0; a < 3; a++) {
        double sum = 0;
        for (; q < g->at + g->end[a]; q++)
            sum += q->v * d[q->row] * Y[q->column];
        t[a] = sum;
    }
    for (int a = 0; a < 3; a++) {
        int b = (a + 1) % 3, c = (a + 2) % 3;
        out[a] = square > 0 ? (t[b] * v[c] - t[c] * v[b]) / square : 0;
    }
}
