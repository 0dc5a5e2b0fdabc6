/* shards.h -- gradients of a batch, added up in an order that does not depend on who computes them
 *
 * Sample k of a batch belongs to shard k mod n, whoever computes it.  A shard adds its samples in their order, in gg_real; the
 * shards are added in theirs, in double, and the sum is rounded once.  So one process, or several with some of the shards each,
 * make the same bytes.  Shards without a sample take neither time nor memory. */
#ifndef GG_SHARDS_H
#define GG_SHARDS_H

#include "util/real.h"
#include <stdint.h>

struct gg_shards {
    int64_t n, n_used; /* shards; those that have a sample in this batch are the first */
    int64_t n_weight;
    gg_real *sum; /* [min(n, samples of a batch)][n_weight] */
    double *loss; /* and of each the sum of its samples' losses */
};

/* For batches of at most `most` samples. */
void gg_shards_init(struct gg_shards *s, int64_t n, int64_t most, int64_t n_weight);
void gg_shards_free(struct gg_shards *s);
/* A batch of n_sample: what its shards hold is 0. */
void gg_shards_begin(struct gg_shards *s, int64_t n_sample);
/* Where sample k adds its gradient; called once a sample, in order, with its loss. */
gg_real *gg_shards_add(struct gg_shards *s, int64_t k, double loss);
/* The sum of all gradients into dw [n_weight]; returns the sum of losses.  The same bytes for any number of threads. */
double gg_shards_sum(const struct gg_shards *s, gg_real *dw);

#endif
