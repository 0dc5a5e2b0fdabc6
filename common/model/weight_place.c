/* weight_place.c -- one place of a map of weights: an array, or some of it */
#include "model/weight_place.h"
#include "model/weight_names.h"

#include <math.h>
#include <string.h>

int64_t gg_named_array_count(const struct gg_named_array *x)
{
    int64_t n = 1;
    for (int d = 0; d < x->ndim; d++)
        n *= x->shape[d];
    return n;
}

struct gg_weight_part *gg_weight_new_part(struct gg_weight_reading *r)
{
    struct gg_weight_map *x = r->x;
    if (x->n_part == r->room) {
        r->room = 2 * r->room + 64;
        struct gg_weight_part *more = GG_NEW(r->a, struct gg_weight_part, (size_t)r->room);
        if (x->n_part)
            memcpy(more, x->part, sizeof *more * (size_t)x->n_part);
        x->part = more;
    }
    struct gg_weight_part *p = &x->part[x->n_part++];
    *p = (struct gg_weight_part){.factor = 1, .parameter = r->parameter};
    return p;
}

int gg_weight_array(const struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err)
{
    const struct gg_weight_map *x = r->x;
    const char **names = GG_NEW(r->a, const char *, (size_t)x->n_array + 1),
               *name = gg_weight_text(r, y, err);
    if (!name)
        return -1;
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
static int read_range(struct gg_weight_reading *r, const struct gg_yaml *y, const char *of, int64_t *first,
                      int64_t *last, struct gg_err *err)
{
    double v[2];
    *first = 0;
    if (!y)
        return 0;
    if (gg_yaml_expect(y, GG_YAML_LIST, y->key, err))
        return -1;
    for (int k = 0; k < 2 && y->n == 2; k++)
        if (gg_weight_number(r, gg_yaml_at(y, k), &v[k], err))
            return -1;
    if (y->n != 2 || !(v[0] >= 0 && v[0] < v[1] && v[1] <= (double)*last) || v[0] != floor(v[0]) ||
        v[1] != floor(v[1]))
        return gg_yaml_fail(y, err, "%s: [first, behind the last] of the %lld %s of '%s' are wanted", y->key,
                            (long long)*last, y->key, of);
    *first = (int64_t)v[0];
    *last = (int64_t)v[1];
    return 0;
}

/* What a place may say. */
struct place {
    struct gg_yaml *array, *rows, *columns, *numbers, *width, *transpose, *factor;
};

static int read_place_keys(const struct gg_yaml *y, struct place *p, struct gg_err *err)
{
    static const char *const known[] = {"array", "rows",      "columns", "numbers",
                                        "width", "transpose", "factor",  NULL};
    if (gg_yaml_check_keys(y, NULL, known, err) || !(p->array = gg_yaml_need(y, "array", err)))
        return -1;
    p->rows = gg_yaml_get(y, "rows");
    p->columns = gg_yaml_get(y, "columns");
    p->numbers = gg_yaml_get(y, "numbers");
    p->width = gg_yaml_get(y, "width");
    p->transpose = gg_yaml_get(y, "transpose");
    p->factor = gg_yaml_get(y, "factor");
    if (p->numbers && !p->width && (p->rows || p->columns || p->transpose))
        return gg_yaml_fail(p->numbers, err, "numbers: rows, columns and transpose do not go with it");
    return p->width && !p->numbers ? gg_yaml_fail(p->width, err, "width: goes with `numbers`") : 0;
}

/* `numbers: [first, behind the last]` have no shape of their own: they fill the rows, or the columns, that are wanted. */
static int shape_numbers(struct gg_weight_reading *r, const struct place *p, struct gg_weight_table want,
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

/* A table within an array: where it begins, its shape. */
struct table {
    int ndim;
    int64_t first, rows, columns;
};

/* That of an array, or, with `width`, of some of its numbers. */
static int find_table(struct gg_weight_reading *r, const struct place *p, const struct gg_named_array *x,
                      struct table *t, struct gg_err *err)
{
    int64_t n = gg_named_array_count(x);
    double width;
    *t = (struct table){.ndim = x->ndim, .rows = x->ndim > 1 ? x->shape[0] : 1};
    t->columns = t->rows ? n / t->rows : 0;
    if (!p->width)
        return 0;
    if (read_range(r, p->numbers, x->name, &t->first, &n, err) || gg_weight_number(r, p->width, &width, err))
        return -1;
    n -= t->first;
    if (!(width >= 1 && width <= (double)n) || width != floor(width) || n % (int64_t)width)
        return gg_yaml_fail(p->width, err, "width: %g does not divide %lld numbers", width, (long long)n);
    t->ndim = 2;
    t->columns = (int64_t)width;
    t->rows = n / t->columns;
    return 0;
}

/* Rows and columns of a table, the other way round if it says so. */
static int shape_table(struct gg_weight_reading *r, const struct place *p, struct gg_weight_part *part,
                       struct gg_err *err)
{
    const struct gg_named_array *x = &r->x->array[part->array];
    struct table t;
    if (find_table(r, p, x, &t, err))
        return -1;
    bool turn = r->transpose && t.ndim == 2;
    if (p->transpose && gg_yaml_bool(p->transpose, &turn, err))
        return -1;
    if (turn && t.ndim != 2)
        return gg_yaml_fail(p->transpose, err, "transpose: '%s' has %d axes, not 2", x->name, t.ndim);
    if (p->columns && t.ndim < 2)
        return gg_yaml_fail(p->columns, err, "columns: '%s' has one axis, its numbers are `rows`", x->name);
    int64_t row_step = turn ? 1 : t.columns, column_step = turn ? t.columns : 1,
            n_row = turn ? t.columns : t.rows, n_column = turn ? t.rows : t.columns, row, column;
    if (read_range(r, t.ndim > 1 ? p->rows : NULL, x->name, &row, &n_row, err) ||
        read_range(r, t.ndim > 1 ? p->columns : p->rows, x->name, &column, &n_column, err))
        return -1;
    part->rows = n_row - row;
    part->columns = n_column - column;
    part->from = t.first + row * row_step + column * column_step;
    part->from_row = row_step;
    part->from_column = column_step;
    return 0;
}

int gg_weight_place(struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_weight_table want,
                    struct gg_weight_part *part, struct gg_err *err)
{
    struct place p = {0};
    if ((y->kind == GG_YAML_MAP && read_place_keys(y, &p, err)) ||
        (part->array = gg_weight_array(r, p.array ? p.array : y, err)) < 0 ||
        (p.factor && gg_weight_number(r, p.factor, &part->factor, err)))
        return -1;
    if (part->factor == 0)
        return gg_yaml_fail(p.factor, err, "factor: 0 leaves nothing of '%s'", r->x->array[part->array].name);
    if (p.numbers && !p.width ? shape_numbers(r, &p, want, part, err) : shape_table(r, &p, part, err))
        return -1;
    bool *used = r->used[part->array];
    for (int64_t i = 0; i < part->rows; i++)
        for (int64_t k = 0; k < part->columns; k++)
            used[part->from + i * part->from_row + k * part->from_column] = true;
    return 0;
}
