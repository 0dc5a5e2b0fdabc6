/* cage_past.h -- cage states from a trajectory: where particles were on average in the time before a frame */
#ifndef GG_CAGE_PAST_H
#define GG_CAGE_PAST_H

#include "cli/cli.h"
#include "physics/track.h"

/* A zeroed struct is the start. */
struct gg_cage_past {
    struct gg_track track;
    int64_t n_frame, n_early; /* seen; left out because their run had not gone on for that long */
};

/* Adds pos_cage, the mean position over the frames of the run that lie at most `past` (tau) before this one, itself among them, and
 * cage_size, the root mean square distance from there; the mean motion of all particles is taken out of both.  1; 0: the run is
 * too short so far; -1: what gg_track_add refuses, and a run that has no other frame in that time. */
int gg_cage_past_frame(struct gg_cage_past *c, double past, struct gg_frame *f, struct gg_arena *a,
                       struct gg_err *err);

/* What was left out, and how far particles went between two frames. */
void gg_cage_past_say(const struct gg_cage_past *c, struct gg_cli *cli);

#endif
