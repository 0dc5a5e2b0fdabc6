/* kernel.c -- distances, exponentials, sums over one block of particles, for whatever vectors the machine has
 *
 * The clones of one loop do the same operations in the same order on every number (no fused operations, sums in
 * GG_LANES lanes), so they agree to the last bit.
 *
 * exp(x), x <= 0: x = n ln 2 + f, |f| <= ln(2)/2, exp(x) = 2^n P(f), P the Taylor sum to f^12 (error 2e-16); ln 2 in
 * two parts, so that f is exact (Cody, Waite, Software Manual for the Elementary Functions, 1980). */
#include "descriptors/kernel.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* clang 14 cannot link clones across files: it gets the plain loops. */
#if defined(__x86_64__) && defined(__linux__) && !defined(__clang__)
#define FOR_EVERY_VECTOR_LENGTH __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EVERY_VECTOR_LENGTH
#endif
#define INLINE static inline __attribute__((always_inline))

/* Adding it moves the whole part of a small number into the lowest bits: rounds to nearest. */
static const double ROUND = 6755399441055744.0; /* 1.5 * 2^52 */

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

void gg_metric_init(struct gg_metric *m, const struct gg_cell *cell)
{
    *m = (struct gg_metric){.cell = cell, .orthogonal = true};
    for (int a = 0; a < 3; a++) {
        const double *h = cell->image[a], *next = cell->image[(a + 1) % 3];
        bool periodic = a < cell->dim && (cell->pbc >> a & 1);
        double length = sqrt(dot(h, h));
        m->period[a] = periodic ? length : 0;
        m->inverse[a] = periodic ? 1 / length : 0;
        for (int c = 0; c < 3; c++)
            m->axis[a][c] = h[c] / length;
        if (!(fabs(dot(h, next)) < 1e-14 * length * sqrt(dot(next, next))))
            m->orthogonal = false;
    }
}

void gg_metric_coordinates(const struct gg_metric *m, const double r[3], double at[3])
{
    for (int a = 0; a < 3; a++)
        at[a] = m->orthogonal ? dot(r, m->axis[a]) : r[a];
    if (m->cell->dim == 2)
        at[2] = 0;
}

FOR_EVERY_VECTOR_LENGTH
static void distance_orthogonal(const struct gg_metric *m, const double at[3], const double *x,
                                const double *y, const double *z, double *r)
{
    double h0 = m->period[0], h1 = m->period[1], h2 = m->period[2];
    double i0 = m->inverse[0], i1 = m->inverse[1], i2 = m->inverse[2];
#pragma omp simd
    for (int j = 0; j < GG_BLOCK; j++) {
        double dx = x[j] - at[0], dy = y[j] - at[1], dz = z[j] - at[2];
        dx -= h0 * (dx * i0 + ROUND - ROUND);
        dy -= h1 * (dy * i1 + ROUND - ROUND);
        dz -= h2 * (dz * i2 + ROUND - ROUND);
        r[j] = sqrt(dx * dx + dy * dy + dz * dz);
    }
}

static void distance_any(const struct gg_cell *cell, const double at[3], const double *x, const double *y,
                         const double *z, double *r)
{
    for (int j = 0; j < GG_BLOCK; j++) {
        double d[3] = {x[j] - at[0], y[j] - at[1], z[j] - at[2]};
        gg_cell_nearest(cell, d);
        r[j] = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    }
}

void gg_kernel_distance(const struct gg_metric *m, const double at[3], const double *x, const double *y,
                        const double *z, double *r)
{
    if (m->orthogonal)
        distance_orthogonal(m, at, x, y, z, r);
    else
        distance_any(m->cell, at, x, y, z, r);
}

INLINE double exp_negative(double x)
{
    const double log2e = 1.4426950408889634, ln2_high = 0.693147180369123816490;
    const double ln2_low = 1.90821492927058770002e-10;
    x = x < -708 ? -708 : x;
    double shifted = x * log2e + ROUND, n = shifted - ROUND, f = (x - n * ln2_high) - n * ln2_low;
    double sum = 1. / 479001600;
    sum = sum * f + 1. / 39916800;
    sum = sum * f + 1. / 3628800;
    sum = sum * f + 1. / 362880;
    sum = sum * f + 1. / 40320;
    sum = sum * f + 1. / 5040;
    sum = sum * f + 1. / 720;
    sum = sum * f + 1. / 120;
    sum = sum * f + 1. / 24;
    sum = sum * f + 1. / 6;
    sum = sum * f + 1. / 2;
    sum = sum * f + 1;
    sum = sum * f + 1;
    uint64_t bits;
    double power; /* 2^n: n stands in the lowest bits of `shifted` */
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023) << 52;
    memcpy(&power, &bits, sizeof power);
    return sum * power;
}

FOR_EVERY_VECTOR_LENGTH
void gg_kernel_exp(const double *r, double rate, double *w)
{
#pragma omp simd
    for (int j = 0; j < GG_BLOCK; j++)
        w[j] = exp_negative(r[j] * rate);
}

FOR_EVERY_VECTOR_LENGTH
void gg_kernel_power(const double *base, int power, double *w)
{
#pragma omp simd
    for (int j = 0; j < GG_BLOCK; j++) {
        double square = base[j] * base[j];
        w[j] = power == 2 ? square : square * base[j];
    }
}

FOR_EVERY_VECTOR_LENGTH
void gg_kernel_add(const double *w, const double *x, double lane[GG_LANES])
{
    double sum[GG_LANES];
    memcpy(sum, lane, sizeof sum);
    for (int j = 0; j < GG_BLOCK; j += GG_LANES)
        for (int k = 0; k < GG_LANES; k++)
            sum[k] += w[j + k] * x[j + k];
    memcpy(lane, sum, sizeof sum);
}

double gg_kernel_total(const double lane[GG_LANES])
{
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}
