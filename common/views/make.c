/* make.c -- targets that views make: whose they are, and what they are (targets.def: view) */
#include "views/view.h"

#include <string.h>

static struct gg_head *find_head(struct gg_model *m, const char *target)
{
    for (int h = 0; h < m->n_head; h++)
        if (!strcmp(m->head[h].target.name, target))
            return &m->head[h];
    return NULL;
}

static int claim(struct gg_view *view, struct gg_model *m, struct gg_err *err)
{
    const char *name = view->type->name;
    struct gg_head *h = find_head(m, view->target);
    if (!h)
        return gg_fail(err, GG_USAGE,
                       "train.views: %s: target: no head learns '%s': heads: [..., {target: %s, ...}]", name,
                       view->target, view->target);
    if (gg_target_made(&h->target))
        return gg_fail(err, GG_USAGE, "train.views: %s: target: '%s' is made by two views", name,
                       view->target);
    h->target.kind = gg_target_kind_find("view");
    h->target.n_time = 1;
    view->head = (int)(h - m->head);
    return 0;
}

int gg_views_claim(struct gg_views *v, struct gg_model *m, struct gg_err *err)
{
    for (int k = 0; k < v->n; k++)
        if (v->view[k].target && claim(&v->view[k], m, err))
            return -1;
    return 0;
}

void gg_views_describe(const struct gg_views *v, struct gg_model *m, int n_species)
{
    for (int k = 0; k < v->n; k++)
        if (v->view[k].head >= 0)
            v->view[k].type->target(n_species, &m->head[v->view[k].head].target.irreps);
}

struct gg_views gg_views_making(const struct gg_views *v)
{
    struct gg_views some = {0};
    for (int k = 0; k < v->n; k++)
        if (v->view[k].head >= 0) {
            some.view[some.n++] = v->view[k];
            some.moves |= v->view[k].type->moves;
            some.turns |= v->view[k].type->turns;
        }
    return some;
}
