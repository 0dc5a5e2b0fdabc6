/* column.c -- one number, or one tensor, a row out of any field */
#include "stream/column.h"
#include "util/irreps.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
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

static bool is_tensor(const struct gg_field *x)
{
    struct gg_irreps irreps;
    struct gg_err ignored;
    if (x->ndim == 0 || x->axis[x->ndim - 1] != GG_FREE || strcmp(x->irreps, "0e") == 0 ||
        strcmp(x->irreps, "0o") == 0 || gg_irreps_parse(&irreps, x->irreps, &ignored) < 0)
        return false;
    for (int b = 0; b < irreps.n; b++)
        if (irreps.b[b].l == 0)
            return false;
    return true;
}

bool gg_column_mixed(const struct gg_field *x)
{
    struct gg_irreps irreps;
    struct gg_err ignored;
    return x->ndim > 0 && x->axis[x->ndim - 1] == GG_FREE &&
           gg_irreps_parse(&irreps, x->irreps, &ignored) == 0 && irreps.n > 1;
}

const char *gg_column_row(const struct gg_column *c)
{
    return c->over == GG_NODE ? "particle" : c->over == GG_EDGE ? "edge" : "configuration";
}

static int choose(struct gg_column *c, const struct gg_meta *meta, const char *name, struct gg_err *err)
{
    const struct gg_field *x = c->field;
    char key[GG_NAME + 16], *end;
    int last = x->ndim - 1, own = x->ndim - (c->over != GG_FREE); /* axes of one row */
    int64_t k = strtoll(name, &end, 10);
    if (own < 1 || (own > 1 && (x->axis[last] != GG_FREE || is_tensor(x))))
        return gg_fail(err, GG_INPUT, "field '%s': has no columns to choose '%s' from", x->name, name);
    gg_columns_key(key, x->name, strlen(x->name));
    const char *names = meta ? gg_meta_get(meta, key) : NULL;
    if (end == name || *end)
        k = place(names, name);
    if (k < 0 || (uint64_t)k >= x->shape[last])
        return gg_fail(err, GG_INPUT, "field '%s': no column '%s' among its %llu%s%s", x->name, name,
                       (unsigned long long)x->shape[last], names ? ": " : "", names ? names : "");
    c->at = k;
    if (c->time.axis == last) /* one of the times, as a column */
        c->time = (struct gg_field_times){.axis = -1};
    return 0;
}

/* Axes `first` to the last are times, components, the chosen column, or of length 1. */
static int check_rest(const struct gg_column *c, int first, bool chosen, struct gg_err *err)
{
    const struct gg_field *x = c->field;
    uint64_t numbers = 1;
    bool one = true;
    for (int k = first; k < x->ndim; k++) {
        bool last = k == x->ndim - 1;
        numbers *= x->shape[k];
        if (k == c->time.axis || (last && (chosen || c->width > 1)))
            continue;
        if (x->axis[k] != GG_FREE && x->axis[k] != GG_TIME)
            return gg_fail(err, GG_INPUT, "field '%s': is not one value a particle, edge or configuration",
                           x->name);
        one = one && x->shape[k] == 1; /* a single column needs no name */
    }
    return one ? 0
               : gg_fail(err, GG_INPUT, "field '%s': has %llu numbers a %s: choose one with '%s:COLUMN'",
                         x->name, (unsigned long long)numbers, gg_column_row(c), x->name);
}

/* Numbers that one step along axis k passes over. */
static int64_t stride(const struct gg_field *x, int k)
{
    int64_t n = 1;
    for (int d = k + 1; d < x->ndim; d++)
        n *= (int64_t)x->shape[d];
    return n;
}

int gg_column_find(struct gg_column *c, const struct gg_frame *f, const struct gg_meta *meta,
                   const char *spec, struct gg_err *err)
{
    char name[GG_NAME];
    size_t n = strcspn(spec, ":");
    snprintf(name, sizeof name, "%.*s", (int)(n < GG_NAME ? n : GG_NAME - 1), spec);
    const struct gg_field *x = gg_frame_find(f, name);
    if (!x)
        return gg_fail(err, GG_INPUT, "no field '%s'%s", name,
                       n > 5 && strncmp(spec + n - 5, "_pred", 5) == 0
                           ? ": gg-predict adds it; --predictor names another"
                           : "");
    *c = (struct gg_column){.field = x, .over = GG_FREE, .n_row = 1, .width = 1};
    if (gg_field_times(f, x, &c->time, err) < 0)
        return -1;
    bool rows = x->ndim > 0 && (x->axis[0] == GG_NODE || x->axis[0] == GG_EDGE);
    if (rows) {
        c->over = x->axis[0];
        c->n_row = (int64_t)x->shape[0];
        c->row = stride(x, 0);
    }
    if (spec[n] && choose(c, meta, spec + n + 1, err) < 0)
        return -1;
    if (!spec[n] && is_tensor(x))
        c->width = (int)x->shape[x->ndim - 1];
    if (c->time.axis >= 0)
        c->step = stride(x, c->time.axis);
    return check_rest(c, rows, spec[n], err);
}

void gg_column_read(const struct gg_column *c, int t, double *x)
{
    assert(c->time.axis < 0 || t < c->time.n);
    for (int64_t i = 0; i < c->n_row; i++)
        for (int k = 0; k < c->width; k++)
            x[i * c->width + k] = gg_field_get(c->field, (uint64_t)(i * c->row + t * c->step + c->at + k));
}

void gg_column_lengths(const struct gg_column *c, double *x)
{
    for (int64_t i = 0; i < c->n_row; i++) {
        double square = 0;
        for (int k = 0; k < c->width; k++)
            square += x[i * c->width + k] * x[i * c->width + k];
        x[i] = sqrt(square);
    }
}
