/* weight_map.c -- the map of weights, resolved into tables of numbers */
#include "model/weight_map.h"
#include "model/weight_couplings.h"
#include "model/weight_names.h"
#include "model/weight_paths.h"
#include "model/weight_place.h"
#include "model/weight_settings.h"
#include "util/pattern.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void print_shape(char text[64], int ndim, const int64_t *shape)
{
    int n = snprintf(text, 64, "[");
    for (int d = 0; d < ndim && n < 48; d++)
        n += snprintf(text + n, (size_t)(64 - n), "%s%lld", d ? ", " : "", (long long)shape[d]);
    snprintf(text + n, (size_t)(64 - n), "]");
}

/* ---- one parameter ---- */

static int check_shape(const struct gg_yaml *y, struct gg_weight_table have, const struct gg_weight *piece,
                       struct gg_err *err)
{
    struct gg_weight_table want = gg_weight_table(piece->ndim, piece->shape);
    char text[2][64];
    if (have.rows == want.rows && have.columns == want.columns)
        return 0;
    print_shape(text[0], piece->ndim > 1 || have.rows > 1 ? 2 : 1,
                piece->ndim > 1 || have.rows > 1 ? (int64_t[]){have.rows, have.columns} : &have.columns);
    print_shape(text[1], piece->ndim, piece->shape);
    return gg_yaml_fail(y, err, "%s%s%s gives %s, the parameter wants %s",
                        y->kind == GG_YAML_SCALAR ? "array '" : "",
                        y->kind == GG_YAML_SCALAR ? y->text : "the place",
                        y->kind == GG_YAML_SCALAR ? "'" : "", text[0], text[1]);
}

/* Several places, side by side (join) or below each other (stack). */
static int read_list(struct gg_weight_reading *r, const struct gg_yaml *y, bool below,
                     const struct gg_weight *piece, struct gg_err *err)
{
    struct gg_yaml *list = gg_yaml_get(y, below ? "stack" : "join");
    struct gg_weight_table want = gg_weight_table(piece->ndim, piece->shape), have = {0};
    if (gg_yaml_expect(list, GG_YAML_LIST, below ? "stack" : "join", err))
        return -1;
    int64_t width = want.columns;
    below &= piece->ndim > 1;
    *(below ? &want.rows : &want.columns) = 0;
    for (const struct gg_yaml *e = list->first; e; e = e->next) {
        struct gg_weight_part *p = gg_weight_new_part(r);
        if (gg_weight_place(r, e, want, p, err))
            return -1;
        p->to = piece->offset + (below ? have.rows * width : have.columns);
        p->to_row = width;
        if (below ? p->columns != want.columns : p->rows != want.rows)
            return gg_yaml_fail(e, err, "%lld %s, the parameter has %lld",
                                (long long)(below ? p->columns : p->rows), below ? "columns" : "rows",
                                (long long)(below ? want.columns : want.rows));
        have.rows = below ? have.rows + p->rows : p->rows;
        have.columns = below ? p->columns : have.columns + p->columns;
    }
    return check_shape(y, have, piece, err);
}

/* One number a row, in the column of its range of rows: maps of heads by themselves.  All else is 0 in the other code. */
static int read_diagonal(struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err)
{
    static const char *const known[] = {"array", "diagonal", "factor", NULL};
    struct gg_weight_table want = gg_weight_table(r->piece.ndim, r->piece.shape);
    const struct gg_yaml *array = gg_yaml_need(y, "array", err), *factor = gg_yaml_get(y, "factor");
    int64_t n = want.columns, each = want.rows / n;
    bool yes;
    double f = 1;
    int k;
    if (!array || gg_yaml_check_keys(y, NULL, known, err) ||
        gg_yaml_bool(gg_yaml_get(y, "diagonal"), &yes, err) || (k = gg_weight_array(r, array, err)) < 0 ||
        (factor && gg_weight_number(r, factor, &f, err)))
        return -1;
    if (!yes || f == 0 || each * n != want.rows || gg_named_array_count(&r->x->array[k]) != want.rows)
        return gg_yaml_fail(y, err,
                            "diagonal: true, a factor that is not 0, and one number of '%s' for each of the "
                            "%lld rows, in %lld ranges, are wanted",
                            r->x->array[k].name, (long long)want.rows, (long long)n);
    memset(r->used[k], true, (size_t)want.rows * sizeof(bool));
    for (int64_t c = 0; c < n * n; c++) {
        struct gg_weight_part *p = gg_weight_new_part(r);
        bool own = c / n == c % n;
        *p = (struct gg_weight_part){.array = own ? k : -1,
                                     .factor = own ? f : 0,
                                     .rows = each,
                                     .columns = 1,
                                     .from = c / n * each,
                                     .from_row = 1,
                                     .to = r->piece.offset + c / n * each * n + c % n,
                                     .to_row = n,
                                     .parameter = r->parameter};
    }
    return 0;
}

static int read_parameter(struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err)
{
    static const char *const list[] = {"join", "stack", NULL}, *const value[] = {"value", NULL};
    const struct gg_weight *piece = &r->piece;
    struct gg_weight_table want = gg_weight_table(piece->ndim, piece->shape);
    bool below = gg_yaml_get(y, "stack") != NULL;
    if (gg_yaml_get(y, "paths"))
        return gg_weight_paths(r, y, err);
    if (gg_yaml_get(y, "diagonal"))
        return read_diagonal(r, y, err);
    if (gg_yaml_get(y, "couplings"))
        return gg_weight_couplings(r, y, err);
    if (below || gg_yaml_get(y, "join"))
        return gg_yaml_check_keys(y, NULL, list + below, err) || read_list(r, y, below, piece, err) ? -1 : 0;
    struct gg_weight_part *p = gg_weight_new_part(r);
    if (gg_yaml_get(y, "value")) {
        *p = (struct gg_weight_part){.array = -1,
                                     .rows = want.rows,
                                     .columns = want.columns,
                                     .parameter = r->parameter};
        if (gg_yaml_check_keys(y, NULL, value, err) ||
            gg_weight_number(r, gg_yaml_get(y, "value"), &p->factor, err))
            return -1;
    } else if (gg_weight_place(r, y, want, p, err) ||
               check_shape(y, (struct gg_weight_table){p->rows, p->columns}, piece, err))
        return -1;
    p->to = piece->offset;
    p->to_row = want.columns;
    return 0;
}

/* ---- all of them ---- */

/* All arrays of a name, or of a pattern (pattern.h), which may be none. */
static int ignore_name(struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err)
{
    const char *name = gg_weight_text(r, y, err);
    int n = 0;
    for (int k = 0; name && k < r->x->n_array; k++)
        if (gg_pattern_matches(name, r->x->array[k].name)) {
            r->x->ignored[k] = true;
            n++;
        }
    return !name                      ? -1
           : n || strpbrk(name, "*?") ? 0
                                      : gg_yaml_fail(y, err, "ignored: the weights have no array '%s'", name);
}

/* Names first: some of an array may be read that is not ignored as a whole. */
static int read_ignored(struct gg_weight_reading *r, const struct gg_yaml *map, struct gg_err *err)
{
    struct gg_yaml *list = gg_yaml_get(map, "ignored");
    struct gg_weight_part unread = {.factor = 1};
    if (!list)
        return 0;
    if (gg_yaml_expect(list, GG_YAML_LIST, "ignored", err))
        return -1;
    for (int places = 0; places < 2; places++)
        for (const struct gg_yaml *y = list->first; y; y = y->next)
            if ((y->kind == GG_YAML_MAP) == places &&
                (places ? gg_weight_place(r, y, (struct gg_weight_table){1, 0}, &unread, err)
                        : ignore_name(r, y, err)))
                return -1;
    return 0;
}

void gg_weight_add_name(char *list, size_t bytes, const char *name)
{
    size_t n = strlen(list);
    if (n + 8 < bytes)
        snprintf(list + n, bytes - n, "%s%s", n ? ", " : "", name);
}

/* Where a parameter stands: under its own name, or one with <k>, which is left in r->round. */
static const struct gg_yaml *find_parameter(struct gg_weight_reading *r, const char *name)
{
    const struct gg_yaml *found = NULL;
    r->round = -1;
    for (const struct gg_yaml *y = r->parameters->first; y; y = y->next) {
        int64_t k = gg_weight_round(y->key, name);
        if (k == -2) {
            r->round = -1;
            return y;
        }
        if (k >= 0) {
            found = y;
            r->round = k;
        }
    }
    return found;
}

static bool names_a_parameter(const struct gg_model *m, const char *key)
{
    char name[GG_NAME];
    struct gg_weight piece;
    for (int64_t k = 0; gg_model_weight(m, k, name, &piece); k++)
        if (gg_weight_round(key, name) != -1)
            return true;
    return false;
}

static int read_parameters(struct gg_weight_reading *r, const struct gg_model *m, struct gg_err *err)
{
    char name[GG_NAME], missing[256] = "";
    for (int64_t n = 0; gg_model_weight(m, n, name, &r->piece); n++) {
        const struct gg_yaml *y = find_parameter(r, name);
        r->parameter = gg_arena_strdup(r->a, name);
        if (!y)
            gg_weight_add_name(missing, sizeof missing, name);
        else if (read_parameter(r, y, err))
            return gg_err_prefix(err, "parameter '%s': ", name);
    }
    r->round = -1;
    if (missing[0])
        return gg_yaml_fail(r->parameters, err, "parameters: no array for %s", missing);
    for (const struct gg_yaml *y = r->parameters->first; y; y = y->next)
        if (names_a_parameter(m, y->key))
            continue;
        else if (strstr(y->key, "<k>"))
            gg_weight_add_name(r->x->idle, sizeof r->x->idle, y->key);
        else
            return gg_yaml_fail(y, err, "the model has no parameter '%s'", y->key);
    return 0;
}

static int check_use(const struct gg_weight_reading *r, struct gg_err *err)
{
    char unused[256] = "";
    for (int k = 0; k < r->x->n_array; k++) {
        const struct gg_named_array *x = &r->x->array[k];
        int64_t n = gg_named_array_count(x), used = 0;
        for (int64_t q = 0; q < n; q++)
            used += r->used[k][q];
        if (used == 0 && !r->x->ignored[k])
            gg_weight_add_name(unused, sizeof unused, x->name);
        else if (used < n && !r->x->ignored[k])
            return gg_fail(err, GG_INPUT, "array '%s': only %lld of its %lld numbers have a place", x->name,
                           (long long)used, (long long)n);
    }
    return unused[0] ? gg_fail(err, GG_INPUT, "arrays neither used nor ignored: %s", unused) : 0;
}

int gg_weight_map_read(struct gg_weight_map *x, const struct gg_model *m, const struct gg_yaml *map,
                       int n_array, const struct gg_named_array *array, struct gg_arena *a,
                       struct gg_err *err)
{
    struct gg_yaml *transpose = gg_yaml_get(map, "transpose");
    struct gg_weight_reading r = {.x = x, .m = m, .a = a, .round = -1};
    *x = (struct gg_weight_map){.n_array = n_array,
                                .array = array,
                                .ignored = GG_NEW(a, bool, (size_t)n_array + 1)};
    r.used = GG_NEW(a, bool *, (size_t)n_array + 1);
    for (int k = 0; k < n_array; k++)
        r.used[k] = GG_NEW(a, bool, (size_t)gg_named_array_count(&array[k]) + 1);
    if (!(r.parameters = gg_yaml_need(map, "parameters", err)) ||
        gg_yaml_expect(r.parameters, GG_YAML_MAP, "parameters", err) ||
        (transpose && gg_yaml_bool(transpose, &r.transpose, err)) || gg_weight_settings_check(m, map, err) ||
        gg_weight_sizes(&r, map, err))
        return -1;
    return read_ignored(&r, map, err) || read_parameters(&r, m, err) || check_use(&r, err) ? -1 : 0;
}
