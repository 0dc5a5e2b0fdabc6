/* brute.c -- all pairs times all images: slow, plain, and the oracle of the cell list */
#include "graph/grid.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

struct list {
    struct gg_edges *out; /* NULL while counting */
    int64_t n;
};

static void add_if_within(struct list *l, const struct gg_cell *cell, const double (*pos)[3], int64_t i,
                          int64_t j, const int32_t image[3], double cutoff)
{
    double v[3], shift[3] = {image[0], image[1], image[2]};
    gg_edge_vector(cell, pos[i], pos[j], shift, v);
    if (!(v[0] * v[0] + v[1] * v[1] + v[2] * v[2] < cutoff * cutoff))
        return;
    if (l->out) {
        l->out->nbr[l->n] = (int32_t)j;
        for (int a = 0; a < 3; a++)
            l->out->shift[l->n][a] = (int8_t)image[a];
    }
    l->n++;
}

/* Shifts that can bring particle j within reach of i: around the fractional difference, wide enough for rounding. */
static int image_range(const struct gg_cell *cell, const double ri[3], const double rj[3], double cutoff,
                       int low[3], int high[3])
{
    double d[3], s[3];
    for (int k = 0; k < 3; k++)
        d[k] = k < cell->dim ? rj[k] - ri[k] : 0.0;
    gg_cell_fractional(cell, d, s);
    for (int a = 0; a < 3; a++) {
        bool periodic = cell->pbc >> a & 1;
        double reach = periodic ? cutoff / cell->height[a] + 1e-6 : 0.0, middle = periodic ? -s[a] : 0.0;
        if (!(fabs(middle) + reach < GG_MOST_SHIFT + 1))
            return -1;
        low[a] = (int)ceil(middle - reach);
        high[a] = (int)floor(middle + reach);
    }
    return 0;
}

static int row(struct list *l, const struct gg_cell *cell, int64_t n, const double (*pos)[3], int64_t i,
               double cutoff, bool self, struct gg_err *err)
{
    for (int64_t j = 0; j < n; j++) {
        int low[3], high[3];
        if (image_range(cell, pos[i], pos[j], cutoff, low, high) < 0)
            return gg_fail(err, GG_INPUT, "particles %lld and %lld: images beyond %d cells", (long long)i,
                           (long long)j, GG_MOST_SHIFT);
        int32_t s[3];
        for (s[0] = low[0]; s[0] <= high[0]; s[0]++)
            for (s[1] = low[1]; s[1] <= high[1]; s[1]++)
                for (s[2] = low[2]; s[2] <= high[2]; s[2]++)
                    if (self || i != j || s[0] || s[1] || s[2])
                        add_if_within(l, cell, pos, i, j, s, cutoff);
    }
    return 0;
}

int gg_neighbors_brute(struct gg_edges *out, struct gg_arena *a, const struct gg_cell *cell, int64_t n,
                       const double (*pos)[3], double cutoff, bool self, struct gg_err *err)
{
    assert(cutoff > 0 && isfinite(cutoff));
    *out = (struct gg_edges){.n_node = n, .ptr = GG_NEW(a, int64_t, (size_t)n + 1)};
    struct list l = {NULL, 0};
    for (int64_t i = 0; i < n; i++) {
        if (row(&l, cell, n, pos, i, cutoff, self, err) < 0)
            return -1;
        out->ptr[i + 1] = l.n;
    }
    out->n_edge = l.n;
    out->nbr = gg_arena_alloc(a, (size_t)l.n * sizeof *out->nbr);
    out->shift = gg_arena_alloc(a, (size_t)l.n * sizeof *out->shift);
    l = (struct list){out, 0};
    for (int64_t i = 0; i < n; i++)
        row(&l, cell, n, pos, i, cutoff, self, err);
    return 0;
}
