/* averages.h -- frames of one id as one frame, with mean and spread of their predictions (gg-predict --average) */
#ifndef GG_AVERAGES_H
#define GG_AVERAGES_H

#include "model/predicted.h"
#include "stream/held.h"

/* The frames are samples of one configuration, particle for particle: inherent structures near one thermal one, say.  Zeroed, it is empty;
 * it holds the first frame of every id. */
struct gg_averages {
    struct gg_held held;
    struct gg_predicted *of; /* [held.n] */
};
/* GG_INPUT: no id, or rows that are not those of the first frame of this id. */
int gg_averages_add(struct gg_averages *x, const struct gg_models *models, struct gg_pass *p,
                    const struct gg_frame *f, struct gg_err *err);
/* The k-th of held.n as it is written: the first frame of its id without `sample`, with what all of them say; new fields in `a`. */
int gg_averages_frame(const struct gg_averages *x, int64_t k, struct gg_arena *a, struct gg_err *err);
void gg_averages_free(struct gg_averages *x);

#endif
