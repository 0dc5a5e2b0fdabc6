/* conv_full_pass.c -- forward and backward of fully connected mixing over blocks of receivers
 *
 * Blocks of 32 receivers and ranges of blocks as in conv_pass.c.  In a block, slice after slice and set after set of the radial net
 * (a run: receivers of one species, edges to senders of one species), for as many nodes as their S fit beside each other:
 *     forward   t of a receiver's edges;  S_{u,m3,c} = sum_e a_u t;           y_{m3,c'} += sum_{u,c} S V
 *     backward  dS_{u,m3,c} = sum_c' dy V;  t again;  S again;  da_u = <t, dS_u>;  dt = sum_u a_u dS_u;  dx += M' dt;
 *               dV += sum_{i,m3} S dy
 * S and dS: [node][m3][function][width]; dS once more with functions innermost, which makes da a plain product (conv_full_run.c).
 * With weights on edges (conv_heads.h) head after head. */
#include "conv/conv_density.h"
#include "conv/conv_full_block.h"
#include "conv/conv_full_run.h"
#include "conv/conv_heads.h"
#include "conv/conv_so2_pass.h"
#include "conv/conv_vectors.h"
#include "util/threads.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ---- forward ---- */

static void forward_block(const struct gg_call *call, const struct gg_conv_full_tables *t,
                          const struct gg_conv_full_work *k, gg_real *y)
{
    const struct gg_layer *l = call->l;
    const struct gg_conv_plan *p = l->plan;
    if (p->so2) {
        gg_conv_so2_forward(call, t, k, y);
        return;
    }
    int n_row = (int)(k->k.last - k->k.first);
    size_t size = (size_t)l->out.stride * sizeof *y;
    memset(k->rows, 0, (size_t)n_row * size);
    for (const struct gg_conv_slice *s = p->full->slice; s < p->full->slice + p->full->n_slice; s++) {
        if (gg_conv_slice_opens(p, s))
            gg_conv_heads_weigh(call, s->head, k);
        for (const struct gg_conv_run *r = k->run; r < k->run + k->n_run; r++)
            gg_conv_full_run_forward(l, s, r, t, k, call->x[0]);
    }
    for (int q = 0; q < n_row; q++)
        memcpy(y + k->receiver[q] * l->out.stride, k->rows + (int64_t)q * l->out.stride, size);
}

void gg_conv_full_forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    const struct gg_conv_plan *p = l->plan;
    struct gg_conv_bump b = {call->scratch, 0};
    struct gg_conv_full_tables t = gg_conv_full_take_tables(&b, p);
    int n_edge = gg_conv_most_edges(g);
    size_t used = b.used;
    gg_conv_full_take_work(&b, l, n_edge, false);
    struct gg_conv_desks desks = gg_conv_take_desks(&b, used);
    gg_conv_full_fill_tables(l, call->w, &t);
#pragma omp parallel num_threads(gg_threads())
    {
        struct gg_conv_bump desk = gg_conv_own_desk(&desks);
        struct gg_conv_full_work k = gg_conv_full_take_work(&desk, l, n_edge, false);
#pragma omp for schedule(dynamic)
        for (int64_t i = 0; i < g->n_node; i += GG_CONV_BLOCK) {
            gg_real *rows = call->y + i * l->out.stride;
            gg_conv_full_prepare(l, call->w, g, &t, i, gg_conv_end_of_block(i, g->n_node), &k);
            forward_block(call, &t, &k, rows);
            if (p->density.n_layer)
                gg_conv_density_divide(l, call->w, gg_conv_full_points(p, &t, &k), &k.k, rows);
        }
    }
}

/* ---- backward ---- */

/* The gradient of a block's radial functions into the range's table, or through the net. */
static void add_radial(const struct gg_conv_plan *p, struct gg_conv_full_work *k, struct gg_conv_share *s)
{
    const struct gg_conv_full *f = p->full;
    if (p->n_knot) {
        p->level->write_knots(k->k.n_edge, f->lane / 8, k->k.knot, (const gg_real(*)[GG_KNOT_ROWS])k->k.b,
                              k->da, s->dradial);
        return;
    }
    for (int64_t e = 0; e < k->k.n_edge; e++)
        for (int u = 0; u < f->n_function; u++)
            k->edges.values[(int64_t)k->k.knot[e] * f->n_function + u] =
                (double)k->k.b[e][0] *
                (double)k->da[e * f->lane + gg_conv_full_lane(f, u)]; /* 0 where the edge is far */
    gg_conv_full_net_backward(f, &k->edges, s->dnet);
}

static void backward_block(const struct gg_call *call, const struct gg_conv_full_tables *t,
                           struct gg_conv_full_work *k, struct gg_conv_share *share)
{
    const struct gg_layer *l = call->l;
    const struct gg_conv_plan *p = l->plan;
    int64_t stride = l->out.stride, first = k->k.first * stride;
    const gg_real *y = call->y + first, *dy = call->dy + first;
    if (k->pull)
        gg_conv_pull_begin(l, &k->k, &k->edges, k->pull);
    if (p->density.n_layer) {
        if (k->pull)
            gg_conv_pull_density(l, call->w, &k->k, gg_conv_full_points(p, t, k), y, dy, k->pull);
        gg_conv_density_undo(l, call->w, gg_conv_full_points(p, t, k), &k->k, y, dy, k->dA, share);
        dy = k->dA;
    }
    for (int q = 0; q < k->k.last - k->k.first; q++)
        memcpy(k->rows + q * stride, dy + k->receiver[q] * stride, (size_t)stride * sizeof *dy);
    memset(k->da, 0, (size_t)k->k.n_edge * (size_t)p->full->lane * sizeof *k->da);
    if (p->so2)
        gg_conv_so2_backward(call, t, k, dy, share);
    for (const struct gg_conv_slice *s = p->full->slice; s < p->full->slice + p->full->n_slice; s++) {
        if (gg_conv_slice_opens(p, s))
            gg_conv_heads_weigh(call, s->head, k);
        for (const struct gg_conv_run *r = k->run; r < k->run + k->n_run; r++)
            gg_conv_full_run_backward(l, s, r, t, k, call->x[0], share);
        if (gg_conv_slice_closes(p, s))
            gg_conv_heads_unweigh(call, s->head, k);
    }
    if (k->pull) {
        gg_conv_pull_functions(l, t, k);
        gg_conv_pull_end(l, &k->k, k->edge, call->g->ptr[k->k.first], k->pull, call->dvec);
    }
    add_radial(p, k, share);
}

/* Shares in order, in double; then V's and the net's gradients to the raw weights. */
static void add_parameters(const struct gg_call *call, struct gg_conv_full_tables *t,
                           const struct gg_conv_share *s)
{
    const struct gg_conv_plan *p = call->l->plan;
    int n_share = call->g->n_range;
    const struct gg_conv_full *f = p->full;
    int64_t n_radial = p->n_row * f->lane;
    double *dv, *dnet, *sum = gg_conv_sum_shares(p, s, n_share, n_radial, &dv, &dnet);
    gg_conv_full_unpack(p, dv, call->dw);
    for (int64_t q = 0; q < p->n_row * f->n_function; q++)
        t->knots.values[q] =
            sum[q / f->n_function * f->lane + gg_conv_full_lane(f, (int)(q % f->n_function))];
    if (p->n_knot)
        gg_conv_full_net_backward(f, &t->knots, dnet);
    for (int64_t q = 0; q < p->n_net; q++)
        call->dw[q] += (gg_real)dnet[q];
    if (p->density.n_layer)
        gg_conv_density_add(call->l, &t->knots, s, n_share, call->dw);
    free(sum);
}

void gg_conv_full_backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    struct gg_conv_bump b = {call->scratch, 0};
    struct gg_conv_share share[GG_GRAPH_RANGES];
    struct gg_conv_full_tables t = gg_conv_full_take_tables(&b, l->plan);
    int n_edge = gg_conv_most_edges(g);
    size_t used = b.used;
    gg_conv_full_take_work(&b, l, n_edge, true);
    struct gg_conv_desks desks = gg_conv_take_desks(&b, used);
    gg_conv_take_shares(&b, l, g, share);
    gg_conv_full_fill_tables(l, call->w, &t);
#pragma omp parallel num_threads(gg_threads())
    {
        struct gg_conv_bump desk = gg_conv_own_desk(&desks);
        struct gg_conv_full_work k = gg_conv_full_take_work(&desk, l, n_edge, true);
        k.pull = gg_conv_pull_new(call, n_edge);
#pragma omp for schedule(dynamic)
        for (int r = 0; r < g->n_range; r++) {
            gg_conv_begin_share(l, &share[r]);
            for (int64_t i = share[r].range->first; i < share[r].range->last; i += GG_CONV_BLOCK) {
                gg_conv_full_prepare(l, call->w, g, &t, i, gg_conv_end_of_block(i, share[r].range->last), &k);
                backward_block(call, &t, &k, &share[r]);
            }
        }
        free(k.pull);
    }
    gg_conv_add_rows(call, share);
    if (call->dw)
        add_parameters(call, &t, share);
}
