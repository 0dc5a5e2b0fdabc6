/* yaml_fill.c -- a map of a tree through an option table: unknown keys, types, ranges, defaults */
#include "config/yaml.h"
#include "util/file.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 256, ROWS = 64 };

/* ---- names of rows and paths of keys ---- */

static bool is_joint(char c)
{
    return c == '-' || c == '_' || c == '.';
}

/* What stands in `name` behind `prefix`, with '-', '_' and '.' the same; NULL if it begins otherwise. */
static const char *behind(const char *name, const char *prefix)
{
    for (; *prefix; name++, prefix++)
        if (*name != *prefix && !(is_joint(*name) && is_joint(*prefix)))
            return NULL;
    return name;
}

static const struct gg_opt *find_row(const struct gg_opt *table, const char *name)
{
    for (const struct gg_opt *o = table; o && o->name; o++) {
        const char *rest = behind(o->name, name);
        if (rest && !*rest)
            return o;
    }
    return NULL;
}

/* Some row is called NAME.something, so NAME may be a map. */
static bool is_group(const struct gg_opt *table, const char *name)
{
    for (const struct gg_opt *o = table; o && o->name; o++) {
        const char *rest = behind(o->name, name);
        if (rest && is_joint(*rest))
            return true;
    }
    return false;
}

static bool is_listed(const char *const *list, const char *key)
{
    for (; list && *list; list++)
        if (!strcmp(*list, key))
            return true;
    return false;
}

/* A part of a row's name, up to its '.', as YAML spells it. */
static void spell(char key[NAME_BYTES], const char *part)
{
    snprintf(key, NAME_BYTES, "%.*s", (int)strcspn(part, "."), part);
    for (char *c = key; *c; c++)
        if (*c == '-')
            *c = '_';
}

/* ---- unknown keys ---- */

static int unknown_key(const struct gg_yaml *y, const struct gg_opt *table, const char *const *others,
                       const char *prefix, const char *what, struct gg_err *err)
{
    char spelt[ROWS][NAME_BYTES];
    const char *names[2 * ROWS], *dot = *prefix && what ? "." : "";
    int n = 0;
    for (; others && *others && n < ROWS && !*prefix; others++)
        names[n++] = *others;
    for (int k = 0; table && table[k].name; k++) {
        const char *rest = behind(table[k].name, prefix);
        rest = rest && *prefix ? (is_joint(*rest) ? rest + 1 : NULL) : rest;
        if (rest && *rest) {
            spell(spelt[k], rest);
            names[n++] = spelt[k];
        }
    }
    if (!*prefix && is_group(table, y->key))
        return gg_yaml_fail(y, err, "%s%s%s: a map of its keys is wanted, {KEY: VALUE}", what ? what : "",
                            what ? "." : "", y->key);
    const char *near = gg_nearest(y->key, names, n);
    return gg_yaml_fail(y, err, "%s%s%s%sunknown key '%s'%s%s%s", what ? what : "", dot, prefix,
                        what || *prefix ? ": " : "", y->key, near ? " (did you mean " : "", near ? near : "",
                        near ? "?)" : "");
}

int gg_yaml_check_keys(const struct gg_yaml *map, const struct gg_opt *table, const char *const *known,
                       struct gg_err *err)
{
    for (const struct gg_yaml *y = map->first; y; y = y->next)
        if (!is_listed(known, y->key) && !find_row(table, y->key) &&
            !(y->kind == GG_YAML_MAP && is_group(table, y->key)))
            return unknown_key(y, table, known, "", map->key, err);
    return 0;
}

/* ---- one row ---- */

struct fill {
    struct gg_arena *arena;
    const struct gg_opt *table;
    void *options;
    const char *const *others;
    const char *what;
    uint64_t seen;                  /* a bit for each row of the table */
    const struct gg_yaml *at[ROWS]; /* where a row was seen */
};

/* Number by number through the row of a single one, so that the message names the item's own line. */
static int set_reals(const struct gg_yaml *y, const struct gg_opt *row, struct fill *f, const char *where,
                     struct gg_err *err)
{
    struct gg_opt one = *row;
    struct gg_reals *field = (void *)((char *)f->options + row->offset);
    const struct gg_yaml *item = y->kind == GG_YAML_LIST ? y->first : y;
    one.type = GG_OPT_REAL;
    one.offset = 0;
    *field = (struct gg_reals){0, GG_NEW(f->arena, double, (size_t)(y->kind == GG_YAML_LIST ? y->n : 1))};
    for (; item; item = item == y ? NULL : item->next)
        if (gg_yaml_expect(item, GG_YAML_SCALAR, row->name, err) ||
            gg_opt_set(&one, &field->v[field->n++], item->text, where, err))
            return item->kind == GG_YAML_SCALAR ? gg_yaml_no_name(item, err) : -1;
    return 0;
}

static int set_texts(const struct gg_yaml *y, const struct gg_opt *row, struct fill *f, struct gg_err *err)
{
    return gg_yaml_texts(y, f->arena, (struct gg_texts *)((char *)f->options + row->offset), err);
}

static int set_row(const struct gg_yaml *y, const struct gg_opt *row, struct fill *f, const char *name,
                   struct gg_err *err)
{
    char where[NAME_BYTES + 400], place[256];
    bool wants_list = row->type == GG_OPT_REALS || row->type == GG_OPT_TEXTS;
    gg_yaml_where(y, place);
    snprintf(where, sizeof where, "%s: %s", place, name);
    if (y->kind == GG_YAML_MAP || (y->kind == GG_YAML_LIST && !wants_list))
        return gg_yaml_expect(y, wants_list ? GG_YAML_LIST : GG_YAML_SCALAR, NULL, err);
    if (row->type == GG_OPT_REALS)
        return set_reals(y, row, f, where, err);
    if (row->type == GG_OPT_TEXTS)
        return set_texts(y, row, f, err);
    bool number = row->type == GG_OPT_INT || row->type == GG_OPT_REAL;
    int status = gg_opt_set(row, f->options, y->text, where, err);
    return status && number ? gg_yaml_no_name(y, err) : status;
}

/* ---- a map ---- */

static int fill_map(struct fill *f, const struct gg_yaml *map, const char *prefix, struct gg_err *err);

static int fill_member(struct fill *f, const struct gg_yaml *y, const char *prefix, struct gg_err *err)
{
    char name[NAME_BYTES], shown[NAME_BYTES + 64];
    snprintf(name, sizeof name, "%s%s%s", prefix, *prefix ? "." : "", y->key);
    snprintf(shown, sizeof shown, "%s%s%s", f->what ? f->what : "", f->what ? "." : "", name);
    const struct gg_opt *row = find_row(f->table, name);
    if (!row && y->kind == GG_YAML_MAP && is_group(f->table, name))
        return fill_map(f, y, name, err);
    if (!row)
        return unknown_key(y, f->table, f->others, prefix, f->what, err);
    assert(row - f->table < ROWS);
    uint64_t bit = UINT64_C(1) << (row - f->table);
    if (f->seen & bit)
        return gg_yaml_fail(y, err, "%s is given twice, in two spellings", shown);
    f->seen |= bit;
    f->at[row - f->table] = y;
    return set_row(y, row, f, shown, err);
}

/* `prefix` is the path of keys to the map from the one that the caller gave: "" or "radial". */
static int fill_map(struct fill *f, const struct gg_yaml *map, const char *prefix, struct gg_err *err)
{
    for (const struct gg_yaml *y = map->first; y; y = y->next)
        if ((*prefix || !is_listed(f->others, y->key)) && fill_member(f, y, prefix, err))
            return -1;
    return 0;
}

/* ---- rows that others make idle ---- */

/* The values of such rows before anything is read: their defaults. */
static void note_defaults(const struct gg_opt *table, const void *options, char *value[ROWS])
{
    for (const struct gg_opt *o = table; o->name; o++)
        value[o - table] = o->when ? gg_opt_get(o, options) : NULL;
}

/* A row that is given and not read would do nothing, without a word.  At its default it does nothing either way, and the printed
 * configuration and model files have it so. */
static int check_idle(const struct fill *f, char *const before[ROWS], struct gg_err *err)
{
    char why[GG_OPT_WHY];
    for (const struct gg_opt *o = f->table; o->name; o++) {
        const struct gg_yaml *y = f->at[o - f->table];
        if (!y || !o->when || gg_opt_acts(o, f->table, f->options, why))
            continue;
        char *now = gg_opt_get(o, f->options), key[NAME_BYTES];
        bool same = !strcmp(now, before[o - f->table]);
        free(now);
        snprintf(key, sizeof key, "%s", o->name);
        for (char *c = key; *c; c++)
            *c = *c == '-' ? '_' : *c;
        if (!same)
            return gg_yaml_fail(y, err, "%s%s%s: would do nothing: %s; leave it out, or change that",
                                f->what ? f->what : "", f->what ? "." : "", key, why);
    }
    return 0;
}

int gg_yaml_fill(const struct gg_yaml *map, struct gg_arena *a, const struct gg_opt *table, void *options,
                 const char *const *others, const char *what, struct gg_err *err)
{
    struct fill f = {.arena = a, .table = table, .options = options, .others = others, .what = what};
    char *before[ROWS];
    note_defaults(table, options, before);
    int status = gg_yaml_expect(map, GG_YAML_MAP, what, err) || fill_map(&f, map, "", err) ||
                         check_idle(&f, before, err)
                     ? -1
                     : 0;
    for (const struct gg_opt *o = table; o->name; o++)
        free(before[o - table]);
    if (status)
        return -1;
    for (const struct gg_opt *o = table; o->name; o++)
        if (o->required && !(f.seen >> (o - table) & 1)) {
            char key[NAME_BYTES];
            spell(key, o->name);
            return gg_yaml_fail(map, err, "%s%skey '%s' is missing: %s", what ? what : "", what ? ": " : "",
                                key, o->help);
        }
    return 0;
}

/* ---- what is in effect without being said ---- */

static struct gg_yaml *add_default(struct gg_yaml *map, struct gg_arena *a, enum gg_yaml_kind kind,
                                   const char *key, const char *text)
{
    struct gg_yaml *y = gg_yaml_add(map, a, kind, key);
    y->origin = "default";
    y->text = text ? gg_arena_strdup(a, text) : NULL;
    return y;
}

static void add_list(struct gg_yaml *map, struct gg_arena *a, const char *key, const struct gg_opt *o,
                     const void *field)
{
    const struct gg_reals *reals = o->type == GG_OPT_REALS ? field : NULL;
    const struct gg_texts *texts = reals ? NULL : field;
    struct gg_yaml *list = add_default(map, a, GG_YAML_LIST, key, NULL);
    for (int k = 0; k < (reals ? reals->n : texts->n); k++) {
        char number[32];
        if (reals)
            gg_print_double(number, reals->v[k]);
        add_default(list, a, GG_YAML_SCALAR, NULL, reals ? number : texts->v[k]);
    }
}

static void add_value(struct gg_yaml *map, struct gg_arena *a, const char *key, const struct gg_opt *o,
                      const void *options)
{
    if (o->type == GG_OPT_REALS || o->type == GG_OPT_TEXTS) {
        add_list(map, a, key, o, (const char *)options + o->offset);
        return;
    }
    char *text = gg_opt_get(o, options);
    add_default(map, a, GG_YAML_SCALAR, key, text);
    free(text);
}

/* Walks the parts of "radial.n" down the map, making maps where there are none. */
static void add_row(struct gg_yaml *map, struct gg_arena *a, const struct gg_opt *o, const void *options)
{
    const char *part = o->name;
    char key[NAME_BYTES];
    for (; strchr(part, '.'); part = strchr(part, '.') + 1) {
        spell(key, part);
        struct gg_yaml *y = gg_yaml_get(map, key);
        map = y ? y : add_default(map, a, GG_YAML_MAP, gg_arena_strdup(a, key), NULL);
    }
    spell(key, part);
    add_value(map, a, gg_arena_strdup(a, key), o, options);
}

/* Whether the map has the row in any spelling: radial: {n: 1}, radial_n: 1. */
static bool has_row(const struct gg_yaml *map, const char *name)
{
    for (const struct gg_yaml *y = map->first; y; y = y->next) {
        const char *rest = behind(name, y->key);
        if (rest && (!*rest || (is_joint(*rest) && y->kind == GG_YAML_MAP && has_row(y, rest + 1))))
            return true;
    }
    return false;
}

void gg_yaml_add_defaults(struct gg_yaml *map, struct gg_arena *a, const struct gg_opt *table,
                          const void *options, const char *const *others)
{
    for (const struct gg_opt *o = table; o->name; o++) {
        const void *field = (const char *)options + o->offset;
        bool absent = (o->type == GG_OPT_TEXT && !*(const char *const *)field) ||
                      (o->type == GG_OPT_TEXTS && ((const struct gg_texts *)field)->n == 0);
        if (!absent && !is_listed(others, o->name) && !has_row(map, o->name))
            add_row(map, a, o, options);
    }
}
