/* rates.h -- how fast each parameter moves, decays and falls to 0: train.freeze, rates, decays, sparse, and statistics, which no gradient moves */
#ifndef GG_RATES_H
#define GG_RATES_H

#include "learn/train_keys.h"
#include "model/model.h"

/* `rates:`, `decays:` and `sparse:` of the map `train`, into keys; their texts point into the tree, their lists live in `a`. */
int gg_rates_read(struct gg_train_keys *keys, const struct gg_yaml *train, struct gg_arena *a,
                  struct gg_err *err);
/* *factor [n_weight]: times the learning rate; NULL where that is 1 for all.  malloc'd, the caller's.  Later patterns win over earlier
 * ones, and `freeze` (0) over all.  GG_USAGE: a pattern that no parameter matches. */
int gg_rates_make(const struct gg_train_keys *keys, const struct gg_model *m, gg_real **factor,
                  struct gg_err *err);
/* The same for weight decay: *factor [n_weight] by `decays`, NULL without.  GG_USAGE also where there is no weight decay. */
int gg_decays_make(const struct gg_train_keys *keys, const struct gg_model *m, gg_real **factor,
                   struct gg_err *err);
/* *strength [n_weight] (optim/sparse.h) by `sparse`, times `factor` of the rate where there is one, so that what does not move stays; NULL
 * without.  malloc'd, the caller's. */
int gg_sparse_make(const struct gg_train_keys *keys, const struct gg_model *m, const gg_real *factor,
                   gg_real **strength, struct gg_err *err);
/* Takes what does not move out of a gradient, so that the bound on its norm is for what does. */
void gg_rates_mask(const gg_real *factor, int64_t n, gg_real *dw);

/* What a frame says of statistics, where they are frozen: what they are. */
void gg_rates_hold(const struct gg_train_keys *keys, const struct gg_model *m, const gg_real *w,
                   gg_real *state);

#endif
