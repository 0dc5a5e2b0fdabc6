/* cut.c -- a frame with fewer nodes or times, or in another order: rows go along node axes, edges go with their ends */
/* Which axis runs over what is in the fields (gg_stream(5), DESCRIPTOR); names matter only for graphs, whose CSR must
 * stay valid: edge_ptr and edge_nbr, and edge_ptr_X, edge_nbr_X, edge_..._X of a second graph with free edge axes. */
#include "stream/cut.h"
#include "util/same.h"

#include <stdio.h>
#include <string.h>

/* What remains of an axis: `n` old indices in their new order. */
struct rows {
    int64_t n, *old;
};

/* One graph of the frame, before the cut. */
struct graph {
    const char *ending; /* "", or "_inherent" */
    int64_t n_edge;
    const int32_t *nbr;
    const int8_t (*shift)[3]; /* NULL if the frame has none */
    struct rows edges;
    int64_t *ptr; /* after the cut */
};

/* Keeps `rows` of axis k: data are [outer][shape[k]][inner]. */
static void select_rows(struct gg_field *x, int k, const struct rows *rows, struct gg_arena *a)
{
    uint64_t outer = 1, inner = gg_dtype_size(x->dtype), n = (uint64_t)rows->n;
    for (int d = 0; d < k; d++)
        outer *= x->shape[d];
    for (int d = k + 1; d < x->ndim; d++)
        inner *= x->shape[d];
    const char *from = x->data;
    char *to = gg_arena_alloc(a, outer * n * inner);
    for (uint64_t o = 0; o < outer; o++)
        for (uint64_t i = 0; i < n; i++)
            memcpy(to + (o * n + i) * inner, from + (o * x->shape[k] + (uint64_t)rows->old[i]) * inner,
                   inner);
    x->shape[k] = n;
    x->nbytes = outer * n * inner;
    x->data = to;
}

static struct rows kept_nodes(const bool *keep, int64_t n_node, struct gg_arena *a)
{
    struct rows rows = {0, GG_NEW(a, int64_t, (size_t)n_node)};
    for (int64_t i = 0; i < n_node; i++)
        if (keep[i])
            rows.old[rows.n++] = i;
    return rows;
}

static const char *graph_ending(const struct gg_field *x)
{
    return strncmp(x->name, "edge_ptr", 8) == 0 && x->ndim == 1 && x->axis[0] == GG_NODE1 ? x->name + 8
                                                                                          : NULL;
}

static const struct gg_field *find_with(const struct gg_frame *f, const char *stem, const char *ending)
{
    char name[2 * GG_NAME];
    snprintf(name, sizeof name, "%s%s", stem, ending);
    return gg_frame_find(f, name);
}

/* Does old edge a stand behind old edge b in a row: by new sender, then by shift? */
static bool behind(const struct graph *g, const int32_t *new_of, int64_t a, int64_t b)
{
    int order = new_of[g->nbr[a]] - new_of[g->nbr[b]];
    for (int k = 0; k < 3 && order == 0 && g->shift != NULL; k++)
        order = g->shift[a][k] - g->shift[b][k];
    return order > 0;
}

/* By insertion: rows are short, and in order already unless the nodes were relabelled. */
static void sort_row(const struct graph *g, const int32_t *new_of, int64_t *edge, int64_t n)
{
    for (int64_t k = 1; k < n; k++) {
        int64_t e = edge[k], at = k;
        for (; at > 0 && behind(g, new_of, edge[at - 1], e); at--)
            edge[at] = edge[at - 1];
        edge[at] = e;
    }
}

/* The edges whose two ends remain (new_of >= 0), and the pointers to them. */
static int cut_graph(struct graph *g, const struct gg_frame *f, const struct gg_field *ptr,
                     const int32_t *new_of, const struct rows *nodes, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_field *nbr = find_with(f, "edge_nbr", g->ending),
                          *shift = find_with(f, "edge_shift", g->ending);
    if (nbr == NULL)
        return gg_fail(err, GG_INPUT, "field '%s' without 'edge_nbr%s': cannot tell which edges remain",
                       ptr->name, g->ending);
    const int64_t *first = ptr->data;
    g->nbr = nbr->data;
    g->shift = shift != NULL ? shift->data : NULL;
    g->n_edge = first[f->n_node];
    g->edges.old = GG_NEW(a, int64_t, (size_t)g->n_edge);
    g->ptr = GG_NEW(a, int64_t, (size_t)nodes->n + 1);
    for (int64_t i = 0; i < nodes->n; i++) {
        for (int64_t e = first[nodes->old[i]]; e < first[nodes->old[i] + 1]; e++)
            if (new_of[g->nbr[e]] >= 0)
                g->edges.old[g->edges.n++] = e;
        sort_row(g, new_of, g->edges.old + g->ptr[i], g->edges.n - g->ptr[i]);
        g->ptr[i + 1] = g->edges.n;
    }
    return 0;
}

/* Senders by their new numbers. */
static void renumber(struct gg_field *nbr, const int32_t *new_of)
{
    int32_t *sender = nbr->data;
    for (uint64_t e = 0; e < nbr->shape[0]; e++)
        sender[e] = new_of[sender[e]];
}

static void put_graph(struct gg_frame *f, const struct graph *g, const struct rows *nodes,
                      const int32_t *new_of, struct gg_arena *a)
{
    size_t length = strlen(g->ending);
    for (int k = 0; k < f->n_field; k++) {
        struct gg_field *x = &f->field[k];
        size_t n = strlen(x->name);
        bool named =
            strncmp(x->name, "edge_", 5) == 0 && n >= length && strcmp(x->name + n - length, g->ending) == 0;
        if (graph_ending(x) != NULL && strcmp(graph_ending(x), g->ending) == 0) {
            x->data = g->ptr;
            x->shape[0] = (uint64_t)nodes->n + 1;
            x->nbytes = x->shape[0] * sizeof *g->ptr;
            continue;
        }
        for (int d = 0; d < x->ndim; d++)
            if (length == 0 ? x->axis[d] == GG_EDGE
                            : named && d == 0 && x->axis[0] == GG_FREE && x->shape[0] == (uint64_t)g->n_edge)
                select_rows(x, d, &g->edges, a);
        if (named && strncmp(x->name, "edge_nbr", 8) == 0 && strcmp(x->name + 8, g->ending) == 0)
            renumber(x, new_of);
    }
}

/* Every [node+1] axis must be a graph's, every edge axis must have its graph. */
static int check_axes(const struct gg_frame *f, struct gg_err *err)
{
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *x = &f->field[k];
        for (int d = 0; d < x->ndim; d++) {
            if (x->axis[d] == GG_NODE1 && graph_ending(x) == NULL)
                return gg_fail(err, GG_INPUT, "field '%s': a node+1 axis, but no edge_ptr: cannot be cut",
                               x->name);
            if (x->axis[d] == GG_EDGE && gg_frame_find(f, "edge_ptr") == NULL)
                return gg_fail(err, GG_INPUT, "field '%s' without 'edge_ptr': cannot tell which edges remain",
                               x->name);
        }
    }
    return 0;
}

static int take(struct gg_frame *f, const struct rows *nodes, struct gg_arena *a, struct gg_err *err)
{
    if (check_axes(f, err) < 0)
        return -1;
    int32_t *new_of = GG_NEW(a, int32_t, f->n_node);
    for (uint64_t i = 0; i < f->n_node; i++)
        new_of[i] = -1;
    for (int64_t i = 0; i < nodes->n; i++)
        new_of[nodes->old[i]] = (int32_t)i;
    int n_graph = 0;
    struct graph *graph = GG_NEW(a, struct graph, (size_t)f->n_field);
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *x = &f->field[k];
        if (graph_ending(x) == NULL)
            continue;
        struct graph *g = &graph[n_graph++];
        g->ending = gg_arena_strdup(a, graph_ending(x));
        if (cut_graph(g, f, x, new_of, nodes, a, err) < 0)
            return -1;
        if (*g->ending == '\0')
            f->n_edge = (uint64_t)g->edges.n;
    }
    for (int k = 0; k < n_graph; k++)
        put_graph(f, &graph[k], nodes, new_of, a);
    for (int k = 0; k < f->n_field; k++)
        for (int d = 0; d < f->field[k].ndim; d++)
            if (f->field[k].axis[d] == GG_NODE)
                select_rows(&f->field[k], d, nodes, a);
    f->n_node = (uint64_t)nodes->n;
    return 0;
}

int gg_frame_cut(struct gg_frame *f, const bool *keep, struct gg_arena *a, struct gg_err *err)
{
    struct rows nodes = kept_nodes(keep, (int64_t)f->n_node, a);
    return take(f, &nodes, a, err);
}

int gg_frame_reorder(struct gg_frame *f, const int64_t *order, struct gg_arena *a, struct gg_err *err)
{
    struct rows nodes = {(int64_t)f->n_node, GG_NEW(a, int64_t, f->n_node)};
    if (f->n_node > 0)
        memcpy(nodes.old, order, f->n_node * sizeof *order);
    return take(f, &nodes, a, err);
}

/* Every time that is wanted is there; the nearest is told of one that is not. */
static int check_times(const double *have, int64_t n_have, const struct gg_reals *wanted, struct gg_err *err)
{
    for (int k = 0; k < wanted->n; k++) {
        int64_t nearest = 0;
        for (int64_t t = 1; t < n_have; t++)
            if (fabs(have[t] - wanted->v[k]) < fabs(have[nearest] - wanted->v[k]))
                nearest = t;
        if (n_have == 0 || !gg_same(have[nearest], wanted->v[k]))
            return gg_fail(err, GG_INPUT, "field 'time': has no %g; the nearest of its %lld is %g",
                           wanted->v[k], (long long)n_have, n_have ? have[nearest] : NAN);
    }
    return 0;
}

int gg_frame_cut_times(struct gg_frame *f, const struct gg_reals *wanted, struct gg_arena *a,
                       struct gg_err *err)
{
    const struct gg_field *time = gg_frame_need(f, "time", err);
    if (!time)
        return -1;
    const double *have = time->data;
    int64_t n = (int64_t)gg_field_count(time);
    struct rows kept = {0, GG_NEW(a, int64_t, (size_t)n)};
    for (int64_t t = 0; t < n; t++)
        for (int k = 0; k < wanted->n; k++)
            if (gg_same(have[t], wanted->v[k])) {
                kept.old[kept.n++] = t;
                break;
            }
    if (check_times(have, n, wanted, err))
        return -1;
    for (int k = 0; k < f->n_field; k++)
        for (int d = 0; d < f->field[k].ndim; d++)
            if (f->field[k].axis[d] == GG_TIME)
                select_rows(&f->field[k], d, &kept, a);
    return 0;
}
