/* give.c -- parameters of a network of ours, as the named arrays of another code
 *
 * Every array is as `like` has it, but for the numbers that are parameters of ours: weight_map.h. */
#include "model/give.h"
#include "formats/export_arrays.h"
#include "formats/npz_write.h"
#include "model/learner.h"
#include "model/weight_arrays.h"
#include "model/weight_map.h"
#include "util/folder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All arrays, ours in their places. */
struct given {
    int n;
    struct gg_field *field;
    char **name;
};

static int put_numbers(struct gg_field *x, const char *name, const double *number, struct gg_err *err)
{
    uint64_t n = gg_field_count(x);
    if (x->dtype != GG_F32 && x->dtype != GG_F64)
        return gg_fail(err, GG_INPUT, "array '%s' is %s: parameters are f32 or f64", name,
                       gg_dtype_name(x->dtype));
    for (uint64_t k = 0; k < n; k++) {
        if (x->dtype == GG_F64)
            ((double *)x->data)[k] = number[k];
        else
            ((float *)x->data)[k] = (float)number[k];
        if (!isfinite(gg_field_get(x, k)))
            return gg_fail(err, GG_INPUT, "array '%s': number %llu is too large", name,
                           (unsigned long long)k);
    }
    return 0;
}

/* The array that holds the mean number of neighbours, ours in it. */
static int put_mean(struct given *x, const struct gg_model *m, const struct gg_yaml *map, struct gg_err *err)
{
    const struct gg_yaml *y = gg_yaml_get(map, "mean_neighbours");
    for (int k = 0; y && y->text && m->n_geometry && k < x->n; k++)
        if (!strcmp(x->name[k], y->text) && gg_field_count(&x->field[k]) == 1 &&
            put_numbers(&x->field[k], x->name[k], &m->geometry[0].mean_neighbours, err))
            return -1;
    return 0;
}

/* Couplings are read and stay as they are; so do arrays that are ignored. */
static bool is_ours(const struct gg_weight_map *w, int array)
{
    for (int k = 0; k < w->n_part; k++)
        if (w->part[k].array == array)
            return true;
    return false;
}

static int fill(struct given *out, const struct gg_model *m, const struct gg_yaml *map,
                const struct gg_npz *npz, struct gg_arena *a, struct gg_err *err)
{
    struct gg_weight_arrays x;
    struct gg_weight_map w;
    if (gg_weight_arrays_read(&x, npz, map, a, err) || gg_weight_map_read(&w, m, map, x.n, x.array, a, err) ||
        gg_weight_map_give(&w, m->w, x.number, err))
        return -1;
    *out = (struct given){npz->n, GG_NEW(a, struct gg_field, (size_t)npz->n + 1), npz->name};
    for (int k = 0; k < npz->n; k++)
        if (gg_npz_read(npz, npz->name[k], a, &out->field[k], err) ||
            (is_ours(&w, k) && put_numbers(&out->field[k], npz->name[k], x.number[k], err)))
            return -1;
    return put_mean(out, m, map, err);
}

/* ---- files ---- */

static int write_npz(const struct given *x, const char *folder, struct gg_arena *a, struct gg_err *err)
{
    struct gg_npz_writer z;
    if (gg_folder_make(folder, err) ||
        gg_npz_create(&z, gg_arena_printf(a, "%s/frame-000000.npz", folder), err))
        return -1;
    for (int k = 0; k < x->n; k++)
        if (gg_npz_add_field(&z, x->name[k], &x->field[k], err)) {
            gg_npz_discard(&z);
            return -1;
        }
    return gg_npz_commit(&z, err);
}

static int write_safetensors(const struct given *x, const char *path, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_field **field = GG_NEW(a, const struct gg_field *, (size_t)x->n + 1);
    struct gg_meta meta = {0};
    for (int k = 0; k < x->n; k++)
        field[k] = &x->field[k];
    gg_meta_set(&meta, "format", "pt");
    int status = gg_safetensors_write(path, &meta, x->n, field, (const char *const *)(uintptr_t)x->name, err);
    gg_meta_clear(&meta);
    return status;
}

static int give(const struct gg_give *q, const struct gg_model *m, const struct gg_yaml *map,
                const char *bytes, size_t n, struct gg_arena *a, struct gg_err *err)
{
    struct gg_npz npz;
    struct given x;
    if (gg_npz_open(&npz, bytes, n, q->max_bytes, err))
        return gg_err_prefix(err, "%s: ", q->like);
    int status = fill(&x, m, map, &npz, a, err);
    if (!status)
        status = q->npz ? write_npz(&x, q->npz, a, err) : write_safetensors(&x, q->safetensors, a, err);
    gg_npz_close(&npz);
    return status;
}

/* Whether numbers go in and come out as they are. */
static bool is_raw(const struct gg_model *m)
{
    bool raw = true;
    for (int k = 0; k < m->n_column; k++)
        raw &= m->mean[k] == 0 && m->scale[k] == 1;
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        for (int k = 0; k < t->n_group * t->n_time * gg_target_parts(t); k++)
            raw &= t->mean[k] == 0 && t->scale[k] == 1;
    }
    return raw;
}

int gg_give_weights(const struct gg_give *q, bool *raw, struct gg_err *err)
{
    struct gg_model m = {0};
    struct gg_config map = {0};
    struct gg_arena a = {0};
    char *bytes = NULL;
    size_t n;
    int status = gg_model_load(&m, q->model, NULL, err) || gg_config_load(&map, q->map, err) ? -1 : 0;
    if (!status && !m.learner->layers)
        status = gg_fail(err, GG_USAGE, "%s: a model that is fitted has no parameters to give", q->model);
    if (!status && !(bytes = gg_read_file(q->like, (size_t)q->max_bytes, &n, err)))
        status = -1;
    if (!status)
        status = give(q, &m, map.root, bytes, n, &a, err);
    *raw = status || is_raw(&m);
    free(bytes);
    gg_arena_free(&a);
    gg_config_free(&map);
    gg_model_free(&m);
    return status;
}
