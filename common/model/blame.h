/* blame.h -- which layer and particle made the first number that is not finite */
#ifndef GG_BLAME_H
#define GG_BLAME_H

#include "model/pass.h"
#include "model/trace.h"

/* Runs the frame again, and says where numbers stop being finite: forward, and, if the sample has targets (else NULL), the loss and
 * backward.  False: nothing of it is not finite. */
bool gg_trace_blame(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                    const struct gg_sample *s, char text[GG_TRACE_TEXT]);

#endif
