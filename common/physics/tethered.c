/* tethered.c -- particles that stay near where they began
 * A pair interacts at some time only if it began nearer than cutoff + 2 radius: those pairs are listed, once.  Cells are as
 * wide as that or wider, an even number along each direction, and a cell's colour is made of the parities of its three
 * indices: between two cells of a colour there is always a whole cell.
 * Periodic images are copies that move with their owners, so that the loop over pairs knows neither cell nor images. */
#include "physics/tethered.h"
#include "graph/graph.h"
#include "physics/points.h"
#include "util/clones.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES = GG_POTENTIAL_TYPES, MOST_COLOURS = 8 };

static const double FAR_AWAY = 1e30; /* sigma: where the padding of the list points to */

/* ---- cells and colours ---- */

/* The origin (fractional) puts particle 0 into the middle of a cell, so that a moved liquid has the same cells. */
struct grid {
    int32_t n[3];
    double origin[3];
    const struct gg_cell *cell;
};

/* Cells beyond some eight for a particle would only be empty. */
static struct grid grid_of(const struct gg_cell *cell, int64_t n, const double (*pos)[3], double width)
{
    struct grid g = {.cell = cell};
    double most = 2 * ceil(pow((double)n, 1.0 / cell->dim)), s[3];
    gg_cell_fractional(cell, pos[0], s);
    for (int a = 0; a < 3; a++) {
        double fit = a < cell->dim ? fmin(floor(cell->height[a] / width), most) : 1;
        g.n[a] = fit < 2 ? 1 : (int32_t)fit / 2 * 2;
        g.origin[a] = s[a] - 0.5 / g.n[a];
    }
    return g;
}

struct place {
    int32_t colour, cell, particle;
};

/* Directions without images are wrapped, too: what is far apart then is only farther apart. */
static struct place place_of(const struct grid *g, const double r[3], int64_t i)
{
    struct place p = {.particle = (int32_t)i};
    double s[3];
    gg_cell_fractional(g->cell, r, s);
    for (int a = 0; a < 3; a++) {
        double f = s[a] - g->origin[a];
        int32_t n = g->n[a], at = (int32_t)((f - floor(f)) * n);
        at = at < n ? at : n - 1;
        p.colour = p.colour * 2 + at % 2;
        p.cell = p.cell * n + at;
    }
    return p;
}

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->colour != y->colour)
        return x->colour < y->colour ? -1 : 1;
    if (x->cell != y->cell)
        return x->cell < y->cell ? -1 : 1;
    return x->particle < y->particle ? -1 : 1;
}

/* Fills order, cell, colour; empty cells and colours are left out. */
static void sort_into_cells(struct gg_tethered *t, const struct grid *g, const double (*pos)[3],
                            struct gg_arena *a)
{
    struct place *p = gg_arena_alloc(a, (size_t)t->n * sizeof *p);
    int64_t n_cell = 0;
    t->order = gg_arena_alloc(&t->arena, (size_t)t->n * sizeof *t->order);
    t->cell = gg_arena_alloc(&t->arena, (size_t)(t->n + 1) * sizeof *t->cell);
    t->colour = gg_arena_alloc(&t->arena, (MOST_COLOURS + 1) * sizeof *t->colour);
    for (int64_t i = 0; i < t->n; i++)
        p[i] = place_of(g, pos[i], i);
    qsort(p, (size_t)t->n, sizeof *p, by_place);
    t->n_colour = 0;
    for (int64_t k = 0; k < t->n; k++) {
        t->order[k] = p[k].particle;
        if (k == 0 || p[k].colour != p[k - 1].colour)
            t->colour[t->n_colour++] = n_cell;
        if (k == 0 || p[k].cell != p[k - 1].cell)
            t->cell[n_cell++] = k;
    }
    t->colour[t->n_colour] = n_cell;
    t->cell[n_cell] = t->n;
}

/* ---- images ---- */

static bool shifted(const int8_t s[3])
{
    return s[0] || s[1] || s[2];
}

static int by_shift(const void *a, const void *b)
{
    return memcmp(a, b, 3);
}

/* The images of each slot, shift[image[j]] .. shift[image[j+1] - 1], in order.  Those that others see have the opposite
 * shifts of those that the slot sees itself.  shift: room for all edges. */
static void make_images(struct gg_tethered *t, const struct gg_cell *cell, const struct gg_edges *e,
                        int8_t (*shift)[3])
{
    t->image = gg_arena_alloc(&t->arena, (size_t)(t->n + 1) * sizeof *t->image);
    int64_t n = 0;
    for (int64_t j = 0; j < t->n; j++) {
        int64_t begin = t->image[j] = n, end = n;
        for (int64_t k = e->ptr[j]; k < e->ptr[j + 1]; k++)
            if (shifted(e->shift[k])) {
                for (int a = 0; a < 3; a++)
                    shift[end][a] = (int8_t)-e->shift[k][a];
                end++;
            }
        qsort(shift + begin, (size_t)(end - begin), sizeof *shift, by_shift);
        for (int64_t k = begin; k < end; k++)
            if (k == begin || by_shift(shift[k], shift[n - 1]))
                memmove(shift[n++], shift[k], sizeof *shift);
    }
    t->image[t->n] = n;
    t->offset = gg_arena_calloc(&t->arena, (size_t)n, sizeof *t->offset);
    for (int64_t g = 0; g < n; g++)
        gg_cell_cartesian(cell, (const double[3]){shift[g][0], shift[g][1], shift[g][2]}, t->offset[g]);
}

/* Of slot j's image in at[]. */
static int32_t index_of(const struct gg_tethered *t, const int8_t (*shifts)[3], int32_t j,
                        const int8_t shift[3])
{
    if (!shifted(shift))
        return j;
    const int8_t(*found)[3] = bsearch(shift, shifts + t->image[j], (size_t)(t->image[j + 1] - t->image[j]),
                                      sizeof *shifts, by_shift);
    return (int32_t)(t->n + (found - shifts));
}

/* ---- the list ---- */

struct listed {
    double r2;
    int32_t at;
};

static int by_distance(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    return x->r2 != y->r2 ? (x->r2 < y->r2 ? -1 : 1) : (x->at > y->at) - (x->at < y->at);
}

/* The pairs of slot i with particles of one type; a particle and its own images keep their distances. */
static int64_t pairs_with(const struct gg_tethered *t, const struct gg_edges *e, const double (*vec)[3],
                          const int8_t (*shifts)[3], int64_t i, int32_t type, struct listed *to)
{
    double reach = (sqrt(t->pair[t->type[i]][type].cutoff2) + 2 * t->radius) * (1 + 1e-9); /* rounding */
    int64_t n = 0;
    for (int64_t k = e->ptr[i]; k < e->ptr[i + 1]; k++) {
        const double *v = vec[k], r2 = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        if (t->type[e->nbr[k]] == type && e->nbr[k] != i && r2 < reach * reach)
            to[n++] = (struct listed){r2, index_of(t, shifts, e->nbr[k], e->shift[k])};
    }
    qsort(to, (size_t)n, sizeof *to, by_distance);
    return n;
}

static void make_list(struct gg_tethered *t, const struct gg_edges *e, const double (*vec)[3],
                      const int8_t (*shifts)[3], struct gg_arena *a)
{
    int64_t longest = 0, at = 0;
    for (int64_t i = 0; i < t->n; i++)
        longest = e->ptr[i + 1] - e->ptr[i] > longest ? e->ptr[i + 1] - e->ptr[i] : longest;
    struct listed *row = gg_arena_alloc(a, (size_t)longest * sizeof *row);
    t->first = gg_arena_alloc(&t->arena, (size_t)(t->n * TYPES + 1) * sizeof *t->first);
    t->nbr = gg_arena_alloc(&t->arena, (size_t)(e->n_edge + t->n * TYPES * (GG_FOUR - 1)) * sizeof *t->nbr);
    for (int64_t i = 0; i < t->n; i++)
        for (int32_t type = 0; type < TYPES; type++) {
            int64_t n = pairs_with(t, e, vec, shifts, i, type, row);
            t->first[i * TYPES + type] = at;
            for (int64_t k = 0; k < n; k++)
                t->nbr[at++] = row[k].at;
            for (; at % GG_FOUR != 0; at++)
                t->nbr[at] = (int32_t)(t->n + t->image[t->n]);
        }
    t->first[t->n * TYPES] = at;
}

/* With q = (sigma/r)^2, w = q^3:  V = e (w^2 - w) + v0 + v1 r + v2 r^2 + v4 r^4,   0 beyond the cut-off. */
static struct gg_tethered_pair pair_of(const struct gg_pair_potential *p)
{
    double s2 = p->sigma * p->sigma, e = 4 * p->eps;
    return (struct gg_tethered_pair){
        p->cutoff * p->cutoff, s2, e, e * p->a0, e * p->a1 / p->sigma, e * p->a2 / s2, e * p->a4 / (s2 * s2)};
}

/* Positions in slots; everything else follows from them. */
static int build(struct gg_tethered *t, const struct gg_cell *cell, const double (*pos)[3],
                 const int32_t *type, double reach, struct gg_arena *a, struct gg_err *err)
{
    struct gg_edges e;
    double(*x)[3] = gg_arena_calloc(a, (size_t)t->n, 3 * sizeof(double));
    t->type = gg_arena_alloc(&t->arena, (size_t)t->n * sizeof *t->type);
    t->start = gg_arena_calloc(&t->arena, (size_t)t->n, 4 * sizeof(double));
    for (int64_t k = 0; k < t->n; k++) {
        memcpy(x[k], pos[t->order[k]], (size_t)cell->dim * sizeof(double));
        memcpy(t->start[k], x[k], sizeof x[k]);
        t->type[k] = type[t->order[k]];
    }
    if (gg_neighbors(&e, a, cell, t->n, (const double(*)[3])x, reach, false, INT32_MAX / 4, err) < 0)
        return -1;
    double(*vec)[3] = gg_arena_alloc(a, (size_t)e.n_edge * sizeof *vec);
    int8_t(*shift)[3] = gg_arena_alloc(a, (size_t)e.n_edge * sizeof *shift);
    gg_edge_vectors_f64(&e, cell, (const double(*)[3])x, vec);
    make_images(t, cell, &e, shift);
    make_list(t, &e, (const double(*)[3])vec, (const int8_t(*)[3])shift, a);
    t->at = gg_arena_calloc(&t->arena, (size_t)(t->n + t->image[t->n] + 1), 4 * sizeof(double));
    t->at[t->n + t->image[t->n]][0] = FAR_AWAY;
    for (int64_t k = 0; k < t->n; k++)
        gg_tethered_move(t, k, t->start[k]);
    return 0;
}

int gg_tethered_init(struct gg_tethered *t, const struct gg_potential *p, const struct gg_cell *cell,
                     int64_t n, const double (*pos)[3], const int32_t *type, double radius,
                     struct gg_err *err)
{
    struct gg_arena a = {0};
    double reach = (p->cutoff + 2 * radius) * (1 + 1e-9);
    *t = (struct gg_tethered){.n = n, .dim = cell->dim, .radius = radius};
    for (int x = 0; x < TYPES; x++)
        for (int y = 0; y < TYPES; y++)
            t->pair[x][y] = pair_of(&p->pair[x][y]);
    if (gg_check_types(n, type, err) < 0)
        return -1;
    for (int64_t i = 0; i < n; i++)
        for (int k = 0; k < cell->dim; k++)
            if (!isfinite(pos[i][k]))
                return gg_fail(err, GG_INPUT, "the position of particle %lld is not finite", (long long)i);
    struct grid g = n > 0 ? grid_of(cell, n, pos, reach) : (struct grid){.n = {1, 1, 1}};
    sort_into_cells(t, &g, pos, &a);
    int status = build(t, cell, pos, type, reach, &a, err);
    gg_arena_free(&a);
    return status;
}

void gg_tethered_free(struct gg_tethered *t)
{
    gg_arena_free(&t->arena);
}

/* ---- moves ---- */

/* V of four distances, as if there were no cut-off. */
static inline __attribute__((always_inline)) void energies(const struct gg_tethered_pair *c,
                                                           const gg_four *r2, gg_four *v)
{
    gg_four q = c->sigma2 / *r2, w = q * q * q, r;
    for (int l = 0; l < GG_FOUR; l++)
        r[l] = sqrt((*r2)[l]);
    *v = c->e * w * (w - 1.0) + c->v0 + c->v1 * r + c->v2 * *r2 + c->v4 * *r2 * *r2;
}

/* Adds V(new) - V(old) of the pairs nbr[0 .. n-1] with a particle that goes from `from` to `to`. */
GG_CLONES static void add_change(const struct gg_tethered_pair *c, const double (*at)[4],
                                 const double from[4], const double to[4], const int32_t *nbr, int64_t n,
                                 double sum[GG_FOUR])
{
    gg_four total, old0, new0;
    memcpy(&total, sum, sizeof total);
    memcpy(&old0, from, sizeof old0);
    memcpy(&new0, to, sizeof new0);
    for (int64_t k = 0; k < n; k += GG_FOUR) {
        gg_four x, y, z;
        gg_four_points(at, nbr + k, &x, &y, &z);
        gg_four ox = x - old0[0], oy = y - old0[1], oz = z - old0[2], o2 = ox * ox + oy * oy + oz * oz;
        gg_four nx = x - new0[0], ny = y - new0[1], nz = z - new0[2], n2 = nx * nx + ny * ny + nz * nz;
        gg_four_mask before = o2 < c->cutoff2, after = n2 < c->cutoff2, any = before | after;
        if (!(any[0] | any[1] | any[2] | any[3]))
            continue;
        gg_four ov, nv;
        energies(c, &o2, &ov);
        energies(c, &n2, &nv);
        total += (gg_four)((gg_four_mask)nv & after) - (gg_four)((gg_four_mask)ov & before);
    }
    memcpy(sum, &total, sizeof total);
}

double gg_tethered_change(const struct gg_tethered *t, int64_t k, const double to[4])
{
    double sum[GG_FOUR] = {0};
    for (int type = 0; type < TYPES; type++) {
        int64_t begin = t->first[k * TYPES + type], end = t->first[k * TYPES + type + 1];
        add_change(&t->pair[t->type[k]][type], (const double(*)[4])t->at, t->at[k], to, t->nbr + begin,
                   end - begin, sum);
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

void gg_tethered_move(struct gg_tethered *t, int64_t k, const double to[4])
{
    memcpy(t->at[k], to, sizeof t->at[k]);
    for (int64_t g = t->image[k]; g < t->image[k + 1]; g++)
        for (int a = 0; a < 3; a++)
            t->at[t->n + g][a] = to[a] + t->offset[g][a];
}
