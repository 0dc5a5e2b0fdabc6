/* column.c -- one number, or one vector, for each particle out of any field */
#include "stream/column.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gg_columns_key(char key[GG_NAME + 16], const char *field, size_t length)
{
    snprintf(key, GG_NAME + 16, "columns.%.*s", (int)(length < GG_NAME ? length : GG_NAME - 1), field);
    for (char *p = key; *p; p++)
        *p = (char)tolower((unsigned char)*p);
}

/* The place of `name` in the blank-separated list, or -1. */
static int64_t place(const char *list, const char *name)
{
    size_t n = strlen(name);
    int64_t at = 0;
    for (const char *p = list; p && *p; at++) {
        size_t word = strcspn(p, " ");
        if (word == n && strncmp(p, name, n) == 0)
            return at;
        p += word + strspn(p + word, " ");
    }
    return -1;
}

static int choose(struct gg_column *c, const struct gg_meta *meta, const char *name, struct gg_err *err)
{
    const struct gg_field *x = c->field;
    char key[GG_NAME + 16], *end;
    int64_t k = strtoll(name, &end, 10);
    if (x->ndim != 2)
        return gg_fail(err, GG_INPUT, "field '%s': has no columns to choose '%s' from", x->name, name);
    gg_columns_key(key, x->name, strlen(x->name));
    const char *names = meta ? gg_meta_get(meta, key) : NULL;
    if (end == name || *end)
        k = place(names, name);
    if (k < 0 || (uint64_t)k >= x->shape[1])
        return gg_fail(err, GG_INPUT, "field '%s': no column '%s' among its %llu%s%s", x->name, name,
                       (unsigned long long)x->shape[1], names ? ": " : "", names ? names : "");
    c->at = k;
    return 0;
}

static bool is_vector(const struct gg_field *x)
{
    return x->ndim >= 2 && x->shape[x->ndim - 1] == 3 && x->axis[x->ndim - 1] == GG_FREE &&
           strcmp(x->irreps, "1x1o") == 0;
}

int gg_column_find(struct gg_column *c, const struct gg_frame *f, const struct gg_meta *meta,
                   const char *spec, struct gg_err *err)
{
    char name[GG_NAME];
    size_t n = strcspn(spec, ":");
    snprintf(name, sizeof name, "%.*s", (int)(n < GG_NAME ? n : GG_NAME - 1), spec);
    const struct gg_field *x = gg_frame_find(f, name);
    if (!x)
        return gg_fail(err, GG_INPUT, "no field '%s'", name);
    if (x->ndim == 0 || x->axis[0] != GG_NODE)
        return gg_fail(err, GG_INPUT, "field '%s': is not one value a particle", name);
    *c = (struct gg_column){.field = x, .width = 1, .stride = 1};
    for (int a = 1; a < x->ndim; a++)
        c->stride *= (int64_t)x->shape[a];
    if (spec[n])
        return choose(c, meta, spec + n + 1, err);
    if (is_vector(x))
        c->width = 3;
    int a = 1, last = x->ndim - (c->width == 3);
    if (a < last && x->axis[a] == GG_TIME)
        c->n_time = (int)x->shape[a++];
    while (a < last && x->shape[a] == 1) /* a single column needs no name */
        a++;
    if (a < last)
        return gg_fail(err, GG_INPUT, "field '%s': has %lld numbers a particle: choose one with '%s:COLUMN'",
                       name, (long long)c->stride, name);
    return 0;
}

void gg_column_read(const struct gg_column *c, const struct gg_frame *f, int t, double *x)
{
    int64_t at = c->at + (c->n_time ? (int64_t)t * c->width : 0);
    for (uint64_t i = 0; i < f->n_node; i++)
        for (int k = 0; k < c->width; k++)
            x[i * (uint64_t)c->width + (uint64_t)k] =
                gg_field_get(c->field, (uint64_t)((int64_t)i * c->stride + at + k));
}
