/* trajectory.h -- frames of a run as starts, later ones of the same run as where they lead */
#ifndef GG_TRAJECTORY_H
#define GG_TRAJECTORY_H

#include "physics/track.h"

struct gg_trajectory {
    int n_time;
    const double *time; /* [n_time] after the start, above 0, increasing, tau */
    int64_t every;      /* every so many frames of a run may be a start; 1: all */
    bool first;         /* only the first frame of a run may be one */
    double apart;       /* starts of a run are no nearer than this in time, tau; 0: as near as they come */
    struct gg_track track;
    double last;       /* when the last start of the run at hand was */
    int64_t n_frame;   /* seen */
    int64_t n_start;   /* given back */
    int64_t n_skipped; /* left out by `every`, `first` and `apart` */
    int64_t
        *n_absent; /* [n_time] left out because the run has no frame at this time (the first such) after it */
};

void gg_trajectory_init(struct gg_trajectory *t, int n_time, const double *time);
void gg_trajectory_free(struct gg_trajectory *t);

/* Takes the next frame.  GG_INPUT: what gg_track_add refuses; a frame that has times or replicas already. */
int gg_trajectory_add(struct gg_trajectory *t, const struct gg_frame *f, struct gg_err *err);

/* 1: `f` is a start with all its fields, `time` and pos_replicas [time, 1, node, 3] (data in `a`); 0: none is complete yet.
 * With `ended` the run has no more frames: call until it returns 0, which forgets the run. */
int gg_trajectory_next(struct gg_trajectory *t, bool ended, struct gg_frame *f, struct gg_arena *a);

/* One line: how many frames, starts, and frames left out for which reason. */
const char *gg_trajectory_said(const struct gg_trajectory *t, struct gg_arena *a);

#endif
