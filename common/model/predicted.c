/* predicted.c -- predictions of the heads of a model as fields of a frame */
#include "model/predicted.h"
#include "model/tiles.h"
#include "util/same.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- numbers ---- */

static struct gg_predicted begin(const struct gg_model *m, const struct gg_sample *s, struct gg_arena *a)
{
    struct gg_predicted x = {.model = m};
    for (int h = 0; h < m->n_head; h++)
        x.head[h] = gg_mixture_new(&m->head[h], m->head[h].target.kind->rows(s), a);
    return x;
}

static int check_finite(const struct gg_target *t, const float *y, int64_t n_row, struct gg_err *err)
{
    int64_t row = (int64_t)t->n_time * gg_target_dim(t);
    for (int64_t k = 0; k < n_row * row; k++)
        if (isinf(y[k]))
            return gg_fail(err, GG_NUMERICS, "field '%s_pred': the prediction of %s %lld is infinite",
                           t->name, t->kind->name, (long long)(k / row));
    return 0;
}

static int add_model(struct gg_predicted *x, const struct gg_model *m, double tile, struct gg_pass *p,
                     const struct gg_sample *s, struct gg_arena *a, struct gg_err *err)
{
    struct gg_prediction out[GG_MAX_HEADS];
    gg_prediction_alloc(out, m, s, a);
    if (tile > 0 ? gg_tiles_predict(p, m, s, tile, out, err) : m->learner->predict(p, m, s, out, a, err))
        return -1;
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        if (gg_target_made(t))
            continue; /* asked of frames that a view has changed */
        if (check_finite(t, out[h].y, t->kind->rows(s), err))
            return -1;
        gg_mixture_add(&x->head[h], &out[h]);
    }
    return 0;
}

int gg_predicted_add(struct gg_predicted *x, const struct gg_models *models, struct gg_pass *p,
                     const struct gg_frame *f, struct gg_arena *numbers, struct gg_err *err)
{
    struct gg_arena a = {0}; /* of one model at a time */
    int status = 0;
    for (int k = 0; k < models->n && !status; k++) {
        const struct gg_model *m = models->v[k];
        struct gg_sample s;
        status = gg_sample_read(&s, m, f, false, &a, err);
        if (!status && !x->model)
            *x = begin(m, &s, numbers);
        if (status || add_model(x, m, models->tile, p, &s, &a, err))
            status = models->n > 1 ? gg_err_prefix(err, "model %d: ", k) : -1;
        gg_arena_reset(&a);
    }
    gg_arena_free(&a);
    return status;
}

/* ---- fields ---- */

/* Does the frame have the target's times?  A frame without times gets them. */
static bool same_times(const struct gg_target *t, const struct gg_frame *f)
{
    const struct gg_field *time = gg_frame_find(f, "time");
    bool same = !time || gg_field_count(time) == (uint64_t)t->n_time;
    for (int k = 0; time && same && k < t->n_time; k++)
        same = gg_same(gg_field_get(time, (uint64_t)k), t->time[k]);
    return same;
}

/* Beside another grid predictions stand on a free axis, with times of their own: X_pred.time. */
static int add_times(const struct gg_target *t, const char *name, bool same, struct gg_frame *f,
                     struct gg_arena *a, struct gg_err *err)
{
    uint64_t shape[1] = {(uint64_t)t->n_time};
    int axis[1] = {same ? GG_TIME : GG_FREE};
    char own[GG_NAME + 8];
    snprintf(own, sizeof own, "%s.time", name);
    if (same && gg_frame_find(f, "time"))
        return 0;
    struct gg_field *x =
        gg_frame_add_as(f, a, same ? "time" : own, GG_F64, 1, shape, axis, GG_OTHER, "", "tau", err);
    if (!x)
        return -1;
    memcpy(x->data, t->time, (size_t)t->n_time * sizeof *t->time);
    return 0;
}

/* What is written of one head: a field with the target's rows and times, NaN for times and species that the model was not trained
 * on, and these numbers. */
struct written {
    const char *ending, *irreps, *unit;
    int dim; /* 0: one number a row, no axis for components */
    const float *numbers;
    size_t bytes;
};

static int add_field(const struct gg_target *t, const struct written *w, struct gg_frame *f,
                     struct gg_arena *a, struct gg_err *err)
{
    uint64_t shape[3], extent[] = {[GG_ON_NODE] = f->n_node, [GG_ON_EDGE] = f->n_edge};
    bool same = t->timed && same_times(t, f);
    int axis[3], n = 0;
    char name[GG_NAME];
    if (t->kind->axis != GG_ON_GRAPH) {
        shape[n] = extent[t->kind->axis];
        axis[n++] = t->kind->field_axis;
    }
    if (t->timed) {
        shape[n] = (uint64_t)t->n_time;
        axis[n++] = same ? GG_TIME : GG_FREE;
    }
    if (w->dim > 0) {
        shape[n] = (uint64_t)w->dim;
        axis[n++] = GG_FREE;
    }
    snprintf(name, sizeof name, "%.57s%s", t->name, w->ending);
    struct gg_field *x =
        gg_frame_add_as(f, a, name, GG_F32, n, shape, axis, GG_PREDICTION, w->irreps, w->unit, err);
    if (!x)
        return -1;
    if (x->nbytes != w->bytes)
        return gg_fail(err, GG_INPUT, "field '%s': has room for %llu bytes, the prediction has %llu", name,
                       (unsigned long long)x->nbytes, (unsigned long long)w->bytes);
    x->flags |= GG_NAN_ALLOWED;
    memcpy(x->data, w->numbers, w->bytes);
    return t->timed ? add_times(t, name, same, f, a, err) : 0;
}

static int add_prediction(const struct gg_predicted *x, const struct gg_mixture *of, const float *y,
                          struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_target *t = &of->head->target;
    char irreps[GG_IRREPS_TEXT];
    const char *unit = x->model->learner->unit, *bare = t->irreps.b[0].p > 0 ? "0e" : "0o";
    gg_irreps_print(&t->irreps, irreps);
    struct written w = {.ending = "_pred",
                        .irreps = t->bare ? bare : irreps,
                        .unit = unit ? unit : t->unit,
                        .dim = t->bare ? 0 : gg_target_dim(t),
                        .numbers = y,
                        .bytes = (size_t)(of->n_row * gg_target_dim(t)) * sizeof *y};
    return add_field(t, &w, f, a, err);
}

/* The spread around the prediction: of members and samples, and what a likelihood has learned. */
static int add_spread(const struct gg_predicted *q, const struct gg_mixture *of, const float *numbers,
                      struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_target *t = &of->head->target;
    const char *own = q->model->learner->unit ? q->model->learner->unit : t->unit;
    char irreps[GG_IRREPS_TEXT], unit[GG_UNIT + 8];
    struct gg_irreps x = of->kind->irreps;
    bool bare = t->bare && x.n == 1;
    for (int b = 0; b < x.n; b++)
        x.b[b].mul *= gg_target_parts(t);
    gg_irreps_print(&x, irreps);
    bool squared = of->kind->squared && *own && strcmp(own, "1") != 0,
         several = squared && strpbrk(own, " */^") != NULL;
    snprintf(unit, sizeof unit, "%s%s%s%s", several ? "(" : "", own, several ? ")" : "", squared ? "^2" : "");
    struct written w = {.ending = of->kind->ending,
                        .irreps = bare ? "0e" : irreps,
                        .unit = unit,
                        .dim = bare ? 0 : gg_mixture_dim(of),
                        .numbers = numbers,
                        .bytes = (size_t)(of->n_row * gg_mixture_dim(of)) * sizeof *numbers};
    return add_field(t, &w, f, a, err);
}

int gg_predicted_write(const struct gg_predicted *x, struct gg_frame *f, struct gg_arena *a,
                       struct gg_err *err)
{
    for (int h = 0; h < x->model->n_head; h++) {
        const struct gg_mixture *of = &x->head[h];
        if (gg_target_made(&of->head->target))
            continue;
        struct gg_prediction p = gg_mixture_result(of, a);
        if (add_prediction(x, of, p.y, f, a, err) || (p.spread && add_spread(x, of, p.spread, f, a, err)))
            return -1;
    }
    return 0;
}
