/* import.c -- parameters of others, as named arrays, for a network of ours
 *
 * The map (gg_model(5)) says for every parameter in which array of the npz it stands, and which rows of it.  Nothing
 * is guessed: a parameter without a place, an array without a use, and rows that nobody reads are refused by name. */
#include "model/import.h"
#include "model/learner.h"
#include "formats/npy.h"
#include "formats/npz.h"
#include "model/model.h"
#include "util/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct import {
    struct gg_model *m;
    struct gg_yaml *parameters; /* of the map */
    const struct gg_npz *npz;
    struct gg_field *array; /* [npz->n] */
    bool **used;            /* [npz->n] rows that a parameter has read */
    bool *ignored;
    bool transpose; /* arrays of two axes are the other way round */
};

/* ---- what the map says besides parameters ---- */

static int open_map(struct import *x, struct gg_yaml *map, struct gg_data_facts *facts, struct gg_err *err)
{
    static const char *const known[] = {"species", "times", "mean_neighbours", "transpose", "parameters",
                                        "ignored", NULL};
    struct gg_model *m = x->m;
    struct gg_reals times;
    int64_t species;
    double mean = 0;
    struct gg_yaml *y = gg_yaml_get(map, "mean_neighbours"), *list,
                   *transpose = gg_yaml_get(map, "transpose");
    if (gg_yaml_check_keys(map, NULL, known, err) ||
        (transpose && gg_yaml_bool(transpose, &x->transpose, err)) || (y && gg_yaml_real(y, &mean, err)) ||
        !(y = gg_yaml_need(map, "species", err)) || gg_yaml_int(y, 1, GG_MAX_SPECIES, &species, err) ||
        !(list = gg_yaml_need(map, "times", err)) || gg_yaml_reals(list, &m->arena, &times, err) ||
        !(x->parameters = gg_yaml_need(map, "parameters", err)) ||
        gg_yaml_expect(x->parameters, GG_YAML_MAP, "parameters", err))
        return -1;
    facts->n_species = (int)species;
    facts->mean_neighbours[0] = mean;
    if (gg_yaml_get(map, "mean_neighbours") && !(mean > 0 && mean < 1e9))
        return gg_yaml_fail(gg_yaml_get(map, "mean_neighbours"), err,
                            "mean_neighbours: %g, a number above 0 is wanted", mean);
    if (times.n < 1 || times.n > GG_MAX_TIMES)
        return gg_yaml_fail(list, err, "times: %d of them, 1 to %d make a model", times.n, GG_MAX_TIMES);
    for (int h = 0; h < m->n_head; h++)
        if (gg_target_known(&m->head[h].target, &m->arena, times.n, times.v, err))
            return -1;
    for (int k = 0; k < m->n_input; k++)
        if (strcmp(m->input[k].field, "type"))
            return gg_fail(err, GG_USAGE,
                           "inputs.node: '%s': parameters are imported for networks of `type` alone",
                           m->input[k].field);
    return 0;
}

static int find_array(const struct import *x, const char *name)
{
    for (int k = 0; k < x->npz->n; k++)
        if (!strcmp(x->npz->name[k], name))
            return k;
    return -1;
}

static int read_ignored(struct import *x, const struct gg_yaml *map, struct gg_err *err)
{
    struct gg_yaml *list = gg_yaml_get(map, "ignored");
    struct gg_texts names = {0};
    if (list && gg_yaml_texts(list, &x->m->arena, &names, err))
        return -1;
    for (int k = 0; k < names.n; k++) {
        int at = find_array(x, names.v[k]);
        if (at < 0)
            return gg_yaml_fail(list, err, "ignored: the weights have no array '%s'", names.v[k]);
        x->ignored[at] = true;
    }
    return 0;
}

/* ---- one parameter ---- */

static int64_t n_row(const struct gg_field *a)
{
    return a->ndim ? (int64_t)a->shape[0] : 1;
}

/* Where it stands: rows first .. last-1 of an array. */
struct place {
    int array;
    int64_t first, last;
};

static int read_place(struct import *x, const struct gg_yaml *y, struct place *p, struct gg_err *err)
{
    static const char *const known[] = {"array", "rows", NULL};
    struct gg_yaml *array = NULL, *rows = NULL;
    const char *name;
    if (y->kind == GG_YAML_MAP) {
        if (gg_yaml_check_keys(y, NULL, known, err) || !(array = gg_yaml_need(y, "array", err)))
            return -1;
        rows = gg_yaml_get(y, "rows");
    }
    if (gg_yaml_text(array ? array : y, &name, err))
        return -1;
    if ((p->array = find_array(x, name)) >= 0 && x->ignored[p->array])
        return gg_yaml_fail(y, err, "array '%s' is in `ignored`, too", name);
    if (p->array < 0) {
        const char *near = gg_nearest(name, (const char *const *)x->npz->name, x->npz->n);
        return gg_yaml_fail(y, err, "the weights have no array '%s'%s%s%s", name,
                            near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    }
    const struct gg_field *a = &x->array[p->array];
    p->last = n_row(a);
    if (!rows)
        return 0;
    struct gg_reals range;
    if (gg_yaml_reals(rows, &x->m->arena, &range, err))
        return -1;
    if (range.n != 2 || !(range.v[0] >= 0 && range.v[0] < range.v[1] && range.v[1] <= (double)p->last) ||
        range.v[0] != floor(range.v[0]) || range.v[1] != floor(range.v[1]))
        return gg_yaml_fail(rows, err, "rows: [first, behind the last] of the %lld rows of '%s' are wanted",
                            (long long)p->last, name);
    p->first = (int64_t)range.v[0];
    p->last = (int64_t)range.v[1];
    return 0;
}

static void print_shape(char text[64], int ndim, const int64_t *shape)
{
    int n = snprintf(text, 64, "[");
    for (int d = 0; d < ndim && n < 48; d++)
        n += snprintf(text + n, (size_t)(64 - n), "%s%lld", d ? ", " : "", (long long)shape[d]);
    snprintf(text + n, (size_t)(64 - n), "]");
}

static int check_shape(const struct import *x, const struct gg_yaml *y, const struct place *p,
                       const struct gg_weight *piece, struct gg_err *err)
{
    const struct gg_field *a = &x->array[p->array];
    int64_t shape[GG_MAX_DIM] = {0};
    char have[64], want[64];
    for (int d = 0; d < a->ndim; d++)
        shape[d] = d == 0 ? p->last - p->first : (int64_t)a->shape[d];
    bool same = a->ndim == piece->ndim;
    for (int d = 0; same && d < a->ndim; d++)
        same = shape[d] == piece->shape[d];
    print_shape(have, a->ndim, shape);
    print_shape(want, piece->ndim, piece->shape);
    return same ? 0
                : gg_yaml_fail(y, err, "array '%s' gives %s, the parameter wants %s", x->npz->name[p->array],
                               have, want);
}

static int copy_parameter(struct import *x, const struct gg_yaml *y, const struct gg_weight *piece,
                          struct gg_err *err)
{
    struct place p = {0};
    if (read_place(x, y, &p, err) || check_shape(x, y, &p, piece, err))
        return -1;
    const struct gg_field *a = &x->array[p.array];
    int64_t rows = p.last - p.first, row = 1;
    for (int d = 1; d < a->ndim; d++)
        row *= (int64_t)a->shape[d];
    for (int64_t k = 0; k < rows * row; k++) {
        double v = gg_field_get(a, (uint64_t)(p.first * row + k));
        if (!isfinite((gg_real)v))
            return gg_fail(err, GG_INPUT, "array '%s': number %lld is not finite, or too large",
                           x->npz->name[p.array], (long long)(p.first * row + k));
        x->m->w[piece->offset + k] = (gg_real)v;
    }
    memset(x->used[p.array] + p.first, true, (size_t)rows);
    return 0;
}

/* ---- all of them ---- */

/* "a, b, c" in a message of limited length. */
static void add_name(char *list, size_t bytes, const char *name)
{
    size_t n = strlen(list);
    if (n + 8 < bytes)
        snprintf(list + n, bytes - n, "%s%s", n ? ", " : "", name);
}

static int copy_parameters(struct import *x, struct gg_err *err)
{
    char name[GG_NAME], missing[256] = "";
    struct gg_weight piece;
    int64_t n = 0;
    for (; gg_model_weight(x->m, n, name, &piece); n++) {
        struct gg_yaml *y = gg_yaml_get(x->parameters, name);
        if (!y)
            add_name(missing, sizeof missing, name);
        else if (copy_parameter(x, y, &piece, err))
            return gg_err_prefix(err, "parameter '%s': ", name);
    }
    if (missing[0])
        return gg_yaml_fail(x->parameters, err, "parameters: no array for %s", missing);
    for (const struct gg_yaml *y = x->parameters->first; y && x->parameters->n != n; y = y->next) {
        bool known = false;
        for (int64_t k = 0; !known && gg_model_weight(x->m, k, name, &piece); k++)
            known = !strcmp(name, y->key);
        if (!known)
            return gg_yaml_fail(y, err, "the model has no parameter '%s'", y->key);
    }
    return 0;
}

static int check_use(const struct import *x, struct gg_err *err)
{
    char unused[256] = "";
    for (int k = 0; k < x->npz->n; k++) {
        if (x->ignored[k])
            continue;
        int64_t n = n_row(&x->array[k]), used = 0;
        for (int64_t r = 0; r < n; r++)
            used += x->used[k][r];
        if (used == 0)
            add_name(unused, sizeof unused, x->npz->name[k]);
        else if (used < n)
            return gg_fail(err, GG_INPUT, "array '%s': only %lld of its %lld rows have a place",
                           x->npz->name[k], (long long)used, (long long)n);
    }
    return unused[0] ? gg_fail(err, GG_INPUT, "arrays neither used nor ignored: %s", unused) : 0;
}

/* [in][out] of an array [out][in] */
static void turn(struct gg_field *a, struct gg_arena *arena)
{
    uint64_t shape[2] = {a->shape[1], a->shape[0]};
    a->data = gg_npy_from_fortran(arena, a->data, 2, shape, gg_dtype_size(a->dtype));
    memcpy(a->shape, shape, sizeof shape);
}

static int read_arrays(struct import *x, struct gg_arena *a, struct gg_err *err)
{
    for (int k = 0; k < x->npz->n; k++) {
        if (!x->ignored[k] && gg_npz_read(x->npz, x->npz->name[k], a, &x->array[k], err))
            return -1;
        if (!x->ignored[k] && gg_field_count(&x->array[k]) == 0)
            return gg_fail(err, GG_INPUT, "array '%s' has no numbers", x->npz->name[k]);
        if (x->transpose && x->array[k].ndim == 2)
            turn(&x->array[k], a);
        x->used[k] = GG_NEW(a, bool, (size_t)n_row(&x->array[k]) + 1);
    }
    return 0;
}

int gg_model_import(struct gg_model *m, const char *map, const struct gg_npz *npz, struct gg_err *err)
{
    struct gg_config config = {0};
    struct gg_data_facts facts = {0};
    struct gg_arena a = {0};
    struct import x = {.m = m, .npz = npz};
    if (!m->learner->layers)
        return gg_fail(err, GG_USAGE, "a model that is fitted has no parameters to import");
    x.array = GG_NEW(&a, struct gg_field, (size_t)npz->n);
    x.used = GG_NEW(&a, bool *, (size_t)npz->n);
    x.ignored = GG_NEW(&a, bool, (size_t)npz->n);
    int status = gg_config_load(&config, map, err) || open_map(&x, config.root, &facts, err) ||
                         read_ignored(&x, config.root, err) || read_arrays(&x, &a, err) ||
                         gg_model_build(m, &facts, err) || copy_parameters(&x, err) || check_use(&x, err)
                     ? -1
                     : 0;
    gg_config_free(&config);
    gg_arena_free(&a);
    return status;
}

/* ---- files ---- */

/* "dir/deepmind.yaml" -> "dir/deepmind.map" */
static const char *map_beside(struct gg_arena *a, const char *model)
{
    const char *dot = strrchr(model, '.');
    int stem = dot && !strchr(dot, '/') ? (int)(dot - model) : (int)strlen(model);
    return gg_arena_printf(a, "%.*s.map", stem, model);
}

static int fill(struct gg_model *m, const struct gg_import *q, struct gg_err *err)
{
    struct gg_arena a = {0};
    struct gg_npz npz;
    size_t n;
    char *bytes = gg_read_file(q->weights, (size_t)q->max_bytes, &n, err);
    if (!bytes)
        return -1;
    int status = gg_npz_open(&npz, bytes, n, q->max_bytes, err);
    if (!status) {
        status = gg_model_import(m, map_beside(&a, q->model), &npz, err);
        gg_npz_close(&npz);
    }
    free(bytes);
    gg_arena_free(&a);
    return status && err->status != GG_USAGE ? gg_err_prefix(err, "%s: ", q->weights) : status;
}

int gg_import_weights(const struct gg_import *q, const char *output, const struct gg_prov *prov,
                      struct gg_err *err)
{
    struct gg_model m = {0};
    int status = gg_config_load(&m.config, q->model, err) || gg_config_set_all(&m.config, &q->set, err) ||
                         gg_model_open(&m, err) || fill(&m, q, err) ||
                         gg_model_save(&m, m.w, output, prov, err)
                     ? -1
                     : 0;
    gg_model_free(&m);
    return status;
}
