/* conv_block.h -- from parameters to tables, from a block of receivers to what the kernels read */
#ifndef GG_CONV_BLOCK_H
#define GG_CONV_BLOCK_H

#include "layers/conv_memory.h"

/* Mixing matrices; radial functions and density at the knots, unless they are computed on every edge. */
void gg_conv_fill_tables(const struct gg_layer *l, const gg_real *w, struct gg_conv_tables *t);
/* The edges of receivers first .. last-1. */
void gg_conv_prepare(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g, int64_t first,
                     int64_t last, struct gg_conv_work *t);

#endif
