/* conv_full_block.h -- the memory of fully connected mixing, and the start of a block of receivers */
#ifndef GG_CONV_FULL_BLOCK_H
#define GG_CONV_FULL_BLOCK_H

#include "layers/conv_full_tables.h"
#include "layers/conv_memory.h"

/* What one thread needs. */
struct gg_conv_full_work {
    struct gg_conv_block k;
    gg_real *a, *da;          /* [edge][lane] radial functions of a block */
    gg_real *S, *dS, *turned; /* sums of one slice and some nodes */
    gg_real *t, *dt;          /* of up to CHUNK edges */
    double *r, *values, *net; /* exact: the net on the edges of a block */
};

struct gg_conv_full_tables gg_conv_full_take_tables(struct gg_conv_bump *b, const struct gg_conv_plan *p);
struct gg_conv_full_work gg_conv_full_take_work(struct gg_conv_bump *b, const struct gg_conv_plan *p,
                                                int n_edge, bool backward);

void gg_conv_full_fill_tables(const struct gg_layer *l, const gg_real *w, struct gg_conv_full_tables *t);
/* Harmonics and a_u of the edges of receivers first .. last-1. */
void gg_conv_full_prepare(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                          const struct gg_conv_full_tables *t, int64_t first, int64_t last,
                          struct gg_conv_full_work *k);

#endif
