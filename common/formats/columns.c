/* columns.c -- from a table of particles to a draft */
#include "formats/columns.h"
#include "formats/extra.h"
#include "formats/words.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *gg_columns_mapped(const struct gg_foreign *f, const char *field, const char *own)
{
    size_t n = strlen(field);
    for (int k = 0; k < f->options->map.n; k++)
        if (!strncmp(f->options->map.v[k], field, n) && f->options->map.v[k][n] == '=')
            return f->options->map.v[k] + n + 1;
    return own;
}

static int no_column(const struct gg_table *t, const char *map, const char *column, struct gg_err *err)
{
    char list[400];
    size_t n = 0;
    for (int k = 0; k < t->n_property && n < sizeof list; k++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", k ? ", " : "", t->property[k].name);
    return gg_fail(err, GG_USAGE, "--map %.100s: there is no column '%.60s'; there are %s", map, column,
                   list);
}

int gg_columns_check_map(const struct gg_foreign *f, const struct gg_table *t, struct gg_err *err)
{
    for (int k = 0; k < f->options->map.n; k++) {
        const char *map = f->options->map.v[k], *equals = strchr(map, '=');
        if (!equals || equals == map || !equals[1])
            return gg_fail(err, GG_USAGE, "--map %s: FIELD=KEY is wanted", map);
        if (gg_table_find(t, equals + 1) < 0)
            return no_column(t, map, equals + 1, err);
    }
    return 0;
}

/* ---- species ---- */

/* Place of a name in "A,B,C", -1 if it is not there. */
static int named(const char *names, const char *word)
{
    int k = 0;
    size_t length = strlen(word);
    for (const char *p = names; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL, k++)
        if (strcspn(p, ",") == length && !memcmp(p, word, length))
            return k;
    return -1;
}

/* What --species must say: what it says, and the words that it lacks as they come. */
static int not_named(const struct gg_foreign *f, const struct gg_table *t, int k, struct gg_err *err)
{
    const char *given = f->options->species;
    char list[256];
    size_t n = (size_t)snprintf(list, sizeof list, "%.200s", given ? given : "");
    for (int w = 0; w < t->n_word && n < sizeof list; w++)
        if (named(given, t->word[w]) < 0)
            n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", n ? "," : "", t->word[w]);
    return gg_fail(err, GG_INPUT, "particle %llu: species '%.40s'; --species %s names them, type 0 first",
                   (unsigned long long)t->word_row[k], t->word[k], list);
}

/* Letters, with A among them: no element is called A, but B, C, H, N, O ... are some. */
static bool are_letters(const struct gg_table *t)
{
    bool all = true, any_a = false;
    for (int k = 0; k < t->n_word; k++) {
        all &= t->word[k][0] >= 'A' && t->word[k][0] <= 'Z' && !t->word[k][1];
        any_a |= !strcmp(t->word[k], "A");
    }
    return all && any_a;
}

/* What the words mean, each; *numbers: they are codes of the source, not of ours. */
static int word_codes(const struct gg_foreign *f, const struct gg_table *t, double *code, bool *numbers,
                      struct gg_err *err)
{
    const char *names = f->options->species;
    bool letters = are_letters(t);
    *numbers = !names && !letters;
    for (int k = 0; k < t->n_word; k++) {
        int64_t number = -1;
        if (names)
            number = named(names, t->word[k]);
        else if (letters)
            number = t->word[k][0] - 'A';
        else if (!gg_word_int(t->word[k], &number))
            number = -1;
        if (number < 0)
            return not_named(f, t, k, err);
        code[k] = (double)number;
    }
    return 0;
}

static int first_code(const struct gg_field *type, int first, struct gg_draft *d)
{
    if (first >= 0)
        return first;
    d->first_is_open = true;
    for (uint64_t i = 0; i < type->shape[0]; i++)
        if (gg_field_get(type, i) == 0)
            return 0;
    return 1;
}

int gg_columns_types(const struct gg_foreign *f, struct gg_table *t, int property, int first,
                     struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    double code[GG_MAX_WORDS];
    struct gg_property *p = &t->property[property];
    bool numbers = true;
    if (f->options->first_type > 0)
        first = f->options->first_type - 1;
    if (p->words && word_codes(f, t, code, &numbers, err))
        return -1;
    p->used = true;
    p->kind = p->kind == 'I' ? 'R' : p->kind;
    d->type = gg_table_field(t, a, property, 1);
    double *type = d->type.data;
    for (uint64_t i = 0; p->words && i < t->n; i++)
        type[i] = code[(int)type[i]];
    d->first_type = numbers ? first_code(&d->type, first, d) : 0;
    gg_meta_set(&d->meta, "source.types", !numbers ? "named" : d->first_type ? "from 1" : "from 0");
    return 0;
}

/* ---- ids, vectors, images ---- */

bool gg_columns_three(struct gg_table *t, const char *prefix, const char *suffix, int dim, int column[3])
{
    int property[3];
    for (int v = 0; v < 3; v++) {
        char name[GG_NAME];
        snprintf(name, sizeof name, "%s%c%s", prefix, 'x' + v, suffix);
        property[v] = gg_table_find(t, name);
        if (v < dim && (property[v] < 0 || t->property[property[v]].width != 1))
            return false;
        column[v] = property[v] < 0 ? -1 : t->property[property[v]].at;
    }
    for (int v = 0; v < 3; v++)
        if (property[v] >= 0)
            t->property[property[v]].used = true;
    return true;
}

struct gg_field gg_columns_gather(const struct gg_table *t, const int *column, int n, struct gg_arena *a)
{
    struct gg_field x = {.dtype = GG_F64, .ndim = 2, .shape = {t->n, (uint64_t)n}};
    x.nbytes = t->n * (uint64_t)n * sizeof(double);
    double *to = x.data = gg_arena_alloc(a, x.nbytes + 1);
    for (uint64_t i = 0; i < t->n; i++)
        for (int c = 0; c < n; c++)
            *to++ = t->value[i * (uint64_t)t->n_column + (uint64_t)column[c]];
    return x;
}

int gg_columns_sort(struct gg_table *t, int property, struct gg_arena *a, struct gg_draft *d,
                    struct gg_err *err)
{
    if (property < 0)
        return 0;
    struct gg_property *p = &t->property[property];
    if (gg_table_sort(t, property, err))
        return -1;
    p->used = true;
    p->kind = 'I';
    struct gg_field id = gg_table_field(t, a, property, 1);
    const int64_t *number = id.data;
    bool plain =
        t->n && (number[0] == 0 || number[0] == 1) && number[t->n - 1] == number[0] + (int64_t)t->n - 1;
    id.axis[0] = GG_NODE;
    return plain ? 0 : gg_extra_add(d, a, p->name, "particle_id", &id, err);
}

int gg_columns_unwrap(const struct gg_table *t, const int image[3], struct gg_draft *d, struct gg_err *err)
{
    double *pos = d->pos.data;
    for (uint64_t i = 0; i < t->n; i++)
        for (int v = 0; v < d->dim; v++) {
            double n = t->value[i * (uint64_t)t->n_column + (uint64_t)image[v]];
            if (!(n == floor(n) && fabs(n) < 1e9))
                return gg_fail(err, GG_INPUT,
                               "particle %llu: image flag %g; a whole number below 1e9 is wanted",
                               (unsigned long long)i, n);
            if (n != 0 && !(d->pbc >> v & 1))
                return gg_fail(err, GG_INPUT, "particle %llu: image flag %g along an open direction",
                               (unsigned long long)i, n);
            for (int c = 0; c < d->dim; c++)
                pos[i * (uint64_t)d->dim + (uint64_t)c] += n * d->cell[v][c];
        }
    d->unwrapped = true;
    return 0;
}

/* ---- the rest ---- */

/* Columns of a vector by their usual names, x first: "vx" is velocity. */
static const struct {
    const char *prefix, *field;
} vectors[] = {{"v", "velocity"}, {"f", "force"},       {"mu", "dipole"}, {"omega", "omega"},
               {"tq", "torque"},  {"angmom", "angmom"}, {NULL, NULL}};

struct group {
    int n, column[GG_MAX_COLUMNS];
    char name[GG_NAME], source[GG_NAME + 16];
};

static bool is_free(const struct gg_table *t, int k)
{
    return k >= 0 && !t->property[k].used && t->property[k].width == 1 && t->property[k].kind != 'S';
}

static void take(struct group *g, struct gg_table *t, int k)
{
    t->property[k].used = true;
    g->column[g->n++] = t->property[k].at;
}

/* "vx" with "vy" and "vz" (in two dimensions z may be missing). */
static bool take_vector(struct group *g, struct gg_table *t, int k, int dim)
{
    const char *name = t->property[k].name, *field = NULL;
    size_t n = strlen(name);
    for (int v = 0; vectors[v].prefix; v++)
        if (n == strlen(vectors[v].prefix) + 1 && !strncmp(name, vectors[v].prefix, n - 1) &&
            name[n - 1] == 'x')
            field = vectors[v].field;
    char other[GG_NAME];
    int y, z;
    if (!field)
        return false;
    snprintf(other, sizeof other, "%s", name);
    other[n - 1] = 'y';
    y = gg_table_find(t, other);
    other[n - 1] = 'z';
    z = gg_table_find(t, other);
    if (!is_free(t, y) || (dim == 3 && !is_free(t, z)))
        return false;
    snprintf(g->name, sizeof g->name, "%s", field);
    snprintf(g->source, sizeof g->source, "%s,%.*sy%s%.*s%s", name, (int)n - 1, name,
             is_free(t, z) ? "," : "", is_free(t, z) ? (int)n - 1 : 0, name, is_free(t, z) ? "z" : "");
    take(g, t, k);
    take(g, t, y);
    if (is_free(t, z))
        take(g, t, z);
    return true;
}

/* "c_s[1]" with "c_s[2]" ... */
static bool take_numbered(struct group *g, struct gg_table *t, int k)
{
    const char *name = t->property[k].name, *open = strrchr(name, '[');
    if (!open || strcmp(open, "[1]"))
        return false;
    snprintf(g->name, sizeof g->name, "%.*s", (int)(open - name), name);
    for (int next = k; is_free(t, next);) {
        char other[GG_NAME + 16];
        take(g, t, next);
        snprintf(other, sizeof other, "%s[%d]", g->name, g->n + 1);
        next = gg_table_find(t, other);
    }
    snprintf(g->source, sizeof g->source, "%s[1..%d]", g->name, g->n);
    return g->n > 0;
}

/* The field that --map calls the column, NULL if none. */
static const char *mapped_name(const struct gg_foreign *f, const char *column, struct gg_arena *a)
{
    for (int k = 0; k < f->options->map.n; k++) {
        const char *map = f->options->map.v[k], *equals = strchr(map, '=');
        if (equals && !strcmp(equals + 1, column))
            return gg_arena_printf(a, "%.*s", (int)(equals - map), map);
    }
    return NULL;
}

static int add_one(const struct gg_foreign *f, struct gg_table *t, int k, struct gg_arena *a,
                   struct gg_draft *d, struct gg_err *err)
{
    struct gg_property *p = &t->property[k];
    const char *name = mapped_name(f, p->name, a);
    struct group g = {.n = 0};
    p->used = true;
    if (p->kind == 'S') {
        gg_extra_left_out(d, p->name, "text");
        return 0;
    }
    struct gg_field x = gg_table_field(t, a, k, 0);
    x.axis[0] = GG_NODE;
    if (!name) {
        p->used = false;
        if (take_vector(&g, t, k, d->dim) || take_numbered(&g, t, k)) {
            x = gg_columns_gather(t, g.column, g.n, a);
            x.axis[0] = GG_NODE;
            return gg_extra_add(d, a, g.source, g.name, &x, err);
        }
        p->used = true;
    }
    return gg_foreign_column(f, a, d, p->name, name, &x, err);
}

int gg_columns_rest(const struct gg_foreign *f, struct gg_table *t, struct gg_arena *a, struct gg_draft *d,
                    struct gg_err *err)
{
    for (int k = 0; k < t->n_property; k++)
        if (!t->property[k].used && add_one(f, t, k, a, d, err))
            return -1;
    return 0;
}
