/* conv_memory.c -- how the scratch of a convolution is cut: tables, what a thread needs, what a range of backward owns */
#include "conv/conv_memory.h"
#include "util/threads.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

void *gg_conv_take(struct gg_conv_bump *b, int64_t count, size_t size)
{
    void *p = b->base ? b->base + b->used : NULL;
    b->used += ((size_t)count * size + 63) / 64 * 64;
    return p;
}

static struct gg_conv_density take_density(struct gg_conv_bump *b, const struct gg_conv_plan *p, int64_t n)
{
    struct gg_conv_density d = {0};
    if (p->density.n_layer == 0)
        return d;
    d.z = gg_conv_take(b, n, sizeof *d.z);
    d.f = gg_conv_take(b, n, sizeof *d.f);
    d.df = gg_conv_take(b, n, sizeof *d.df);
    d.work = gg_conv_take(b, (int64_t)gg_radial_net_work(&p->density, n), sizeof *d.work);
    return d;
}

struct gg_conv_points gg_conv_take_points(struct gg_conv_bump *b, const struct gg_conv_plan *p, int64_t n,
                                          int n_value, size_t work)
{
    struct gg_conv_points at = {0};
    at.r = gg_conv_take(b, n, sizeof *at.r);
    at.values = gg_conv_take(b, n * n_value, sizeof *at.values);
    at.work = gg_conv_take(b, (int64_t)work, sizeof *at.work);
    at.density = take_density(b, p, n);
    return at;
}

struct gg_conv_tables gg_conv_take_tables(struct gg_conv_bump *b, const struct gg_conv_plan *p)
{
    struct gg_conv_tables t = {0};
    t.mix = gg_conv_take(b, p->n_packed, sizeof *t.mix);
    t.mix_transposed = gg_conv_take(b, p->n_packed, sizeof *t.mix);
    if (p->n_knot == 0)
        return t;
    t.radial = gg_conv_take(b, p->table_columns * p->n_row, sizeof *t.radial);
    t.knots = gg_conv_take_points(b, p, p->n_row, p->net.width[p->net.n_layer],
                                  gg_radial_net_work(&p->net, p->n_row));
    return t;
}

int64_t gg_conv_end_of_block(int64_t first, int64_t last)
{
    return first + GG_CONV_BLOCK < last ? first + GG_CONV_BLOCK : last;
}

int gg_conv_most_edges(const struct gg_graph *g)
{
    int64_t most = 0;
    for (int64_t i = 0; i < g->n_node; i += GG_CONV_BLOCK) {
        int64_t n = g->ptr[gg_conv_end_of_block(i, g->n_node)] - g->ptr[i];
        most = n > most ? n : most;
    }
    return (int)most;
}

int gg_conv_lanes(int n_edge)
{
    return (n_edge + 15) / 16 * 16 + 16;
}

int gg_conv_most_pad(const struct gg_layer *l)
{
    int most = 0;
    for (int b = 0; b < l->in[0].irreps.n; b++)
        most = l->in[0].pad[b] > most ? l->in[0].pad[b] : most;
    return most;
}

struct gg_conv_work gg_conv_take_work(struct gg_conv_bump *b, const struct gg_layer *l, int n_edge,
                                      bool backward)
{
    const struct gg_conv_plan *p = l->plan;
    struct gg_conv_work w = {0};
    int64_t lane = gg_conv_lanes(n_edge);
    w.k.Y = gg_conv_take(b, (p->l_max + 1) * (p->l_max + 1) * lane, sizeof(gg_real));
    w.k.knot = gg_conv_take(b, lane, sizeof *w.k.knot);
    w.k.b = gg_conv_take(b, lane, sizeof *w.k.b);
    w.mid = gg_conv_take(b, (int64_t)GG_CONV_BLOCK * p->mid, sizeof(gg_real));
    if (p->n_knot == 0) {
        w.radial = gg_conv_take(b, p->table_columns * lane, sizeof(gg_real));
        w.edges =
            gg_conv_take_points(b, p, lane, p->net.width[p->net.n_layer], gg_radial_net_work(&p->net, lane));
    }
    if (p->n_head) {
        w.alpha = gg_conv_take(b, lane * gg_conv_most_pad(l), sizeof(gg_real));
        w.dalpha = backward ? gg_conv_take(b, lane * gg_conv_most_pad(l), sizeof(gg_real)) : NULL;
    }
    if (backward && p->density.n_layer)
        w.dA = gg_conv_take(b, GG_CONV_BLOCK * l->out.stride, sizeof(gg_real));
    if (backward && p->n_knot == 0) {
        w.dradial = gg_conv_take(b, p->table_columns * lane, sizeof(gg_real));
        w.widened = gg_conv_take(b, p->table_columns * lane, sizeof(double));
    }
    return w;
}

struct gg_conv_desks gg_conv_take_desks(struct gg_conv_bump *b, size_t used)
{
    struct gg_conv_desks d = {b->base + used, b->used - used};
    b->used += d.each * (size_t)(gg_threads() - 1);
    return d;
}

struct gg_conv_bump gg_conv_own_desk(const struct gg_conv_desks *d)
{
    return (struct gg_conv_bump){d->base + (size_t)omp_get_thread_num() * d->each, 0};
}

void gg_conv_take_shares(struct gg_conv_bump *b, const struct gg_layer *l, const struct gg_graph *g,
                         struct gg_conv_share *s)
{
    const struct gg_conv_plan *p = l->plan;
    for (int k = 0; k < g->n_range; k++) {
        s[k].range = &g->range[k];
        s[k].dx = gg_conv_take(b, g->range[k].n_touched * l->in[0].stride, sizeof *s[k].dx);
        s[k].dmix = gg_conv_take(b, p->n_packed, sizeof *s[k].dmix);
        s[k].dradial = p->n_knot ? gg_conv_take(b, p->table_columns * p->n_row, sizeof *s[k].dradial) : NULL;
        s[k].df = gg_conv_take(b, p->density.n_layer ? p->n_row : 0, sizeof *s[k].df);
        s[k].ddensity = gg_conv_take(b, l->n_weight - p->density_at, sizeof *s[k].ddensity);
        s[k].dnet = p->n_knot ? NULL : gg_conv_take(b, p->n_net, sizeof *s[k].dnet);
    }
}

size_t gg_conv_saved_bytes(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_conv_plan *p = l->plan;
    return (size_t)g->n_node * (size_t)p->mid * sizeof(gg_real);
}

size_t gg_conv_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct gg_conv_plan *p = l->plan;
    struct gg_conv_bump b = {0};
    struct gg_conv_share share[GG_GRAPH_RANGES];
    gg_conv_take_tables(&b, p);
    for (int k = 0; k < n_thread; k++)
        gg_conv_take_work(&b, l, gg_conv_most_edges(g), true);
    gg_conv_take_shares(&b, l, g, share);
    return b.used;
}
