/* coordination.c -- how many neighbours a particle has, without a jump where one passes the cutoff:
 *     G_i(b) = sum_{j in b, r < r_c} (1 + cos(pi r/r_c)) / 2
 *
 * The radial symmetry function G1 of Behler, Parrinello, Phys. Rev. Lett. 98, 146401 (2007), by species.  Value and slope are
 * 0 at the cutoff r_c (--cutoff, default 2). */
#include "descriptors/descriptor.h"

#include <math.h>

static double reach(const struct gg_descriptor_options *o)
{
    return gg_cutoff(o, 2);
}

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    (void)err;
    for (int b = 0; b < gg_class_count(o); b++)
        gg_column_add(c, 0, 1, "%s.%s", name, gg_class_name(o, b));
    return 0;
}

static double weight(const double v[3], double cutoff)
{
    double r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    return r < cutoff ? (1 + cos(M_PI * r / cutoff)) / 2 : 0;
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    (void)err;
    const struct gg_edges *g = p->edges;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < p->n; i++) {
        for (int b = 0; b < gg_class_count(o); b++)
            x[i * stride + b] = 0;
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            for (int b = 0; b < gg_class_count(o); b++)
                if (gg_class_holds(o, b, p->type[g->nbr[e]]))
                    x[i * stride + b] += weight(p->edge_vec[e], reach(o));
    }
    return 0;
}

const struct gg_descriptor gg_descriptor_coordination = {
    .name = "coordination",
    .about = "number of neighbours of a class, each counted (1 + cos(pi r/cutoff))/2",
    .source = "Behler, Parrinello, Phys. Rev. Lett. 98, 146401 (2007), G1",
    .unit = "1",
    .reads = "type",
    .options = "species classes cutoff",
    .on_positions = true,
    .reach = reach,
    .columns = columns,
    .compute = compute,
};
