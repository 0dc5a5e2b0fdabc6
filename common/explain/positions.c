/* positions.c -- see positions.h */
#include "explain/positions.h"

#include <stdlib.h>
#include <string.h>

int gg_positions_need(const struct gg_explain *x, struct gg_err *err)
{
    bool any = false;
    for (int k = 0; k < x->m->n_op; k++)
        any |= x->m->op[k].layer.reads_vectors;
    return any ? 0
               : gg_fail(err, GG_USAGE,
                         "%s: no layer of the model reads positions, so no prediction has a gradient in them",
                         x->method->name);
}

static void want(struct gg_explain *x, struct gg_scene *s, void *context)
{
    gg_real(**dvec)[3] = context;
    for (int k = 0; k < x->m->n_geometry; k++) {
        memset(dvec[k], 0, (size_t)s->b.graph[k].n_edge * sizeof *dvec[k]);
        x->pass.dvec[k] = dvec[k];
    }
}

/* Every edge pulls its sender one way and its receiver the other. */
static void gather(const struct gg_graph *g, const int32_t *order, const gg_real (*dvec)[3], double (*out)[3])
{
    memset(out, 0, (size_t)g->n_node * sizeof *out);
    for (int64_t i = 0; i < g->n_node; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            for (int a = 0; a < 3; a++) {
                out[order[g->nbr[e]]][a] += (double)dvec[e][a];
                out[order[i]][a] -= (double)dvec[e][a];
            }
}

void gg_positions_gradient(struct gg_explain *x, struct gg_scene *s, int time, const double *c,
                           double (*const *out)[3])
{
    gg_real(*dvec[GG_MAX_GEOMETRIES])[3];
    for (int k = 0; k < x->m->n_geometry; k++)
        dvec[k] = gg_xalloc((size_t)s->b.graph[k].n_edge + 1, sizeof *dvec[k]);
    gg_explain_pull(x, s, time, c, want, dvec);
    for (int k = 0; k < x->m->n_geometry; k++) {
        gather(&s->b.graph[k], s->b.order, (const gg_real(*)[3])dvec[k], out[k]);
        free(dvec[k]);
    }
    memset(x->pass.dvec, 0, sizeof x->pass.dvec);
}
