/* track.h -- the frames of a run that lie within some time of each other, with unwrapped positions */
#ifndef GG_TRACK_H
#define GG_TRACK_H

#include "cli/cli.h"

struct gg_moment {
    double time;      /* in the run, tau */
    int64_t number;   /* in the run, from 0 */
    double (*pos)[3]; /* [node] unwrapped, sigma */
    struct gg_frame frame;
    struct gg_arena arena; /* pos and frame */
};

/* A window on one run after the other; a zeroed struct is empty.  A frame's run is its sample id without the last part: run/1200
 * is of `run`.  Unwrapped is pos + image . cell where frames have `image`; without, particles go to the nearest image from
 * frame to frame, which is wrong for one that moves by more than half the cell between two. */
struct gg_track {
    char run[GG_ID];
    int64_t n_frame; /* of the run so far; 0: no run at hand */
    double began;    /* time of its first frame, tau */
    int n, room;
    struct gg_moment *moment; /* [n] oldest first; behind them memory to use again */
    bool by_images;           /* the run at hand has `image` */
    double longest;           /* way between two frames without images, of all runs, in heights of the cell */
    char longest_run[GG_ID];
    char (*ended)[GG_ID]; /* [n_ended] runs that are over */
    int n_ended;
};

/* Is the frame of the run at hand, or is none at hand? */
bool gg_track_goes_on(const struct gg_track *k, const struct gg_frame *f);

/* Takes a copy of the next frame of its run.  GG_INPUT: no run_time, or one that is not later; other particles, species or
 * boundaries than in the frame before; `image` in some frames only; a run that was over. */
int gg_track_add(struct gg_track *k, const struct gg_frame *f, struct gg_err *err);
void gg_track_drop(struct gg_track *k); /* the oldest moment */
void gg_track_end(struct gg_track *k);  /* the run is over; its moments go, too */
void gg_track_free(struct gg_track *k);

/* Warns of a source without ids, whose rows need not be the same particles in every frame. */
void gg_track_warn_order(const struct gg_meta *meta, struct gg_cli *cli);
/* Warns if ways between two frames come near half of the cell, from where on nearest images mislead. */
void gg_track_warn(const struct gg_track *k, struct gg_cli *cli);

/* Where the particles are at `later`, or were at an earlier one, as seen from `start`: the frame's own `pos` and the way to there.
 * If the periodic vectors changed, that they did is no way: fractional coordinates stay, in the cell of `start`.  to: [node] */
void gg_track_from(const struct gg_moment *start, const struct gg_moment *later, double (*to)[3]);

#endif
