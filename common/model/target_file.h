/* target_file.h -- targets in a model file: what they are, their times, their standardisation */
#ifndef GG_TARGET_FILE_H
#define GG_TARGET_FILE_H

#include "model/model.h"

/* META model.target.K: "node 1x0e bare timed sigma"; and back, with the times.  A file of 0.1 has none: fields.def knows its
 * targets, and `times` is the grid of all.  GG_INPUT. */
void gg_target_describe(const struct gg_target *t, struct gg_meta *meta, int k);
int gg_target_read(struct gg_model *m, int k, const struct gg_meta *meta, const struct gg_frame *f,
                   struct gg_err *err);
/* The file has as many means as the target says, before room is made for that many. */
int gg_target_check_size(const struct gg_target *t, int n_species, const struct gg_frame *f,
                         struct gg_err *err);
/* Tensors target.NAME.times of all targets; mean, scale and count of one; and back into a model that was built. */
int gg_targets_put_times(const struct gg_model *m, struct gg_frame *f, struct gg_arena *a,
                         struct gg_err *err);
int gg_target_put(const struct gg_target *t, struct gg_frame *f, struct gg_arena *a, struct gg_err *err);
int gg_target_take(struct gg_target *t, const struct gg_frame *f, struct gg_err *err);

#endif
