/* held.h -- frames of any number of members, held in memory until all are there */
#ifndef GG_HELD_H
#define GG_HELD_H

#include "stream/frame.h"
#include "stream/meta.h"

struct gg_held {
    int64_t n, room;
    struct gg_frame *frame;
    int64_t *order; /* the k-th to write is frame[order[k]] */
    struct gg_arena arena;
    struct gg_meta meta, trailer; /* of all members: a key whose values differ is there once a value */
    struct gg_prov prov;
};
int gg_held_member(struct gg_held *h, const struct gg_meta *meta, const struct gg_prov *prov,
                   struct gg_err *err);
void gg_held_add(struct gg_held *h, const struct gg_frame *f);
void gg_held_free(struct gg_held *h);

/* Sets the field split of every frame by shares of the configurations (frames of one id go together), in the present
 * order: the first ones train, the last ones test.  Whole numbers nearest to the shares; a share above 0 gets at least
 * one configuration if there are as many as such shares. */
int gg_held_split(struct gg_held *h, const double share[3], struct gg_err *err);

#endif
