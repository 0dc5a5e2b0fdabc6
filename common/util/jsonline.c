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

/* Where the value of `key` begins; NULL. A line cut in the middle has no end and no values. */
static const char *find(const char *line, const char *key)
{
    size_t n = strlen(key), length = strlen(line);
    const char *p = line, *found = NULL;
    if (*p != '{' || line[length - 1] != '}')
        return NULL;
    while (p && *p != '}') {
        const char *name = p + 1, *colon = *name == '"' ? past_text(name) : NULL;
        if (!colon || *colon != ':')
            return NULL;
        if ((size_t)(colon - name) == n + 2 && strncmp(name + 1, key, n) == 0)
            found = colon + 1;
        p = past_value(colon + 1);
    }
    return p ? found : NULL;
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
