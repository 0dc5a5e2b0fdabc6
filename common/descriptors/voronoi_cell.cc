/* voronoi_cell.cc -- a convex polyhedron cut plane by plane: the only door to voro++ */
/* C. H. Rycroft, Chaos 19, 041111 (2009).  Of the library only its cell is used, not its containers: the neighbours come
 * from our own search, which knows every image in any cell, and cells are cut by several threads. */
#include "descriptors/voronoi_cell.h"

#include <cmath>
#include <cstddef>
#include <new>
#include <vector>
#include <voro++/voro++.hh>

extern "C" __attribute__((noreturn)) void gg_out_of_memory(std::size_t bytes); /* util/err.h is C */

struct gg_polyhedron {
    voro::voronoicell_neighbor cell;
    std::vector<int> plane;
    std::vector<double> area;
};

static void out_of_memory()
{
    gg_out_of_memory(0);
}

/* From here on what C++ would throw where there is no memory ends as it does in C. */
struct gg_polyhedron *gg_polyhedron_new(void)
{
    std::set_new_handler(out_of_memory);
    return new gg_polyhedron;
}

void gg_polyhedron_free(struct gg_polyhedron *c)
{
    delete c;
}

void gg_polyhedron_box(struct gg_polyhedron *c, double half, double half_z)
{
    c->cell.init(-half, half, -half, half, -half_z, half_z);
}

int gg_polyhedron_cut(struct gg_polyhedron *c, const double n[3], double distance, int plane)
{
    return c->cell.nplane(n[0], n[1], n[2], 2 * distance, plane);
}

double gg_polyhedron_radius(struct gg_polyhedron *c)
{
    return std::sqrt(c->cell.max_radius_squared()) / 2; /* the library keeps corners times two */
}

double gg_polyhedron_volume(struct gg_polyhedron *c)
{
    return c->cell.volume();
}

int gg_polyhedron_faces(struct gg_polyhedron *c, const int **plane, const double **area)
{
    c->cell.neighbors(c->plane);
    c->cell.face_areas(c->area);
    *plane = c->plane.data();
    *area = c->area.data();
    return static_cast<int>(c->area.size());
}
