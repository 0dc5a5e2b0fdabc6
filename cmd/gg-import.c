/* gg-import.c -- foreign files in, a gg stream out
 *
 * Every configuration goes through the same three steps: a reader states what the source says (formats/foreign.h), the
 * draft becomes a frame by the rules of gg_stream(5) (formats/draft.h), and the conventions of the source go into META
 * (formats/import.h). */
#include "cli/cli.h"
#include "formats/foreign.h"
#include "formats/import.h"
#include "formats/runs.h"
#include "model/import.h"
#include "util/cell.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

struct options {
    struct gg_foreign_options foreign;
    struct gg_reals times;
    int64_t time_index;
    struct gg_texts drop;
    bool replicas;
    struct gg_import weights;
};

#define AT(member) offsetof(struct options, member)
static const struct gg_opt table[] = {
    {"format", GG_OPT_CHOICE, AT(foreign.format), "what the files are; auto: found from their content",
     .choices = GG_FOREIGN_CHOICES},
    {"sample-id", GG_OPT_TEXT, AT(foreign.id),
     "sample id, with words {system} {T} {part} {number} {stem} {step}", .arg = "TEMPLATE"},
    {"temperature", GG_OPT_REAL, AT(foreign.temperature), "temperature; 0: as the file or its name has it",
     .arg = "T", .unit = "eps", .min = 0, .max = 1e6},
    {"time", GG_OPT_REALS, AT(foreign.time), "times of the source, if neither the file nor its name has them",
     .arg = "T,...", .unit = "tau", .min = 0, .max = 1e30},
    {"box", GG_OPT_REALS, AT(foreign.box), "edges of the cell, if the file has none", .arg = "L,...",
     .unit = "sigma", .min = 1e-6, .max = 1e6},
    {"cell", GG_OPT_REALS, AT(foreign.cell), "the cell, if the file has none: its edges, or vectors in rows",
     .arg = "X,...", .unit = "sigma", .min = -1e6, .max = 1e6},
    {"map", GG_OPT_TEXTS, AT(foreign.map), "array or column KEY is field FIELD", .arg = "FIELD=KEY"},
    {"irreps", GG_OPT_TEXTS, AT(foreign.irreps), "how a column turns under rotations", .arg = "FIELD=IRREPS"},
    {"species", GG_OPT_TEXT, AT(foreign.species), "names of the species in the file, type 0 first",
     .arg = "NAME,..."},
    {"first-type", GG_OPT_CHOICE, AT(foreign.first_type), "code of species A where the format leaves it open",
     .choices = "auto|0|1"},
    {"atom-style", GG_OPT_TEXT, AT(foreign.style), "of LAMMPS data files that do not name it",
     .arg = "STYLE"},
    {"dim", GG_OPT_INT, AT(foreign.dim), "LAMMPS, XYZ, RUMD: dimensions", .arg = "D", .min = 2, .max = 3},
    {"timestep", GG_OPT_REAL, AT(foreign.timestep), "files with steps but no times: time of a step",
     .arg = "DT", .unit = "tau", .min = 1e-12, .max = 1e6},
    {"times", GG_OPT_REALS, AT(times), "keep these times only", .arg = "T,...", .unit = "tau", .min = 0,
     .max = 1e30},
    {"time-index", GG_OPT_INT, AT(time_index), "keep only the time of this index in the source; -1: all",
     .arg = "K", .min = -1, .max = 1e9},
    {"drop", GG_OPT_TEXTS, AT(drop), "leave this field out", .arg = "FIELD"},
    {"replicas", GG_OPT_FLAG, AT(replicas),
     "the files are runs from one start: their first frame; the others become pos_replicas", .arg = NULL},
    {"weights", GG_OPT_TEXT, AT(weights.weights),
     "no configurations: parameters for --model, a npz of named arrays", .arg = "FILE"},
    {"model", GG_OPT_TEXT, AT(weights.model),
     "network that --weights are for; the map is beside it, .map for .yaml", .arg = "MODEL.yaml"},
    {"like", GG_OPT_TEXT, AT(weights.like),
     "stream of configurations with its inputs and targets, where it has more than the species",
     .arg = "FILE"},
    {"set", GG_OPT_TEXTS, AT(weights.set), "set one key of it", .arg = "KEY=VALUE"},
    {.name = NULL},
};

static const struct gg_program program = {
    .name = "gg-import",
    .about = "foreign files to a gg stream",
    .example = "gg-import --replicas run*.dump | gg-targets -o liquid.ggs",
    .operands = "[FILE...]",
    .opts = table,
    .max_operand = -1,
};

struct import {
    struct gg_cli cli;
    struct gg_writer out;
    struct gg_importer to;
};

/* With --verbose: what shows at a glance that a convention was misread. */
static void tell(struct import *m, const struct gg_draft *d, const struct gg_frame *f)
{
    struct gg_cell cell;
    struct gg_err err;
    if (!gg_cell_init(&cell, f->dim, f->pbc, f->cell, &err))
        gg_cli_note(&m->cli, "%s: %llu particles, density %.5g", f->id, (unsigned long long)f->n_node,
                    (double)f->n_node / fabs(cell.volume));
    if (d->replicas.data && !gg_frame_find(f, "pos_replicas"))
        gg_cli_note(&m->cli,
                    "%s: no pos_replicas, dropped or not there at every time; --time-index chooses one",
                    f->id);
}

static void summary(struct import *m, struct gg_arena *a)
{
    const char *text = gg_importer_summary(&m->to, a);
    if (m->to.few_digits)
        gg_cli_warn(&m->cli,
                    "%s: coordinates have at most six digits; where LAMMPS writes them, dump_modify format "
                    "float %%.10g gives more",
                    m->to.few_digits);
    if (*text)
        gg_cli_say(&m->cli, "%s", text);
}

static int copy_all(struct import *m, struct gg_drafts *in, struct gg_arena *arena)
{
    struct gg_frame frame = {.n_node = 0};
    struct gg_draft draft = {.dim = 0};
    int got;
    while ((got = gg_drafts_next(in, arena, &draft, &m->cli.err)) == 1) {
        if (gg_importer_add(&m->to, &draft, &frame, arena, &m->cli.err)) {
            got = -1;
            break;
        }
        tell(m, &draft, &frame);
        gg_arena_reset(arena);
    }
    gg_draft_clear(&draft);
    gg_frame_free(&frame);
    return got;
}

static int import_all(struct import *m)
{
    const struct options *o = m->cli.options;
    struct gg_err *err = &m->cli.err;
    struct gg_arena arena = {.first = NULL};
    struct gg_prov prov = {.n = 0};
    struct gg_drafts in;
    char standard_input[] = "-", *alone = standard_input, **path = m->cli.n_operand ? m->cli.operand : &alone;
    if (gg_drafts_init(&in, path, m->cli.n_operand ? m->cli.n_operand : 1, &o->foreign, o->replicas, err))
        return -1;
    gg_cli_append_prov(&m->cli, &prov);
    m->to = (struct gg_importer){.how = {&o->times, o->time_index, &o->drop}, .out = &m->out, .prov = &prov};
    int failed = copy_all(m, &in, &arena) || gg_importer_end(&m->to, err) || gg_writer_commit(&m->out, err);
    if (!failed)
        summary(m, &arena);
    gg_drafts_close(&in);
    gg_prov_clear(&prov);
    gg_importer_free(&m->to);
    gg_arena_free(&arena);
    return failed;
}

/* Options that belong together. */
static int check_mode(const struct import *m, struct gg_err *err)
{
    const struct options *o = m->cli.options;
    const struct gg_import *w = &o->weights;
    if (!w->weights != !w->model || ((w->set.n || w->like) && !w->model))
        return gg_fail(err, GG_USAGE, "--weights and --model go together, --set and --like with them");
    if (o->foreign.box.n && o->foreign.cell.n)
        return gg_fail(err, GG_USAGE, "--box and --cell both give the cell: leave one out");
    if (w->weights && m->cli.n_operand)
        return gg_fail(err, GG_USAGE, "'%s': --weights makes a model, no stream of configurations",
                       *m->cli.operand);
    if (!w->weights && !m->cli.n_operand && isatty(STDIN_FILENO))
        return gg_fail(err, GG_USAGE, "no files: gg-import [OPTION...] FILE...");
    return w->weights && !m->cli.output && !m->cli.force && isatty(STDOUT_FILENO)
               ? gg_fail(err, GG_USAGE, "the output is a terminal: use -o FILE or a pipe")
               : 0;
}

static int import_weights(struct import *m)
{
    struct options *o = m->cli.options;
    struct gg_prov prov = {.n = 0};
    gg_cli_append_prov(&m->cli, &prov);
    o->weights.max_bytes = o->foreign.max_bytes;
    char idle[GG_WEIGHT_IDLE] = "";
    int status = gg_import_weights(&o->weights, m->cli.output, &prov, idle, &m->cli.err);
    gg_prov_clear(&prov);
    if (!status && *idle)
        gg_cli_note(&m->cli, "parameters of the map that the model has not: %s", idle);
    return status ? gg_cli_fail(&m->cli) : GG_OK;
}

int main(int argc, char **argv)
{
    static struct import m;
    static struct options o = {.foreign = {.dim = 3}, .time_index = -1};
    int status = gg_cli_start(&m.cli, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    o.foreign.max_bytes = (uint64_t)m.cli.max_frame;
    if (check_mode(&m, &m.cli.err))
        return gg_cli_fail(&m.cli);
    if (o.weights.weights)
        return import_weights(&m);
    if (gg_draft_check_drop(NULL, &o.drop, &m.cli.err) || gg_cli_open_output(&m.cli, &m.out))
        return gg_cli_fail(&m.cli);
    if (import_all(&m)) {
        gg_writer_abort(&m.out, program.name, &m.cli.err);
        status = gg_cli_fail(&m.cli);
    }
    return status < 0 ? GG_OK : status;
}
