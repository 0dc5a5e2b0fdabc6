/* let.c -- names for numbers: `let: {C: 8, lmax: 3}` (gg_model(5))
 *
 * Works on the tree before anything is typed.  A scalar that is a name becomes what the name stands for, a product of names and whole
 * numbers (2*C) its value, irreps may be written with both (let_irreps.c), and `let` goes: what is left is the configuration as if it had
 * been written out, so its digest is that of its meaning. */
#include "config/let.h"
#include "util/number.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

size_t gg_let_name(const char *s)
{
    size_t n = 0;
    if (!isdigit((unsigned char)*s))
        while (isalnum((unsigned char)s[n]) || s[n] == '_')
            n++;
    return n;
}

/* "C: --set" behind the origin of the scalar, once for each name. */
static void note_origin(struct gg_yaml *y, const struct gg_yaml *value, struct gg_arena *a)
{
    const char *where = value->line ? gg_arena_printf(a, "%s: %s:%d", value->key, value->origin, value->line)
                                    : gg_arena_printf(a, "%s: %s", value->key, value->origin);
    if (!y->via)
        y->via = where;
    else if (!strstr(y->via, where))
        y->via = gg_arena_printf(a, "%s, %s", y->via, where);
}

static const struct gg_yaml *look_up(struct gg_let_place *at, const char *name)
{
    int k = 0;
    for (struct gg_yaml *v = at->names->map ? at->names->map->first : NULL; v; v = v->next, k++)
        if (!strcmp(v->key, name)) {
            at->names->used[k] = true;
            note_origin(at->y, v, &at->names->config->arena);
            return v;
        }
    return NULL;
}

const struct gg_yaml *gg_let_need(struct gg_let_place *at, const char *name)
{
    const struct gg_yaml *value = look_up(at, name);
    char near[GG_YAML_NEAR];
    if (value && value->kind == GG_YAML_SCALAR)
        return value;
    if (value)
        gg_yaml_fail(at->y, at->err, "%s: '%s' stands for a list; a single value is wanted", at->y->key,
                     name);
    else
        gg_yaml_fail(at->y, at->err, "%s: '%.64s' is no name of let%s", at->y->key, name,
                     gg_yaml_near(at->names->map, name, near));
    return NULL;
}

int gg_let_spend(struct gg_let_place *at)
{
    enum { MOST = 100000 };
    return ++at->names->put_in <= MOST
               ? 0
               : gg_yaml_fail(at->y, at->err, "let: more than %d names would have to be put in", MOST);
}

/* ---- products ---- */

/* What one factor stands for. */
static int factor(struct gg_let_place *at, const char *text, int64_t *value)
{
    if (gg_whole(text, value))
        return *value >= 0;
    size_t n = gg_let_name(text);
    const struct gg_yaml *name = n && !text[n] ? look_up(at, text) : NULL;
    if (!name || name->kind != GG_YAML_SCALAR)
        return 0;
    if (gg_let_spend(at))
        return -1;
    if (++at->depth > GG_YAML_DEPTH)
        return gg_yaml_fail(at->y, at->err, "let: '%s' is made of itself", name->key);
    int is = gg_let_product(at, name->text, value);
    at->depth--;
    return is;
}

int gg_let_product(struct gg_let_place *at, const char *text, int64_t *value)
{
    struct gg_arena *a = &at->names->config->arena;
    for (*value = 1;; text++) {
        int64_t one;
        text += strspn(text, " \t");
        size_t n = strcspn(text, " \t*");
        int is = factor(at, gg_arena_printf(a, "%.*s", (int)n, text), &one);
        if (is <= 0)
            return is;
        if (one > 0 && *value > INT64_MAX / one)
            return gg_yaml_fail(at->y, at->err, "a product beyond 2^63: %.64s", at->y->text);
        *value *= one;
        text += n + strspn(text + n, " \t");
        if (*text != '*')
            return *text == '\0';
    }
}

/* ---- a scalar that is a name ---- */

static int put_in(struct gg_let *names, struct gg_yaml *y, struct gg_err *err);

static int put_in_list(struct gg_let *names, struct gg_yaml *y, const struct gg_yaml *list,
                       struct gg_err *err)
{
    y->kind = GG_YAML_LIST;
    y->text = NULL;
    names->depth++;
    for (const struct gg_yaml *item = list->first; item; item = item->next) {
        struct gg_yaml *own = gg_yaml_add(y, &names->config->arena, GG_YAML_SCALAR, NULL);
        own->text = item->text;
        own->line = y->line;
        own->column = y->column;
        if (put_in(names, own, err))
            return -1;
    }
    names->depth--;
    return 0;
}

static bool ends_in_irreps(const char *key)
{
    size_t n = key ? strlen(key) : 0;
    return n >= 6 && !strcmp(key + n - 6, "irreps") && (n == 6 || key[n - 7] == '_' || key[n - 7] == '-');
}

static int put_in(struct gg_let *names, struct gg_yaml *y, struct gg_err *err)
{
    struct gg_let_place at = {.names = names, .y = y, .err = err};
    for (const struct gg_yaml *value; (value = look_up(&at, y->text)); y->text = value->text) {
        if (gg_let_spend(&at))
            return -1;
        if (++at.depth + names->depth > GG_YAML_DEPTH)
            return gg_yaml_fail(y, err, "let: '%s' is made of itself", value->key);
        if (value->kind == GG_YAML_LIST)
            return put_in_list(names, y, value, err);
    }
    y->let = names->map;
    if (ends_in_irreps(y->key))
        return gg_let_irreps(&at);
    int64_t value;
    int is = strchr(y->text, '*') ? gg_let_product(&at, y->text, &value) : 0;
    if (is > 0)
        y->text = gg_arena_printf(&names->config->arena, "%" PRId64, value);
    return is < 0 ? -1 : 0;
}

static int walk(struct gg_let *names, struct gg_yaml *y, struct gg_err *err)
{
    for (const char *const *word = names->words; y->key && word && *word; word++)
        if (!strcmp(*word, y->key))
            return 0;
    if (y->kind == GG_YAML_SCALAR)
        return put_in(names, y, err);
    for (struct gg_yaml *child = y->first; child; child = child->next)
        if (child != names->map && walk(names, child, err))
            return -1;
    return 0;
}

/* ---- the map ---- */

static int check(const struct gg_yaml *let, struct gg_err *err)
{
    if (gg_yaml_expect(let, GG_YAML_MAP, "let", err))
        return -1;
    for (struct gg_yaml *v = let->first; v; v = v->next) {
        size_t n = gg_let_name(v->key);
        if (n == 0 || v->key[n] || !strcmp(v->key, "gate") || !strcmp(v->key, "all") ||
            !strcmp(v->key, "both"))
            return gg_yaml_fail(v, err, "let: '%s' is no name: letters, digits and _, not gate, all or both",
                                v->key);
        if (v->kind == GG_YAML_MAP)
            return gg_yaml_fail(v, err, "let.%s: a value or a list is wanted, not a map", v->key);
        for (struct gg_yaml *item = v->first; item; item = item->next)
            if (gg_yaml_expect(item, GG_YAML_SCALAR, v->key, err))
                return -1;
    }
    return 0;
}

/* A name that nothing is written with would be a key that does nothing. */
static int check_used(const struct gg_let *names, struct gg_err *err)
{
    int k = 0;
    char near[GG_YAML_NEAR];
    for (struct gg_yaml *v = names->map->first; v; v = v->next, k++)
        if (!names->used[k])
            return gg_yaml_fail(v, err, "let: nothing is written with the name '%s'%s", v->key,
                                gg_yaml_near(names->map, v->key, near));
    return 0;
}

static void take_out(struct gg_yaml *map, const struct gg_yaml *child)
{
    struct gg_yaml *before = NULL;
    for (struct gg_yaml *y = map->first; y != child; y = y->next)
        before = y;
    *(before ? &before->next : &map->first) = child->next;
    if (!child->next)
        map->last = before;
    map->n--;
}

int gg_config_resolve(struct gg_config *c, const char *const *words, struct gg_err *err)
{
    struct gg_let names = {.config = c, .map = gg_yaml_get(c->root, "let"), .words = words};
    if (names.map && check(names.map, err))
        return -1;
    names.used = GG_NEW(&c->arena, bool, names.map ? (size_t)names.map->n + 1 : 1);
    if (walk(&names, c->root, err) || (names.map && check_used(&names, err)))
        return -1;
    if (names.map)
        take_out(c->root, names.map);
    return 0;
}
