/* shards.h -- gradients of a batch, added up in an order that does not depend on who computes them
 *
 * Sample k of a batch belongs to shard k mod n, whoever computes it.  A shard adds its samples in their order, in gg_real; the
 * shards are added in theirs, in double, and the sum is rounded once.  So one process, or several with some of the shards each,
 * make the same bytes.  Shards without a sample take neither time nor memory.
 *
 * Of several processes each holds the shards q with q mod `of` = `part`. */
#ifndef GG_SHARDS_H
#define GG_SHARDS_H

#include "util/real.h"
#include <stdbool.h>
#include <stdint.h>

struct gg_shards {
    int64_t n, n_used; /* shards; those that have a sample in this batch are the first */
    int64_t n_weight;
    int part, of;
    gg_real *sum; /* [those of min(n, samples of a batch) that are held][n_weight] */
    double *
        loss; /* [min(n, samples of a batch)] of each the sum of its samples' losses; 0 of those that others hold */
};

/* For batches of at most `most` samples; part 0 of 1 holds all. */
void gg_shards_init(struct gg_shards *s, int64_t n, int64_t most, int64_t n_weight, int part, int of);
void gg_shards_free(struct gg_shards *s);
/* A batch of n_sample: what its shards hold is 0. */
void gg_shards_begin(struct gg_shards *s, int64_t n_sample);
/* Is it here that sample k is added? */
bool gg_shards_hold(const struct gg_shards *s, int64_t k);
/* Where sample k adds its gradient; called once a sample that is held, in order, with its loss. */
gg_real *gg_shards_add(struct gg_shards *s, int64_t k, double loss);
/* What shard q holds, which must be held: [n_weight]. */
gg_real *gg_shards_row(const struct gg_shards *s, int64_t q);
/* All shards are held: the sum of all gradients into dw [n_weight]; returns the sum of losses.  The same bytes for any number of threads. */
double gg_shards_sum(const struct gg_shards *s, gg_real *dw);

/* What gg_shards_sum is made of: y = the sum of x[0][k], x[1][k] ... in this order, k < n, in double; and the sum of all losses. */
void gg_shards_add_up(const gg_real *const *x, int64_t n_x, int64_t n, gg_real *y);
double gg_shards_loss(const struct gg_shards *s);

#endif
