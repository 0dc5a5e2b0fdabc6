/* conv_full_fixture.h -- random numbers and differences for the tests of fully connected mixing */
#ifndef GG_CONV_FULL_FIXTURE_H
#define GG_CONV_FULL_FIXTURE_H

#include "util/real.h"
#include "util/rng.h"

#include <math.h>
#include <stddef.h>

static const double tolerance = sizeof(gg_real) == 8 ? 1e-12 : 2e-5;

static inline void fill(gg_real *x, size_t n, struct gg_rng *r)
{
    for (size_t k = 0; k < n; k++)
        x[k] = (gg_real)gg_rng_normal(r);
}

/* The largest difference, relative to the RMS of b. */
static inline double worst(const gg_real *a, const gg_real *b, size_t n)
{
    double most = 0, norm = 0;
    for (size_t k = 0; k < n; k++)
        norm += (double)b[k] * (double)b[k] / (double)n;
    for (size_t k = 0; k < n; k++) {
        double d = fabs((double)a[k] - (double)b[k]) / sqrt(norm + 1e-300);
        most = d <= most ? most : d; /* keeps NaN */
    }
    return most;
}

#endif
