/* extxyz.c -- extended XYZ by its published grammar, https://github.com/libAtoms/extxyz (README)
 *
 *     4096
 *     Lattice="15 0 0 0 15 0 0 0 15" Properties=species:S:1:pos:R:3:force:R:3 pbc="T T T" Time=10
 *     A 0.1 0.2 0.3 ...
 *
 * Rows of the lattice are the cell vectors.  Without Properties the columns are species:S:1:pos:R:3, without Lattice the
 * boundaries are open.  All other columns and keys that are numbers become fields. */
#include "formats/extra.h"
#include "formats/extra_key.h"
#include "formats/words.h"
#include "formats/xyz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool gg_extxyz_looks(const struct gg_foreign *f, const char *head)
{
    (void)f;
    static const char *const keys[] = {"Properties", "Lattice", "pbc"};
    char *line = gg_xyz_second_line(head);
    bool is = false;
    for (int k = 0; line && k < 3; k++)
        is |= gg_xyz_has_key(line, keys[k], '=');
    free(line);
    return is;
}

/* ---- the cell ---- */

/* "T T F", three or, in two dimensions, two. */
static int get_pbc(const char *text, struct gg_draft *d, struct gg_arena *a, struct gg_err *err)
{
    char *rest = gg_arena_strdup(a, text), *word;
    int n = 0, pbc = 0;
    bool is, fits = true;
    for (; (word = gg_word(&rest)); n++) {
        if (!gg_word_bool(word, &is)) {
            is = !strcmp(word, "1");
            fits &= is || !strcmp(word, "0");
        }
        pbc |= n < d->dim && is ? 1 << n : 0;
    }
    d->pbc = pbc;
    return fits && (n == 3 || n == d->dim)
               ? 0
               : gg_fail(err, GG_INPUT, "pbc=\"%.40s\"; three of T, F are wanted", text);
}

/* 9 numbers; 3 are edges. */
static int get_lattice(const char *text, int dim, double cell[3][3], struct gg_err *err)
{
    double edge[3];
    bool edges = gg_word_numbers(text, 3, edge);
    memset(cell, 0, 9 * sizeof(double));
    for (int k = 0; k < 3 && edges; k++)
        cell[k][k] = edge[k];
    if (!edges && !gg_word_numbers(text, 9, cell[0]))
        return gg_fail(err, GG_INPUT, "Lattice=\"%.60s\"; 9 numbers are wanted", text);
    if (dim == 2)
        for (int k = 0; k < 3; k++)
            cell[k][2] = cell[2][k] = 0;
    return 0;
}

static int get_cell(const struct gg_foreign *f, struct gg_arena *a, const struct gg_keys *keys,
                    struct gg_draft *d, struct gg_err *err)
{
    double cell[3][3];
    const char *lattice = gg_keys_get(keys, "Lattice"), *pbc = gg_keys_get(keys, "pbc");
    if (lattice && get_lattice(lattice, d->dim, cell, err))
        return -1;
    bool none = lattice && pbc && !strpbrk(pbc, "Tt1");
    bool periodic = pbc && strpbrk(pbc, "Tt1"); /* wants a cell */
    if (periodic ? gg_foreign_cell(f, d, lattice ? cell : NULL, 0, err)
                 : gg_foreign_open_cell(f, d, lattice && !none ? cell : NULL, err))
        return -1;
    if (none)
        memcpy(d->cell, cell, sizeof cell);
    return pbc ? get_pbc(pbc, d, a, err) : 0;
}

/* ---- columns ---- */

static int add_properties(struct gg_table *t, struct gg_arena *a, const char *text, struct gg_err *err)
{
    char *rest = gg_arena_strdup(a, text ? text : "species:S:1:pos:R:3"), *name;
    while ((name = strsep(&rest, ":")) && *name) {
        char *kind = strsep(&rest, ":"), *count = kind ? strsep(&rest, ":") : NULL;
        int64_t width;
        if (!count || strlen(kind) != 1 || !strchr("RISL", *kind) || !gg_word_int(count, &width) ||
            width < 1 || width > GG_MAX_COLUMNS)
            return gg_fail(err, GG_INPUT, "Properties: NAME:R|I|S|L:COUNT is wanted at '%.40s'", name);
        if (gg_table_add(t, name, *kind, (int)width, err))
            return -1;
    }
    return 0;
}

/* Which columns make up the configuration; -1: absent. */
struct roles {
    int id, type, pos, inherent, cage, image;
};

static int find_roles(const struct gg_foreign *f, struct gg_table *t, struct roles *r, struct gg_err *err)
{
    static const char *const species[] = {"species", "element", "Z", "type"};
    const char *asked = gg_columns_mapped(f, "type", NULL);
    r->id = gg_table_find(t, gg_columns_mapped(f, "id", "id"));
    r->type = asked ? gg_table_find(t, asked) : -1;
    for (int k = 0; k < 4 && !asked && r->type < 0; k++)
        r->type = gg_table_find(t, species[k]);
    r->pos = gg_table_find(t, gg_columns_mapped(f, "pos", "pos"));
    r->inherent = gg_table_find(t, gg_columns_mapped(f, "pos_inherent", "pos_inherent"));
    r->cage = gg_table_find(t, gg_columns_mapped(f, "pos_cage", "pos_cage"));
    r->image = gg_table_find(t, gg_columns_mapped(f, "image", "image"));
    if (r->image >= 0 && (t->property[r->image].kind != 'I' || t->property[r->image].width != 3))
        r->image = -1;
    if (r->type < 0 || r->pos < 0)
        return gg_fail(err, GG_INPUT, "no property '%.40s' among the columns",
                       r->type < 0 ? (asked ? asked : "species") : gg_columns_mapped(f, "pos", "pos"));
    struct gg_property *type = &t->property[r->type];
    if (type->width != 1 || (type->kind != 'S' && type->kind != 'I'))
        return gg_fail(err, GG_INPUT, "property %.40s:%c:%d; names or whole numbers of width 1 are wanted",
                       type->name, type->kind, type->width);
    type->words = true;
    t->property[r->pos].finite = true;
    if (r->id >= 0 && (t->property[r->id].kind != 'I' || t->property[r->id].width != 1))
        r->id = -1; /* some other id: a field */
    return 0;
}

/* Positions of another state, if they are there. */
static int get_state(struct gg_table *t, int property, struct gg_arena *a, const struct gg_draft *d,
                     struct gg_field *out, struct gg_err *err)
{
    struct gg_draft other = {.dim = d->dim};
    if (property < 0)
        return 0;
    if (gg_xyz_positions(t, property, a, &other, err))
        return -1;
    *out = other.pos;
    return 0;
}

/* Positions in other images than that of the cell. */
static int unwrap(struct gg_table *t, int property, struct gg_draft *d, struct gg_err *err)
{
    if (property < 0)
        return 0;
    struct gg_property *p = &t->property[property];
    p->used = true;
    return gg_columns_unwrap(t, (const int[]){p->at, p->at + 1, p->at + 2}, d, err);
}

/* ---- keys ---- */

static bool is_known(const char *key)
{
    static const char *const known[] = {"Lattice",  "Properties", "pbc",         "time",
                                        "Timestep", "step",       "temperature", NULL};
    for (int k = 0; known[k]; k++)
        if (!strcasecmp(known[k], key))
            return true;
    return false;
}

static int get_keys(const struct gg_foreign *f, struct gg_arena *a, const struct gg_keys *keys,
                    struct gg_draft *d, struct gg_err *err)
{
    double temperature = 0, now = NAN, step = NAN;
    d->step = f->n_skipped + f->n_done + 1;
    if (gg_keys_number(keys, "time", &now, err) || gg_keys_number(keys, "Timestep", &step, err) ||
        gg_keys_number(keys, "step", &step, err) || gg_keys_number(keys, "temperature", &temperature, err))
        return -1;
    d->now = now;
    if (step == floor(step) && fabs(step) < 0x1p53 && gg_foreign_now(f, d, (int64_t)step, now, err))
        return -1;
    bool plain = !gg_keys_get(keys, "Properties"); /* words without '=' are the comment of plain XYZ then */
    for (int k = 0; k < keys->n; k++) {
        if (plain && keys->key[k].flag)
            gg_extra_left_out(d, "words of the comment line", "text");
        else if (!is_known(keys->key[k].key) && gg_extra_key(d, a, &keys->key[k], err))
            return -1;
    }
    return gg_foreign_temperature(f, d, temperature, false, err);
}

/* ---- a frame ---- */

static int fill_draft(const struct gg_foreign *f, struct gg_arena *a, struct gg_table *t,
                      const struct gg_keys *keys, const struct roles *r, struct gg_draft *d,
                      struct gg_err *err)
{
    d->dim = (int)f->options->dim;
    d->n_node = t->n;
    gg_meta_set(&d->meta, "source.positions", "as they are");
    return gg_columns_sort(t, r->id, a, d, err) || gg_xyz_positions(t, r->pos, a, d, err) ||
           get_state(t, r->inherent, a, d, &d->inherent, err) || get_state(t, r->cage, a, d, &d->cage, err) ||
           gg_columns_types(f, t, r->type, -1, a, d, err) || get_cell(f, a, keys, d, err) ||
           unwrap(t, r->image, d, err) || get_keys(f, a, keys, d, err) || gg_columns_rest(f, t, a, d, err);
}

static int read_frame(struct gg_foreign *f, struct gg_arena *a, struct gg_table *t, struct gg_draft *d,
                      struct gg_err *err)
{
    struct gg_keys *keys = GG_NEW(a, struct gg_keys, 1);
    struct roles roles;
    int64_t count;
    char *line;
    int got = gg_xyz_begin(&f->input, a, 0, &count, &line, err);
    if (got <= 0)
        return got;
    if (gg_keys_parse(keys, a, line, '=', err) ||
        add_properties(t, a, gg_keys_get(keys, "Properties"), err) || find_roles(f, t, &roles, err) ||
        gg_columns_check_map(f, t, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)f->input.line);
    bool own = gg_keys_get(keys, "gg_fields");
    if (!count && !own)
        return gg_input_fail(&f->input, err, GG_INPUT, "a number of particles is wanted");
    if (gg_xyz_rows(&f->input, t, count, err))
        return -1;
    int failed = own ? gg_extxyz_own(keys, t, a, d, err) : fill_draft(f, a, t, keys, &roles, d, err);
    return failed ? gg_err_prefix(err, "frame %lld: ", (long long)f->n_done) : 1;
}

int gg_extxyz_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct gg_table t = {.n = 0};
    int got = read_frame(f, a, &t, d, err);
    gg_table_free(&t);
    return got;
}
