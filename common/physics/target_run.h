/* target_run.h -- frames in, frames with targets out: one by one, joined by id, or made of the frames of a trajectory */
#ifndef GG_TARGET_RUN_H
#define GG_TARGET_RUN_H

#include "cli/cli.h"
#include "physics/alike.h"
#include "physics/planted.h"
#include "physics/targets.h"
#include "physics/times.h"
#include "physics/trajectory.h"

struct gg_target_run {
    struct gg_cli *cli;
    struct gg_targets targets; /* which */
    struct gg_planted planted; /* which of these */
    int64_t planted_runs;      /* asked for; 0: not said */
    bool strict;               /* they were asked for by name: a frame without replicas must have them all */
    bool join, by_trajectory, keep_replicas;
    bool alike; /* by trajectory: runs that begin alike are replicas */
    struct gg_trajectory trajectory;
    struct gg_source in; /* the caller opens both, and commits or aborts the output */
    struct gg_writer out;
    int64_t n_passed; /* frames with targets and without replicas, passed as they are */

    struct gg_frame frame, start;
    struct gg_arena arena;
    struct gg_times times;
    struct gg_alike starts;
    struct gg_meta meta, trailer; /* of the member being made */
    struct gg_prov prov;
    bool begun;
};

/* A target by its name; GG_USAGE, with the nearest one.  `run`: a struct gg_target_run (for gg_words_each). */
int gg_target_run_want(void *run, const char *name, struct gg_err *err);

/* All of the input.  What gg_targets_add, gg_times_add and gg_trajectory_add refuse, with file and frame in front. */
int gg_target_run_pass(struct gg_target_run *r, struct gg_err *err);
void gg_target_run_free(struct gg_target_run *r); /* closes the input, too */

#endif
