/* conv_memory.h -- the scratch of a convolution: the same functions count it and cut it */
#ifndef GG_CONV_MEMORY_H
#define GG_CONV_MEMORY_H

#include "conv/conv_tables.h"

/* Pieces of scratch, 64-byte aligned; with base NULL it only counts. */
struct gg_conv_bump {
    char *base;
    size_t used;
};

struct gg_conv_pull; /* conv_vectors.h */

/* What one thread needs. */
struct gg_conv_work {
    struct gg_conv_block k;
    struct gg_conv_pull *pull; /* NULL: the gradient of the vectors is not wanted */
    gg_real *mid;              /* [32][plan.mid]: of a block, when nothing is saved; d mid in backward */
    gg_real *dA;               /* backward [32][out stride]: dy before the division by the density */
    gg_real *alpha,
        *dalpha;     /* weights on edges: [edge][pad] of the channels of one input block; dalpha: backward */
    gg_real *radial; /* exact: [path][group][lane][width], and its gradient */
    gg_real *dradial;
    double *widened;             /* exact, backward: dradial for the net */
    struct gg_conv_points edges; /* exact */
};

/* What one range of backward owns. */
struct gg_conv_share {
    const struct gg_range *range;
    gg_real *dx;             /* [range.n_touched][in stride] */
    gg_real *dradial, *dmix; /* as the tables */
    double *dnet;            /* exact: [n_net] */
    double *df, *ddensity;   /* [n_row] of the density's table; its parameters, as they lie */
};

void *gg_conv_take(struct gg_conv_bump *b, int64_t count, size_t size);
struct gg_conv_tables gg_conv_take_tables(struct gg_conv_bump *b, const struct gg_conv_plan *p);
/* n points with n_value outputs each and `work` doubles of the net; the density's share of them where there is one. */
struct gg_conv_points gg_conv_take_points(struct gg_conv_bump *b, const struct gg_conv_plan *p, int64_t n,
                                          int n_value, size_t work);
/* n_edge: edges of the largest block. */
struct gg_conv_work gg_conv_take_work(struct gg_conv_bump *b, const struct gg_layer *l, int n_edge,
                                      bool backward);
void gg_conv_take_shares(struct gg_conv_bump *b, const struct gg_layer *l, const struct gg_graph *g,
                         struct gg_conv_share *s);

/* The scratch of one thread, side by side for each of them. */
struct gg_conv_desks {
    char *base;
    size_t each;
};
/* What was taken from b since it had `used` bytes is what one thread needs: as much for each of the others. */
struct gg_conv_desks gg_conv_take_desks(struct gg_conv_bump *b, size_t used);
/* That of the thread which asks, to be cut anew. */
struct gg_conv_bump gg_conv_own_desk(const struct gg_conv_desks *d);

int64_t gg_conv_end_of_block(int64_t first, int64_t last);
int gg_conv_most_edges(const struct gg_graph *g);
int gg_conv_lanes(int n_edge);
int gg_conv_most_pad(const struct gg_layer *l); /* of the input's blocks */
/* conv_pass.c: everything that a range owns cleared; and, where dx is wanted, dx_j += the rows of every range that touched j, in the
 * order of the ranges. */
void gg_conv_begin_share(const struct gg_layer *l, struct gg_conv_share *s);
void gg_conv_add_rows(const struct gg_call *call, const struct gg_conv_share *s);
/* Parameter gradients of all shares, added in their order, in double: [n_radial] of the table, [n_packed] at *dmix, [n_net] at
 * *dnet.  The caller frees what is returned. */
double *gg_conv_sum_shares(const struct gg_conv_plan *p, const struct gg_conv_share *s, int n_share,
                           int64_t n_radial, double **dmix, double **dnet);

#endif
