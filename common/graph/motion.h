/* motion.h -- a frame turned, moved and wrapped: the symmetries that a model must respect */
#ifndef GG_MOTION_H
#define GG_MOTION_H

#include "stream/frame.h"

/* x -> R x for R of O(3): every field by its irreps, and the cell.  The frame has space; R leaves the plane of a frame of
 * dim 2 alone.  GG_INPUT for numbers with irreps that are not f32 or f64. */
int gg_frame_turn(struct gg_frame *f, const double R[3][3], struct gg_arena *a, struct gg_err *err);

/* Positions, and nothing else, plus `by`: fields called pos or pos_..., with irreps 1x1o. */
void gg_frame_shift(struct gg_frame *f, const double by[3]);

/* pos into the cell; the other positions of a particle move by the same lattice vector, and the shifts of its edges make
 * up for it.  GG_INPUT if a shift no longer fits. */
int gg_frame_wrap(struct gg_frame *f, struct gg_arena *a, struct gg_err *err);

/* n[a] copies along each cell vector, in a cell as much larger: copies of a particle stand N apart in all fields on nodes, positions move
 * along; particle_id goes.  GG_INPUT where the frame is not periodic, has edges, or would have 2^31 particles. */
int gg_frame_replicate(struct gg_frame *f, const int n[3], struct gg_arena *a, struct gg_err *err);

#endif
