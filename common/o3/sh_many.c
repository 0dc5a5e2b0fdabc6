/* sh_many.c -- real spherical harmonics of many vectors at once, any degree */
/* |v|^l Y_lm(v), `component` normalisation, polar axis y: with X = z, Y = x, Z = y of the textbooks,
 *     Y_lm = Q_lm(y, |v|^2) Re (z + i x)^m for m >= 0, Im (z + i x)^|m| for m < 0
 *     Q_00 = 1, Q_mm = sqrt((2m+1)/(2m)) Q_{m-1,m-1} (m = 1: sqrt 3)
 *     Q_lm = sqrt((4l^2-1)/(l^2-m^2)) (y Q_{l-1,m} - sqrt(((l-1)^2-m^2)/(4(l-1)^2-1)) |v|^2 Q_{l-2,m})
 * the recursion of fully normalised Legendre functions, divided by sin^m: no square roots and no pole.  Loops run over
 * vectors, a degree and order at a time. */
#include "o3/o3.h"
#include "util/clones.h"

#include <math.h>

enum { BLOCK = 64 };

/* c, s: Re, Im (z + i x)^m, one power up. */
GG_CLONES
static void raise_power(int64_t n, const double *x, const double *z, double *c, double *s)
{
#pragma omp simd
    for (int64_t k = 0; k < n; k++) {
        double re = z[k] * c[k] - x[k] * s[k];
        s[k] = z[k] * s[k] + x[k] * c[k];
        c[k] = re;
    }
}

/* Q_lm from the two degrees below; overwrites the lower one. */
GG_CLONES
static void raise_degree(int64_t n, double a, double b, const double *y, const double *rr, const double *last,
                         double *before)
{
#pragma omp simd
    for (int64_t k = 0; k < n; k++)
        before[k] = a * (y[k] * last[k] - b * rr[k] * before[k]);
}

GG_CLONES
static void multiply(int64_t n, const double *a, const double *b, double *out)
{
#pragma omp simd
    for (int64_t k = 0; k < n; k++)
        out[k] = a[k] * b[k];
}

static void block(int l_max, int64_t n, const double *x, const double *y, const double *z, double *Y,
                  int64_t stride)
{
    double c[BLOCK], s[BLOCK], rr[BLOCK], q[2][BLOCK], diagonal = 1;
    for (int64_t k = 0; k < n; k++) {
        c[k] = 1;
        s[k] = 0;
        rr[k] = x[k] * x[k] + y[k] * y[k] + z[k] * z[k];
    }
    for (int m = 0; m <= l_max; m++) {
        for (int64_t k = 0; k < n; k++) {
            q[m & 1][k] = diagonal;
            q[~m & 1][k] = 0;
        }
        for (int l = m; l <= l_max; l++) {
            double ll = l * l, below = (l - 1) * (l - 1), mm = m * m;
            if (l > m)
                raise_degree(n, sqrt((4 * ll - 1) / (ll - mm)), sqrt((below - mm) / (4 * below - 1)), y, rr,
                             q[~l & 1], q[l & 1]);
            multiply(n, q[l & 1], c, Y + (l * l + l + m) * stride);
            if (m)
                multiply(n, q[l & 1], s, Y + (l * l + l - m) * stride);
        }
        diagonal *= m ? sqrt((2 * m + 3) / (2. * m + 2)) : sqrt(3);
        raise_power(n, x, z, c, s);
    }
}

void gg_sh_many(int l_max, int64_t n, const double *x, const double *y, const double *z, double *Y,
                int64_t stride)
{
    for (int64_t first = 0; first < n; first += BLOCK)
        block(l_max, n - first < BLOCK ? n - first : BLOCK, x + first, y + first, z + first, Y + first,
              stride);
}
