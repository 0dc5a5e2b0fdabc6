/* gg-predict.c -- adds the predictions of a trained network to the frames of a stream */
#include "cli/cli.h"
#include "model/learner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct gg_opt table[] = {{0}};

static const struct gg_program program = {.name = "gg-predict",
                                          .about = "add the predictions of a trained network",
                                          .operands = "MODEL.ggm [FILE...]",
                                          .opts = table,
                                          .min_operand = 1,
                                          .max_operand = -1,
                                          .wants_stream = true};

struct context {
    struct gg_model model;
    struct gg_pass pass;
};

/* Predictions share the frame's time axis when it is the model's; a frame without times gets the model's; beside another grid they stand on a
 * free axis, with `time_pred`. */
static int time_axis(const struct gg_model *m, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct gg_field *time = gg_frame_find(f, "time");
    bool same = !time || gg_field_count(time) == (uint64_t)m->n_time;
    for (int t = 0; time && same && t < m->n_time; t++)
        same = fabs(gg_field_get(time, (uint64_t)t) - m->time[t]) <= 1e-9 * fabs(m->time[t]);
    uint64_t shape[1] = {(uint64_t)m->n_time};
    int axis[1] = {same ? GG_TIME : GG_FREE};
    if (!time || !same) {
        struct gg_field *x = gg_frame_add_as(f, a, same ? "time" : "time_pred", GG_F64, 1, shape, axis,
                                             same ? GG_STRUCTURE : GG_OTHER, "", "tau", err);
        if (!x)
            return -1;
        memcpy(x->data, m->time, (size_t)m->n_time * sizeof *m->time);
    }
    return axis[0];
}

/* The field of a head, not filled yet. */
static float *add_field(const struct gg_model *m, int head, struct gg_frame *f, int time, struct gg_arena *a,
                        struct gg_err *err)
{
    const struct gg_field_def *d = gg_field_lookup(m->head[head].target);
    bool vector = m->head[head].kind == GG_HEAD_VECTOR;
    uint64_t shape[3] = {f->n_node, (uint64_t)m->n_time, 3};
    int axis[3] = {GG_NODE, time, GG_FREE};
    char name[GG_NAME];
    snprintf(name, sizeof name, "%.57s_pred", m->head[head].target);
    struct gg_field *x = gg_frame_add_as(f, a, name, GG_F32, vector ? 3 : 2, shape, axis, GG_PREDICTION,
                                         d->irreps, m->learner->unit ? m->learner->unit : d->unit, err);
    if (!x)
        return NULL;
    x->flags |= GG_NAN_ALLOWED; /* times and species that the model was not trained on */
    return x->data;
}

static int check_finite(const struct gg_model *m, int head, int64_t n_node, const float *y,
                        struct gg_err *err)
{
    int64_t each = m->n_time * (m->head[head].kind == GG_HEAD_VECTOR ? 3 : 1);
    for (int64_t k = 0; k < n_node * each; k++)
        if (isinf(y[k]))
            return gg_fail(err, GG_NUMERICS,
                           "field '%.57s_pred': the prediction of particle %lld is infinite",
                           m->head[head].target, (long long)(k / each));
    return 0;
}

static int predict(void *context, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct context *c = context;
    const struct gg_model *m = &c->model;
    struct gg_sample s;
    float *out[GG_MAX_HEADS];
    if (gg_sample_read(&s, m, f, false, a, err))
        return -1;
    int time = time_axis(m, f, a, err);
    for (int h = 0; h < m->n_head; h++)
        if (time < 0 || !(out[h] = add_field(m, h, f, time, a, err)))
            return -1;
    if (m->learner->predict(&c->pass, m, &s, out, a, err))
        return -1;
    for (int h = 0; h < m->n_head; h++)
        if (check_finite(m, h, s.n_node, out[h], err))
            return -1;
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
    struct context context = {0};
    struct gg_filter filter = {.frame = predict,
                               .meta = check_columns,
                               .context = &context,
                               .first_operand = 1};
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    if (gg_model_load(&context.model, c.operand[0], NULL, &c.err))
        status = gg_cli_fail(&c);
    else
        status = gg_cli_filter(&c, &filter);
    gg_pass_free(&context.pass);
    gg_model_free(&context.model);
    return status;
}
