/* jsonline.c -- values out of a line of metrics.jsonl: one flat object, as our own writer makes them */
#include "util/jsonline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Past a string that begins at its quote; NULL if it does not end. */
static const char *past_text(const char *p)
{
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && *++p == 0)
            return NULL;
    return *p ? p + 1 : NULL;
}

/* Past any value: to the comma or bracket behind it. */
static const char *past_value(const char *p)
{
    int depth = 0;
    while (p && *p) {
        if (depth == 0 && strchr(",}]", *p))
            return p;
        depth += *p == '{' || *p == '[';
        depth -= *p == '}' || *p == ']';
        p = *p == '"' ? past_text(p) : p + 1;
    }
    return NULL;
}

/* The colon behind a key that begins at its quote; NULL: there is none. */
static const char *colon_of(const char *at)
{
    const char *colon = *at == '"' ? past_text(at) : NULL;
    return colon && *colon == ':' ? colon : NULL;
}

/* A line cut in the middle has no end and no values. */
const char *gg_jsonline_first(const char *line)
{
    size_t length = strlen(line);
    while (length > 0 && line[length - 1] == '\n')
        length--;
    const char *p = length && *line == '{' && line[length - 1] == '}' ? line : NULL;
    for (bool more = p && p[1] != '}'; more;) { /* whole: every key has its value */
        const char *colon = colon_of(p + 1);
        p = colon ? past_value(colon + 1) : NULL;
        more = p && *p == ',';
    }
    return p && *p == '}' && line[1] == '"' ? line + 1 : NULL;
}

const char *gg_jsonline_next(const char *at)
{
    const char *end = past_value(colon_of(at) + 1);
    return *end == ',' ? end + 1 : NULL;
}

void gg_jsonline_key(const char *at, char *key, size_t room)
{
    snprintf(key, room, "%.*s", (int)(colon_of(at) - at - 2), at + 1);
}

/* Where the value of `key` begins; NULL. */
static const char *find(const char *line, const char *key)
{
    size_t n = strlen(key);
    const char *found = NULL;
    for (const char *at = gg_jsonline_first(line); at; at = gg_jsonline_next(at)) {
        const char *colon = colon_of(at);
        if ((size_t)(colon - at) == n + 2 && strncmp(at + 1, key, n) == 0)
            found = colon + 1;
    }
    return found;
}

bool gg_jsonline_number(const char *line, const char *key, double *x)
{
    const char *value = find(line, key);
    char *end;
    if (!value || *value == '"')
        return false;
    if (strncmp(value, "null", 4) == 0) {
        *x = NAN;
        return true;
    }
    *x = strtod(value, &end);
    return end > value && (*end == ',' || *end == '}');
}

bool gg_jsonline_text(const char *line, const char *key, char *text, size_t room)
{
    const char *value = find(line, key), *end = value && *value == '"' ? past_text(value) : NULL;
    if (!end)
        return false;
    snprintf(text, room, "%.*s", (int)(end - value - 2), value + 1); /* names: no escapes in them */
    return true;
}
