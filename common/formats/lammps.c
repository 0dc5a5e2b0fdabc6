/* lammps.c -- what the text dump, the binary dump and the data file of LAMMPS have in common
 *
 * Atoms come in any order: they are sorted by id where there are ids.  Positions keep the source's origin: only whole
 * cell vectors are added later, by the wrapping. */
#include "formats/lammps.h"
#include "formats/extra.h"
#include "formats/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void gg_lammps_from_bounding(struct gg_lammps_box *b)
{
    double both = b->xy + b->xz;
    b->lo[0] -= fmin(fmin(0, b->xy), fmin(b->xz, both));
    b->hi[0] -= fmax(fmax(0, b->xy), fmax(b->xz, both));
    b->lo[1] -= fmin(0, b->yz);
    b->hi[1] -= fmax(0, b->yz);
}

int gg_lammps_cell(const struct gg_lammps_box *b, int dim, double cell[3][3], struct gg_err *err)
{
    double length[3];
    for (int k = 0; k < 9 && b->general; k++)
        if (!(fabs(b->vector[k / 3][k % 3]) < 1e9 && fabs(b->lo[k / 3]) < 1e9))
            return gg_fail(err, GG_INPUT, "box of vectors with %g from %g", b->vector[k / 3][k % 3],
                           b->lo[k / 3]);
    if (b->general) {
        memcpy(cell, b->vector, sizeof b->vector);
        return 0;
    }
    for (int k = 0; k < 3; k++) {
        length[k] = b->hi[k] - b->lo[k];
        bool flat = dim == 2 && k == 2 && length[k] == 0;
        if (!((length[k] > 0 || flat) && length[k] < 1e9 && fabs(b->lo[k]) < 1e9))
            return gg_fail(err, GG_INPUT, "box from %g to %g along %c%s", b->lo[k], b->hi[k], 'x' + k,
                           k == 2 && length[k] == 0 ? "; --dim 2 reads two dimensions" : "");
    }
    if (!(fabs(b->xy) + fabs(b->xz) + fabs(b->yz) < 1e9))
        return gg_fail(err, GG_INPUT, "box with tilts %g %g %g", b->xy, b->xz, b->yz);
    const double rows[3][3] = {{length[0], 0, 0}, {b->xy, length[1], 0}, {b->xz, b->yz, length[2]}};
    memcpy(cell, rows, sizeof rows);
    return 0;
}

/* ---- columns ---- */

static bool is_whole(const char *name)
{
    static const char *const whole[] = {"id",       "mol",      "proc",         "procp1",       "ix",
                                        "iy",       "iz",       "type",         "etag",         "flag",
                                        "bodyflag", "lineflag", "triangleflag", "ellipsoidflag"};
    bool is = !strncmp(name, "i_", 2);
    for (size_t k = 0; k < sizeof whole / sizeof whole[0]; k++)
        is |= !strcmp(whole[k], name);
    return is;
}

static bool is_position(const char *name)
{
    static const char *const suffix[] = {"", "u", "s", "su"};
    bool is = false;
    for (int k = 0; k < 4 && strchr("xyz", *name); k++)
        is |= !strcmp(name + 1, suffix[k]);
    return is;
}

/* The column with the species. */
static int type_column(const struct gg_foreign *f, const struct gg_table *t)
{
    static const char *const names[] = {"type", "typelabel", "element"};
    const char *asked = gg_columns_mapped(f, "type", NULL);
    int found = asked ? gg_table_find(t, asked) : -1;
    for (int k = 0; k < 3 && !asked && found < 0; k++)
        found = gg_table_find(t, names[k]);
    return found;
}

int gg_lammps_columns(const struct gg_foreign *f, struct gg_table *t, struct gg_arena *a, const char *names,
                      struct gg_err *err)
{
    char *rest = gg_arena_strdup(a, names), *name;
    while ((name = gg_word(&rest))) {
        bool words = !strcmp(name, "element") || !strcmp(name, "typelabel");
        if (gg_table_add(t, name, words ? 'S' : is_whole(name) ? 'I' : 0, 1, err))
            return -1;
        t->property[t->n_property - 1].finite = is_whole(name) || is_position(name);
    }
    if (gg_columns_check_map(f, t, err))
        return -1;
    int type = type_column(f, t);
    if (type < 0)
        return gg_fail(err, GG_INPUT, "no column type, typelabel or element in '%.200s'", names);
    t->property[type].words = true;
    return 0;
}

/* ---- the draft ---- */

/* Behind x, y and z, the best first: unwrapped, wrapped, the same in units of the cell. */
static const char *const forms[] = {"u", "", "su", "s"};

static int refuse_positions(struct gg_table *t, int dim, struct gg_err *err)
{
    bool flat = false;
    for (int k = 0; k < 4 && dim == 3; k++)
        flat |= gg_columns_three(t, "", forms[k], 2, (int[3]){0});
    return gg_fail(err, GG_INPUT, "no columns x%s (nor xu, xs, xsu)%s", dim == 2 ? " y" : " y z",
                   flat ? "; --dim 2 for two dimensions" : "");
}

/* The best coordinates; *scaled, *wrapped say what they are. */
static int find_positions(struct gg_table *t, int dim, int column[3], bool *scaled, bool *wrapped,
                          struct gg_err *err)
{
    int k = 0;
    while (k < 4 && !gg_columns_three(t, "", forms[k], dim, column))
        k++;
    if (k == 4)
        return refuse_positions(t, dim, err);
    *scaled = k >= 2;
    *wrapped = k % 2 == 1;
    for (int other = 0; other < 4; other++) /* the same positions in another form */
        gg_columns_three(t, "", forms[other], dim, (int[3]){0});
    return 0;
}

static void unscale(struct gg_draft *d, const struct gg_lammps_box *box)
{
    double *r = d->pos.data;
    for (uint64_t i = 0; i < d->n_node; i++, r += d->dim) {
        double s[3] = {0};
        memcpy(s, r, (size_t)d->dim * sizeof *s);
        for (int c = 0; c < d->dim; c++) {
            r[c] = box->lo[c];
            for (int v = 0; v < d->dim; v++)
                r[c] += s[v] * d->cell[v][c];
        }
    }
}

static int get_positions(struct gg_table *t, const struct gg_lammps_box *box, struct gg_arena *a,
                         struct gg_draft *d, struct gg_err *err)
{
    int column[3], image[3];
    bool scaled = false, wrapped = false, images;
    if (find_positions(t, d->dim, column, &scaled, &wrapped, err))
        return -1;
    d->pos = gg_columns_gather(t, column, d->dim, a);
    if (scaled)
        unscale(d, box);
    images = gg_columns_three(t, "i", "", d->dim, image);
    if (wrapped && images && gg_columns_unwrap(t, image, d, err))
        return -1;
    d->need_unwrapped = wrapped && !images;
    d->unwrapped = !d->need_unwrapped;
    gg_meta_set(&d->meta, "source.positions", d->unwrapped ? "unwrapped" : "wrapped");
    gg_meta_printf(&d->meta, "source.origin", "%g %g %g", box->lo[0], box->lo[1], box->lo[2]);
    return 0;
}

int gg_lammps_finish(const struct gg_foreign *f, struct gg_table *t, const struct gg_lammps_box *box,
                     struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    double cell[3][3];
    if (!t->n)
        return gg_fail(err, GG_INPUT, "no atoms");
    d->dim = (int)f->options->dim;
    d->n_node = t->n;
    d->few_digits = t->digits > 0 && t->digits <= 6;
    if (gg_lammps_cell(box, d->dim, cell, err))
        return -1;
    for (int k = 0; k < 3 && d->dim == 2; k++)
        cell[2][k] = cell[k][2] = 0;
    if (gg_foreign_cell(f, d, cell, 0, err))
        return -1;
    d->pbc = box->pbc & (d->dim == 2 ? 3 : 7);
    if (gg_table_find(t, "id") < 0)
        gg_meta_set(&d->meta, "source.order", "no ids: rows as they came");
    return gg_columns_sort(t, gg_table_find(t, "id"), a, d, err) || get_positions(t, box, a, d, err) ||
           gg_columns_types(f, t, type_column(f, t), 1, a, d, err) ||
           gg_foreign_temperature(f, d, 0, false, err) || gg_columns_rest(f, t, a, d, err);
}
