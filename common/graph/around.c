/* around.c -- everything near one grid cell, copied into one stretch
 * Periodic images are resolved here, once for all particles of the cell: indices outside the grid are reduced by floor
 * division, whose quotient is the image, so a small cell is simply visited several times. */
#include "graph/around.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const double MOST_CANDIDATES = 1 << 24; /* 0.7 GB of scratch a thread */

/* Floor division: the index of a cell seen from outside, and the image it belongs to. */
static int split(int at, int n, int *image)
{
    *image = at >= 0 ? at / n : -((n - 1 - at) / n);
    return at - *image * n;
}

static bool exists(const struct gg_reach *r, int a, int image)
{
    return image == 0 || (r->grid->cell->pbc >> a & 1);
}

static void copy_moved(float *restrict to, const double *restrict x, int64_t n, double move)
{
#pragma omp simd
    for (int64_t p = 0; p < n; p++)
        to[p] = (float)(x[p] + move);
}

/* Copies the particles at places first .. last-1, moved into an image and seen from `origin`. */
static void append(struct gg_around *c, const struct gg_grid *g, int64_t first, int64_t last,
                   const int image[3], const double origin[3])
{
    const double zero[3] = {0.0, 0.0, 0.0}, shift[3] = {image[0], image[1], image[2]};
    double move[3];
    gg_edge_vector(g->cell, origin, zero, shift, move);
    int64_t n = last - first;
    copy_moved(c->x + c->n, g->x[0] + first, n, move[0]);
    copy_moved(c->y + c->n, g->x[1] + first, n, move[1]);
    copy_moved(c->z + c->n, g->x[2] + first, n, move[2]);
    int64_t *to = c->shift + c->n, packed = gg_pack(image[0], image[1], image[2]);
    int32_t *place = c->place + c->n;
#pragma omp simd
    for (int64_t p = 0; p < n; p++) {
        to[p] = packed + g->wrap[first + p];
        place[p] = (int32_t)(first + p);
    }
    memcpy(c->nbr + c->n, g->order + first, (size_t)n * sizeof *c->nbr);
    c->n += n;
}

/* One run of cells along the first vector: contiguous, split only where the image changes.  row: index of the run along
 * the other two vectors. */
static void append_run(struct gg_around *c, const struct gg_reach *r, const int at[3], const int row[3],
                       int image[3], const double origin[3])
{
    const struct gg_grid *g = r->grid;
    int n = g->cells[0], first_image, last_image;
    split(at[0] - r->cells[0], n, &first_image);
    split(at[0] + r->cells[0], n, &last_image);
    const int64_t *start = g->start + ((int64_t)row[2] * g->cells[1] + row[1]) * n;
    for (image[0] = first_image; image[0] <= last_image; image[0]++) {
        if (!exists(r, 0, image[0]))
            continue;
        int first = at[0] - r->cells[0] - image[0] * n, last = at[0] + r->cells[0] - image[0] * n;
        first = first > 0 ? first : 0;
        last = last < n - 1 ? last : n - 1;
        if (image[0] == 0 && image[1] == 0 && image[2] == 0 && row[1] == at[1] && row[2] == at[2])
            c->own = c->n + start[at[0]] - start[first];
        append(c, g, start[first], start[last + 1], image, origin);
    }
}

static void pad(struct gg_around *c)
{
    for (int64_t k = c->n; k % GG_LANES != 0; k++)
        c->x[k] = c->y[k] = c->z[k] = INFINITY;
}

void gg_around_fill(struct gg_around *c, const struct gg_reach *r, int64_t cell)
{
    const struct gg_grid *g = r->grid;
    const int at[3] = {(int)(cell % g->cells[0]), (int)(cell / g->cells[0] % g->cells[1]),
                       (int)(cell / g->cells[0] / g->cells[1])};
    int64_t first = g->start[cell];
    const double origin[3] = {g->x[0][first], g->x[1][first], g->x[2][first]};
    int image[3], row[3];
    c->n = 0;
    for (int o2 = -r->cells[2]; o2 <= r->cells[2]; o2++) {
        row[2] = split(at[2] + o2, g->cells[2], &image[2]);
        if (!exists(r, 2, image[2]))
            continue;
        for (int o1 = -r->cells[1]; o1 <= r->cells[1]; o1++) {
            row[1] = split(at[1] + o1, g->cells[1], &image[1]);
            if (exists(r, 1, image[1]))
                append_run(c, r, at, row, image, origin);
        }
    }
    pad(c);
}

/* ---- how far, how many ---- */

static int64_t fullest_cell(const struct gg_grid *g)
{
    int64_t most = 0;
    for (int64_t c = 0; c < gg_grid_cells(g); c++)
        most = g->start[c + 1] - g->start[c] > most ? g->start[c + 1] - g->start[c] : most;
    return most;
}

/* Length of the edge of one grid cell along vector a. */
static double edge_length(const struct gg_grid *g, int a)
{
    const double *h = g->cell->h[a];
    return sqrt(h[0] * h[0] + h[1] * h[1] + h[2] * h[2]) * g->extent[a] / g->cells[a];
}

int gg_reach_init(struct gg_reach *r, const struct gg_grid *g, double cutoff, struct gg_err *err)
{
    *r = (struct gg_reach){.grid = g};
    double room = (double)fullest_cell(g);
    for (int a = 0; a < 3; a++) {
        /* a hair wider than the cutoff: wrapped positions are rounded */
        double reach = ceil((cutoff * (1 + 1e-9) + 0x1p-45 * g->largest) / g->width[a]);
        if (!(g->cell->pbc >> a & 1))
            reach = fmin(reach, g->cells[a] - 1);
        if (!(reach <= (GG_MOST_SHIFT + 1.0) * g->cells[a]))
            return gg_fail(err, GG_INPUT,
                           "cutoff %g is more than %d times the height %g of the cell along vector %d",
                           cutoff, GG_MOST_SHIFT, g->cell->height[a], a + 1);
        r->cells[a] = (int)reach;
        r->extent += (reach + 1) * edge_length(g, a);
        room *= 2 * reach + 1;
    }
    if (!(room <= MOST_CANDIDATES))
        return gg_fail(err, GG_INPUT,
                       "cutoff %g: one particle has up to %g neighbours, at most %g can be listed", cutoff,
                       room, MOST_CANDIDATES);
    r->room = (int64_t)room / GG_LANES * GG_LANES + GG_LANES;
    return 0;
}

void gg_around_alloc(struct gg_around *c, struct gg_arena *a, int64_t room)
{
    c->x = gg_arena_alloc(a, (size_t)room * sizeof *c->x);
    c->y = gg_arena_alloc(a, (size_t)room * sizeof *c->y);
    c->z = gg_arena_alloc(a, (size_t)room * sizeof *c->z);
    c->nbr = gg_arena_alloc(a, (size_t)room * sizeof *c->nbr);
    c->place = gg_arena_alloc(a, (size_t)room * sizeof *c->place);
    c->shift = gg_arena_alloc(a, (size_t)room * sizeof *c->shift);
}
