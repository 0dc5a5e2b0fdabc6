/* gg-prov.c -- where a stream, a model, a picture or a table came from: as a script that makes it again, as a graph, as JSON */
#include "cli/cli.h"
#include "formats/export.h"
#include "formats/prov_text.h"

#include <string.h>

struct options {
    bool script, dot, json;
};
#define AT(field) offsetof(struct options, field)
static const struct gg_opt opts[] = {
    {"script", GG_OPT_FLAG, AT(script),
     "shell that makes the file again, from the folder in which it was made"},
    {"dot", GG_OPT_FLAG, AT(dot), "a graph for Graphviz, a box a run"},
    {"json", GG_OPT_FLAG, AT(json), "the entries as one JSON array"},
    {0}};

static const struct gg_program program = {
    .name = "gg-prov",
    .about = "the history of a stream, a model, a picture or a table",
    .example = "gg-prov --script tiny.ggs",
    .operands = "FILE",
    .opts = opts,
    .min_operand = 1,
    .max_operand = 1,
};

static int print(struct gg_cli *c, const struct options *o, FILE *to)
{
    struct gg_prov_file f;
    struct gg_err *err = &c->err;
    const char *path = c->operand[0];
    const struct gg_prov_target target = {&f, path, gg_cli_say_line, c};
    int status = gg_prov_file_read(&f, path, err);
    if (status == 0 && o->dot)
        gg_prov_dot(to, &f.prov);
    else if (status == 0 && o->json)
        gg_prov_json(to, &f.prov);
    else if (status == 0 && gg_prov_script(to, &target, err))
        status = gg_err_prefix(err, "%s: ", path);
    gg_prov_file_free(&f);
    return status;
}

static int run(struct gg_cli *c, const struct options *o)
{
    struct gg_sink sink;
    struct gg_err lost = {0}; /* of a failed write */
    if (o->script + o->dot + o->json > 1)
        return gg_fail(&c->err, GG_USAGE, "of --script, --dot and --json, two exclude each other");
    if (gg_sink_open(&sink, c->output, &c->err))
        return -1;
    FILE *to = gg_sink_stdio(&sink, &lost);
    int status = to ? print(c, o, to) : -1;
    if (to && fclose(to) != 0)
        status = -1;
    if (lost.status)
        c->err = lost;
    if (status == 0)
        return gg_sink_commit(&sink, &c->err);
    gg_sink_discard(&sink);
    return -1;
}

int main(int argc, char **argv)
{
    struct options o = {0};
    struct gg_cli c;
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    return run(&c, &o) ? gg_cli_fail(&c) : GG_OK;
}
