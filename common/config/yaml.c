/* yaml.c -- from libyaml's events to a tree, refusing everything a configuration does not need */
/*
 * libyaml 0.2.5 hands out aliases, tags and duplicate keys without complaint and has no limit of size or depth; it
 * needs seconds for 100 kB of brackets.  So all refusals happen here, on events, as soon as they are seen.
 */
#include "config/yaml.h"
#include "util/escape.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { KEY_BYTES = 128 /* libyaml wants keys below 1024 characters, quotes included */ };

struct builder {
    yaml_parser_t parser;
    struct gg_arena *arena;
    const char *origin;
    struct gg_yaml *open[GG_YAML_DEPTH]; /* maps and lists around the next event */
    int depth;
    const char *key; /* read, its value is next */
    yaml_mark_t key_mark;
    struct gg_yaml *root;
};

static bool same_key(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
            return false;
    return *a == *b;
}

static int fail_at(const struct builder *b, yaml_mark_t mark, struct gg_err *err, const char *reason)
{
    return gg_fail(err, GG_USAGE, "%s:%zu:%zu: %s", b->origin, mark.line + 1, mark.column + 1, reason);
}

/* ---- refusals ---- */

/* A character at s that would break a line or hide on a terminal. */
static bool is_control(const unsigned char *s, size_t left)
{
    if (s[0] < 0x20 || s[0] == 0x7f)
        return true;
    if (left >= 2 && s[0] == 0xc2 && s[1] < 0xa0) /* U+0080 .. U+009F */
        return true;
    if (left >= 3 && s[0] == 0xe2 && s[1] == 0x80 && (s[2] == 0xa8 || s[2] == 0xa9)) /* U+2028, U+2029 */
        return true;
    if (left >= 3 && s[0] == 0xed && s[1] >= 0xa0) /* surrogates, written as "\uD800" */
        return true;
    return left >= 3 && s[0] == 0xef &&
           ((s[1] == 0xbb && s[2] == 0xbf) || (s[1] == 0xbf && s[2] >= 0xbe)); /* BOM, U+FFFE, U+FFFF */
}

static int check_text(const struct builder *b, const yaml_event_t *e, struct gg_err *err)
{
    const unsigned char *s = e->data.scalar.value;
    size_t n = e->data.scalar.length;
    if (n == 0 && e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        return b->key ? gg_fail(err, GG_USAGE, "%s:%zu:%zu: key '%s' has no value", b->origin,
                                b->key_mark.line + 1, b->key_mark.column + 1, b->key)
                      : fail_at(b, e->start_mark, err, "a value is missing here");
    for (size_t k = 0; k < n; k++) {
        if (s[k] == '\n')
            return fail_at(b, e->start_mark, err, "text of several lines; write it on one");
        if (is_control(s + k, n - k))
            return fail_at(b, e->start_mark, err, "a control character in text");
    }
    return 0;
}

static int check_decoration(const struct builder *b, const yaml_event_t *e, const yaml_char_t *anchor,
                            const yaml_char_t *tag, struct gg_err *err)
{
    if (anchor)
        return fail_at(b, e->start_mark, err, "anchors (&name) are not allowed; write the value out");
    if (tag)
        return fail_at(b, e->start_mark, err, "tags (!name) are not allowed; types come from the key");
    return 0;
}

/* ---- building ---- */

static struct gg_yaml *around(const struct builder *b)
{
    return b->depth ? b->open[b->depth - 1] : NULL;
}

static bool key_is_next(const struct builder *b)
{
    return b->depth && around(b)->kind == GG_YAML_MAP && !b->key;
}

static int take_key(struct builder *b, const yaml_event_t *e, struct gg_err *err)
{
    const char *key = (const char *)e->data.scalar.value;
    struct gg_yaml *old;
    if (check_text(b, e, err))
        return -1;
    if (e->data.scalar.length == 0 || e->data.scalar.length > KEY_BYTES)
        return fail_at(b, e->start_mark, err, "a key has 1 to 128 bytes");
    if (around(b)->n >= GG_YAML_KEYS)
        return fail_at(b, e->start_mark, err, "more than 256 keys in one map");
    old = gg_yaml_get(around(b), key);
    if (old)
        return gg_fail(err, GG_USAGE, "%s:%zu:%zu: key '%s' stands here twice (before in line %d)", b->origin,
                       e->start_mark.line + 1, e->start_mark.column + 1, key, old->line);
    b->key = gg_arena_strdup(b->arena, key);
    b->key_mark = e->start_mark;
    return 0;
}

static struct gg_yaml *place(struct builder *b, const yaml_event_t *e, enum gg_yaml_kind kind)
{
    struct gg_yaml *y = b->depth ? gg_yaml_add(around(b), b->arena, kind, b->key)
                                 : (b->root = GG_NEW(b->arena, struct gg_yaml, 1));
    yaml_mark_t mark = b->key ? b->key_mark : e->start_mark;
    y->kind = kind;
    y->origin = b->origin;
    y->line = (int)mark.line + 1;
    y->column = (int)mark.column + 1;
    b->key = NULL;
    return y;
}

static int take_scalar(struct builder *b, const yaml_event_t *e, struct gg_err *err)
{
    if (check_decoration(b, e, e->data.scalar.anchor, e->data.scalar.tag, err))
        return -1;
    if (key_is_next(b))
        return take_key(b, e, err);
    if (check_text(b, e, err))
        return -1;
    place(b, e, GG_YAML_SCALAR)->text = gg_arena_strdup(b->arena, (const char *)e->data.scalar.value);
    return 0;
}

static int take_open(struct builder *b, const yaml_event_t *e, enum gg_yaml_kind kind, struct gg_err *err)
{
    bool map = kind == GG_YAML_MAP;
    if (check_decoration(b, e, map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor,
                         map ? e->data.mapping_start.tag : e->data.sequence_start.tag, err))
        return -1;
    if (key_is_next(b))
        return fail_at(b, e->start_mark, err, "a key must be text, not a map or a list");
    if (b->depth == GG_YAML_DEPTH)
        return fail_at(b, e->start_mark, err, "more than 16 levels of maps and lists");
    struct gg_yaml *y = place(b, e, kind);
    b->open[b->depth++] = y;
    return 0;
}

static int take_document(const struct builder *b, const yaml_event_t *e, struct gg_err *err)
{
    if (b->root)
        return fail_at(b, e->start_mark, err, "a second document; one file is one document");
    if (e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
        return fail_at(b, e->start_mark, err, "tags (%TAG) are not allowed; types come from the key");
    return 0;
}

/* 1 = go on, 0 = the end of the input, -1 = refused. */
static int take(struct builder *b, const yaml_event_t *e, struct gg_err *err)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        return take_document(b, e, err) ? -1 : 1;
    case YAML_ALIAS_EVENT:
        return fail_at(b, e->start_mark, err, "aliases (*name) are not allowed; write the value out");
    case YAML_SCALAR_EVENT:
        return take_scalar(b, e, err) ? -1 : 1;
    case YAML_SEQUENCE_START_EVENT:
        return take_open(b, e, GG_YAML_LIST, err) ? -1 : 1;
    case YAML_MAPPING_START_EVENT:
        return take_open(b, e, GG_YAML_MAP, err) ? -1 : 1;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        return 1;
    case YAML_STREAM_END_EVENT:
        return b->root ? 0 : gg_fail(err, GG_USAGE, "%s: empty: no YAML in it", b->origin);
    default:
        return 1;
    }
}

/* libyaml's own complaint; its reader knows only the byte where the text is not UTF-8. */
static int syntax_error(const struct builder *b, const char *text, size_t bytes, struct gg_err *err)
{
    const yaml_parser_t *p = &b->parser;
    yaml_mark_t mark = p->problem_mark;
    if (p->error == YAML_MEMORY_ERROR)
        return gg_fail(err, GG_SYSTEM, "%s: out of memory", b->origin);
    if (p->error == YAML_READER_ERROR) {
        mark.line = mark.column = 0;
        for (size_t k = 0; k < p->problem_offset && k < bytes; k++) {
            mark.column = text[k] == '\n' ? 0 : mark.column + 1;
            mark.line += text[k] == '\n';
        }
    }
    if (bytes > 4 && memcmp(text, "\x89GGS", 4) == 0)
        return gg_fail(err, GG_USAGE,
                       "%s: a gg stream, and no YAML: the model's file comes before the streams", b->origin);
    return gg_fail(err, GG_USAGE, "%s:%zu:%zu: not YAML: %s", b->origin, mark.line + 1, mark.column + 1,
                   p->problem ? p->problem : "cannot be read");
}

static int build(struct builder *b, const char *text, size_t bytes, struct gg_err *err)
{
    int going = 1;
    while (going > 0) {
        yaml_event_t e;
        if (!yaml_parser_parse(&b->parser, &e))
            return syntax_error(b, text, bytes, err);
        going = take(b, &e, err);
        yaml_event_delete(&e);
    }
    return going;
}

/* File names may hold anything; messages and comments are one line. */
static const char *printable(struct gg_arena *a, const char *name)
{
    char *s = gg_arena_strdup(a, name);
    gg_escape_line(s);
    return s;
}

struct gg_yaml *gg_yaml_parse(struct gg_arena *a, const char *text, size_t bytes, const char *origin,
                              struct gg_err *err)
{
    struct builder b = {.arena = a, .origin = printable(a, origin)};
    int status;
    if (bytes > GG_YAML_BYTES) {
        gg_fail(err, GG_USAGE, "%s: %zu bytes; at most %d are read", b.origin, bytes, GG_YAML_BYTES);
        return NULL;
    }
    if (!yaml_parser_initialize(&b.parser)) {
        gg_fail(err, GG_SYSTEM, "%s: out of memory", b.origin);
        return NULL;
    }
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)text, bytes);
    status = build(&b, text, bytes, err);
    yaml_parser_delete(&b.parser);
    return status ? NULL : b.root;
}

/* ---- the tree ---- */

struct gg_yaml *gg_yaml_add(struct gg_yaml *parent, struct gg_arena *a, enum gg_yaml_kind kind,
                            const char *key)
{
    struct gg_yaml *y = GG_NEW(a, struct gg_yaml, 1);
    y->kind = kind;
    y->key = key;
    y->origin = parent->origin;
    if (parent->last)
        parent->last->next = y;
    else
        parent->first = y;
    parent->last = y;
    parent->n++;
    return y;
}

struct gg_yaml *gg_yaml_get(const struct gg_yaml *map, const char *key)
{
    if (map->kind != GG_YAML_MAP)
        return NULL;
    for (struct gg_yaml *y = map->first; y; y = y->next)
        if (same_key(y->key, key))
            return y;
    return NULL;
}

struct gg_yaml *gg_yaml_at(const struct gg_yaml *y, int k)
{
    struct gg_yaml *child = y->first;
    while (child && k-- > 0)
        child = child->next;
    return child;
}

void gg_yaml_where(const struct gg_yaml *y, char text[256])
{
    if (y->line)
        snprintf(text, 256, "%s:%d:%d", y->origin, y->line, y->column);
    else
        snprintf(text, 256, "%s", y->origin);
}

int gg_yaml_fail(const struct gg_yaml *y, struct gg_err *err, const char *fmt, ...)
{
    char where[256], text[768];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    gg_yaml_where(y, where);
    return gg_fail(err, GG_USAGE, "%s: %s", where, text);
}
