/* keys.c -- KEY=VALUE pairs of a line, cut up in place */
#include "formats/keys.h"
#include "formats/words.h"

#include <string.h>
#include <strings.h>

static const char *const blank = " \t";

/* Text in quotes of either kind, a backslash before the next character (\n is a line feed); *p stands on the opening quote. */
static char *cut_quoted(char **p)
{
    char quote = **p, *start = *p + 1, *to = start, *from = start;
    for (; *from && *from != quote; from++) {
        bool escaped = *from == '\\' && from[1];
        from += escaped;
        *to++ = escaped && *from == 'n' ? '\n' : *from;
    }
    if (!*from)
        return NULL;
    *to = 0;
    *p = from + 1;
    return start;
}

/* [1, 2], [[1, 2], [3, 4]], {1 2}: the items between blanks, the brackets gone. */
static char *cut_array(char **p, int *rows)
{
    char *start = *p, *c = start, quote = 0;
    int depth = 0, inner = 0;
    for (; *c; c++) {
        bool opens = *c == '[' || *c == '{', closes = *c == ']' || *c == '}';
        if (quote ? *c == quote : *c == '"' || *c == '\'')
            quote = quote ? 0 : *c;
        else if (quote)
            continue;
        else if (opens && ++depth > 2)
            return NULL;
        inner += !quote && opens && depth == 2;
        if (closes && --depth == 0)
            break;
        if (opens || closes || *c == ',' || *c == '"' || *c == '\'')
            *c = ' ';
    }
    if (!*c)
        return NULL;
    *c = 0;
    *p = c + 1;
    *rows = inner ? inner : 1;
    return start + strspn(start, blank);
}

static char *cut_value(char **p, struct gg_key *key)
{
    char *start = *p;
    key->quoted = *start == '"' || *start == '\'';
    key->rows = 0;
    if (key->quoted)
        return cut_quoted(p);
    if (*start == '[' || *start == '{')
        return cut_array(p, &key->rows);
    *p += strcspn(start, blank);
    if (**p)
        *(*p)++ = 0;
    return start;
}

static char *cut_key(char **p, char equals, char **end)
{
    const char stop[] = {' ', '\t', equals, 0};
    char *key = *p;
    if (*key == '"' || *key == '\'') {
        key = cut_quoted(p);
        *end = *p;
    } else {
        *p += strcspn(key, stop);
        *end = *p;
    }
    return key && *key && *p != key ? key : NULL;
}

static int bad(const char *line, const char *at, const char *what, struct gg_err *err)
{
    return gg_fail(err, GG_INPUT, "column %d: %s", (int)(at - line) + 1, what);
}

int gg_keys_parse(struct gg_keys *k, struct gg_arena *a, const char *text, char equals, struct gg_err *err)
{
    char *line = gg_arena_strdup(a, text);
    k->n = 0;
    for (char *p = line + strspn(line, blank); *p; p += strspn(p, blank)) {
        char *start = p, *end, *key = cut_key(&p, equals, &end);
        struct gg_key *to = &k->key[k->n];
        if (!key)
            return bad(line, start, "a key is wanted", err);
        if (k->n == GG_MAX_KEYS)
            return gg_fail(err, GG_INPUT, "more than %d keys", GG_MAX_KEYS);
        *to = (struct gg_key){.key = key, .value = "T", .flag = true};
        char *after = p + strspn(p, blank);
        if (*after == equals) {
            p = after + 1 + strspn(after + 1, blank);
            char *value = p;
            to->flag = false;
            if (!*p || !(to->value = cut_value(&p, to)))
                return bad(line, value, "a value is wanted whose quotes and brackets close", err);
            if (*p && (to->quoted || to->rows) && !strchr(blank, *p))
                return bad(line, p, "a blank is wanted behind the value", err);
        } else if (*p)
            p++;
        *end = 0;
        if (gg_keys_get(k, key))
            return gg_fail(err, GG_INPUT, "key '%.40s' comes twice", key);
        k->n++;
    }
    return 0;
}

const char *gg_keys_get(const struct gg_keys *k, const char *key)
{
    for (int n = 0; n < k->n; n++)
        if (!strcasecmp(k->key[n].key, key))
            return k->key[n].value;
    return NULL;
}

int gg_keys_number(const struct gg_keys *k, const char *key, double *x, struct gg_err *err)
{
    const char *text = gg_keys_get(k, key);
    if (text && !gg_word_numbers(text, 1, x))
        return gg_fail(err, GG_INPUT, "%s=\"%.40s\"; a number is wanted", key, text);
    return 0;
}
