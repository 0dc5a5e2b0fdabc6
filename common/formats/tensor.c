/* tensor.c -- Cartesian tensors of degree 2 as irreducible parts */
#include "formats/tensor.h"

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
