/* optim_fixture.h -- what the tests of common/optim share: random parameters, and how far arithmetic may be off */
#ifndef OPTIM_FIXTURE_H
#define OPTIM_FIXTURE_H

#include "near.h"
#include "util/real.h"
#include "util/rng.h"

enum { N = 37 };

static const double tight = sizeof(gg_real) == 8 ? 1e-12 : 2e-5;

static inline void fill_normal(gg_real *x, int64_t n, uint64_t seed, uint32_t t)
{
    struct gg_rng r = gg_rng_at(seed, t, 0, 0);
    for (int64_t k = 0; k < n; k++)
        x[k] = (gg_real)gg_rng_normal(&r);
}

#endif
