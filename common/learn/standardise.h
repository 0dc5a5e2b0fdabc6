/* standardise.h -- means and scales of inputs and targets over the training set */
#ifndef GG_STANDARDISE_H
#define GG_STANDARDISE_H

#include "learn/spool.h"

/* Fills m->mean, m->scale and those of the heads from samples use[0..n_use-1] of a mapped spool.  Scalars: by column (inputs), by species and
 * time (targets).  Vectors and higher degrees: no mean, one root mean square a channel, so that rotations commute with it. */
void gg_model_standardise(struct gg_model *m, const struct gg_spool *s, const int *use, int n_use);

#endif
