/* draft_frame.h -- the frame that is made of a draft */
#ifndef GG_DRAFT_FRAME_H
#define GG_DRAFT_FRAME_H

#include "formats/draft.h"

struct gg_draft_options {
    const struct gg_reals *times; /* pick these (n = 0: all); each must be there within 0.1 % */
    int64_t time_index;           /* pick the time of this index in the source's own order; -1: all */
    const struct gg_texts *drop;  /* fields to leave out */
};

/* Names to leave out must be fields that can be left out: known ones, or of this draft (NULL: not known yet).
 * GG_USAGE. */
int gg_draft_check_drop(const struct gg_draft *d, const struct gg_texts *drop, struct gg_err *err);

/* The frame by the rules of gg_stream(5): types from 0; `pos` wrapped along periodic directions, replicas
 * moved by the same lattice vectors, inherent and cage positions as the images nearest to `pos`; times
 * increasing; time axes second. pos_replicas is left out if the source's positions do not cover the chosen
 * times; it has a time axis if there are several. Refuses (GG_INPUT, GG_USAGE for a time that is not there)
 * what does not fit together; messages name the field. */
int gg_draft_frame(const struct gg_draft *d, const struct gg_draft_options *o, struct gg_frame *f,
                   struct gg_arena *a, struct gg_err *err);

#endif
