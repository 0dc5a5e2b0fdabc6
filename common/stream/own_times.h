/* own_times.h -- at which times a field is: its own, or those of the frame */
#ifndef GG_OWN_TIMES_H
#define GG_OWN_TIMES_H

#include "stream/frame.h"

struct gg_field_times {
    int axis;            /* of the field; -1: it has no times */
    int n;               /* length of that axis, 0 without one */
    const double *value; /* [n], in tau, increasing; in the frame's memory.  NULL: nobody says the times */
};

/* The times of x, a field of f: X.time (f64 [k]) where x marks its time axis free, else time_pred for a prediction (version
 * 0.1), else the frame's `time` for a time axis.  A free axis where fields.def has a time axis needs one of the first two:
 * GG_INPUT without, and for times that do not fit or do not increase. */
int gg_field_times(const struct gg_frame *f, const struct gg_field *x, struct gg_field_times *t,
                   struct gg_err *err);

/* "propensity_pred.time" -> 15, the length of X; 0 if the name is not X.time. */
size_t gg_own_times_stem(const char *name);

/* Every X.time beside its X: f64 on a free axis, finite, increasing, as long as X's free axis.  Part of gg_frame_check. */
int gg_own_times_check(const struct gg_frame *f, struct gg_err *err);

#endif
