/* gg-import-hdf5.c -- H5MD and gamdpy files in, a gg stream out
 *
 * A program of its own, so that nothing else depends on the library: each frame becomes text (formats/hdf5.h), which goes
 * the way of every extended XYZ file (formats/foreign.h). */
#include "cli/cli.h"
#include "formats/foreign.h"
#include "formats/hdf5.h"
#include "formats/import.h"
#include "formats/xyz.h"

#include <stdlib.h>

struct options {
    struct gg_foreign_options foreign;
    const char *group;
    struct gg_texts drop;
};

#define AT(member) offsetof(struct options, member)
static const struct gg_opt table[] = {
    {"group", GG_OPT_TEXT, AT(group), "H5MD: the group of particles, if there are several", .arg = "NAME"},
    {"sample-id", GG_OPT_TEXT, AT(foreign.id), "sample id, with words {stem} {step} {frame} {count} {folder}",
     .arg = "TEMPLATE"},
    {"temperature", GG_OPT_REAL, AT(foreign.temperature), "temperature; 0: as the file's name has it",
     .arg = "T", .unit = "eps", .min = 0, .max = 1e6},
    {"map", GG_OPT_TEXTS, AT(foreign.map), "column KEY is field FIELD", .arg = "FIELD=KEY"},
    {"irreps", GG_OPT_TEXTS, AT(foreign.irreps), "how a column turns under rotations", .arg = "FIELD=IRREPS"},
    {"species", GG_OPT_TEXT, AT(foreign.species), "species in the file, type 0 first", .arg = "NAME,..."},
    {"first-type", GG_OPT_CHOICE, AT(foreign.first_type), "H5MD: code of species A", .choices = "auto|0|1"},
    {"drop", GG_OPT_TEXTS, AT(drop), "leave this field out", .arg = "FIELD"},
    {.name = NULL},
};

static const struct gg_program program = {.name = "gg-import-hdf5",
                                          .about = "H5MD and gamdpy files to a gg stream",
                                          .example = "gg-import-hdf5 run.h5 -o run.ggs",
                                          .operands = "FILE...",
                                          .opts = table,
                                          .min_operand = 1,
                                          .max_operand = -1};

struct import {
    struct gg_cli cli;
    struct gg_writer out;
    struct gg_importer to;
    int64_t n_done, n_file; /* frames written; of the present file */
};

/* One frame as text to a frame of the stream. */
static int one_frame(struct import *m, const char *path, const char *text, size_t n,
                     const struct gg_foreign_options *o)
{
    struct gg_arena arena = {.first = NULL};
    struct gg_frame frame = {.n_node = 0};
    struct gg_draft draft = {.dim = 0};
    struct gg_foreign f;
    struct gg_err *err = &m->cli.err;
    if (gg_foreign_open_memory(&f, path, text, n, o, err))
        return -1;
    f.n_before = m->n_done;
    f.n_skipped = m->n_file;
    int failed =
        gg_foreign_next(&f, &arena, &draft, err) != 1 || gg_importer_add(&m->to, &draft, &frame, &arena, err);
    gg_draft_clear(&draft);
    gg_frame_free(&frame);
    gg_foreign_close(&f);
    gg_arena_free(&arena);
    m->n_done += !failed;
    m->n_file += !failed;
    return failed ? -1 : 0;
}

static int one_file(struct import *m, const char *path)
{
    struct gg_foreign_options o = ((const struct options *)m->cli.options)->foreign;
    const char *group = ((const struct options *)m->cli.options)->group;
    struct gg_hdf5 *h = gg_hdf5_open(path, group, o.max_bytes, &m->cli.err);
    char *text;
    size_t n;
    int got;
    if (!h)
        return -1;
    m->n_file = 0;
    o.dim = gg_hdf5_dim(h);
    if (gg_hdf5_from_zero(h))
        o.first_type = 1;
    while ((got = gg_hdf5_next(h, &text, &n, &m->cli.err)) == 1) {
        int failed = one_frame(m, path, text, n, &o);
        free(text);
        if (failed)
            break;
    }
    if (got < 0)
        gg_err_prefix(&m->cli.err, "%s: ", path);
    gg_hdf5_close(h);
    return got ? -1 : 0;
}

static int import_all(struct import *m)
{
    static const struct gg_reals no_times = {.n = 0};
    struct gg_prov prov = {.n = 0};
    struct gg_arena arena = {.first = NULL};
    int failed = 0;
    gg_cli_append_prov(&m->cli, &prov);
    m->to = (struct gg_importer){.how = {&no_times, -1, &((struct options *)m->cli.options)->drop},
                                 .out = &m->out,
                                 .prov = &prov};
    for (int k = 0; k < m->cli.n_operand && !failed; k++)
        failed = one_file(m, m->cli.operand[k]);
    failed = failed || gg_importer_end(&m->to, &m->cli.err) || gg_writer_commit(&m->out, &m->cli.err);
    const char *summary = gg_importer_summary(&m->to, &arena);
    if (!failed && *summary)
        gg_cli_say(&m->cli, "%s", summary);
    gg_prov_clear(&prov);
    gg_arena_free(&arena);
    gg_importer_free(&m->to);
    return failed;
}

int main(int argc, char **argv)
{
    static struct import m;
    static struct options o = {.foreign = {.dim = 3}};
    int status = gg_cli_start(&m.cli, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    o.foreign.max_bytes = (uint64_t)m.cli.max_frame;
    for (int k = 0; gg_foreign_formats[k].name; k++)
        if (gg_foreign_formats[k].next == gg_extxyz_next)
            o.foreign.format = k + 1;
    if (gg_draft_check_drop(NULL, &o.drop, &m.cli.err) || gg_cli_open_output(&m.cli, &m.out))
        return gg_cli_fail(&m.cli);
    if (import_all(&m)) {
        gg_writer_abort(&m.out, program.name, &m.cli.err);
        status = gg_cli_fail(&m.cli);
    }
    return status < 0 ? GG_OK : status;
}
