/* conv_full_pass.c -- forward and backward of fully connected mixing over blocks of receivers
 *
 * Blocks of 32 receivers and ranges of blocks as in conv_pass.c.  In a block, slice after slice and set after set of the radial net
 * (a run: receivers of one species, edges to senders of one species), for as many nodes as their S fit beside each other:
 *     forward   t of a receiver's edges;  S_{u,m3,c} = sum_e a_u t;           y_{m3,c'} += sum_{u,c} S V
 *     backward  dS_{u,m3,c} = sum_c' dy V;  t again;  S again;  da_u = <t, dS_u>;  dt = sum_u a_u dS_u;  dx += M' dt;
 *               dV += sum_{i,m3} S dy
 * S and dS: [node][m3][function][width]; dS once more with functions innermost, which makes da a plain product. */
#include "conv/conv_density.h"
#include "conv/conv_full_block.h"
#include "conv/conv_vectors.h"
#include "util/threads.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = GG_CONV_CHUNK };

/* ---- products ---- */

static void multiply(const struct gg_conv_level *level, int width, struct gg_conv_product p)
{
    (width == 8 ? level->product8 : level->product16)(&p);
}

/* Numbers of S of one node. */
static int64_t sums_of(const struct gg_conv_plan *p, const struct gg_conv_slice *s)
{
    return (int64_t)(2 * s->l3 + 1) * p->full->n_function * s->width;
}

static struct gg_conv_piece piece_of(const struct gg_layer *l, const struct gg_conv_slice *s,
                                     const struct gg_conv_full_work *k, const gg_real *x, int e, int end)
{
    return (struct gg_conv_piece){.l1 = s->l1,
                                  .l2 = s->l2,
                                  .l3 = s->l3,
                                  .width = s->width,
                                  .list = s->list,
                                  .n = end - e < CHUNK ? end - e : CHUNK,
                                  .lane = k->k.lane,
                                  .Y = k->k.Y + s->l2 * s->l2 * k->k.lane + e,
                                  .sender = k->k.sender + e,
                                  .local = k->k.local ? k->k.local + e : NULL,
                                  .x = x + s->in_offset,
                                  .x_stride = l->in[0].stride,
                                  .x_pad = s->x_pad,
                                  .t = k->t};
}

/* S (+)= sum_e a t over the edges of a piece. */
static void gather(const struct gg_conv_plan *p, const struct gg_conv_slice *s, const struct gg_conv_piece *t,
                   const gg_real *a, gg_real *S, bool add)
{
    int H = p->full->n_function, n3 = 2 * s->l3 + 1;
    multiply(p->level, s->width,
             (struct gg_conv_product){.n_row = H,
                                      .n_k = t->n,
                                      .n_v = n3,
                                      .add = add,
                                      .a = a,
                                      .a_row = 1,
                                      .a_col = p->full->lane,
                                      .b = t->t,
                                      .b_k = n3 * s->width,
                                      .b_v = s->width,
                                      .c = S,
                                      .c_row = s->width,
                                      .c_v = (int64_t)H * s->width});
}

/* ---- forward ---- */

/* S of a row, over edges begin .. end-1 of the block. */
static void sum_node(const struct gg_layer *l, const struct gg_conv_slice *s,
                     const struct gg_conv_full_work *k, const gg_real *x, int begin, int end, gg_real *S)
{
    const struct gg_conv_plan *p = l->plan;
    int e = begin;
    do {
        struct gg_conv_piece t = piece_of(l, s, k, x, e, end);
        s->terms(&t);
        gather(p, s, &t, k->a + (int64_t)e * p->full->lane, S, e > begin);
        e += CHUNK;
    } while (e < end);
}

/* y += S V for n nodes. */
static void contract(const struct gg_layer *l, const struct gg_conv_slice *s,
                     const struct gg_conv_full_tables *t, int set, int n, const gg_real *S, gg_real *y)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_full *f = p->full;
    int K = f->n_function * s->width;
    for (int m3 = 0; m3 <= 2 * s->l3; m3++)
        multiply(p->level, 8,
                 (struct gg_conv_product){.n_row = n,
                                          .n_k = K,
                                          .n_v = s->pad_out / 8,
                                          .add = true,
                                          .a = S + (int64_t)m3 * K,
                                          .a_row = sums_of(p, s),
                                          .a_col = 1,
                                          .b = t->forward + (set * f->n_packed + s->packed) * f->n_function,
                                          .b_k = s->pad_out,
                                          .b_v = 8,
                                          .c = y + s->out_offset + m3 * s->pad_out,
                                          .c_row = l->out.stride,
                                          .c_v = 8});
}

/* One slice of the rows of a run. */
static void forward_run(const struct gg_layer *l, const struct gg_conv_slice *s, const struct gg_conv_run *r,
                        const struct gg_conv_full_tables *t, const struct gg_conv_full_work *k,
                        const gg_real *x)
{
    for (int q = r->first; q < r->last; q += s->n_node) {
        int n = r->last - q < s->n_node ? r->last - q : s->n_node;
        for (int i = 0; i < n; i++) {
            const int *begin = k->begin[q + i] + r->sender;
            sum_node(l, s, k, x, begin[0], begin[1], k->S + i * sums_of(l->plan, s));
        }
        contract(l, s, t, r->set, n, k->S, k->rows + (int64_t)q * l->out.stride);
    }
}

static void forward_block(const struct gg_layer *l, const struct gg_conv_full_tables *t,
                          const struct gg_conv_full_work *k, const gg_real *x, gg_real *y)
{
    const struct gg_conv_plan *p = l->plan;
    int n_row = (int)(k->k.last - k->k.first);
    size_t size = (size_t)l->out.stride * sizeof *y;
    memset(k->rows, 0, (size_t)n_row * size);
    for (const struct gg_conv_slice *s = p->full->slice; s < p->full->slice + p->full->n_slice; s++)
        for (const struct gg_conv_run *r = k->run; r < k->run + k->n_run; r++)
            forward_run(l, s, r, t, k, x);
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
            forward_block(l, &t, &k, call->x[0], rows);
            if (p->density.n_layer)
                gg_conv_density_divide(l, call->w, gg_conv_full_points(p, &t, &k), &k.k, rows);
        }
    }
}

/* ---- backward ---- */

/* dS = dy V of n nodes, in both orders. */
static void spread(const struct gg_layer *l, const struct gg_conv_slice *s,
                   const struct gg_conv_full_tables *t, int set, int n, const gg_real *dy,
                   const struct gg_conv_full_work *k)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_full *f = p->full;
    int n3 = 2 * s->l3 + 1, K = f->n_function * s->width;
    for (int m3 = 0; m3 < n3; m3++)
        multiply(p->level, 8,
                 (struct gg_conv_product){.n_row = n,
                                          .n_k = s->mul_out,
                                          .n_v = K / 8,
                                          .a = dy + s->out_offset + m3 * s->pad_out,
                                          .a_row = l->out.stride,
                                          .a_col = 1,
                                          .b = t->turned + (set * f->n_turned + s->turned) * f->n_function,
                                          .b_k = K,
                                          .b_v = 8,
                                          .c = k->dS + (int64_t)m3 * K,
                                          .c_row = (int64_t)n3 * K,
                                          .c_v = 8});
    for (int q = 0; q < n * n3; q++)
        p->level->turn(f->n_function, s->width, k->dS + (int64_t)q * K, s->width,
                       k->turned + (int64_t)q * f->lane * s->width, f->lane);
}

/* da and dt of a piece, from dS of its node in both orders. */
static void scatter(const struct gg_conv_plan *p, const struct gg_conv_slice *s,
                    const struct gg_conv_piece *t, const gg_real *dS, const gg_real *turned, const gg_real *a,
                    gg_real *da, gg_real *dt)
{
    int H = p->full->n_function, lane = p->full->lane, n3 = 2 * s->l3 + 1;
    multiply(p->level, 8,
             (struct gg_conv_product){.n_row = t->n,
                                      .n_k = n3 * s->width,
                                      .n_v = lane / 8,
                                      .add = true,
                                      .a = t->t,
                                      .a_row = n3 * s->width,
                                      .a_col = 1,
                                      .b = turned,
                                      .b_k = lane,
                                      .b_v = 8,
                                      .c = da,
                                      .c_row = lane,
                                      .c_v = 8});
    multiply(p->level, s->width,
             (struct gg_conv_product){.n_row = t->n,
                                      .n_k = H,
                                      .n_v = n3,
                                      .a = a,
                                      .a_row = lane,
                                      .a_col = 1,
                                      .b = dS,
                                      .b_k = s->width,
                                      .b_v = (int64_t)H * s->width,
                                      .c = dt,
                                      .c_row = n3 * s->width,
                                      .c_v = s->width});
}

static void back_node(const struct gg_layer *l, const struct gg_conv_slice *s,
                      const struct gg_conv_full_work *k, const gg_real *x, gg_real *dx, int begin, int end,
                      int at)
{
    const struct gg_conv_plan *p = l->plan;
    int lane = p->full->lane, e = begin;
    gg_real *S = k->S + at * sums_of(p, s);
    const gg_real *dS = k->dS + at * sums_of(p, s),
                  *turned = k->turned + (int64_t)at * (2 * s->l3 + 1) * lane * s->width;
    do {
        struct gg_conv_piece t = piece_of(l, s, k, x, e, end);
        s->terms(&t);
        gather(p, s, &t, k->a + (int64_t)e * lane, S, e > begin);
        scatter(p, s, &t, dS, turned, k->a + (int64_t)e * lane, k->da + (int64_t)e * lane, k->dt);
        t.t = k->dt;
        if (k->pull)
            gg_conv_pull_piece(&t, e, k->pull);
        t.dx = dx + s->in_offset;
        s->back(&t);
        e += CHUNK;
    } while (e < end);
}

/* dV += S dy over n nodes. */
static void add_weights(const struct gg_layer *l, const struct gg_conv_slice *s, int set, int n,
                        const gg_real *dy, const gg_real *S, gg_real *dv)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_full *f = p->full;
    int K = f->n_function * s->width;
    for (int m3 = 0; m3 <= 2 * s->l3; m3++)
        multiply(p->level, 8,
                 (struct gg_conv_product){.n_row = s->mul_out,
                                          .n_k = n,
                                          .n_v = K / 8,
                                          .add = true,
                                          .a = dy + s->out_offset + m3 * s->pad_out,
                                          .a_row = 1,
                                          .a_col = l->out.stride,
                                          .b = S + (int64_t)m3 * K,
                                          .b_k = sums_of(p, s),
                                          .b_v = 8,
                                          .c = dv + (set * f->n_turned + s->turned) * f->n_function,
                                          .c_row = K,
                                          .c_v = 8});
}

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
                (double)k->k.b[e][0] * (double)k->da[e * f->lane + u]; /* 0 where the edge is far */
    gg_conv_full_net_backward(f, &k->edges, s->dnet);
}

/* One slice of the rows of a run. */
static void backward_run(const struct gg_layer *l, const struct gg_conv_slice *s, const struct gg_conv_run *r,
                         const struct gg_conv_full_tables *t, const struct gg_conv_full_work *k,
                         const gg_real *x, struct gg_conv_share *share)
{
    for (int q = r->first; q < r->last; q += s->n_node) {
        int n = r->last - q < s->n_node ? r->last - q : s->n_node;
        const gg_real *dy = k->rows + (int64_t)q * l->out.stride;
        spread(l, s, t, r->set, n, dy, k);
        for (int i = 0; i < n; i++) {
            const int *begin = k->begin[q + i] + r->sender;
            back_node(l, s, k, x, share->dx, begin[0], begin[1], i);
        }
        add_weights(l, s, r->set, n, dy, k->S, share->dmix);
    }
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
    for (const struct gg_conv_slice *s = p->full->slice; s < p->full->slice + p->full->n_slice; s++)
        for (const struct gg_conv_run *r = k->run; r < k->run + k->n_run; r++)
            backward_run(l, s, r, t, k, call->x[0], share);
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
    for (int64_t q = 0; q < n_radial; q++)
        if (q % f->lane < f->n_function)
            t->knots.values[q / f->lane * f->n_function + q % f->lane] = sum[q];
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
