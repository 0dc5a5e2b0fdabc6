/* blame.c -- runs a frame again to see which layer makes the first number that is not finite */
#include "model/blame.h"
#include "model/loss.h"

#include <stdlib.h>

bool gg_trace_blame(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                    const struct gg_sample *s, char text[GG_TRACE_TEXT])
{
    struct gg_trace *t = gg_xalloc(1, sizeof *t);
    gg_real *dw = gg_xalloc((size_t)m->n_weight + 1, sizeof *dw);
    p->trace = t;
    gg_pass_forward(p, m, w, b, true);
    if (s) {
        gg_loss(p, m, b, s, true, 1);
        gg_pass_backward(p, m, w, b, dw);
    }
    bool found = gg_trace_first(t, text);
    p->trace = NULL;
    free(dw);
    free(t);
    return found;
}
