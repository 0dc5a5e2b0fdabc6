/* conv_block.h -- from parameters to tables, from a block of receivers to what the kernels read */
#ifndef GG_CONV_BLOCK_H
#define GG_CONV_BLOCK_H

#include "conv/conv_memory.h"

/* Mixing matrices; radial functions and density at the knots, unless they are computed on every edge. */
void gg_conv_fill_tables(const struct gg_layer *l, const gg_real *w, struct gg_conv_tables *t);
/* The edges of receivers first .. last-1, their harmonics, and what the radial functions take of them. */
void gg_conv_prepare(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g, int64_t first,
                     int64_t last, struct gg_conv_work *t);

/* Outside of where the radial functions are, by more than rounding: an edge of a list that several geometries share, or of another shell. */
static inline bool gg_conv_is_outside(const struct gg_layer *l, gg_real r)
{
    const struct gg_radial_basis *b = &((const struct gg_conv_plan *)l->plan)->net.basis;
    return (double)r > b->cutoff * (1 + 1e-6) || (double)r < b->inner * (1 - 1e-6);
}
/* Knots of a table; the k-th distance. */
static inline struct gg_knots gg_conv_knots(const struct gg_layer *l)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_radial_basis *b = &p->net.basis;
    return (struct gg_knots){b->inner, (b->cutoff - b->inner) / (p->n_knot - 1), p->n_knot};
}
static inline double gg_conv_knot_at(const struct gg_layer *l, int64_t k)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_radial_basis *b = &p->net.basis;
    return b->inner + (b->cutoff - b->inner) * (double)k / (p->n_knot - 1);
}

/* For either mixing.  The knots of all tables: their sets and distances. */
void gg_conv_place_knots(const struct gg_layer *l, struct gg_conv_points *knots);
void gg_conv_open_block(const struct gg_graph *g, int64_t first, int64_t last, struct gg_conv_block *k);
/* Harmonics of the block's edges, the rows of the table that each reads, and their weights; exact: the points, a row an
 * edge, set after set.  Edges of a receiver may lie in another order than in the graph. */
void gg_conv_place_edges(const struct gg_layer *l, const struct gg_graph *g, struct gg_conv_block *k,
                         struct gg_conv_points *at);

#endif
