/* config.c -- folds files, --set and options into one tree: later wins */
#include "config/config.h"
#include "util/file.h"
#include <stdlib.h>
#include <ctype.h>
#include <string.h>

/* ---- merging ---- */

static void append(struct gg_yaml *map, struct gg_yaml *y)
{
    y->next = NULL;
    if (map->last)
        map->last->next = y;
    else
        map->first = y;
    map->last = y;
    map->n++;
}

/* Puts the value of `from` into `into`, which keeps its key and place.  The children of `from` move. */
static void merge(struct gg_yaml *into, struct gg_yaml *from)
{
    if (into->kind != GG_YAML_MAP || from->kind != GG_YAML_MAP) {
        struct gg_yaml *next = into->next;
        const char *key = into->key;
        *into = *from;
        into->next = next;
        into->key = key;
        return;
    }
    for (struct gg_yaml *y = from->first, *next; y; y = next) {
        struct gg_yaml *old = gg_yaml_get(into, y->key);
        next = y->next;
        if (old)
            merge(old, y);
        else
            append(into, y);
    }
}

static struct gg_yaml *copy(struct gg_arena *a, const struct gg_yaml *y)
{
    struct gg_yaml *out = GG_NEW(a, struct gg_yaml, 1);
    *out = *y;
    out->n = 0;
    out->first = out->last = out->next = NULL;
    for (const struct gg_yaml *child = y->first; child; child = child->next)
        append(out, copy(a, child));
    return out;
}

static int depth_of(const struct gg_yaml *y)
{
    int deepest = 0;
    for (const struct gg_yaml *child = y->first; child; child = child->next) {
        int d = depth_of(child);
        deepest = d > deepest ? d : deepest;
    }
    return deepest + (y->kind != GG_YAML_SCALAR);
}

static struct gg_yaml *root_of(struct gg_config *c)
{
    if (!c->root) {
        c->root = GG_NEW(&c->arena, struct gg_yaml, 1);
        c->root->kind = GG_YAML_MAP;
        c->root->origin = "configuration";
    }
    return c->root;
}

int gg_config_from_text(struct gg_config *c, const char *text, size_t bytes, const char *name,
                        struct gg_err *err)
{
    struct gg_yaml *y = gg_yaml_parse(&c->arena, text, bytes, name, err);
    if (!y)
        return -1;
    if (y->kind != GG_YAML_MAP)
        return gg_yaml_fail(y, err, "a map of keys is wanted at the top, not a %s",
                            y->kind == GG_YAML_LIST ? "list" : "value");
    if (c->root)
        merge(c->root, y);
    else
        c->root = y;
    return 0;
}

int gg_config_load(struct gg_config *c, const char *path, struct gg_err *err)
{
    size_t bytes;
    char *text = gg_read_file(path, GG_YAML_BYTES, &bytes, err);
    if (!text) {
        if (err->status == GG_INPUT) /* too long */
            err->status = GG_USAGE;
        return -1;
    }
    int status = gg_config_from_text(c, text, bytes, strcmp(path, "-") ? path : "standard input", err);
    free(text);
    return status;
}

/* ---- one value at a path ---- */

/* Text as it is, checked as a file's would be: UTF-8, one line, no control characters. */
static struct gg_yaml *scalar(struct gg_arena *a, const char *text, const char *origin, struct gg_err *err)
{
    char *quoted = gg_arena_alloc(a, 2 * strlen(text) + 3), *to = quoted;
    *to++ = '"';
    for (const char *from = text; *from; from++) {
        if (*from == '"' || *from == '\\')
            *to++ = '\\';
        *to++ = *from;
    }
    *to++ = '"';
    struct gg_yaml *y = gg_yaml_parse(a, quoted, (size_t)(to - quoted), origin, err);
    if (y && strcmp(y->text, text)) { /* YAML folds lines */
        gg_yaml_fail(y, err, "text of several lines; write it on one");
        return NULL;
    }
    return y;
}

/* The words of "layers.1.repeat", with '_' for '-' as YAML keys are spelt. */
struct path {
    const char *text; /* as it was given */
    int n;
    const char *word[GG_YAML_DEPTH];
};

static int split_path(struct path *p, struct gg_arena *a, const char *text, const char *origin,
                      struct gg_err *err)
{
    char *rest = gg_arena_strdup(a, text);
    *p = (struct path){.text = gg_arena_strdup(a, text)};
    while (rest) {
        char *word = strsep(&rest, ".");
        if (!*word || strlen(word) > 128)
            return gg_fail(err, GG_USAGE, "%s: '%.80s' is not a path of keys such as train.lr", origin, text);
        if (p->n == GG_YAML_DEPTH)
            return gg_fail(err, GG_USAGE, "%s: '%.80s' has more than %d words", origin, text, GG_YAML_DEPTH);
        if (!scalar(a, word, origin, err))
            return -1;
        for (char *c = word; *c; c++)
            if (*c == '-')
                *c = '_';
        p->word[p->n++] = word;
    }
    return 0;
}

static struct gg_yaml *list_item(const struct gg_yaml *list, const char *word, const struct path *p,
                                 const char *origin, struct gg_err *err)
{
    size_t digits = strspn(word, "0123456789");
    long k = digits && digits < 10 && !word[digits] ? strtol(word, NULL, 10) : -1;
    if (k >= 0 && k < list->n)
        return gg_yaml_at(list, (int)k);
    gg_fail(err, GG_USAGE, "%s: %s: '%s' is not an item of a list of %d (the first is 0)", origin, p->text,
            word, list->n);
    return NULL;
}

/* The node that word w of the path leads to from y; a map that is missing is made. */
static struct gg_yaml *step(struct gg_config *c, struct gg_yaml *y, const struct path *p, int w,
                            const char *origin, struct gg_err *err)
{
    struct gg_yaml *child = gg_yaml_get(y, p->word[w]);
    if (y->kind == GG_YAML_SCALAR) {
        gg_fail(err, GG_USAGE, "%s: %s: '%s' is a value; nothing can stand below it", origin, p->text,
                w ? p->word[w - 1] : "");
        return NULL;
    }
    if (y->kind == GG_YAML_LIST)
        return list_item(y, p->word[w], p, origin, err);
    if (!child) {
        child = gg_yaml_add(y, &c->arena, GG_YAML_MAP, p->word[w]);
        child->origin = origin;
    }
    return child;
}

/* Puts the value where words w.. lead to from y: into every item of a list that is passed without a number. */
static int put(struct gg_config *c, struct gg_yaml *y, const struct path *p, int w, struct gg_yaml *value,
               struct gg_err *err)
{
    if (w == p->n) {
        merge(y, copy(&c->arena, value));
        return 0;
    }
    if (y->kind == GG_YAML_LIST && y->n && isalpha((unsigned char)*p->word[w])) {
        for (struct gg_yaml *item = y->first; item; item = item->next)
            if (put(c, item, p, w, value, err))
                return -1;
        return 0;
    }
    struct gg_yaml *next = step(c, y, p, w, value->origin, err);
    return next ? put(c, next, p, w + 1, value, err) : -1;
}

static bool is_layer(const struct gg_yaml *y, const char *kind)
{
    const struct gg_yaml *layer = gg_yaml_get(y, "layer");
    return layer && layer->kind == GG_YAML_SCALAR && !strcmp(layer->text, kind);
}

/* Puts the value into every map below y whose `layer:` is the path's first word; returns how many, -1 if refused. */
static int put_in_layers(struct gg_config *c, struct gg_yaml *y, const struct path *p, struct gg_yaml *value,
                         struct gg_err *err)
{
    int n = 0;
    if (is_layer(y, p->word[0])) {
        if (put(c, y, p, 1, value, err))
            return -1;
        n = 1;
    }
    for (struct gg_yaml *child = y->first; child; child = child->next) {
        int below = put_in_layers(c, child, p, value, err);
        if (below < 0)
            return -1;
        n += below;
    }
    return n;
}

static int set_at(struct gg_config *c, const char *path_text, struct gg_yaml *value, struct gg_err *err)
{
    struct path p;
    struct gg_yaml *root = root_of(c);
    int n = 0;
    if (split_path(&p, &c->arena, path_text, value->origin, err))
        return -1;
    if (p.n > 1 && !gg_yaml_get(root, p.word[0]))
        n = put_in_layers(c, root, &p, value, err);
    if (n < 0 || (n == 0 && put(c, root, &p, 0, value, err)))
        return -1;
    if (depth_of(root) > GG_YAML_DEPTH)
        return gg_fail(err, GG_USAGE, "%s: %s: more than %d levels of maps and lists", value->origin, p.text,
                       GG_YAML_DEPTH);
    return 0;
}

/* A value given on the command line has no line; all its nodes show where it came from. */
static void set_origin(struct gg_yaml *y, const char *origin)
{
    y->origin = origin;
    y->line = y->column = 0;
    for (struct gg_yaml *child = y->first; child; child = child->next)
        set_origin(child, origin);
}

int gg_config_set(struct gg_config *c, const char *assignment, const char *origin, struct gg_err *err)
{
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment || !equals[1])
        return gg_fail(err, GG_USAGE, "%s: '%.80s' is not PATH=VALUE, such as train.lr=1e-3", origin,
                       assignment);
    char *path = gg_arena_printf(&c->arena, "%.*s", (int)(equals - assignment), assignment);
    const char *name = gg_arena_printf(&c->arena, "%s %s", origin, path);
    struct gg_yaml *value = gg_yaml_parse(&c->arena, equals + 1, strlen(equals + 1), name, err);
    if (!value)
        return -1;
    set_origin(value, gg_arena_strdup(&c->arena, origin));
    return set_at(c, path, value, err);
}

int gg_config_set_all(struct gg_config *c, const struct gg_texts *set, struct gg_err *err)
{
    for (int k = 0; k < set->n; k++)
        if (gg_config_set(c, set->v[k], "--set", err))
            return -1;
    return 0;
}

int gg_config_set_text(struct gg_config *c, const char *path, const char *text, const char *origin,
                       struct gg_err *err)
{
    const char *name = gg_arena_printf(&c->arena, "%s %s", origin, path);
    struct gg_yaml *value = scalar(&c->arena, text, name, err);
    if (!value)
        return -1;
    set_origin(value, gg_arena_strdup(&c->arena, origin));
    return set_at(c, path, value, err);
}

int gg_config_set_number(struct gg_config *c, const char *path, double value, const char *origin,
                         struct gg_err *err)
{
    char text[32];
    gg_print_double(text, value);
    return value >= 0 ? gg_config_set_text(c, path, text, origin, err) : 0;
}

void gg_config_free(struct gg_config *c)
{
    gg_arena_free(&c->arena);
    c->root = NULL;
}
