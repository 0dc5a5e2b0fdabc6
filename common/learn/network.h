/* network.h -- the learning part of the network's row in learners.def */
#ifndef GG_NETWORK_H
#define GG_NETWORK_H

#include "learn/train.h"

int gg_network_estimate(struct gg_trainer *t, FILE *to, struct gg_err *err); /* estimate.c */
/* Operations of the epochs that are done, in Gflop: frames that were trained on times those of the first; NaN where its graph cannot be had. */
double gg_network_gflop(struct gg_trainer *t);
/* The first parameters, drawn or taken from train.from, or all that a checkpoint has; metrics are open then (begin.c). */
int gg_network_begin(struct gg_trainer *t, struct gg_err *err);
/* From there to the last epoch; GG_STOPPED if how.stop came (run.c). */
int gg_network_run(struct gg_trainer *t, struct gg_err *err);
/* What a person wants to know at the end: the best epoch, how well it does on the validation frames, beside what noise allows, and
 * what to type next (summary.c).  `complete`: there was nothing left to do. */
int gg_summary(struct gg_trainer *t, bool complete, struct gg_err *err);
/* The test frames, once, with the parameters that are the model: a line "eval" of split test for each column, and the same for a person. */
int gg_summary_test(struct gg_trainer *t, struct gg_err *err);
/* The last line: seconds, the model in how.folder, and the command that may follow. */
void gg_summary_next(struct gg_trainer *t, double seconds);

/* Operations a second of a matrix product, here and now, in 50 ms of one thread: what estimates of time rest on, by this share of it. */
#define GG_PROBE_SHARE 0.3
double gg_probe_rate(void);

#endif
