/* model_file.c -- the file gg.model/1 (gg_model(5))
 *
 * One frame without space: a tensor for every named piece of every layer ("layers.2.0.conv.radial.0"), the standardisation of inputs and
 * targets, the times.  META holds the YAML and the few constants that are no tensors. */
#include "model/learner.h"
#include "model/reach.h"
#include "model/target_file.h"
#include "stream/reader.h"
#include "stream/writer.h"
#include "util/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef GG_REAL_DOUBLE
enum { REAL_DTYPE = GG_F64 };
#else
enum { REAL_DTYPE = GG_F32 };
#endif
enum { SHAPE_TEXT = 24 * GG_MAX_DIM };

/* ---- saving ---- */

static int add_tensor(struct gg_frame *f, struct gg_arena *a, const char *name, int dtype, int ndim,
                      const int64_t *shape, const void *data, struct gg_err *err)
{
    uint64_t extent[GG_MAX_DIM];
    int axis[GG_MAX_DIM] = {0};
    for (int d = 0; d < ndim; d++)
        extent[d] = (uint64_t)shape[d];
    struct gg_field *x = gg_frame_add_as(f, a, name, dtype, ndim, extent, axis, GG_PARAMETER, "", "", err);
    if (!x)
        return -1;
    memcpy(x->data, data, x->nbytes);
    return 0;
}

static int add_doubles(struct gg_frame *f, struct gg_arena *a, const char *name, int64_t n,
                       const double *data, struct gg_err *err)
{
    return add_tensor(f, a, name, GG_F64, 1, &n, data, err);
}

/* [term][head] */
static int fill_normalisers(const struct gg_model *m, struct gg_frame *f, struct gg_arena *a,
                            struct gg_err *err)
{
    double x[GG_MAX_TERMS * GG_MAX_HEADS];
    int64_t shape[2] = {m->n_term, m->n_head};
    for (int k = 0; k < m->n_term; k++)
        for (int h = 0; h < m->n_head; h++)
            x[k * m->n_head + h] = m->term[k].normaliser[h];
    return add_tensor(f, a, "loss.normaliser", GG_F64, 2, shape, x, err);
}

int gg_model_put(struct gg_frame *f, struct gg_arena *a, const char *name, int ndim, const int64_t *shape,
                 const double *data, bool nan, struct gg_err *err)
{
    if (add_tensor(f, a, name, GG_F64, ndim, shape, data, err))
        return -1;
    if (nan)
        gg_frame_find(f, name)->flags |= GG_NAN_ALLOWED;
    return 0;
}

int gg_network_save(const struct gg_model *m, const gg_real *w, struct gg_meta *meta, struct gg_frame *f,
                    struct gg_arena *a, struct gg_err *err)
{
    char name[GG_NAME];
    struct gg_weight piece;
    (void)meta;
    for (int64_t k = 0; gg_model_weight(m, k, name, &piece); k++)
        if (add_tensor(f, a, name, REAL_DTYPE, piece.ndim, piece.shape, w + piece.offset, err))
            return -1;
    if (add_doubles(f, a, "input.mean", m->n_column, m->mean, err) ||
        add_doubles(f, a, "input.scale", m->n_column, m->scale, err) || fill_normalisers(m, f, a, err) ||
        gg_reach_put(m, f, a, err))
        return -1;
    for (int h = 0; h < m->n_head; h++)
        if (gg_target_put(&m->head[h].target, f, a, err))
            return -1;
    return 0;
}

static void fill_meta(const struct gg_model *m, struct gg_meta *meta)
{
    char text[GG_IRREPS_TEXT], key[GG_NAME + 16], *yaml = gg_config_print(&m->config, false);
    gg_meta_set(meta, "model.yaml", yaml);
    gg_meta_set(meta, "model.convention", "e3nn-0.5");
    gg_meta_printf(meta, "model.species", "%d", m->n_species);
    gg_trained_put(&m->trained, meta);
    for (int k = 0; k < m->n_geometry; k++) {
        gg_print_double(text, m->geometry[k].mean_neighbours);
        snprintf(key, sizeof key, k ? "model.mean_neighbours.%d" : "model.mean_neighbours", k);
        gg_meta_set(meta, key, text);
    }
    for (int h = 0; h < m->n_head; h++)
        gg_target_describe(&m->head[h].target, meta, h);
    for (int k = 0; k < m->n_input; k++) {
        gg_irreps_print(&m->input[k].irreps, text);
        snprintf(key, sizeof key, "model.input.%d", k);
        gg_meta_set(meta, key, text);
        snprintf(key, sizeof key, "model.columns.%d", k);
        if (m->input[k].columns)
            gg_meta_set(meta, key, m->input[k].columns);
    }
    free(yaml);
}

int gg_model_save(const struct gg_model *m, const gg_real *w, const char *path, const struct gg_prov *prov,
                  struct gg_err *err)
{
    struct gg_writer out = {0};
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    struct gg_meta meta = {0};
    fill_meta(m, &meta);
    int status = m->learner->save(m, w, &meta, &f, &a, err) || gg_targets_put_times(m, &f, &a, err) ? -1 : 0;
    if (!status)
        status = gg_writer_open(&out, path, err) || gg_writer_begin(&out, "gg.model/1", &meta, prov, err) ||
                         gg_writer_frame(&out, &f, err) || gg_writer_end(&out, NULL, err) ||
                         gg_writer_commit(&out, err)
                     ? -1
                     : 0;
    if (status && out.state)
        gg_writer_abort(&out, "model", err);
    gg_meta_clear(&meta);
    gg_frame_free(&f);
    gg_arena_free(&a);
    return status;
}

/* ---- loading ---- */

static const char *need_meta(const struct gg_meta *meta, const char *key, struct gg_err *err)
{
    const char *value = gg_meta_get(meta, key);
    if (!value)
        gg_fail(err, GG_INPUT, "META has no '%s': this is no model that gg-train wrote", key);
    return value;
}

static void print_shape(char text[SHAPE_TEXT], int ndim, const uint64_t *extent)
{
    int used = snprintf(text, SHAPE_TEXT, "[");
    for (int d = 0; d < ndim; d++)
        used += snprintf(text + used, (size_t)(SHAPE_TEXT - used), "%s%llu", d ? ", " : "",
                         (unsigned long long)extent[d]);
    snprintf(text + used, (size_t)(SHAPE_TEXT - used), "]");
}

/* The tensor of that name and shape: a transposed one has as many numbers, and means something else. */
static const struct gg_field *need_tensor(const struct gg_frame *f, const char *name, int ndim,
                                          const int64_t *shape, struct gg_err *err)
{
    char have[SHAPE_TEXT], want[SHAPE_TEXT];
    uint64_t extent[GG_MAX_DIM];
    const struct gg_field *x = gg_frame_find(f, name);
    if (!x) {
        gg_fail(err, GG_INPUT, "tensor '%s' is missing", name);
        return NULL;
    }
    for (int d = 0; d < ndim; d++)
        extent[d] = (uint64_t)shape[d];
    if (x->ndim == ndim && !memcmp(x->shape, extent, (size_t)ndim * sizeof *extent) &&
        (x->dtype == GG_F32 || x->dtype == GG_F64))
        return x;
    print_shape(have, x->ndim, x->shape);
    print_shape(want, ndim, extent);
    gg_fail(err, GG_INPUT, "tensor '%s' is %s of %s, the model wants %s of f32 or f64", name, have,
            gg_dtype_name(x->dtype), want);
    return NULL;
}

static int copy_numbers(const struct gg_field *x, double *data, bool nan, struct gg_err *err)
{
    for (uint64_t k = 0; k < gg_field_count(x); k++) {
        data[k] = gg_field_get(x, k);
        if (!isfinite(data[k]) && !(nan && isnan(data[k])))
            return gg_fail(err, GG_INPUT, "tensor '%s': number %llu is not finite", x->name,
                           (unsigned long long)k);
    }
    return 0;
}

/* Judged behind the cast: 1e300 is finite in a file and not in float. */
static int copy_parameters(const struct gg_field *x, gg_real *w, struct gg_err *err)
{
    for (uint64_t k = 0; k < gg_field_count(x); k++) {
        double v = gg_field_get(x, k);
        w[k] = (gg_real)v;
        if (!isfinite(w[k]))
            return gg_fail(err, GG_INPUT, "tensor '%s': number %llu, %g, is not finite, or too large",
                           x->name, (unsigned long long)k, v);
    }
    return 0;
}

static int read_facts(struct gg_model *m, const struct gg_meta *meta, struct gg_data_facts *facts,
                      struct gg_err *err)
{
    const char *species = need_meta(meta, "model.species", err);
    char key[40];
    int64_t n;
    if (!species)
        return -1;
    if (!gg_whole(species, &n) || n < 1 || n > GG_MAX_SPECIES)
        return gg_fail(err, GG_INPUT, "META model.species: '%.40s' is no number from 1 to %d", species,
                       GG_MAX_SPECIES);
    facts->n_species = (int)n;
    for (int k = 0; k < (m->n_geometry ? m->n_geometry : 1); k++) {
        snprintf(key, sizeof key, k ? "model.mean_neighbours.%d" : "model.mean_neighbours", k);
        const char *mean = m->n_geometry ? need_meta(meta, key, err) : "0";
        if (!mean)
            return -1;
        if (!gg_number(mean, &facts->mean_neighbours[k]) ||
            !(facts->mean_neighbours[k] >= 0 && facts->mean_neighbours[k] < 1e9))
            return gg_fail(err, GG_INPUT, "META %s: '%.40s' is no number from 0 to 1e9", key, mean);
    }
    return 0;
}

/* What the file has of numbers bounds what its YAML may make of them. */
static int64_t numbers_in(const struct gg_frame *f)
{
    int64_t n = 0;
    for (int k = 0; k < f->n_field; k++)
        n += (int64_t)gg_field_count(&f->field[k]);
    return n;
}

static int read_structure(struct gg_model *m, const struct gg_meta *meta, const struct gg_frame *f,
                          struct gg_err *err)
{
    const char *yaml = need_meta(meta, "model.yaml", err);
    struct gg_data_facts facts = {.most_numbers = numbers_in(f)};
    char key[32];
    gg_trained_get(&m->trained, meta);
    if (!yaml || gg_config_from_text(&m->config, yaml, strlen(yaml), "model.yaml", err) ||
        gg_model_open(m, err))
        return -1;
    for (int k = 0; k < m->n_input; k++) {
        snprintf(key, sizeof key, "model.input.%d", k);
        const char *text = need_meta(meta, key, err);
        if (!text || gg_irreps_parse(&m->input[k].irreps, text, err))
            return -1;
        snprintf(key, sizeof key, "model.columns.%d", k);
        if (gg_meta_get(meta, key))
            m->input[k].columns = gg_arena_strdup(&m->arena, gg_meta_get(meta, key));
    }
    for (int h = 0; h < m->n_head; h++)
        if (gg_target_read(m, h, meta, f, err))
            return -1;
    if (read_facts(m, meta, &facts, err) || gg_reach_take(m, f, err))
        return -1;
    for (int h = 0; m->learner->layers && h < m->n_head; h++) /* a fit keeps no means by target */
        if (gg_target_check_size(&m->head[h].target, facts.n_species, f, err))
            return -1;
    return gg_model_build(m, &facts, err);
}

int gg_model_take(const struct gg_frame *f, const char *name, int ndim, const int64_t *shape, double *data,
                  bool nan, struct gg_err *err)
{
    const struct gg_field *x = need_tensor(f, name, ndim, shape, err);
    return x ? copy_numbers(x, data, nan, err) : -1;
}

static int read_normalisers(struct gg_model *m, const struct gg_frame *f, struct gg_err *err)
{
    double x[GG_MAX_TERMS * GG_MAX_HEADS];
    if (!gg_frame_find(f, "loss.normaliser")) /* not in 0.1, which divides by nothing */
        return 0;
    const int64_t shape[2] = {m->n_term, m->n_head};
    if (gg_model_take(f, "loss.normaliser", 2, shape, x, false, err))
        return -1;
    for (int k = 0; k < m->n_term; k++)
        for (int h = 0; h < m->n_head; h++)
            m->term[k].normaliser[h] = x[k * m->n_head + h];
    return 0;
}

int gg_network_load(struct gg_model *m, const struct gg_meta *meta, const struct gg_frame *f,
                    struct gg_err *err)
{
    char name[GG_NAME];
    struct gg_weight piece;
    (void)meta;
    for (int64_t k = 0; gg_model_weight(m, k, name, &piece); k++) {
        const struct gg_field *x = need_tensor(f, name, piece.ndim, piece.shape, err);
        if (!x || copy_parameters(x, m->w + piece.offset, err))
            return -1;
    }
    const int64_t n_column = m->n_column;
    if (gg_model_take(f, "input.mean", 1, &n_column, m->mean, false, err) ||
        gg_model_take(f, "input.scale", 1, &n_column, m->scale, false, err))
        return -1;
    for (int h = 0; h < m->n_head; h++)
        if (gg_target_take(&m->head[h].target, f, err))
            return -1;
    return read_normalisers(m, f, err);
}

int gg_model_read(struct gg_model *m, const struct gg_reader *r, const struct gg_frame *f, struct gg_err *err)
{
    return read_structure(m, &r->meta, f, err) || m->learner->load(m, &r->meta, f, err) ? -1 : 0;
}

static int read_members(struct gg_reader *r, gg_model_taker *take, void *context, struct gg_err *err)
{
    struct gg_frame f = {0};
    int event = 0, status = 0, n = 0;
    while (!status && (event = gg_reader_next(r, &f, err)) > 0) {
        if (event == GG_EVENT_MEMBER && strcmp(r->schema, "gg.model/1"))
            status = gg_fail(err, GG_INPUT,
                             "schema %s: a model (gg.model/1) is wanted, as gg-train writes it", r->schema);
        else if (event == GG_EVENT_FRAME) {
            n++;
            status = take(context, r, &f, err);
        }
    }
    if (event == GG_EVENT_END && !n)
        status = gg_fail(err, GG_INPUT, "there is no model in the file");
    gg_frame_free(&f);
    return status || event < 0 ? -1 : 0;
}

static bool is_yaml(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
}

/* No model.ggm, and what a run leaves that goes on or was stopped: not finished. */
static int not_finished(const char *path, struct gg_err *err)
{
    const char *slash = strrchr(path, '/');
    char best[4096], log[4096];
    int folder = slash ? (int)(slash + 1 - path) : 0;
    if (strcmp(path + folder, "model.ggm") || access(path, F_OK) == 0)
        return -1;
    snprintf(best, sizeof best, "%.*sbest.ggm", folder, path);
    snprintf(log, sizeof log, "%.*slock", folder, path);
    if (access(best, F_OK) == 0)
        return gg_fail(err, GG_SYSTEM, "%s: training is not finished: go on with the same command, or use %s",
                       path, best);
    return access(log, F_OK)
               ? -1
               : gg_fail(err, GG_SYSTEM, "%s: training is not finished: go on with the same command", path);
}

int gg_model_file(const char *path, gg_model_taker *take, void *context, struct gg_err *err)
{
    struct gg_reader r;
    if (gg_reader_open(&r, path, err))
        return not_finished(path, err);
    int status = read_members(&r, take, context, err);
    gg_reader_close(&r);
    if (status && is_yaml(path))
        return gg_fail(err, GG_INPUT,
                       "%s: is the description of a model: gg-train makes a model of it, FOLDER/model.ggm",
                       path);
    return status ? gg_err_prefix(err, "%s: ", path) : 0;
}

/* The one model of a file. */
struct single {
    struct gg_model *model;
    struct gg_prov *prov;
    bool there;
};

static int take_single(void *context, struct gg_reader *r, const struct gg_frame *f, struct gg_err *err)
{
    struct single *x = context;
    if (x->there)
        return gg_fail(err, GG_INPUT,
                       "more than one model in the file, one is wanted: gg-train leaves each "
                       "member of an ensemble in a folder of its own, seed.K/model.ggm");
    x->there = true;
    return gg_model_read(x->model, r, f, err) || (x->prov && gg_prov_merge(x->prov, &r->prov, err)) ? -1 : 0;
}

int gg_model_load(struct gg_model *m, const char *path, struct gg_prov *prov, struct gg_err *err)
{
    struct single x = {m, prov, false};
    return gg_model_file(path, take_single, &x, err);
}
