/* loss.h -- the loss of a frame: heads, terms, columns */
#ifndef GG_MODEL_LOSS_H
#define GG_MODEL_LOSS_H

#include "model/pass.h"

/* Reads `loss:` of the configuration into the model, once the targets' names are known (loss_keys.c). */
int gg_loss_open(struct gg_model *m, struct gg_err *err);
/* Once targets are known and before the heads' layers are made: each term is for some head, and heads grow by what a likelihood asks for;
 * once the heads' times are known: those of terms are among them (loss_heads.c).  GG_USAGE with file, line and key. */
int gg_loss_heads(struct gg_model *m, struct gg_err *err);
int gg_loss_times(const struct gg_model *m, struct gg_err *err);
bool gg_term_is_for(const struct gg_term *k, int head);
/* Some term asks for the variance of the head's target that is known beforehand. */
bool gg_loss_wants_noise(const struct gg_model *m, int head);

/* What the terms need of a frame beyond the network, if anything; in `a`, which must live as long as the batch. */
int gg_loss_prepare(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s,
                    struct gg_arena *a, struct gg_err *err);

/* The bytes of that, about; before the model is built, too. */
double gg_loss_bytes(const struct gg_model *m, const struct gg_sample *s);

/* Sum over heads of head weight, over terms of term weight times the mean of their values over columns, divided by the normaliser.
 * NaN if a head's value is not finite.  With `gradient`, p->gradient of the heads is set to its derivative times `factor`. */
double gg_loss(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b,
               const struct gg_sample *s, bool gradient, double factor);

/* The normaliser of each term and head: its mean over frames for the mean predictor; where that is 0 or undefined, for targets
 * permuted inside each configuration (from `seed`).  `frame` gives the k-th training frame's sample and batch, or fails.  Of several
 * processes each looks at the frames that are `mine`, and `gather` fills the rows [n][bytes] of the others' frames, or fails on all where one
 * has failed, at frame `fault` (-1: nowhere); both NULL: one process. */
struct gg_loss_frames {
    int n;
    int (*frame)(void *context, int k, const struct gg_sample **s, const struct gg_batch **b,
                 struct gg_err *err);
    bool (*mine)(void *context, int k);
    int (*gather)(void *context, void *row, size_t bytes, int fault, struct gg_err *err);
    void *context;
};
int gg_loss_normalise(struct gg_model *m, const struct gg_loss_frames *frames, uint64_t seed,
                      struct gg_err *err);

#endif
