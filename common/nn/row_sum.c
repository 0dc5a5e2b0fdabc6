/* row_sum.c -- see row_sum.h; rows are multiples of 8 numbers */
#include "nn/row_sum.h"
#include "nn/lanes.h"

#include <math.h>
#include <string.h>

gg_real gg_row_sum_factor(struct gg_layer *l, enum gg_row_sum normalise)
{
    l->needs_mean = normalise == GG_ROW_SQRT || normalise == GG_ROW_MEAN;
    double k = l->mean_neighbours > 0 ? l->mean_neighbours : 1;
    return (gg_real)(normalise == GG_ROW_SQRT ? 1 / sqrt(k) : normalise == GG_ROW_MEAN ? 1 / k : 1);
}

gg_real gg_row_sum_factor_of(const struct gg_graph *g, int64_t i, enum gg_row_sum normalise, gg_real factor)
{
    int64_t n = g->ptr[i + 1] - g->ptr[i];
    if (normalise == GG_ROW_COUNT)
        return n > 0 ? 1 / (gg_real)n : 0;
    return factor;
}

GG_CLONES void gg_row_sum(const gg_real *x, int64_t n_edge, int stride, gg_real factor, gg_real *y)
{
    memset(y, 0, sizeof *y * (size_t)stride);
    for (int64_t e = 0; e < n_edge; e++)
        for (int c = 0; c < stride; c += 8)
            *(gg_lanes *)(y + c) += *(const gg_lanes *)(x + e * stride + c);
    for (int c = 0; c < stride; c++)
        y[c] *= factor;
}

GG_CLONES void gg_row_spread(gg_real *dx, int64_t n_edge, int stride, gg_real factor, const gg_real *dy)
{
    for (int64_t e = 0; e < n_edge; e++)
        for (int c = 0; c < stride; c += 8)
            *(gg_lanes *)(dx + e * stride + c) += factor * *(const gg_lanes *)(dy + c);
}
