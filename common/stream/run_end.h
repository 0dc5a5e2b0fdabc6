/* run_end.h -- where a run came to, as a configuration */
#ifndef GG_RUN_END_H
#define GG_RUN_END_H

#include "stream/frame.h"

/* The positions of run `run` at the last of its times (pos_replicas), in the cell, become those of the frame; type, mass and
 * temperature stay, and everything else, which was said of the start, goes.  The sample id gets "/runN" behind it.  A run at constant
 * temperature from equilibrium ends in equilibrium.  New data lie in the arena.  GG_INPUT without runs, for a run that the frame
 * does not have, for an id that becomes too long. */
int gg_frame_run_end(struct gg_frame *f, int64_t run, struct gg_arena *a, struct gg_err *err);

#endif
