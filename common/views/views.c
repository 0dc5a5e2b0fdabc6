/* views.c -- the table of views, and the list of a training */
#include "views/view.h"

#include <stdio.h>
#include <string.h>

#define VIEW(name) extern const struct gg_view_type gg_view_##name;
#include "views/views.def"
#undef VIEW

#define VIEW(name) &gg_view_##name,
const struct gg_view_type *const gg_view_types[] = {
#include "views/views.def"
    NULL};
#undef VIEW

const struct gg_view_type *gg_view_find(const char *name)
{
    for (const struct gg_view_type *const *t = gg_view_types; *t; t++)
        if (!strcmp((*t)->name, name))
            return *t;
    return NULL;
}

static int unknown(const char *name, struct gg_err *err)
{
    const char *names[64];
    int n = 0;
    for (; gg_view_types[n] && n < 64; n++)
        names[n] = gg_view_types[n]->name;
    const char *near = gg_nearest(name, names, n);
    return gg_fail(err, GG_USAGE, "no view is called '%s'%s%s%s", name,
                   near ? " (did you mean " : " (gg_views(7) lists them", near ? near : "",
                   near ? "?)" : ")");
}

/* The key of the house: whose target is made. */
static const char own_key[] = "target";

static int no_target(const struct gg_view_type *type, struct gg_err *err)
{
    return gg_fail(err, GG_USAGE, "%s: target: this view makes nothing that a head could learn", type->name);
}

/* One more, with its defaults. */
static struct gg_view *add(struct gg_views *v, const struct gg_view_type *type, struct gg_arena *a)
{
    struct gg_view *view = &v->view[v->n++];
    view->type = type;
    view->head = -1;
    view->hyper = gg_arena_calloc(a, 1, type->hyper_size + 1);
    if (type->hyper_size)
        memcpy(view->hyper, type->hyper_defaults, type->hyper_size);
    v->moves |= type->moves;
    v->turns |= type->turns;
    return view;
}

int gg_views_add(struct gg_views *v, const char *name, const char *hypers, struct gg_arena *a,
                 struct gg_err *err)
{
    const struct gg_view_type *type = gg_view_find(name);
    if (!type)
        return unknown(name, err);
    if (v->n == GG_MAX_VIEWS)
        return gg_fail(err, GG_USAGE, "more than %d views", GG_MAX_VIEWS);
    struct gg_view *view = add(v, type, a);
    char *rest = gg_arena_strdup(a, hypers ? hypers : ""), *word, *save = NULL;
    for (word = strtok_r(rest, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        char *value = strchr(word, '=');
        if (value && (size_t)(value - word) == strlen(own_key) && !strncmp(word, own_key, strlen(own_key))) {
            view->target = value + 1;
            if (!type->target)
                return no_target(type, err);
            continue;
        }
        const struct gg_opt *o = value ? (*value = 0, gg_opt_find(type->hypers, word)) : NULL;
        if (!o)
            return gg_fail(err, GG_USAGE, "%s: unknown key '%s'", name, word);
        if (gg_opt_set(o, view->hyper, value + 1, word, err))
            return -1;
    }
    return 0;
}

static int read_target(struct gg_view *view, const struct gg_yaml *y, struct gg_err *err)
{
    struct gg_err why = {0};
    if (!y || view->type->target)
        return y ? gg_yaml_text(y, &view->target, err) : 0;
    no_target(view->type, &why);
    return gg_yaml_fail(y, err, "%s", why.text);
}

int gg_views_read(struct gg_views *v, struct gg_yaml *list, struct gg_arena *a, struct gg_arena *config_arena,
                  struct gg_err *err)
{
    static const char *const others[] = {"view", own_key, NULL};
    const char *name;
    if (gg_yaml_expect(list, GG_YAML_LIST, "views", err))
        return -1;
    if (v->n + list->n > GG_MAX_VIEWS)
        return gg_yaml_fail(list, err, "more than %d views", GG_MAX_VIEWS);
    for (struct gg_yaml *y = list->first; y; y = y->next) {
        struct gg_yaml *kind =
            gg_yaml_expect(y, GG_YAML_MAP, "view", err) ? NULL : gg_yaml_need(y, "view", err);
        if (!kind || gg_yaml_text(kind, &name, err))
            return -1;
        const struct gg_view_type *type = gg_view_find(name);
        if (!type) {
            struct gg_err why = {0};
            unknown(name, &why);
            return gg_yaml_fail(kind, err, "%s", why.text);
        }
        struct gg_view *view = add(v, type, a);
        if (gg_yaml_fill(y, a, type->hypers, view->hyper, others, name, err))
            return -1;
        if (read_target(view, gg_yaml_get(y, own_key), err))
            return -1;
        gg_yaml_add_defaults(y, config_arena, type->hypers, view->hyper, NULL);
    }
    return 0;
}

int gg_views_check(const struct gg_views *v, const struct gg_model *m, struct gg_err *err)
{
    for (int k = 0; k < v->n; k++)
        if (v->view[k].type->check && v->view[k].type->check(v->view[k].hyper, m, err))
            return gg_err_prefix(err, "train.views: %s: ", v->view[k].type->name);
    return 0;
}

int gg_views_fit(const struct gg_views *v, const struct gg_model *m, const struct gg_sample *s,
                 const struct gg_batch *b, struct gg_err *err)
{
    for (int k = 0; k < v->n; k++)
        if (v->view[k].type->fits && v->view[k].type->fits(v->view[k].hyper, m, s, b, err))
            return gg_err_prefix(err, "sample '%s': train.views: %s: ", s->id, v->view[k].type->name);
    return 0;
}
