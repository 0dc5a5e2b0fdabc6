/* lammps_data.c -- LAMMPS data files (write_data, read_data): one configuration
 *
 * https://docs.lammps.org/read_data.html.  A title, lines of the header, then sections; only Atoms is read. */
#include "formats/lammps.h"
#include "formats/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 16 };

struct data {
    int64_t count;
    bool has_count, done;
    int bounds; /* bit k: bounds along k were read */
    struct gg_lammps_box box;
    struct gg_lammps_columns columns;
    struct gg_lammps_atoms atoms;
};

bool gg_lammps_data_looks(const struct gg_foreign *f, const char *head)
{
    (void)f;
    return strstr(head, " atoms") && strstr(head, "xlo xhi") && strncmp(head, "ITEM: ", 6);
}

static bool is_section(const char *line)
{
    static const char *const names[] = {"Masses",        "Velocities",       "Pair Coeffs",
                                        "PairIJ Coeffs", "Atom Type Labels", NULL};
    for (int k = 0; names[k]; k++)
        if (!strncmp(line, names[k], strlen(names[k])))
            return true;
    return false;
}

/* "-2.96 2.96 xlo xhi", "0.1 0 0 xy xz yz", "250 atoms", "2 atom types"; other lines of the header are
 * passed over. */
static int read_header(struct gg_input *in, char *line, struct data *d, struct gg_err *err)
{
    double value[3];
    int n = 0;
    char *rest = line, *word = NULL;
    while ((word = gg_word(&rest)) && n < 3 && gg_word_double(word, &value[n]))
        n++;
    if (!word || !n)
        return gg_input_fail(in, err, GG_INPUT, "'%.40s' is no line of the header", line);
    if (n == 2 && strlen(word) == 3 && word[0] >= 'x' && word[0] <= 'z' && !strcmp(word + 1, "lo")) {
        int k = word[0] - 'x';
        d->box.lo[k] = value[0];
        d->box.hi[k] = value[1];
        d->bounds |= 1 << k;
    } else if (n == 3 && !strcmp(word, "xy")) {
        d->box.xy = value[0];
        d->box.xz = value[1];
        d->box.yz = value[2];
    } else if (n == 1 && !strcmp(word, "atoms")) {
        if (!(value[0] >= 1 && value[0] < 0x1p31 && value[0] == floor(value[0])))
            return gg_input_fail(in, err, GG_INPUT, "%g atoms", value[0]);
        d->count = (int64_t)value[0];
        d->has_count = true;
    } else if (!strcmp(word, "avec") || !strcmp(word, "bvec") || !strcmp(word, "cvec"))
        return gg_input_fail(in, err, GG_INPUT, "general triclinic boxes are not read");
    return 0;
}

/* Columns by the style in the comment behind "Atoms"; without one it is atomic. */
static int set_columns(struct gg_input *in, const char *line, struct data *d, struct gg_err *err)
{
    static const struct {
        const char *name, *columns;
    } styles[] = {{"atomic", "id type x y z"},        {"charge", "id type q x y z"},
                  {"bond", "id mol type x y z"},      {"angle", "id mol type x y z"},
                  {"molecular", "id mol type x y z"}, {"full", "id mol type q x y z"},
                  {"sphere", "id type d m x y z"}};
    char style[32] = "atomic";
    const char *comment = strchr(line, '#');
    if (comment && sscanf(comment + 1, "%31s", style) != 1)
        comment = NULL;
    for (size_t k = 0; k < sizeof styles / sizeof styles[0]; k++)
        if (!strcmp(style, styles[k].name)) {
            gg_lammps_columns_parse(&d->columns, styles[k].columns, err);
            return 0;
        }
    return gg_input_fail(in, err, GG_INPUT,
                         "atom style '%s' is not read; atomic, charge, molecular, full, sphere are", style);
}

static int read_atom(struct gg_input *in, struct data *d, const double cell[3][3], struct gg_err *err)
{
    char *line, *word;
    double value[MAX_COLUMNS];
    int n = 0, wanted = d->columns.n, got = gg_input_line(in, &line, err);
    if (got == 0)
        return gg_fail(err, GG_TRUNCATED, "ends after %llu of %lld atoms", (unsigned long long)d->atoms.n,
                       (long long)d->count);
    if (got < 0)
        return -1;
    line[strcspn(line, "#")] = 0;
    for (; (word = gg_word(&line)) && n < MAX_COLUMNS; n++)
        if (!gg_word_double(word, &value[n]))
            return gg_input_fail(in, err, GG_INPUT, "column %d: '%.40s' is no finite number", n + 1, word);
    if (n != wanted && n != wanted + 3)
        return gg_input_fail(in, err, GG_INPUT, "%d columns; %d are wanted, or %d with image flags", n,
                             wanted, wanted + 3);
    for (int k = 0; k < 3; k++)
        d->columns.image[k] = n == wanted ? -1 : wanted + k;
    if (d->atoms.n)
        d->columns.unwrapped &= n != wanted;
    else
        d->columns.unwrapped = n != wanted;
    if (gg_lammps_add(&d->atoms, &d->columns, value, &d->box, cell, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    return 0;
}

static int read_atoms(struct gg_input *in, const char *title, struct data *d, struct gg_err *err)
{
    double cell[3][3];
    char *line;
    if (d->done || !d->has_count || d->bounds != 7)
        return gg_input_fail(in, err, GG_INPUT,
                             d->done ? "Atoms for the second time" : "Atoms before their number or the box");
    if (set_columns(in, title, d, err))
        return -1;
    if (gg_lammps_cell(&d->box, cell, err) || gg_input_line(in, &line, err) < 0)
        return -1;
    for (int64_t i = 0; i < d->count; i++)
        if (read_atom(in, d, cell, err))
            return -1;
    d->done = true;
    return 0;
}

static int read_all(struct gg_foreign *f, struct data *d, struct gg_draft *draft, struct gg_err *err)
{
    struct gg_input *in = &f->input;
    char *line;
    bool header = true;
    int got = gg_input_line(in, &line, err); /* the title */
    long long step;
    const char *says = got == 1 ? strstr(line, "timestep = ") : NULL;
    if (says && sscanf(says, "timestep = %lld", &step) == 1)
        draft->step = step;
    while (got == 1 && (got = gg_input_line(in, &line, err)) == 1) {
        line += strspn(line, " \t");
        header &= !is_section(line);
        if (!strncmp(line, "Atoms", 5) && (!line[5] || strchr(" \t#", line[5]))) {
            header = false;
            if (read_atoms(in, line, d, err))
                return -1;
        } else if (header && *line && *line != '#' && read_header(in, line, d, err))
            return -1;
    }
    if (got < 0)
        return -1;
    return d->done ? 0 : gg_fail(err, GG_TRUNCATED, "ends without a section Atoms");
}

int gg_lammps_data_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *draft, struct gg_err *err)
{
    struct data d = {.box = {.pbc = 7}}; /* the file does not say */
    if (f->n_done)
        return 0;
    int failed =
        read_all(f, &d, draft, err) || gg_lammps_finish(f, &d.atoms, &d.columns, &d.box, a, draft, err);
    free(d.atoms.atom);
    if (!failed && f->options->timestep > 0)
        draft->now = (double)draft->step * f->options->timestep;
    return failed ? -1 : 1;
}
