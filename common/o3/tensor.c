/* tensor.c -- Cartesian tensors of degree 2 as irreducible parts */
#include "o3/tensor.h"

#include <math.h>

bool gg_tensor_symmetric(const double *cartesian, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        const double *t = cartesian + GG_TENSOR * i;
        double size = 0, off = 0;
        for (int k = 0; k < GG_TENSOR; k++) {
            size = fmax(size, fabs(t[k]));
            off = fmax(off, fabs(t[k] - t[k % 3 * 3 + k / 3]));
        }
        if (!(off <= 1e-6 * size))
            return false;
    }
    return true;
}

/* The symmetric part s as l = 2: sqrt2 (xz, xy), (2yy - xx - zz)/sqrt6, sqrt2 yz, (zz - xx)/sqrt2, as Y_2 of gg_o3(7). */
static void degree2(const double *t, double *y)
{
    y[0] = (t[2] + t[6]) / sqrt(2);
    y[1] = (t[1] + t[3]) / sqrt(2);
    y[2] = (2 * t[4] - t[0] - t[8]) / sqrt(6);
    y[3] = (t[5] + t[7]) / sqrt(2);
    y[4] = (t[8] - t[0]) / sqrt(2);
}

void gg_tensor_irreps(const double *cartesian, uint64_t n, bool antisymmetric, double *out)
{
    for (uint64_t i = 0; i < n; i++) {
        const double *t = cartesian + GG_TENSOR * i;
        *out++ = (t[0] + t[4] + t[8]) / sqrt(3);
        if (antisymmetric) { /* an axial vector: T_yz - T_zy and so on */
            *out++ = (t[5] - t[7]) / sqrt(2);
            *out++ = (t[6] - t[2]) / sqrt(2);
            *out++ = (t[1] - t[3]) / sqrt(2);
        }
        degree2(t, out);
        out += 5;
    }
}

void gg_tensor_cartesian(const double *irreps, uint64_t n, double *cartesian)
{
    for (uint64_t i = 0; i < n; i++, irreps += GG_TENSOR_SYMMETRIC, cartesian += GG_TENSOR) {
        double third = irreps[0] / sqrt(3), along = irreps[3] / sqrt(6), across = irreps[5] / sqrt(2);
        cartesian[0] = third - along - across;
        cartesian[4] = third + 2 * along;
        cartesian[8] = third - along + across;
        cartesian[2] = cartesian[6] = irreps[1] / sqrt(2);
        cartesian[1] = cartesian[3] = irreps[2] / sqrt(2);
        cartesian[5] = cartesian[7] = irreps[4] / sqrt(2);
    }
}

/* One turn in the plane of p and q that makes t_pq zero. */
static void turn(double t[3][3], double U[3][3], int p, int q)
{
    if (t[p][q] == 0)
        return;
    double theta = (t[q][q] - t[p][p]) / (2 * t[p][q]);
    double tangent = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(1 + theta * theta));
    double c = 1 / sqrt(1 + tangent * tangent), s = tangent * c;
    for (int k = 0; k < 3; k++) {
        double a = t[k][p], b = t[k][q];
        t[k][p] = c * a - s * b;
        t[k][q] = s * a + c * b;
    }
    for (int k = 0; k < 3; k++) {
        double a = t[p][k], b = t[q][k], x = U[k][p], y = U[k][q];
        t[p][k] = c * a - s * b;
        t[q][k] = s * a + c * b;
        U[k][p] = c * x - s * y;
        U[k][q] = s * x + c * y;
    }
}

/* Jacobi, Crelle's Journal 30, 51 (1846): the rest off the diagonal falls quadratically, six sweeps are plenty. */
void gg_tensor_eigen(const double t[9], double w[3], double U[3][3])
{
    double a[3][3];
    for (int k = 0; k < 9; k++) {
        a[k / 3][k % 3] = t[k];
        U[k / 3][k % 3] = k % 4 == 0;
    }
    for (int sweep = 0; sweep < 8; sweep++)
        for (int p = 0; p < 2; p++)
            for (int q = p + 1; q < 3; q++)
                turn(a, U, p, q);
    for (int k = 0; k < 3; k++)
        w[k] = a[k][k];
}
