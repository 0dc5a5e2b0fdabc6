/* conv_full_block.c -- scratch of fully connected mixing, and what a block of receivers needs before its sums */
#include "conv/conv_full_block.h"
#include "conv/conv_block.h"
#include "conv/conv_density.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(GG_CONV_SPECIES *GG_CONV_SPECIES == GG_RADIAL_SETS, "a run for every set");
enum { TERMS = GG_CONV_CHUNK * (2 * GG_CONV_L_MAX + 1) * 16 };

/* ---- memory ---- */

struct gg_conv_full_tables gg_conv_full_take_tables(struct gg_conv_bump *b, const struct gg_conv_plan *p)
{
    const struct gg_conv_full *f = p->full;
    struct gg_conv_full_tables t = {0};
    t.forward = gg_conv_take(b, f->n_forward, sizeof(gg_real));
    t.turned = gg_conv_take(b, p->n_packed, sizeof(gg_real));
    if (p->n_knot == 0)
        return t;
    t.radial = gg_conv_take(b, p->n_row * f->lane, sizeof(gg_real));
    t.knots = gg_conv_take_points(b, p, p->n_row, f->n_function, gg_conv_full_net_work(f, p->n_row));
    return t;
}

struct gg_conv_full_work gg_conv_full_take_work(struct gg_conv_bump *b, const struct gg_layer *l, int n_edge,
                                                bool backward)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_full *f = p->full;
    struct gg_conv_full_work w = {0};
    int64_t lane = gg_conv_lanes(n_edge);
    w.sender = gg_conv_take(b, lane, sizeof *w.sender);
    w.r = gg_conv_take(b, lane, sizeof *w.r);
    w.vec = gg_conv_take(b, lane, sizeof *w.vec);
    w.k.Y = gg_conv_take(b, (p->l_max + 1) * (p->l_max + 1) * lane, sizeof(gg_real));
    w.k.knot = gg_conv_take(b, lane, sizeof *w.k.knot);
    w.k.b = gg_conv_take(b, lane, sizeof *w.k.b);
    w.rows = gg_conv_take(b, GG_CONV_BLOCK * l->out.stride, sizeof(gg_real));
    w.a = gg_conv_take(b, lane * f->lane, sizeof(gg_real));
    w.weighed = p->n_head ? gg_conv_take(b, lane * f->lane, sizeof(gg_real)) : w.a;
    w.S = gg_conv_take(b, f->most_sums, sizeof(gg_real));
    w.t = gg_conv_take(b, f->n_slice ? TERMS : 0, sizeof(gg_real));
    if (p->so2)
        w.so2 = gg_conv_so2_take_work(b, l, lane, backward);
    if (p->n_knot == 0)
        w.edges = gg_conv_take_points(b, p, lane, f->n_function, gg_conv_full_net_work(f, lane));
    if (backward || p->n_head)
        w.edge = gg_conv_take(b, lane, sizeof *w.edge);
    if (!backward)
        return w;
    w.local = gg_conv_take(b, lane, sizeof *w.local);
    w.dA = p->density.n_layer ? gg_conv_take(b, GG_CONV_BLOCK * l->out.stride, sizeof(gg_real)) : NULL;
    w.da = gg_conv_take(b, lane * f->lane, sizeof(gg_real));
    w.dweighed = p->n_head ? gg_conv_take(b, lane * f->lane, sizeof(gg_real)) : w.da;
    w.dS = gg_conv_take(b, f->most_sums, sizeof(gg_real));
    w.turned = gg_conv_take(b, f->most_sums, sizeof(gg_real));
    w.dt = gg_conv_take(b, f->n_slice ? TERMS : 0, sizeof(gg_real));
    return w;
}

size_t gg_conv_full_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct gg_conv_plan *p = l->plan;
    struct gg_conv_bump b = {0};
    struct gg_conv_share share[GG_GRAPH_RANGES];
    gg_conv_full_take_tables(&b, p);
    for (int k = 0; k < n_thread; k++)
        gg_conv_full_take_work(&b, l, gg_conv_most_edges(g), true);
    gg_conv_take_shares(&b, l, g, share);
    return b.used;
}

/* ---- order of a block ---- */

static int species_of(const struct gg_conv_plan *p, const struct gg_graph *g, int64_t i)
{
    return p->net.n_set == 1 ? 0 : g->type[i];
}

/* Edges e0 .. e1-1 of the block, of one receiver: copied by the species of the sender, otherwise in their order. */
static void sort_edges(const struct gg_conv_plan *p, const struct gg_graph *g, int n_species, int e0, int e1,
                       struct gg_conv_full_work *w, int *begin)
{
    int next[GG_CONV_SPECIES + 1] = {e0};
    for (int e = e0; e < e1; e++)
        next[species_of(p, g, w->k.sender[e]) + 1]++;
    for (int b = 0; b < n_species; b++)
        next[b + 1] += next[b];
    memcpy(begin, next, sizeof next);
    for (int e = e0; e < e1; e++) {
        int to = next[species_of(p, g, w->k.sender[e])]++;
        w->sender[to] = w->k.sender[e];
        w->r[to] = w->k.r[e];
        if (w->local && w->k.local)
            w->local[to] = w->k.local[e];
        if (w->edge)
            w->edge[to] = e;
        memcpy(w->vec[to], w->k.vec[e], sizeof w->vec[to]);
    }
}

/* Runs without edges are left out. */
static void add_runs(struct gg_conv_full_work *w, int species, int n_species, int first, int last)
{
    for (int b = 0; b < n_species; b++) {
        int n_edge = 0;
        for (int q = first; q < last; q++)
            n_edge += w->begin[q][b + 1] - w->begin[q][b];
        if (n_edge > 0)
            w->run[w->n_run++] = (struct gg_conv_run){species * n_species + b, b, first, last};
    }
}

static void put_in_order(const struct gg_layer *l, const struct gg_graph *g, struct gg_conv_full_work *w)
{
    const struct gg_conv_plan *p = l->plan;
    int n_species = p->net.n_set == 1 ? 1 : l->n_type, n = 0;
    int64_t e0 = g->ptr[w->k.first];
    w->n_run = 0;
    for (int species = 0; species < n_species; species++) {
        int first = n;
        for (int64_t i = w->k.first; i < w->k.last; i++)
            if (species_of(p, g, i) == species) {
                sort_edges(p, g, n_species, (int)(g->ptr[i] - e0), (int)(g->ptr[i + 1] - e0), w, w->begin[n]);
                w->receiver[n++] = (int)(i - w->k.first);
            }
        add_runs(w, species, n_species, first, n);
    }
    w->k.sender = w->sender;
    w->k.local = w->local;
    w->k.r = w->r;
    w->k.vec = (const gg_real(*)[3])w->vec;
}

/* ---- radial functions of a block ---- */

/* Numbers that stand for the functions of one point, in whole registers. */
static void fill_lanes(const struct gg_conv_full *f, const double *values, gg_real *a)
{
    memset(a, 0, (size_t)f->lane * sizeof *a);
    for (int u = 0; u < f->n_function; u++)
        a[gg_conv_full_lane(f, u)] = (gg_real)values[u];
}

void gg_conv_full_fill_tables(const struct gg_layer *l, const gg_real *w, struct gg_conv_full_tables *t)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_full *f = p->full;
    gg_conv_full_pack(p, w, t);
    if (p->n_knot == 0)
        return;
    gg_conv_place_knots(l, &t->knots);
    gg_conv_full_net(f, w, &t->knots);
    for (int64_t k = 0; k < p->n_row; k++)
        fill_lanes(f, t->knots.values + k * f->n_function, t->radial + k * f->lane);
    if (p->density.n_layer)
        gg_conv_density_fill(l, w, &t->knots, p->n_row);
}

static void fill_exact(const struct gg_layer *l, const gg_real *w, struct gg_conv_full_work *k)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_full *f = p->full;
    gg_conv_full_net(f, w, &k->edges);
    for (int64_t e = 0; e < k->k.n_edge; e++) {
        fill_lanes(f, k->edges.values + (int64_t)k->k.knot[e] * f->n_function, k->a + e * f->lane);
        if (gg_conv_is_outside(l, k->k.r[e]))
            memset(k->a + e * f->lane, 0, (size_t)f->lane * sizeof *k->a);
    }
    if (p->density.n_layer)
        gg_conv_density_fill(l, w, &k->edges, k->k.lane);
}

void gg_conv_full_prepare(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                          const struct gg_conv_full_tables *t, int64_t first, int64_t last,
                          struct gg_conv_full_work *k)
{
    const struct gg_conv_plan *p = l->plan;
    gg_conv_open_block(g, first, last, &k->k);
    put_in_order(l, g, k);
    gg_conv_place_edges(l, g, &k->k, &k->edges);
    if (p->n_knot)
        p->level->read_knots(k->k.n_edge, p->full->lane / 8, k->k.knot,
                             (const gg_real(*)[GG_KNOT_ROWS])k->k.b, t->radial, k->a);
    else
        fill_exact(l, w, k);
}
