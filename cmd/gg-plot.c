/* gg-plot.c -- pictures of losses, correlations, learning curves, predictions and slices, drawn by gnuplot */
#include "cli/cli.h"
#include "plot/plot.h"
#include "util/text_stream.h"
#include "util/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct options {
    struct gg_plot_options plot;
    struct gg_texts target, predictor, species, label;
    struct gg_reals time, xrange, yrange, size;
    char **name; /* of --label */
    int better;
    bool script;
};

#define AT(field) offsetof(struct options, plot.field)
static const struct gg_opt opts[] = {
    {"script", GG_OPT_FLAG, offsetof(struct options, script), "keep NAME.tsv and NAME.gp beside the picture",
     .writes = true},
    {"title", GG_OPT_TEXT, AT(title), "above the picture", .arg = "TEXT"},
    {"xlabel", GG_OPT_TEXT, AT(xlabel), "along x", .arg = "TEXT"},
    {"ylabel", GG_OPT_TEXT, AT(ylabel), "along y, of the first panel", .arg = "TEXT"},
    {"xrange", GG_OPT_REALS, offsetof(struct options, xrange), "ends of the x axis", .arg = "LO,HI"},
    {"yrange", GG_OPT_REALS, offsetof(struct options, yrange), "ends of the y axis, of the first panel",
     .arg = "LO,HI"},
    {"size", GG_OPT_REALS, offsetof(struct options, size),
     "of the picture; letters and lines grow and shrink with it", .arg = "WIDTH[,HEIGHT]", .unit = "points",
     .min = 50, .max = 10000},
    {"key", GG_OPT_CHOICE, AT(key), "where the lines are named, of the first panel",
     .choices = "auto|off|top-left|top-right|bottom-left|bottom-right|outside"},
    {"label", GG_OPT_TEXTS, offsetof(struct options, label),
     "what the lines are called, in the order of the legend; or the files", .arg = "NAME,..."},
    {"target", GG_OPT_TEXTS, offsetof(struct options, target), "field or row to draw (default: the first)",
     .arg = "FIELD"},
    {"predictor", GG_OPT_TEXTS, offsetof(struct options, predictor),
     "what predicts it (default: FIELD_pred; corr-time: all)", .arg = "FIELD[:COLUMN]"},
    {"species", GG_OPT_TEXTS, offsetof(struct options, species),
     "A, B ... or all (default: A; slice, distribution: all)", .arg = "NAME"},
    {"rho", GG_OPT_CHOICE, AT(average), "which Pearson correlation", .choices = "config|pooled"},
    {"time", GG_OPT_REALS, offsetof(struct options, time),
     "the nearest of the times (default: the last; learncurve: all)", .arg = "T", .unit = "tau"},
    {"reference", GG_OPT_TEXT, AT(reference), "corr-time: a table of published correlations to draw, too",
     .arg = "FILE"},
    {"response", GG_OPT_TEXT, AT(response), "sweep: what came out (default: the correlation)",
     .arg = "COLUMN"},
    {"cost", GG_OPT_TEXT, AT(cost),
     "sweep: what it cost (default: gflop, tflop, flops or seconds, the first that is there)",
     .arg = "COLUMN"},
    {"better", GG_OPT_CHOICE, offsetof(struct options, better), "sweep: which responses are",
     .choices = "higher|lower"},
    {"frame", GG_OPT_INT, AT(frame), "slice: number of the frame, from 0", .arg = "N", .min = 0,
     .max = 0x1p53},
    {"across", GG_OPT_CHOICE, AT(axis), "slice: the axis across", .choices = "x|y|z"},
    {"at", GG_OPT_REAL, AT(at), "slice: its place along that axis, as a fraction of the cell",
     .arg = "FRACTION", .min = 0, .max = 1},
    {"thickness", GG_OPT_REAL, AT(thickness), "slice: how thick it is; centres within half of it are drawn",
     .arg = "LENGTH", .unit = "sigma", .min = 1e-3, .max = 1e6},
    {0}};

static char *notes(void)
{
    char *text;
    size_t bytes;
    FILE *f = gg_text_open(&text, &bytes);
    fputs("kinds", f);
    for (const struct gg_plot_kind *k = gg_plot_kinds; k->name; k++)
        gg_print_wrapped(f, fprintf(f, "\n  %-12s ", k->name) - 1, 15, k->about);
    fclose(f);
    return text;
}

/* A picture shows one of what other programs take several of. */
static int one(const struct gg_texts *list, const char *name, const char **value, struct gg_err *err)
{
    if (list->n > 1)
        return gg_fail(err, GG_USAGE, "--%s: one picture shows one, not %d", name, list->n);
    *value = list->n ? list->v[0] : NULL;
    return 0;
}

/* Two numbers, increasing where they are a range, where they are a size perhaps the first alone; NaN for what is not given. */
static int two(const struct gg_reals *list, const char *name, bool range, double value[2], struct gg_err *err)
{
    for (int k = 0; k < 2; k++)
        value[k] = k < list->n ? list->v[k] : NAN;
    if (list->n > 2 || (range && list->n > 0 && !(value[0] < value[1])))
        return gg_fail(err, GG_USAGE,
                       range ? "--%s: LO,HI are wanted, the lower first"
                             : "--%s: WIDTH or WIDTH,HEIGHT are wanted",
                       name);
    return 0;
}

/* A name of --label; free_names gives all back. */
static int add_name(void *context, const char *word, struct gg_err *err)
{
    struct options *o = context;
    (void)err;
    o->name = gg_xrealloc(o->name, ((size_t)o->plot.n_label + 1) * sizeof *o->name);
    o->name[o->plot.n_label++] = gg_xstrdup(word);
    o->plot.label = (const char *const *)o->name;
    return 0;
}

static void free_names(struct options *o)
{
    for (int k = 0; k < o->plot.n_label; k++)
        free(o->name[k]);
    free(o->name);
}

static int check(struct gg_cli *c, struct options *o)
{
    if (one(&o->target, "target", &o->plot.target, &c->err) ||
        one(&o->predictor, "predictor", &o->plot.predictor, &c->err) ||
        one(&o->species, "species", &o->plot.species, &c->err) ||
        two(&o->xrange, "xrange", true, o->plot.xrange, &c->err) ||
        two(&o->yrange, "yrange", true, o->plot.yrange, &c->err) ||
        two(&o->size, "size", false, o->plot.size, &c->err) ||
        gg_words_each(&o->label, "--label", add_name, o, &c->err))
        return -1;
    if (o->time.n > 1)
        return gg_fail(&c->err, GG_USAGE, "--time: one picture shows one, not %d", o->time.n);
    const char *s = o->plot.species;
    if (s && strcmp(s, "all") != 0 && !(s[0] >= 'A' && s[0] <= 'Z' && s[1] == 0))
        return gg_fail(&c->err, GG_USAGE, "--species: '%s' is neither a letter, A, B ..., nor all", s);
    o->plot.time = o->time.n ? o->time.v[0] : NAN;
    o->plot.lower = o->better;
    o->plot.max_frame = (uint64_t)c->max_frame;
    o->plot.say = gg_cli_say_line;
    o->plot.context = c;
    return 0;
}

/* A table has no history: where it came through a pipe, the command says so, and cannot be given again. */
static void add_history(struct gg_cli *c, struct gg_plot *p)
{
    char *plain = c->command_line, *piped = gg_xprintf("%s -", plain);
    c->command_line = c->n_operand == 1 && p->history.n == 0 ? piped : plain;
    gg_cli_append_prov(c, &p->history);
    c->command_line = plain;
    free(piped);
}

static int run(struct gg_cli *c, struct options *o)
{
    char standard_input[] = "-", *piped[] = {standard_input}, name[64];
    const struct gg_plot_kind *kind = gg_plot_kind_find(c->operand[0], &c->err);
    struct gg_plot p;
    if (!kind || check(c, o))
        return -1;
    int n_file = c->n_operand == 1 ? 1 : c->n_operand - 1;
    char **file = c->n_operand == 1 ? piped : c->operand + 1;
    snprintf(name, sizeof name, "%s.svg", kind->name);
    gg_plot_init(&p, &o->plot);
    int status = kind->draw(&p, n_file, file, &c->err);
    if (status == 0)
        status = gg_plot_check_names(&p, n_file, &c->err);
    if (status == 0)
        add_history(c, &p);
    if (status == 0)
        status = gg_plot_finish(&p, c->output ? c->output : name, o->script, n_file, file, &c->err);
    gg_plot_free(&p);
    return status;
}

static const char *kind(int k, const char **about)
{
    *about = gg_plot_kinds[k].about;
    return gg_plot_kinds[k].name;
}

int main(int argc, char **argv)
{
    struct options o = {.plot = {.axis = GG_PLOT_Z, .at = 0.5, .thickness = 1}};
    struct gg_cli c;
    char *kinds = notes();
    const struct gg_program program = {
        .name = "gg-plot",
        .about = "pictures of losses, correlations, learning curves, predictions and slices",
        .example = "gg-plot slice --target propensity -o slice.png predicted.ggs",
        .operands = "KIND [FILE...]",
        .first = kind,
        .opts = opts,
        .min_operand = 1,
        .max_operand = -1,
        .wants_stream = true,
        .notes = kinds,
    };
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status < 0)
        status = run(&c, &o) ? gg_cli_fail(&c) : GG_OK;
    free_names(&o);
    free(kinds);
    return status;
}
