/* row_sum.h -- sums over the edges of a receiver, and what they are divided by */
#ifndef GG_ROW_SUM_H
#define GG_ROW_SUM_H

#include "nn/layer.h"
#include "util/choice.h"

/* z: the root of the mean number of neighbours of the training set, that number, 1, or the number of edges of the receiver itself. */
#define GG_ROW_SUM_LIST(X) \
    X(GG_ROW_SQRT, "sqrt") X(GG_ROW_MEAN, "mean") X(GG_ROW_NONE, "none") X(GG_ROW_COUNT, "count")
enum gg_row_sum { GG_ROW_SUM_LIST(GG_CHOICE_ENUM) };
/* The key of a layer whose hypers have an int `field` for it. */
#define GG_ROW_SUM_KEY(field)                                                       \
    {                                                                               \
        .name = "normalise", .type = GG_OPT_CHOICE, .offset = (field),              \
        .help = "divide the sum by sqrt(mean neighbours), by their mean, by 1, or " \
                "by the number of edges",                                           \
        .choices = GG_CHOICE_WORDS(GG_ROW_SUM_LIST)                                 \
    }

/* 1/z of all receivers; with GG_ROW_COUNT it is 1, and each has its own.  Of init: says that the layer needs the mean, where it does. */
gg_real gg_row_sum_factor(struct gg_layer *l, enum gg_row_sum normalise);
gg_real gg_row_sum_factor_of(const struct gg_graph *g, int64_t i, enum gg_row_sum normalise, gg_real factor);

/* y = factor sum_e x_e, all `stride` numbers;  dx_e += factor dy for every edge. */
void gg_row_sum(const gg_real *x, int64_t n_edge, int stride, gg_real factor, gg_real *y);
void gg_row_spread(gg_real *dx, int64_t n_edge, int stride, gg_real factor, const gg_real *dy);

#endif
