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
#include "model/pass.h"

struct gg_hidden;
/* For layers whose names match one of the patterns, NULL without patterns.  GG_USAGE: a pattern matches no layer that ends on particles. */
int gg_hidden_new(struct gg_hidden **out, const struct gg_model *m, const struct gg_texts *patterns,
                  struct gg_err *err);
void gg_hidden_free(struct gg_hidden *h);
/* Between the two, passes of the model are looked at; h NULL: nothing. */
void gg_hidden_begin(struct gg_hidden *h, struct gg_pass *p);
int gg_hidden_end(struct gg_hidden *h, struct gg_pass *p, struct gg_metrics *m, int64_t step, int64_t epoch,
                  struct gg_err *err);

#endif
