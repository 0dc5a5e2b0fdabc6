/* conv_full_run.c -- one slice of fully connected mixing, for the receivers of a run: the sums of conv_full.h as products */
#include "conv/conv_full_run.h"
#include "conv/conv_vectors.h"

#include <stdlib.h>

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
        gather(p, s, &t, k->weighed + (int64_t)e * p->full->lane, S, e > begin);
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
void gg_conv_full_run_forward(const struct gg_layer *l, const struct gg_conv_slice *s,
                              const struct gg_conv_run *r, const struct gg_conv_full_tables *t,
                              const struct gg_conv_full_work *k, const gg_real *x)
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
                                          .a = dy + s->out_offset + s->first_out + m3 * s->pad_out,
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

/* da of a piece, from dS of its node with functions innermost. */
static void dot(const struct gg_conv_plan *p, const struct gg_conv_slice *s, const struct gg_conv_piece *t,
                const gg_real *turned, gg_real *da)
{
    int lane = p->full->lane, n3 = 2 * s->l3 + 1;
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
}

/* dt of a piece, from dS of its node. */
static void scatter(const struct gg_conv_plan *p, const struct gg_conv_slice *s,
                    const struct gg_conv_piece *t, const gg_real *dS, const gg_real *a, gg_real *dt)
{
    int H = p->full->n_function, n3 = 2 * s->l3 + 1;
    multiply(p->level, s->width,
             (struct gg_conv_product){.n_row = t->n,
                                      .n_k = H,
                                      .n_v = n3,
                                      .a = a,
                                      .a_row = p->full->lane,
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
        gather(p, s, &t, k->weighed + (int64_t)e * lane, S, e > begin);
        dot(p, s, &t, turned, k->dweighed + (int64_t)e * lane);
        scatter(p, s, &t, dS, k->weighed + (int64_t)e * lane, k->dt);
        t.t = k->dt;
        if (k->pull)
            gg_conv_pull_piece(p, &t, e, k->pull);
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
                                          .a = dy + s->out_offset + s->first_out + m3 * s->pad_out,
                                          .a_row = 1,
                                          .a_col = l->out.stride,
                                          .b = S + (int64_t)m3 * K,
                                          .b_k = sums_of(p, s),
                                          .b_v = 8,
                                          .c = dv + (set * f->n_turned + s->turned) * f->n_function,
                                          .c_row = K,
                                          .c_v = 8});
}

/* One slice of the rows of a run. */
void gg_conv_full_run_backward(const struct gg_layer *l, const struct gg_conv_slice *s,
                               const struct gg_conv_run *r, const struct gg_conv_full_tables *t,
                               const struct gg_conv_full_work *k, const gg_real *x,
                               struct gg_conv_share *share)
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

void gg_conv_full_run_dot(const struct gg_layer *l, const struct gg_conv_slice *s,
                          const struct gg_conv_run *r, const struct gg_conv_full_tables *t,
                          const struct gg_conv_full_work *k, const gg_real *x)
{
    const struct gg_conv_plan *p = l->plan;
    int lane = p->full->lane;
    for (int q = r->first; q < r->last; q += s->n_node) {
        int n = r->last - q < s->n_node ? r->last - q : s->n_node;
        spread(l, s, t, r->set, n, k->rows + (int64_t)q * l->out.stride, k);
        for (int i = 0; i < n; i++) {
            const int *begin = k->begin[q + i] + r->sender;
            for (int e = begin[0]; e < begin[1]; e += CHUNK) {
                struct gg_conv_piece piece = piece_of(l, s, k, x, e, begin[1]);
                s->terms(&piece);
                dot(p, s, &piece, k->turned + (int64_t)i * (2 * s->l3 + 1) * lane * s->width,
                    k->dweighed + (int64_t)e * lane);
            }
        }
    }
}
