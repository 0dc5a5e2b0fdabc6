/* meta.c -- META and PROV: lists of key/value lines, and histories of them */
/* Text form: gg_stream(5), META AND PROV: "key TAB value LF", with \t \n \\ escaped in values. */
#include "stream/meta.h"

#include "stream/crc32c.h"
#include "stream/layout.h"
#include "util/text_stream.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(struct gg_meta *m, char *key, char *value)
{
    if (m->n == m->room) {
        m->room = m->room ? 2 * m->room : 16;
        m->pair = gg_xrealloc(m->pair, (size_t)m->room * sizeof *m->pair);
    }
    m->pair[m->n++] = (struct gg_pair){key, value};
}

enum { FEW = 16 }; /* lines that are looked through, not looked up */

/* Lines are changed otherwise than by a new one at the end: what is known of them is no longer true. */
static void forget(struct gg_meta *m)
{
    gg_set_clear(&m->lines);
    m->n_known = 0;
}

static bool know(struct gg_meta *m, const char *key, const char *value)
{
    char *line = gg_xmalloc(strlen(key) + strlen(value) + 2);
    stpcpy(stpcpy(stpcpy(line, key), "\t"), value); /* no key holds a tab */
    bool is_new = gg_set_add(&m->lines, line);
    free(line);
    return is_new;
}

static bool has_line(struct gg_meta *m, const char *key, const char *value)
{
    if (m->n >= FEW) {
        for (; m->n_known < m->n; m->n_known++)
            know(m, m->pair[m->n_known].key, m->pair[m->n_known].value);
        bool is_new = know(m, key, value);
        m->n_known += is_new; /* the caller appends it */
        return !is_new;
    }
    for (int k = 0; k < m->n; k++)
        if (strcmp(m->pair[k].key, key) == 0 && strcmp(m->pair[k].value, value) == 0)
            return true;
    return false;
}

static void free_pair(struct gg_pair *p)
{
    free(p->key);
    free(p->value);
}

void gg_meta_add(struct gg_meta *m, const char *key, const char *value)
{
    if (!has_line(m, key, value))
        append(m, gg_xstrdup(key), gg_xstrdup(value));
}

void gg_meta_set(struct gg_meta *m, const char *key, const char *value)
{
    char *kept_key = gg_xstrdup(key), *kept_value = gg_xstrdup(value); /* may point into the list */
    int at = -1, n = 0;
    for (int k = 0; k < m->n; k++) {
        bool same = strcmp(m->pair[k].key, kept_key) == 0;
        if (same && at >= 0) {
            free_pair(&m->pair[k]);
            continue;
        }
        at = same ? n : at;
        m->pair[n++] = m->pair[k];
    }
    m->n = n;
    if (at < 0) {
        append(m, kept_key, kept_value);
        return;
    }
    free(kept_key);
    free(m->pair[at].value);
    m->pair[at].value = kept_value;
    forget(m);
}

void gg_meta_printf(struct gg_meta *m, const char *key, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *value = gg_xvprintf(fmt, args);
    va_end(args);
    gg_meta_set(m, key, value);
    free(value);
}

void gg_meta_remove(struct gg_meta *m, const char *key)
{
    int n = 0;
    for (int k = 0; k < m->n; k++) {
        if (strcmp(m->pair[k].key, key) == 0)
            free_pair(&m->pair[k]);
        else
            m->pair[n++] = m->pair[k];
    }
    m->n = n;
    forget(m);
}

void gg_meta_rename(struct gg_meta *m, int line, const char *key)
{
    free(m->pair[line].key);
    m->pair[line].key = gg_xstrdup(key);
    forget(m);
}

const char *gg_meta_get(const struct gg_meta *m, const char *key)
{
    for (int k = 0; k < m->n; k++)
        if (strcmp(m->pair[k].key, key) == 0)
            return m->pair[k].value;
    return NULL;
}

void gg_meta_merge(struct gg_meta *into, const struct gg_meta *from)
{
    for (int k = 0; k < from->n; k++)
        gg_meta_add(into, from->pair[k].key, from->pair[k].value);
}

void gg_meta_clear(struct gg_meta *m)
{
    for (int k = 0; k < m->n; k++)
        free_pair(&m->pair[k]);
    free(m->pair);
    gg_set_clear(&m->lines);
    *m = (struct gg_meta){0};
}

/* Length of the UTF-8 sequence (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF) that begins the n
 * bytes at s; 0 if none does. */
static size_t utf8_length(const unsigned char *s, size_t n)
{
    size_t length = s[0] < 0x80   ? 1
                    : s[0] < 0xC2 ? 0
                    : s[0] < 0xE0 ? 2
                    : s[0] < 0xF0 ? 3
                    : s[0] < 0xF5 ? 4
                                  : 0;
    if (length > n)
        return 0;
    unsigned char low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
    for (size_t k = 1; k < length; k++, low = 0x80, high = 0xBF)
        if (s[k] < low || s[k] > high)
            return 0;
    return length;
}

static bool is_utf8(const char *s, size_t n)
{
    for (size_t k = 0, length; k < n; k += length)
        if ((length = utf8_length((const unsigned char *)s + k, n - k)) == 0)
            return false;
    return true;
}

/* Value with its escapes into `to`, which has room for twice its length.  A byte that is not UTF-8 (an old file name on a
 * command line) becomes '?'.  Returns the end. */
static char *escape(char *to, const char *value)
{
    size_t left = strlen(value), length;
    for (; left > 0; value += length, left -= length) {
        const char *two = *value == '\t' ? "\\t" : *value == '\n' ? "\\n" : *value == '\\' ? "\\\\" : NULL;
        length = utf8_length((const unsigned char *)value, left);
        if (two)
            to = mempcpy(to, two, 2);
        else if (length > 0)
            to = mempcpy(to, value, length);
        else
            *to++ = '?';
        length += length == 0;
    }
    return to;
}

char *gg_meta_text(const struct gg_meta *m, size_t *bytes)
{
    size_t room = 1;
    for (int k = 0; k < m->n; k++)
        room += strlen(m->pair[k].key) + 2 * strlen(m->pair[k].value) + 2;
    char *text = gg_xmalloc(room), *at = text;
    for (int k = 0; k < m->n; k++) {
        at = stpcpy(at, m->pair[k].key);
        *at++ = '\t';
        at = escape(at, m->pair[k].value);
        *at++ = '\n';
    }
    *at = '\0';
    *bytes = (size_t)(at - text);
    return text;
}

static char *unescape(const char *from, size_t n, int line, struct gg_err *err)
{
    char *value = gg_xmalloc(n + 1), *to = value;
    for (size_t k = 0; k < n; k++) {
        char c = from[k];
        if (c == '\\') {
            c = k + 1 < n ? from[++k] : '\0';
            c = c == 't' ? '\t' : c == 'n' ? '\n' : c == '\\' ? '\\' : '\0';
        }
        if (c == '\0') {
            free(value);
            gg_fail(err, GG_INPUT, "line %d: a backslash that is not \\t, \\n or \\\\", line);
            return NULL;
        }
        *to++ = c;
    }
    *to = '\0';
    return value;
}

static int parse_line(struct gg_meta *m, const char *s, size_t n, int line, struct gg_err *err)
{
    size_t key = 0;
    while (key < n &&
           (strchr("_.", s[key]) || (s[key] >= 'a' && s[key] <= 'z') || (s[key] >= '0' && s[key] <= '9')))
        key++;
    if (key == 0 || key == n || s[key] != '\t')
        return gg_fail(err, GG_INPUT, "line %d: wanted a key of [a-z0-9_.]+ and a tab", line);
    if (memchr(s + key + 1, '\t', n - key - 1))
        return gg_fail(err, GG_INPUT, "line %d: a second tab (in a value it is written \\t)", line);
    char *value = unescape(s + key + 1, n - key - 1, line, err);
    if (!value)
        return -1;
    append(m, gg_xstrndup(s, key), value);
    return 0;
}

int gg_meta_parse(struct gg_meta *m, const char *text, size_t bytes, struct gg_err *err)
{
    size_t n = bytes > 0 ? strnlen(text, bytes) : 0; /* an empty body has no address */
    if (!gg_is_zero(text + n, bytes - n))
        return gg_fail(err, GG_INPUT, "text is followed by bytes other than NUL");
    if (bytes - n >= GG_ALIGN)
        return gg_fail(err, GG_INPUT, "%zu bytes for a text of %zu", bytes, n);
    if (!is_utf8(text, n))
        return gg_fail(err, GG_INPUT, "text is not UTF-8");
    int line = 1;
    for (const char *end = text + n; text < end; line++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        if (!stop)
            return gg_fail(err, GG_INPUT, "line %d does not end", line);
        if (parse_line(m, text, (size_t)(stop - text), line, err) < 0)
            return -1;
        text = stop + 1;
    }
    return 0;
}
