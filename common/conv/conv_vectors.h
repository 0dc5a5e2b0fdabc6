/* conv_vectors.h -- the gradient of a convolution in the vectors of its edges: for explaining, and for coordinates that move
 *
 *     dvec_e = dr_e v_e / r_e + sum_lm dY_{e,lm} dY_lm/dv
 *     dr_e   = sum_p sum_c R'_{p,c}(r_e) sum_{m1 m3} M_{m3 m1} x_{j,m1,c} dmid_{i,m3,c}
 *     dY_{e,l2 m2} = sum_p sum_c R_{p,c}(r_e) sum_{m1 m3} w_{m1 m2 m3} x_{j,m1,c} dmid_{i,m3,c}
 *
 * and what the density has of the lengths.  R' is that of the cubic between the knots, or of the net.  Nothing is done or held where
 * it is not asked for. */
#ifndef GG_CONV_VECTORS_H
#define GG_CONV_VECTORS_H

#include "conv/conv_full_block.h"
#include "conv/conv_memory.h"

/* A row of an edge has dY of degree l from here on, 2 l + 1 numbers, and behind them what its paths have of dr: eights. */
static inline int gg_conv_pull_at(int l)
{
    return l < 4 ? 8 * l : 16 * l - 32;
}

/* What one thread sums for the edges of a block. */
struct gg_conv_pull {
    gg_real *rows;               /* [lane][gg_conv_pull_at(l_max + 1)] */
    double *dr;                  /* [lane] the rest of dr */
    gg_real (*db)[GG_KNOT_ROWS]; /* [lane] slopes of an edge are read with these, in the place of b */
    double *values, *basis;      /* exact: slopes of the net's outputs and of the basis, a row an edge */
    gg_real *radial;             /* exact: the former in the order of the kernels, channelwise */
    double *density;             /* exact: slopes of f */
};

/* For blocks of at most n_edge edges; on the heap, free() gives it back.  NULL unless the call wants dvec. */
struct gg_conv_pull *gg_conv_pull_new(const struct gg_call *call, int n_edge);

/* Start of a block, before anything goes back through its nets. */
void gg_conv_pull_begin(const struct gg_layer *l, const struct gg_conv_block *k,
                        const struct gg_conv_points *edges, struct gg_conv_pull *q);
/* One path of a block, p->mid being d mid. */
void gg_conv_pull_path(const struct gg_conv_plan *plan, const struct gg_conv_route *r,
                       const struct gg_conv_block *k, const struct gg_conv_path *p, struct gg_conv_pull *q);
/* Full mixing: edges `first` and on of the block, t of the piece being dt; and all lengths, from da of the block. */
void gg_conv_pull_piece(const struct gg_conv_plan *p, const struct gg_conv_piece *t, int first,
                        struct gg_conv_pull *q);
void gg_conv_pull_functions(const struct gg_layer *l, const struct gg_conv_full_tables *t,
                            const struct gg_conv_full_work *k);
/* The density: rows y and dy of the block, its f at `at`. */
void gg_conv_pull_density(const struct gg_layer *l, const gg_real *w, const struct gg_conv_block *k,
                          const struct gg_conv_points *at, const gg_real *y, const gg_real *dy,
                          struct gg_conv_pull *q);
/* End of a block: adds into dvec.  edge: where each edge of the block stands among them. */
void gg_conv_pull_end(const struct gg_layer *l, const struct gg_conv_block *k, const int32_t *edge,
                      int64_t first_edge, const struct gg_conv_pull *q, gg_real (*dvec)[3]);

#endif
