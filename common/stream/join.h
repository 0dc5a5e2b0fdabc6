/* join.h -- a second stream beside the first: frames of one sample id together */
#ifndef GG_JOIN_H
#define GG_JOIN_H

#include "stream/reader.h"

enum { GG_JOIN_AHEAD = 64 };

/* Reads the second stream in lockstep with the first, at most GG_JOIN_AHEAD frames ahead. */
struct gg_join {
    struct gg_reader reader;
    struct gg_join_state *state;
};

int gg_join_open(struct gg_join *j, const char *path, uint64_t max_frame, struct gg_err *err);

/* The frame of the second stream with this sample id; it lives until the next call.  *meta (may be NULL) is the META of
 * its member.  Refuses with GG_INPUT: no id, an id that occurs twice, none within the look-ahead, none at all. */
const struct gg_frame *gg_join_find(struct gg_join *j, const char *id, const struct gg_meta **meta,
                                    struct gg_err *err);

/* Reads the rest, so that a damaged end is noticed. */
int gg_join_finish(struct gg_join *j, struct gg_err *err);
void gg_join_close(struct gg_join *j);

#endif
