/* hidden.h -- what the features of layers are like on the validation frames, in metrics.jsonl: train.hidden
 *
 * A line "hidden" for each layer and degree: layer, irrep, channels; of the features on particles, means over the frames:
 *     square       mean over particles of |x|^2, over components and channels
 *     dirichlet    stats/hidden.h, over the layer's own neighbours
 *     rank         effective rank of the channels; of scalars less their means
 * Rows of several times count together. */
#ifndef GG_LEARN_HIDDEN_H
#define GG_LEARN_HIDDEN_H

#include "learn/metrics.h"
#include "learn/ranks.h"
#include "model/pass.h"

struct gg_hidden;
/* For layers whose names match one of the patterns, NULL without patterns.  GG_USAGE: a pattern matches no layer that ends on particles. */
int gg_hidden_new(struct gg_hidden **out, const struct gg_model *m, const struct gg_texts *patterns,
                  struct gg_err *err);
void gg_hidden_free(struct gg_hidden *h);
/* Between begin and end, passes of the model are looked at: at most GG_HIDDEN_PASSES of each of n_frame frames, and
 * gg_hidden_at says which comes next; of several ranks each looks at its own frames (gg_ranks_mine).  h NULL: nothing. */
enum { GG_HIDDEN_PASSES = 2 };
void gg_hidden_begin(struct gg_hidden *h, struct gg_pass *p, int64_t n_frame);
void gg_hidden_at(struct gg_hidden *h, int64_t frame, int pass);
void gg_hidden_end(struct gg_hidden *h, struct gg_pass *p);
/* (all) All ranks get what any has seen. */
void gg_hidden_gather(struct gg_hidden *h, const struct gg_ranks *r);
/* The means, over frames in their order: the bytes do not depend on the ranks. */
int gg_hidden_write(const struct gg_hidden *h, struct gg_metrics *m, int64_t step, int64_t epoch,
                    struct gg_err *err);

#endif
