/* gg-dump.c -- shows what is in a stream, checks it, and writes it as text, JSON, npz and what other programs read: chooses one of the
 * exporters of common/formats (export_*.c) and walks the inputs */
#include "cli/cli.h"
#include "formats/export.h"
#include "model/give.h"
#include "model/table.h"

#include <stdlib.h>
#include <string.h>

struct options {
    bool all, check, prov, json, text, reverse, extxyz, csv, vtk, layers;
    const char *frames, *data, *rows, *npz, *safetensors, *species, *map, *like;
};
#define AT(field) offsetof(struct options, field)
static const struct gg_opt opts[] = {
    {"all", GG_OPT_FLAG, AT(all), "every frame in full", .letter = 'a'},
    {"frames", GG_OPT_TEXT, AT(frames),
     "only these frames, numbered from 0 over all inputs: 5:10, 5:, :10, 5", .arg = "RANGE", .letter = 'n'},
    {"data", GG_OPT_TEXT, AT(data), "the numbers of one field, a row a line", .arg = "FIELD", .letter = 'd'},
    {"rows", GG_OPT_TEXT, AT(rows), "with --data, only these rows", .arg = "RANGE"},
    {"check", GG_OPT_FLAG, AT(check), "say nothing, check everything: the exit status is the answer"},
    {"prov", GG_OPT_FLAG, AT(prov), "the history as shell"},
    {"json", GG_OPT_FLAG, AT(json), "one JSON object a frame"},
    {"text", GG_OPT_FLAG, AT(text), "the full text form, bit for bit"},
    {"reverse", GG_OPT_FLAG, AT(reverse), "from the text form back to a stream", .letter = 'r'},
    {"npz", GG_OPT_TEXT, AT(npz), "one numpy archive a frame, into this folder", .arg = "DIR",
     .writes = true},
    {"extxyz", GG_OPT_FLAG, AT(extxyz), "extended XYZ, for OVITO and ASE"},
    {"species", GG_OPT_TEXT, AT(species), "with --extxyz, names of the species", .arg = "NAME,..."},
    {"csv", GG_OPT_FLAG, AT(csv), "a table, a particle a line"},
    {"vtk", GG_OPT_FLAG, AT(vtk), "one frame as XML PolyData, for ParaView"},
    {"safetensors", GG_OPT_TEXT, AT(safetensors), "the parameters of a gg.model/1, for PyTorch",
     .arg = "FILE", .writes = true},
    {"layers", GG_OPT_FLAG, AT(layers), "a model as a table, a layer a line"},
    {"map", GG_OPT_TEXT, AT(map),
     "with --npz or --safetensors, a model's parameters as another code has them", .arg = "FILE"},
    {"like", GG_OPT_TEXT, AT(like), "with --map, an npz of that code for the same network", .arg = "FILE"},
    {0}};

static const struct gg_program program = {
    .name = "gg-dump",
    .about = "shows, checks and exports gg streams",
    .example = "gg-dump tiny.ggs",
    .opts = opts,
    GG_READS_STREAMS,
};

static const struct gg_export_type check_only = {0}, own = {.reads = GG_EXPORT_TO};

/* The one exporter that was asked for; NULL if there are several. */
static const struct gg_export_type *choose(const struct options *o)
{
    const struct {
        bool wanted;
        const struct gg_export_type *type;
    } table[] = {{o->data, &gg_export_rows}, {o->check, &check_only},
                 {o->prov, &gg_export_prov}, {o->json, &gg_export_json},
                 {o->text, &gg_export_text}, {o->reverse, &own},
                 {o->npz, &gg_export_npz},   {o->extxyz, &gg_export_extxyz},
                 {o->csv, &gg_export_csv},   {o->vtk, &gg_export_vtk},
                 {o->layers, &own},          {o->safetensors, &gg_export_safetensors}};
    const struct gg_export_type *type = &gg_export_head;
    for (size_t k = 0, n = 0; k < sizeof table / sizeof table[0]; k++)
        if (table[k].wanted)
            type = n++ ? NULL : table[k].type;
    return type;
}

/* ---- streams to something ---- */

static int all_inputs(struct gg_cli *c, const struct options *o, FILE *to, struct gg_err *err)
{
    struct gg_export x = {
        .to = to, .all = o->all, .named = c->n_operand > 1, .field = o->data, .species = o->species};
    const struct gg_export_type *type = choose(o);
    x.path = o->npz ? o->npz : o->safetensors;
    if (gg_range_parse(&x.frames, o->frames, "--frames", err) < 0 ||
        gg_range_parse(&x.rows, o->rows, "--rows", err) < 0)
        return -1;
    int status = 0;
    for (int k = 0; status == 0 && k < (c->n_operand ? c->n_operand : 1); k++)
        status = gg_export_stream(type, &x, c->n_operand ? c->operand[k] : NULL, (uint64_t)c->max_frame, err);
    free(x.state);
    const char *none = !x.n_done ? "--frames" : o->rows && !x.n_row ? "--rows" : NULL;
    if (status == 0 && x.number && none)
        gg_cli_warn(c, "%s: nothing has these numbers", none);
    return status;
}

static int show(struct gg_cli *c, const struct options *o)
{
    struct gg_sink sink;
    if (gg_sink_open(&sink, c->output, &c->err) < 0)
        return -1;
    struct gg_err lost = {0}; /* of a failed write: it comes before what follows from it */
    FILE *to = gg_sink_stdio(&sink, &lost);
    int status = to ? all_inputs(c, o, to, &c->err) : -1;
    if (to && fclose(to) != 0)
        status = -1;
    if (lost.status)
        c->err = lost;
    /* what was seen before a refusal is shown on standard output, but no half file appears */
    if (status == 0 || (sink.is_stdout && !lost.status)) {
        struct gg_err at_end = c->err;
        if (gg_sink_commit(&sink, status == 0 ? &c->err : &at_end) < 0)
            status = -1;
    }
    gg_sink_discard(&sink);
    return status;
}

/* ---- text to a stream ---- */

static int reverse(struct gg_cli *c)
{
    const char *path = c->n_operand ? c->operand[0] : "-";
    bool is_stdin = strcmp(path, "-") == 0;
    struct gg_writer w;
    if (c->n_operand > 1)
        return gg_fail(&c->err, GG_USAGE, "--reverse takes one text");
    struct gg_unpack from;
    if (gg_unpack_open_path(&from, path, &c->err))
        return -1;
    int status = gg_cli_open_output(c, &w);
    if (status == 0 && (status = gg_text_read(&from, is_stdin ? "standard input" : path, &w, &c->err)) < 0)
        gg_writer_abort(&w, program.name, &c->err);
    else if (status == 0)
        status = gg_writer_commit(&w, &c->err);
    gg_unpack_close(&from);
    return status;
}

/* ---- a model to another code's arrays ---- */

static int give(struct gg_cli *c, const struct options *o)
{
    const struct gg_give q = {c->operand[0], o->map, o->like, o->npz, o->safetensors, (uint64_t)c->max_frame};
    struct gg_given given;
    if (gg_give_weights(&q, &given, &c->err))
        return -1;
    if (!given.raw)
        gg_cli_warn(c,
                    "%s standardises inputs or targets: the arrays are for standardised ones, by input.* "
                    "and target.* of the model",
                    q.model);
    if (*given.left_out)
        gg_cli_warn(c, "%s: arrays that are no numbers are left out: %s", o->safetensors, given.left_out);
    if (*given.idle)
        gg_cli_note(c, "parameters of the map that the model has not: %s", given.idle);
    return 0;
}

/* An option that would do nothing is refused. */
static int check_read(const struct options *o, const char *output, int reads, struct gg_err *err)
{
    const struct {
        bool given;
        int bit;
        const char *text;
    } table[] = {{o->rows, GG_EXPORT_ROWS, "--rows goes with --data"},
                 {o->species, GG_EXPORT_SPECIES, "--species goes with --extxyz"},
                 {o->all, GG_EXPORT_ALL, "--all goes with the summary alone"},
                 {o->frames, GG_EXPORT_FRAMES, "--frames goes with what shows or writes frames"},
                 {output, GG_EXPORT_TO, "--output goes with what is printed, not with files of other names"}};
    for (size_t k = 0; k < sizeof table / sizeof table[0]; k++)
        if (table[k].given && !(reads & table[k].bit))
            return gg_fail(err, GG_USAGE, "%s", table[k].text);
    return 0;
}

static int check(const struct options *o, const struct gg_cli *c, struct gg_err *err)
{
    const struct gg_export_type *type = choose(o);
    if (!type)
        return gg_fail(err, GG_USAGE,
                       "one of --data, --check, --prov, --json, --text, --reverse, --npz, "
                       "--extxyz, --csv, --vtk, --safetensors, --layers at a time");
    if (!o->map != !o->like || (o->map && ((!o->npz && !o->safetensors) || c->n_operand != 1)))
        return gg_fail(err, GG_USAGE,
                       "--map and --like go together, with --npz or --safetensors and one model");
    if (o->layers && c->n_operand > 1)
        return gg_fail(err, GG_USAGE, "--layers takes one model");
    return check_read(o, c->output, o->map ? 0 : type->reads, err);
}

int main(int argc, char **argv)
{
    static struct gg_cli c;
    static struct options o;
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    status = check(&o, &c, &c.err) ? -1
             : o.map               ? give(&c, &o)
             : o.layers            ? gg_model_table(c.n_operand ? c.operand[0] : "-", c.output, &c.err)
             : o.reverse           ? reverse(&c)
                                   : show(&c, &o);
    return status < 0 ? gg_cli_fail(&c) : GG_OK;
}
