/* chain_part.h -- the subgraph of some receivers, in which the layers of a chain run (pass_chain.h) */
#ifndef GG_CHAIN_PART_H
#define GG_CHAIN_PART_H

#include "model/pass_memory.h"

/* Receivers first .. last-1 of a chain. */
struct gg_part {
    const struct gg_model *m;
    const struct gg_batch *whole;
    const struct gg_chain *chain;
    int64_t first, last;
    int64_t n_node;
    int32_t *node;         /* [n_node] rows of the whole, increasing */
    int64_t own;           /* the row of the first receiver */
    struct gg_batch batch; /* the graphs of the part; no more of a batch is read by layers */
};

int64_t gg_part_count(const struct gg_chain *c, const struct gg_batch *b);
/* What gg_part_of looks nodes up in: [n_node of b], -1 everywhere, before and afterwards, so that a part costs what it is large, not what
 * the whole is.  The caller frees it. */
int32_t *gg_part_no_rows(const struct gg_batch *b);
/* Part `number` of a chain, for a forward or, with ranges and senders, a backward; resets the arena and lives in it. */
struct gg_part gg_part_of(const struct gg_model *m, const struct gg_batch *b, int chain, int64_t number,
                          bool backward, int32_t *row, struct gg_arena *a);

#endif
