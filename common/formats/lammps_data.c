/* lammps_data.c -- LAMMPS data files (write_data, read_data): one configuration
 *
 * https://docs.lammps.org/read_data.html.  A title, lines of the header, then sections in any order; of those Atoms,
 * Velocities and Atom Type Labels are read, the names of the others are told.  A section ends with a blank line: what the
 * header counts must be there, no less and no more, and nothing stands between the sections. */
#include "formats/extra.h"
#include "formats/lammps_head.h"
#include "formats/lammps_style.h"
#include "formats/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct data {
    struct gg_lammps_head head;
    bool done;
    struct gg_table atoms, velocities;
    const char *more; /* columns of Velocities behind the velocity, by the atom style; NULL: not known yet */
    int n_label;
    struct label {
        int64_t number;
        char name[GG_NAME];
    } label[GG_MAX_WORDS];
};

bool gg_lammps_data_looks(const struct gg_foreign *f, const char *head)
{
    (void)f;
    return strstr(head, " atoms") && (strstr(head, "xlo xhi") || strstr(head, " avec")) &&
           strncmp(head, "ITEM: ", 6);
}

static bool is_blank(const char *line)
{
    return !line[strspn(line, " \t")];
}

/* ---- sections ---- */

/* The next line of a section without its comment; blank lines before the first row are passed over. */
static int section_line(struct gg_input *in, bool first, char **line, struct gg_err *err)
{
    int got;
    do {
        got = gg_input_line(in, line, err);
        if (got == 1)
            gg_word_comment(*line);
    } while (got == 1 && first && is_blank(*line));
    return got;
}

static int count_words(const char *text, struct gg_arena *a)
{
    char *rest = gg_arena_strdup(a, text);
    int n = 0;
    while (gg_word(&rest))
        n++;
    return n;
}

/* Is the first word of `style` this one? */
static bool is_style(const char *style, const char *word)
{
    size_t n = strlen(word);
    return !strncmp(style, word, n) && (!style[n] || style[n] == ' ');
}

static int refuse_nameless(struct gg_arena *a, int n, struct gg_err *err)
{
    const char *fit = gg_lammps_styles_of(a, n);
    return gg_fail(err, GG_INPUT,
                   "%d columns, and the section does not name its atom style: write 'Atoms # STYLE' or give "
                   "--atom-style STYLE%s%s",
                   n, *fit ? "; of so many columns are " : ", hybrid with what it is made of", fit);
}

/* Columns by the style behind "Atoms #", or --atom-style; without one, five columns can only be atomic. */
static int set_columns(const struct gg_foreign *f, struct gg_arena *a, char *title, const char *row,
                       struct data *d, struct gg_err *err)
{
    char *comment = gg_word_comment(title), *said = gg_word(&comment);
    const char *asked = f->options->style, *name = asked ? asked : said;
    int n = count_words(row, a);
    if (asked && said && !is_style(asked, said))
        return gg_fail(err, GG_INPUT, "--atom-style %.40s contradicts Atoms # %.40s", asked, said);
    if (!name && n != 5)
        return refuse_nameless(a, n, err);
    name = name ? name : "atomic";
    const char *columns = gg_lammps_style(a, name, &d->more, err);
    if (!columns || gg_lammps_columns(f, &d->atoms, a, columns, err))
        return -1;
    int wanted = d->atoms.n_column;
    if (n != wanted && n != wanted + 3)
        return gg_fail(err, GG_INPUT, "%d columns; atom style %.80s has %d, or %d with image flags", n, name,
                       wanted, wanted + 3);
    return n == wanted ? 0 : gg_lammps_columns(f, &d->atoms, a, "ix iy iz", err);
}

/* Behind the last row: a blank line, or the end. */
static int end_section(struct gg_input *in, const char *name, int64_t count, struct gg_err *err)
{
    char *line;
    int got = section_line(in, false, &line, err);
    return got < 1 || is_blank(line)
               ? got
               : gg_input_fail(in, err, GG_INPUT, "%s has more than the %lld rows that the header says", name,
                               (long long)count);
}

static int read_rows(struct gg_input *in, struct gg_table *t, char *line, const char *name, int64_t count,
                     struct gg_err *err)
{
    for (int64_t i = 0; i < count; i++) {
        int got = i ? section_line(in, false, &line, err) : 1;
        if (got == 0)
            return gg_fail(err, GG_TRUNCATED, "ends after %lld of %lld atoms", (long long)i,
                           (long long)count);
        if (got < 0)
            return -1;
        if (gg_table_row(t, line, err))
            return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    }
    return end_section(in, name, count, err) < 0 ? -1 : 0;
}

/* Numbers of types up to the header's; row 0 of Atoms stands in line `first`. */
static int check_types(const struct gg_foreign *f, const struct data *d, uint64_t first, struct gg_err *err)
{
    int64_t n = gg_lammps_head_count(&d->head, "atom types"), number;
    int64_t low = f->options->first_type > 0 ? f->options->first_type - 1 : 1;
    if (n < 0 || gg_columns_mapped(f, "type", NULL))
        return 0;
    for (int k = 0; k < d->atoms.n_word; k++)
        if (gg_word_int(d->atoms.word[k], &number) && (number < low || number >= low + n))
            return gg_fail(err, GG_INPUT, "line %llu: type %s; the header says %lld atom types",
                           (unsigned long long)(first + d->atoms.word_row[k]), d->atoms.word[k],
                           (long long)n);
    return 0;
}

static int read_atoms(struct gg_foreign *f, struct gg_arena *a, char *title, struct data *d,
                      struct gg_err *err)
{
    struct gg_input *in = &f->input;
    char *line;
    if (d->done || !d->head.atoms || d->head.bounds != 7)
        return gg_input_fail(in, err, GG_INPUT,
                             d->done ? "Atoms for the second time" : "Atoms before their number or the box");
    title = gg_arena_strdup(a, title);
    int got = section_line(in, true, &line, err);
    if (got <= 0)
        return got ? -1 : gg_fail(err, GG_TRUNCATED, "ends after 0 of %lld atoms", (long long)d->head.atoms);
    if (set_columns(f, a, title, line, d, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    d->done = true;
    uint64_t first = in->line;
    return read_rows(in, &d->atoms, line, "Atoms", d->head.atoms, err) ? -1 : check_types(f, d, first, err);
}

/* The n columns of Velocities: those with names, and what is left. */
static int velocity_columns(struct gg_table *t, char *names, int n, struct gg_err *err)
{
    char *name;
    int failed = 0;
    while (!failed && (name = gg_word(&names)))
        failed = gg_table_add(t, name, strcmp(name, "id") ? 'R' : 'I', 1, err);
    return failed || n <= t->n_column ? failed : gg_table_add(t, "more", 'R', n - t->n_column, err);
}

static int read_velocities(struct gg_foreign *f, struct gg_arena *a, struct data *d, struct gg_err *err)
{
    struct gg_input *in = &f->input;
    struct gg_table *t = &d->velocities;
    char *line;
    int got = section_line(in, true, &line, err);
    if (got <= 0)
        return got ? -1
                   : gg_fail(err, GG_TRUNCATED, "ends after 0 of %lld velocities", (long long)d->head.atoms);
    if (t->n_column)
        return gg_input_fail(in, err, GG_INPUT, "Velocities for the second time");
    const char *names = "id vx vy vz";
    int n = count_words(line, a);
    if (d->more && n - 4 == count_words(d->more, a)) /* of spheres and others */
        names = gg_arena_printf(a, "%s %s", names, d->more);
    if (velocity_columns(t, gg_arena_strdup(a, names), n, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    return read_rows(in, t, line, "Velocities", d->head.atoms, err);
}

/* "1 big": until a blank line. */
static int read_labels(struct gg_input *in, struct data *d, struct gg_err *err)
{
    char *line, *word;
    int got = section_line(in, true, &line, err);
    for (; got == 1 && !is_blank(line); got = section_line(in, false, &line, err)) {
        struct label *l = &d->label[d->n_label];
        if (d->n_label == GG_MAX_WORDS || !(word = gg_word(&line)) || !gg_word_int(word, &l->number) ||
            !(word = gg_word(&line)) || strlen(word) >= sizeof l->name)
            return gg_input_fail(in, err, GG_INPUT, "a number and a label are wanted");
        snprintf(l->name, sizeof l->name, "%s", word);
        d->n_label++;
    }
    return got < 0 ? -1 : 0;
}

/* Rows that are not kept, until a blank line; as many as the header says (-1: it does not). */
static int pass_rows(struct gg_input *in, const char *name, int64_t count, struct gg_err *err)
{
    char *line;
    int64_t n = 0;
    int got = section_line(in, true, &line, err);
    for (; got == 1 && !is_blank(line); got = section_line(in, false, &line, err))
        if (++n > count && count >= 0)
            return gg_input_fail(in, err, GG_INPUT, "%s has more than the %lld rows that the header says",
                                 name, (long long)count);
    if (got == 0 && n < count)
        return gg_fail(err, GG_TRUNCATED, "ends after %lld of %lld rows of %s", (long long)n,
                       (long long)count, name);
    if (got == 1 && n < count)
        return gg_input_fail(in, err, GG_INPUT, "%s ends after %lld of %lld rows", name, (long long)n,
                             (long long)count);
    return got < 0 ? -1 : 0;
}

static int read_section(struct gg_foreign *f, struct gg_arena *a, char *line, struct data *d,
                        struct gg_draft *draft, struct gg_err *err)
{
    const struct gg_lammps_section *s = gg_lammps_section(line);
    if (!s)
        return gg_input_fail(&f->input, err, GG_INPUT,
                             "'%.40s' is neither a section of LAMMPS data files nor a row of one", line);
    if (!strcmp(s->name, "Atoms"))
        return read_atoms(f, a, line, d, err);
    if (!strcmp(s->name, "Velocities"))
        return read_velocities(f, a, d, err);
    int64_t count = s->rows ? gg_lammps_head_count(&d->head, s->rows) : -1;
    if (!strcmp(s->name, "Atom Type Labels") && read_labels(&f->input, d, err) < 0)
        return -1;
    if (!strcmp(s->name, "Atom Type Labels"))
        return count < 0 || count == d->n_label
                   ? 0
                   : gg_input_fail(&f->input, err, GG_INPUT,
                                   "%d Atom Type Labels; the header says %lld atom types", d->n_label,
                                   (long long)count);
    if (pass_rows(&f->input, s->name, count, err))
        return -1;
    gg_extra_left_out(draft, gg_arena_printf(a, "section %s", s->name),
                      s->of_particles ? "not read" : "not of particles");
    return 0;
}

static int read_all(struct gg_foreign *f, struct gg_arena *a, struct data *d, struct gg_draft *draft,
                    struct gg_err *err)
{
    struct gg_input *in = &f->input;
    char *line;
    bool header = true;
    int got = gg_input_line(in, &line, err); /* the title */
    long long step;
    const char *says = got == 1 ? strstr(line, "timestep = ") : NULL;
    if (says && sscanf(says, "timestep = %lld", &step) == 1)
        got = gg_foreign_now(f, draft, step, NAN, err) ? -1 : got;
    while (got == 1 && (got = gg_input_line(in, &line, err)) == 1) {
        line = gg_arena_strdup(a, line + strspn(line, " \t")); /* the buffer moves with the peek */
        if (is_blank(line) || *line == '#')
            continue;
        int section = header ? gg_lammps_head_ends(in, line, err) : 1;
        if (section < 0 || (section ? read_section(f, a, line, d, draft, err)
                                    : gg_lammps_head_line(in, line, &d->head, err)))
            return -1;
        header &= !section;
    }
    if (got < 0)
        return -1;
    return d->done ? 0 : gg_fail(err, GG_TRUNCATED, "ends without a section Atoms");
}

/* ---- together ---- */

/* Labels of types are numbers for which the file has names; --species may use the names. */
static void number_labels(const struct gg_foreign *f, struct data *d)
{
    for (int k = 0; k < d->atoms.n_word && !f->options->species; k++)
        for (int l = 0; l < d->n_label; l++)
            if (!strcmp(d->atoms.word[k], d->label[l].name)) {
                char number[32];
                snprintf(number, sizeof number, "%lld", (long long)d->label[l].number);
                free(d->atoms.word[k]);
                d->atoms.word[k] = gg_xstrdup(number);
                break;
            }
}

static int add_velocities(const struct gg_foreign *f, struct data *d, struct gg_arena *a,
                          struct gg_draft *draft, struct gg_err *err)
{
    struct gg_table *v = &d->velocities;
    int id = gg_table_find(&d->atoms, "id"), more = gg_table_find(v, "more");
    if (!v->n_column)
        return 0;
    if (gg_table_sort(v, 0, err))
        return gg_err_prefix(err, "Velocities: ");
    for (uint64_t i = 0; i < v->n; i++)
        if (v->value[i * (uint64_t)v->n_column] !=
            d->atoms.value[i * (uint64_t)d->atoms.n_column + (uint64_t)d->atoms.property[id].at])
            return gg_fail(err, GG_INPUT, "Velocities: other ids than Atoms");
    v->property[0].used = true;
    if (more >= 0) {
        gg_extra_left_out(draft, "Velocities", "columns that its atom style does not name");
        v->property[more].used = true;
    }
    return gg_columns_rest(f, v, a, draft, err);
}

int gg_lammps_data_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *draft, struct gg_err *err)
{
    if (f->n_done)
        return 0;
    struct data *d = GG_NEW(a, struct data, 1);
    d->head.box.pbc = 7; /* the file does not say */
    int failed = read_all(f, a, d, draft, err);
    if (!failed)
        number_labels(f, d);
    failed = failed || gg_lammps_finish(f, &d->atoms, &d->head.box, a, draft, err) ||
             add_velocities(f, d, a, draft, err);
    gg_table_free(&d->atoms);
    gg_table_free(&d->velocities);
    return failed ? -1 : 1;
}
