/* gg-predict.c -- adds the predictions of trained models to the frames of a stream */
#include "cli/cli.h"
#include "kernel/conv_kernel.h"
#include "model/averages.h"
#include "model/retime.h"
#include "model/tiles.h"
#include "model/trace.h"

struct options {
    struct gg_texts with;
    bool average;
    struct gg_reals times;
    double tiles;
};
#define AT(member) offsetof(struct options, member)
static const struct gg_opt table[] = {
    {"with", GG_OPT_TEXTS, AT(with), "a further model with such heads: mean and spread of all are written",
     .arg = "MODEL.ggm"},
    {"average", GG_OPT_FLAG, AT(average),
     "frames of one id become one, with mean and spread of their "
     "predictions; holds one frame an id in memory"},
    {"times", GG_OPT_REALS, AT(times), "these, instead of those that the model was trained at",
     .arg = "T,...", .unit = "tau", .min = 1e-12, .max = 1e30},
    {"tiles", GG_OPT_REAL, AT(tiles), "predict large frames in tiles at least so wide; 0: whole",
     .arg = "WIDTH", .unit = "sigma", .min = 0, .max = 1e6, .unrecorded = true},
    {0}};
#undef AT

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

struct run {
    struct gg_cli *cli;
    struct options o;
    struct gg_models models;
    struct gg_pass pass; /* of all models, one after the other */
    struct gg_averages averages;
};

static int check_columns(void *context, struct gg_meta *meta, struct gg_err *err)
{
    const struct run *r = context;
    for (int k = 0; k < r->models.n; k++)
        if (gg_model_columns(r->models.v[k], meta, err))
            return -1;
    return 0;
}

/* ---- frame by frame ---- */

static int predict(void *context, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct run *r = context;
    struct gg_predicted x = {0};
    return gg_predicted_add(&x, &r->models, &r->pass, f, a, err) || gg_predicted_write(&x, f, a, err) ? -1
                                                                                                      : 1;
}

/* ---- frames of one id together ---- */

static int hold_all(struct run *r, struct gg_source *in, struct gg_err *err)
{
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    int event, status = 0;
    while (!status && (event = gg_source_next(in, &f, err)) != GG_EVENT_END) {
        struct gg_reader *from = &in->reader;
        if (event < 0)
            status = -1;
        else if (event == GG_EVENT_MEMBER)
            status = check_columns(r, &from->meta, err) ||
                     gg_held_member(&r->averages.held, &from->meta, &from->prov, err);
        else if (event == GG_EVENT_MEMBER_END)
            gg_meta_merge(&r->averages.held.trailer, &from->trailer);
        else if (gg_averages_add(&r->averages, &r->models, &r->pass, &f, err))
            status = gg_reader_prefix(from, &f, err);
        gg_arena_reset(&a);
    }
    gg_frame_free(&f);
    gg_arena_free(&a);
    return status ? -1 : 0;
}

static int write_all(struct run *r, struct gg_writer *out, struct gg_err *err)
{
    struct gg_held *h = &r->averages.held;
    struct gg_arena a = {0};
    gg_cli_append_prov(r->cli, &h->prov);
    int status = gg_writer_begin(out, "gg.graph/1", &h->meta, &h->prov, err);
    for (int64_t k = 0; k < h->n && !status; k++) {
        status =
            gg_averages_frame(&r->averages, k, &a, err) || gg_writer_frame(out, &h->frame[k], err) ? -1 : 0;
        gg_arena_reset(&a);
    }
    gg_arena_free(&a);
    return status || gg_writer_end(out, &h->trailer, err) ? -1 : 0;
}

static int average(struct run *r)
{
    struct gg_err *err = &r->cli->err;
    struct gg_writer out;
    struct gg_source in;
    if (gg_cli_open_output(r->cli, &out))
        return gg_cli_fail(r->cli);
    gg_source_init(&in, r->cli, 1, "gg.graph/1");
    int status = hold_all(r, &in, err) || write_all(r, &out, err) || gg_writer_commit(&out, err) ? -1 : 0;
    if (status)
        gg_writer_abort(&out, program.name, err);
    gg_source_close(&in);
    gg_averages_free(&r->averages);
    return status ? gg_cli_fail(r->cli) : GG_OK;
}

/* All models at the times that are wanted. */
static int retime(struct run *r, struct gg_err *err)
{
    const struct gg_reals *times = &r->o.times;
    const double far = 3; /* times the range of training */
    const struct gg_model *first = r->models.v[0];
    double low = first->n_time ? first->time[0] : 0,
           high = first->n_time ? first->time[first->n_time - 1] : 0;
    for (int k = 0; k < times->n; k++)
        if (first->n_time && (times->v[k] * far < low || times->v[k] > far * high))
            gg_cli_say(r->cli, "--times: %g lies far outside the times trained at, %g to %g", times->v[k],
                       low, high);
    for (int k = 0; k < r->models.n && times->n; k++)
        if (gg_model_retime(r->models.v[k], times->n, times->v, err))
            return gg_err_prefix(err, "--times: %s: ", r->cli->operand[0]);
    return 0;
}

static int load(struct run *r, struct gg_trace *trace, struct gg_err *err)
{
    int status = gg_models_load(&r->models, r->cli->operand[0], trace, err);
    for (int k = 0; k < r->o.with.n && !status; k++)
        status = gg_models_load(&r->models, r->o.with.v[k], trace, err);
    for (int k = 0; k < r->models.n && !status; k++)
        status =
            gg_model_predicts(r->models.v[k], err) ||
                    (r->o.tiles > 0 && gg_tiles_check(r->models.v[k], err) && gg_err_prefix(err, "--tiles: "))
                ? -1
                : 0;
    r->models.tile = r->o.tiles;
    return status ? -1 : retime(r, err);
}

int main(int argc, char **argv)
{
    static struct run r;
    struct gg_cli c = {0};
    static struct gg_trace trace = {.line = gg_cli_trace};
    int status = gg_cli_start(&c, &program, &r.o, argc, argv);
    if (status >= 0)
        return status;
    r.cli = trace.context = &c;
    if (load(&r, gg_cli_traces() ? &trace : NULL, &c.err))
        status = gg_cli_fail(&c);
    else
        status = r.o.average
                     ? average(&r)
                     : gg_cli_filter(&c, &(struct gg_filter){predict, check_columns, NULL, &r, 1, false});
    gg_pass_free(&r.pass);
    gg_models_free(&r.models);
    return status;
}
