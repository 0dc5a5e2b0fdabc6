/* powerlaw.c -- learning curves: 1 - rho|rho| = a n^-b + c
 *
 * For a given b the problem is linear in a and c with bounds; b itself is searched on a grid and refined. */
#include "stats/powerlaw.h"

#include <math.h>
#include <stdbool.h>

double gg_unexplained(double rho)
{
    return 1 - rho * fabs(rho);
}

static double misfit(int n, const double *size, const double *y, const struct gg_powerlaw *f)
{
    double sum = 0;
    for (int k = 0; k < n; k++) {
        double d = gg_powerlaw_at(f, size[k]) - y[k];
        sum += d * d;
    }
    return sum;
}

/* The best a for given b and c. */
static struct gg_powerlaw with_floor(int n, const double *size, const double *y, double b, double c)
{
    double uu = 0, uy = 0;
    for (int k = 0; k < n; k++) {
        double u = pow(size[k], -b);
        uu += u * u;
        uy += u * (y[k] - c);
    }
    return (struct gg_powerlaw){.a = fmax(0, uy / uu), .b = b, .c = c};
}

/* The best a and c for given b: the free optimum of the line, or that on one of the edges. */
static struct gg_powerlaw with_exponent(int n, const double *size, const double *y, double b, double floor,
                                        bool fixed)
{
    double u1 = 0, y1 = 0, uu = 0, uy = 0;
    for (int k = 0; k < n; k++) {
        double u = pow(size[k], -b);
        u1 += u / n;
        y1 += y[k] / n;
        uu += u * u / n;
        uy += u * y[k] / n;
    }
    double variance = uu - u1 * u1, a = (uy - u1 * y1) / variance, c = y1 - a * u1;
    struct gg_powerlaw free_fit = {.a = a, .b = b, .c = c}, edge = with_floor(n, size, y, b, floor);
    struct gg_powerlaw flat = {.a = 0, .b = b, .c = fmax(floor, y1)};
    if (fixed)
        return edge;
    if (variance > 0 && a >= 0 && c >= floor)
        return free_fit;
    return misfit(n, size, y, &flat) < misfit(n, size, y, &edge) ? flat : edge;
}

static int distinct(int n, const double *size)
{
    int count = 0;
    for (int k = 0, j; k < n; k++) {
        for (j = 0; j < k && size[j] != size[k]; j++)
            ;
        count += j == k;
    }
    return count;
}

int gg_powerlaw_fit(int n, const double *size, const double *y, double floor, struct gg_powerlaw *out)
{
    enum { GRID = 80 };
    int different = distinct(n, size);
    double best = INFINITY, low = GG_POWERLAW_B_LO, high = GG_POWERLAW_B_HI;
    if (different < 2)
        return -1;
    for (int round = 0; round < 5; round++) { /* each grid spans two cells of the one before */
        double step = (high - low) / GRID, at = low;
        for (int k = 0; k <= GRID; k++) {
            struct gg_powerlaw f = with_exponent(n, size, y, low + k * step, floor, different == 2);
            double e = misfit(n, size, y, &f);
            if (e < best) {
                best = e;
                *out = f;
            }
        }
        at = out->b;
        if (!isfinite(best))
            return -1;
        low = fmax(GG_POWERLAW_B_LO, at - step);
        high = fmin(GG_POWERLAW_B_HI, at + step);
    }
    out->rms = sqrt(best / n);
    return 0;
}

double gg_powerlaw_at(const struct gg_powerlaw *f, double size)
{
    return f->a * pow(size, -f->b) + f->c;
}
