/* json.c -- a JSON writer: commas, nesting, escapes */
#include "util/json.h"
#include "util/escape.h"
#include "util/file.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

static void quoted(FILE *to, const char *s)
{
    fputc('"', to);
    gg_escape_json(to, s);
    fputc('"', to);
}

/* What stands before a value: the comma, and the key. */
static void before(struct gg_json *j, const char *key)
{
    uint64_t bit = (uint64_t)1 << j->depth;
    if (j->depth > 0 && (j->has_item & bit))
        fputc(',', j->to);
    j->has_item |= bit;
    if (key != NULL) {
        quoted(j->to, key);
        fputc(':', j->to);
    }
}

void gg_json_begin(struct gg_json *j, const char *key, char bracket)
{
    assert(j->depth < 63);
    before(j, key);
    fputc(bracket, j->to);
    j->depth++;
    j->has_item &= ~((uint64_t)1 << j->depth);
}

void gg_json_end(struct gg_json *j, char bracket)
{
    assert(j->depth > 0);
    j->depth--;
    fputc(bracket, j->to);
}

void gg_json_text(struct gg_json *j, const char *key, const char *value)
{
    before(j, key);
    quoted(j->to, value);
}

void gg_json_double(struct gg_json *j, const char *key, double value)
{
    char text[32];
    gg_print_double(text, value);
    before(j, key);
    fputs(isfinite(value) ? text : "null", j->to);
}

void gg_json_float(struct gg_json *j, const char *key, float value)
{
    char text[32];
    gg_print_float(text, value);
    before(j, key);
    fputs(isfinite(value) ? text : "null", j->to);
}

void gg_json_int(struct gg_json *j, const char *key, int64_t value)
{
    before(j, key);
    fprintf(j->to, "%" PRId64, value);
}

void gg_json_number(struct gg_json *j, const char *key, const char *number)
{
    before(j, key);
    fputs(number, j->to);
}

void gg_json_bool(struct gg_json *j, const char *key, int value)
{
    before(j, key);
    fputs(value ? "true" : "false", j->to);
}
