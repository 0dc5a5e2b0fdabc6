/* tiles.h -- predictions of a frame that is larger than what a pass may hold, tile by tile
 *
 * A tile is a box of the cell, cut along its vectors.  It is predicted together with its halo, all particles that lie no farther than the
 * network hears: the sum of cutoffs along its layers.  Of the tile's own particles nothing is missing then, and their neighbours come in
 * the order that they have in the whole frame, so that predictions are the same bytes. */
#ifndef GG_TILES_H
#define GG_TILES_H

#include "model/learner.h"

/* How far a particle's prediction hears, sigma: the sum of cutoffs along the layers that read values of senders, of the head that hears
 * farthest; one cutoff where no more than the vectors of edges comes from there. */
double gg_tiles_halo(const struct gg_model *m);
/* GG_USAGE, with what stands in the way: layers over the whole frame, heads on edges or frames, edges of the frame, several geometries, a
 * model that is no network. */
int gg_tiles_check(const struct gg_model *m, struct gg_err *err);
/* As the learner's predict, in tiles at least `width` wide along each direction of the cell; room for one tile at a time.  GG_USAGE: tiles
 * of less than the halo, where there would be more than one. */
int gg_tiles_predict(struct gg_pass *p, const struct gg_model *m, const struct gg_sample *s, double width,
                     const struct gg_prediction *out, struct gg_err *err);

#endif
