/* check_local.c -- the law of layers in space: what a row does not hear does not change it
 *
 * Tiles of a frame (model/tiles.h) rest on it: a row of y depends on rows of its own particle, on those of its senders if the layer
 * hears them, and on others only if it says that it is over the whole. */
#include "laws/check_laws.h"

#include <string.h>

/* The particle of a row: of an edge, its receiver. */
static int64_t particle_of(const struct gg_graph *g, const struct gg_shape *s, int64_t row)
{
    bool edge = gg_axis_base(s->axis) == GG_ON_EDGE;
    int64_t each = gg_shape_rows(s, g) / (edge ? g->n_edge : g->n_node), i = row / each;
    if (!edge)
        return i;
    int64_t receiver = 0;
    while (g->ptr[receiver + 1] <= i)
        receiver++;
    return receiver;
}

static bool hears(const struct gg_graph *g, int64_t i, int64_t from)
{
    bool any = false;
    for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
        any |= g->nbr[e] == from;
    return any;
}

/* The same inputs with other numbers in the rows of one particle and of the edges that it receives. */
static struct gg_point disturbed(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p,
                                 int64_t who)
{
    struct gg_point q = *p;
    for (int k = 0; k < c->l.n_in; k++) {
        const struct gg_shape *s = &c->l.in[k];
        int64_t rows = gg_shape_rows(s, g);
        if (gg_axis_base(s->axis) == GG_ON_GRAPH)
            continue;
        q.x[k] = gg_value_random(c, s, rows);
        for (int64_t row = 0; row < rows; row++)
            if (particle_of(g, s, row) != who)
                memcpy(q.x[k] + row * s->stride, p->x[k] + row * s->stride,
                       (size_t)s->stride * sizeof *q.x[k]);
    }
    return q;
}

void gg_law_local(struct gg_check *c, const struct gg_liquid *s)
{
    const struct gg_graph *g = &s->graph;
    const struct gg_shape *out = &c->l.out;
    if (c->l.type->whole || gg_axis_base(out->axis) == GG_ON_GRAPH)
        return;
    struct gg_point p = gg_point_random(c, g);
    const gg_real *y = gg_run_forward(c, g, &p, NULL);
    int64_t who = g->n_node / 2, n = gg_shape_rows(out, g), wrong = 0;
    struct gg_point q = disturbed(c, g, &p, who);
    const gg_real *z = gg_run_forward(c, g, &q, NULL);
    for (int64_t row = 0; row < n; row++) {
        int64_t i = particle_of(g, out, row);
        bool may = i == who || (c->l.type->hears && hears(g, i, who));
        wrong +=
            !may && memcmp(y + row * out->stride, z + row * out->stride, (size_t)out->stride * sizeof *y);
    }
    gg_law(c, "hears what it does not say", (double)wrong, 0);
}
