/* gg-import.c -- foreign files in, a gg stream out
 *
 * Every configuration goes through the same three steps: a reader states what the source says
 * (formats/foreign.h), the draft becomes a frame by the rules of gg_stream(5) (formats/draft.h), and the
 * conventions of the source go into META. */
#include "cli/cli.h"
#include "formats/foreign.h"
#include "formats/runs.h"
#include "model/import.h"
#include "stream/seen.h"
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
    {"map", GG_OPT_TEXTS, AT(foreign.map), "array or XYZ property KEY is field FIELD", .arg = "FIELD=KEY"},
    {"species", GG_OPT_TEXT, AT(foreign.species), "extended XYZ: names of the species, type 0 first",
     .arg = "NAME,..."},
    {"dim", GG_OPT_INT, AT(foreign.dim), "LAMMPS, extended XYZ: dimensions", .arg = "D", .min = 2, .max = 3},
    {"timestep", GG_OPT_REAL, AT(foreign.timestep), "LAMMPS files without times: time of a step", .arg = "DT",
     .unit = "tau", .min = 0, .max = 1e6},
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
    {"set", GG_OPT_TEXTS, AT(weights.set), "set one key of it", .arg = "KEY=VALUE"},
    {.name = NULL},
};

static const struct gg_program program = {
    .name = "gg-import",
    .about = "foreign files to a gg stream",
    .operands = "[FILE...]",
    .opts = table,
    .max_operand = -1,
};

struct import {
    struct gg_cli cli;
    struct gg_writer out;
    bool begun, warned;
    struct gg_meta meta, trailer;
    struct gg_seen seen;
};

/* META stands before the frames: it is the first configuration's. */
static int describe(struct import *m, const struct gg_draft *d)
{
    struct gg_err *err = &m->cli.err;
    if (m->begun)
        return gg_draft_compare_meta(d, &m->meta, &m->trailer, err);
    struct gg_prov prov = {.n = 0};
    gg_meta_merge(&m->meta, &d->meta);
    gg_cli_append_prov(&m->cli, &prov);
    m->begun = true;
    int failed = gg_writer_begin(&m->out, "gg.graph/1", &m->meta, &prov, err);
    gg_prov_clear(&prov);
    return failed;
}

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

static int write_one(struct import *m, const struct gg_draft *d, struct gg_frame *f, struct gg_arena *a)
{
    const struct options *o = m->cli.options;
    const struct gg_draft_options how = {&o->times, o->time_index, &o->drop};
    struct gg_err *err = &m->cli.err;
    if (gg_draft_frame(d, &how, f, a, err))
        return gg_err_prefix(err, "%s: ", d->id);
    if (d->few_digits && !m->warned) {
        gg_cli_warn(&m->cli, "%s: coordinates have six digits; dump_modify format float %%.10g gives more",
                    d->id);
        m->warned = true;
    }
    tell(m, d, f);
    if (!gg_seen_add(&m->seen, f, a))
        return gg_fail(err, GG_INPUT, "sample id '%s' comes twice; --sample-id gives others", f->id);
    return describe(m, d) ? -1 : gg_writer_frame(&m->out, f, err);
}

static int import_all(struct import *m)
{
    const struct options *o = m->cli.options;
    struct gg_arena arena = {.first = NULL};
    struct gg_frame frame = {.n_node = 0};
    struct gg_draft draft = {.dim = 0};
    struct gg_drafts in;
    int got;
    gg_drafts_init(&in, m->cli.operand, m->cli.n_operand, &o->foreign, o->replicas);
    while ((got = gg_drafts_next(&in, &arena, &draft, &m->cli.err)) == 1) {
        if (write_one(m, &draft, &frame, &arena)) {
            got = -1;
            break;
        }
        gg_arena_reset(&arena);
    }
    gg_drafts_close(&in);
    gg_draft_clear(&draft);
    gg_frame_free(&frame);
    gg_arena_free(&arena);
    return got || gg_writer_end(&m->out, &m->trailer, &m->cli.err) || gg_writer_commit(&m->out, &m->cli.err);
}

/* Options that belong together. */
static int check_mode(const struct import *m, struct gg_err *err)
{
    const struct gg_import *w = &((const struct options *)m->cli.options)->weights;
    if (!w->weights != !w->model || (w->set.n && !w->model))
        return gg_fail(err, GG_USAGE, "--weights and --model go together, and --set with them");
    if (w->weights && m->cli.n_operand)
        return gg_fail(err, GG_USAGE, "'%s': --weights makes a model, no stream of configurations",
                       *m->cli.operand);
    if (!w->weights && !m->cli.n_operand)
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
    int status = gg_import_weights(&o->weights, m->cli.output, &prov, &m->cli.err);
    gg_prov_clear(&prov);
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
    if (gg_draft_check_drop(&o.drop, &m.cli.err) || gg_cli_open_output(&m.cli, &m.out))
        return gg_cli_fail(&m.cli);
    if (import_all(&m)) {
        gg_writer_abort(&m.out, program.name, &m.cli.err);
        status = gg_cli_fail(&m.cli);
    }
    gg_seen_free(&m.seen);
    gg_meta_clear(&m.meta);
    gg_meta_clear(&m.trailer);
    return status < 0 ? GG_OK : status;
}
