/* voronoi_cell.h -- a convex polyhedron cut plane by plane: the only door to voro++ */
#ifndef GG_VORONOI_CELL_H
#define GG_VORONOI_CELL_H

#ifdef __cplusplus
extern "C" {
#endif

struct gg_polyhedron;

struct gg_polyhedron *gg_polyhedron_new(void);
void gg_polyhedron_free(struct gg_polyhedron *c);

/* The box |x|, |y| < half, |z| < half_z (sigma), about the particle at the origin. */
void gg_polyhedron_box(struct gg_polyhedron *c, double half, double half_z);
/* Takes away what lies beyond the plane n.x = distance; n is a unit vector, plane >= 0 the caller's number of it.  Returns 0 when
 * nothing is left: no further calls then but gg_polyhedron_box. */
int gg_polyhedron_cut(struct gg_polyhedron *c, const double n[3], double distance, int plane);
/* Distance of the farthest corner from the origin. */
double gg_polyhedron_radius(struct gg_polyhedron *c);
double gg_polyhedron_volume(struct gg_polyhedron *c);
/* Returns the number of faces; plane[k] is the one that face k lies in (negative: a side of the box), area[k] its area.  They belong to
 * the polyhedron, until its next call. */
int gg_polyhedron_faces(struct gg_polyhedron *c, const int **plane, const double **area);

#ifdef __cplusplus
}
#endif
#endif
