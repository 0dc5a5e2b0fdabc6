/* conv_block.h -- from parameters to tables, from a block of receivers to what the kernels read */
#ifndef GG_CONV_BLOCK_H
#define GG_CONV_BLOCK_H

#include "conv/conv_memory.h"

/* Mixing matrices; radial functions and density at the knots, unless they are computed on every edge. */
void gg_conv_fill_tables(const struct gg_layer *l, const gg_real *w, struct gg_conv_tables *t);
/* The edges of receivers first .. last-1, their harmonics, and what the radial functions take of them. */
void gg_conv_prepare(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g, int64_t first,
                     int64_t last, struct gg_conv_work *t);

/* Behind the cutoff of the layer's geometry, by more than rounding: an edge of a list that several geometries share. */
static inline bool gg_conv_is_far(const struct gg_layer *l, gg_real r)
{
    return (double)r > l->cutoff * (1 + 1e-6);
}

/* For either mixing.  The knots of all tables: their sets and distances. */
void gg_conv_place_knots(const struct gg_layer *l, struct gg_conv_points *knots);
void gg_conv_open_block(const struct gg_graph *g, int64_t first, int64_t last, struct gg_conv_block *k);
/* Harmonics of the block's edges, the rows of the table that each reads, and their weights; exact: the points, a row an
 * edge, set after set.  Edges of a receiver may lie in another order than in the graph. */
void gg_conv_place_edges(const struct gg_layer *l, const struct gg_graph *g, struct gg_conv_block *k,
                         struct gg_conv_points *at);

#endif
