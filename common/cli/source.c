/* source.c -- the frames of all input files one after the other */
#include "cli/cli.h"

#include <string.h>
#include <sys/stat.h>

void gg_source_init(struct gg_source *s, struct gg_cli *c, int first_operand, const char *schema)
{
    *s = (struct gg_source){.cli = c, .first = first_operand, .next = first_operand, .schema = schema};
}

/* Opens the next file; 0 if there is none.  Without any operand standard input is the only one. */
static int open_next(struct gg_source *s, struct gg_err *err)
{
    const struct gg_cli *c = s->cli;
    const char *path = s->next < c->n_operand ? c->operand[s->next] : NULL;
    bool standard_input = s->next == s->first && s->first >= c->n_operand;
    if (path == NULL && !standard_input)
        return 0;
    s->next++;
    if (gg_reader_open(&s->reader, path, err) < 0)
        return -1;
    s->reader.max_frame = (uint64_t)c->max_frame;
    s->open = true;
    return 1;
}

int gg_source_next(struct gg_source *s, struct gg_frame *frame, struct gg_err *err)
{
    for (;;) {
        int more = s->open ? 1 : open_next(s, err);
        if (more <= 0)
            return more == 0 ? GG_EVENT_END : -1;
        int event = gg_reader_next(&s->reader, frame, err);
        if (event == GG_EVENT_MEMBER && s->schema != NULL && strcmp(s->reader.schema, s->schema) != 0)
            return gg_fail(err, GG_INPUT, "%s: a stream of schema %s, wanted %s", s->reader.name,
                           s->reader.schema, s->schema);
        if (event == GG_EVENT_MEMBER && s->cli->read && gg_prov_merge(s->cli->read, &s->reader.prov, err))
            return gg_err_prefix(err, "%s: ", s->reader.name);
        if (event != GG_EVENT_END)
            return event;
        gg_reader_close(&s->reader);
        s->open = false;
    }
}

double gg_source_part(const struct gg_source *s)
{
    const struct gg_cli *c = s->cli;
    double all = 0, read = (double)s->reader.offset;
    struct stat st;
    for (int k = s->first; k < c->n_operand; k++) {
        if (stat(c->operand[k], &st) || !S_ISREG(st.st_mode))
            return 1;
        all += (double)st.st_size;
        read += k < s->next - 1 ? (double)st.st_size : 0;
    }
    return read < all ? read / all : 1;
}

void gg_source_close(struct gg_source *s)
{
    if (s->open)
        gg_reader_close(&s->reader);
    s->open = false;
}
