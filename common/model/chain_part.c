/* chain_part.c -- see chain_part.h */
#include "model/chain_part.h"

#include <stdlib.h>
#include <string.h>

static int by_number(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Its nodes; row[j] = that of node j, -1 before and for all others.  row: [n_node of the whole], -1 everywhere else. */
static void find_nodes(struct gg_part *t, int32_t *row, struct gg_arena *a)
{
    int64_t most = t->last - t->first, n = 0;
    for (int k = 0; k < t->m->n_geometry; k++)
        most += t->whole->graph[k].ptr[t->last] - t->whole->graph[k].ptr[t->first];
    t->node = gg_arena_alloc(a, (size_t)most * sizeof *t->node);
    for (int64_t i = t->first; i < t->last; i++)
        row[t->node[n++] = (int32_t)i] = 0;
    for (int k = 0; k < t->m->n_geometry; k++) {
        const struct gg_graph *g = &t->whole->graph[k];
        for (int64_t e = g->ptr[t->first]; e < g->ptr[t->last]; e++)
            if (row[g->nbr[e]] < 0)
                row[t->node[n++] = g->nbr[e]] = 0;
    }
    qsort(t->node, (size_t)n, sizeof *t->node, by_number);
    for (int64_t q = 0; q < n; q++)
        row[t->node[q]] = (int32_t)q;
    t->n_node = n;
    t->own = row[t->first];
}

static void cut_graph(const struct gg_part *t, const struct gg_graph *from, const int32_t *row, bool backward,
                      struct gg_graph *g, struct gg_arena *a)
{
    int64_t e0 = from->ptr[t->first], *ptr = GG_NEW(a, int64_t, (size_t)t->n_node + 1);
    *g = *from;
    g->n_node = t->n_node;
    g->n_edge = from->ptr[t->last] - e0;
    int32_t *nbr = gg_arena_alloc(a, ((size_t)g->n_edge + 1) * sizeof *nbr),
            *type = gg_arena_alloc(a, ((size_t)g->n_node + 1) * sizeof *type);
    for (int64_t e = 0; e < g->n_edge; e++)
        nbr[e] = row[from->nbr[e0 + e]];
    for (int64_t q = 0; q < t->n_node; q++) {
        int64_t i = t->node[q] < t->last ? t->node[q] + 1 : t->last;
        ptr[q + 1] = i > t->first ? from->ptr[i] - e0 : 0;
        type[q] = from->type[t->node[q]];
    }
    g->ptr = ptr;
    g->nbr = nbr;
    g->type = type;
    g->vec = from->vec + e0;
    g->r = from->r + e0;
    g->shift = from->shift ? from->shift + e0 : NULL;
    g->n_range = 0;
    if (!backward)
        return;
    gg_graph_ranges(g, a);
    if (t->m->needs_reverse)
        gg_graph_senders(g, a);
}

/* row: as for find_nodes, before and afterwards -1 everywhere, so that a part costs what it is large, not what the whole is. */
static void cut(struct gg_part *t, bool backward, int32_t *row, struct gg_arena *a)
{
    find_nodes(t, row, a);
    int32_t *order = gg_arena_alloc(a, (size_t)t->n_node * sizeof *order);
    for (int64_t q = 0; q < t->n_node; q++)
        order[q] = t->whole->order ? t->whole->order[t->node[q]] : t->node[q];
    t->batch.order = order;
    for (int k = 0; k < t->m->n_geometry; k++)
        cut_graph(t, &t->whole->graph[k], row, backward, &t->batch.graph[k], a);
    for (int64_t q = 0; q < t->n_node; q++)
        row[t->node[q]] = -1;
}

int32_t *gg_part_no_rows(const struct gg_batch *b)
{
    size_t bytes = (size_t)(b->graph[0].n_node + 1) * sizeof(int32_t);
    return memset(gg_xalloc(bytes, 1), 0xff, bytes);
}

int64_t gg_part_count(const struct gg_chain *c, const struct gg_batch *b)
{
    return (b->graph[0].n_node + c->receivers - 1) / c->receivers;
}

struct gg_part gg_part_of(const struct gg_model *m, const struct gg_batch *b, int chain, int64_t number,
                          bool backward, int32_t *row, struct gg_arena *a)
{
    const struct gg_chain *c = &m->chain[chain];
    int64_t n = b->graph[0].n_node, first = number * c->receivers;
    struct gg_part t = {.m = m,
                        .whole = b,
                        .chain = c,
                        .first = first,
                        .last = first + c->receivers < n ? first + c->receivers : n};
    gg_arena_reset(a);
    cut(&t, backward, row, a);
    return t;
}
