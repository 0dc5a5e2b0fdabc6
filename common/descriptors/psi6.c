/* psi6.c -- hexagonal order in the plane: psi6_i = |mean_j exp(6 i phi_ij)| over the Voronoi neighbours j of i
 *
 * Halperin, Nelson, Phys. Rev. Lett. 41, 121 (1978).  Neighbours share an edge of the radical Voronoi cells (voronoi.c); the
 * direction of each counts the same. */
#include "descriptors/tessellation.h"

#include <math.h>

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    gg_column_add(c, 0, 1, "%s", name);
    return gg_check_radii(o, err);
}

struct output {
    double *x;
    int64_t stride;
};

static void visit(void *to, const struct gg_voronoi *cell)
{
    const struct output *out = to;
    double re = 0, im = 0;
    for (int k = 0; k < cell->n_face; k++) {
        double phi = atan2(cell->vec[k][1], cell->vec[k][0]);
        re += cos(6 * phi) / cell->n_face;
        im += sin(6 * phi) / cell->n_face;
    }
    out->x[cell->i * out->stride] = sqrt(re * re + im * im);
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    return gg_tessellate(o, p, visit, &(struct output){x, stride}, err);
}

const struct gg_descriptor gg_descriptor_psi6 = {
    .name = "psi6",
    .about = "hexagonal order in two dimensions: |mean of exp(6 i phi)| over the Voronoi neighbours",
    .source = "Halperin, Nelson, Phys. Rev. Lett. 41, 121 (1978)",
    .unit = "1",
    .reads = "type",
    .options = "radii",
    .dim = 2,
    .on_positions = true,
    .columns = columns,
    .compute = compute,
};
