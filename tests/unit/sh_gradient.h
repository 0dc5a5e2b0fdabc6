/* sh_gradient.h -- all gradients of harmonics, pulled out one by one */
#ifndef SH_GRADIENT_H
#define SH_GRADIENT_H

#include "o3/o3.h"

/* dY [(l_max+1)^2][3] */
static inline void gradient(int l_max, const double v[3], const double *Y, double *dY)
{
    struct gg_generators g;
    double d[(GG_L_MAX + 1) * (GG_L_MAX + 1)] = {0};
    gg_generators_init(&g, l_max);
    for (int k = 0; k < (l_max + 1) * (l_max + 1); k++) {
        d[k] = 1;
        gg_sh_pull(&g, v, Y, d, dY + 3 * k);
        d[k] = 0;
    }
}

#endif
