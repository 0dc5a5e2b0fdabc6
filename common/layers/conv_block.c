/* conv_block.c -- what the kernels read: harmonics, rows of the radial table and weights of every edge of a block */
#include "layers/conv_block.h"
#include "layers/conv_density.h"

#include <string.h>

/* The net that belongs to the edge i <- j. */
static int set_of(const struct gg_layer *l, const struct gg_graph *g, int64_t i, int64_t e)
{
    const struct gg_conv_plan *p = l->plan;
    return p->net.n_set == 1 ? 0 : g->type[i] * l->n_type + g->type[g->nbr[e]];
}

void gg_conv_fill_tables(const struct gg_layer *l, const gg_real *w, struct gg_conv_tables *t)
{
    const struct gg_conv_plan *p = l->plan;
    gg_conv_pack(p, w, t);
    if (p->n_knot == 0)
        return;
    for (int64_t k = 0; k < p->n_row; k++)
        t->knot[k] = l->cutoff * (double)(k % p->n_knot) / (p->n_knot - 1);
    gg_radial_net_forward(&p->net, w, t->first, t->knot, t->values, t->work);
    gg_conv_spread(p, p->n_row, p->n_row, t->values, t->radial);
    if (p->density.n_layer)
        gg_conv_density_fill(l, w, t->first, t->knot, &t->density);
}

/* Exact: the "table" of a block has one row an edge, grouped by set, and an edge reads its row alone. */
static void fill_exact(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                       struct gg_conv_work *t)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t lane = t->k.lane, e0 = g->ptr[t->k.first], next[GG_RADIAL_SETS + 1] = {0};
    for (int64_t i = t->k.first; i < t->k.last; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            next[set_of(l, g, i, e) + 1]++;
    for (int s = 0; s < p->net.n_set; s++)
        next[s + 1] += next[s];
    memcpy(t->first, next, sizeof next);
    for (int64_t i = t->k.first; i < t->k.last; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            int64_t row = next[set_of(l, g, i, e)]++;
            t->r[row] = (double)g->r[e];
            t->k.knot[e - e0] = (int32_t)row;
            for (int a = 0; a < GG_KNOT_ROWS; a++)
                t->k.b[e - e0][a] = a == 0;
        }
    gg_radial_net_forward(&p->net, w, t->first, t->r, t->values, t->net);
    memset(t->radial, 0, (size_t)(p->table_columns * lane) * sizeof *t->radial);
    gg_conv_spread(p, t->k.n_edge, lane, t->values, t->radial);
    if (p->density.n_layer) {
        gg_conv_density_fill(l, w, t->first, t->r, &t->density);
        memset(t->density.f + t->k.n_edge, 0, (size_t)(lane - t->k.n_edge) * sizeof(double));
    }
}

static void fill_knots(const struct gg_layer *l, const struct gg_graph *g, struct gg_conv_work *t)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t e0 = g->ptr[t->k.first];
    gg_knots(t->k.n_edge, g->r + e0, l->cutoff / (p->n_knot - 1), p->n_knot, t->k.knot, t->k.b);
    if (p->net.n_set == 1)
        return;
    for (int64_t i = t->k.first; i < t->k.last; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            t->k.knot[e - e0] += set_of(l, g, i, e) * p->n_knot;
}

void gg_conv_prepare(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g, int64_t first,
                     int64_t last, struct gg_conv_work *t)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t e0 = g->ptr[first];
    t->k.first = first;
    t->k.last = last;
    t->k.ptr = g->ptr;
    t->k.n_edge = (int)(g->ptr[last] - e0);
    t->k.lane = gg_conv_lanes(t->k.n_edge);
    t->k.sender = g->nbr + e0;
    t->k.local = g->local ? g->local + e0 : NULL;
    p->level->harmonics(p->l_max, t->k.n_edge, t->k.lane, g->vec + e0, g->r + e0, t->k.Y);
    if (p->n_knot)
        fill_knots(l, g, t);
    else
        fill_exact(l, w, g, t);
}
