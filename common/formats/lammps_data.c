/* lammps_data.c -- LAMMPS data files (write_data, read_data): one configuration
 *
 * https://docs.lammps.org/read_data.html.  A title, lines of the header, then sections in any order; of those Atoms,
 * Velocities and Atom Type Labels are read, the names of the others are told. */
#include "formats/extra.h"
#include "formats/lammps.h"
#include "formats/words.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of the section Atoms by style, from the manual; each line may end with three image flags. */
static const struct style {
    const char *name, *columns;
} styles[] = {{"atomic", "id type x y z"},
              {"angle", "id mol type x y z"},
              {"body", "id type bodyflag mass x y z"},
              {"bond", "id mol type x y z"},
              {"bpm/sphere", "id mol type diameter density x y z"},
              {"charge", "id type q x y z"},
              {"dielectric", "id type q x y z mux muy muz area ed em epsilon curvature"},
              {"dipole", "id type q x y z mux muy muz"},
              {"dpd", "id type theta x y z"},
              {"edpd", "id type edpd_temp edpd_cv x y z"},
              {"electron", "id type q espin eradius x y z"},
              {"ellipsoid", "id type ellipsoidflag density x y z"},
              {"full", "id mol type q x y z"},
              {"line", "id mol type lineflag density x y z"},
              {"mdpd", "id type rho x y z"},
              {"molecular", "id mol type x y z"},
              {"peri", "id type volume density x y z"},
              {"smd", "id type mol volume mass kradius cradius x0 y0 z0 x y z"},
              {"sph", "id type rho esph cv x y z"},
              {"sphere", "id type diameter density x y z"},
              {"spin", "id type x y z spx spy spz sp"},
              {"template", "id type mol template_index template_atom x y z"},
              {"tri", "id mol type triangleflag density x y z"},
              {"wavepacket", "id type q espin eradius etag cs_re cs_im x y z"}};

struct data {
    int64_t count;
    bool has_count, done;
    int bounds; /* bit k: bounds along k were read */
    struct gg_lammps_box box;
    struct gg_table atoms, velocities;
    int n_label;
    struct label {
        int64_t number;
        char name[GG_NAME];
    } label[GG_MAX_WORDS];
};

bool gg_lammps_data_looks(const struct gg_foreign *f, const char *head)
{
    (void)f;
    return strstr(head, " atoms") && strstr(head, "xlo xhi") && strncmp(head, "ITEM: ", 6);
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
    if (n == 3 && (strstr("avec bvec cvec", words) || !strcmp(words, "abc origin")))
        return gg_input_fail(in, err, GG_INPUT, "general triclinic boxes are not read");
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

static const struct style *find_style(const char *name)
{
    for (size_t k = 0; k < sizeof styles / sizeof styles[0]; k++)
        if (!strcmp(name, styles[k].name))
            return &styles[k];
    return NULL;
}

static int count_words(const char *text, struct gg_arena *a)
{
    char *rest = gg_arena_strdup(a, text);
    int n = 0;
    while (gg_word(&rest))
        n++;
    return n;
}

/* Columns by the style behind "Atoms #", or --atom-style; without one, five columns can only be atomic. */
static int set_columns(const struct gg_foreign *f, struct gg_arena *a, char *title, const char *row,
                       struct data *d, struct gg_err *err)
{
    char *comment = gg_word_comment(title), *said = gg_word(&comment);
    const char *asked = f->options->style, *name = asked ? asked : said;
    int n = count_words(row, a);
    if (asked && said && strcmp(asked, said))
        return gg_fail(err, GG_INPUT, "--atom-style %.40s contradicts Atoms # %.40s", asked, said);
    if (!name && n != 5)
        return gg_fail(err, GG_INPUT,
                       "%d columns, and the section does not name its atom style: write 'Atoms # charge' (or "
                       "what it is), "
                       "or give --atom-style",
                       n);
    const struct style *style = find_style(name ? name : "atomic");
    if (!style)
        return gg_fail(err, GG_INPUT,
                       "atom style '%.40s' is not known; --atom-style names another of the same columns",
                       name);
    if (gg_lammps_columns(f, &d->atoms, a, style->columns, err))
        return -1;
    int wanted = d->atoms.n_column;
    if (n != wanted && n != wanted + 3)
        return gg_fail(err, GG_INPUT, "%d columns; atom style %s has %d, or %d with image flags", n,
                       style->name, wanted, wanted + 3);
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
    int more = count_words(line, a) - 4; /* of spheres and others */
    if (gg_table_add(t, "id", 'I', 1, err) || gg_table_add(t, "v", 'R', 3, err) ||
        (more > 0 && gg_table_add(t, "more", 'R', more, err)))
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
    gg_extra_left_out(draft, name, "not of particles");
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

static int add_velocities(struct data *d, struct gg_arena *a, struct gg_draft *draft, struct gg_err *err)
{
    struct gg_table *v = &d->velocities;
    int id = gg_table_find(&d->atoms, "id");
    if (!v->n_column)
        return 0;
    if (gg_table_sort(v, 0, err))
        return gg_err_prefix(err, "Velocities: ");
    for (uint64_t i = 0; i < v->n; i++)
        if (v->value[i * (uint64_t)v->n_column] !=
            d->atoms.value[i * (uint64_t)d->atoms.n_column + (uint64_t)d->atoms.property[id].at])
            return gg_fail(err, GG_INPUT, "Velocities: other ids than Atoms");
    struct gg_field x = gg_table_field(v, a, 1, 0);
    x.axis[0] = GG_NODE;
    if (v->n_property > 2)
        gg_extra_left_out(draft, "Velocities", "more than three columns");
    return gg_extra_add(draft, a, "Velocities", "velocity", &x, err);
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
    failed =
        failed || gg_lammps_finish(f, &d->atoms, &d->box, a, draft, err) || add_velocities(d, a, draft, err);
    gg_table_free(&d->atoms);
    gg_table_free(&d->velocities);
    return failed ? -1 : 1;
}
