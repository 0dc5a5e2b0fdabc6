/* sparse.c -- parameters that are 0 unless the data insist */
#include "optim/sparse.h"

#include <math.h>

void gg_sparse_step(const gg_real *strength, double lr, int64_t n, gg_real *w, gg_real *mean)
{
    for (int64_t k = 0; strength && k < n; k++) {
        gg_real below = (gg_real)lr * strength[k], size = (gg_real)fabs((double)w[k]);
        if (below == 0)
            continue;
        w[k] = size > below ? (w[k] > 0 ? size - below : below - size) : 0;
        if (w[k] == 0)
            mean[k] = 0;
    }
}
