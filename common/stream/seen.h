/* seen.h -- which samples have gone by, at which times */
#ifndef GG_SEEN_H
#define GG_SEEN_H

#include "stream/frame.h"

/* Zeroed = none.  One configuration may come at several times, in several frames; at one time it may come once. */
struct gg_seen {
    void *tree;
};
/* False if a frame of the same id and times (util/same.h) was added before. */
bool gg_seen_add(struct gg_seen *s, const struct gg_frame *f);
void gg_seen_free(struct gg_seen *s);

#endif
