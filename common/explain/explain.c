/* explain.c -- the table of methods, and one frame after the other */
#include "explain/explain.h"
#include "model/learner.h"
#include "model/trace.h"
#include "model/blame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METHOD(name) extern const struct gg_explain_method gg_explain_##name;
#include "explain/explain.def"
#undef METHOD

#define METHOD(name) &gg_explain_##name,
const struct gg_explain_method *const gg_explain_methods[] = {
#include "explain/explain.def"
    NULL};
#undef METHOD

enum { PROBES = 16 };

const struct gg_explain_method *gg_explain_find(const char *name, struct gg_err *err)
{
    const char *names[64];
    int n = 0;
    for (; gg_explain_methods[n] && n < 64; n++) {
        names[n] = gg_explain_methods[n]->name;
        if (!strcmp(names[n], name))
            return gg_explain_methods[n];
    }
    const char *near = gg_nearest(name, names, n);
    gg_fail(err, GG_USAGE, near ? "no method '%s': did you mean %s?" : "no method '%s': see --help", name,
            near);
    return NULL;
}

int gg_explain_open(struct gg_explain *x, const struct gg_explain_method *method,
                    const struct gg_explain_options *o, struct gg_model *m, struct gg_err *err)
{
    *x = (struct gg_explain){.method = method, .o = o, .m = m};
    if (!m->learner->layers)
        return gg_fail(err, GG_USAGE, "the model is fitted (%s): it has no layers to look into",
                       m->learner->name);
    x->own = gg_xalloc(x->method->own_size + 1, 1);
    return (x->method->asks && gg_explain_ask(x, err)) || (x->method->open && x->method->open(x, err)) ? -1
                                                                                                       : 0;
}

/* ---- frames ---- */

static int check_finite(struct gg_explain *x, const struct gg_scene *s, struct gg_err *err)
{
    char why[GG_TRACE_TEXT];
    if (gg_pass_finite(&x->pass, x->m, &s->b))
        return 0;
    gg_trace_blame(&x->pass, x->m, x->m->w, &s->b, NULL, why);
    return gg_fail(err, GG_NUMERICS, "the prediction is not finite: %s", why);
}

int gg_explain_frame(struct gg_explain *x, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct gg_scene s = {.f = f, .a = a};
    if (gg_sample_read(&s.s, x->m, f, true, a, err))
        return -1;
    gg_sample_bind(&s.s, x->m, a);
    if (gg_cell_init(&s.cell, s.s.dim, s.s.pbc, (const double(*)[3])s.s.cell, err) ||
        gg_batch_init(&s.b, x->m, &s.s, x->method->backward, a, err) ||
        (x->method->asks && gg_explain_choose(x, &s, x->o->probes > 0 ? x->o->probes : PROBES, err)))
        return -1;
    gg_pass_forward(&x->pass, x->m, x->m->w, &s.b, x->method->backward);
    if (check_finite(x, &s, err) || x->method->frame(x, &s, err))
        return -1;
    x->n_frame++;
    return 0;
}

int gg_explain_finish(struct gg_explain *x, struct gg_err *err)
{
    return x->n_frame ? x->method->finish(x, err) : gg_fail(err, GG_TRUNCATED, "no frames in the input");
}

void gg_explain_free(struct gg_explain *x)
{
    if (x->own && x->method->free)
        x->method->free(x);
    free(x->own);
    gg_pass_free(&x->pass);
    gg_tsv_free(&x->table);
}
