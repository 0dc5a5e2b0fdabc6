/* edge_mlp_pass.c -- forward and backward of the perceptron on edges (edge_mlp.h)
 *
 * Node values meet their part of the first matrix once a node, P_i = bias + sum_q x_q(i) W_q and Q_j = sum_q x_q(j) W_q; an
 * edge i <- j begins with P_i + Q_j.  Edges go in blocks of GG_EDGE_BLOCK through all layers while their rows are in cache;
 * backward computes the hidden values of a block again.  The gradient of P is summed along the row of the receiver, that of
 * Q by a gather over reverse edges, so each number has one writer and one order of summation for any number of threads. */
#include "nn/edge_mlp.h"
#include "nn/lanes.h"

#include <omp.h>
#include <string.h>

enum {
    RECEIVERS = 32, /* whose edges are a thread's share */
    NODES = 64,     /* a thread's share of nodes */
    AHEAD = 8       /* edges: rows anywhere in memory arrive before they are needed */
};

/* n consecutive edges; `receiver` is that of the first. */
struct span {
    int64_t first, n, receiver;
};

/* A thread's rows of a block: z_k and a_k of every layer, and two gradients in turn. */
struct buffers {
    gg_real *z[GG_EDGE_LAYERS], *a[GG_EDGE_LAYERS], *d[2];
};

/* ---- a thread's memory ---- */

static struct buffers buffers_of(const struct gg_edge_call *c)
{
    const struct gg_edge_plan *p = c->p;
    struct buffers b;
    struct gg_edge_room r = {c->work + omp_get_thread_num() * c->n_work, 0};
    int64_t widest = 0;
    for (int k = 0; k < p->n; k++) {
        b.z[k] = gg_edge_take(&r, GG_EDGE_BLOCK * p->pad[k]);
        b.a[k] = p->act == GG_ACT_RELU
                     ? b.z[k]
                     : gg_edge_take(&r, GG_EDGE_BLOCK * p->pad[k]); /* same signs: z is not kept */
        widest = p->pad[k] > widest ? p->pad[k] : widest;
    }
    b.d[0] = gg_edge_take(&r, GG_EDGE_BLOCK * widest);
    b.d[1] = gg_edge_take(&r, GG_EDGE_BLOCK * widest);
    return b;
}

/* ---- loops over rows ---- */

/* to += from, n numbers, a multiple of 8 */
GG_INLINE void add_row(gg_real *restrict to, const gg_real *restrict from, int64_t n)
{
    for (int64_t c = 0; c < n; c += 8)
        *(gg_lanes *)(to + c) += *(const gg_lanes *)(from + c);
}

GG_CLONES static void add_rows(gg_real *to, const gg_real *from, int64_t n)
{
    add_row(to, from, n);
}

/* to += the sum of the rows: 64 columns at once, that their additions need not wait for each other */
GG_CLONES static void sum_rows(const gg_real *d, int64_t n_row, int pad, gg_real *to)
{
    for (int c = 0; c < pad; c += 64) {
        int n = pad - c < 64 ? (pad - c) / 8 : 8;
        gg_lanes sum[8] = {0};
        for (int64_t r = 0; r < n_row; r++)
            for (int k = 0; k < n; k++)
                sum[k] += *(const gg_lanes *)(d + r * pad + c + 8 * k);
        add_row(to + c, (const gg_real *)sum, 8 * n);
    }
}

static void spread_row(gg_real *to, const gg_real *row, int64_t n_row, int pad)
{
    for (int64_t r = 0; r < n_row; r++)
        memcpy(to + r * pad, row, sizeof *to * (size_t)pad);
}

/* z = P_i + Q_j.  P, Q: NULL = none; without P all rows begin with the bias. */
GG_CLONES static void begin_rows(const struct gg_graph *g, const struct span *s, int pad, const gg_real *bias,
                                 const gg_real *P, const gg_real *Q, gg_real *z)
{
    int64_t i = s->receiver;
    for (int64_t e = s->first; e < s->first + s->n; e++, z += pad) {
        while (g->ptr[i + 1] <= e)
            i++;
        memcpy(z, P ? P + i * pad : bias, sizeof *z * (size_t)pad);
        if (Q)
            add_row(z, Q + (int64_t)g->nbr[e] * pad, pad);
    }
}

/* dP_i += d of every edge of receiver i */
GG_CLONES static void sum_receivers(const struct gg_graph *g, const struct span *s, int pad, const gg_real *d,
                                    gg_real *dP)
{
    int64_t i = s->receiver;
    for (int64_t e = s->first; e < s->first + s->n; e++, d += pad) {
        while (g->ptr[i + 1] <= e)
            i++;
        add_row(dP + i * pad, d, pad);
    }
}

/* dQ_j = sum of d over the edges that j sends on */
GG_CLONES static void sum_senders(const struct gg_graph *g, int64_t j, int pad, const gg_real *d, gg_real *dQ)
{
    memset(dQ + j * pad, 0, sizeof *dQ * (size_t)pad);
    for (int64_t e = g->sent[j]; e < g->sent[j + 1]; e++) {
        const gg_real *next = d + g->rev[e + AHEAD < g->n_edge ? e + AHEAD : e] * pad;
        for (int c = 0; c < pad; c += 64 / (int)sizeof *d)
            __builtin_prefetch(next + c);
        add_row(dQ + j * pad, d + g->rev[e] * pad, pad);
    }
}

/* ---- forward ---- */

static void node_products(const struct gg_edge_call *c, enum gg_edge_at at, gg_real *into)
{
    const struct gg_edge_plan *p = c->p;
    int pad = p->pad[0];
    static const gg_real zero[8];
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < c->g->n_node; i += NODES) {
        int64_t n = i + NODES < c->g->n_node ? NODES : c->g->n_node - i;
        gg_real *to = into + i * pad;
        if (at == GG_AT_RECEIVER)
            spread_row(to, c->packed + p->bias_packed[0], n, pad);
        else
            memset(to, 0, sizeof zero[0] * (size_t)(n * pad));
        for (int q = 0; q < c->l->n_in; q++)
            if (p->at[q] == at)
                p->rows(n, p->input[q].n_in, pad, c->x[q] + i * c->l->in[q].stride, c->l->in[q].stride, 1,
                        c->packed + p->input[q].packed, pad, to, pad, true);
    }
}

static void first_layer(const struct gg_edge_call *c, const struct span *s, gg_real *z)
{
    const struct gg_edge_plan *p = c->p;
    int pad = p->pad[0];
    begin_rows(c->g, s, pad, c->packed + p->bias_packed[0], p->has[GG_AT_RECEIVER] ? c->P : NULL,
               p->has[GG_AT_SENDER] ? c->Q : NULL, z);
    for (int q = 0; q < c->l->n_in; q++) {
        int64_t stride = c->l->in[q].stride;
        if (p->at[q] == GG_AT_ADDED)
            add_rows(z, c->x[q] + s->first * stride, s->n * pad);
        else if (p->at[q] == GG_AT_EDGE)
            p->rows(s->n, p->input[q].n_in, pad, c->x[q] + s->first * stride, stride, 1,
                    c->packed + p->input[q].packed, pad, z, pad, true);
    }
}

static void next_layer(const struct gg_edge_call *c, int64_t n, int k, const gg_real *a, gg_real *z)
{
    const struct gg_edge_plan *p = c->p;
    spread_row(z, c->packed + p->bias_packed[k], n, p->pad[k]);
    p->rows(n, p->width[k - 1], p->pad[k], a, p->pad[k - 1], 1, c->packed + p->hidden[k].packed, p->pad[k], z,
            p->pad[k], true);
}

static void forward_block(const struct gg_edge_call *c, const struct span *s, const struct buffers *b)
{
    const struct gg_edge_plan *p = c->p;
    gg_real *y = c->y + s->first * c->l->out.stride;
    gg_real *z = p->n == 1 ? y : b->z[0];
    first_layer(c, s, z);
    for (int k = 1; k < p->n; k++) {
        gg_act(p->act, p->act_k, s->n * p->pad[k - 1], z, z);
        next_layer(c, s->n, k, z, k == p->n - 1 ? y : b->z[k]);
        z = b->z[k];
    }
    if (p->act_last)
        gg_act(p->act, p->act_k, s->n * p->pad[p->n - 1], y, y);
}

/* The blocks of the edges of receivers first .. last-1, in order. */
static void walk(struct gg_edge_call *c, int64_t first, int64_t last, gg_real *part,
                 void (*fn)(const struct gg_edge_call *, const struct span *, const struct buffers *,
                            gg_real *))
{
    const int64_t *ptr = c->g->ptr;
    struct buffers b = buffers_of(c);
    struct span s = {.receiver = first};
    for (int64_t e = ptr[first]; e < ptr[last]; e += s.n) {
        while (ptr[s.receiver + 1] <= e)
            s.receiver++;
        s.first = e;
        s.n = ptr[last] - e < GG_EDGE_BLOCK ? ptr[last] - e : GG_EDGE_BLOCK;
        fn(c, &s, &b, part);
    }
}

static void forward_only(const struct gg_edge_call *c, const struct span *s, const struct buffers *b,
                         gg_real *part)
{
    (void)part;
    forward_block(c, s, b);
}

static void begin(struct gg_edge_call *c, const gg_real *w, void *scratch)
{
    gg_edge_lay_out(c, scratch, omp_get_max_threads());
    gg_edge_pack(c, w);
    if (c->p->has[GG_AT_RECEIVER])
        node_products(c, GG_AT_RECEIVER, c->P);
    if (c->p->has[GG_AT_SENDER])
        node_products(c, GG_AT_SENDER, c->Q);
}

void gg_edge_mlp_forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    struct gg_edge_call c = {.l = l, .p = l->plan, .g = g, .x = call->x, .y = call->y};
    begin(&c, call->w, call->scratch);
#pragma omp parallel for schedule(dynamic)
    for (int64_t i = 0; i < g->n_node; i += RECEIVERS)
        walk(&c, i, i + RECEIVERS < g->n_node ? i + RECEIVERS : g->n_node, NULL, forward_only);
}

/* ---- backward ---- */

/* The gradient of z_1 of a block goes where senders find it. */
static gg_real *into(const struct gg_edge_call *c, const struct span *s, const struct buffers *b, int k)
{
    return k == 0 && c->p->has[GG_AT_SENDER] ? c->dz + s->first * c->p->pad[0] : b->d[k % 2];
}

/* Hidden values of the block, z and a; z of the last layer only where its activation asks for it. */
static void hidden_again(const struct gg_edge_call *c, const struct span *s, const struct buffers *b)
{
    const struct gg_edge_plan *p = c->p;
    int n_z = p->act_last && p->act != GG_ACT_RELU ? p->n : p->n - 1;
    if (n_z > 0)
        first_layer(c, s, b->z[0]);
    for (int k = 0; k < p->n - 1; k++) {
        gg_act(p->act, p->act_k, s->n * p->pad[k], b->z[k], b->a[k]);
        if (k + 1 < n_z)
            next_layer(c, s->n, k + 1, b->a[k], b->z[k + 1]);
    }
}

static void bias_gradient(const struct gg_edge_call *c, int64_t n, int k, const gg_real *d, gg_real *part)
{
    const struct gg_edge_plan *p = c->p;
    if (p->bias[k] >= 0)
        sum_rows(d, n, p->pad[k], part + p->bias_packed[k]);
}

/* From d = gradient of z_1: bias, matrices and rows of the inputs on edges, P. */
static void first_layer_gradient(const struct gg_edge_call *c, const struct span *s, const gg_real *d,
                                 gg_real *part)
{
    const struct gg_edge_plan *p = c->p;
    int pad = p->pad[0];
    bias_gradient(c, s->n, 0, d, part);
    for (int q = 0; q < c->l->n_in; q++) {
        const struct gg_edge_matrix *m = &p->input[q];
        int64_t stride = c->l->in[q].stride;
        gg_real *dx = c->dx[q] ? c->dx[q] + s->first * stride : NULL;
        if (p->at[q] == GG_AT_ADDED && dx)
            add_rows(dx, d, s->n * pad);
        if (p->at[q] != GG_AT_EDGE)
            continue;
        p->rows(m->n_in, (int)s->n, pad, c->x[q] + s->first * stride, 1, stride, d, pad, part + m->packed,
                pad, true);
        if (dx)
            p->rows(s->n, p->width[0], m->pad_in, d, pad, 1, c->turned + m->turned, m->pad_in, dx, stride,
                    true);
    }
    if (p->has[GG_AT_RECEIVER])
        sum_receivers(c->g, s, pad, d, c->dP);
}

static void backward_block(const struct gg_edge_call *c, const struct span *s, const struct buffers *b,
                           gg_real *part)
{
    const struct gg_edge_plan *p = c->p;
    int last = p->n - 1;
    int64_t at = s->first * c->l->out.stride;
    const gg_real *d = c->dy + at;
    hidden_again(c, s, b);
    if (p->act_last) {
        const gg_real *z = p->act == GG_ACT_RELU ? c->y + at : b->z[last]; /* the signs of y are those of z */
        gg_real *dz = into(c, s, b, last);
        gg_act_gradient(p->act, p->act_k, s->n * p->pad[last], z, d, dz);
        d = dz;
    }
    for (int k = last; k > 0; k--) {
        const struct gg_edge_matrix *m = &p->hidden[k];
        gg_real *before = into(c, s, b, k - 1);
        bias_gradient(c, s->n, k, d, part);
        p->rows(m->n_in, (int)s->n, p->pad[k], b->a[k - 1], 1, p->pad[k - 1], d, p->pad[k], part + m->packed,
                p->pad[k], true);
        p->rows(s->n, p->width[k], m->pad_in, d, p->pad[k], 1, c->turned + m->turned, m->pad_in, before,
                m->pad_in, false);
        gg_act_gradient(p->act, p->act_k, s->n * p->pad[k - 1], b->z[k - 1], before, before);
        d = before;
    }
    first_layer_gradient(c, s, d, part);
}

static void edges_of_range(void *context, int64_t first, int64_t last, gg_real *part)
{
    struct gg_edge_call *c = context;
    if (c->p->has[GG_AT_RECEIVER])
        memset(c->dP + first * c->p->pad[0], 0, sizeof *part * (size_t)((last - first) * c->p->pad[0]));
    walk(c, first, last, part, backward_block);
}

/* dx += dP W', dW += x' dP: the products of node values; Q as P.  `part` has the numbers behind n_packed_edge. */
static void nodes_of_range(void *context, int64_t first, int64_t last, gg_real *part)
{
    struct gg_edge_call *c = context;
    const struct gg_edge_plan *p = c->p;
    int pad = p->pad[0];
    const gg_real *d = p->n > 1 || p->act_last ? c->dz : c->dy;
    for (int64_t j = first; p->has[GG_AT_SENDER] && j < last; j++)
        sum_senders(c->g, j, pad, d, c->dQ);
    for (int q = 0; q < c->l->n_in; q++) {
        const struct gg_edge_matrix *m = &p->input[q];
        int64_t stride = c->l->in[q].stride, n = last - first;
        if (p->at[q] != GG_AT_RECEIVER && p->at[q] != GG_AT_SENDER)
            continue;
        const gg_real *from = (p->at[q] == GG_AT_RECEIVER ? c->dP : c->dQ) + first * pad;
        p->rows(m->n_in, (int)n, pad, c->x[q] + first * stride, 1, stride, from, pad,
                part + m->packed - p->n_packed_edge, pad, true);
        if (c->dx[q])
            p->rows(n, p->width[0], m->pad_in, from, pad, 1, c->turned + m->turned, m->pad_in,
                    c->dx[q] + first * stride, stride, true);
    }
}

void gg_edge_mlp_backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    struct gg_edge_call c = {
        .l = l, .p = l->plan, .g = g, .x = call->x, .y = (gg_real *)call->y, .dy = call->dy, .dx = call->dx};
    begin(&c, call->w, call->scratch);
    memset(c.gradient, 0, sizeof *c.gradient * (size_t)c.p->n_packed);
    gg_tree_sum(g->n_node, c.p->n_packed_edge, c.gradient, c.parts, edges_of_range, &c);
    if (c.p->n_packed > c.p->n_packed_edge)
        gg_tree_sum(g->n_node, c.p->n_packed - c.p->n_packed_edge, c.gradient + c.p->n_packed_edge, c.parts,
                    nodes_of_range, &c);
    if (call->dw)
        gg_edge_unpack(&c, call->dw);
}
