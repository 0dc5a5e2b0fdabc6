/* gg-predict.c -- adds the predictions of a trained network to the frames of a stream */
#include "cli/cli.h"
#include "kernel/conv_kernel.h"
#include "model/learner.h"
#include "model/trace.h"
#include "util/same.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct gg_opt table[] = {{0}};

static const struct gg_program program = {.name = "gg-predict",
                                          .about = "add the predictions of a trained network",
                                          .example = "gg-predict run/model.ggm test.ggs -o predicted.ggs",
                                          .operands = "MODEL.ggm [FILE...]",
                                          .opts = table,
                                          .blas = true,
                                          .kernels = gg_conv_best_name,
                                          .min_operand = 1,
                                          .max_operand = -1,
                                          .wants_stream = true};

struct context {
    struct gg_model model;
    struct gg_pass pass;
};

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

static size_t bytes_of(const struct gg_target *t, int64_t rows, int dim)
{
    return (size_t)(rows * t->n_time * dim) * sizeof(float);
}

static int add_prediction(const struct context *c, const struct gg_target *t, const float *y, int64_t rows,
                          struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    char irreps[GG_IRREPS_TEXT];
    const char *unit = c->model.learner->unit, *bare = t->irreps.b[0].p > 0 ? "0e" : "0o";
    gg_irreps_print(&t->irreps, irreps);
    struct written w = {.ending = "_pred",
                        .irreps = t->bare ? bare : irreps,
                        .unit = unit ? unit : t->unit,
                        .dim = t->bare ? 0 : gg_target_dim(t),
                        .numbers = y,
                        .bytes = bytes_of(t, rows, gg_target_dim(t))};
    return add_field(t, &w, f, a, err);
}

/* What a likelihood has learned of the spread around the prediction. */
static int add_spread(const struct gg_head *h, const float *numbers, int64_t rows, struct gg_frame *f,
                      struct gg_arena *a, struct gg_err *err)
{
    const struct gg_target *t = &h->target;
    char irreps[GG_IRREPS_TEXT], unit[GG_UNIT + 8];
    struct gg_irreps x = h->spread->irreps;
    bool bare = t->bare && x.n == 1;
    for (int b = 0; b < x.n; b++)
        x.b[b].mul *= gg_target_parts(t);
    gg_irreps_print(&x, irreps);
    bool squared = h->spread->squared && *t->unit && strcmp(t->unit, "1") != 0,
         several = squared && strpbrk(t->unit, " */^") != NULL;
    snprintf(unit, sizeof unit, "%s%s%s%s", several ? "(" : "", t->unit, several ? ")" : "",
             squared ? "^2" : "");
    struct written w = {.ending = h->spread->ending,
                        .irreps = bare ? "0e" : irreps,
                        .unit = unit,
                        .dim = bare ? 0 : gg_head_spread_dim(h),
                        .numbers = numbers,
                        .bytes = bytes_of(t, rows, gg_head_spread_dim(h))};
    return add_field(t, &w, f, a, err);
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

static int predict(void *context, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct context *c = context;
    const struct gg_model *m = &c->model;
    struct gg_sample s;
    struct gg_prediction out[GG_MAX_HEADS];
    if (gg_sample_read(&s, m, f, false, a, err))
        return -1;
    gg_prediction_alloc(out, m, &s, a);
    if (m->learner->predict(&c->pass, m, &s, out, a, err))
        return -1;
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        if (gg_target_made(t))
            continue; /* asked of frames that a view has changed */
        int64_t rows = t->kind->rows(&s);
        if (check_finite(t, out[h].y, rows, err) || add_prediction(c, t, out[h].y, rows, f, a, err) ||
            (out[h].spread && add_spread(&m->head[h], out[h].spread, rows, f, a, err)))
            return -1;
    }
    return 1;
}

static int check_columns(void *context, struct gg_meta *meta, struct gg_err *err)
{
    return gg_model_columns(&((struct context *)context)->model, meta, err);
}

int main(int argc, char **argv)
{
    struct {
        int none;
    } o = {0};
    struct gg_cli c = {0};
    static struct gg_trace trace = {.line = gg_cli_trace};
    struct context context = {.model.trace = gg_cli_traces() ? &trace : NULL};
    struct gg_filter filter = {.frame = predict,
                               .meta = check_columns,
                               .context = &context,
                               .first_operand = 1};
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    trace.context = &c;
    if (gg_model_load(&context.model, c.operand[0], NULL, &c.err) ||
        gg_model_predicts(&context.model, &c.err))
        status = gg_cli_fail(&c);
    else
        status = gg_cli_filter(&c, &filter);
    gg_pass_free(&context.pass);
    gg_model_free(&context.model);
    return status;
}
