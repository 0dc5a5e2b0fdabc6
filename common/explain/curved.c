/* curved.c -- see curved.h */
#include "explain/curved.h"
#include "util/pattern.h"

static bool has_curves(const struct gg_op *op)
{
    return op->layer.type->curves != NULL;
}

static bool is_named(const struct gg_texts *names, const char *name)
{
    bool named = names->n == 0;
    for (int k = 0; k < names->n; k++)
        named |= gg_pattern_matches(names->v[k], name);
    return named;
}

static int check_names(const struct gg_explain *x, struct gg_err *err)
{
    const struct gg_texts *names = &x->o->hidden;
    const char *had[GG_MAX_VALUES];
    int n = 0;
    for (int k = 0; k < x->m->n_op; k++)
        if (has_curves(&x->m->op[k]))
            had[n++] = x->m->op[k].name;
    if (n == 0)
        return gg_fail(err, GG_USAGE,
                       "%s: no layer of the model has a function of the distance for each path: conv has",
                       x->method->name);
    for (int k = 0; k < names->n; k++) {
        bool found = false;
        for (int q = 0; q < n; q++)
            found |= gg_pattern_matches(names->v[k], had[q]);
        const char *near = gg_nearest(names->v[k], had, n);
        if (!found)
            return gg_fail(err, GG_USAGE,
                           "--hidden: no layer with functions of the distance is called '%s': there is %s",
                           names->v[k], near ? near : had[0]);
    }
    return 0;
}

int gg_explain_curved(const struct gg_explain *x, int op[GG_MAX_VALUES], struct gg_err *err)
{
    int n = 0;
    if (check_names(x, err))
        return -1;
    for (int k = 0; k < x->m->n_op; k++)
        if (has_curves(&x->m->op[k]) && is_named(&x->o->hidden, x->m->op[k].name))
            op[n++] = k;
    return n;
}
