/* grid.h -- particles sorted into the cells of a regular grid; used inside graph/ only */
#ifndef GG_GRID_H
#define GG_GRID_H

#include "graph/graph.h"

enum { GG_MOST_SHIFT = 127 }; /* edge_shift is i8 */

/* Three whole numbers in one, for sums and comparisons: pack(a) + pack(b) = pack(a + b), and the order is that of the
 * triples, as long as all stay within GG_PACK_MOST. */
enum { GG_PACK_BITS = 21, GG_PACK_MOST = 1 << 19 };
static inline int64_t gg_pack(int64_t a, int64_t b, int64_t c)
{
    const int64_t one = INT64_C(1) << GG_PACK_BITS;
    return (a * one + b) * one + c;
}
static inline void gg_unpack(int64_t packed, int32_t v[3])
{
    const int64_t mask = (INT64_C(1) << GG_PACK_BITS) - 1;
    packed += gg_pack(GG_PACK_MOST, GG_PACK_MOST, GG_PACK_MOST);
    v[0] = (int32_t)(packed >> 2 * GG_PACK_BITS) - GG_PACK_MOST;
    v[1] = (int32_t)(packed >> GG_PACK_BITS & mask) - GG_PACK_MOST;
    v[2] = (int32_t)(packed & mask) - GG_PACK_MOST;
}
/* The same when every number fits; otherwise its last 8 bits. */
static inline void gg_unpack_i8(int64_t packed, int8_t v[3])
{
    packed += gg_pack(GG_PACK_MOST, GG_PACK_MOST, GG_PACK_MOST); /* a multiple of 256 in each place */
    v[0] = (int8_t)(packed >> 2 * GG_PACK_BITS);
    v[1] = (int8_t)(packed >> GG_PACK_BITS);
    v[2] = (int8_t)packed;
}

/* A periodic direction is cut between the faces of the cell; the others between the outermost particles. */
struct gg_grid {
    const struct gg_cell *cell;
    int64_t n;
    int cells[3];      /* along each cell vector */
    double width[3];   /* distance of opposite faces of one grid cell, sigma */
    double low[3];     /* fractional coordinate where the grid begins */
    double extent[3];  /* and its fractional length */
    int64_t *start;    /* [cells+1] where a cell begins, first index fastest */
    int32_t *order;    /* [n] particle at place k: by cell, within a cell by number */
    double *x[3];      /* [n] wrapped positions in that order; z = 0 in two dimensions */
    double (*raw)[3];  /* [n] positions as given, in that order */
    int64_t *wrap;     /* [n] whole cell vectors that wrapping added, in that order, packed */
    double most_wraps; /* largest number of cells that wrapping added along one vector */
    double largest;    /* of |coordinate| as given: bounds the rounding of wrapped ones */
};

/* Cells at least `size` wide (sigma), and no more cells than particles need.  GG_INPUT if a position is not finite or
 * too far outside the cell to be moved into it; names the particle. */
int gg_grid_init(struct gg_grid *g, struct gg_arena *a, const struct gg_cell *cell, int64_t n,
                 const double (*pos)[3], double size, struct gg_err *err);

static inline int64_t gg_grid_cells(const struct gg_grid *g)
{
    return (int64_t)g->cells[0] * g->cells[1] * g->cells[2];
}

/* The vector of an edge, in the one order of operations that gives i <- j and j <- i opposite vectors bit for bit. */
static inline void gg_edge_vector(const struct gg_cell *cell, const double ri[3], const double rj[3],
                                  const double shift[3], double v[3])
{
#pragma GCC unroll 3 /* or v goes through memory, and loads wait for its stores */
    for (int k = 0; k < 3; k++) {
        double image = shift[0] * cell->h[0][k] + shift[1] * cell->h[1][k] + shift[2] * cell->h[2][k];
        v[k] = (rj[k] - ri[k]) + image;
    }
    if (cell->dim == 2)
        v[2] = 0.0;
}

#endif
