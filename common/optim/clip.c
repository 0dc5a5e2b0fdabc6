/* clip.c -- the length of a gradient, and a bound on it */
#include "optim/clip.h"
#include <math.h>

enum { LEAF = 1024, LANES = 8 };

/* Eight running sums, then pairs: fixed by n alone, and a vector unit can follow it. */
static double sum_leaf(const gg_real *x, int64_t n)
{
    double s[LANES] = {0};
    int64_t k = 0;
    for (; k + LANES <= n; k += LANES)
        for (int lane = 0; lane < LANES; lane++)
            s[lane] += (double)x[k + lane] * (double)x[k + lane];
    for (; k < n; k++)
        s[k % LANES] += (double)x[k] * (double)x[k];
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int lane = 0; lane < half; lane++)
            s[lane] += s[lane + half];
    return s[0];
}

static double sum_squares(const gg_real *x, int64_t n)
{
    if (n <= LEAF)
        return sum_leaf(x, n);
    int64_t left = (n / 2 + LEAF - 1) / LEAF * LEAF;
    return sum_squares(x, left) + sum_squares(x + left, n - left);
}

double gg_norm(const gg_real *x, int64_t n)
{
    return sqrt(sum_squares(x, n));
}

double gg_clip_norm(gg_real *x, int64_t n, double limit)
{
    const double norm = gg_norm(x, n);
    if (limit > 0 && norm > limit && isfinite(norm)) {
        const gg_real factor = (gg_real)(limit / norm);
        for (int64_t k = 0; k < n; k++)
            x[k] *= factor;
    }
    return norm;
}
