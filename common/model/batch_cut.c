/* batch_cut.c -- a frame without some of its edges: what a network says when it does not see them */
#include "model/sample.h"

#include <string.h>

/* The edges that stay, in their order: where each stood. */
static int64_t *left_over(const struct gg_graph *g, const bool *keep, int64_t *n, struct gg_arena *a)
{
    int64_t *from = gg_arena_alloc(a, ((size_t)g->n_edge + 1) * sizeof *from);
    *n = 0;
    for (int64_t e = 0; e < g->n_edge; e++)
        if (keep[e])
            from[(*n)++] = e;
    return from;
}

/* Rows of `width` bytes, or NULL where there were none. */
static void *taken(const void *rows, size_t width, const int64_t *from, int64_t n, struct gg_arena *a)
{
    if (!rows)
        return NULL;
    char *out = gg_arena_alloc(a, ((size_t)n + 1) * width);
    for (int64_t e = 0; e < n; e++)
        memcpy(out + (size_t)e * width, (const char *)rows + (size_t)from[e] * width, width);
    return out;
}

/* What all geometries of a list share. */
static void cut_list(struct gg_graph *g, const bool *keep, const int64_t *from, int64_t n, struct gg_arena *a)
{
    int64_t *ptr = GG_NEW(a, int64_t, (size_t)g->n_node + 1);
    for (int64_t i = 0; i < g->n_node; i++) {
        ptr[i + 1] = ptr[i];
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            ptr[i + 1] += keep[e];
    }
    g->nbr = taken(g->nbr, sizeof *g->nbr, from, n, a);
    g->shift = taken(g->shift, sizeof *g->shift, from, n, a);
    g->ptr = ptr;
    g->n_edge = n;
}

void gg_batch_cut(struct gg_batch *out, const struct gg_batch *from, const struct gg_model *m,
                  const struct gg_sample *s, const bool *const *keep, bool backward, struct gg_arena *a)
{
    const struct gg_graph *first[GG_MAX_GEOMETRIES] = {0}; /* of each list */
    *out = *from;
    for (int k = 0; k < m->n_geometry; k++) {
        struct gg_graph *g = &out->graph[k];
        int list = m->geometry[k].list;
        if (!keep[list])
            continue;
        int64_t n, *stood = left_over(&from->graph[k], keep[list], &n, a);
        g->vec = taken(g->vec, sizeof *g->vec, stood, n, a);
        g->r = taken(g->r, sizeof *g->r, stood, n, a);
        if (first[list]) {
            g->ptr = first[list]->ptr;
            g->nbr = first[list]->nbr;
            g->shift = first[list]->shift;
            g->n_edge = n;
        } else {
            cut_list(g, keep[list], stood, n, a);
            if (from->edge_order)
                out->edge_order = taken(from->edge_order, sizeof *from->edge_order, stood, n, a);
        }
        first[list] = first[list] ? first[list] : g;
        if (m->needs_reverse) /* what is left need not be symmetric */
            gg_graph_senders(g, a);
    }
    gg_batch_follow(out, m, s, backward, a);
}
