/* row_norm.h -- one block of one row to unit size: what norm and adagn are made of
 *
 *     h = (x - mean) / sqrt(mean of squares + eps),   y = w_c h + b_c,   the mean taken off, and b added, for 0e alone
 *
 * Mean over the channels, mean of squares over components and channels. */
#ifndef GG_ROW_NORM_H
#define GG_ROW_NORM_H

#include "util/real.h"
#include <stdbool.h>

/* n_m runs of mul channels, pad apart. */
struct gg_row_norm {
    int pad, n_m;
    bool centred;
    gg_real eps, each, all; /* 1/mul, 1/(mul n_m) */
    const gg_real *w, *b,
        *inside; /* [pad] with zeros in the padding; inside: 1 in the channels; b is read if centred */
};
void gg_row_norm_forward(const struct gg_row_norm *k, const gg_real *x, gg_real *y);
/* Adds into dx (NULL: not wanted), dweight and, if centred, dbias (dweight NULL: neither is wanted), both [pad]. */
void gg_row_norm_backward(const struct gg_row_norm *k, const gg_real *x, const gg_real *dy, gg_real *dx,
                          gg_real *dweight, gg_real *dbias);

#endif
