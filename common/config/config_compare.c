/* config_compare.c -- two configurations, key by key */
#include "config/config_compare.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 256 };

/* A value in short: "3", "[8, 8]", "{layer: gate, in: m}". */
static size_t print(char *to, size_t room, const struct gg_yaml *y)
{
    bool list = y->kind == GG_YAML_LIST;
    size_t n = 0;
    if (y->kind == GG_YAML_SCALAR)
        return (size_t)snprintf(to, room, "%s", y->text);
    n = (size_t)snprintf(to, room, list ? "[" : "{");
    for (const struct gg_yaml *e = y->first; e && n < room; e = e->next) {
        n += (size_t)snprintf(to + n, room - n, "%s%s%s", e == y->first ? "" : ", ", list ? "" : e->key,
                              list ? "" : ": ");
        if (n < room)
            n += print(to + n, room - n, e);
    }
    return n < room ? n + (size_t)snprintf(to + n, room - n, list ? "]" : "}") : n;
}

static void text_of(char text[MOST], const struct gg_yaml *y)
{
    if (!y)
        snprintf(text, MOST, "absent");
    else if (print(text, MOST, y) >= MOST)
        strcpy(text + MOST - 4, "...");
}

static bool same(const struct gg_yaml *a, const struct gg_yaml *b)
{
    if (a->kind != b->kind || a->n != b->n || (a->kind == GG_YAML_SCALAR && strcmp(a->text, b->text) != 0))
        return false;
    const struct gg_yaml *y = b->first;
    for (const struct gg_yaml *x = a->first; x; x = x->next, y = y->next)
        if ((a->kind == GG_YAML_MAP && strcmp(x->key, y->key) != 0) || !same(x, y))
            return false;
    return true;
}

static void differ(const char *path, const struct gg_yaml *a, const struct gg_yaml *b,
                   const struct gg_config_seen *seen)
{
    char text[2][MOST];
    if (a && b && same(a, b))
        return;
    text_of(text[0], a);
    text_of(text[1], b);
    seen->differs(seen->context, path, text[0], text[1]);
}

static bool is_flat(const struct gg_yaml *list)
{
    for (const struct gg_yaml *e = list->first; e; e = e->next)
        if (e->kind != GG_YAML_SCALAR)
            return false;
    return true;
}

static void walk(const char *path, const struct gg_yaml *a, const struct gg_yaml *b,
                 const struct gg_config_seen *seen);

static void walk_map(const char *path, const struct gg_yaml *a, const struct gg_yaml *b,
                     const struct gg_config_seen *seen)
{
    const char *dot = *path ? "." : "";
    char child[MOST];
    for (const struct gg_yaml *y = a->first; y; y = y->next) {
        snprintf(child, sizeof child, "%s%s%s", path, dot, y->key);
        walk(child, y, gg_yaml_get(b, y->key), seen);
    }
    for (const struct gg_yaml *y = b->first; y; y = y->next)
        if (!gg_yaml_get(a, y->key)) {
            snprintf(child, sizeof child, "%s%s%s", path, dot, y->key);
            walk(child, NULL, y, seen);
        }
}

/* Items that are maps, by number and, if both are layers of one kind, by that. */
static void walk_list(const char *path, const struct gg_yaml *a, const struct gg_yaml *b,
                      const struct gg_config_seen *seen)
{
    for (int k = 0; k < a->n || k < b->n; k++) {
        const struct gg_yaml *x = k < a->n ? gg_yaml_at(a, k) : NULL, *y = k < b->n ? gg_yaml_at(b, k) : NULL,
                             *kind = x && x->kind == GG_YAML_MAP ? gg_yaml_get(x, "layer") : NULL,
                             *other = y && y->kind == GG_YAML_MAP ? gg_yaml_get(y, "layer") : NULL;
        char child[MOST];
        bool same = kind && other && !strcmp(kind->text, other->text);
        snprintf(child, sizeof child, "%s.%d%s%s", path, k, same ? "." : "", same ? kind->text : "");
        if (kind && other && !same)
            differ(child, x, y, seen);
        else
            walk(child, x, y, seen);
    }
}

static void walk(const char *path, const struct gg_yaml *a, const struct gg_yaml *b,
                 const struct gg_config_seen *seen)
{
    if (!a || !b || a->kind != b->kind || a->kind == GG_YAML_SCALAR ||
        (a->kind == GG_YAML_LIST && is_flat(a) && is_flat(b)))
        differ(path, a, b, seen);
    else if (a->kind == GG_YAML_MAP)
        walk_map(path, a, b, seen);
    else
        walk_list(path, a, b, seen);
}

void gg_config_compare(const struct gg_yaml *a, const struct gg_yaml *b, const struct gg_config_seen *seen)
{
    walk("", a, b, seen);
}
