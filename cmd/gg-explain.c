/* gg-explain.c -- what the predictions of a network rest on: a table, and fields of the frames */
#include "cli/cli.h"
#include "explain/explain.h"
#include "kernel/conv_kernel.h"
#include "model/learner.h"
#include "model/trace.h"
#include "util/same_file.h"
#include "util/text_stream.h"

#include <stdlib.h>
#include <string.h>

struct options {
    struct gg_explain_options how;
    const char *stream;
    bool tsv, history;
};

#define AT(field) offsetof(struct options, field)
static const struct gg_opt opts[] = {
    {"target", GG_OPT_TEXTS, AT(how.target), "the prediction of which (default: the model's first)",
     .arg = "FIELD"},
    {"species", GG_OPT_TEXTS, AT(how.species),
     "of which particles, A, B ... or all (default: the first predicted)", .arg = "NAME"},
    {"time", GG_OPT_REALS, AT(how.time), "the nearest of the times, one or more (default: the last)",
     .arg = "T,...", .unit = "tau"},
    {"particles", GG_OPT_REALS, AT(how.particles), "of these, by their numbers from 0, and no others",
     .arg = "I,..."},
    {"probes", GG_OPT_INT, AT(how.probes),
     "particles that are looked at one by one, drawn in each frame (default: 16)", .arg = "N", .min = 1,
     .max = 1e9},
    {"seed", GG_OPT_INT, AT(how.seed), "of what is drawn (default: 0)", .arg = "N", .min = 0,
     .max = 4294967295.0},
    {"shells", GG_OPT_REALS, AT(how.shells), "ends of the shells of distances", .arg = "R,R,...",
     .unit = "sigma", .min = 0, .max = 1e3},
    {"hidden", GG_OPT_TEXTS, AT(how.hidden), "these layers, by name or pattern; may be repeated",
     .arg = "LAYER"},
    {"descriptors", GG_OPT_TEXTS, AT(how.descriptors),
     "fields that are looked for, by name or pattern; may be repeated (default: all features)",
     .arg = "FIELD"},
    {"steps", GG_OPT_INT, AT(how.steps), "points of an integral (default: 16)", .arg = "N", .min = 1,
     .max = 1000},
    {"stream", GG_OPT_TEXT, AT(stream), "write the frames here, with the fields of the method", .arg = "FILE",
     .writes = true},
    {"tsv", GG_OPT_FLAG, AT(tsv), "tab-separated columns"},
    {"history", GG_OPT_FLAG, AT(history), "end the table with comments that say where it came from",
     .when = "tsv"},
    {0}};
#undef AT

struct run {
    struct gg_cli *cli;
    const struct options *o;
    struct gg_model model;
    struct gg_explain x;
    struct gg_prov history;
};

static char *notes(void)
{
    char *text;
    size_t bytes;
    FILE *f = gg_text_open(&text, &bytes);
    fputs("methods", f);
    for (const struct gg_explain_method *const *k = gg_explain_methods; *k; k++)
        gg_print_wrapped(f, fprintf(f, "\n  %-12s ", (*k)->name) - 1, 15, (*k)->about);
    fclose(f);
    return text;
}

/* ---- options that the method does not read ---- */

static bool is_given(const struct gg_opt *o, const struct gg_explain_options *x)
{
    const char *at = (const char *)x + o->offset;
    return o->type == GG_OPT_TEXTS   ? ((const struct gg_texts *)at)->n > 0
           : o->type == GG_OPT_REALS ? ((const struct gg_reals *)at)->n > 0
                                     : *(const int64_t *)at >= 0;
}

static int check_options(const struct gg_explain_method *m, const struct options *o, struct gg_err *err)
{
    for (const struct gg_opt *row = opts; row->offset < sizeof o->how; row++) {
        char word[64];
        snprintf(word, sizeof word, " %s ", row->name);
        if (is_given(row, &o->how) && !strstr(m->uses, word))
            return gg_fail(err, GG_USAGE, "--%s: %s does not read it, but:%s", row->name, m->name, m->uses);
    }
    return o->stream && !m->writes
               ? gg_fail(err, GG_USAGE, "--stream: %s has no fields to write, only its table", m->name)
               : 0;
}

/* Frames and table are two files. */
static int check_places(const struct options *o, const char *output, struct gg_err *err)
{
    return o->stream && gg_same_output(o->stream, output)
               ? gg_fail(err, GG_USAGE,
                         "--stream and --output both name '%s': frames and table need a file each",
                         output ? output : "-")
               : 0;
}

/* ---- frames ---- */

static int explain(void *context, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct run *r = context;
    return gg_explain_frame(&r->x, f, a, err) ? -1 : 1;
}

static int check_columns(void *context, struct gg_meta *meta, struct gg_err *err)
{
    struct run *r = context;
    r->x.meta = meta;
    return gg_model_columns(&r->model, meta, err);
}

static int read_all(struct run *r, struct gg_err *err)
{
    struct gg_source in;
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    int event, status = 0;
    gg_source_init(&in, r->cli, 2, "gg.graph/1");
    while (!status && (event = gg_source_next(&in, &f, err)) != GG_EVENT_END) {
        if (event < 0)
            status = -1;
        else if (event == GG_EVENT_MEMBER)
            status = check_columns(r, &in.reader.meta, err);
        else if (event == GG_EVENT_FRAME && gg_explain_frame(&r->x, &f, &a, err))
            status = gg_reader_prefix(&in.reader, &f, err);
        gg_arena_reset(&a);
    }
    gg_source_close(&in);
    gg_frame_free(&f);
    gg_arena_free(&a);
    return status ? -1 : 0;
}

static int print(struct run *r, struct gg_err *err)
{
    struct gg_sink to;
    if (gg_explain_finish(&r->x, err) || gg_sink_open(&to, r->cli->output, err))
        return -1;
    int status = r->o->tsv ? gg_tsv_print(&r->x.table, &to, err) : gg_tsv_align(&r->x.table, 0, &to, err);
    if (status == 0 && gg_cli_sign_table(r->cli, &to, err) == 0)
        return gg_sink_commit(&to, err);
    gg_sink_discard(&to);
    return -1;
}

/* With a stream, the frames go there as through a filter, and the table to the output. */
static int run(struct run *r)
{
    struct gg_cli *c = r->cli;
    const struct gg_explain_method *m = gg_explain_find(c->operand[0], &c->err);
    const char *output = c->output;
    if (!m || check_options(m, r->o, &c->err) || check_places(r->o, output, &c->err) ||
        gg_model_load(&r->model, c->operand[1], NULL, &c->err) || gg_model_predicts(&r->model, &c->err) ||
        gg_explain_open(&r->x, m, &r->o->how, &r->model, &c->err))
        return gg_cli_fail(c);
    if (r->x.note)
        gg_cli_say(c, "%s", r->x.note);
    if (r->o->stream) {
        c->output = r->o->stream;
        c->stream = "stream";
        int status = gg_cli_filter(c, &(struct gg_filter){explain, check_columns, NULL, r, 2, false});
        if (status)
            return status;
        c->output = output;
    } else if (read_all(r, &c->err)) {
        return gg_cli_fail(c);
    }
    return print(r, &c->err) ? gg_cli_fail(c) : GG_OK;
}

static const char *method(int k, const char **about)
{
    const struct gg_explain_method *m = gg_explain_methods[k];
    *about = m ? m->about : NULL;
    return m ? m->name : NULL;
}

int main(int argc, char **argv)
{
    struct options o = {.how = {.probes = -1, .steps = -1, .seed = -1}};
    static struct gg_trace trace = {.line = gg_cli_trace};
    static struct run r;
    struct gg_cli c = {0};
    char *methods = notes();
    const struct gg_program program = {.name = "gg-explain",
                                       .about = "what the predictions of a network rest on",
                                       .example = "gg-explain saliency run/model.ggm test.ggs",
                                       .operands = "METHOD MODEL.ggm [FILE...]",
                                       .first = method,
                                       .opts = opts,
                                       .blas = true,
                                       .kernels = gg_conv_best_name,
                                       .min_operand = 2,
                                       .max_operand = -1,
                                       .wants_stream = true,
                                       .notes = methods};
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status < 0) {
        r.cli = trace.context = &c;
        r.o = &o;
        c.read = o.history ? &r.history : NULL;
        r.model.trace = gg_cli_traces() ? &trace : NULL;
        status = run(&r);
        gg_explain_free(&r.x);
        gg_model_free(&r.model);
        gg_prov_clear(&r.history);
    }
    free(methods);
    return status;
}
