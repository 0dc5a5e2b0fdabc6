/* calibration.c -- is a predicted uncertainty that of the errors? */
#include "score/calibration.h"

#include <math.h>
#include <string.h>

enum { LOWEST = -GG_RELIABILITY_BINS / 2 }; /* sqrt(V) from 1e-6 to 1e6 */

double gg_reliability_end(int bin)
{
    return exp2(bin / 8.0);
}

static double error_of(int width, const double *x, const double *y)
{
    double square = 0;
    for (int k = 0; k < width; k++)
        square += (y[k] - x[k]) * (y[k] - x[k]);
    return sqrt(square);
}

struct gg_calibration gg_calibrate(int64_t n, int width, const double *truth, const double *prediction,
                                   const double *spread, const double *noise, double scale, double *z)
{
    struct gg_calibration c = {0};
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++) {
        double own = noise ? noise[i] : 0, V = scale * scale * spread[i] + own,
               e = error_of(width, truth + i * width, prediction + i * width);
        if (!(V > 0) || !isfinite(V))
            continue;
        c.n++;
        c.error2 += e * e;
        c.spread2 += spread[i];
        c.noise += own;
        c.z2 += e * e / V;
        for (int k = 0; k < 2; k++)
            c.within[k] += width > 1 ? NAN : e * e < (k + 1) * (k + 1) * V;
        z[m] = e;
        z[n + m++] = sqrt(V);
    }
    return c;
}

int gg_reliability(int64_t n, int64_t m, const double *z, int config, struct gg_reliability *out)
{
    struct gg_reliability bin[GG_RELIABILITY_BINS];
    int filled = 0;
    memset(bin, 0, sizeof bin);
    for (int64_t i = 0; i < m; i++) {
        double at = floor(8 * log2(z[n + i])) - LOWEST;
        struct gg_reliability *b = &bin[(int)fmax(0, fmin(GG_RELIABILITY_BINS - 1, at))];
        b->n++;
        b->predicted2 += z[n + i] * z[n + i];
        b->actual2 += z[i] * z[i];
    }
    for (int k = 0; k < GG_RELIABILITY_BINS; k++) {
        bin[k].config = config;
        bin[k].bin = k + LOWEST;
        if (bin[k].n > 0)
            out[filled++] = bin[k];
    }
    return filled;
}

double gg_calibration_scale(const struct gg_calibration *c)
{
    return sqrt(fmax(0, (c->error2 - c->noise) / c->spread2));
}
