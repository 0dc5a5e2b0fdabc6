/* loss.h -- the parts of the loss: keys, errors particle by particle, terms over a whole configuration */
#ifndef GG_LOSS_H
#define GG_LOSS_H

#include "model/model.h"

/* Reads `loss:` of the configuration into the model: keys, species that count. */
int gg_loss_build(struct gg_model *m, struct gg_err *err);

/* Where component z of time t of a particle of species s stands in a row of the head's value. */
int gg_head_column(const struct gg_model *m, const struct gg_head *h, int s, int t, int z);

/* The terms of loss_terms.c for one scalar head; with `gradient` (of the head's value) their derivative times `factor` is
 * added to it.  The pass's arena holds what it needs until the next forward. */
double gg_loss_terms(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b,
                     const struct gg_sample *s, int head, gg_real *gradient, double factor);

#endif
