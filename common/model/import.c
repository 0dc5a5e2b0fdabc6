/* import.c -- parameters of others, as named arrays, for a network of ours
 *
 * The map (gg_model(5)) says for every parameter where it stands in the arrays of the npz: weight_map.h.  Nothing is guessed: a parameter
 * without a place, an array without a use, and numbers that nobody reads are refused by name. */
#include "model/import.h"
#include "formats/npz.h"
#include "model/learner.h"
#include "model/weight_arrays.h"
#include "model/weight_facts.h"
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
static int check_known(struct gg_model *m, const struct gg_reals *times, struct gg_err *err)
{
    for (int h = 0; h < m->n_head; h++) {
        struct gg_target *t = &m->head[h].target;
        if (!t->kind && !times->n)
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

static int read_facts(struct gg_model *m, const struct gg_npz *npz, const struct gg_yaml *map,
                      struct gg_weight_facts *x, struct gg_data_facts *facts, struct gg_err *err)
{
    if (gg_weight_facts_read(x, map, npz, &m->arena, err))
        return -1;
    facts->n_species = x->n_species;
    for (int k = 0; k < m->n_geometry; k++)
        facts->mean_neighbours[k] = x->mean_neighbours;
    return check_known(m, &x->times, err);
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

static int fill(struct gg_model *m, const struct gg_npz *npz, const struct gg_yaml *map,
                char idle[GG_WEIGHT_IDLE], struct gg_arena *a, struct gg_err *err)
{
    struct gg_weight_facts said;
    struct gg_data_facts facts = {0};
    struct gg_weight_arrays x;
    struct gg_weight_map w;
    double mean;
    if (read_facts(m, npz, map, &said, &facts, err) || gg_weight_arrays_read(&x, npz, map, a, err) ||
        gg_model_build(m, &facts, err) || gg_weight_facts_check(&said, m, map, &mean, err) ||
        gg_weight_map_read(&w, m, map, x.n, x.array, a, err))
        return -1;
    memcpy(idle, w.idle, sizeof w.idle);
    gg_weight_map_take(&w, (const double *const *)x.number, m->w);
    return check_finite(m, err);
}

int gg_model_import(struct gg_model *m, const struct gg_yaml *map, const struct gg_npz *npz,
                    char idle[GG_WEIGHT_IDLE], struct gg_err *err)
{
    struct gg_arena a = {0};
    if (!m->learner->layers)
        return gg_fail(err, GG_USAGE, "a model that is fitted has no parameters to import");
    int status = fill(m, npz, map, idle, &a, err);
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
                       char idle[GG_WEIGHT_IDLE], struct gg_err *err)
{
    struct gg_npz npz;
    size_t n;
    char *bytes = gg_read_file(q->weights, (size_t)q->max_bytes, &n, err);
    if (!bytes)
        return -1;
    int status = gg_npz_open(&npz, bytes, n, q->max_bytes, err);
    if (!status) {
        status = gg_model_import(m, map, &npz, idle, err);
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
                      char idle[GG_WEIGHT_IDLE], struct gg_err *err)
{
    struct gg_model m = {0};
    struct gg_config map = {0};
    int status = gg_config_load(&m.config, q->model, err) ||
                         gg_config_load(&map, map_beside(&map.arena, q->model), err) ||
                         gg_weight_settings_put(&m.config, map.root, err) ||
                         gg_config_set_all(&m.config, &q->set, err) || gg_model_open(&m, err) ||
                         (q->like && see_like(&m, q->like, err)) || import_file(&m, q, map.root, idle, err) ||
                         gg_model_save(&m, m.w, output, prov, err)
                     ? -1
                     : 0;
    gg_model_free(&m);
    gg_config_free(&map);
    return status;
}
