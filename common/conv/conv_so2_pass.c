/* conv_so2_pass.c -- the sums of conv_so2.h, a chunk of edges after the other
 *
 *     forward   t = D x_j;  for each group z = R t, s = z W;  y_i += D' s
 *     backward  t = D x_j;  ds = D dy_i;  for each group z = R t, dW += z' ds, dz = ds W', dR += t dz, dt = R dz;  dx_j += D' dt
 *
 * Edges of several receivers fill a chunk: the products of matrices have as many rows as there are edges in it.
 *
 * A message turns with its bond and its sender, s(g v; g x) = D(g) s(v; x), so what a rotation of v alone about axis a does to the loss is
 *     tau_a = <dy_i, G_a D' s> - <D' dt, G_a x_j>,   G_a the generator of rotations about a,
 * and the gradient of the vector across its direction is tau x v / r^2.  Along it: conv_vectors.h. */
#include "conv/conv_so2_pass.h"
#include "conv/conv_block.h"
#include "conv/conv_so2.h"
#include "conv/conv_vectors.h"
#include "nn/lanes.h"
#include "o3/o3.h"

#include <math.h>
#include <string.h>

enum { CHUNK = GG_FRAME_CHUNK };

/* Edges first .. first + n - 1 of the block. */
struct chunk {
    const struct gg_conv_plan *p;
    const struct gg_conv_full_work *k;
    int first, n;
};

/* ---- frames ---- */

/* Slots of component m of block b in `columns`. */
static void find_slots(const struct gg_conv_so2 *s, const struct gg_so2_place *place, bool in, int l,
                       gg_real *columns, struct gg_frame_turn *t)
{
    for (int m = 0; m <= 2 * l; m++) {
        t->slot[m] = NULL;
        if (place[m].group < 0)
            continue;
        const struct gg_so2_group *g = &s->group[place[m].group];
        const struct gg_so2_side *side = in ? &g->in : &g->out;
        t->slot[m] = columns + CHUNK * (int64_t)side->before + place[m].at;
        t->slot_stride[m] = side->width;
    }
}

/* All blocks of rows x into the frames (y NULL), or out of them, added to y. */
static void turn(const struct chunk *c, const struct gg_shape *shape, bool in, const gg_real *x, gg_real *y,
                 const int32_t *row, gg_real *columns)
{
    const struct gg_conv_so2 *s = c->p->so2;
    for (int b = 0; b < shape->irreps.n; b++) {
        int l = shape->irreps.b[b].l;
        struct gg_frame_turn t = {.l = l,
                                  .pad = shape->pad[b],
                                  .n_edge = c->n,
                                  .D = c->k->so2.D + CHUNK * gg_frame_at(l),
                                  .x = x ? x + shape->offset[b] : NULL,
                                  .y = y ? y + shape->offset[b] : NULL,
                                  .stride = shape->stride,
                                  .row = row + c->first};
        find_slots(s, in ? s->in[b] : s->out[b], in, l, columns, &t);
        (y ? s->level->leave : s->level->enter)(&t);
    }
}

static void find_receivers(const struct gg_conv_full_work *k)
{
    for (int64_t i = k->k.first; i < k->k.last; i++)
        for (int64_t e = k->k.ptr[i]; e < k->k.ptr[i + 1]; e++)
            k->so2.receiver[e - k->k.ptr[k->k.first]] = (int32_t)(i - k->k.first);
}

static struct chunk open_chunk(const struct gg_conv_plan *p, const struct gg_conv_full_work *k, int first)
{
    struct chunk c = {p, k, first, k->k.n_edge - first < CHUNK ? k->k.n_edge - first : CHUNK};
    p->so2->level->frames(p->so2->frames, c.n, k->k.vec + first, k->so2.D);
    return c;
}

/* ---- groups ---- */

static gg_real *columns_of(gg_real *all, const struct gg_so2_side *side)
{
    return all + CHUNK * (int64_t)side->before;
}

static void multiply(const struct gg_conv_plan *p, int n_column, struct gg_conv_product x)
{
    int lanes = n_column % 16 ? 8 : 16;
    x.n_v = n_column / lanes;
    x.b_v = x.c_v = lanes;
    (lanes == 8 ? p->level->product8 : p->level->product16)(&x);
}

/* z = R t */
static void weigh(const struct chunk *c, const struct gg_so2_group *g)
{
    const struct gg_so2_work *w = &c->k->so2;
    int64_t lane = c->p->full->lane, stride = c->p->so2->rank * g->in.width;
    const gg_real *R = c->k->weighed + c->first * lane + g->lane, *t = columns_of(w->in, &g->in);
    for (int u = 0; u < c->p->so2->rank; u++)
        for (int at = 0; at < g->in.width; at += g->half)
            c->p->so2->level->weigh(c->n, g->half, R + u * g->half, lane, t + at, g->in.width,
                                    w->z + u * g->in.width + at, stride);
}

/* dR += t dz, dt = R dz */
static void unweigh(const struct chunk *c, const struct gg_so2_group *g)
{
    const struct gg_so2_work *w = &c->k->so2;
    int64_t lane = c->p->full->lane, first = c->first * lane + g->lane,
            stride = c->p->so2->rank * g->in.width;
    const gg_real *t = columns_of(w->in, &g->in);
    gg_real *dt = columns_of(w->din, &g->in);
    for (int u = 0; u < c->p->so2->rank; u++)
        for (int at = 0; at < g->in.width; at += g->half)
            c->p->so2->level->unweigh(c->n, g->half, c->k->weighed + first + u * g->half,
                                      c->k->dweighed + first + u * g->half, lane, t + at, dt + at,
                                      g->in.width, w->dz + u * g->in.width + at, stride, u > 0);
}

/* s = z W */
static void mix(const struct chunk *c, const struct gg_so2_group *g, const gg_real *W)
{
    int rows = c->p->so2->rank * g->in.width, columns = g->out.width;
    multiply(c->p, columns,
             (struct gg_conv_product){.n_row = c->n,
                                      .n_k = rows,
                                      .a = c->k->so2.z,
                                      .a_row = rows,
                                      .a_col = 1,
                                      .b = W + g->packed,
                                      .b_k = columns,
                                      .c = columns_of(c->k->so2.out, &g->out),
                                      .c_row = columns});
}

/* dz = ds W';  dW += z' ds */
static void unmix(const struct chunk *c, const struct gg_so2_group *g, const gg_real *turned, gg_real *dW)
{
    int rows = c->p->so2->rank * g->in.width, columns = g->out.width;
    const gg_real *ds = columns_of(c->k->so2.dout, &g->out);
    multiply(c->p, rows,
             (struct gg_conv_product){.n_row = c->n,
                                      .n_k = columns,
                                      .a = ds,
                                      .a_row = columns,
                                      .a_col = 1,
                                      .b = turned + g->packed,
                                      .b_k = rows,
                                      .c = c->k->so2.dz,
                                      .c_row = rows});
    multiply(c->p, columns,
             (struct gg_conv_product){.n_row = rows,
                                      .n_k = c->n,
                                      .add = true,
                                      .a = c->k->so2.z,
                                      .a_row = 1,
                                      .a_col = rows,
                                      .b = ds,
                                      .b_k = columns,
                                      .c = dW + g->packed,
                                      .c_row = columns});
}

/* ---- gradient of the vectors ---- */

/* One edge of the chunk, out of its frame: a row of `shape`. */
static void leave_one(const struct chunk *c, const struct gg_shape *shape, bool in, int e, gg_real *columns,
                      gg_real *row)
{
    const struct gg_conv_so2 *s = c->p->so2;
    const int32_t first = 0;
    memset(row, 0, (size_t)shape->stride * sizeof *row);
    for (int b = 0; b < shape->irreps.n; b++) {
        int l = shape->irreps.b[b].l;
        struct gg_frame_turn t = {.l = l,
                                  .pad = shape->pad[b],
                                  .n_edge = 1,
                                  .D = c->k->so2.D + CHUNK * gg_frame_at(l) + e,
                                  .y = row + shape->offset[b],
                                  .row = &first};
        find_slots(s, in ? s->in[b] : s->out[b], in, l, columns, &t);
        for (int m = 0; m <= 2 * l; m++)
            if (t.slot[m])
                t.slot[m] += e * t.slot_stride[m];
        s->level->leave(&t);
    }
}

/* <x, d> of n channels, a multiple of eight: those of padding are 0. */
GG_INLINE double dot(int n, const gg_real *x, const gg_real *d)
{
    gg_lanes sum = {0};
    for (int k = 0; k < n; k += 8)
        sum += *(const gg_lanes *)(x + k) * *(const gg_lanes *)(d + k);
    const gg_real *s = (const gg_real *)&sum;
    return (double)(((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])));
}

/* torque_a += sign <d, G_a x>, rows of `shape`;  (G_a)_{m n} = sqrt(l (l+1) (2l+1)) w^{1ll}_{a n m} */
GG_CLONES static void add_torque(const struct gg_shape *shape, const gg_real *x, const gg_real *d,
                                 double sign, double torque[3])
{
    for (int b = 0; b < shape->irreps.n; b++) {
        int l = shape->irreps.b[b].l, n = 2 * l + 1, pad = shape->pad[b];
        const double *w = gg_coupling(1, l, l), factor = sign * sqrt(l * (l + 1.) * n);
        for (int q = 0; q < n * n; q++) {
            const double by[3] = {w[q], w[n * n + q], w[2 * n * n + q]};
            if (by[0] == 0 && by[1] == 0 && by[2] == 0)
                continue;
            double both =
                factor * dot(pad, x + shape->offset[b] + q / n * pad, d + shape->offset[b] + q % n * pad);
            for (int a = 0; a < 3; a++)
                torque[a] += by[a] * both;
        }
    }
}

static void pull(const struct gg_call *call, const struct chunk *c, const gg_real *dy)
{
    const struct gg_layer *l = call->l;
    const struct gg_so2_work *w = &c->k->so2;
    for (int e = 0; e < c->n; e++) {
        double torque[3] = {0};
        int at = c->first + e;
        const gg_real *v = c->k->k.vec[at];
        double r = (double)c->k->k.r[at];
        gg_real *to = call->dvec[c->k->k.ptr[c->k->k.first] + c->k->edge[at]];
        if (!(r > 0) || gg_conv_is_outside(l, c->k->k.r[at]))
            continue;
        leave_one(c, &l->out, false, e, w->out, w->row);
        add_torque(&l->out, w->row, dy + w->receiver[at] * (int64_t)l->out.stride, 1, torque);
        leave_one(c, &l->in[0], true, e, w->din, w->row);
        add_torque(&l->in[0], call->x[0] + c->k->k.sender[at] * (int64_t)l->in[0].stride, w->row, -1, torque);
        for (int a = 0; a < 3; a++) {
            int b = (a + 1) % 3, d = (a + 2) % 3;
            to[a] += (gg_real)((torque[b] * (double)v[d] - torque[d] * (double)v[b]) / (r * r));
        }
    }
}

/* ---- passes ---- */

void gg_conv_so2_forward(const struct gg_call *call, const struct gg_conv_full_tables *t,
                         const struct gg_conv_full_work *k, gg_real *y)
{
    const struct gg_layer *l = call->l;
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_so2 *s = p->so2;
    memset(y, 0, (size_t)((k->k.last - k->k.first) * l->out.stride) * sizeof *y);
    find_receivers(k);
    for (int first = 0; first < k->k.n_edge; first += CHUNK) {
        struct chunk c = open_chunk(p, k, first);
        turn(&c, &l->in[0], true, call->x[0], NULL, k->k.sender, k->so2.in);
        for (const struct gg_so2_group *g = s->group; g < s->group + s->n_group; g++) {
            weigh(&c, g);
            mix(&c, g, t->forward);
        }
        turn(&c, &l->out, false, NULL, y, k->so2.receiver, k->so2.out);
    }
}

void gg_conv_so2_backward(const struct gg_call *call, const struct gg_conv_full_tables *t,
                          const struct gg_conv_full_work *k, const gg_real *dy, struct gg_conv_share *share)
{
    const struct gg_layer *l = call->l;
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_so2 *s = p->so2;
    find_receivers(k);
    for (int first = 0; first < k->k.n_edge; first += CHUNK) {
        struct chunk c = open_chunk(p, k, first);
        turn(&c, &l->in[0], true, call->x[0], NULL, k->k.sender, k->so2.in);
        turn(&c, &l->out, false, dy, NULL, k->so2.receiver, k->so2.dout);
        for (const struct gg_so2_group *g = s->group; g < s->group + s->n_group; g++) {
            weigh(&c, g);
            if (k->pull)
                mix(&c, g, t->forward);
            unmix(&c, g, t->turned, share->dmix);
            unweigh(&c, g);
        }
        turn(&c, &l->in[0], true, NULL, share->dx, k->k.local, k->so2.din);
        if (k->pull)
            pull(call, &c, dy);
    }
}
