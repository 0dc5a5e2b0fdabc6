/* conv_full_block.h -- the memory of fully connected mixing, and the start of a block of receivers */
#ifndef GG_CONV_FULL_BLOCK_H
#define GG_CONV_FULL_BLOCK_H

#include "conv/conv_full_tables.h"
#include "conv/conv_memory.h"
#include "conv/conv_so2.h"

enum { GG_CONV_SPECIES = 8 }; /* whose square is GG_RADIAL_SETS */

/* The receivers of one species and their edges to senders of one species: they share a set of the radial net, and so V. */
struct gg_conv_run {
    int set, sender;
    int first, last; /* rows */
};

/* What one thread needs.  Rows are the receivers of a block by their species; the edges of a receiver lie by the species of the
 * sender.  With one set all are of one species, and rows and edges are as in the graph. */
struct gg_conv_full_work {
    struct gg_conv_block k;
    struct gg_conv_pull *pull; /* NULL: the gradient of the vectors is not wanted */
    int n_run;
    struct gg_conv_run run[GG_RADIAL_SETS];
    int receiver[GG_CONV_BLOCK];                   /* of every row, counted from the first of the block */
    int begin[GG_CONV_BLOCK][GG_CONV_SPECIES + 1]; /* of a row, of a species of the sender: its first edge */
    int32_t *sender, *local; /* of the edges in their order, as r and vec; local: backward */
    int32_t *
        edge; /* backward, and with weights on edges: where they stand in the graph, from the first of the block on */
    gg_real *r, (*vec)[3];
    gg_real *rows;               /* [row][out stride]: y, or dy */
    gg_real *dA;                 /* backward [receiver][out stride]: dy before the division by the density */
    gg_real *a, *da;             /* [edge][lane] radial functions of a block */
    gg_real *weighed, *dweighed; /* the same times the weights of a head; without such, a and da themselves */
    gg_real *S, *dS, *turned;    /* sums of one slice and some nodes */
    gg_real *t, *dt;             /* of up to CHUNK edges */
    struct gg_conv_points edges; /* exact */
    struct gg_so2_work so2;
};

struct gg_conv_full_tables gg_conv_full_take_tables(struct gg_conv_bump *b, const struct gg_conv_plan *p);
struct gg_conv_full_work gg_conv_full_take_work(struct gg_conv_bump *b, const struct gg_layer *l, int n_edge,
                                                bool backward);

/* The points that the density of a block is read at. */
static inline const struct gg_conv_points *gg_conv_full_points(const struct gg_conv_plan *p,
                                                               const struct gg_conv_full_tables *t,
                                                               const struct gg_conv_full_work *k)
{
    return p->n_knot ? &t->knots : &k->edges;
}

void gg_conv_full_fill_tables(const struct gg_layer *l, const gg_real *w, struct gg_conv_full_tables *t);
/* Order, harmonics and a_u of the edges of receivers first .. last-1. */
void gg_conv_full_prepare(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                          const struct gg_conv_full_tables *t, int64_t first, int64_t last,
                          struct gg_conv_full_work *k);

#endif
