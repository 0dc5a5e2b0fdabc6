/* displacement.c -- from one kind of positions to another: d_i = r_i(--positions) - r_i(--reference), the nearest image
 *
 * With the inherent structure and `pos`: how far the thermal vibrations have brought the particle from its minimum, an
 * input of Jung, Biroli, Berthier, arXiv 2310.20252; with the cage positions: Alkemade, Smallenburg, Filion, J. Chem. Phys.
 * 158, 134512 (2023).  The vector (1o), then its length. */
#include "descriptors/descriptor.h"

#include <math.h>
#include <string.h>

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    if (!strcmp(o->positions, o->reference))
        return gg_fail(
            err, GG_USAGE,
            "displacement: --positions and --reference are both '%s' (--positions pos_inherent is usual)",
            o->reference);
    const char *from = strcmp(o->reference, "pos") ? o->reference : "";
    const char *dot = from[0] ? ".from_" : "";
    gg_column_add(c, 1, -1, "%s%s%s.vector", name, dot, from);
    gg_column_add(c, 0, 1, "%s%s%s.norm", name, dot, from);
    return 0;
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    const double *from = gg_particles_positions(p, o->reference, err);
    if (!from)
        return -1;
    for (int64_t i = 0; i < p->n; i++, x += stride) {
        for (int a = 0; a < 3; a++)
            x[a] = a < p->cell.dim ? p->pos[i][a] - from[3 * i + a] : 0;
        gg_cell_nearest(&p->cell, x);
        x[3] = sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
    }
    return 0;
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
