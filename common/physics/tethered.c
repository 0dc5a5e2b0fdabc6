/* tethered.c -- particles that stay near where they began: cells, colours, and the list of pairs
 * A pair interacts at some time only if it began nearer than cutoff + 2 radius: those pairs are listed, once.  Cells are as
 * wide as that or wider, an even number along each direction, and a cell's colour is made of the parities of its three
 * indices: between two cells of a colour there is always a whole cell.
 * What moves is kept as the way from the start, and each pair has the vector between its starts, to the image that is meant: the loop
 * over pairs (md_tethered.inc) knows neither cell nor images, and single precision loses nothing. */
#include "physics/tethered.h"
#include "graph/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES = GG_POTENTIAL_TYPES, MOST_COLOURS = 8 };

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

/* ---- the list ---- */

struct listed {
    double r2;
    int64_t edge;
};

static int by_distance(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    return x->r2 != y->r2 ? (x->r2 < y->r2 ? -1 : 1) : (x->edge > y->edge) - (x->edge < y->edge);
}

/* The pairs of slot i with particles of one type; a particle and its own images keep their distances. */
static int64_t pairs_with(const struct gg_tethered *t, const struct gg_edges *e, const double (*vec)[3],
                          int64_t i, int32_t type, struct listed *to)
{
    double cutoff = sqrt((double)t->pair[t->type[i]][type].cutoff2);
    double reach = (cutoff + 2 * t->radius) * (1 + 1e-6); /* rounding */
    int64_t n = 0;
    for (int64_t k = e->ptr[i]; k < e->ptr[i + 1]; k++) {
        const double *v = vec[k], r2 = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        if (t->type[e->nbr[k]] == type && e->nbr[k] != i && r2 < reach * reach)
            to[n++] = (struct listed){r2, k};
    }
    qsort(to, (size_t)n, sizeof *to, by_distance);
    return n;
}

static void make_list(struct gg_tethered *t, const struct gg_edges *e, const double (*vec)[3],
                      struct gg_arena *a)
{
    int64_t longest = 0, at = 0;
    for (int64_t i = 0; i < t->n; i++)
        longest = e->ptr[i + 1] - e->ptr[i] > longest ? e->ptr[i + 1] - e->ptr[i] : longest;
    struct listed *row = gg_arena_alloc(a, (size_t)longest * sizeof *row);
    t->first = gg_arena_alloc(&t->arena, (size_t)(t->n * TYPES + 1) * sizeof *t->first);
    t->near = GG_NEW(&t->arena, struct gg_tethered_near, (size_t)e->n_edge + 1);
    for (int64_t i = 0; i < t->n; i++)
        for (int32_t type = 0; type < TYPES; type++) {
            int64_t n = pairs_with(t, e, vec, i, type, row);
            t->first[i * TYPES + type] = at;
            for (int64_t k = 0; k < n; k++, at++) {
                t->near[at].who = e->nbr[row[k].edge];
                for (int c = 0; c < 3; c++)
                    t->near[at].way[c] = (gg_real)vec[row[k].edge][c];
            }
        }
    t->first[t->n * TYPES] = at;
}

static struct gg_tethered_pair pair_of(const struct gg_pair_potential *p)
{
    double s2 = p->sigma * p->sigma, s6 = s2 * s2 * s2, e = 4 * p->eps;
    return (struct gg_tethered_pair){.cutoff2 = (gg_real)(p->cutoff * p->cutoff),
                                     .e12 = (gg_real)(e * s6 * s6),
                                     .e6 = (gg_real)(e * s6),
                                     .v0 = (gg_real)(e * p->a0),
                                     .v1 = (gg_real)(e * p->a1 / p->sigma),
                                     .v2 = (gg_real)(e * p->a2 / s2),
                                     .v4 = (gg_real)(e * p->a4 / (s2 * s2))};
}

/* Positions in slots; everything else follows from them. */
static int build(struct gg_tethered *t, const struct gg_cell *cell, const double (*pos)[3],
                 const int32_t *type, double reach, struct gg_arena *a, struct gg_err *err)
{
    struct gg_edges e;
    t->type = gg_arena_alloc(&t->arena, (size_t)t->n * sizeof *t->type);
    t->start = gg_arena_calloc(&t->arena, (size_t)t->n, sizeof *t->start);
    t->away = gg_arena_calloc(&t->arena, (size_t)t->n, sizeof *t->away);
    for (int64_t k = 0; k < t->n; k++) {
        memcpy(t->start[k], pos[t->order[k]], (size_t)cell->dim * sizeof(double));
        t->type[k] = type[t->order[k]];
    }
    if (gg_neighbors(&e, a, cell, t->n, (const double(*)[3])t->start, reach, false, INT32_MAX / 4, err) < 0)
        return -1;
    double(*vec)[3] = gg_arena_alloc(a, (size_t)e.n_edge * sizeof *vec);
    gg_edge_vectors_f64(&e, cell, (const double(*)[3])t->start, vec);
    make_list(t, &e, (const double(*)[3])vec, a);
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
    t->even = p->kind == GG_POTENTIAL_POLY;
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

void gg_tethered_positions(const struct gg_tethered *t, int run, double (*pos)[3])
{
    double centre[3] = {0};
    for (int64_t k = 0; k < t->n; k++)
        for (int c = 0; c < 3; c++)
            centre[c] += t->away[k][c][run] / (double)t->n;
    for (int64_t k = 0; k < t->n; k++)
        for (int c = 0; c < 3; c++)
            pos[t->order[k]][c] = t->start[k][c] + t->away[k][c][run] - centre[c];
}
