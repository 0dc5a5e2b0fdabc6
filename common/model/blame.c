/* blame.c -- a frame run again, to say where numbers stop being finite */
#include "model/blame.h"
#include "model/loss.h"

#include <math.h>

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

bool gg_trace_finite(const struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b)
{
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_shape *s = &m->value[m->head[h].value];
        if (!all_finite(p->value[m->head[h].value], gg_pass_rows(m, b, m->head[h].value) * s->stride))
            return false;
    }
    return true;
}
