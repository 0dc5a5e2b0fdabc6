/* own.c -- the exports of gg-dump describe their fields, and are read back */
#include "formats/own.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FIELDS = 512, N_AXIS = GG_REPLICA + 1 };

/* ---- writing ---- */

static void escaped(FILE *to, const char *text)
{
    for (; *text; text++)
        if (isalnum((unsigned char)*text) || strchr("_.+-^/", *text))
            fputc(*text, to);
        else
            fprintf(to, "%%%02X", (unsigned char)*text);
}

void gg_own_write(FILE *to, const struct gg_field *x, bool first)
{
    bool half = x->dtype == GG_F16 || x->dtype == GG_BF16; /* printed and read as f32 */
    fprintf(to, "%s%s:%s:", first ? "" : " ", x->name, gg_dtype_name(half ? GG_F32 : x->dtype));
    for (int k = 0; k < x->ndim; k++) {
        fputs(k ? "/" : "", to);
        if (x->axis[k] == GG_NODE || x->axis[k] == GG_NODE1)
            fputs(gg_axis_name(x->axis[k]), to);
        else if (x->axis[k] == GG_FREE)
            fprintf(to, "%llu", (unsigned long long)x->shape[k]);
        else
            fprintf(to, "%s*%llu", gg_axis_name(x->axis[k]), (unsigned long long)x->shape[k]);
    }
    fprintf(to, ":%s:%s:", gg_role_name(x->role), x->irreps);
    escaped(to, x->unit);
}

void gg_own_write_meta(FILE *to, const struct gg_meta *meta)
{
    bool first = true;
    for (int k = 0; k < meta->n; k++) {
        if (!strncmp(meta->pair[k].key, "source.", 7))
            continue;
        fputs(first ? "" : " ", to);
        escaped(to, meta->pair[k].key);
        fputc('=', to);
        escaped(to, meta->pair[k].value);
        first = false;
    }
}

/* ---- reading ---- */

static bool unescape(char *to, size_t room, const char *text)
{
    size_t n = 0;
    for (; *text && n + 1 < room; n++) {
        unsigned code;
        if (*text != '%')
            to[n] = *text++;
        else if (sscanf(text, "%%%2X", &code) == 1 && text[1] && text[2]) {
            to[n] = (char)code;
            text += 3;
        } else
            return false;
    }
    to[n] = 0;
    return !*text;
}

void gg_own_parse_meta(struct gg_arena *a, const char *text, struct gg_meta *meta)
{
    char *rest = gg_arena_strdup(a, text), *word;
    while ((word = strsep(&rest, " "))) {
        char *value = strchr(word, '=');
        if (!value)
            continue;
        *value++ = 0;
        size_t room = strlen(word) + strlen(value) + 2;
        char *key = gg_arena_alloc(a, room), *plain = gg_arena_alloc(a, room);
        if (unescape(key, room, word) && unescape(plain, room, value) && *key)
            gg_meta_add(meta, key, plain);
    }
}

static int find_code(const char *(*name)(int), int first, int n, const char *word, size_t length)
{
    for (int k = first; k < n; k++)
        if (strlen(name(k)) == length && !memcmp(name(k), word, length))
            return k;
    return -1;
}

/* "node", "time*3", "3" */
static bool parse_axis(struct gg_field *x, const char *word)
{
    size_t length = strcspn(word, "*");
    char *end = NULL;
    int axis = GG_FREE;
    const char *number = word;
    if (!isdigit((unsigned char)*word)) {
        axis = find_code(gg_axis_name, GG_NODE, N_AXIS, word, length);
        number = word[length] ? word + length + 1 : NULL;
    }
    if (x->ndim == GG_MAX_DIM || axis < 0)
        return false;
    unsigned long long extent = number ? strtoull(number, &end, 10) : 0;
    if (number && (!isdigit((unsigned char)*number) || *end || extent > 1ull << 40))
        return false;
    if (!number && axis != GG_NODE && axis != GG_NODE1)
        return false;
    x->axis[x->ndim] = (uint8_t)axis;
    x->shape[x->ndim++] = extent;
    return true;
}

static bool parse_field(struct gg_field *x, char *word)
{
    char *part[6], *rest = word, *axes, *axis;
    for (int k = 0; k < 6; k++)
        if (!(part[k] = strsep(&rest, ":")))
            return false;
    if (rest || strlen(part[0]) >= sizeof x->name || strlen(part[4]) >= sizeof x->irreps ||
        !unescape(x->unit, sizeof x->unit, part[5]))
        return false;
    memcpy(x->name, part[0], strlen(part[0]) + 1);
    memcpy(x->irreps, part[4], strlen(part[4]) + 1);
    int dtype = find_code(gg_dtype_name, GG_I8, GG_BOOL + 1, part[1], strlen(part[1]));
    int role = find_code(gg_role_name, GG_OTHER, GG_METRIC + 1, part[3], strlen(part[3]));
    x->dtype = (uint8_t)dtype;
    x->role = (uint8_t)role;
    for (axes = *part[2] ? part[2] : NULL; (axis = strsep(&axes, "/"));)
        if (!parse_axis(x, axis))
            return false;
    return dtype > 0 && role >= 0;
}

int gg_own_parse(struct gg_arena *a, const char *text, struct gg_field **fields, int *n, struct gg_err *err)
{
    char *rest = gg_arena_strdup(a, text), *word;
    *n = 0;
    *fields = GG_NEW(a, struct gg_field, MAX_FIELDS);
    while ((word = strsep(&rest, " "))) {
        if (!*word)
            continue;
        const char *said = gg_arena_strdup(a, word);
        if (*n == MAX_FIELDS || !parse_field(&(*fields)[*n], word))
            return gg_fail(err, GG_INPUT, "gg_fields: '%.80s' is no NAME:TYPE:AXES:ROLE:IRREPS:UNIT", said);
        ++*n;
    }
    return 0;
}

int gg_own_fill(struct gg_field *x, struct gg_arena *a, const double *value, uint64_t n, struct gg_err *err)
{
    size_t size = gg_dtype_size(x->dtype);
    x->nbytes = n * size;
    x->data = gg_arena_alloc(a, x->nbytes + 1);
    for (uint64_t k = 0; k < n; k++) {
        double v = value[k];
        bool whole = x->dtype < GG_F16 || x->dtype == GG_BOOL, is_signed = x->dtype % 2 == 1;
        double top = x->dtype == GG_BOOL ? 2 : ldexp(1, 8 * (int)size - (whole && is_signed));
        if (whole && !(v == floor(v) && v < top && v >= (is_signed && x->dtype != GG_BOOL ? -top : 0)))
            return gg_fail(err, GG_INPUT, "field '%s': %.17g is no %s", x->name, v, gg_dtype_name(x->dtype));
        uint64_t bits = !whole ? 0 : v < 0 ? (uint64_t)(int64_t)v : (uint64_t)v;
        float narrow = (float)v;
        if (x->dtype == GG_F32)
            memcpy(&bits, &narrow, 4);
        else if (x->dtype == GG_F64)
            memcpy(&bits, &v, 8);
        else if (!whole)
            return gg_fail(err, GG_INPUT, "field '%s': %s is not read from text", x->name,
                           gg_dtype_name(x->dtype));
        memcpy((char *)x->data + k * size, &bits, size);
        if (isnan(v))
            x->flags = GG_NAN_ALLOWED;
    }
    return 0;
}

/* x and y of [node, 3] f64 */
static struct gg_field plane(const struct gg_field *x, struct gg_arena *a)
{
    struct gg_field out = *x;
    out.dtype = GG_F64;
    out.shape[1] = 2;
    out.nbytes = x->shape[0] * 2 * sizeof(double);
    double *to = out.data = gg_arena_alloc(a, out.nbytes + 1);
    for (uint64_t i = 0; i < x->shape[0]; i++)
        for (uint64_t c = 0; c < 2; c++)
            *to++ = gg_field_get(x, 3 * i + c);
    return out;
}

int gg_own_add(struct gg_draft *d, struct gg_arena *a, const struct gg_field *x, struct gg_err *err)
{
    if (!strcmp(x->name, "pos"))
        d->pos = d->dim == 2 && x->ndim == 2 && x->shape[1] == 3 ? plane(x, a) : *x;
    else if (!strcmp(x->name, "type"))
        d->type = *x;
    else {
        for (int k = 0; k < d->n_extra; k++)
            if (!strcmp(d->extra[k].name, x->name))
                return gg_fail(err, GG_INPUT, "field '%s' comes twice", x->name);
        assert(d->n_extra < MAX_FIELDS); /* gg_own_parse takes no more */
        if (!d->extra)
            d->extra = GG_NEW(a, struct gg_field, MAX_FIELDS);
        d->extra[d->n_extra++] = *x;
    }
    d->first_type = 0;
    d->own = true;
    return 0;
}
