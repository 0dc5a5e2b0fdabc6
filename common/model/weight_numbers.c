/* weight_numbers.c -- numbers through a map of weights, one way and the other */
#include "model/weight_map.h"

#include <math.h>
#include <stdlib.h>

/* Of a part's [rows][n][columns] on one side. */
static int64_t at(int64_t first, int n, int64_t columns, int64_t row, int k, int64_t column)
{
    return first + (row * n + k) * columns + column;
}

/* Couplings: ours += factor P theirs; backwards, theirs += factor P^T ours. */
static void project(const struct gg_weight_part *p, gg_real *w, const double *theirs)
{
    for (int64_t i = 0; i < p->rows; i++)
        for (int e = 0; e < p->n_ours; e++)
            for (int64_t c = 0; c < p->columns; c++) {
                double sum = 0;
                for (int q = 0; q < p->n_theirs; q++)
                    sum += p->P[e * p->n_theirs + q] * theirs[at(p->from, p->n_theirs, p->columns, i, q, c)];
                w[at(p->to, p->n_ours, p->columns, i, e, c)] = (gg_real)(p->factor * sum);
            }
}

/* theirs += scale M ours for every row and column; M [n_theirs][n_ours] with these steps. */
static void spread(const struct gg_weight_part *p, const double *M, int step_theirs, int step_ours,
                   double scale, const gg_real *w, double *theirs)
{
    for (int64_t i = 0; i < p->rows; i++)
        for (int q = 0; q < p->n_theirs; q++)
            for (int64_t c = 0; c < p->columns; c++)
                for (int e = 0; e < p->n_ours; e++)
                    theirs[at(p->from, p->n_theirs, p->columns, i, q, c)] +=
                        scale * M[q * step_theirs + e * step_ours] *
                        (double)w[at(p->to, p->n_ours, p->columns, i, e, c)];
}

void gg_weight_map_take(const struct gg_weight_map *x, const double *const *array, gg_real *w)
{
    for (const struct gg_weight_part *p = x->part; p < x->part + x->n_part; p++) {
        if (p->P)
            project(p, w, array[p->array]);
        for (int64_t i = 0; !p->P && i < p->rows; i++)
            for (int64_t k = 0; k < p->columns; k++)
                w[p->to + i * p->to_row + k] =
                    (gg_real)(p->array < 0
                                  ? p->factor
                                  : p->factor *
                                        array[p->array][p->from + i * p->from_row + k * p->from_column]);
    }
}

void gg_weight_map_gradient(const struct gg_weight_map *x, const gg_real *dw, double *const *array)
{
    for (const struct gg_weight_part *p = x->part; p < x->part + x->n_part; p++) {
        if (p->P)
            spread(p, p->P, 1, p->n_theirs, p->factor, dw, array[p->array]);
        for (int64_t i = 0; !p->P && p->array >= 0 && i < p->rows; i++)
            for (int64_t k = 0; k < p->columns; k++)
                array[p->array][p->from + i * p->from_row + k * p->from_column] +=
                    p->factor * (double)dw[p->to + i * p->to_row + k];
    }
}

static bool same(double a, double b)
{
    return fabs(a - b) <= 1e-6 * fmax(fabs(a), fabs(b));
}

/* One number of the other code for several of ours must be the same for all. */
static int put(const struct gg_weight_map *x, const struct gg_weight_part *p, int64_t to, double v,
               double *const *array, bool *const *given, struct gg_err *err)
{
    if (given[p->array][to] && !same(array[p->array][to], v))
        return gg_fail(err, GG_INPUT,
                       "array '%s', number %lld: '%s' wants %.7g, a parameter before it %.7g: they are one "
                       "in the other code",
                       x->array[p->array].name, (long long)to, p->parameter, v, array[p->array][to]);
    array[p->array][to] = v;
    given[p->array][to] = true;
    return 0;
}

static int give_one(const struct gg_weight_map *x, const struct gg_weight_part *p, int64_t i, int64_t k,
                    double w, double *const *array, bool *const *given, struct gg_err *err)
{
    if (p->array < 0)
        return same(w, p->factor)
                   ? 0
                   : gg_fail(err, GG_INPUT, "parameter '%s' is %.7g: the other code has %.7g there, always",
                             p->parameter, w, p->factor);
    return put(x, p, p->from + i * p->from_row + k * p->from_column, w / p->factor, array, given, err);
}

static int give_couplings(const struct gg_weight_map *x, const struct gg_weight_part *p, const gg_real *w,
                          double *const *array, bool *const *given, struct gg_err *err)
{
    int64_t n = p->rows * p->n_theirs * p->columns;
    double *theirs = gg_xalloc((size_t)(p->from + n), sizeof *theirs);
    int status = 0;
    spread(p, p->back, p->n_ours, 1, 1 / p->factor, w, theirs);
    for (int64_t to = p->from; !status && to < p->from + n; to++)
        status = put(x, p, to, theirs[to], array, given, err);
    free(theirs);
    return status;
}

static int give_part(const struct gg_weight_map *x, const struct gg_weight_part *p, const gg_real *w,
                     double *const *array, bool *const *given, struct gg_err *err)
{
    if (p->P)
        return give_couplings(x, p, w, array, given, err);
    for (int64_t i = 0; i < p->rows; i++)
        for (int64_t k = 0; k < p->columns; k++)
            if (give_one(x, p, i, k, (double)w[p->to + i * p->to_row + k], array, given, err))
                return -1;
    return 0;
}

int gg_weight_map_give(const struct gg_weight_map *x, const gg_real *w, double *const *array,
                       struct gg_err *err)
{
    struct gg_arena a = {0};
    bool **given = GG_NEW(&a, bool *, (size_t)x->n_array + 1);
    int status = 0;
    for (int k = 0; k < x->n_array; k++)
        given[k] = GG_NEW(&a, bool, (size_t)gg_named_array_count(&x->array[k]) + 1);
    for (const struct gg_weight_part *p = x->part; !status && p < x->part + x->n_part; p++)
        status = give_part(x, p, w, array, given, err);
    gg_arena_free(&a);
    return status;
}
