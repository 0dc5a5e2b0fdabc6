/* conv_block.c -- what the kernels read: harmonics, rows of the radial table and weights of every edge of a block */
#include "conv/conv_block.h"
#include "conv/conv_density.h"

#include <string.h>

/* The net that belongs to the edge i <- j. */
static int set_of(const struct gg_layer *l, const struct gg_graph *g, int64_t i, int64_t j)
{
    const struct gg_conv_plan *p = l->plan;
    return p->net.n_set == 1 ? 0 : g->type[i] * l->n_type + g->type[j];
}

void gg_conv_place_knots(const struct gg_layer *l, struct gg_conv_points *knots)
{
    const struct gg_conv_plan *p = l->plan;
    for (int s = 0; s <= p->net.n_set; s++)
        knots->first[s] = (int64_t)s * p->n_knot;
    for (int64_t k = 0; k < p->n_row; k++)
        knots->r[k] = gg_conv_knot_at(l, k % p->n_knot);
}

void gg_conv_fill_tables(const struct gg_layer *l, const gg_real *w, struct gg_conv_tables *t)
{
    const struct gg_conv_plan *p = l->plan;
    gg_conv_pack(p, w, t);
    if (p->n_knot == 0)
        return;
    gg_conv_place_knots(l, &t->knots);
    gg_radial_net_forward(&p->net, w, t->knots.first, t->knots.r, t->knots.values, t->knots.work);
    gg_conv_spread(p, p->n_row, p->n_row, t->knots.values, t->radial);
    if (p->density.n_layer)
        gg_conv_density_fill(l, w, &t->knots, p->n_row);
}

void gg_conv_open_block(const struct gg_graph *g, int64_t first, int64_t last, struct gg_conv_block *k)
{
    int64_t e0 = g->ptr[first];
    k->first = first;
    k->last = last;
    k->ptr = g->ptr;
    k->n_edge = (int)(g->ptr[last] - e0);
    k->lane = gg_conv_lanes(k->n_edge);
    k->r = g->r + e0;
    k->vec = g->vec + e0;
    k->sender = g->nbr + e0;
    k->local = g->local ? g->local + e0 : NULL;
}

/* An edge has a row of its own, and reads it alone. */
static void take_row(struct gg_conv_block *k, int64_t e, int64_t row)
{
    k->knot[e] = (int32_t)row;
    for (int a = 0; a < GG_KNOT_ROWS; a++)
        k->b[e][a] = a == 0;
}

static void place_exact(const struct gg_layer *l, const struct gg_graph *g, struct gg_conv_block *k,
                        struct gg_conv_points *at)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t e0 = g->ptr[k->first], next[GG_RADIAL_SETS + 1] = {0};
    for (int64_t i = k->first; i < k->last; i++)
        for (int64_t e = g->ptr[i] - e0; e < g->ptr[i + 1] - e0; e++)
            next[set_of(l, g, i, k->sender[e]) + 1]++;
    for (int s = 0; s < p->net.n_set; s++)
        next[s + 1] += next[s];
    memcpy(at->first, next, sizeof next);
    for (int64_t i = k->first; i < k->last; i++)
        for (int64_t e = g->ptr[i] - e0; e < g->ptr[i + 1] - e0; e++) {
            int64_t row = next[set_of(l, g, i, k->sender[e])]++;
            at->r[row] = (double)k->r[e];
            take_row(k, e, row);
        }
}

static void place_by_knots(const struct gg_layer *l, const struct gg_graph *g, struct gg_conv_block *k)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t e0 = g->ptr[k->first];
    gg_knots(k->n_edge, k->r, gg_conv_knots(l), k->knot, k->b);
    if (p->net.n_set == 1)
        return;
    for (int64_t i = k->first; i < k->last; i++)
        for (int64_t e = g->ptr[i] - e0; e < g->ptr[i + 1] - e0; e++)
            k->knot[e] += set_of(l, g, i, k->sender[e]) * p->n_knot;
}

/* Edges that another geometry or another shell has brought into the list count for nothing. */
static void drop_outside(const struct gg_layer *l, struct gg_conv_block *k)
{
    for (int e = 0; e < k->n_edge; e++)
        if (gg_conv_is_outside(l, k->r[e]))
            memset(k->b[e], 0, sizeof k->b[e]);
}

void gg_conv_place_edges(const struct gg_layer *l, const struct gg_graph *g, struct gg_conv_block *k,
                         struct gg_conv_points *at)
{
    const struct gg_conv_plan *p = l->plan;
    p->level->harmonics(p->l_max, k->n_edge, k->lane, k->vec, k->r, k->Y);
    if (p->n_knot)
        place_by_knots(l, g, k);
    else
        place_exact(l, g, k, at);
    drop_outside(l, k);
}

/* Exact: the "table" of a block has one row an edge. */
static void fill_exact(const struct gg_layer *l, const gg_real *w, struct gg_conv_work *t)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t lane = t->k.lane;
    gg_radial_net_forward(&p->net, w, t->edges.first, t->edges.r, t->edges.values, t->edges.work);
    memset(t->radial, 0, (size_t)(p->table_columns * lane) * sizeof *t->radial);
    gg_conv_spread(p, t->k.n_edge, lane, t->edges.values, t->radial);
    if (p->density.n_layer)
        gg_conv_density_fill(l, w, &t->edges, lane);
}

void gg_conv_prepare(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g, int64_t first,
                     int64_t last, struct gg_conv_work *t)
{
    const struct gg_conv_plan *p = l->plan;
    gg_conv_open_block(g, first, last, &t->k);
    gg_conv_place_edges(l, g, &t->k, &t->edges);
    if (p->n_knot == 0)
        fill_exact(l, w, t);
}
