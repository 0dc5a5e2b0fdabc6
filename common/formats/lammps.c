/* lammps.c -- what the text dump, the binary dump and the data file of LAMMPS have in common
 *
 * Atoms come in any order: they are always sorted by id.  Positions keep the source's origin: only whole
 * cell vectors are added later, by the wrapping. */
#include "formats/lammps.h"
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

int gg_lammps_cell(const struct gg_lammps_box *b, double cell[3][3], struct gg_err *err)
{
    double length[3];
    for (int k = 0; k < 3; k++) {
        length[k] = b->hi[k] - b->lo[k];
        if (!(length[k] > 0 && length[k] < 1e9 && fabs(b->lo[k]) < 1e9))
            return gg_fail(err, GG_INPUT, "box from %g to %g along %c", b->lo[k], b->hi[k], 'x' + k);
    }
    if (!(fabs(b->xy) + fabs(b->xz) + fabs(b->yz) < 1e9))
        return gg_fail(err, GG_INPUT, "box with tilts %g %g %g", b->xy, b->xz, b->yz);
    const double rows[3][3] = {{length[0], 0, 0}, {b->xy, length[1], 0}, {b->xz, b->yz, length[2]}};
    memcpy(cell, rows, sizeof rows);
    return 0;
}

/* ---- columns ---- */

static int find_column(const char *names, const char *wanted)
{
    size_t n = strlen(wanted);
    int k = 0;
    for (const char *p = names + strspn(names, " \t"); *p; p += strspn(p, " \t"), k++) {
        size_t length = strcspn(p, " \t");
        if (length == n && !memcmp(p, wanted, n))
            return k;
        p += length;
    }
    return -1;
}

static int count_columns(const char *names)
{
    int n = 0;
    for (const char *p = names + strspn(names, " \t"); *p; p += strspn(p, " \t"), n++)
        p += strcspn(p, " \t");
    return n;
}

/* "x" + suffix, "y" + suffix, "z" + suffix */
static bool find_three(int column[3], const char *names, const char *prefix, const char *suffix)
{
    for (int k = 0; k < 3; k++) {
        const char name[] = {(char)('x' + k), 0};
        char all[8] = "";
        strcat(strcat(strcat(all, prefix), name), suffix);
        column[k] = find_column(names, all);
    }
    return column[0] >= 0 && column[1] >= 0 && column[2] >= 0;
}

int gg_lammps_columns_parse(struct gg_lammps_columns *c, const char *names, struct gg_err *err)
{
    static const char *const suffix[] = {"u", "", "su", "s"};
    *c = (struct gg_lammps_columns){.n = count_columns(names)};
    c->id = find_column(names, "id");
    c->type = find_column(names, "type");
    bool images = find_three(c->image, names, "i", "");
    int k = 0;
    while (k < 4 && !find_three(c->position, names, "", suffix[k]))
        k++;
    if (k == 4)
        return gg_fail(err, GG_INPUT, "no columns x y z (nor xu, xs, xsu) in '%.200s'", names);
    if (c->type < 0)
        return gg_fail(err, GG_INPUT, "no column type in '%.200s'", names);
    c->scaled = k >= 2;
    c->unwrapped = k % 2 == 0 || images;
    if (k % 2 == 0 || !images)
        c->image[0] = -1;
    return 0;
}

/* ---- atoms ---- */

int gg_lammps_add(struct gg_lammps_atoms *atoms, const struct gg_lammps_columns *c, const double *value,
                  const struct gg_lammps_box *box, const double cell[3][3], struct gg_err *err)
{
    if (atoms->n == atoms->room) {
        atoms->room = atoms->room ? 2 * atoms->room : 1024;
        atoms->atom = gg_xrealloc(atoms->atom, atoms->room * sizeof *atoms->atom);
    }
    struct gg_lammps_atom *x = &atoms->atom[atoms->n++];
    double id = c->id < 0 ? (double)atoms->n : value[c->id], s[3];
    if (!(fabs(id) < 0x1p53 && id == floor(id)))
        return gg_fail(err, GG_INPUT, "atom id %g", id);
    x->id = (int64_t)id;
    x->type = value[c->type];
    for (int k = 0; k < 3; k++) {
        x->r[k] = c->scaled ? box->lo[k] : value[c->position[k]];
        s[k] = (c->scaled ? value[c->position[k]] : 0) + (c->image[0] < 0 ? 0 : value[c->image[k]]);
    }
    for (int v = 0; v < 3; v++)
        for (int k = 0; k < 3; k++)
            x->r[k] += s[v] * cell[v][k];
    return 0;
}

static int by_id(const void *a, const void *b)
{
    int64_t p = ((const struct gg_lammps_atom *)a)->id, q = ((const struct gg_lammps_atom *)b)->id;
    return (p > q) - (p < q);
}

static struct gg_field new_array(struct gg_arena *a, uint64_t rows, int columns)
{
    struct gg_field x = {.dtype = GG_F64, .ndim = columns ? 2 : 1, .shape = {rows, (uint64_t)columns}};
    x.nbytes = rows * (uint64_t)(columns ? columns : 1) * sizeof(double);
    x.data = gg_arena_alloc(a, x.nbytes);
    return x;
}

int gg_lammps_finish(const struct gg_foreign *f, struct gg_lammps_atoms *atoms,
                     const struct gg_lammps_columns *c, const struct gg_lammps_box *box, struct gg_arena *a,
                     struct gg_draft *d, struct gg_err *err)
{
    if (!atoms->n)
        return gg_fail(err, GG_INPUT, "no atoms");
    qsort(atoms->atom, atoms->n, sizeof *atoms->atom, by_id);
    for (uint64_t i = 1; i < atoms->n; i++)
        if (atoms->atom[i].id == atoms->atom[i - 1].id)
            return gg_fail(err, GG_INPUT, "atom id %lld comes twice", (long long)atoms->atom[i].id);
    int dim = (int)f->options->dim;
    d->dim = dim;
    d->n_node = atoms->n;
    d->first_type = 1;
    d->need_unwrapped = !c->unwrapped;
    d->pos = new_array(a, atoms->n, dim);
    d->type = new_array(a, atoms->n, 0);
    for (uint64_t i = 0; i < atoms->n; i++) {
        ((double *)d->type.data)[i] = atoms->atom[i].type;
        memcpy((double *)d->pos.data + i * (uint64_t)dim, atoms->atom[i].r, (size_t)dim * sizeof(double));
    }
    double cell[3][3];
    if (gg_lammps_cell(box, cell, err) || gg_foreign_cell(f, d, cell, 0, err))
        return -1;
    d->pbc = box->pbc & (dim == 2 ? 3 : 7);
    if (dim == 2)
        d->cell[2][0] = d->cell[2][1] = d->cell[2][2] = 0;
    gg_meta_set(&d->meta, "source.types", "from 1");
    gg_meta_set(&d->meta, "source.positions", c->unwrapped ? "unwrapped" : "wrapped");
    gg_meta_printf(&d->meta, "source.origin", "%g %g %g", box->lo[0], box->lo[1], box->lo[2]);
    return gg_foreign_temperature(f, d, 0, false, err);
}
