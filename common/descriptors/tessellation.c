/* tessellation.c -- the radical Voronoi cell of every particle
 *
 * The power diagram (Aurenhammer, SIAM J. Comput. 16, 78 (1987)) of spheres of radius R: the wall between i and j lies
 * (r^2 + R_i^2 - R_j^2)/(2r) from i towards j.  A cell is a box that holds the Wigner-Seitz cell of the lattice of images, cut by
 * its neighbours from the nearest on, until no wall of a farther one can reach its farthest corner.  In two dimensions it
 * is a slab of thickness 1.  Each cell is cut by itself: the threads do not change a bit. */
#include "descriptors/tessellation.h"
#include "descriptors/voronoi_cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In units of (V/N)^(1/dim): what suffices for nearly every particle of a liquid.  The others look further by themselves. */
static const double USUAL_REACH = 2.3;
/* Where particles crowd in a part of the box that reach is too far: it is halved until they see no more on average. */
enum { MOST_NEIGHBOURS = 200, HALVINGS = 10 };

/* A particle whose wall may bound the cell. */
struct candidate {
    double r, v[3], radius;
};

/* What all cells share. */
struct tessellation {
    const struct gg_descriptor_options *options;
    const struct gg_particles *p;
    struct gg_edges edges; /* all pairs nearer than reach */
    double (*vec)[3];
    double reach, half; /* half: of the box that holds every cell */
    double largest;     /* radius */
};

/* What one thread works in. */
struct scratch {
    struct gg_polyhedron *cell;
    struct candidate *candidate;
    int64_t n, room;
    double *area, (*vec)[3];
    int64_t face_room;
};

int gg_check_radii(const struct gg_descriptor_options *o, struct gg_err *err)
{
    if (o->radii.n < o->n_species)
        return gg_fail(err, GG_USAGE, "--radii: %d radii for %d species", o->radii.n, o->n_species);
    return 0;
}

static double radius(const struct tessellation *t, int64_t i)
{
    return t->options->radii.v[t->p->type[i]];
}

/* ---- candidates ---- */

static void add_candidate(struct scratch *s, const double v[3], double radius_j)
{
    if (s->n == s->room) {
        s->room = 2 * s->room + 256;
        s->candidate = gg_xrealloc(s->candidate, sizeof *s->candidate * (size_t)s->room);
    }
    double r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    s->candidate[s->n++] = (struct candidate){r, {v[0], v[1], v[2]}, radius_j};
}

static void list_row(const struct tessellation *t, int64_t i, struct scratch *s)
{
    s->n = 0;
    for (int64_t e = t->edges.ptr[i]; e < t->edges.ptr[i + 1]; e++)
        add_candidate(s, t->vec[e], radius(t, t->edges.nbr[e]));
}

/* Every image of particle j nearer than `reach` to i. */
static void list_images(const struct tessellation *t, int64_t i, int64_t j, double reach, struct scratch *s)
{
    const struct gg_cell *cell = &t->p->cell;
    const double *from = t->p->pos[i], *to = t->p->pos[j];
    double d[3] = {to[0] - from[0], to[1] - from[1], cell->dim == 3 ? to[2] - from[2] : 0};
    gg_cell_nearest(cell, d);
    double r = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    int most[3] = {0};
    for (int a = 0; a < cell->dim; a++)
        most[a] = (int)((reach + r) / cell->image_height[a]);
    for (int k = -most[0]; k <= most[0]; k++)
        for (int l = -most[1]; l <= most[1]; l++)
            for (int m = -most[2]; m <= most[2]; m++) {
                double v[3], rr = 0;
                for (int c = 0; c < 3; c++) {
                    v[c] = d[c] + k * cell->image[0][c] + l * cell->image[1][c] + m * cell->image[2][c];
                    rr += v[c] * v[c];
                }
                if (rr > 0 && rr < reach * reach)
                    add_candidate(s, v, radius(t, j));
            }
}

static void list_all(const struct tessellation *t, int64_t i, double reach, struct scratch *s)
{
    s->n = 0;
    for (int64_t j = 0; j < t->p->n; j++)
        list_images(t, i, j, reach, s);
}

static int nearer(const void *a, const void *b)
{
    double x = ((const struct candidate *)a)->r, y = ((const struct candidate *)b)->r;
    return (x > y) - (x < y);
}

/* ---- one cell ---- */

/* No wall of a particle farther than this cuts a cell whose corners are nearer than `corner`. */
static double sight(const struct tessellation *t, int64_t i, double corner)
{
    double own = radius(t, i), excess = t->largest * t->largest - own * own;
    return corner + sqrt(corner * corner + excess);
}

/* Cuts the cell by its candidates; returns how far it had to see, 0 if nothing is left. */
static double cut(const struct tessellation *t, int64_t i, struct scratch *s)
{
    double own = radius(t, i);
    gg_polyhedron_box(s->cell, t->half, t->p->cell.dim == 3 ? t->half : 0.5);
    double far = sight(t, i, gg_polyhedron_radius(s->cell));
    qsort(s->candidate, (size_t)s->n, sizeof *s->candidate, nearer);
    for (int64_t k = 0; k < s->n && s->candidate[k].r < far; k++) {
        const struct candidate *c = &s->candidate[k];
        double n[3] = {c->v[0] / c->r, c->v[1] / c->r, c->v[2] / c->r};
        double distance = c->r / 2 + (own * own - c->radius * c->radius) / (2 * c->r);
        if (!gg_polyhedron_cut(s->cell, n, distance, (int)k))
            return 0;
        far = sight(t, i, gg_polyhedron_radius(s->cell));
    }
    return far;
}

/* The faces that are walls: all of them, but for top and bottom of a slab. */
static void describe(struct scratch *s, struct gg_voronoi *cell)
{
    const int *plane;
    const double *area;
    int n = gg_polyhedron_faces(s->cell, &plane, &area);
    if (n > s->face_room) {
        s->face_room = n;
        s->area = gg_xrealloc(s->area, sizeof *s->area * (size_t)n);
        s->vec = gg_xrealloc(s->vec, sizeof *s->vec * (size_t)n);
    }
    for (int k = 0; k < n; k++) {
        if (plane[k] < 0)
            continue;
        s->area[cell->n_face] = area[k];
        memcpy(s->vec[cell->n_face++], s->candidate[plane[k]].v, sizeof *s->vec);
    }
    cell->area = s->area;
    cell->vec = (const double(*)[3])s->vec;
    cell->volume = gg_polyhedron_volume(s->cell);
}

static void make_cell(const struct tessellation *t, int64_t i, struct scratch *s, struct gg_voronoi *cell)
{
    *cell = (struct gg_voronoi){.i = i};
    list_row(t, i, s);
    double reach = t->reach, far = cut(t, i, s);
    while (far > reach) { /* where the liquid is thin */
        reach = fmin(far, 2 * reach);
        list_all(t, i, reach, s);
        far = cut(t, i, s);
    }
    if (far > 0)
        describe(s, cell);
}

/* ---- all cells ---- */

static int check_periodic(const struct gg_cell *cell, struct gg_err *err)
{
    for (int a = 0; a < cell->dim; a++)
        if (!(cell->pbc >> a & 1))
            return gg_fail(err, GG_INPUT,
                           "Voronoi cells want a frame that is periodic in all directions, vector %d is not",
                           a + 1);
    return 0;
}

static int check_apart(const struct tessellation *t, struct gg_err *err)
{
    for (int64_t i = 0; i < t->p->n; i++)
        for (int64_t e = t->edges.ptr[i]; e < t->edges.ptr[i + 1]; e++)
            if (!(fabs(t->vec[e][0]) + fabs(t->vec[e][1]) + fabs(t->vec[e][2]) > 0))
                return gg_fail(err, GG_INPUT, "particles %lld and %d are in one place", (long long)i,
                               (int)t->edges.nbr[e]);
    return 0;
}

static int prepare(struct tessellation *t, struct gg_err *err)
{
    const struct gg_particles *p = t->p;
    double square = 0;
    for (int a = 0; a < p->cell.dim; a++)
        for (int c = 0; c < 3; c++)
            square += p->cell.image[a][c] * p->cell.image[a][c];
    t->half = 0.505 * sqrt(square); /* the covering radius of a lattice is at most half of that root */
    for (int k = 0; k < t->options->n_species; k++)
        t->largest = fmax(t->largest, t->options->radii.v[k]);
    t->reach = USUAL_REACH * pow(fabs(p->cell.volume) / (double)p->n, 1. / p->cell.dim);
    for (int k = 0; gg_neighbors(&t->edges, p->arena, &p->cell, p->n, p->pos, t->reach, false,
                                 MOST_NEIGHBOURS * p->n, err) < 0;
         k++, t->reach /= 2)
        if (k == HALVINGS)
            return -1;
    t->vec = gg_arena_alloc(p->arena, (size_t)t->edges.n_edge * sizeof *t->vec);
    gg_edge_vectors_f64(&t->edges, &p->cell, p->pos, t->vec);
    return check_apart(t, err);
}

int gg_tessellate(const struct gg_descriptor_options *o, const struct gg_particles *p,
                  void (*visit)(void *to, const struct gg_voronoi *cell), void *to, struct gg_err *err)
{
    struct tessellation t = {.options = o, .p = p};
    if (check_periodic(&p->cell, err) < 0)
        return -1;
    if (p->n == 0)
        return 0;
    if (prepare(&t, err) < 0)
        return -1;
#pragma omp parallel
    {
        struct scratch s = {.cell = gg_polyhedron_new()};
        struct gg_voronoi cell;
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p->n; i++) {
            make_cell(&t, i, &s, &cell);
            visit(to, &cell);
        }
        gg_polyhedron_free(s.cell);
        free(s.candidate);
        free(s.area);
        free(s.vec);
    }
    return 0;
}
