/* conv_fixture.h -- random numbers, differences and levels for the tests of conv */
#ifndef GG_CONV_FIXTURE_H
#define GG_CONV_FIXTURE_H

#include "kernel/conv_kernel.h"
#include "util/real.h"
#include "util/rng.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

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

/* Layers made from now on take this level; NULL: the one of the environment before the first call. */
static inline void choose_level(const char *name)
{
    static bool kept;
    static char *before;
    if (!kept && getenv("GG_KERNEL"))
        before = strdup(getenv("GG_KERNEL"));
    kept = true;
    if (!name)
        name = before;
    if (name)
        setenv("GG_KERNEL", name, 1);
    else
        unsetenv("GG_KERNEL");
}

/* Every level that this processor runs, the best first; returns how many. */
static inline int levels(const struct gg_conv_level *out[3])
{
    static const char *const names[] = {"avx512", "avx2", "plain"};
    int n = 0;
    for (int k = 0; k < 3; k++) {
        choose_level(names[k]);
        const struct gg_conv_level *level = gg_conv_best();
        if (!strcmp(level->name, names[k]))
            out[n++] = level;
    }
    choose_level(NULL);
    return n;
}

#endif
