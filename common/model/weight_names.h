/* weight_names.h -- sizes and rounds of a map of weights: one map for all channels and depths of a network */
#ifndef GG_WEIGHT_NAMES_H
#define GG_WEIGHT_NAMES_H

#include "model/weight_part.h"

/* `sizes: {C: layers.0.embed.bias.0, R: layers.12.<k>.3.mlp.0.bias.0}`: formulas of how many numbers a parameter has, of how many rounds
 * a name with <k> has, and of names before.  GG_USAGE. */
int gg_weight_sizes(struct gg_weight_reading *r, const struct gg_yaml *map, struct gg_err *err);

/* A formula of sizes and k (formula.h). */
int gg_weight_number(const struct gg_weight_reading *r, const struct gg_yaml *y, double *out,
                     struct gg_err *err);
/* "gcl_<k+1>.weight": what stands in < > worked out. */
const char *gg_weight_text(const struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err);

/* `name` is the pattern, with one number in the place of every <k>: that number; -1: it is not; -2: it is, without <k>. */
int64_t gg_weight_round(const char *pattern, const char *name);

#endif
