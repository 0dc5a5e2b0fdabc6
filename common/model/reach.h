/* reach.h -- which values of a frame's numbers, and which times with them, a model is trained at */
#ifndef GG_MODEL_REACH_H
#define GG_MODEL_REACH_H

#include "model/model.h"

/* Of every input that is one number of the frame, where the facts have samples; else what is there stays.  What the facts have of
 * another model is taken as it is. */
void gg_reach_make(struct gg_model *m, const struct gg_data_facts *facts);
/* Tensors input.reach.K, of the K-th input, in a model file; no such, none.  Take: before the model is built.  GG_INPUT. */
int gg_reach_put(const struct gg_model *m, struct gg_frame *f, struct gg_arena *a, struct gg_err *err);
int gg_reach_take(struct gg_model *m, const struct gg_frame *f, struct gg_err *err);

#endif
