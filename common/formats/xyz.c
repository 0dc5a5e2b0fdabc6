/* xyz.c -- plain XYZ, and what its relatives share
 *
 *     2
 *     Atoms. Timestep: 1000
 *     A 0.1 0.2 0.3
 *     B 1.0 1.1 1.2
 *
 * Species and three coordinates a line; the file has no cell.  Further columns have no names and are not kept.  Of the
 * comment line the step and the time are read, as LAMMPS writes it or as KEY=VALUE; other keys are told. */
#include "formats/xyz.h"
#include "formats/extra.h"
#include "formats/words.h"
#include "util/text_stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- shared ---- */

char *gg_xyz_second_line(const char *head)
{
    head += strspn(head, " \t\r\n");
    size_t digits = strspn(head, "0123456789"), n = digits;
    n += strspn(head + n, " \t\r");
    if (!digits || head[n] != '\n')
        return NULL;
    return gg_xstrndup(head + n + 1, strcspn(head + n + 1, "\n"));
}

bool gg_xyz_has_key(const char *line, const char *key, char mark)
{
    size_t n = strlen(key);
    for (const char *p = line; (p = strcasestr(p, key)); p += n) {
        const char *behind = p + n + strspn(p + n, " \t");
        if ((p == line || strchr(" \t", p[-1])) && *behind == mark)
            return true;
    }
    return false;
}

int gg_xyz_begin(struct gg_input *in, struct gg_arena *a, int64_t least, int64_t *count, char **line,
                 struct gg_err *err)
{
    char *text, *word;
    int got;
    do
        got = gg_input_line(in, &text, err);
    while (got == 1 && !text[strspn(text, " \t")]);
    if (got <= 0)
        return got;
    if (!(word = gg_word(&text)) || !gg_word_int(word, count) || *count < least || gg_word(&text))
        return gg_input_fail(in, err, GG_INPUT, "a number of particles is wanted");
    if ((got = gg_input_line(in, &text, err)) <= 0)
        return got ? -1 : gg_fail(err, GG_TRUNCATED, "ends behind the number of particles");
    *line = gg_arena_strdup(a, text);
    return 1;
}

int gg_xyz_rows(struct gg_input *in, struct gg_table *t, int64_t count, struct gg_err *err)
{
    char *line;
    for (int64_t i = 0; i < count; i++) {
        int got = gg_input_line(in, &line, err);
        if (got == 0)
            return gg_fail(err, GG_TRUNCATED, "ends after %lld of %lld particles", (long long)i,
                           (long long)count);
        if (got < 0)
            return -1;
        if (gg_table_row(t, line, err))
            return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    }
    return 0;
}

int gg_xyz_positions(struct gg_table *t, int property, struct gg_arena *a, struct gg_draft *d,
                     struct gg_err *err)
{
    struct gg_property *p = property < 0 ? NULL : &t->property[property];
    if (!p || p->kind == 'S' || p->kind == 'L' || (p->width != d->dim && p->width != 3))
        return gg_fail(err, GG_INPUT, "column '%s': %d coordinates are wanted", p ? p->name : "pos", d->dim);
    p->used = true;
    p->kind = 'R';
    d->pos = gg_table_field(t, a, property, d->dim);
    d->few_digits = t->digits <= 6;
    return 0;
}

/* ---- plain XYZ ---- */

bool gg_xyz_looks(const struct gg_foreign *f, const char *head)
{
    (void)f;
    char *line = gg_xyz_second_line(head);
    const char *row = line ? strstr(strchr(head + strspn(head, " \t\r\n"), '\n') + 1, "\n") : NULL;
    char species[64];
    double x[3];
    bool is = row && sscanf(row, "%63s %lf %lf %lf", species, &x[0], &x[1], &x[2]) == 4;
    free(line);
    return is;
}

/* Species, three coordinates and as many nameless columns as the first row has. */
static int first_row(struct gg_input *in, struct gg_arena *a, struct gg_table *t, struct gg_draft *d,
                     struct gg_err *err)
{
    char *line, *copy;
    int n = 0, got = gg_input_line(in, &line, err);
    if (got <= 0)
        return got ? -1 : gg_fail(err, GG_TRUNCATED, "ends before the first particle");
    copy = gg_arena_strdup(a, line);
    while (gg_word(&copy))
        n++;
    if (n < 4)
        return gg_input_fail(in, err, GG_INPUT, "%d columns; a species and three coordinates are wanted", n);
    if (gg_table_add(t, "species", 'S', 1, err) || gg_table_add(t, "pos", 'R', 3, err) ||
        (n > 4 && gg_table_add(t, "more", 'S', n - 4, err)))
        return -1;
    t->property[0].words = t->property[1].finite = true;
    if (n > 4) {
        t->property[2].used = true;
        gg_extra_left_out(d, gg_arena_printf(a, "columns 5 to %d", n), "without names");
    }
    return gg_table_row(t, line, err) ? gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line) : 0;
}

/* What the comment line says; NaN: nothing. */
struct said {
    double step, time;
};

/* One KEY=VALUE: step or time, else told. */
static void take_key(struct said *s, const char *key, char *value, struct gg_draft *d)
{
    static const char *const steps[] = {"timestep", "step"};
    double x;
    bool step = !strcasecmp(key, steps[0]) || !strcasecmp(key, steps[1]), time = !strcasecmp(key, "time");
    bool number = gg_word_double(value, &x);
    if (step && number && x == floor(x) && fabs(x) < 0x1p53)
        s->step = x;
    else if (time && number)
        s->time = x;
    else
        gg_extra_left_out(d, key, step || time ? "no number" : "of the comment line");
}

/* "Atoms. Timestep: 1000" of LAMMPS, dump xyz; "Timestep=1000", "i = 4, time = 0.5, E = -17" */
static struct said read_comment(const char *comment, struct gg_arena *a, struct gg_draft *d)
{
    static const char *const between = " \t,;";
    struct said s = {NAN, NAN};
    const char *lammps = strcasestr(comment, "timestep:");
    long long step;
    if (lammps && sscanf(lammps + 9, "%lld", &step) == 1)
        s.step = (double)step;
    char *line = gg_arena_strdup(a, comment), *equals;
    for (; (equals = strchr(line, '=')); line += strcspn(line, between)) {
        char *end = equals, *value = equals + 1 + strspn(equals + 1, " \t");
        while (end > line && strchr(" \t", end[-1]))
            end--;
        char *key = end;
        while (key > line && !strchr(between, key[-1]))
            key--;
        line = value;
        if (key < end)
            take_key(&s, gg_arena_printf(a, "%.*s", (int)(end - key), key),
                     gg_arena_printf(a, "%.*s", (int)strcspn(value, between), value), d);
    }
    return s;
}

static int read_frame(struct gg_foreign *f, struct gg_table *t, struct gg_arena *a, struct gg_draft *d,
                      struct gg_err *err)
{
    int64_t count;
    char *comment;
    int got = gg_xyz_begin(&f->input, a, 1, &count, &comment, err);
    if (got <= 0)
        return got;
    d->dim = (int)f->options->dim;
    if (first_row(&f->input, a, t, d, err) || gg_xyz_rows(&f->input, t, count - 1, err))
        return -1;
    const struct said says = read_comment(comment, a, d);
    d->n_node = t->n;
    d->step = f->n_done;
    d->now = says.time;
    if (gg_xyz_positions(t, 1, a, d, err) || gg_columns_types(f, t, 0, -1, a, d, err) ||
        gg_foreign_open_cell(f, d, NULL, err) || gg_foreign_temperature(f, d, 0, false, err) ||
        (isfinite(says.step) && gg_foreign_now(f, d, (int64_t)says.step, says.time, err)))
        return gg_err_prefix(err, "frame %lld: ", (long long)f->n_done);
    return 1;
}

int gg_xyz_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct gg_table t = {.n = 0};
    int got = read_frame(f, &t, a, d, err);
    gg_table_free(&t);
    return got;
}
