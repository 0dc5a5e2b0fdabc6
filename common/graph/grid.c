/* grid.c -- particles into grid cells by counting, and the order of nodes that follows from it */
#include "graph/grid.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { AHEAD = 24 };           /* particles anywhere in memory arrive before they are needed */
enum { MOST_CELLS = 1 << 20 }; /* along one direction: numbers stay exact however sparse the particles */

static const double FARTHEST = 1e15; /* sigma: beyond it neighbouring doubles are 0.1 apart */
static const double MOST_WRAPS =
    GG_PACK_MOST / 4; /* cells: so that differences of two, and images, can be packed */

static bool periodic(const struct gg_cell *c, int a)
{
    return c->pbc >> a & 1;
}

/* Fractional coordinates of one particle, wrapped along periodic directions. False if it cannot be wrapped. */
static bool locate(struct gg_grid *g, const double pos[3], double s[3], int64_t *wrap)
{
    const struct gg_cell *c = g->cell;
    double r[3] = {pos[0], pos[1], c->dim == 3 ? pos[2] : 0.0};
    gg_cell_fractional(c, r, s);
    int64_t added[3] = {0, 0, 0};
    for (int a = 0; a < 3; a++) {
        if (!periodic(c, a))
            continue;
        double whole = floor(s[a]);
        if (!(fabs(whole) <= MOST_WRAPS))
            return false;
        s[a] -= whole;
        if (s[a] >= 1.0) { /* a tiny negative number rounds up to the face */
            s[a] = 0.0;
            whole += 1.0;
        }
        added[a] = -(int64_t)whole;
        g->most_wraps = fmax(g->most_wraps, fabs(whole));
    }
    *wrap = gg_pack(added[0], added[1], added[2]);
    return true;
}

static int locate_all(struct gg_grid *g, const double (*pos)[3], double (*s)[3], int64_t *wrap,
                      struct gg_err *err)
{
    g->largest = 0.0;
    for (int64_t i = 0; i < g->n; i++) {
        for (int k = 0; k < g->cell->dim; k++) {
            if (!(fabs(pos[i][k]) <= FARTHEST))
                return gg_fail(err, GG_INPUT, "position of particle %lld is %g, not a finite number of sigma",
                               (long long)i, pos[i][k]);
            g->largest = fmax(g->largest, fabs(pos[i][k]));
        }
        if (!locate(g, pos[i], s[i], &wrap[i]))
            return gg_fail(
                err, GG_INPUT,
                "particle %lld lies more than %.0f cells outside the periodic cell: it is far away, or "
                "the cell's vectors are far from square",
                (long long)i, MOST_WRAPS);
    }
    return 0;
}

/* Without images the grid spans the particles: smallest and largest fractional coordinate. */
static void span(struct gg_grid *g, int a, double (*s)[3])
{
    g->low[a] = 0.0;
    g->extent[a] = 1.0;
    if (periodic(g->cell, a) || g->n == 0)
        return;
    double low = s[0][a], high = s[0][a];
    for (int64_t i = 1; i < g->n; i++) {
        low = fmin(low, s[i][a]);
        high = fmax(high, s[i][a]);
    }
    g->low[a] = low;
    g->extent[a] = high - low;
}

static void choose_cells(struct gg_grid *g, double size)
{
    double length[3];
    for (int a = 0; a < 3; a++) {
        length[a] = g->extent[a] * g->cell->height[a];
        double most = fmin(floor(length[a] / size), MOST_CELLS);
        g->cells[a] = most >= 1.0 ? (int)most : 1;
    }
    while (gg_grid_cells(g) > 2 * g->n + 64) { /* sparse: halve the longest direction */
        int longest = g->cells[0] >= g->cells[1] ? 0 : 1;
        longest = g->cells[longest] >= g->cells[2] ? longest : 2;
        g->cells[longest] = (g->cells[longest] + 1) / 2;
    }
    for (int a = 0; a < 3; a++)
        g->width[a] = length[a] / g->cells[a];
}

static int64_t cell_of(const struct gg_grid *g, const double s[3])
{
    int64_t at[3];
    for (int a = 0; a < 3; a++) {
        double x = g->extent[a] > 0 ? (s[a] - g->low[a]) / g->extent[a] * g->cells[a] : 0.0;
        at[a] = x < g->cells[a] ? (int64_t)x : g->cells[a] - 1;
    }
    return (at[2] * g->cells[1] + at[1]) * g->cells[0] + at[0];
}

/* Counting sort: stable, so particles of a cell stay in the order of their numbers. */
static void sort_into_cells(struct gg_grid *g, struct gg_arena *a, double (*s)[3])
{
    int64_t n_cell = gg_grid_cells(g);
    int64_t *of = gg_arena_alloc(a, (size_t)g->n * sizeof *of);
    g->start = GG_NEW(a, int64_t, (size_t)n_cell + 2);
    int64_t *fill = g->start + 1; /* shifted by one, so that filling leaves start[] behind */
    for (int64_t i = 0; i < g->n; i++)
        fill[(of[i] = cell_of(g, s[i])) + 1]++;
    for (int64_t c = 0; c < n_cell; c++)
        fill[c + 1] += fill[c];
    for (int64_t i = 0; i < g->n; i++)
        g->order[fill[of[i]]++] = (int32_t)i;
}

static void copy_in_order(struct gg_grid *g, const double (*pos)[3], const int64_t *wrap)
{
    const double zero[3] = {0.0, 0.0, 0.0};
    for (int64_t k = 0; k < g->n; k++) {
        int32_t i = g->order[k], w[3], soon = g->order[k + AHEAD < g->n ? k + AHEAD : k];
        __builtin_prefetch(pos[soon]);
        __builtin_prefetch(&wrap[soon]);
        gg_unpack(wrap[i], w);
        double r[3], shift[3] = {w[0], w[1], w[2]};
        memcpy(g->raw[k], pos[i], sizeof g->raw[k]);
        gg_edge_vector(g->cell, zero, g->raw[k], shift, r);
        for (int x = 0; x < 3; x++)
            g->x[x][k] = r[x];
        g->wrap[k] = wrap[i];
    }
}

int gg_grid_init(struct gg_grid *g, struct gg_arena *a, const struct gg_cell *cell, int64_t n,
                 const double (*pos)[3], double size, struct gg_err *err)
{
    *g = (struct gg_grid){.cell = cell, .n = n};
    double(*s)[3] = gg_arena_alloc(a, (size_t)n * sizeof *s);
    int64_t *wrap = gg_arena_alloc(a, (size_t)n * sizeof *wrap);
    if (locate_all(g, pos, s, wrap, err) < 0)
        return -1;
    for (int k = 0; k < 3; k++)
        span(g, k, s);
    choose_cells(g, size);
    g->order = gg_arena_alloc(a, (size_t)n * sizeof *g->order);
    for (int x = 0; x < 3; x++)
        g->x[x] = gg_arena_alloc(a, (size_t)n * sizeof *g->x[x]);
    g->raw = gg_arena_alloc(a, (size_t)n * sizeof *g->raw);
    g->wrap = gg_arena_alloc(a, (size_t)n * sizeof *g->wrap);
    sort_into_cells(g, a, s);
    copy_in_order(g, pos, wrap);
    return 0;
}
