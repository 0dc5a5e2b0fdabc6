/* extxyz.c -- extended XYZ as ASE and OVITO write it
 *
 *     4096
 *     Lattice="15 0 0 0 15 0 0 0 15" Properties=species:S:1:pos:R:3 pbc="T T T" Time=10
 *     A 0.1 0.2 0.3
 *
 * Rows of the lattice are the cell vectors.  Of the columns, species, pos, id, pos_inherent and pos_cage are
 * read. */
#include "formats/extxyz.h"
#include "formats/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 256, N_VALUE = 11 };

/* What is kept of a particle, in this order: id, species, pos, pos_inherent, pos_cage. */
enum { ID, SPECIES, POS, INHERENT = POS + 3, CAGE = INHERENT + 3 };

struct column {
    const char *name; /* of the property */
    int keep, width;  /* first place in a row of values; numbers */
    int at;           /* first column of the text; -1: absent */
};

struct frame {
    int64_t count;
    int n_column;
    struct column column[5];
    uint64_t n, room;
    double (*row)[N_VALUE]; /* malloc'd, grows with the lines that come */
    int digits;
};

bool gg_extxyz_looks(const struct gg_foreign *f, const char *head)
{
    (void)f;
    size_t n = strspn(head, " \t");
    n += strspn(head + n, "0123456789");
    n += strspn(head + n, " \t\r");
    const char *end = head[n] == '\n' && n ? strchr(head + n + 1, '\n') : NULL,
               *found = strstr(head, "Properties=");
    return end && found && found < end;
}

/* ---- the comment line ---- */

/* The value at *p: "quoted" (with \" inside) or bare; moves behind it. */
static const char *cut_value(char **p)
{
    char *start = *p, *to;
    if (*start != '"') {
        *p += strcspn(start, " \t");
        if (**p)
            *(*p)++ = 0;
        return start;
    }
    char *from = to = ++start;
    while (*from && *from != '"') {
        if (*from == '\\' && from[1])
            from++;
        *to++ = *from++;
    }
    if (!*from || (from[1] && !strchr(" \t", from[1])))
        return NULL;
    *p = from + 1;
    *to = 0;
    return start;
}

int gg_extxyz_comment_parse(struct gg_extxyz_comment *c, char *line, struct gg_err *err)
{
    c->n = 0;
    for (char *p = line + strspn(line, " \t"); *p; p += strspn(p, " \t")) {
        char *key = p;
        p += strcspn(p, "= \t");
        if (p == key || strpbrk(key, "\"") == key)
            return gg_fail(err, GG_INPUT, "column %d: a key is wanted", (int)(key - line) + 1);
        char *end = p;
        const char *value = "T"; /* a key alone is a flag */
        if (*p == '=') {
            p++;
            if (*p == '[' || *p == '{' || !*p)
                return gg_fail(err, GG_INPUT, "column %d: only bare and quoted values are read",
                               (int)(p - line) + 1);
            if (!(value = cut_value(&p)))
                return gg_fail(err, GG_INPUT, "column %d: the quotes do not close, or no blank follows",
                               (int)(end - line) + 2);
        } else if (*p)
            p++;
        *end = 0;
        if (c->n == (int)(sizeof c->pair / sizeof c->pair[0]))
            return gg_fail(err, GG_INPUT, "more than %d keys", c->n);
        if (gg_extxyz_get(c, key))
            return gg_fail(err, GG_INPUT, "key '%.40s' comes twice", key);
        c->pair[c->n++] = (struct gg_extxyz_pair){key, value};
    }
    return 0;
}

const char *gg_extxyz_get(const struct gg_extxyz_comment *c, const char *key)
{
    for (int k = 0; k < c->n; k++)
        if (!strcmp(c->pair[k].key, key))
            return c->pair[k].value;
    return NULL;
}

/* n numbers and nothing else */
static bool numbers(struct gg_arena *a, const char *text, int n, double *out)
{
    char *rest = gg_arena_strdup(a, text), *word;
    for (int k = 0; k < n; k++)
        if (!(word = gg_word(&rest)) || !gg_word_double(word, &out[k]))
            return false;
    return !gg_word(&rest);
}

static int get_number(struct gg_arena *a, const struct gg_extxyz_comment *c, const char *key, double *x,
                      struct gg_err *err)
{
    const char *text = gg_extxyz_get(c, key);
    if (text && !numbers(a, text, 1, x))
        return gg_fail(err, GG_INPUT, "%s=\"%.40s\"; a number is wanted", key, text);
    return 0;
}

static int get_cell(const struct gg_foreign *f, struct gg_arena *a, const struct gg_extxyz_comment *c,
                    struct gg_draft *d, struct gg_err *err)
{
    double cell[3][3];
    const char *lattice = gg_extxyz_get(c, "Lattice"), *pbc = gg_extxyz_get(c, "pbc");
    if (lattice && !numbers(a, lattice, 9, cell[0]))
        return gg_fail(err, GG_INPUT, "Lattice=\"%.60s\"; 9 numbers are wanted", lattice);
    if (lattice && d->dim == 2)
        for (int k = 0; k < 3; k++)
            cell[k][2] = cell[2][k] = 0;
    if (gg_foreign_cell(f, d, lattice ? cell : NULL, 0, err))
        return -1;
    if (!pbc)
        return 0;
    d->pbc = 0;
    char *rest = gg_arena_strdup(a, pbc), *word;
    int n = 0;
    for (; (word = gg_word(&rest)); n++)
        if (n < d->dim && (word[0] == 'T' || word[0] == 't' || !strcmp(word, "1")))
            d->pbc |= 1 << n;
    return n == 3 ? 0 : gg_fail(err, GG_INPUT, "pbc=\"%.40s\"; three of T, F are wanted", pbc);
}

/* ---- columns ---- */

/* The property for a field: --map first. */
static const char *property_of(const struct gg_foreign *f, const char *field)
{
    size_t n = strlen(field);
    for (int k = 0; k < f->options->map.n; k++)
        if (!strncmp(f->options->map.v[k], field, n) && f->options->map.v[k][n] == '=')
            return f->options->map.v[k] + n + 1;
    return strcmp(field, "type") ? field : "species";
}

static int add_property(struct frame *fr, const char *name, char kind, int width, struct gg_err *err)
{
    for (int k = 0; k < 5; k++) {
        struct column *c = &fr->column[k];
        if (strcmp(c->name, name))
            continue;
        bool fits = c->keep == SPECIES ? kind == 'S' || kind == 'I' : kind == (c->keep == ID ? 'I' : 'R');
        if (c->at >= 0 || width != c->width || !fits)
            return gg_fail(err, GG_INPUT, "property %.40s:%c:%d; once, with width %d, is wanted", name, kind,
                           width, c->width);
        c->at = fr->n_column;
    }
    fr->n_column += width;
    return 0;
}

/* "species:S:1:pos:R:3" */
static int read_properties(const struct gg_foreign *f, struct gg_arena *a, struct frame *fr, const char *text,
                           struct gg_err *err)
{
    const struct column wanted[5] = {{"id", ID, 1, -1},
                                     {property_of(f, "type"), SPECIES, 1, -1},
                                     {property_of(f, "pos"), POS, 3, -1},
                                     {property_of(f, "pos_inherent"), INHERENT, 3, -1},
                                     {property_of(f, "pos_cage"), CAGE, 3, -1}};
    memcpy(fr->column, wanted, sizeof wanted);
    char *rest = gg_arena_strdup(a, text ? text : ""), *name;
    while ((name = strsep(&rest, ":")) && *name) {
        char *kind = strsep(&rest, ":"), *count = kind ? strsep(&rest, ":") : NULL;
        int64_t width;
        if (!count || strlen(kind) != 1 || !strchr("RISL", *kind) || !gg_word_int(count, &width) ||
            width < 1 || width > MAX_COLUMNS - fr->n_column)
            return gg_fail(err, GG_INPUT, "Properties: NAME:R|I|S|L:COUNT is wanted at '%.40s'", name);
        if (add_property(fr, name, *kind, (int)width, err))
            return -1;
    }
    for (int k = 1; k < 3; k++)
        if (fr->column[k].at < 0)
            return gg_fail(err, GG_INPUT, "no property '%.40s' among the columns", fr->column[k].name);
    return 0;
}

/* A name of --species; without those a letter A, B, ... or a number from 1. */
static int species_code(const struct gg_foreign *f, const char *word, double *code, struct gg_err *err)
{
    const char *names = f->options->species;
    size_t length = strlen(word);
    int64_t number;
    *code = 0;
    for (const char *p = names; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL, *code += 1)
        if (strcspn(p, ",") == length && !memcmp(p, word, length))
            return 0;
    if (!names && word[0] >= 'A' && word[0] <= 'Z' && !word[1])
        *code = word[0] - 'A';
    else if (!names && gg_word_int(word, &number) && number >= 1)
        *code = (double)(number - 1);
    else
        return gg_fail(err, GG_INPUT, "species '%.40s'; --species names them, type 0 first", word);
    return 0;
}

static int read_particle(const struct gg_foreign *f, struct gg_input *in, struct frame *fr,
                         struct gg_err *err)
{
    char *line, *word[MAX_COLUMNS];
    int n = 0, got = gg_input_line(in, &line, err);
    if (got == 0)
        return gg_fail(err, GG_TRUNCATED, "ends after %llu of %lld particles", (unsigned long long)fr->n,
                       (long long)fr->count);
    if (got < 0)
        return -1;
    while (n < MAX_COLUMNS && (word[n] = gg_word(&line)))
        n++;
    if (n != fr->n_column)
        return gg_input_fail(in, err, GG_INPUT, "%d columns; Properties has %d", n, fr->n_column);
    if (fr->n == fr->room) {
        fr->room = fr->room ? 2 * fr->room : 1024;
        fr->row = gg_xrealloc(fr->row, fr->room * sizeof *fr->row);
    }
    double *row = fr->row[fr->n++];
    row[ID] = (double)fr->n;
    for (int k = 0; k < 5; k++) {
        const struct column *c = &fr->column[k];
        for (int w = 0; w < c->width && c->at >= 0; w++) {
            const char *text = word[c->at + w];
            if (c->keep == SPECIES ? species_code(f, text, &row[SPECIES], err)
                                   : !gg_word_double(text, &row[c->keep + w]))
                return c->keep == SPECIES
                           ? gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line)
                           : gg_input_fail(in, err, GG_INPUT, "column %d: '%.40s' is no finite number",
                                           c->at + w + 1, text);
            if (c->keep == POS && gg_word_digits(text) > fr->digits)
                fr->digits = gg_word_digits(text);
        }
    }
    return 0;
}

/* ---- a frame ---- */

static int by_id(const void *a, const void *b)
{
    double p = ((const double *)a)[ID], q = ((const double *)b)[ID];
    return (p > q) - (p < q);
}

static struct gg_field gather(struct gg_arena *a, const struct frame *fr, int keep, int width)
{
    struct gg_field x = {.dtype = GG_F64,
                         .ndim = width > 1 ? 2 : 1,
                         .shape = {fr->n, width > 1 ? (uint64_t)width : 0}};
    x.nbytes = fr->n * (uint64_t)width * sizeof(double);
    double *to = x.data = gg_arena_alloc(a, x.nbytes);
    for (uint64_t i = 0; i < fr->n; i++, to += width)
        memcpy(to, fr->row[i] + keep, (size_t)width * sizeof *to);
    return x;
}

static int fill_draft(const struct gg_foreign *f, struct gg_arena *a, struct frame *fr,
                      const struct gg_extxyz_comment *c, struct gg_draft *d, struct gg_err *err)
{
    double temperature = 0, step = (double)f->n_done + 1;
    d->dim = (int)f->options->dim;
    d->n_node = fr->n;
    qsort(fr->row, fr->n, sizeof *fr->row, by_id);
    for (uint64_t i = 1; i < fr->n; i++)
        if (fr->row[i][ID] == fr->row[i - 1][ID])
            return gg_fail(err, GG_INPUT, "id %.0f comes twice", fr->row[i][ID]);
    d->type = gather(a, fr, SPECIES, 1);
    d->pos = gather(a, fr, POS, d->dim);
    if (fr->column[3].at >= 0)
        d->inherent = gather(a, fr, INHERENT, d->dim);
    if (fr->column[4].at >= 0)
        d->cage = gather(a, fr, CAGE, d->dim);
    d->few_digits = fr->digits <= 6;
    if (get_number(a, c, "time", &d->now, err) || get_number(a, c, "Time", &d->now, err) ||
        get_number(a, c, "Timestep", &step, err) || get_number(a, c, "temperature", &temperature, err) ||
        get_cell(f, a, c, d, err) || gg_foreign_temperature(f, d, temperature, false, err))
        return -1;
    d->step = fabs(step) < 0x1p53 ? (int64_t)step : 0;
    gg_meta_set(&d->meta, "source.positions", "as they are");
    return 0;
}

static int read_frame(struct gg_foreign *f, struct gg_arena *a, struct frame *fr, struct gg_draft *d,
                      struct gg_err *err)
{
    struct gg_input *in = &f->input;
    struct gg_extxyz_comment comment;
    char *line, *word;
    int got;
    do /* blank lines at the end are legal */
        got = gg_input_line(in, &line, err);
    while (got == 1 && !line[strspn(line, " \t")]);
    if (got <= 0)
        return got;
    if (!(word = gg_word(&line)) || !gg_word_int(word, &fr->count) || fr->count < 1 || gg_word(&line))
        return gg_input_fail(in, err, GG_INPUT, "a number of particles is wanted");
    if ((got = gg_input_line(in, &line, err)) <= 0)
        return got ? -1 : gg_fail(err, GG_TRUNCATED, "ends behind the number of particles");
    line = gg_arena_strdup(a, line);
    if (gg_extxyz_comment_parse(&comment, line, err) ||
        read_properties(f, a, fr, gg_extxyz_get(&comment, "Properties"), err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)in->line);
    for (int64_t i = 0; i < fr->count; i++)
        if (read_particle(f, in, fr, err))
            return -1;
    return fill_draft(f, a, fr, &comment, d, err) ? gg_err_prefix(err, "frame %lld: ", (long long)f->n_done)
                                                  : 1;
}

int gg_extxyz_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct frame fr = {.n = 0};
    int got = read_frame(f, a, &fr, d, err);
    free(fr.row);
    return got;
}
