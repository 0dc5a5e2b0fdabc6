/* gg-cmp.c -- compares two streams, number by number: equal, equal within a tolerance, or where they differ
 *
 * The tests of the suite are written with it: status 0 and silence if the streams agree, 1 and a line a field if not. */
#include "cli/cli.h"
#include "config/config_compare.h"
#include "stream/compare.h"
#include "util/exit.h"

#include <string.h>

struct options {
    struct gg_tolerance tolerance;
    struct gg_texts fields, ignore;
    bool prov;
};
#define AT(field) offsetof(struct options, field)
static const struct gg_opt opts[] = {
    {"tol", GG_OPT_REAL, AT(tolerance.tol), "floats may differ by this much", .arg = "X", .min = 0,
     .max = 1e300},
    {"rtol", GG_OPT_REAL, AT(tolerance.rtol), "by this share of the larger of two floats", .arg = "X",
     .min = 0, .max = 1e300},
    {"rel", GG_OPT_REAL, AT(tolerance.rel), "by this share of the field's root mean square", .arg = "X",
     .min = 0, .max = 1e300},
    {"fields", GG_OPT_TEXTS, AT(fields),
     "compare only these fields, with * ? [...]; cell and meta.KEY are some", .arg = "FIELD,..."},
    {"ignore", GG_OPT_TEXTS, AT(ignore), "all but these; id, cell and meta.KEY can be named, too",
     .arg = "FIELD,..."},
    {"prov", GG_OPT_FLAG, AT(prov), "compare the histories, too"},
    {0}};

static const struct gg_program program = {
    .name = "gg-cmp",
    .about = "compares two streams number by number",
    .example = "gg-cmp --rel 1e-6 tiny.ggs other.ggs",
    .operands = "FILE FILE",
    .opts = opts,
    .min_operand = 2,
    .max_operand = 2,
};

/* One of the two streams. */
struct side {
    struct gg_reader reader;
    struct gg_frame frame;
    struct gg_meta meta, history; /* of all members so far; history: id and command line of each run */
};

static void add_history(struct side *s)
{
    const struct gg_prov *p = &s->reader.prov;
    for (int k = 0; k < p->n; k++) {
        const char *argv = gg_meta_get(&p->entry[k], "argv");
        gg_meta_add(&s->history, gg_meta_get(&p->entry[k], "id"), argv ? argv : "");
    }
}

/* To the next frame of whatever member: GG_EVENT_FRAME or GG_EVENT_END. */
static int next_frame(struct side *s, struct gg_err *err)
{
    for (;;) {
        int event = gg_reader_next(&s->reader, &s->frame, err);
        if (event < 0 || event == GG_EVENT_FRAME || event == GG_EVENT_END)
            return event;
        gg_meta_merge(&s->meta, event == GG_EVENT_MEMBER ? &s->reader.meta : &s->reader.trailer);
        if (event == GG_EVENT_MEMBER)
            add_history(s);
    }
}

/* From `event` on: the rest is read too, so that a damaged stream is not merely a different one. */
static int count_frames(struct side *s, int event, uint64_t *n, struct gg_err *err)
{
    for (; event == GG_EVENT_FRAME; event = next_frame(s, err))
        ++*n;
    return event;
}

static int compare(struct side s[2], struct gg_comparison *c, struct gg_err *err)
{
    for (uint64_t n = 0;; n++) {
        int first = next_frame(&s[0], err), second = first < 0 ? -1 : next_frame(&s[1], err);
        if (first < 0 || second < 0)
            return -1;
        if (first == GG_EVENT_FRAME && second == GG_EVENT_FRAME) {
            if (strcmp(s[0].reader.schema, s[1].reader.schema) != 0)
                gg_compare_note(c, "schema", n, "%s | %s", s[0].reader.schema, s[1].reader.schema);
            gg_compare_frames(c, &s[0].frame, &s[1].frame, n);
            continue;
        }
        uint64_t a = n, b = n;
        if (count_frames(&s[0], first, &a, err) < 0 || count_frames(&s[1], second, &b, err) < 0)
            return -1;
        if (a != b)
            gg_compare_note(c, "frames", UINT64_MAX, "%llu | %llu", (unsigned long long)a,
                            (unsigned long long)b);
        return 0;
    }
}

static void note_key(void *context, const char *path, const char *a, const char *b)
{
    gg_compare_note(context, path, UINT64_MAX, "%s | %s", a, b);
}

/* Two models: the keys of their configurations instead of a line of its text. */
static void compare_models(struct gg_comparison *c, const struct side s[2])
{
    static const char key[] = "model.yaml";
    const struct gg_config_seen seen = {note_key, c};
    struct gg_config config[2] = {0};
    struct gg_err ignored;
    bool read = true;
    for (int k = 0; k < 2 && read; k++) {
        const char *yaml = gg_meta_get(&s[k].meta, key);
        read = yaml && !gg_config_from_text(&config[k], yaml, strlen(yaml), key, &ignored);
    }
    if (read && gg_comparison_forget(c, "meta.model.yaml"))
        gg_config_compare(config[0].root, config[1].root, &seen);
    gg_config_free(&config[0]);
    gg_config_free(&config[1]);
}

static int run(struct gg_cli *c, const struct options *o)
{
    struct side s[2] = {0};
    struct gg_comparison comparison = {.tolerance = o->tolerance, .fields = &o->fields, .ignore = &o->ignore};
    if (strcmp(c->operand[0], "-") == 0 && strcmp(c->operand[1], "-") == 0)
        return gg_fail(&c->err, GG_USAGE, "standard input cannot be both streams");
    int status = 0, n_open = 0;
    while (status == 0 && n_open < 2) {
        status = gg_reader_open(&s[n_open].reader, c->operand[n_open], &c->err);
        if (status == 0)
            s[n_open++].reader.max_frame = (uint64_t)c->max_frame;
    }
    if (status == 0)
        status = compare(s, &comparison, &c->err);
    if (status == 0) {
        gg_compare_meta(&comparison, &s[0].meta, &s[1].meta);
        status = gg_comparison_check_fields(&comparison, &c->err);
    }
    if (status == 0) {
        compare_models(&comparison, s);
        if (o->prov)
            gg_compare_meta(&comparison, &s[0].history, &s[1].history);
        if (!c->quiet)
            gg_comparison_print(&comparison, stdout, c->verbose);
        status = gg_comparison_equal(&comparison) ? GG_OK : gg_exit_no();
    }
    for (int k = 0; k < 2; k++) {
        if (k < n_open)
            gg_reader_close(&s[k].reader);
        gg_frame_free(&s[k].frame);
        gg_meta_clear(&s[k].meta);
        gg_meta_clear(&s[k].history);
    }
    gg_comparison_free(&comparison);
    return status;
}

int main(int argc, char **argv)
{
    static struct gg_cli c;
    static struct options o;
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    status = run(&c, &o);
    if (status < 0)
        return gg_cli_fail(&c);
    int closed = gg_cli_finish(&c);
    return closed ? closed : status;
}
