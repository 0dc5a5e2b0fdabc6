/* replicas.h -- what each run says of a target that is their mean: its halves over runs, and which particles overlap with themselves */
#ifndef GG_SCORE_REPLICAS_H
#define GG_SCORE_REPLICAS_H

#include "stream/column.h"
#include "stream/frame.h"

struct gg_replicas {
    const double *half[2]; /* [node, width] means over the even and over the odd runs; NULL: not known */
    int n_run;             /* 0: not known */
    const uint8_t *
        overlap; /* [n_run][node] 1: the particle moved less than the overlap length; NULL where not wanted */
};

/* Of the target, at its t-th time, where it is made of the runs in pos_replicas: propensity, displacement, overlap.  `truth`: its numbers, by
 * which runs of others are told.  overlap_length: sigma; of each run only where `overlaps` is true. */
struct gg_replicas gg_replicas_of(const struct gg_frame *f, const struct gg_column *x, int t,
                                  const double *truth, double overlap_length, bool overlaps,
                                  struct gg_arena *a);

#endif
