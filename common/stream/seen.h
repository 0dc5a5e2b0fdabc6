/* seen.h -- which samples have gone by, at which times, and with what in them */
#ifndef GG_SEEN_H
#define GG_SEEN_H

#include "stream/frame.h"

/* Zeroed = none.  One configuration may come at several times, in several frames; at one time it may come once. */
struct gg_seen {
    void *tree;
};
/* The frame of the same id and times (util/same.h) that came before. */
struct gg_seen_before {
    const char *from; /* as it was given */
    bool equal;       /* particles, cell and every field are the same (by their checksum) */
};
/* False if there was one: `before` (may be NULL) is filled.  `from`, where the frame is from, must outlive `s`. */
bool gg_seen_add(struct gg_seen *s, const struct gg_frame *f, const char *from,
                 struct gg_seen_before *before);
void gg_seen_free(struct gg_seen *s);

#endif
