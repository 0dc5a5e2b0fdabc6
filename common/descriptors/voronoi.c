/* voronoi.c -- size of the radical Voronoi cell of every particle: its surface, its volume, the number of its faces
 *
 * In two dimensions perimeter, area, number of edges.  The surface is an input of Jung, Biroli, Berthier, Phys. Rev. Lett. 130,
 * 238202 (2023), with the radii that are the default here. */
#include "descriptors/tessellation.h"

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    gg_column_add(c, 0, 1, "%s.surface", name);
    gg_column_add(c, 0, 1, "%s.volume", name);
    gg_column_add(c, 0, 1, "%s.faces", name);
    return gg_check_radii(o, err);
}

static int surface_column(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                          struct gg_err *err)
{
    gg_column_add(c, 0, 1, "%s", name);
    return gg_check_radii(o, err);
}

struct output {
    double *x;
    int64_t stride;
};

static double surface(const struct gg_voronoi *cell)
{
    double sum = 0;
    for (int k = 0; k < cell->n_face; k++)
        sum += cell->area[k];
    return sum;
}

static void visit(void *to, const struct gg_voronoi *cell)
{
    const struct output *out = to;
    double *x = out->x + cell->i * out->stride;
    x[0] = surface(cell);
    x[1] = cell->volume;
    x[2] = cell->n_face;
}

static void visit_surface(void *to, const struct gg_voronoi *cell)
{
    const struct output *out = to;
    out->x[cell->i * out->stride] = surface(cell);
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    return gg_tessellate(o, p, visit, &(struct output){x, stride}, err);
}

static int compute_surface(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                           int64_t stride, struct gg_err *err)
{
    return gg_tessellate(o, p, visit_surface, &(struct output){x, stride}, err);
}

const struct gg_descriptor gg_descriptor_voronoi = {
    .name = "voronoi",
    .about = "radical Voronoi cell: surface, volume, number of faces (2D: perimeter, area, edges)",
    .source = "Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023)",
    .unit = "sigma^2, sigma^3, 1",
    .reads = "type",
    .options = "radii",
    .on_positions = true,
    .columns = columns,
    .compute = compute,
};

const struct gg_descriptor gg_descriptor_surface = {
    .name = "surface",
    .about = "surface of the radical Voronoi cell (2D: perimeter), alone",
    .source = "Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023)",
    .unit = "sigma^2",
    .reads = "type",
    .options = "radii",
    .on_positions = true,
    .columns = surface_column,
    .compute = compute_surface,
};
