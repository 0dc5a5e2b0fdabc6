/* reference_graph.h -- the graphs that a reference file has, for layers */
#ifndef REFERENCE_GRAPH_H
#define REFERENCE_GRAPH_H

#include "graph/graph.h"
#include "reference.h"

/* Receivers and senders of the file's edges; where it has points alone, of all pairs. */
static inline int reference_ends(struct reference *f, int n_node, double **receiver, double **sender)
{
    int n_edge = 0;
    if (reference_at(f, "edge_receiver")) {
        *receiver = reference_numbers(f, "edge_receiver", &n_edge);
        *sender = reference_numbers(f, "edge_sender", &n_edge);
        return n_edge;
    }
    *receiver = GG_NEW(&f->a, double, (size_t)(n_node * n_node));
    *sender = GG_NEW(&f->a, double, (size_t)(n_node * n_node));
    for (int k = 0; k < n_node * n_node; k++)
        if (k / n_node != k % n_node) {
            (*receiver)[n_edge] = k / n_node;
            (*sender)[n_edge++] = k % n_node;
        }
    return n_edge;
}

/* An array of the file, or of `pos` the differences to the nearest images. */
static inline double *reference_vectors(struct reference *f, const char *name, int n_edge,
                                        const double *receiver, const double *sender)
{
    int count;
    double *x = reference_numbers(f, name, &count), *v = GG_NEW(&f->a, double, (size_t)(3 * n_edge));
    if (strcmp(name, "pos"))
        return x;
    for (int k = 0; k < 3 * n_edge; k++) {
        double d = x[3 * (int)sender[k / 3] + k % 3] - x[3 * (int)receiver[k / 3] + k % 3],
               box = reference_number(f, "box");
        v[k] = d - box * round(d / box);
    }
    return v;
}

/* Nodes and species. */
static inline struct gg_graph reference_nodes(struct reference *f)
{
    int n_node = (int)reference_number(f, reference_at(f, "n_node") ? "n_node" : "n_point"), count;
    int32_t *type = GG_NEW(&f->a, int32_t, (size_t)n_node);
    const double *species = reference_at(f, "species") ? reference_numbers(f, "species", &count) : NULL;
    for (int i = 0; species && i < n_node; i++)
        type[i] = (int32_t)species[i];
    return (struct gg_graph){.n_node = n_node,
                             .ptr = GG_NEW(&f->a, int64_t, (size_t)n_node + 1),
                             .n_type = 2,
                             .type = type};
}

/* The graphs of all geometries, which share their edges: `vectors` names one array for each, or pos.  Without any: a graph that has no
 * edges.  Returns how many there are. */
static inline int reference_graphs(struct reference *f, const char *const *vectors, struct gg_graph *g)
{
    double *receiver = NULL, *sender = NULL;
    int n_graph = 0;
    *g = reference_nodes(f);
    int n_edge = vectors[0] ? reference_ends(f, (int)g->n_node, &receiver, &sender) : 0;
    int64_t *ptr = (int64_t *)(uintptr_t)g->ptr;
    int32_t *nbr = GG_NEW(&f->a, int32_t, (size_t)n_edge + 1);
    for (int e = 0; e < n_edge; e++) {
        nbr[e] = (int32_t)sender[e];
        for (int64_t i = (int64_t)receiver[e]; i < g->n_node; i++)
            ptr[i + 1]++;
    }
    do {
        const double *v = n_edge ? reference_vectors(f, vectors[n_graph], n_edge, receiver, sender) : NULL;
        gg_real(*vec)[3] = gg_arena_alloc(&f->a, ((size_t)n_edge + 1) * sizeof *vec),
        *r = GG_NEW(&f->a, gg_real, (size_t)n_edge + 1);
        for (int q = 0; q < 3 * n_edge; q++)
            vec[q / 3][q % 3] = (gg_real)v[q];
        for (const double *d = v; d < v + 3 * n_edge; d += 3)
            r[(d - v) / 3] = (gg_real)sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
        struct gg_graph *own = &g[n_graph++];
        *own = *g;
        own->n_edge = n_edge;
        own->nbr = nbr;
        own->vec = (const gg_real(*)[3])vec;
        own->r = r;
        gg_graph_senders(own, &f->a);
        gg_graph_ranges(own, &f->a);
    } while (vectors[0] && vectors[n_graph]);
    return n_graph;
}

#endif
