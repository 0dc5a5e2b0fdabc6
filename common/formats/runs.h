/* runs.h -- several runs from one start, one file each, joined into one configuration with replicas */
#ifndef GG_RUNS_H
#define GG_RUNS_H

#include "formats/foreign.h"

/* The first frame of every file is the start, the same in all; the later ones are its run at the times of
 * the frames, again the same in all.  Fills `draft` with the start and `replicas` [time, replica, node,
 * dim].  Refuses (GG_INPUT) runs that differ in start, times, particles, and coordinates that cannot be
 * unwrapped. */
int gg_runs_join(char *const *path, int n, const struct gg_foreign_options *o, struct gg_arena *a,
                 struct gg_draft *draft, struct gg_err *err);

#endif
