/* alike.h -- runs that begin with one configuration are its replicas
 *
 * The isoconfigurational ensemble: Widmer-Cooper, Harrowell, Fynewever, Phys. Rev. Lett. 93, 135701 (2004). */
#ifndef GG_ALIKE_H
#define GG_ALIKE_H

#include "stream/frame.h"

/* Starts that were different so far, with the runs of each; a zeroed struct has none.  All are held in memory. */
struct gg_alike {
    int n, room;
    struct gg_alike_start *start;
};

/* Takes a copy of a start with pos_replicas [time, 1, node, 3].  It is the same as one before if particles, species, cell
 * and times are, and every particle within 1e-4 in each coordinate, or an image of it is: its run is then moved
 * by whole cells. */
void gg_alike_add(struct gg_alike *x, const struct gg_frame *f);
/* The k-th, in the order in which they came, with all fields of the first of its runs and pos_replicas [time, run, node, 3]; data
 * in `a`. */
void gg_alike_frame(const struct gg_alike *x, int k, struct gg_frame *f, struct gg_arena *a);
void gg_alike_free(struct gg_alike *x);

#endif
