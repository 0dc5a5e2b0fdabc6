/* gg-predict.c -- adds the predictions of a trained network to the frames of a stream */
#include "cli/cli.h"
#include "kernel/conv_kernel.h"
#include "model/fit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct gg_opt table[] = {{0}};

static const struct gg_program program = {.name = "gg-predict",
                                          .about = "add the predictions of a trained network",
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

/* `b`: what the network has run on; NULL for a model that is fitted. */
static int add_prediction(struct context *c, int head, const struct gg_sample *s, const struct gg_batch *b,
                          struct gg_frame *f, int time, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_model *m = &c->model;
    const struct gg_field_def *d = gg_field_lookup(m->head[head].target);
    bool vector = m->head[head].kind == GG_HEAD_VECTOR;
    uint64_t shape[3] = {f->n_node, (uint64_t)m->n_time, 3};
    int axis[3] = {GG_NODE, time, GG_FREE};
    char name[GG_NAME];
    snprintf(name, sizeof name, "%.57s_pred", m->head[head].target);
    struct gg_field *x = gg_frame_add_as(f, a, name, GG_F32, vector ? 3 : 2, shape, axis, GG_PREDICTION,
                                         d->irreps, gg_fit_is_softness(m) ? "1" : d->unit, err);
    if (!x)
        return -1;
    x->flags |= GG_NAN_ALLOWED; /* times and species that the model was not trained on */
    if (b)
        gg_head_predict(&c->pass, m, head, b, x->data);
    else
        gg_fit_predict(m, head, s, x->data);
    for (uint64_t k = 0; k < gg_field_count(x); k++)
        if (isinf(((float *)x->data)[k]))
            return gg_fail(err, GG_NUMERICS, "field '%s': the prediction of particle %llu is infinite", name,
                           (unsigned long long)(k / (shape[1] * (vector ? 3 : 1))));
    return 0;
}

static int predict(void *context, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct context *c = context;
    struct gg_sample s;
    struct gg_batch b;
    bool network = !c->model.fit;
    if (gg_sample_read(&s, &c->model, f, false, a, err) ||
        (network && gg_batch_init(&b, &c->model, &s, false, a, err)))
        return -1;
    if (network)
        gg_pass_forward(&c->pass, &c->model, c->model.w, &b, false);
    int time = time_axis(&c->model, f, a, err);
    for (int h = 0; time >= 0 && h < c->model.n_head; h++)
        if (add_prediction(c, h, &s, network ? &b : NULL, f, time, a, err))
            return -1;
    return time < 0 ? -1 : 1;
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
