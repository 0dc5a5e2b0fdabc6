/* step.h -- one step of a training: the gradient of a batch, and the parameters after it */
#ifndef GG_TRAIN_STEP_H
#define GG_TRAIN_STEP_H

#include "learn/train.h"

/* Room for steps, once the state is there. */
void gg_step_begin(struct gg_trainer *t);
/* The next frames of the epoch, order[t->state.position ...]: forward, loss and backward of each, their gradients added by shards
 * (optim/shards.h), clipped, and Adam.  GG_NUMERICS names the sample whose loss or
 * gradient is not finite, the layer and the particle. */
int gg_step(struct gg_trainer *t, const int64_t *order, struct gg_err *err);

#endif
