/* weight_map.c -- the map of weights, resolved into tables of numbers */
#include "model/weight_map.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int64_t gg_named_array_count(const struct gg_named_array *x)
{
    int64_t n = 1;
    for (int d = 0; d < x->ndim; d++)
        n *= x->shape[d];
    return n;
}

/* What is being resolved. */
struct reading {
    struct gg_weight_map *x;
    struct gg_arena *a;
    const struct gg_yaml *parameters;
    bool transpose; /* of all arrays of two axes, unless a place says otherwise */
    int room;       /* for parts */
    bool **used;    /* [n_array][count] numbers that a parameter has */
};

/* A parameter as rows and columns: the last axis is the columns, one axis is a single row. */
struct table {
    int64_t rows, columns;
};

static struct table table_of(int ndim, const int64_t *shape)
{
    struct table t = {1, ndim ? shape[ndim - 1] : 1};
    for (int d = 0; d + 1 < ndim; d++)
        t.rows *= shape[d];
    return t;
}

static void print_shape(char text[64], int ndim, const int64_t *shape)
{
    int n = snprintf(text, 64, "[");
    for (int d = 0; d < ndim && n < 48; d++)
        n += snprintf(text + n, (size_t)(64 - n), "%s%lld", d ? ", " : "", (long long)shape[d]);
    snprintf(text + n, (size_t)(64 - n), "]");
}

/* ---- one place: an array, or some of it ---- */

static int find_array(const struct reading *r, const struct gg_yaml *y, const char *name, struct gg_err *err)
{
    const struct gg_weight_map *x = r->x;
    const char **names = GG_NEW(r->a, const char *, (size_t)x->n_array + 1);
    for (int k = 0; k < x->n_array; k++) {
        if (!strcmp(x->array[k].name, name))
            return x->ignored[k] ? gg_yaml_fail(y, err, "array '%s' is in `ignored`, too", name) : k;
        names[k] = x->array[k].name;
    }
    const char *near = gg_nearest(name, names, x->n_array);
    return gg_yaml_fail(y, err, "the weights have no array '%s'%s%s%s", name, near ? " (did you mean " : "",
                        near ? near : "", near ? "?)" : "");
}

/* [first, behind the last] of `last` rows, columns or numbers; all of them where y is NULL. */
static int read_range(struct reading *r, const struct gg_yaml *y, const char *of, int64_t *first,
                      int64_t *last, struct gg_err *err)
{
    struct gg_reals range;
    *first = 0;
    if (!y)
        return 0;
    if (gg_yaml_reals(y, r->a, &range, err))
        return -1;
    if (range.n != 2 || !(range.v[0] >= 0 && range.v[0] < range.v[1] && range.v[1] <= (double)*last) ||
        range.v[0] != floor(range.v[0]) || range.v[1] != floor(range.v[1]))
        return gg_yaml_fail(y, err, "%s: [first, behind the last] of the %lld %s of '%s' are wanted", y->key,
                            (long long)*last, y->key, of);
    *first = (int64_t)range.v[0];
    *last = (int64_t)range.v[1];
    return 0;
}

/* What a place may say. */
struct place {
    struct gg_yaml *array, *rows, *columns, *numbers, *transpose, *factor;
};

static int read_place_keys(const struct gg_yaml *y, struct place *p, struct gg_err *err)
{
    static const char *const known[] = {"array", "rows", "columns", "numbers", "transpose", "factor", NULL};
    if (gg_yaml_check_keys(y, NULL, known, err) || !(p->array = gg_yaml_need(y, "array", err)))
        return -1;
    p->rows = gg_yaml_get(y, "rows");
    p->columns = gg_yaml_get(y, "columns");
    p->numbers = gg_yaml_get(y, "numbers");
    p->transpose = gg_yaml_get(y, "transpose");
    p->factor = gg_yaml_get(y, "factor");
    if (p->numbers && (p->rows || p->columns || p->transpose))
        return gg_yaml_fail(p->numbers, err, "numbers: rows, columns and transpose do not go with it");
    return 0;
}

/* `numbers: [first, behind the last]` have no shape of their own: they fill the rows, or the columns, that are wanted. */
static int shape_numbers(struct reading *r, const struct place *p, struct table want,
                         struct gg_weight_part *part, struct gg_err *err)
{
    const struct gg_named_array *x = &r->x->array[part->array];
    int64_t first, n = gg_named_array_count(x);
    if (read_range(r, p->numbers, x->name, &first, &n, err))
        return -1;
    n -= first;
    if (want.rows > 0 && want.columns > 0 && want.rows * want.columns != n)
        return gg_yaml_fail(p->numbers, err, "numbers: %lld of them, the parameter wants [%lld, %lld]",
                            (long long)n, (long long)want.rows, (long long)want.columns);
    int64_t known = want.rows > 0 ? want.rows : want.columns;
    if (n % known)
        return gg_yaml_fail(p->numbers, err, "numbers: %lld of them, a multiple of %lld is wanted",
                            (long long)n, (long long)known);
    part->rows = want.rows > 0 ? want.rows : n / known;
    part->columns = n / part->rows;
    part->from = first;
    part->from_row = part->columns;
    part->from_column = 1;
    return 0;
}

/* Rows and columns of an array, the other way round if it says so. */
static int shape_table(struct reading *r, const struct place *p, struct gg_weight_part *part,
                       struct gg_err *err)
{
    const struct gg_named_array *x = &r->x->array[part->array];
    bool turn = r->transpose && x->ndim == 2;
    int64_t rows = x->ndim > 1 ? x->shape[0] : 1, columns = rows ? gg_named_array_count(x) / rows : 0, row,
            column;
    if (p->transpose && gg_yaml_bool(p->transpose, &turn, err))
        return -1;
    if (turn && x->ndim != 2)
        return gg_yaml_fail(p->transpose, err, "transpose: '%s' has %d axes, not 2", x->name, x->ndim);
    if (p->columns && x->ndim < 2)
        return gg_yaml_fail(p->columns, err, "columns: '%s' has one axis, its numbers are `rows`", x->name);
    int64_t row_step = turn ? 1 : columns, column_step = turn ? columns : 1, n_row = turn ? columns : rows,
            n_column = turn ? rows : columns;
    if (read_range(r, x->ndim > 1 ? p->rows : NULL, x->name, &row, &n_row, err) ||
        read_range(r, x->ndim > 1 ? p->columns : p->rows, x->name, &column, &n_column, err))
        return -1;
    part->rows = n_row - row;
    part->columns = n_column - column;
    part->from = row * row_step + column * column_step;
    part->from_row = row_step;
    part->from_column = column_step;
    return 0;
}

/* want: its rows and columns, 0 where the parts together decide. */
static int read_place(struct reading *r, const struct gg_yaml *y, struct table want,
                      struct gg_weight_part *part, struct gg_err *err)
{
    struct place p = {0};
    const char *name;
    *part = (struct gg_weight_part){.factor = 1};
    if ((y->kind == GG_YAML_MAP && read_place_keys(y, &p, err)) ||
        gg_yaml_text(p.array ? p.array : y, &name, err) || (part->array = find_array(r, y, name, err)) < 0 ||
        (p.factor && gg_yaml_real(p.factor, &part->factor, err)))
        return -1;
    if (part->factor == 0)
        return gg_yaml_fail(p.factor, err, "factor: 0 leaves nothing of '%s'", name);
    if (p.numbers ? shape_numbers(r, &p, want, part, err) : shape_table(r, &p, part, err))
        return -1;
    bool *used = r->used[part->array];
    for (int64_t i = 0; i < part->rows; i++)
        for (int64_t k = 0; k < part->columns; k++)
            used[part->from + i * part->from_row + k * part->from_column] = true;
    return 0;
}

/* ---- one parameter ---- */

static struct gg_weight_part *new_part(struct reading *r)
{
    struct gg_weight_map *x = r->x;
    if (x->n_part == r->room) {
        r->room = 2 * r->room + 64;
        struct gg_weight_part *more = GG_NEW(r->a, struct gg_weight_part, (size_t)r->room);
        if (x->n_part)
            memcpy(more, x->part, sizeof *more * (size_t)x->n_part);
        x->part = more;
    }
    return &x->part[x->n_part++];
}

static int check_shape(const struct gg_yaml *y, struct table have, const struct gg_weight *piece,
                       struct gg_err *err)
{
    struct table want = table_of(piece->ndim, piece->shape);
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
static int read_list(struct reading *r, const struct gg_yaml *y, bool below, const struct gg_weight *piece,
                     struct gg_err *err)
{
    struct gg_yaml *list = gg_yaml_get(y, below ? "stack" : "join");
    struct table want = table_of(piece->ndim, piece->shape), have = {0};
    if (gg_yaml_expect(list, GG_YAML_LIST, below ? "stack" : "join", err))
        return -1;
    int64_t width = want.columns;
    below &= piece->ndim > 1;
    *(below ? &want.rows : &want.columns) = 0;
    for (const struct gg_yaml *e = list->first; e; e = e->next) {
        struct gg_weight_part *p = new_part(r);
        if (read_place(r, e, want, p, err))
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

static int read_parameter(struct reading *r, const struct gg_yaml *y, const struct gg_weight *piece,
                          struct gg_err *err)
{
    static const char *const list[] = {"join", "stack", NULL}, *const value[] = {"value", NULL};
    struct table want = table_of(piece->ndim, piece->shape);
    bool below = gg_yaml_get(y, "stack") != NULL;
    if (below || gg_yaml_get(y, "join"))
        return gg_yaml_check_keys(y, NULL, list + below, err) || read_list(r, y, below, piece, err) ? -1 : 0;
    struct gg_weight_part *p = new_part(r);
    if (gg_yaml_get(y, "value")) {
        *p = (struct gg_weight_part){.array = -1, .rows = want.rows, .columns = want.columns};
        if (gg_yaml_check_keys(y, NULL, value, err) || gg_yaml_real(gg_yaml_get(y, "value"), &p->factor, err))
            return -1;
    } else if (read_place(r, y, want, p, err) ||
               check_shape(y, (struct table){p->rows, p->columns}, piece, err))
        return -1;
    p->to = piece->offset;
    p->to_row = want.columns;
    return 0;
}

/* ---- all of them ---- */

/* An array that is not needed, or a place in one whose rest is. */
static int read_ignored_place(struct reading *r, const struct gg_yaml *y, struct gg_err *err)
{
    struct gg_weight_part part;
    const char *name;
    if (y->kind == GG_YAML_MAP)
        return read_place(r, y, (struct table){1, 0}, &part, err);
    if (gg_yaml_text(y, &name, err))
        return -1;
    for (int k = 0; k < r->x->n_array; k++)
        if (!strcmp(r->x->array[k].name, name)) {
            r->x->ignored[k] = true;
            return 0;
        }
    return gg_yaml_fail(y, err, "ignored: the weights have no array '%s'", name);
}

static int read_ignored(struct reading *r, const struct gg_yaml *map, struct gg_err *err)
{
    struct gg_yaml *list = gg_yaml_get(map, "ignored");
    if (list && list->kind != GG_YAML_LIST)
        return read_ignored_place(r, list, err);
    for (const struct gg_yaml *y = list ? list->first : NULL; y; y = y->next)
        if (read_ignored_place(r, y, err))
            return -1;
    return 0;
}

/* "a, b, c" in a message of limited length. */
static void add_name(char *list, size_t bytes, const char *name)
{
    size_t n = strlen(list);
    if (n + 8 < bytes)
        snprintf(list + n, bytes - n, "%s%s", n ? ", " : "", name);
}

static int read_parameters(struct reading *r, const struct gg_model *m, struct gg_err *err)
{
    char name[GG_NAME], missing[256] = "";
    struct gg_weight piece;
    int64_t n = 0;
    for (; gg_model_weight(m, n, name, &piece); n++) {
        const struct gg_yaml *y = gg_yaml_get(r->parameters, name);
        if (!y)
            add_name(missing, sizeof missing, name);
        else if (read_parameter(r, y, &piece, err))
            return gg_err_prefix(err, "parameter '%s': ", name);
    }
    if (missing[0])
        return gg_yaml_fail(r->parameters, err, "parameters: no array for %s", missing);
    for (const struct gg_yaml *y = r->parameters->first; y && r->parameters->n != n; y = y->next) {
        bool known = false;
        for (int64_t k = 0; !known && gg_model_weight(m, k, name, &piece); k++)
            known = !strcmp(name, y->key);
        if (!known)
            return gg_yaml_fail(y, err, "the model has no parameter '%s'", y->key);
    }
    return 0;
}

static int check_use(const struct reading *r, struct gg_err *err)
{
    char unused[256] = "";
    for (int k = 0; k < r->x->n_array; k++) {
        const struct gg_named_array *x = &r->x->array[k];
        int64_t n = gg_named_array_count(x), used = 0;
        for (int64_t q = 0; q < n; q++)
            used += r->used[k][q];
        if (used == 0 && !r->x->ignored[k])
            add_name(unused, sizeof unused, x->name);
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
    struct reading r = {.x = x, .a = a};
    *x = (struct gg_weight_map){.n_array = n_array,
                                .array = array,
                                .ignored = GG_NEW(a, bool, (size_t)n_array + 1)};
    r.used = GG_NEW(a, bool *, (size_t)n_array + 1);
    for (int k = 0; k < n_array; k++)
        r.used[k] = GG_NEW(a, bool, (size_t)gg_named_array_count(&array[k]) + 1);
    if (!(r.parameters = gg_yaml_need(map, "parameters", err)) ||
        gg_yaml_expect(r.parameters, GG_YAML_MAP, "parameters", err) ||
        (transpose && gg_yaml_bool(transpose, &r.transpose, err)))
        return -1;
    return read_ignored(&r, map, err) || read_parameters(&r, m, err) || check_use(&r, err) ? -1 : 0;
}

/* ---- numbers ---- */

void gg_weight_map_take(const struct gg_weight_map *x, const double *const *array, gg_real *w)
{
    for (const struct gg_weight_part *p = x->part; p < x->part + x->n_part; p++)
        for (int64_t i = 0; i < p->rows; i++)
            for (int64_t k = 0; k < p->columns; k++)
                w[p->to + i * p->to_row + k] =
                    (gg_real)(p->array < 0
                                  ? p->factor
                                  : p->factor *
                                        array[p->array][p->from + i * p->from_row + k * p->from_column]);
}

void gg_weight_map_gradient(const struct gg_weight_map *x, const gg_real *dw, double *const *array)
{
    for (const struct gg_weight_part *p = x->part; p < x->part + x->n_part; p++)
        for (int64_t i = 0; p->array >= 0 && i < p->rows; i++)
            for (int64_t k = 0; k < p->columns; k++)
                array[p->array][p->from + i * p->from_row + k * p->from_column] +=
                    p->factor * (double)dw[p->to + i * p->to_row + k];
}

void gg_weight_map_give(const struct gg_weight_map *x, const gg_real *w, double *const *array)
{
    for (const struct gg_weight_part *p = x->part; p < x->part + x->n_part; p++)
        for (int64_t i = 0; p->array >= 0 && i < p->rows; i++)
            for (int64_t k = 0; k < p->columns; k++)
                array[p->array][p->from + i * p->from_row + k * p->from_column] =
                    (double)w[p->to + i * p->to_row + k] / p->factor;
}
