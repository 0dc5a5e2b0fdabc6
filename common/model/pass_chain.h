/* pass_chain.h -- layers on edges that run for some receivers at a time: what lies on edges is never there for all of them
 *
 * A part is the subgraph of the receivers first .. last-1 and of the senders they listen to: its nodes keep their order, only the
 * receivers have edges, and these lie in the whole graph's rows, so values on edges from outside are read where they are.  A layer
 * sees a small graph and no difference.  Forward: the receivers' rows of what is made on nodes are kept, and values on edges that the
 * block names; nothing else.  Backward: forward again, then backward; gradients of parameters and of nodes outside are added in the order of the parts.
 * Parts run at once, one a thread, and a layer inside has that one thread; where there are fewer parts than threads, and where somebody
 * looks on (trace, look_inside), they run one after the other, and a layer has all threads. */
#ifndef GG_PASS_CHAIN_H
#define GG_PASS_CHAIN_H

#include "model/pass_ops.h"

void gg_chain_forward(struct gg_pass *p, const struct gg_model *m, int chain, const gg_real *w,
                      const struct gg_batch *b);
/* p->gradient of the chain's outputs, where not NULL, and of all that it reads, where not a source, are there. */
void gg_chain_backward(struct gg_pass *p, const struct gg_model *m, int chain, const gg_real *w,
                       const struct gg_batch *b, gg_real *dw);
/* Of as many of its largest parts as run at once, with a backward if `keep`: walks them all, so a batch is told once (gg_batch.chain_bytes). */
size_t gg_chain_bytes(const struct gg_model *m, const struct gg_batch *b, int chain, bool keep);

#endif
