/* reverse.c -- the edge j <- i of every edge i <- j, in one pass over the rows
 * Rows are visited in order, so arrivals at j come sorted by sender, as row j is: each takes j's next slot. Several
 * images of one pair arrive with shifts ascending where row j holds their opposites descending. */
#include "graph/graph.h"

#include <stdlib.h>

/* Edges first .. last-1 are all images of one pair (i, j). */
static int64_t group_end(const struct gg_edges *e, int64_t first, int64_t row_end)
{
    int64_t last = first + 1;
    while (last < row_end && e->nbr[last] == e->nbr[first])
        last++;
    return last;
}

static bool opposite(const struct gg_edges *e, int64_t i, int64_t k, int64_t r)
{
    return e->nbr[r] == i && e->shift[r][0] == -e->shift[k][0] && e->shift[r][1] == -e->shift[k][1] &&
           e->shift[r][2] == -e->shift[k][2];
}

static int pair_up(const struct gg_edges *e, int64_t *fill, int64_t *rev, struct gg_err *err)
{
    for (int64_t i = 0; i < e->n_node; i++)
        for (int64_t first = e->ptr[i], last; first < e->ptr[i + 1]; first = last) {
            last = group_end(e, first, e->ptr[i + 1]);
            int32_t j = e->nbr[first];
            int64_t back = fill[j] + (last - first) - 1;
            fill[j] = back + 1;
            for (int64_t k = first; k < last; k++, back--) {
                if (back >= e->ptr[j + 1] || !opposite(e, i, k, back))
                    return gg_fail(err, GG_INPUT, "edge %lld from particle %d to %lld has no way back",
                                   (long long)k, j, (long long)i);
                rev[k] = back;
            }
        }
    return 0;
}

int gg_edge_reverse(const struct gg_edges *e, int64_t *rev, struct gg_err *err)
{
    int64_t *fill = gg_xmalloc((size_t)(e->n_node + 1) * sizeof *fill); /* next free slot of each row */
    for (int64_t i = 0; i < e->n_node; i++)
        fill[i] = e->ptr[i];
    int status = pair_up(e, fill, rev, err);
    free(fill);
    return status;
}

void gg_graph_senders(struct gg_graph *g, struct gg_arena *a)
{
    int64_t *sent =
                GG_NEW(a, int64_t, (size_t)g->n_node + 2) + 1, /* while filling, [j] is where the next goes */
        *rev = gg_arena_alloc(a, ((size_t)g->n_edge + 1) * sizeof *rev);
    for (int64_t e = 0; e < g->n_edge; e++)
        if (g->nbr[e] + 1 < g->n_node)
            sent[g->nbr[e] + 1]++;
    for (int64_t j = 1; j < g->n_node; j++)
        sent[j] += sent[j - 1];
    for (int64_t e = 0; e < g->n_edge; e++)
        rev[sent[g->nbr[e]]++] = e;
    g->rev = rev;
    g->sent = sent - 1;
}
