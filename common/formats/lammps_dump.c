/* lammps_dump.c -- LAMMPS text dumps (dump custom, atom): several frames, any columns, any order of atoms
 *
 * https://docs.lammps.org/dump.html.  There is no end mark: a frame that ends early is refused, never a
 * smaller frame. */
#include "formats/lammps.h"
#include "formats/words.h"

#include <math.h>
#include <string.h>

struct frame {
    bool has_step, has_count, has_box;
    int64_t step, count;
    double time; /* NaN: not said */
    struct gg_lammps_box box;
    struct gg_table atoms;
    char units[16];
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

/* A word, such as lj or metal. */
static int read_units(struct gg_input *in, char units[16], struct gg_err *err)
{
    char *line, *word;
    if (need_line(in, &line, "UNITS", err))
        return -1;
    if (!(word = gg_word(&line)) || strlen(word) > 15 ||
        strspn(word, "abcdefghijklmnopqrstuvwxyz") != strlen(word))
        return gg_input_fail(in, err, GG_INPUT, "a word is wanted for UNITS");
    memcpy(units, word, strlen(word) + 1);
    return 0;
}

/* "xy xz yz pp pp pp", "abc origin pp pp pp": returns how many numbers each of the three lines has; -1. */
static int read_box_title(struct gg_input *in, char *title, struct gg_lammps_box *box, struct gg_err *err)
{
    static const char *const tilts[] = {"xy", "xz", "yz"}, *const general[] = {"abc", "origin"};
    int flag = 0, n_tilt = 0, n_general = 0;
    for (char *word; (word = gg_word(&title));) {
        if (strlen(word) == 2 && strspn(word, "pfsm") == 2 && flag < 3)
            box->pbc |= !strcmp(word, "pp") << flag++;
        else if (n_tilt < 3 && !strcmp(word, tilts[n_tilt]))
            n_tilt++;
        else if (n_general < 2 && !strcmp(word, general[n_general]))
            n_general++;
        else
            return gg_input_fail(in, err, GG_INPUT, "BOX BOUNDS: '%.40s'; pp, ff, ... are wanted", word);
    }
    if (flag == 0)
        box->pbc = 7; /* old dumps do not say */
    box->general = n_general;
    return n_general ? 4 : n_tilt ? 3 : 2;
}

static int read_box_line(struct gg_input *in, int n, double value[4], struct gg_err *err)
{
    char *line, *word;
    if (need_line(in, &line, "BOX BOUNDS", err))
        return -1;
    for (int c = 0; c < n; c++)
        if (!(word = gg_word(&line)) || !gg_word_double(word, &value[c]))
            return gg_input_fail(in, err, GG_INPUT, "%d numbers are wanted for BOX BOUNDS", n);
    return gg_word(&line) ? gg_input_fail(in, err, GG_INPUT, "only %d numbers are wanted for BOX BOUNDS", n)
                          : 0;
}

static int read_box(struct gg_input *in, char *title, struct frame *fr, struct gg_err *err)
{
    struct gg_lammps_box *box = &fr->box;
    double *tilt[3] = {&box->xy, &box->xz, &box->yz};
    int n = read_box_title(in, title, box, err);
    for (int k = 0; k < 3; k++) {
        double value[4] = {0};
        if (n < 0 || read_box_line(in, n, value, err))
            return -1;
        memcpy(box->vector[k], value, sizeof box->vector[k]);
        box->lo[k] = box->general ? value[3] : value[0];
        box->hi[k] = value[1];
        *tilt[k] = value[2];
    }
    if (!box->general)
        gg_lammps_from_bounding(box);
    fr->has_box = true;
    return 0;
}

static int read_atoms(const struct gg_foreign *f, struct gg_input *in, struct gg_arena *a, const char *names,
                      struct frame *fr, struct gg_err *err)
{
    char *line;
    if (!fr->has_step || !fr->has_count || !fr->has_box)
        return gg_input_fail(in, err, GG_INPUT, "ITEM: ATOMS before %s",
                             !fr->has_step    ? "TIMESTEP"
                             : !fr->has_count ? "NUMBER OF ATOMS"
                                              : "BOX BOUNDS");
    if (gg_lammps_columns(f, &fr->atoms, a, names, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    for (int64_t i = 0; i < fr->count; i++) {
        if (need_line(in, &line, "an atom", err))
            return -1;
        if (gg_table_row(&fr->atoms, line, err))
            return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    }
    return 0;
}

/* One "ITEM: ..." with what belongs to it.  1: it was ATOMS, the frame is complete. */
static int read_item(const struct gg_foreign *f, struct gg_input *in, struct gg_arena *a, char *line,
                     struct frame *fr, struct gg_err *err)
{
    for (size_t n = strlen(line); n && strchr(" \t\r", line[n - 1]); n--)
        line[n - 1] = 0;
    if (!*line) /* blank lines say nothing */
        return 0;
    if (!strcmp(line, "ITEM: TIMESTEP")) {
        fr->has_step = true;
        return read_whole(in, "TIMESTEP", &fr->step, err);
    }
    if (!strcmp(line, "ITEM: TIME"))
        return read_number(in, "TIME", &fr->time, err);
    if (!strcmp(line, "ITEM: UNITS"))
        return read_units(in, fr->units, err);
    if (!strcmp(line, "ITEM: NUMBER OF ATOMS")) {
        fr->has_count = true;
        return read_whole(in, "NUMBER OF ATOMS", &fr->count, err);
    }
    if (!strncmp(line, "ITEM: BOX BOUNDS", 16))
        return read_box(in, line + 16, fr, err);
    if (!strncmp(line, "ITEM: ATOMS", 11))
        return read_atoms(f, in, a, line + 11, fr, err) ? -1 : 1;
    return gg_input_fail(in, err, GG_INPUT, "'%.40s'; ITEM: TIMESTEP and so on is wanted", line);
}

/* Is there anything but blank lines before the end of the input? */
static bool nothing_begun(const struct frame *fr)
{
    return !fr->has_step && !fr->has_count && !fr->has_box && isnan(fr->time);
}

static int read_frame(struct gg_foreign *f, struct gg_arena *a, struct frame *fr, struct gg_err *err)
{
    struct gg_input *in = &f->input;
    char *line;
    for (;;) {
        int got = gg_input_line(in, &line, err);
        if (got < 0 || (got == 0 && nothing_begun(fr)))
            return got;
        if (got == 0)
            return gg_fail(err, GG_TRUNCATED, "ends where ITEM: ATOMS is wanted");
        int done = read_item(f, in, a, line, fr, err);
        if (done)
            return done;
    }
}

int gg_lammps_dump_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct frame fr = {.time = NAN};
    int got = read_frame(f, a, &fr, err);
    if (got == 1 &&
        (gg_lammps_finish(f, &fr.atoms, &fr.box, a, d, err) || gg_foreign_now(f, d, fr.step, fr.time, err)))
        got = gg_err_prefix(err, "timestep %lld: ", (long long)fr.step);
    if (got == 1 && fr.units[0])
        gg_meta_set(&d->meta, "source.units", fr.units);
    gg_table_free(&fr.atoms);
    return got;
}
