/* weight_settings.c -- the settings of a network that a map of weights is for */
#include "model/weight_settings.h"
#include "layers/layers.h"
#include "util/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "a", or "[a, b]". */
static const char *value_text(struct gg_arena *a, const struct gg_yaml *y)
{
    const char *text = "";
    if (y->kind == GG_YAML_SCALAR)
        return y->text;
    for (const struct gg_yaml *e = y->first; e; e = e->next)
        text = gg_arena_printf(a, "%s%s%s", text, *text ? ", " : "", e->text ? e->text : "");
    return gg_arena_printf(a, "[%s]", text);
}

int gg_weight_settings_put(struct gg_config *c, const struct gg_yaml *map, struct gg_err *err)
{
    const struct gg_yaml *settings = gg_yaml_get(map, "settings");
    if (settings && gg_yaml_expect(settings, GG_YAML_MAP, "settings", err))
        return -1;
    for (const struct gg_yaml *y = settings ? settings->first : NULL; y; y = y->next)
        if (gg_yaml_expect(y, y->kind == GG_YAML_LIST ? GG_YAML_LIST : GG_YAML_SCALAR, y->key, err) ||
            gg_config_set(c, gg_arena_printf(&c->arena, "%s=%s", y->key, value_text(&c->arena, y)), y->origin,
                          err))
            return -1;
    return 0;
}

static bool same(const char *a, const char *b)
{
    double x, y;
    return !strcmp(a, b) || (gg_number(a, &x) && gg_number(b, &y) && fabs(x - y) <= 1e-12 * fabs(y));
}

static int compare(const struct gg_yaml *y, const char *layer, const char *key, const char *have,
                   struct gg_err *err)
{
    struct gg_arena a = {0};
    const char *want = value_text(&a, y);
    int status = same(have, want) ? 0
                                  : gg_yaml_fail(y, err, "%s: %s is %s, the map is for %s: --set '%s=%s'",
                                                 layer, key, have, want, y->key, want);
    gg_arena_free(&a);
    return status;
}

/* A key of a layer as it is in effect. */
static int check_op(const struct gg_yaml *y, const struct gg_op *op, const char *key, struct gg_err *err)
{
    const struct gg_opt *o = gg_opt_find(op->layer.type->hypers, key);
    if (!o)
        return gg_yaml_fail(y, err, "settings: %s has no key '%s'", op->layer.type->name, key);
    char *have = gg_opt_get(o, op->layer.hyper);
    int status = compare(y, op->name, key, have, err);
    free(have);
    return status;
}

static const struct gg_yaml *item(const struct gg_yaml *list, const char *number)
{
    int64_t k;
    return gg_whole(number, &k) && k >= 0 && k < list->n ? gg_yaml_at(list, (int)k) : NULL;
}

static int check_path(const struct gg_model *m, const struct gg_yaml *y, struct gg_err *err)
{
    char copy[GG_NAME * 2], *rest = copy, *part;
    const struct gg_yaml *at = m->config.root;
    snprintf(copy, sizeof copy, "%s", y->key);
    while (at && (part = strsep(&rest, ".")))
        at = at->kind == GG_YAML_LIST ? item(at, part) : gg_yaml_get(at, part);
    if (!at || at->kind == GG_YAML_MAP)
        return gg_yaml_fail(y, err, "settings: the configuration has no value '%s'", y->key);
    struct gg_arena a = {0};
    int status = compare(y, "the configuration", y->key, value_text(&a, at), err);
    gg_arena_free(&a);
    return status;
}

int gg_weight_settings_check(const struct gg_model *m, const struct gg_yaml *map, struct gg_err *err)
{
    const struct gg_yaml *settings = gg_yaml_get(map, "settings");
    for (const struct gg_yaml *y = settings ? settings->first : NULL; y; y = y->next) {
        char kind[GG_NAME];
        snprintf(kind, sizeof kind, "%.*s", (int)strcspn(y->key, "."), y->key);
        const struct gg_layer_type *type = gg_layer_find(kind);
        if (type && !y->key[strlen(kind)])
            return gg_yaml_fail(y, err, "settings: '%s' is a layer, wanted one of its keys, %s.KEY", kind,
                                kind);
        if (!type && check_path(m, y, err))
            return -1;
        for (int k = 0; type && k < m->n_op; k++)
            if (!strcmp(m->op[k].layer.type->name, kind) && !strncmp(m->op[k].name, "layers.", 7) &&
                check_op(y, &m->op[k], y->key + strlen(kind) + 1, err))
                return -1;
    }
    return 0;
}
