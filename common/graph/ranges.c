/* ranges.c -- the ranges of receivers of a backward pass, and the senders that each touches */
#include "graph/graph.h"

#include <string.h>

/* row[j] = 0 where a receiver of the range listens to j, -1 elsewhere; returns how many there are. */
static int64_t mark(const struct gg_graph *g, int64_t first, int64_t last, int32_t *row)
{
    int64_t n = 0;
    memset(row, 0xff, (size_t)g->n_node * sizeof *row);
    for (int64_t e = g->ptr[first]; e < g->ptr[last]; e++) {
        n += row[g->nbr[e]] < 0;
        row[g->nbr[e]] = 0;
    }
    return n;
}

void gg_graph_ranges(struct gg_graph *g, struct gg_arena *a)
{
    int64_t blocks = (g->n_node + GG_GRAPH_BLOCK - 1) / GG_GRAPH_BLOCK,
            each = (blocks + GG_GRAPH_RANGES - 1) / GG_GRAPH_RANGES;
    struct gg_range *range = GG_NEW(a, struct gg_range, GG_GRAPH_RANGES);
    int32_t *local = gg_arena_alloc(a, (size_t)g->n_edge * sizeof *local),
            *row = gg_arena_alloc(a, (size_t)g->n_node * sizeof *row);
    g->n_range = each ? (int)((blocks + each - 1) / each) : 0;
    for (int k = 0; k < g->n_range; k++) {
        struct gg_range *r = &range[k];
        r->first = k * each * GG_GRAPH_BLOCK;
        r->last = r->first + each * GG_GRAPH_BLOCK < g->n_node ? r->first + each * GG_GRAPH_BLOCK : g->n_node;
        r->n_touched = mark(g, r->first, r->last, row);
        int32_t *touched = gg_arena_alloc(a, (size_t)r->n_touched * sizeof *touched), n = 0;
        for (int32_t j = 0; j < g->n_node; j++)
            if (row[j] >= 0) {
                row[j] = n;
                touched[n++] = j;
            }
        for (int64_t e = g->ptr[r->first]; e < g->ptr[r->last]; e++)
            local[e] = row[g->nbr[e]];
        r->touched = touched;
    }
    g->range = range;
    g->local = local;
}
