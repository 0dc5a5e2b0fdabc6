/* lammps_dump.c -- LAMMPS text dumps (dump custom, atom): several frames, any columns, any order of atoms
 *
 * https://docs.lammps.org/dump.html.  There is no end mark: a frame that ends early is refused, never a
 * smaller frame. */
#include "formats/lammps.h"
#include "formats/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 256 };

struct frame {
    bool has_step, has_count, has_box;
    int64_t step, count;
    double time; /* NaN: not said */
    struct gg_lammps_box box;
    struct gg_lammps_columns columns;
    struct gg_lammps_atoms atoms;
    int digits; /* most significant digits of a coordinate */
};

bool gg_lammps_dump_looks(const struct gg_foreign *f, const char *head)
{
    (void)f;
    return !strncmp(head, "ITEM: ", 6);
}

/* The next line, which must be there. */
static int need_line(struct gg_input *in, char **line, const char *what, struct gg_err *err)
{
    int got = gg_input_line(in, line, err);
    return got == 1 ? 0 : got == 0 ? gg_fail(err, GG_TRUNCATED, "ends where %s is wanted", what) : -1;
}

static int read_number(struct gg_input *in, const char *what, double *x, struct gg_err *err)
{
    char *line, *word;
    if (need_line(in, &line, what, err))
        return -1;
    if (!(word = gg_word(&line)) || !gg_word_double(word, x) || gg_word(&line))
        return gg_input_fail(in, err, GG_INPUT, "one number is wanted for %s", what);
    return 0;
}

static int read_whole(struct gg_input *in, const char *what, int64_t *x, struct gg_err *err)
{
    double value;
    if (read_number(in, what, &value, err))
        return -1;
    if (!(value >= 0 && value < 0x1p53 && value == floor(value)))
        return gg_input_fail(in, err, GG_INPUT, "%s %g", what, value);
    *x = (int64_t)value;
    return 0;
}

/* "xy xz yz pp pp pp" and three lines of two or three numbers */
static int read_box(struct gg_input *in, char *title, struct frame *fr, struct gg_err *err)
{
    bool tilted = false;
    int flag = 0;
    for (char *word; (word = gg_word(&title));) {
        if (!strcmp(word, "abc") || !strcmp(word, "origin"))
            return gg_input_fail(in, err, GG_INPUT,
                                 "general triclinic boxes are not read; dump_modify triclinic/general no");
        tilted |= !strcmp(word, "xy");
        if (strlen(word) == 2 && strspn(word, "pfsm") == 2 && flag < 3)
            fr->box.pbc |= !strcmp(word, "pp") << flag++;
    }
    if (flag == 0)
        fr->box.pbc = 7; /* old dumps do not say */
    double *tilt[3] = {&fr->box.xy, &fr->box.xz, &fr->box.yz};
    for (int k = 0; k < 3; k++) {
        char *line;
        double value[3] = {0};
        if (need_line(in, &line, "BOX BOUNDS", err))
            return -1;
        for (int c = 0; c < 2 + tilted; c++) {
            char *word = gg_word(&line);
            if (!word || !gg_word_double(word, &value[c]))
                return gg_input_fail(in, err, GG_INPUT, "%d numbers are wanted for BOX BOUNDS", 2 + tilted);
        }
        fr->box.lo[k] = value[0];
        fr->box.hi[k] = value[1];
        *tilt[k] = value[2];
    }
    gg_lammps_from_bounding(&fr->box);
    fr->has_box = true;
    return 0;
}

/* The columns that matter as numbers; the others may be words (element) and are skipped. */
static bool used(const struct gg_lammps_columns *c, int k)
{
    bool is = k == c->id || k == c->type;
    for (int d = 0; d < 3; d++)
        is |= k == c->position[d] || (c->image[0] >= 0 && k == c->image[d]);
    return is;
}

static int read_atom(struct gg_input *in, struct frame *fr, const double cell[3][3], struct gg_err *err)
{
    char *line, *word;
    double value[MAX_COLUMNS] = {0};
    const struct gg_lammps_columns *c = &fr->columns;
    if (need_line(in, &line, "an atom", err))
        return -1;
    for (int k = 0; k < c->n; k++) {
        if (!(word = gg_word(&line)))
            return gg_input_fail(in, err, GG_INPUT, "%d columns; %d are wanted", k, c->n);
        if (!used(c, k))
            continue;
        if (!gg_word_double(word, &value[k]))
            return gg_input_fail(in, err, GG_INPUT, "column %d: '%.40s' is no finite number", k + 1, word);
        for (int d = 0; d < 3; d++)
            if (k == c->position[d] && gg_word_digits(word) > fr->digits)
                fr->digits = gg_word_digits(word);
    }
    if (gg_word(&line))
        return gg_input_fail(in, err, GG_INPUT, "more than %d columns", c->n);
    if (gg_lammps_add(&fr->atoms, c, value, &fr->box, cell, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    return 0;
}

static int read_atoms(struct gg_input *in, const char *names, struct frame *fr, struct gg_err *err)
{
    double cell[3][3];
    if (!fr->has_step || !fr->has_count || !fr->has_box)
        return gg_input_fail(in, err, GG_INPUT, "ITEM: ATOMS before %s",
                             !fr->has_step    ? "TIMESTEP"
                             : !fr->has_count ? "NUMBER OF ATOMS"
                                              : "BOX BOUNDS");
    if (gg_lammps_columns_parse(&fr->columns, names, err) || gg_lammps_cell(&fr->box, cell, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    if (fr->columns.n > MAX_COLUMNS)
        return gg_input_fail(in, err, GG_INPUT, "%d columns; at most %d", fr->columns.n, MAX_COLUMNS);
    for (int64_t i = 0; i < fr->count; i++)
        if (read_atom(in, fr, cell, err))
            return -1;
    return 0;
}

/* One "ITEM: ..." with what belongs to it.  1: it was ATOMS, the frame is complete. */
static int read_item(struct gg_input *in, char *line, struct frame *fr, struct gg_err *err)
{
    if (!strcmp(line, "ITEM: TIMESTEP")) {
        fr->has_step = true;
        return read_whole(in, "TIMESTEP", &fr->step, err);
    }
    if (!strcmp(line, "ITEM: TIME"))
        return read_number(in, "TIME", &fr->time, err);
    if (!strcmp(line, "ITEM: UNITS"))
        return need_line(in, &line, "UNITS", err);
    if (!strcmp(line, "ITEM: NUMBER OF ATOMS")) {
        fr->has_count = true;
        return read_whole(in, "NUMBER OF ATOMS", &fr->count, err);
    }
    if (!strncmp(line, "ITEM: BOX BOUNDS", 16))
        return read_box(in, line + 16, fr, err);
    if (!strncmp(line, "ITEM: ATOMS", 11))
        return read_atoms(in, line + 11, fr, err) ? -1 : 1;
    return gg_input_fail(in, err, GG_INPUT, "'%.40s'; ITEM: TIMESTEP and so on is wanted", line);
}

static int read_frame(struct gg_input *in, struct frame *fr, struct gg_err *err)
{
    char *line;
    int got = gg_input_line(in, &line, err), more;
    if (got <= 0)
        return got;
    while ((more = read_item(in, line, fr, err)) == 0)
        if (need_line(in, &line, "ITEM: ATOMS", err))
            return -1;
    return more;
}

int gg_lammps_dump_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct frame fr = {.time = NAN};
    int got = read_frame(&f->input, &fr, err);
    if (got == 1) {
        d->step = fr.step;
        d->now =
            isnan(fr.time) && f->options->timestep > 0 ? (double)fr.step * f->options->timestep : fr.time;
        d->few_digits = fr.atoms.n && fr.digits <= 6;
        if (gg_lammps_finish(f, &fr.atoms, &fr.columns, &fr.box, a, d, err))
            got = gg_err_prefix(err, "timestep %lld: ", (long long)fr.step);
    }
    free(fr.atoms.atom);
    return got;
}
