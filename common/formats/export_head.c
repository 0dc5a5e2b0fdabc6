/* export_head.c -- what is in a stream, on a page: history, META, the fields of the first frame, what comes after */
/* The first line tells how the whole input ended, so the page is kept in memory until then. */
#include "formats/export.h"
#include "util/text_stream.h"
#include "util/escape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDE = 120, KINDS = 8 };

/* The page so far. */
struct head {
    FILE *to;
    char *text;
    size_t bytes;
    uint64_t first;                /* number of the input's first frame */
    uint64_t alike_from, alike_to; /* frames like the last one shown: from .. to-1, not told yet */
    uint64_t n_shown, n_other;     /* kinds shown; frames of further kinds */
    uint64_t n_differ;             /* members, not shown, with another history or META than the first */
    char *kind;                    /* the field table of the last frame shown */
    char *history;                 /* and META of the first member */
    char schema[33];               /* of the first member */
    bool mixed;                    /* others have another */
};

static struct head *head_of(struct gg_export *x)
{
    if (x->state)
        return x->state;
    struct head *h = x->state = gg_xalloc(1, sizeof *h);
    h->to = gg_text_open(&h->text, &h->bytes);
    h->first = x->number;
    return h;
}

/* One line of at most `room` bytes; what would move the cursor is made visible, what is too long ends in "...". */
static void clipped(FILE *to, const char *s, size_t room)
{
    size_t n = strlen(s), most = n <= room ? n : room - 3;
    char *line = gg_xstrdup(s);
    while (n > room && most > 0 && ((unsigned char)s[most] & 0xC0) == 0x80)
        most--; /* not inside a UTF-8 sequence */
    line[most] = '\0';
    for (char *c = line; (c = strchr(c, '\n'));)
        *c = '|';
    gg_escape_line(line);
    fprintf(to, "%s%s", line, n > room ? "..." : "");
    free(line);
}

static const char *of(const struct gg_meta *entry, const char *key)
{
    const char *value = gg_meta_get(entry, key);
    return value ? value : "";
}

/* "(from 1 2)": the parents' numbers. */
static void parents(FILE *to, const struct gg_prov *p, int k)
{
    const char *list = of(&p->entry[k], "parents"), *between = "  (from ";
    for (int i = 0; i < p->n; i++) {
        const char *id = of(&p->entry[i], "id");
        if (*id && strstr(list, id)) {
            fprintf(to, "%s%d", between, i + 1);
            between = " ";
        }
    }
    fputs(strcmp(between, " ") == 0 ? ")\n" : "\n", to);
}

static void history(FILE *to, const struct gg_prov *p)
{
    if (p->n > 0)
        fputs("history\n", to);
    for (int k = 0; k < p->n; k++) {
        char program[64];
        snprintf(program, sizeof program, "%.40s %.20s", of(&p->entry[k], "program"),
                 of(&p->entry[k], "version"));
        fprintf(to, "%3d  %-20s ", k + 1, program);
        clipped(to, of(&p->entry[k], "argv"), WIDE - 40);
        parents(to, p, k);
    }
}

static void lines(FILE *to, const char *title, const struct gg_meta *m)
{
    if (m->n > 0)
        fprintf(to, "%s\n", title);
    for (int k = 0; k < m->n; k++) {
        fprintf(to, "  %-18s ", m->pair[k].key);
        clipped(to, m->pair[k].value, WIDE - 21);
        fputc('\n', to);
    }
}

static void tell_alike(struct head *h)
{
    unsigned long long from = h->alike_from, to = h->alike_to;
    if (to > from + 1)
        fprintf(h->to, "frames %llu-%llu alike\n", from, to - 1);
    else if (to > from)
        fprintf(h->to, "frame %llu alike\n", from);
    h->alike_from = h->alike_to;
}

/* malloc'd */
static char *preface(const struct gg_reader *r)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = gg_text_open(&text, &bytes);
    history(to, &r->prov);
    lines(to, "meta", &r->meta);
    fclose(to);
    return text;
}

/* The first member, and the others with --all. */
static int member(struct gg_export *x, struct gg_err *err)
{
    (void)err;
    struct head *h = head_of(x);
    char *text = preface(x->from);
    h->mixed = h->mixed || (h->history && strcmp(h->schema, x->from->schema) != 0);
    if (!h->history)
        strcpy(h->schema, x->from->schema);
    if (!h->history || x->all) {
        tell_alike(h);
        if (h->history)
            fprintf(h->to, "member %llu, schema %s\n", (unsigned long long)x->from->n_member,
                    x->from->schema);
        fputs(text, h->to);
    } else {
        h->n_differ += strcmp(h->history, text) != 0;
    }
    if (!h->history)
        h->history = text;
    else
        free(text);
    return 0;
}

/* ---- fields ---- */

/* "[node, 3]" */
static void axes(char text[160], const struct gg_field *x)
{
    size_t n = 0;
    text[0] = '\0';
    for (int k = 0; k < x->ndim; k++) {
        n += (size_t)snprintf(text + n, 160 - n, "%s", k ? ", " : "[");
        if (x->axis[k] == GG_FREE)
            n += (size_t)snprintf(text + n, 160 - n, "%llu", (unsigned long long)x->shape[k]);
        else
            n += (size_t)snprintf(text + n, 160 - n, "%s", gg_axis_name(x->axis[k]));
    }
    snprintf(text + n, 160 - n, x->ndim ? "]" : "[]");
}

struct summary {
    double min, max, mean, sd;
    uint64_t n, missing;
};

static struct summary summarise(const struct gg_field *x)
{
    struct summary s = {.min = INFINITY, .max = -INFINITY};
    double m2 = 0;
    for (uint64_t i = 0, n = gg_field_count(x); i < n; i++) {
        double value = gg_field_get(x, i);
        if (isnan(value)) {
            s.missing++;
            continue;
        }
        double from_mean = value - s.mean; /* Welford */
        s.mean += from_mean / (double)++s.n;
        m2 += from_mean * (value - s.mean);
        s.min = value < s.min ? value : s.min;
        s.max = value > s.max ? value : s.max;
    }
    s.sd = s.n > 0 ? sqrt(m2 / (double)s.n) : 0;
    return s;
}

/* A scalar's value; the range of what lives in space, mean and spread of other floats; nothing for indices. */
static void statistics(FILE *to, const struct gg_field *x)
{
    bool is_float = x->dtype >= GG_F16 && x->dtype <= GG_F64;
    if (gg_field_count(x) == 1 && x->ndim == 0) {
        fputc(' ', to);
        gg_print_value(to, x, 0);
        return;
    }
    if (!is_float || gg_field_count(x) == 0)
        return;
    struct summary s = summarise(x);
    bool spread =
        x->role == GG_TARGET || x->role == GG_PREDICTION || x->role == GG_FEATURE || x->role == GG_PARAMETER;
    if (s.n > 0 && spread)
        fprintf(to, "mean %-9.4g sd %-9.4g", s.mean, s.sd);
    else if (s.n > 0)
        fprintf(to, "min %-9.4g  max %-9.4g", s.min, s.max);
    if (s.missing > 0)
        fprintf(to, "  %llu missing", (unsigned long long)s.missing);
}

/* One line a field; without `values`, what must agree for two frames to be alike. */
static char *table(const struct gg_frame *f, bool values)
{
    char *text = NULL, shape[160];
    size_t bytes;
    FILE *to = gg_text_open(&text, &bytes);
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *x = &f->field[k];
        axes(shape, x);
        fprintf(to, "  %-18s %-4s %-20s %-10s %-6s %-8s ", x->name, gg_dtype_name(x->dtype), shape,
                gg_role_name(x->role), x->irreps, x->unit);
        if (values)
            statistics(to, x);
        fputc('\n', to);
    }
    fclose(to);
    return text;
}

static void info(FILE *to, const struct gg_frame *f, uint64_t number)
{
    static const char *const along[] = {"open",
                                        "periodic along 1",
                                        "periodic along 2",
                                        "periodic along 1, 2",
                                        "periodic along 3",
                                        "periodic along 1, 3",
                                        "periodic along 2, 3",
                                        "periodic"};
    fprintf(to, "frame %llu  ", (unsigned long long)number);
    clipped(to, f->id, 60);
    fprintf(to, "   %llu nodes, %llu edges", (unsigned long long)f->n_node, (unsigned long long)f->n_edge);
    if (f->dim > 0) {
        fprintf(to, ", %dD %s, cell", f->dim, f->pbc == (1 << f->dim) - 1 ? "periodic" : along[f->pbc]);
        bool box = true;
        for (int a = 0; a < 9; a++)
            box = box && (a % 4 == 0 || f->cell[a / 3][a % 3] == 0.0);
        for (int a = 0; a < f->dim; a++)
            for (int b = 0; b < f->dim; b++)
                if (!box || a == b)
                    fprintf(to, "%s%g", b == 0 && a > 0 && !box ? " | " : " ", f->cell[a][b]);
    }
    fputc('\n', to);
}

static int frame(struct gg_export *x, const struct gg_frame *f, struct gg_err *err)
{
    (void)err;
    struct head *h = head_of(x);
    char *kind = table(f, false);
    bool alike = h->kind && strcmp(h->kind, kind) == 0;
    if (!x->all && (alike || h->n_shown >= KINDS)) {
        free(kind);
        if (!alike)
            h->n_other++;
        else if (h->alike_to == x->number)
            h->alike_to++;
        return 0;
    }
    tell_alike(h);
    free(h->kind);
    h->kind = kind;
    h->n_shown++;
    h->alike_from = h->alike_to = x->number + 1;
    info(h->to, f, x->number);
    char *fields = table(f, true);
    for (char *line = fields, *end; *line; line = end + 1) { /* without the blanks at the ends of lines */
        end = strchr(line, '\n');
        int n = (int)(end - line);
        while (n > 0 && line[n - 1] == ' ')
            n--;
        fprintf(h->to, "%.*s\n", n, line);
    }
    free(fields);
    return 0;
}

static int member_end(struct gg_export *x, struct gg_err *err)
{
    (void)err;
    struct head *h = head_of(x);
    if (x->from->trailer.n > 0 && (x->from->n_member == 1 || x->all)) {
        tell_alike(h);
        lines(h->to, "trailer", &x->from->trailer);
    }
    return 0;
}

static void size_text(char text[32], double bytes)
{
    static const char *const unit[] = {"bytes", "kB", "MB", "GB", "TB"};
    int k = 0;
    for (; bytes >= 1000 && k < 4; k++)
        bytes /= 1000;
    snprintf(text, 32, k ? "%.1f %s" : "%.0f %s", bytes, unit[k]);
}

static int end(struct gg_export *x, struct gg_err *err)
{
    (void)err;
    struct head *h = head_of(x);
    const struct gg_reader *r = x->from;
    char size[32];
    tell_alike(h);
    if (h->n_other > 0)
        fprintf(h->to, "%llu frames of other kinds: see them with -a\n", (unsigned long long)h->n_other);
    if (h->n_differ > 0)
        fprintf(h->to, "%llu members with another history or meta: see them with -a\n",
                (unsigned long long)h->n_differ);
    fclose(h->to);
    size_text(size, (double)r->offset);
    if (x->named)
        fprintf(x->to, "%s: ", r->name);
    unsigned long long n_member = r->n_member, n_frame = x->number - h->first;
    if (*h->schema)
        fprintf(x->to, "gg stream 1.0, schema %s%s, %llu member%s, %llu frame%s, %s, ", h->schema,
                h->mixed ? " and others" : "", n_member, n_member == 1 ? "" : "s", n_frame,
                n_frame == 1 ? "" : "s", size);
    if (*h->schema && x->complete)
        fprintf(x->to, "complete, id %08x\n", r->fingerprint);
    else if (*h->schema)
        fputs("incomplete\n", x->to);
    fputs(h->text, x->to);
    free(h->text);
    free(h->kind);
    free(h->history);
    free(h);
    x->state = NULL;
    return 0;
}

const struct gg_export_type gg_export_head = {.reads = GG_EXPORT_ALL | GG_EXPORT_FRAMES | GG_EXPORT_TO,
                                              .member = member,
                                              .frame = frame,
                                              .member_end = member_end,
                                              .end = end};
