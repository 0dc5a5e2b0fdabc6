/* yaml_read.c -- single values and lists out of a tree, typed as command-line options are */
#include "config/yaml.h"
#include <stdio.h>

static const char *kind_name(enum gg_yaml_kind kind)
{
    static const char *const names[] = {"a value", "a map", "a list"};
    return names[kind];
}

int gg_yaml_expect(const struct gg_yaml *y, enum gg_yaml_kind kind, const char *what, struct gg_err *err)
{
    if (y->kind == kind)
        return 0;
    return gg_yaml_fail(y, err, "%s: %s is wanted, not %s",
                        y->key ? y->key
                        : what ? what
                               : "item",
                        kind_name(kind), kind_name(y->kind));
}

struct gg_yaml *gg_yaml_need(const struct gg_yaml *map, const char *key, struct gg_err *err)
{
    struct gg_yaml *y = gg_yaml_get(map, key);
    if (!y)
        gg_yaml_fail(map, err, "%s%skey '%s' is missing", map->key ? map->key : "", map->key ? ": " : "",
                     key);
    return y;
}

/* ---- single values ---- */

int gg_yaml_text(const struct gg_yaml *y, const char **out, struct gg_err *err)
{
    if (gg_yaml_expect(y, GG_YAML_SCALAR, NULL, err))
        return -1;
    *out = y->text;
    return 0;
}

/* Reads a scalar through one row of an option table, so that numbers and messages are the same everywhere. */
static int read_as(const struct gg_yaml *y, struct gg_opt row, void *out, struct gg_err *err)
{
    char where[400], place[256];
    if (gg_yaml_expect(y, GG_YAML_SCALAR, NULL, err))
        return -1;
    row.name = y->key ? y->key : "item";
    gg_yaml_where(y, place);
    snprintf(where, sizeof where, "%s: %s", place, row.name);
    return gg_opt_set(&row, out, y->text, where, err);
}

int gg_yaml_int(const struct gg_yaml *y, int64_t min, int64_t max, int64_t *out, struct gg_err *err)
{
    return read_as(y, (struct gg_opt){.type = GG_OPT_INT, .min = (double)min, .max = (double)max}, out, err);
}

int gg_yaml_real(const struct gg_yaml *y, double *out, struct gg_err *err)
{
    return read_as(y, (struct gg_opt){.type = GG_OPT_REAL}, out, err);
}

int gg_yaml_bool(const struct gg_yaml *y, bool *out, struct gg_err *err)
{
    return read_as(y, (struct gg_opt){.type = GG_OPT_FLAG}, out, err);
}

/* ---- lists: a single scalar reads as a list of one ---- */

static const struct gg_yaml *first_item(const struct gg_yaml *y, int *n)
{
    *n = y->kind == GG_YAML_LIST ? y->n : 1;
    return y->kind == GG_YAML_LIST ? y->first : y;
}

int gg_yaml_texts(const struct gg_yaml *y, struct gg_arena *a, struct gg_texts *out, struct gg_err *err)
{
    int n;
    const struct gg_yaml *item = first_item(y, &n);
    out->n = 0;
    out->v = GG_NEW(a, const char *, (size_t)n);
    for (; out->n < n; item = item->next)
        if (gg_yaml_text(item, &out->v[out->n++], err))
            return -1;
    return 0;
}

int gg_yaml_reals(const struct gg_yaml *y, struct gg_arena *a, struct gg_reals *out, struct gg_err *err)
{
    int n;
    const struct gg_yaml *item = first_item(y, &n);
    out->n = 0;
    out->v = GG_NEW(a, double, (size_t)n);
    for (; out->n < n; item = item->next)
        if (gg_yaml_real(item, &out->v[out->n++], err))
            return -1;
    return 0;
}
