/* times.h -- frames of one configuration at several times -> one frame with a time axis */
#ifndef GG_TIMES_H
#define GG_TIMES_H

#include "stream/frame.h"
#include "util/arena.h"

/* Frames as they come, by sample id.  A zeroed struct is empty; memory is what the joined frames take. */
struct gg_times {
    struct gg_arena arena;
    int n, room;
    struct gg_times_group *group; /* in the order in which the ids first came */
};

/* Takes a frame (its data are copied; fields without a time axis only once for an id).  GG_INPUT: no `time`, a time that
 * this id has already, or a cell or a field without time axis that differs from that of the id's first frame. */
int gg_times_add(struct gg_times *j, const struct gg_frame *f, struct gg_err *err);

/* The k-th joined frame, times increasing.  GG_INPUT: a field with a time axis is not there, or not of the same shape, at all
 * times.  `f` is as gg_frame_copy leaves it, data partly in the join, partly in `a`. */
int gg_times_frame(struct gg_times *j, int k, struct gg_frame *f, struct gg_arena *a, struct gg_err *err);
void gg_times_free(struct gg_times *j);

#endif
