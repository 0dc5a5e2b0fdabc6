/* fit_learn.h -- a fit from its frames to its numbers: what gg_train_* call for a model that is fitted */
#ifndef GG_FIT_LEARN_H
#define GG_FIT_LEARN_H

#include "learn/train.h"

/* ---- fit_train.c: the same steps as a network's training, gg_train_* calls them ---- */
int gg_fit_add(struct gg_trainer *t, const struct gg_frame *f, int split, struct gg_arena *a,
               struct gg_err *err);
int gg_fit_prepare(struct gg_trainer *t, struct gg_err *err);
int gg_fit_run(struct gg_trainer *t, struct gg_err *err);
void gg_fit_train_free(struct gg_trainer *t);

/* For --estimate. */
struct gg_fit_cost {
    int64_t n_train, n_validation, n_row, n_weight;
    double flops_gram, flops_solve, bytes;
};
struct gg_fit_cost gg_fit_cost(const struct gg_trainer *t);

#endif
