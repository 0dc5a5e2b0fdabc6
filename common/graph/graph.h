/* graph.h -- the neighbours of every particle, as the kernels read them */
#ifndef GG_GRAPH_H
#define GG_GRAPH_H

#include "util/arena.h"
#include "util/cell.h"
#include "util/real.h"

/* Directed edges i <- j in rows of receivers: the edges of receiver i are ptr[i] .. ptr[i+1]-1, sorted by sender, then by
 * shift (first vector first).  vector = pos[j] + shift . cell - pos[i], from receiver to sender (sigma). */
struct gg_edges {
    int64_t n_node, n_edge;
    int64_t *ptr;       /* [n_node+1] */
    int32_t *nbr;       /* [n_edge] sender j */
    int8_t (*shift)[3]; /* [n_edge] whole cells added to the sender */
};

/* All pairs with r < cutoff (strict), every periodic image, any cell, any cutoff; i = j with another image is an edge,
 * and so are two particles in one place (r = 0).  `self` adds the edge i <- i with shift 0.  pos: n x 3, need not lie in the cell (shifts refer to pos as given).
 * Cell list, threads over blocks of cells; the result does not depend on them.  In two dimensions z is ignored (taken 0).
 * GG_INPUT if a shift exceeds +-127, n_edge would exceed `max_edge` (0 = 2^40), or pos is not finite (names the index). */
int gg_neighbors(struct gg_edges *out, struct gg_arena *a, const struct gg_cell *cell, int64_t n,
                 const double (*pos)[3], double cutoff, bool self, int64_t max_edge, struct gg_err *err);
/* How many neighbours a particle has at the mean density of a cell that is periodic in all its directions; NaN in another; its own place is
 * taken off, so that it lies above -1. */
double gg_neighbors_expected(const struct gg_cell *cell, int64_t n, double cutoff);
/* The cutoff that would give so many. */
double gg_neighbors_cutoff(const struct gg_cell *cell, int64_t n, double wanted);
/* Before a search: GG_INPUT where more than `most` are expected, with their number and a cutoff that would do. */
enum { GG_MOST_NEIGHBOURS = 1000 };
int gg_neighbors_check(const struct gg_cell *cell, int64_t n, double cutoff, double most, struct gg_err *err);
/* The same and the edges' vectors, as gg_edge_vectors_f32 gives them: cheaper together, above all for particles that are numbered
 * anyhow. */
int gg_neighbors_f32(struct gg_edges *out, float (**vec)[3], struct gg_arena *a, const struct gg_cell *cell,
                     int64_t n, const double (*pos)[3], double cutoff, bool self, int64_t max_edge,
                     struct gg_err *err);
/* The oracle: all pairs times all images within range. */
int gg_neighbors_brute(struct gg_edges *out, struct gg_arena *a, const struct gg_cell *cell, int64_t n,
                       const double (*pos)[3], double cutoff, bool self, struct gg_err *err);

/* pos[j] + shift . cell - pos[i] in double, rounded once.  vec: n_edge x 3. */
void gg_edge_vectors_f32(const struct gg_edges *e, const struct gg_cell *cell, const double (*pos)[3],
                         float (*vec)[3]);
void gg_edge_vectors_f64(const struct gg_edges *e, const struct gg_cell *cell, const double (*pos)[3],
                         double (*vec)[3]);

/* Every edge that is in x or in y, over the same particles. */
void gg_edges_union(struct gg_edges *out, struct gg_arena *a, const struct gg_edges *x,
                    const struct gg_edges *y);
/* The same edges with particle order[k] called k, rows sorted again; edge_order[e] = where edge e stood. */
void gg_edges_reorder(struct gg_edges *out, int64_t *edge_order, struct gg_arena *a,
                      const struct gg_edges *from, const int32_t *order);
/* Shifts that make each edge lead to the sender's nearest image. */
void gg_edges_nearest(int64_t n_node, const int64_t *ptr, const int32_t *nbr, const struct gg_cell *cell,
                      const double (*pos)[3], int8_t (*shift)[3]);

/* rev[e] = the edge j <- i with the opposite shift; a self edge is its own. Refuses (GG_INPUT) if the graph is not
 * symmetric. */
int gg_edge_reverse(const struct gg_edges *e, int64_t *rev, struct gg_err *err);

/* order[k] = the particle that comes k-th along the cells of size about `size`, first index fastest: senders of
 * neighbouring receivers lie together in memory. */
void gg_cell_order(struct gg_arena *a, const struct gg_cell *cell, int64_t n, const double (*pos)[3],
                   double size, int32_t *order);

/* Gradients of sums over receivers go to senders.  Receivers are cut into at most GG_GRAPH_RANGES ranges of whole blocks, by n_node
 * alone, and a range adds into rows of its own, one for each sender that it touches: no two threads write one number, and
 * adding the rows in the order of the ranges gives the same bytes for any number of threads. */
enum { GG_GRAPH_BLOCK = 32, GG_GRAPH_RANGES = 16 };
struct gg_range {
    int64_t first, last; /* receivers */
    int64_t n_touched;
    const int32_t *touched; /* [n_touched] senders, increasing */
};

/* What layers see: one frame's graph in kernel order. */
struct gg_graph {
    int64_t n_node, n_edge;
    const int64_t *ptr;       /* [n_node+1] */
    const int32_t *nbr;       /* [n_edge] */
    const int8_t (*shift)[3]; /* [n_edge] whole cells added to the sender; NULL if nobody said */
    /* The edges that node j sends on: rev[sent[j]] .. rev[sent[j+1]-1], by receiver.  In a symmetric graph these are the reverse
     * edges of its own, and sent is ptr.  NULL unless some layer needs them. */
    const int64_t *rev, *sent;
    const gg_real (*vec)[3]; /* [n_edge] receiver to sender, sigma */
    const gg_real *r;        /* [n_edge] length */
    const int32_t *type;     /* [n_node] species from 0 */
    int n_type;
    int n_time;         /* of the values that have a row for each time */
    const double *time; /* [n_time] */
    int n_range;        /* 0: no backward */
    const struct gg_range *range;
    const int32_t *local; /* [n_edge] where the sender stands among those that the edge's range touches */
};

/* Ranges for backward, in `a`. */
void gg_graph_ranges(struct gg_graph *g, struct gg_arena *a);
/* rev and sent of any graph, in `a`, by counting. */
void gg_graph_senders(struct gg_graph *g, struct gg_arena *a);

#endif
