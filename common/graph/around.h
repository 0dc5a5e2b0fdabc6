/* around.h -- everything near one grid cell, copied into one stretch; used inside graph/ only */
#ifndef GG_AROUND_H
#define GG_AROUND_H

#include "graph/grid.h"

enum { GG_LANES = 16 }; /* coordinates are padded to a multiple of it with particles at infinity */

/* The particles that those of one grid cell may see, image by image. */
struct gg_around {
    int64_t n;
    int64_t own;      /* place of the cell's own first particle */
    float *x, *y, *z; /* relative to that particle, image added */
    int32_t *nbr;     /* which particle */
    int32_t *place;   /* and where the grid has it */
    int64_t *shift;   /* packed: its image plus its own wrapping (the receiver's is still to be taken off) */
};

/* How far to look, and room for the fullest neighbourhood. */
struct gg_reach {
    const struct gg_grid *grid;
    int cells[3];  /* on each side */
    int64_t room;  /* entries the arrays of a gg_around must hold */
    double extent; /* no |x|, |y|, |z| is larger, sigma */
};
/* GG_INPUT if images beyond +-127 are within reach, or too many particles. */
int gg_reach_init(struct gg_reach *r, const struct gg_grid *grid, double cutoff, struct gg_err *err);

void gg_around_alloc(struct gg_around *c, struct gg_arena *a, int64_t room);
void gg_around_fill(struct gg_around *c, const struct gg_reach *r, int64_t cell);

#endif
