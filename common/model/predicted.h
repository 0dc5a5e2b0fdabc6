/* predicted.h -- predictions of the heads of a model as fields of a frame */
#ifndef GG_PREDICTED_H
#define GG_PREDICTED_H

#include "model/mixture.h"
#include "model/models.h"

/* What some models, and some frames, say of one frame: a mixture a head.  Of the first model are names, units and times. */
struct gg_predicted {
    const struct gg_model *model;
    struct gg_mixture head[GG_MAX_HEADS];
};

/* What all models say of the frame f, which has the rows of the frames before: into *x, whose numbers lie in `numbers` from the first frame
 * on; a zeroed struct has none.  GG_INPUT: a model cannot read the frame; GG_NUMERICS: a prediction is not finite.  `p` serves all models. */
int gg_predicted_add(struct gg_predicted *x, const struct gg_models *models, struct gg_pass *p,
                     const struct gg_frame *f, struct gg_arena *numbers, struct gg_err *err);
/* Fields X_pred, and X_std or X_cov where a spread is known: the target's rows and times, NaN for times and species that no model was
 * trained on.  Beside another grid of times they stand on a free axis, with times of their own, X_pred.time. */
int gg_predicted_write(const struct gg_predicted *x, struct gg_frame *f, struct gg_arena *a,
                       struct gg_err *err);

#endif
