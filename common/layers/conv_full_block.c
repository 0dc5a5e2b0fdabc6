/* conv_full_block.c -- scratch of fully connected mixing, and what a block of receivers needs before its sums */
#include "layers/conv_full_block.h"

#include <stdlib.h>

enum { TERMS = GG_CONV_CHUNK * (2 * GG_CONV_L_MAX + 1) * 16 };

/* ---- memory ---- */

struct gg_conv_full_tables gg_conv_full_take_tables(struct gg_conv_bump *b, const struct gg_conv_plan *p)
{
    const struct gg_conv_full *f = p->full;
    struct gg_conv_full_tables t = {0};
    t.forward = gg_conv_take(b, f->n_packed * f->n_function, sizeof(gg_real));
    t.turned = gg_conv_take(b, f->n_turned * f->n_function, sizeof(gg_real));
    if (p->n_knot == 0)
        return t;
    t.radial = gg_conv_take(b, (int64_t)p->n_knot * f->lane, sizeof(gg_real));
    t.knot = gg_conv_take(b, p->n_knot, sizeof *t.knot);
    t.values = gg_conv_take(b, (int64_t)p->n_knot * f->n_function, sizeof *t.values);
    t.work = gg_conv_take(b, (int64_t)gg_conv_full_net_work(f, p->n_knot), sizeof *t.work);
    return t;
}

struct gg_conv_full_work gg_conv_full_take_work(struct gg_conv_bump *b, const struct gg_conv_plan *p,
                                                int n_edge, bool backward)
{
    const struct gg_conv_full *f = p->full;
    struct gg_conv_full_work w = {0};
    int64_t lane = gg_conv_lanes(n_edge);
    w.k.Y = gg_conv_take(b, (p->l_max + 1) * (p->l_max + 1) * lane, sizeof(gg_real));
    w.k.knot = gg_conv_take(b, lane, sizeof *w.k.knot);
    w.k.b = gg_conv_take(b, lane, sizeof *w.k.b);
    w.a = gg_conv_take(b, lane * f->lane, sizeof(gg_real));
    w.S = gg_conv_take(b, f->most_sums, sizeof(gg_real));
    w.t = gg_conv_take(b, TERMS, sizeof(gg_real));
    if (p->n_knot == 0) {
        w.r = gg_conv_take(b, lane, sizeof *w.r);
        w.values = gg_conv_take(b, lane * f->n_function, sizeof *w.values);
        w.net = gg_conv_take(b, (int64_t)gg_conv_full_net_work(f, lane), sizeof *w.net);
    }
    if (!backward)
        return w;
    w.da = gg_conv_take(b, lane * f->lane, sizeof(gg_real));
    w.dS = gg_conv_take(b, f->most_sums, sizeof(gg_real));
    w.turned = gg_conv_take(b, f->most_sums, sizeof(gg_real));
    w.dt = gg_conv_take(b, TERMS, sizeof(gg_real));
    return w;
}

size_t gg_conv_full_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct gg_conv_plan *p = l->plan;
    struct gg_conv_bump b = {0};
    struct gg_conv_share share[GG_GRAPH_RANGES];
    gg_conv_full_take_tables(&b, p);
    for (int k = 0; k < n_thread; k++)
        gg_conv_full_take_work(&b, p, gg_conv_most_edges(g), true);
    gg_conv_take_shares(&b, l, g, share);
    return b.used;
}

/* ---- radial functions of a block ---- */

void gg_conv_full_fill_tables(const struct gg_layer *l, const gg_real *w, struct gg_conv_full_tables *t)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_full *f = p->full;
    gg_conv_full_pack(p, w, t);
    if (p->n_knot == 0)
        return;
    for (int k = 0; k < p->n_knot; k++)
        t->knot[k] = l->cutoff * k / (p->n_knot - 1);
    gg_conv_full_net(f, w, p->n_knot, t->knot, t->values, t->work);
    for (int k = 0; k < p->n_knot; k++)
        for (int u = 0; u < f->lane; u++)
            t->radial[k * f->lane + u] =
                u < f->n_function ? (gg_real)t->values[(int64_t)k * f->n_function + u] : 0;
}

static void fill_exact(const struct gg_conv_full *f, const gg_real *w, const struct gg_graph *g,
                       struct gg_conv_full_work *k)
{
    for (int e = 0; e < k->k.n_edge; e++)
        k->r[e] = (double)g->r[g->ptr[k->k.first] + e];
    gg_conv_full_net(f, w, k->k.n_edge, k->r, k->values, k->net);
    for (int e = 0; e < k->k.n_edge; e++)
        for (int u = 0; u < f->lane; u++)
            k->a[(int64_t)e * f->lane + u] =
                u < f->n_function ? (gg_real)k->values[e * f->n_function + u] : 0;
}

static void fill_knots(const struct gg_layer *l, const struct gg_graph *g, const gg_real *radial,
                       struct gg_conv_full_work *k)
{
    const struct gg_conv_plan *p = l->plan;
    gg_knots(k->k.n_edge, g->r + g->ptr[k->k.first], l->cutoff / (p->n_knot - 1), p->n_knot, k->k.knot,
             k->k.b);
    p->level->read_knots(k->k.n_edge, p->full->lane / 8, k->k.knot, (const gg_real(*)[GG_KNOT_ROWS])k->k.b,
                         radial, k->a);
}

void gg_conv_full_prepare(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                          const struct gg_conv_full_tables *t, int64_t first, int64_t last,
                          struct gg_conv_full_work *k)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t e0 = g->ptr[first];
    k->k.first = first;
    k->k.last = last;
    k->k.ptr = g->ptr;
    k->k.n_edge = (int)(g->ptr[last] - e0);
    k->k.lane = gg_conv_lanes(k->k.n_edge);
    k->k.sender = g->nbr + e0;
    k->k.local = g->local ? g->local + e0 : NULL;
    p->level->harmonics(p->l_max, k->k.n_edge, k->k.lane, g->vec + e0, g->r + e0, k->k.Y);
    if (p->n_knot)
        fill_knots(l, g, t->radial, k);
    else
        fill_exact(p->full, w, g, k);
}
