/* conv_pass.c -- forward and backward of conv over blocks of receivers
 *
 * Forward: blocks of 32 receivers, one thread each; a block's mid is mixed at once.
 * Backward: ranges of receivers (at most 16, a function of the number of nodes only), one thread each, in blocks of 32.  A range adds the
 * gradient of the senders it touches into rows of its own, and keeps its own gradients of table and mixing; rows and gradients are
 * then added in the order of the ranges.  So the bytes do not depend on the number of threads. */
#include "conv/conv_block.h"
#include "conv/conv_density.h"
#include "conv/conv_heads.h"
#include "conv/conv_pass.h"
#include "conv/conv_vectors.h"
#include "util/threads.h"

#include <assert.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ---- one path of a block ---- */

struct gg_conv_path gg_conv_bind(const struct gg_layer *l, const struct gg_conv_route *r, const gg_real *x,
                                 const gg_real *radial, int64_t n_knot, gg_real *mid,
                                 const struct gg_conv_work *k)
{
    const struct gg_conv_plan *p = l->plan;
    return (struct gg_conv_path){.l1 = r->l1,
                                 .l2 = r->l2,
                                 .l3 = r->l3,
                                 .n_group = r->n_group,
                                 .width = r->width,
                                 .list = r->list,
                                 .x = x + r->in_offset,
                                 .x_stride = l->in[0].stride,
                                 .x_pad = r->pad,
                                 .table = radial + r->table_offset * n_knot,
                                 .n_knot = n_knot,
                                 .mid = mid + r->mid_offset,
                                 .mid_stride = p->mid,
                                 .mid_row = p->group[r->group].row,
                                 .alpha = k->alpha,
                                 .dalpha = k->dalpha,
                                 .alpha_stride = r->pad};
}

const gg_real *gg_conv_table_of(const struct gg_conv_plan *p, const struct gg_conv_tables *t,
                                const struct gg_conv_work *w, int64_t *n_knot)
{
    *n_knot = p->n_knot ? p->n_row : w->k.lane;
    return p->n_knot ? t->radial : w->radial;
}

/* ---- forward ---- */

static void mix_block(const struct gg_layer *l, const struct gg_conv_tables *t, int64_t n, const gg_real *mid,
                      gg_real *y)
{
    const struct gg_conv_plan *p = l->plan;
    for (int b = 0; b < p->n_mix; b++) {
        const struct gg_conv_mix *m = &p->mix[b];
        int degree = l->out.irreps.b[b].l;
        for (int m3 = 0; m3 <= 2 * degree; m3++) {
            gg_real *out = y + m->out_offset + m3 * m->pad;
            if (m->group < 0) {
                for (int64_t i = 0; i < n; i++)
                    memset(out + i * l->out.stride, 0, (size_t)m->pad * sizeof *out);
                continue;
            }
            const struct gg_conv_group *g = &p->group[m->group];
            p->level->rows(n, g->row, m->pad, mid + g->mid_offset + m3 * g->row, p->mid, 1,
                           t->mix + m->packed, m->pad, out, l->out.stride, false);
        }
    }
}

void gg_conv_channelwise_forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    const struct gg_conv_plan *p = l->plan;
    struct gg_conv_bump b = {call->scratch, 0};
    struct gg_conv_tables t = gg_conv_take_tables(&b, p);
    int n_edge = gg_conv_most_edges(g);
    size_t used = b.used;
    gg_conv_take_work(&b, l, n_edge, false);
    struct gg_conv_desks desks = gg_conv_take_desks(&b, used);
    int64_t n_block = (g->n_node + GG_CONV_BLOCK - 1) / GG_CONV_BLOCK;
    gg_conv_fill_tables(l, call->w, &t);
#pragma omp parallel num_threads(gg_threads())
    {
        struct gg_conv_bump desk = gg_conv_own_desk(&desks);
        struct gg_conv_work k = gg_conv_take_work(&desk, l, n_edge, false);
#pragma omp for schedule(dynamic)
        for (int64_t block = 0; block < n_block; block++) {
            int64_t first = block * GG_CONV_BLOCK, last = gg_conv_end_of_block(first, g->n_node), n_knot;
            gg_real *mid = call->saved ? (gg_real *)call->saved + first * p->mid : k.mid;
            gg_conv_prepare(l, call->w, g, first, last, &k);
            const gg_real *radial = gg_conv_table_of(p, &t, &k, &n_knot);
            for (int r = 0; r < p->n_path; r++) {
                struct gg_conv_path path = gg_conv_bind(l, &p->path[r], call->x[0], radial, n_knot, mid, &k);
                if (gg_conv_heads_open(p, r))
                    gg_conv_heads_spread(call, &p->path[r], &k);
                p->path[r].forward(&k.k, &path);
            }
            mix_block(l, &t, last - first, mid, call->y + first * l->out.stride);
            if (p->density.n_layer)
                gg_conv_density_divide(l, call->w, p->n_knot ? &t.knots : &k.edges, &k.k,
                                       call->y + first * l->out.stride);
        }
    }
}

/* ---- backward ---- */

void gg_conv_unmix(const struct gg_layer *l, const struct gg_conv_tables *t, int64_t n, const gg_real *dy,
                   gg_real *dmid)
{
    const struct gg_conv_plan *p = l->plan;
    memset(dmid, 0, (size_t)(n * p->mid) * sizeof *dmid);
    for (int b = 0; b < p->n_mix; b++) {
        const struct gg_conv_mix *m = &p->mix[b];
        if (m->group < 0)
            continue;
        const struct gg_conv_group *g = &p->group[m->group];
        for (int m3 = 0; m3 <= 2 * g->l; m3++) {
            const gg_real *out = dy + m->out_offset + m3 * m->pad;
            int64_t at = g->mid_offset + m3 * g->row;
            p->level->rows(n, m->pad, g->row, out, l->out.stride, 1, t->mix_transposed + m->packed, g->row,
                           dmid + at, p->mid, true);
        }
    }
}

/* dW += mid' dy */
static void add_mix(const struct gg_conv_plan *p, const struct gg_layer *l, int64_t n, const gg_real *mid,
                    const gg_real *dy, gg_real *dmix)
{
    for (int b = 0; b < p->n_mix; b++) {
        const struct gg_conv_mix *m = &p->mix[b];
        for (int m3 = 0; m->group >= 0 && m3 <= 2 * p->group[m->group].l; m3++) {
            const struct gg_conv_group *g = &p->group[m->group];
            const gg_real *out = dy + m->out_offset + m3 * m->pad;
            int64_t at = g->mid_offset + m3 * g->row;
            p->level->rows(g->row, (int)n, m->pad, mid + at, 1, p->mid, out, l->out.stride, dmix + m->packed,
                           m->pad, true);
        }
    }
}

void gg_conv_begin_share(const struct gg_layer *l, struct gg_conv_share *s)
{
    const struct gg_conv_plan *p = l->plan;
    memset(s->dx, 0, (size_t)(s->range->n_touched * l->in[0].stride) * sizeof *s->dx);
    memset(s->dmix, 0, (size_t)p->n_packed * sizeof *s->dmix);
    if (s->dradial)
        memset(s->dradial, 0, (size_t)(p->table_columns * p->n_row) * sizeof *s->dradial);
    if (s->dnet)
        memset(s->dnet, 0, (size_t)p->n_net * sizeof *s->dnet);
    if (p->density.n_layer) {
        memset(s->df, 0, (size_t)p->n_row * sizeof *s->df);
        memset(s->ddensity, 0, (size_t)(l->n_weight - p->density_at) * sizeof *s->ddensity);
    }
}

/* Exact: the gradient of a block's "table" goes through the net at once. */
static void finish_exact(const struct gg_conv_plan *p, struct gg_conv_work *k, double *dnet)
{
    int64_t lane = k->k.lane, count = p->table_columns * lane;
    for (int64_t q = 0; q < count; q++)
        k->widened[q] = (double)k->dradial[q];
    gg_conv_gather(p, k->k.n_edge, lane, k->widened, k->edges.values);
    gg_radial_net_backward(&p->net, k->edges.first, k->edges.values, dnet, k->edges.work);
}

static void backward_block(const struct gg_call *call, const struct gg_conv_tables *t, struct gg_conv_work *k,
                           struct gg_conv_share *s, int64_t first, int64_t last)
{
    const struct gg_layer *l = call->l;
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_points *at = p->n_knot ? &t->knots : &k->edges;
    const gg_real *y = call->y + first * l->out.stride, *dy = call->dy + first * l->out.stride,
                  *mid = call->saved;
    int64_t n_knot;
    gg_conv_prepare(l, call->w, call->g, first, last, k);
    if (k->pull)
        gg_conv_pull_begin(l, &k->k, &k->edges, k->pull);
    if (p->density.n_layer) {
        if (k->pull)
            gg_conv_pull_density(l, call->w, &k->k, at, y, dy, k->pull);
        gg_conv_density_undo(l, call->w, at, &k->k, y, dy, k->dA, s);
        dy = k->dA;
    }
    gg_conv_unmix(l, t, last - first, dy, k->mid);
    if (call->dw)
        add_mix(p, l, last - first, mid + first * p->mid, dy, s->dmix);
    const gg_real *radial = gg_conv_table_of(p, t, k, &n_knot);
    gg_real *dradial = p->n_knot ? s->dradial : k->dradial;
    if (!p->n_knot)
        memset(dradial, 0, (size_t)(p->table_columns * n_knot) * sizeof *dradial);
    for (int r = 0; r < p->n_path; r++) {
        struct gg_conv_path path = gg_conv_bind(l, &p->path[r], call->x[0], radial, n_knot, k->mid, k);
        if (gg_conv_heads_open(p, r))
            gg_conv_heads_spread(call, &p->path[r], k);
        path.dx = s->dx + p->path[r].in_offset;
        path.dx_stride = l->in[0].stride;
        path.dtable = dradial + p->path[r].table_offset * n_knot;
        p->path[r].backward(&k->k, &path);
        if (k->pull)
            gg_conv_pull_path(p, &p->path[r], &k->k, &path, k->pull);
        if (gg_conv_heads_close(p, r))
            gg_conv_heads_collect(call, &p->path[r], k);
    }
    if (k->pull)
        gg_conv_pull_end(l, &k->k, NULL, call->g->ptr[first], k->pull, call->dvec);
    if (!p->n_knot)
        finish_exact(p, k, s->dnet);
}

void gg_conv_add_rows(const struct gg_call *call, const struct gg_conv_share *s)
{
    const struct gg_graph *g = call->g;
    gg_real *dx = call->dx[0];
    int stride = call->l->in[0].stride;
    enum { SPAN = 256 };
    assert(g->n_range > 0 || g->n_node == 0); /* gg_graph_ranges */
    if (!dx)
        return;
#pragma omp parallel for schedule(static) num_threads(gg_threads())
    for (int64_t j0 = 0; j0 < g->n_node; j0 += SPAN)
        for (int k = 0; k < g->n_range; k++) {
            const struct gg_range *r = s[k].range;
            int64_t low = 0, high = r->n_touched;
            while (low < high) {
                int64_t middle = (low + high) / 2;
                if (r->touched[middle] < j0)
                    low = middle + 1;
                else
                    high = middle;
            }
            for (; low < r->n_touched && r->touched[low] < j0 + SPAN; low++) {
                gg_real *to = dx + (int64_t)r->touched[low] * stride;
                const gg_real *from = s[k].dx + low * stride;
                for (int c = 0; c < stride; c++)
                    to[c] += from[c];
            }
        }
}

double *gg_conv_sum_shares(const struct gg_conv_plan *p, const struct gg_conv_share *s, int n_share,
                           int64_t n_radial, double **dmix, double **dnet)
{
    double *sum = gg_xalloc((size_t)(n_radial + p->n_packed + p->n_net), sizeof *sum);
    *dmix = sum + n_radial;
    *dnet = *dmix + p->n_packed;
#pragma omp parallel num_threads(gg_threads())
    {
#pragma omp for schedule(static) nowait
        for (int64_t q = 0; q < n_radial; q++)
            for (int k = 0; k < n_share; k++)
                sum[q] += (double)s[k].dradial[q];
#pragma omp for schedule(static)
        for (int64_t q = 0; q < p->n_packed; q++)
            for (int k = 0; k < n_share; k++)
                (*dmix)[q] += (double)s[k].dmix[q];
    }
    for (int k = 0; k < n_share; k++)
        for (int64_t q = 0; s[k].dnet && q < p->n_net; q++)
            (*dnet)[q] += s[k].dnet[q];
    return sum;
}

static void add_parameters(const struct gg_call *call, struct gg_conv_tables *t,
                           const struct gg_conv_share *s)
{
    const struct gg_conv_plan *p = call->l->plan;
    int n_share = call->g->n_range;
    double *dmix, *dnet, *sum = gg_conv_sum_shares(p, s, n_share, p->table_columns * p->n_row, &dmix, &dnet);
    gg_conv_unpack(p, dmix, call->dw);
    if (p->n_knot) {
        gg_conv_gather(p, p->n_row, p->n_row, sum, t->knots.values);
        gg_radial_net_backward(&p->net, t->knots.first, t->knots.values, dnet, t->knots.work);
    }
    for (int64_t q = 0; q < p->n_net; q++)
        call->dw[q] += (gg_real)dnet[q];
    if (p->density.n_layer)
        gg_conv_density_add(call->l, &t->knots, s, n_share, call->dw);
    free(sum);
}

void gg_conv_channelwise_backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    struct gg_conv_bump b = {call->scratch, 0};
    struct gg_conv_share share[GG_GRAPH_RANGES];
    struct gg_conv_tables t = gg_conv_take_tables(&b, l->plan);
    int n_edge = gg_conv_most_edges(g);
    size_t used = b.used;
    gg_conv_take_work(&b, l, n_edge, true);
    struct gg_conv_desks desks = gg_conv_take_desks(&b, used);
    gg_conv_take_shares(&b, l, g, share);
    gg_conv_fill_tables(l, call->w, &t);
#pragma omp parallel num_threads(gg_threads())
    {
        struct gg_conv_bump desk = gg_conv_own_desk(&desks);
        struct gg_conv_work k = gg_conv_take_work(&desk, l, n_edge, true);
        k.pull = gg_conv_pull_new(call, n_edge);
#pragma omp for schedule(dynamic)
        for (int r = 0; r < g->n_range; r++) {
            gg_conv_begin_share(l, &share[r]);
            for (int64_t i = share[r].range->first; i < share[r].range->last; i += GG_CONV_BLOCK)
                backward_block(call, &t, &k, &share[r], i, gg_conv_end_of_block(i, share[r].range->last));
        }
        free(k.pull);
    }
    gg_conv_add_rows(call, share);
    if (call->dw)
        add_parameters(call, &t, share);
}
