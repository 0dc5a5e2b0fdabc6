/* tessellation.h -- the radical Voronoi cell of every particle */
#ifndef GG_TESSELLATION_H
#define GG_TESSELLATION_H

#include "descriptors/descriptor.h"

/* One cell: a polyhedron, in two dimensions a polygon.  A particle whose neighbours are much larger may have none: n_face 0. */
struct gg_voronoi {
    int64_t i;
    int n_face;             /* edges of the polygon in two dimensions */
    const double *area;     /* [n_face] sigma^2; length, sigma */
    const double (*vec)[3]; /* [n_face] to the particle behind the face, sigma */
    double volume;          /* sigma^3; area, sigma^2 */
};

/* The cell of i: all points x with |x - r_i|^2 - R_i^2 < |x - r_j|^2 - R_j^2 for every image j, with the radii of --radii by
 * species.  Calls visit(to, cell) once for each particle, from several threads, in no order.  GG_INPUT: a frame that is not
 * periodic in all its directions, two particles in one place. */
int gg_tessellate(const struct gg_descriptor_options *o, const struct gg_particles *p,
                  void (*visit)(void *to, const struct gg_voronoi *cell), void *to, struct gg_err *err);

/* For `columns`: GG_USAGE unless every species has a radius. */
int gg_check_radii(const struct gg_descriptor_options *o, struct gg_err *err);

#endif
