/* lammps_data.c -- LAMMPS data files (write_data, read_data): one configuration
 *
 * https://docs.lammps.org/read_data.html.  A title, lines of the header, then sections in any order; of those Atoms,
 * Velocities and Atom Type Labels are read, the names of the others are told. */
#include "formats/extra.h"
#include "formats/lammps.h"
#include "formats/lammps_style.h"
#include "formats/words.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct data {
    int64_t count;
    bool has_count, done;
    int bounds; /* bit k: bounds along k were read */
    struct gg_lammps_box box;
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

/* ---- header ---- */

static int read_count(struct gg_input *in, double count, struct data *d, struct gg_err *err)
{
    if (!(count >= 1 && count < 0x1p31 && count == floor(count)))
        return gg_input_fail(in, err, GG_INPUT, "%g atoms", count);
    d->count = (int64_t)count;
    d->has_count = true;
    return 0;
}

/* Counts that say nothing of the particles. */
static bool is_count(const char *words)
{
    static const char *const things[] = {"bonds", "angles", "dihedrals", "impropers", "ellipsoids",
                                         "lines", "bodies", "triangles", "crossterms"};
    static const char *const kinds[] = {"atom types", "bond types", "angle types", "dihedral types",
                                        "improper types"};
    bool is = !strncmp(words, "extra ", 6) && strstr(words, " per atom");
    for (size_t k = 0; k < sizeof things / sizeof things[0]; k++)
        is |= !strcmp(words, things[k]);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        is |= !strcmp(words, kinds[k]);
    return is;
}

/* The words behind the numbers of a line, one blank between them. */
static void rest_of(char *words, size_t room, const char *word, char *rest)
{
    size_t n = 0;
    for (words[0] = 0; word && n < room; word = gg_word(&rest))
        n += (size_t)snprintf(words + n, room - n, "%s%s", n ? " " : "", word);
}

/* General triclinic boxes: "4 0.5 0 avec", "0 0 0 abc origin" */
static bool read_general(struct data *d, const char *words, const double value[3])
{
    const char *vector[] = {"avec", "bvec", "cvec"};
    bool origin = !strcmp(words, "abc origin");
    if (origin)
        memcpy(d->box.lo, value, sizeof d->box.lo);
    for (int k = 0; k < 3; k++)
        if (!strcmp(words, vector[k])) {
            memcpy(d->box.vector[k], value, sizeof d->box.vector[k]);
            d->box.general = true;
            d->bounds |= 1 << k;
            return true;
        }
    return origin;
}

/* "-2.96 2.96 xlo xhi", "0.1 0 0 xy xz yz", "250 atoms", "2 atom types" */
static int read_header(struct gg_input *in, char *line, struct data *d, struct gg_err *err)
{
    double value[3];
    int n = 0;
    char *rest = line, *word = NULL, first[41], words[64];
    snprintf(first, sizeof first, "%s", line);
    while ((word = gg_word(&rest)) && n < 3 && gg_word_double(word, &value[n]))
        n++;
    rest_of(words, sizeof words, word, rest);
    for (int k = 0; k < 3; k++) {
        const char bounds[] = {(char)('x' + k), 'l', 'o', ' ', (char)('x' + k), 'h', 'i', 0};
        if (n != 2 || strcmp(words, bounds))
            continue;
        d->box.lo[k] = value[0];
        d->box.hi[k] = value[1];
        d->bounds |= 1 << k;
        return 0;
    }
    if (n == 3 && !strcmp(words, "xy xz yz")) {
        d->box.xy = value[0];
        d->box.xz = value[1];
        d->box.yz = value[2];
        return 0;
    }
    if (n == 1 && !strcmp(words, "atoms"))
        return read_count(in, value[0], d, err);
    if (n == 3 && read_general(d, words, value))
        return 0;
    return n == 1 && is_count(words)
               ? 0
               : gg_input_fail(in, err, GG_INPUT, "'%s' is no line of the header", first);
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

static int read_rows(struct gg_input *in, struct gg_table *t, char *line, int64_t count, struct gg_err *err)
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
    return 0;
}

static int read_atoms(struct gg_foreign *f, struct gg_arena *a, char *title, struct data *d,
                      struct gg_err *err)
{
    struct gg_input *in = &f->input;
    char *line;
    if (d->done || !d->has_count || d->bounds != 7)
        return gg_input_fail(in, err, GG_INPUT,
                             d->done ? "Atoms for the second time" : "Atoms before their number or the box");
    title = gg_arena_strdup(a, title);
    int got = section_line(in, true, &line, err);
    if (got <= 0)
        return got ? -1 : gg_fail(err, GG_TRUNCATED, "ends after 0 of %lld atoms", (long long)d->count);
    if (set_columns(f, a, title, line, d, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    d->done = true;
    return read_rows(in, &d->atoms, line, d->count, err);
}

static int read_velocities(struct gg_foreign *f, struct gg_arena *a, struct data *d, struct gg_err *err)
{
    struct gg_input *in = &f->input;
    struct gg_table *t = &d->velocities;
    char *line;
    int got = section_line(in, true, &line, err);
    if (got <= 0)
        return got ? -1 : gg_fail(err, GG_TRUNCATED, "ends after 0 of %lld velocities", (long long)d->count);
    if (t->n_column)
        return gg_input_fail(in, err, GG_INPUT, "Velocities for the second time");
    char *names = gg_arena_strdup(a, "id vx vy vz"), *name;
    int more = count_words(line, a) - 4; /* of spheres and others */
    if (d->more && more == count_words(d->more, a))
        names = gg_arena_printf(a, "%s %s", names, d->more);
    while ((name = gg_word(&names)))
        if (gg_table_add(t, name, strcmp(name, "id") ? 'R' : 'I', 1, err))
            return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    more -= t->n_column - 4;
    if (more > 0 && gg_table_add(t, "more", 'R', more, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    return read_rows(in, t, line, d->count, err);
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

/* A line with a name: true if the next one is blank, as behind the title of a section. */
static int is_section(struct gg_input *in, const char *line, struct gg_err *err)
{
    const unsigned char *next;
    if (!isalpha((unsigned char)*line))
        return 0;
    ptrdiff_t n = gg_input_peek(in, 2, &next, err);
    return n < 0 ? -1 : n == 0 || *next == '\n' || (*next == '\r' && n > 1) || *next == ' ' || *next == '\t';
}

static bool called(const char *line, const char *name)
{
    size_t n = strlen(name);
    return !strncmp(line, name, n) && (!line[n] || strchr(" \t#", line[n]));
}

static int read_section(struct gg_foreign *f, struct gg_arena *a, char *line, struct data *d,
                        struct gg_draft *draft, struct gg_err *err)
{
    if (called(line, "Atoms"))
        return read_atoms(f, a, line, d, err);
    if (called(line, "Velocities"))
        return read_velocities(f, a, d, err);
    if (called(line, "Atom Type Labels"))
        return read_labels(&f->input, d, err);
    char name[48];
    snprintf(name, sizeof name, "section %.36s", line);
    name[strcspn(name, "#")] = 0;
    for (size_t n = strlen(name); n && name[n - 1] == ' '; n--)
        name[n - 1] = 0;
    static const char *const parts[] = {"Ellipsoids", "Lines", "Triangles", "Bodies"};
    bool of_particles = false;
    for (int k = 0; k < 4; k++)
        of_particles |= called(line, parts[k]);
    gg_extra_left_out(draft, name, of_particles ? "not read" : "not of particles");
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
    if (says && sscanf(says, "timestep = %lld", &step) == 1 && gg_foreign_now(f, draft, step, NAN, err))
        return -1;
    while (got == 1 && (got = gg_input_line(in, &line, err)) == 1) {
        line = gg_arena_strdup(a, line + strspn(line, " \t")); /* the buffer moves with the peek */
        int section = is_section(in, line, err);
        if (section < 0 || (section && read_section(f, a, line, d, draft, err)))
            return -1;
        header &= !section;
        if (!header)
            continue;
        gg_word_comment(line);
        if (!is_blank(line) && read_header(in, line, d, err))
            return -1;
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
    d->box.pbc = 7; /* the file does not say */
    int failed = read_all(f, a, d, draft, err);
    if (!failed)
        number_labels(f, d);
    failed = failed || gg_lammps_finish(f, &d->atoms, &d->box, a, draft, err) ||
             add_velocities(f, d, a, draft, err);
    gg_table_free(&d->atoms);
    gg_table_free(&d->velocities);
    return failed ? -1 : 1;
}
