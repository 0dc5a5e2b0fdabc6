/* config_print.c -- a tree back to YAML: one canonical text, with the origin of each value behind it */
#include "config/config.h"
#include "stream/crc32c.h"
#include "util/text_stream.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct printer {
    FILE *to;
    bool comments;
    const struct gg_yaml *map; /* keys of this map that are left out; NULL = none */
    const char *const *without;
};

/* Plain where no reader of YAML could take it for anything but one word of text or a number. */
static bool is_plain(const char *s)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t n = strlen(s),
           safe = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-/()");
    return n && safe == n && strpbrk(s, letters);
}

static void print_text(FILE *to, const char *s)
{
    if (is_plain(s)) {
        fputs(s, to);
        return;
    }
    fputc('"', to);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            fputc('\\', to);
        fputc(*s, to);
    }
    fputc('"', to);
}

static void print_origin(const struct gg_yaml *y, FILE *to)
{
    if (y->line)
        fprintf(to, "%s:%d", y->origin, y->line);
    else
        fputs(y->origin, to);
    if (y->via)
        fprintf(to, ", %s", y->via);
}

/* A list may have been changed item by item: each origin that differs from the one before is named. */
static void print_comment(const struct printer *p, const struct gg_yaml *y)
{
    const struct gg_yaml *before = y;
    if (!p->comments)
        return;
    fputs("  # ", p->to);
    print_origin(y, p->to);
    for (const struct gg_yaml *item = y->first; item; before = item, item = item->next)
        if (strcmp(item->origin, before->origin)) {
            fputs(", ", p->to);
            print_origin(item, p->to);
        } else if (item->via && !(before->via && strstr(before->via, item->via)))
            fprintf(p->to, ", %s", item->via);
}

/* Values that stand behind their key: scalars, empty maps, lists of scalars. */
static bool is_short(const struct gg_yaml *y)
{
    if (y->kind == GG_YAML_MAP)
        return y->n == 0;
    for (const struct gg_yaml *item = y->first; item; item = item->next)
        if (item->kind != GG_YAML_SCALAR)
            return false;
    return true;
}

static void print_short(const struct printer *p, const struct gg_yaml *y)
{
    fputc(' ', p->to);
    if (y->kind == GG_YAML_SCALAR)
        print_text(p->to, y->text);
    else
        fputc(y->kind == GG_YAML_MAP ? '{' : '[', p->to);
    for (const struct gg_yaml *item = y->first; item; item = item->next) {
        print_text(p->to, item->text);
        if (item->next)
            fputs(", ", p->to);
    }
    if (y->kind != GG_YAML_SCALAR)
        fputc(y->kind == GG_YAML_MAP ? '}' : ']', p->to);
    print_comment(p, y);
    fputc('\n', p->to);
}

static bool is_left_out(const struct printer *p, const struct gg_yaml *map, const struct gg_yaml *child)
{
    bool out = false;
    for (const char *const *key = p->map && p->map == map ? p->without : NULL; key && *key; key++)
        out |= !strcmp(*key, child->key);
    return out;
}

/* The children of y, each on lines of its own; the first stands behind "- " when `started`. */
static void print_block(const struct printer *p, const struct gg_yaml *y, int indent, bool started)
{
    for (const struct gg_yaml *child = y->first; child; child = child->next, started = false) {
        if (is_left_out(p, y, child))
            continue;
        fprintf(p->to, "%*s", started ? 0 : indent, "");
        if (y->kind == GG_YAML_MAP) {
            print_text(p->to, child->key);
            fputc(':', p->to);
        } else
            fputc('-', p->to);
        if (is_short(child)) {
            print_short(p, child);
            continue;
        }
        fputc(y->kind == GG_YAML_MAP ? '\n' : ' ', p->to);
        print_block(p, child, indent + 2, y->kind == GG_YAML_LIST);
    }
}

static char *print(const struct gg_config *c, struct printer p)
{
    char *text = NULL;
    size_t bytes;
    p.to = gg_text_open(&text, &bytes);
    if (!c->root || c->root->n == 0)
        fputs("{}\n", p.to);
    else
        print_block(&p, c->root, 0, false);
    fclose(p.to);
    return text;
}

char *gg_config_print(const struct gg_config *c, bool comments)
{
    return print(c, (struct printer){.comments = comments});
}

void gg_config_digest(const struct gg_config *c, const char *map, const char *const *without, char hex[9])
{
    struct printer p = {.map = c->root && map ? gg_yaml_get(c->root, map) : NULL, .without = without};
    char *text = print(c, p);
    snprintf(hex, 9, "%08x", gg_crc32c(0, text, strlen(text)));
    free(text);
}
