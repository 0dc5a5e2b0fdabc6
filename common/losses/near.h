/* near.h -- rows of a column that are near each other, for terms over neighbours and pairs */
#ifndef GG_LOSS_NEAR_H
#define GG_LOSS_NEAR_H

#include "graph/graph.h"
#include "losses/loss.h"

/* Rows j with r_ij < reach (strict) of every row i, each once, i itself if `self`.  GG_INPUT with the key that says `reach` where it
 * is more than half of the box, so that a row would meet images of one other. */
int gg_loss_near(struct gg_edges *out, const struct gg_loss_column *c, double reach, bool self,
                 const char *key, struct gg_arena *a, struct gg_err *err);

#endif
