/* displacement.c -- from one kind of positions to another: d_i = r_i(--positions) - r_i(--reference), the nearest image
 *
 * With the inherent structure and `pos`: how far the thermal vibrations have brought the particle from its minimum, an
 * input of Jung, Biroli, Berthier, arXiv 2310.20252; with the cage positions: Alkemade, Smallenburg, Filion, J. Chem. Phys.
 * 158, 134512 (2023).  The vector (1o), then its length. */
#include "descriptors/descriptor.h"

#include <math.h>
#include <string.h>

static int check(const struct gg_descriptor_options *o, struct gg_err *err)
{
    if (strcmp(o->positions, o->reference))
        return 0;
    return gg_fail(
        err, GG_USAGE,
        "displacement: --positions and --reference are both '%s' (--positions pos_inherent is usual)",
        o->reference);
}

static void add_column(const struct gg_descriptor_options *o, const char *name, int l, const char *what,
                       struct gg_columns *c)
{
    bool usual = !strcmp(o->reference, "pos");
    gg_column_add(c, l, l ? -1 : 1, "%s%s%s%s", name, usual ? "" : ".from_", usual ? "" : o->reference, what);
}

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    if (check(o, err) < 0)
        return -1;
    add_column(o, name, 1, ".vector", c);
    add_column(o, name, 0, ".norm", c);
    return 0;
}

static int columns_of_norm(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                           struct gg_err *err)
{
    if (check(o, err) < 0)
        return -1;
    add_column(o, name, 0, "", c);
    return 0;
}

static double vector(const struct gg_particles *p, const double *from, int64_t i, double d[3])
{
    for (int a = 0; a < 3; a++)
        d[a] = a < p->cell.dim ? p->pos[i][a] - from[3 * i + a] : 0;
    gg_cell_nearest(&p->cell, d);
    return sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    const double *from = gg_particles_positions(p, o->reference, err);
    for (int64_t i = 0; i < p->n && from; i++, x += stride)
        x[3] = vector(p, from, i, x);
    return from ? 0 : -1;
}

static int norm(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                int64_t stride, struct gg_err *err)
{
    double d[3];
    const double *from = gg_particles_positions(p, o->reference, err);
    for (int64_t i = 0; i < p->n && from; i++, x += stride)
        x[0] = vector(p, from, i, d);
    return from ? 0 : -1;
}

const struct gg_descriptor gg_descriptor_displacement = {
    .name = "displacement",
    .about = "vector from --reference to --positions, the nearest image (1o), and its length",
    .source = "Jung, Biroli, Berthier, arXiv 2310.20252",
    .unit = "sigma",
    .reads = "--reference",
    .options = "reference",
    .on_positions = true,
    .columns = columns,
    .compute = compute,
};

const struct gg_descriptor gg_descriptor_displacement_norm = {
    .name = "displacement_norm",
    .about = "length of the displacement",
    .source = "Jung, Biroli, Berthier, arXiv 2310.20252",
    .unit = "sigma",
    .reads = "--reference",
    .options = "reference",
    .on_positions = true,
    .columns = columns_of_norm,
    .compute = norm,
};
