/* possible.h -- what is asked of a network and cannot be, noticed before work begins */
#ifndef GG_POSSIBLE_H
#define GG_POSSIBLE_H

#include "learn/train.h"

/* A built model and its training frames.  GG_USAGE with file, line and key: no edge within the
 * cutoff, an irrep that is zero in every layer that has it.  One that is zero in some is told. */
int gg_possible(struct gg_trainer *t, struct gg_err *err);
/* GG_SYSTEM: values, gradients and `more` bytes would not go into the memory of this machine. */
int gg_possible_memory(const struct gg_model *m, const struct gg_batch *b, bool train, double more,
                       struct gg_err *err);

#endif
