/* bonds_fixture.h -- bonds in every direction, those at the poles of the harmonics among them */
#ifndef GG_BONDS_FIXTURE_H
#define GG_BONDS_FIXTURE_H

#include "util/real.h"
#include "util/rng.h"

enum { N_BOND = 21 };

/* Poles, next to them, axes, any direction. */
static inline void make_bonds(gg_real v[N_BOND][3])
{
    static const double special[][3] = {{0, 1.2, 0},          {0, -0.7, 0},     {0, 0, 1.1},  {0, 0, -0.9},
                                        {1.3, 0, 0},          {-1, 0, 0},       {1e-9, 1, 0}, {0, -1, 1e-30},
                                        {-1e-19, 0.8, 1e-19}, {1e-4, -1, -1e-3}};
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    for (int e = 0; e < N_BOND; e++)
        for (int a = 0; a < 3; a++)
            v[e][a] = (gg_real)(e < 10 ? special[e][a] : gg_rng_normal(&r));
}

#endif
