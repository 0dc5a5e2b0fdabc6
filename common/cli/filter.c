/* filter.c -- programs that turn each frame into the next: members, META and PROV, refusals, the output */
#include "cli/cli.h"
#include "util/linalg.h"
#include "util/real.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int gg_cli_open_output(struct gg_cli *c, struct gg_writer *w)
{
    if (c->output == NULL && !c->force && isatty(STDOUT_FILENO))
        return gg_fail(&c->err, GG_USAGE, "binary output to a terminal: use -o FILE, a pipe, or gg-dump");
    return gg_writer_open(w, c->output, &c->err);
}

/* Who, where, when: only on request, because equal inputs must give equal bytes. */
static void add_stamp(struct gg_meta *m)
{
    char text[4096];
    const struct passwd *user = getpwuid(getuid());
    if (gethostname(text, sizeof text) == 0)
        gg_meta_set(m, "host", text);
    if (user != NULL)
        gg_meta_set(m, "user", user->pw_name);
    if (getcwd(text, sizeof text) != NULL)
        gg_meta_set(m, "folder", text);
    time_t now = time(NULL);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    gg_meta_set(m, "date", text);
}

const char *gg_cli_recorded(const struct gg_cli *c)
{
    return c->program->recorded ? c->program->recorded : c->program->name;
}

void gg_cli_append_prov(struct gg_cli *c, struct gg_prov *history)
{
    struct gg_meta m = {0};
    gg_meta_set(&m, "program", gg_cli_recorded(c));
    gg_meta_set(&m, "version", GG_VERSION);
    gg_meta_set(&m, "argv", c->command_line);
    if (c->stream != NULL)
        gg_meta_set(&m, "output", c->stream);
    if (c->config != NULL)
        gg_meta_set(&m, "config", c->config);
    if (c->seed >= 0)
        gg_meta_printf(&m, "seed", "%lld", (long long)c->seed);
    if (gg_blas_name() != NULL)
        gg_meta_printf(&m, "blas", "%s, 1 thread", gg_blas_name());
    gg_meta_set(&m, "build", GG_REAL_NAME);
    if (c->stamp)
        add_stamp(&m);
    gg_prov_append(history, &m);
    gg_meta_clear(&m);
}

int gg_cli_sign_table(struct gg_cli *c, struct gg_sink *table, struct gg_err *err)
{
    if (!c->read)
        return 0;
    const char *stream = c->stream;
    c->stream = NULL; /* the table is --output */
    gg_cli_append_prov(c, c->read);
    c->stream = stream;
    char *lines = gg_prov_comment(c->read);
    int status = gg_sink_write(table, lines, strlen(lines), err);
    free(lines);
    return status;
}

void gg_cli_warn_nothing(struct gg_cli *c, const struct gg_cli_left *n)
{
    if (n->frames && !n->left)
        gg_cli_warn(c, "none of the %llu frames is left: nothing was chosen", (unsigned long long)n->frames);
    else if (n->nodes && !n->nodes_left)
        gg_cli_warn(c, "no particle is left in any frame: nothing was chosen");
}

/* One run of a filter. */
struct run {
    struct gg_cli *cli;
    const struct gg_filter *filter;
    struct gg_source in;
    struct gg_writer out;
    struct gg_frame frame;
    struct gg_arena arena;
    struct gg_meta meta; /* of the present member, for the output */
    struct gg_prov prov;
    int64_t n_member; /* written */
    struct gg_cli_left left;
};

static int begin_output(struct run *r, struct gg_err *err)
{
    r->n_member++;
    return gg_writer_begin(&r->out, "gg.graph/1", &r->meta, &r->prov, err);
}

static int begin_member(struct run *r, struct gg_err *err)
{
    gg_meta_clear(&r->meta);
    gg_prov_clear(&r->prov);
    gg_meta_merge(&r->meta, &r->in.reader.meta);
    if (gg_prov_merge(&r->prov, &r->in.reader.prov, err) < 0 ||
        (r->filter->meta != NULL && r->filter->meta(r->filter->context, &r->meta, err) < 0))
        return -1;
    gg_cli_append_prov(r->cli, &r->prov);
    return r->filter->skip_empty ? 0 : begin_output(r, err);
}

static int write_frame(struct run *r, struct gg_err *err)
{
    if (!r->out.in_member && begin_output(r, err) < 0)
        return -1;
    return gg_writer_frame(&r->out, &r->frame, err);
}

/* All that follows from one frame of the input. */
static int one_frame(struct run *r, struct gg_err *err)
{
    uint64_t n_node = r->frame.n_node;
    int keep, status = 0;
    do {
        keep = r->filter->frame(r->filter->context, &r->frame, &r->arena, err);
        if (keep < 0)
            return gg_reader_prefix(&r->in.reader, &r->frame, err);
        status = keep > 0 ? write_frame(r, err) : 0;
    } while (keep == GG_FILTER_AGAIN && status == 0);
    r->left.frames++;
    r->left.left += keep > 0;
    r->left.nodes += n_node;
    r->left.nodes_left += keep > 0 ? r->frame.n_node : 0;
    gg_arena_reset(&r->arena);
    return status;
}

static int end_member(struct run *r, struct gg_err *err)
{
    if (!r->out.in_member)
        return 0;
    struct gg_meta trailer = {0};
    gg_meta_merge(&trailer, &r->in.reader.trailer);
    int status = r->filter->finish != NULL ? r->filter->finish(r->filter->context, &trailer, err) : 0;
    if (status == 0)
        status = gg_writer_end(&r->out, &trailer, err);
    gg_meta_clear(&trailer);
    return status;
}

/* A stream has one member at least; this one carries the last history. */
static int end_output(struct run *r, struct gg_err *err)
{
    if (r->n_member == 0 && (begin_output(r, err) < 0 || gg_writer_end(&r->out, NULL, err) < 0))
        return -1;
    return gg_writer_commit(&r->out, err);
}

/* All members of all inputs. */
static int pass(struct run *r, struct gg_err *err)
{
    for (;;) {
        int event = gg_source_next(&r->in, &r->frame, err), status = 0;
        if (event == GG_EVENT_END)
            return 0;
        if (event == GG_EVENT_MEMBER)
            status = begin_member(r, err);
        else if (event == GG_EVENT_FRAME)
            status = one_frame(r, err);
        else if (event == GG_EVENT_MEMBER_END)
            status = end_member(r, err);
        if (event < 0 || status < 0)
            return -1;
    }
}

int gg_cli_filter(struct gg_cli *c, const struct gg_filter *f)
{
    struct run r = {.cli = c, .filter = f};
    if (gg_cli_open_output(c, &r.out) < 0)
        return gg_cli_fail(c);
    gg_source_init(&r.in, c, f->first_operand, "gg.graph/1");
    int status = pass(&r, &c->err);
    if (status == 0)
        status = end_output(&r, &c->err);
    if (status < 0)
        gg_writer_abort(&r.out, c->program->name, &c->err);
    else
        gg_cli_warn_nothing(c, &r.left);
    gg_source_close(&r.in);
    gg_frame_free(&r.frame);
    gg_arena_free(&r.arena);
    gg_meta_clear(&r.meta);
    gg_prov_clear(&r.prov);
    return status < 0 ? gg_cli_fail(c) : GG_OK;
}
