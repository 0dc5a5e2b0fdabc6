/* fit_learn.h -- a fit from its frames to its numbers: the learning part of its row in learners.def */
#ifndef GG_FIT_LEARN_H
#define GG_FIT_LEARN_H

#include "learn/fit.h"
#include "learn/train.h"

/* ---- fit_train.c ---- */
int gg_fit_keys(struct gg_trainer *t, struct gg_yaml *keys, struct gg_err *err);
int gg_fit_add(struct gg_trainer *t, const struct gg_frame *f, int split, struct gg_arena *a,
               struct gg_err *err);
int gg_fit_prepare(struct gg_trainer *t, struct gg_err *err);
int gg_fit_run(struct gg_trainer *t, struct gg_err *err);
void gg_fit_free(struct gg_trainer *t);
int gg_fit_estimate(struct gg_trainer *t, FILE *to, struct gg_err *err); /* fit_report.c */

/* All that rows of fits share. */
#define GG_FIT_ROW                                                                                \
    .open = gg_fit_open, .build = gg_fit_build, .save = gg_fit_save, .load = gg_fit_load,         \
    .predict = gg_fit_predict, .keys = gg_fit_keys, .add = gg_fit_add, .prepare = gg_fit_prepare, \
    .estimate = gg_fit_estimate, .run = gg_fit_run, .free = gg_fit_free

#endif
