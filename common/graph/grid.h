/* grid.h -- particles sorted into the cells of a regular grid; used inside graph/ only */
#ifndef GG_GRID_H
#define GG_GRID_H

#include "graph/graph.h"

/* A periodic direction is cut between the faces of the cell; the others between the outermost particles. */
struct gg_grid {
    const struct gg_cell *cell;
    int64_t n;
    int cells[3];       /* along each cell vector */
    double width[3];    /* distance of opposite faces of one grid cell, sigma */
    double low[3];      /* fractional coordinate where the grid begins */
    double extent[3];   /* and its fractional length */
    int64_t *start;     /* [cells+1] where a cell begins, first index fastest */
    int32_t *order;     /* [n] particle at place k: by cell, within a cell by number */
    double (*pos)[3];   /* [n] wrapped positions in that order; z = 0 in two dimensions */
    int32_t (*wrap)[3]; /* [n] whole cell vectors that wrapping added, in that order */
    double largest;     /* of |coordinate| as given: bounds the rounding of wrapped ones */
};

/* Cells at least `size` wide (sigma), and no more cells than particles need.  GG_INPUT if a position is not finite or
 * too far outside the cell to be moved into it; names the particle. */
int gg_grid_init(struct gg_grid *g, struct gg_arena *a, const struct gg_cell *cell, int64_t n,
                 const double (*pos)[3], double size, struct gg_err *err);

/* The vector of an edge, in the one order of operations that gives i <- j and j <- i opposite vectors bit for bit. */
static inline void gg_edge_vector(const struct gg_cell *cell, const double ri[3], const double rj[3],
                                  const int32_t shift[3], double v[3])
{
    for (int k = 0; k < 3; k++) {
        double image = shift[0] * cell->h[0][k] + shift[1] * cell->h[1][k] + shift[2] * cell->h[2][k];
        v[k] = k < cell->dim ? (rj[k] - ri[k]) + image : 0.0;
    }
}

#endif
