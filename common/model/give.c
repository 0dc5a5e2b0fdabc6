/* give.c -- parameters of a network of ours, as the named arrays of another code
 *
 * Every array is as `like` has it, but for the numbers that are parameters of ours: weight_map.h. */
#include "model/give.h"
#include "formats/export_arrays.h"
#include "formats/npy.h"
#include "formats/npz_write.h"
#include "model/learner.h"
#include "model/weight_arrays.h"
#include "model/weight_facts.h"
#include "model/weight_map.h"
#include "util/folder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One array: numbers, ours in their places, or the bytes of its .npy as they were. */
struct piece {
    struct gg_field field;
    char *npy; /* NULL: the numbers */
    uint64_t n_byte;
};
struct given {
    int n;
    struct piece *piece;
    const char **name;
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

/* Couplings are read and stay as they are; so do arrays that are ignored. */
static bool is_ours(const struct gg_weight_map *w, int array)
{
    for (int k = 0; k < w->n_part; k++)
        if (w->part[k].array == array)
            return true;
    return false;
}

/* What is being given. */
struct giving {
    const struct gg_give *q;
    const struct gg_npz *npz;
    struct gg_arena *a;
    struct gg_given *result;
    struct gg_err *err;
};

/* As it is: an archive takes anything, safetensors numbers alone. */
static int copy_array(const struct giving *g, const char *name, struct piece *to)
{
    struct gg_err why;
    if (gg_npz_raw(g->npz, name, g->a, &to->npy, &to->n_byte, g->err))
        return -1;
    if (g->q->npz)
        return 0;
    if (gg_npy_parse(&to->field, g->a, to->npy, to->n_byte, &why))
        gg_weight_add_name(g->result->left_out, sizeof g->result->left_out, name);
    else
        to->npy = NULL;
    return 0;
}

static int fill_arrays(const struct giving *g, struct given *out, const struct gg_weight_map *w,
                       double *const *number)
{
    *out = (struct given){.piece = GG_NEW(g->a, struct piece, (size_t)g->npz->n + 1),
                          .name = GG_NEW(g->a, const char *, (size_t)g->npz->n + 1)};
    for (int k = 0; k < g->npz->n; k++) {
        const char *name = g->npz->name[k];
        struct piece *to = &out->piece[out->n];
        if (number[k] && is_ours(w, k) ? gg_npz_read(g->npz, name, g->a, &to->field, g->err) ||
                                             put_numbers(&to->field, name, number[k], g->err)
                                       : copy_array(g, name, to))
            return -1;
        if (to->npy && !g->q->npz)
            to->npy = NULL;
        else
            out->name[out->n++] = name;
    }
    return 0;
}

static int fill(const struct giving *g, struct given *out, const struct gg_model *m,
                const struct gg_yaml *map)
{
    struct gg_weight_facts said;
    struct gg_weight_arrays x;
    struct gg_weight_map w;
    double mean;
    if (gg_weight_facts_read(&said, map, g->npz, g->a, g->err) ||
        gg_weight_facts_check(&said, m, map, &mean, g->err) ||
        gg_weight_arrays_read(&x, g->npz, map, g->a, g->err) ||
        gg_weight_map_read(&w, m, map, x.n, x.array, g->a, g->err) ||
        gg_weight_map_give(&w, m->w, x.number, g->err) || fill_arrays(g, out, &w, x.number))
        return -1;
    memcpy(g->result->idle, w.idle, sizeof w.idle);
    for (int k = 0; said.mean_array && mean > 0 && k < out->n; k++)
        if (!strcmp(out->name[k], said.mean_array)) {
            out->piece[k].npy = NULL;
            return gg_npz_read(g->npz, said.mean_array, g->a, &out->piece[k].field, g->err) ||
                           put_numbers(&out->piece[k].field, said.mean_array, &mean, g->err)
                       ? -1
                       : 0;
        }
    return 0;
}

/* ---- files ---- */

static int write_npz(const struct giving *g, const struct given *x)
{
    struct gg_npz_writer z;
    if (gg_folder_make(g->q->npz, g->err) ||
        gg_npz_create(&z, gg_arena_printf(g->a, "%s/frame-000000.npz", g->q->npz), g->err))
        return -1;
    for (int k = 0; k < x->n; k++)
        if (x->piece[k].npy ? gg_npz_add_raw(&z, x->name[k], x->piece[k].npy, x->piece[k].n_byte, g->err)
                            : gg_npz_add_field(&z, x->name[k], &x->piece[k].field, g->err)) {
            gg_npz_discard(&z);
            return -1;
        }
    return gg_npz_commit(&z, g->err);
}

static int write_safetensors(const struct giving *g, const struct given *x)
{
    const struct gg_field **field = GG_NEW(g->a, const struct gg_field *, (size_t)x->n + 1);
    struct gg_meta meta = {0};
    for (int k = 0; k < x->n; k++)
        field[k] = &x->piece[k].field;
    gg_meta_set(&meta, "format", "pt");
    int status = gg_safetensors_write(g->q->safetensors, &meta, x->n, field, x->name, g->err);
    gg_meta_clear(&meta);
    return status;
}

static int give(struct giving *g, const struct gg_model *m, const struct gg_yaml *map, const char *bytes,
                size_t n)
{
    struct gg_npz npz;
    struct given x;
    if (gg_npz_open(&npz, bytes, n, g->q->max_bytes, g->err))
        return gg_err_prefix(g->err, "%s: ", g->q->like);
    g->npz = &npz;
    int status = fill(g, &x, m, map);
    if (!status)
        status = g->q->npz ? write_npz(g, &x) : write_safetensors(g, &x);
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

int gg_give_weights(const struct gg_give *q, struct gg_given *out, struct gg_err *err)
{
    struct gg_model m = {0};
    struct gg_config map = {0};
    struct gg_arena a = {0};
    struct giving g = {.q = q, .a = &a, .result = out, .err = err};
    char *bytes = NULL;
    size_t n;
    *out = (struct gg_given){0};
    int status = gg_model_load(&m, q->model, NULL, err) || gg_config_load(&map, q->map, err) ? -1 : 0;
    if (!status && !m.learner->layers)
        status = gg_fail(err, GG_USAGE, "%s: a model that is fitted has no parameters to give", q->model);
    if (!status && !(bytes = gg_read_file(q->like, (size_t)q->max_bytes, &n, err)))
        status = -1;
    if (!status)
        status = give(&g, &m, map.root, bytes, n);
    out->raw = status || is_raw(&m);
    free(bytes);
    gg_arena_free(&a);
    gg_config_free(&map);
    gg_model_free(&m);
    return status;
}
