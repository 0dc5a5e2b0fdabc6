/* import.c -- parameters of others, as named arrays, for a network of ours
 *
 * The map (gg_model(5)) says for every parameter where it stands in the arrays of the npz: weight_map.h.  Nothing is guessed: a parameter
 * without a place, an array without a use, and numbers that nobody reads are refused by name. */
#include "model/import.h"
#include "formats/npz.h"
#include "model/learner.h"
#include "model/weight_arrays.h"
#include "model/weight_map.h"
#include "model/weight_settings.h"
#include "stream/reader.h"
#include "util/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the map says besides parameters ---- */

/* Of inputs and targets that no frame has told of. */
static int check_known(struct gg_model *m, const struct gg_yaml *list, const struct gg_reals *times,
                       struct gg_err *err)
{
    for (int h = 0; h < m->n_head; h++) {
        struct gg_target *t = &m->head[h].target;
        if (!t->kind && !list)
            return gg_fail(err, GG_USAGE,
                           "target '%s': 'times' is missing in the map, or --like FILE with the target",
                           t->name);
        if (!t->kind && gg_target_known(t, &m->arena, times->n, times->v, err))
            return -1;
    }
    for (int k = 0; k < m->n_input; k++)
        if (strcmp(m->input[k].field, "type") && m->input[k].irreps.n == 0)
            return gg_fail(err, GG_USAGE,
                           "input '%s': its irreps are not known: --like FILE, a stream that has the field",
                           m->input[k].field);
    return 0;
}

/* `mean_neighbours`: a number, or the array that holds it. */
static int read_mean(const struct gg_yaml *y, const struct gg_npz *npz, struct gg_arena *a, double *mean,
                     struct gg_err *err)
{
    const char *text;
    struct gg_field x;
    *mean = 0;
    if (!y)
        return 0;
    if (gg_yaml_text(y, &text, err))
        return -1;
    if (!gg_npz_has(npz, text)) {
        if (gg_yaml_real(y, mean, err))
            return gg_yaml_fail(y, err,
                                "mean_neighbours: '%s' is no number, nor one of the arrays: put it in", text);
    } else if (gg_npz_read(npz, text, a, &x, err)) {
        return -1;
    } else if (gg_field_count(&x) != 1) {
        return gg_yaml_fail(y, err, "mean_neighbours: array '%s' has %llu numbers, one is wanted", text,
                            (unsigned long long)gg_field_count(&x));
    } else {
        *mean = gg_field_get(&x, 0);
    }
    return *mean > 0 && *mean < 1e9
               ? 0
               : gg_yaml_fail(y, err, "mean_neighbours: %g, a number above 0 is wanted", *mean);
}

static int read_facts(struct gg_model *m, const struct gg_npz *npz, const struct gg_yaml *map,
                      struct gg_data_facts *facts, struct gg_err *err)
{
    static const char *const known[] = {"species",  "times", "mean_neighbours", "transpose", "parameters",
                                        "settings", "sizes", "ignored",         NULL};
    struct gg_yaml *y, *list = gg_yaml_get(map, "times");
    struct gg_reals times = {0};
    int64_t species;
    double mean;
    if (gg_yaml_check_keys(map, NULL, known, err) ||
        read_mean(gg_yaml_get(map, "mean_neighbours"), npz, &m->arena, &mean, err))
        return -1;
    if (!(y = gg_yaml_need(map, "species", err)) || gg_yaml_int(y, 1, GG_MAX_SPECIES, &species, err) ||
        (list && gg_yaml_reals(list, &m->arena, &times, err)))
        return -1;
    if (list && (times.n < 1 || times.n > GG_MAX_TIMES))
        return gg_yaml_fail(list, err, "times: %d of them, 1 to %d make a model", times.n, GG_MAX_TIMES);
    facts->n_species = (int)species;
    for (int k = 0; k < m->n_geometry; k++)
        facts->mean_neighbours[k] = mean;
    return check_known(m, list, &times, err);
}

/* Nothing is divided by a number that nobody has said. */
static int check_mean(const struct gg_model *m, const struct gg_yaml *map, struct gg_err *err)
{
    for (int k = 0; k < m->n_op; k++)
        if (m->op[k].layer.needs_mean && !(m->op[k].layer.mean_neighbours > 0))
            return gg_yaml_fail(map, err,
                                "mean_neighbours is missing: %s divides sums by it; the other code's number",
                                m->op[k].name);
    return 0;
}

/* Factors can make a number too large that was none. */
static int check_finite(const struct gg_model *m, struct gg_err *err)
{
    char name[GG_NAME];
    struct gg_weight piece;
    for (int64_t k = 0; gg_model_weight(m, k, name, &piece); k++) {
        int64_t n = 1;
        for (int d = 0; d < piece.ndim; d++)
            n *= piece.shape[d];
        for (int64_t q = 0; q < n; q++)
            if (!isfinite(m->w[piece.offset + q]))
                return gg_fail(err, GG_INPUT, "parameter '%s': number %lld is not finite, or too large", name,
                               (long long)q);
    }
    return 0;
}

static int fill(struct gg_model *m, const struct gg_npz *npz, const struct gg_yaml *map, struct gg_arena *a,
                struct gg_err *err)
{
    struct gg_data_facts facts = {0};
    struct gg_weight_arrays x;
    struct gg_weight_map w;
    if (read_facts(m, npz, map, &facts, err) || gg_weight_arrays_read(&x, npz, map, a, err) ||
        gg_model_build(m, &facts, err) || check_mean(m, map, err) ||
        gg_weight_map_read(&w, m, map, x.n, x.array, a, err))
        return -1;
    gg_weight_map_take(&w, (const double *const *)x.number, m->w);
    return check_finite(m, err);
}

int gg_model_import(struct gg_model *m, const struct gg_yaml *map, const struct gg_npz *npz,
                    struct gg_err *err)
{
    struct gg_arena a = {0};
    if (!m->learner->layers)
        return gg_fail(err, GG_USAGE, "a model that is fitted has no parameters to import");
    int status = fill(m, npz, map, &a, err);
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

static int import_file(struct gg_model *m, const struct gg_import *q, const struct gg_yaml *map,
                       struct gg_err *err)
{
    struct gg_npz npz;
    size_t n;
    char *bytes = gg_read_file(q->weights, (size_t)q->max_bytes, &n, err);
    if (!bytes)
        return -1;
    int status = gg_npz_open(&npz, bytes, n, q->max_bytes, err);
    if (!status) {
        status = gg_model_import(m, map, &npz, err);
        gg_npz_close(&npz);
    }
    free(bytes);
    return status && err->status != GG_USAGE ? gg_err_prefix(err, "%s: ", q->weights) : status;
}

/* The first frame of a stream says what fields are as inputs and targets. */
static int see_like(struct gg_model *m, const char *path, struct gg_err *err)
{
    struct gg_reader r;
    struct gg_frame f = {0};
    int event = -1, status = -1;
    if (gg_reader_open(&r, path, err))
        return -1;
    while ((event = gg_reader_next(&r, &f, err)) > 0 && event != GG_EVENT_FRAME)
        ;
    if (event == GG_EVENT_FRAME)
        status = gg_model_columns(m, &r.meta, err) || gg_model_see(m, &f, true, err) ? -1 : 0;
    else if (event == 0)
        gg_fail(err, GG_INPUT, "no frame to look at");
    gg_reader_close(&r);
    gg_frame_free(&f);
    return status ? gg_err_prefix(err, "%s: ", path) : 0;
}

int gg_import_weights(const struct gg_import *q, const char *output, const struct gg_prov *prov,
                      struct gg_err *err)
{
    struct gg_model m = {0};
    struct gg_config map = {0};
    int status = gg_config_load(&m.config, q->model, err) ||
                         gg_config_load(&map, map_beside(&map.arena, q->model), err) ||
                         gg_weight_settings_put(&m.config, map.root, err) ||
                         gg_config_set_all(&m.config, &q->set, err) || gg_model_open(&m, err) ||
                         (q->like && see_like(&m, q->like, err)) || import_file(&m, q, map.root, err) ||
                         gg_model_save(&m, m.w, output, prov, err)
                     ? -1
                     : 0;
    gg_model_free(&m);
    gg_config_free(&map);
    return status;
}
