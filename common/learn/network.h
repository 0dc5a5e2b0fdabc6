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

/* What all threads together do here and now, from 50 ms: operations a second of matrix products, one thread's times the threads, and bytes
 * a second from memory and back. */
struct gg_probe {
    double flops, bytes;
};
struct gg_probe gg_probe(void);
/* Seconds of a training step of such a cost: a guess, from its operations and from what its values move, at shares of both
 * rates that the networks of the zoo reach. */
#define GG_PROBE_FLOPS 0.4
#define GG_PROBE_BYTES 0.5
double gg_step_seconds(const struct gg_cost *c, const struct gg_probe *p);

#endif
