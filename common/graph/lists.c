/* lists.c -- edges of two searches as one list, edges that a frame brings, both in the order of the kernels */
#include "graph/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- union ---- */

/* Order inside a row: sender, then shift, first vector first. */
static int compare(const struct gg_edges *x, int64_t a, const struct gg_edges *y, int64_t b)
{
    if (x->nbr[a] != y->nbr[b])
        return x->nbr[a] < y->nbr[b] ? -1 : 1;
    for (int k = 0; k < 3; k++)
        if (x->shift[a][k] != y->shift[b][k])
            return x->shift[a][k] < y->shift[b][k] ? -1 : 1;
    return 0;
}

static void take(struct gg_edges *out, const struct gg_edges *from, int64_t e)
{
    out->nbr[out->n_edge] = from->nbr[e];
    memcpy(out->shift[out->n_edge++], from->shift[e], sizeof *out->shift);
}

void gg_edges_union(struct gg_edges *out, struct gg_arena *a, const struct gg_edges *x,
                    const struct gg_edges *y)
{
    size_t most = (size_t)(x->n_edge + y->n_edge) + 1;
    *out = (struct gg_edges){.n_node = x->n_node, .ptr = GG_NEW(a, int64_t, (size_t)x->n_node + 1)};
    out->nbr = gg_arena_alloc(a, most * sizeof *out->nbr);
    out->shift = gg_arena_alloc(a, most * sizeof *out->shift);
    for (int64_t i = 0; i < x->n_node; i++) {
        int64_t p = x->ptr[i], q = y->ptr[i];
        while (p < x->ptr[i + 1] || q < y->ptr[i + 1]) {
            int order = p == x->ptr[i + 1] ? 1 : q == y->ptr[i + 1] ? -1 : compare(x, p, y, q);
            if (order <= 0)
                take(out, x, p++);
            else
                take(out, y, q);
            q += order >= 0;
        }
        out->ptr[i + 1] = out->n_edge;
    }
}

/* ---- edges of a frame ---- */

struct edge {
    int32_t nbr;
    int8_t shift[3];
    int64_t from;
};

static int by_sender(const void *p, const void *q)
{
    const struct edge *a = p, *b = q;
    if (a->nbr != b->nbr)
        return a->nbr < b->nbr ? -1 : 1;
    for (int k = 0; k < 3; k++)
        if (a->shift[k] != b->shift[k])
            return a->shift[k] < b->shift[k] ? -1 : 1;
    return (a->from > b->from) - (a->from < b->from);
}

void gg_edges_reorder(struct gg_edges *out, int64_t *edge_order, struct gg_arena *a,
                      const struct gg_edges *from, const int32_t *order)
{
    int64_t n = from->n_node;
    int32_t *place = GG_NEW(a, int32_t, (size_t)n + 1);
    *out = (struct gg_edges){.n_node = n, .n_edge = from->n_edge, .ptr = GG_NEW(a, int64_t, (size_t)n + 1)};
    out->nbr = gg_arena_alloc(a, ((size_t)from->n_edge + 1) * sizeof *out->nbr);
    out->shift = gg_arena_alloc(a, ((size_t)from->n_edge + 1) * sizeof *out->shift);
    struct edge *row = gg_arena_alloc(a, ((size_t)from->n_edge + 1) * sizeof *row);
    for (int64_t k = 0; k < n; k++)
        place[order[k]] = (int32_t)k;
    for (int64_t k = 0; k < n; k++) {
        int64_t first = out->ptr[k], m = 0;
        for (int64_t e = from->ptr[order[k]]; e < from->ptr[order[k] + 1]; e++, m++) {
            row[m] = (struct edge){.nbr = place[from->nbr[e]], .from = e};
            memcpy(row[m].shift, from->shift[e], sizeof row[m].shift);
        }
        qsort(row, (size_t)m, sizeof *row, by_sender);
        for (int64_t e = 0; e < m; e++) {
            out->nbr[first + e] = row[e].nbr;
            memcpy(out->shift[first + e], row[e].shift, sizeof *out->shift);
            edge_order[first + e] = row[e].from;
        }
        out->ptr[k + 1] = first + m;
    }
}

void gg_edges_nearest(int64_t n_node, const int64_t *ptr, const int32_t *nbr, const struct gg_cell *cell,
                      const double (*pos)[3], int8_t (*shift)[3])
{
    for (int64_t i = 0; i < n_node; i++)
        for (int64_t e = ptr[i]; e < ptr[i + 1]; e++) {
            double v[3], near[3], whole[3];
            for (int a = 0; a < 3; a++)
                v[a] = near[a] = pos[nbr[e]][a] - pos[i][a];
            gg_cell_nearest(cell, near);
            for (int a = 0; a < 3; a++)
                v[a] = near[a] - v[a];
            gg_cell_fractional(cell, v, whole);
            for (int a = 0; a < 3; a++)
                shift[e][a] = (int8_t)lround(whole[a]);
        }
}
