/* conv_so2.c -- which components of the features mix in a bond's frame, their weights and their cost: conv_so2.h
 *
 * Raw weights, after those of the radial net: for |m| = 0, 1 ..., input block, output block: Wr, then Wi, those of them that there are, each
 * [rank][mul][mul_out].  Outputs of the net: for |m|, u, input block: [mul]. */
#include "conv/conv_so2.h"
#include "conv/conv_full.h"
#include "o3/o3.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- groups ---- */

static bool is_natural(struct gg_irrep x)
{
    return x.p == (x.l % 2 ? -1 : 1);
}

/* Of a group of |m|: `odd` under the reflection, or both (none).  Components of the blocks that belong to it, +m before -m. */
static void fill_side(const struct gg_layer *l, const struct gg_shape *s, int m, bool odd,
                      struct gg_so2_side *side)
{
    const struct gg_conv_hypers *h = l->hyper;
    bool all = h->parity == GG_PARITY_NONE;
    for (int sign = 1; sign >= (all && m ? -1 : 1); sign -= 2)
        for (int b = 0; b < s->irreps.n; b++) {
            struct gg_irrep x = s->irreps.b[b];
            bool natural = is_natural(x), even = natural == !odd;
            if (x.l < m || (h->parity == GG_PARITY_NATURAL && !natural) || (!all && m == 0 && !even))
                continue;
            side->slot[side->n++] = (struct gg_so2_slot){b, all || even ? sign * m : -m, side->width};
            side->width += s->pad[b];
            side->mul += x.mul;
        }
}

static void place_side(const struct gg_shape *s, const struct gg_so2_side *side, int group,
                       struct gg_so2_place (*place)[GG_SO2_ROWS])
{
    for (const struct gg_so2_slot *q = side->slot; q < side->slot + side->n; q++)
        place[q->block][s->irreps.b[q->block].l + q->m] = (struct gg_so2_place){group, q->at};
}

static void add_group(const struct gg_layer *l, struct gg_conv_plan *p, int m, bool odd)
{
    const struct gg_conv_hypers *h = l->hyper;
    struct gg_conv_so2 *s = p->so2;
    struct gg_so2_group *g = &s->group[s->n_group];
    *g = (struct gg_so2_group){.m = m, .packed = p->n_packed};
    fill_side(l, &l->in[0], m, odd, &g->in);
    fill_side(l, &l->out, m, odd, &g->out);
    if (g->in.n == 0 || g->out.n == 0)
        return;
    g->half = h->parity == GG_PARITY_NONE && m ? g->in.width / 2 : g->in.width;
    g->in.before = s->n_in;
    g->out.before = s->n_out;
    s->n_in += g->in.width;
    s->n_out += g->out.width;
    s->most_in = g->in.width > s->most_in ? g->in.width : s->most_in;
    p->n_packed += (int64_t)s->rank * g->in.width * g->out.width;
    place_side(&l->in[0], &g->in, s->n_group, s->in);
    place_side(&l->out, &g->out, s->n_group, s->out);
    s->n_group++;
}

/* ---- radial functions ---- */

/* Lanes and outputs of the net, in order; -m has the functions of m, and so has the other group of m > 0. */
static void place_functions(const struct gg_layer *l, struct gg_conv_plan *p, struct gg_arena *a)
{
    struct gg_conv_so2 *s = p->so2;
    struct gg_conv_full *f = p->full;
    f->place = GG_NEW(a, int, (size_t)s->rank *(size_t)s->n_in);
    for (struct gg_so2_group *g = s->group; g < s->group + s->n_group; g++) {
        bool again = g > s->group && g->m && g->m == g[-1].m;
        g->lane = again ? g[-1].lane : f->lane;
        for (int u = 0; u < s->rank && !again; u++, f->lane += g->half)
            for (const struct gg_so2_slot *q = g->in.slot; q < g->in.slot + g->in.n && q->at < g->half; q++)
                for (int c = 0; c < l->in[0].irreps.b[q->block].mul; c++)
                    f->place[f->n_function++] = f->lane + q->at + c;
    }
    f->n_hidden = p->net.width[p->net.n_layer] = f->n_function;
    f->hidden = p->net;
}

/* ---- weights ---- */

static bool joins(const struct gg_so2_slot *in, const struct gg_so2_slot *out, int b, int d, bool imaginary)
{
    return in->block == b && out->block == d && (in->m != out->m) == imaginary;
}

/* How many components of output block d are made. */
static int active(const struct gg_conv_so2 *s, int d)
{
    int n = 0;
    for (int m = 0; m < GG_SO2_ROWS; m++)
        n += s->out[d][m].group >= 0;
    return n;
}

/* Every pair of slots of the groups of |m| that Wr or Wi of two blocks stands between: one weight, in as many places. */
static void add_pieces(struct gg_layer *l, struct gg_conv_plan *p, int m, int b, int d, bool imaginary,
                       double normaliser)
{
    struct gg_conv_so2 *s = p->so2;
    int mul = l->in[0].irreps.b[b].mul, mul_out = l->out.irreps.b[d].mul, before = s->n_piece;
    for (int g = 0; g < s->n_group; g++)
        for (int q = 0; q < s->group[g].in.n * s->group[g].out.n && s->group[g].m == m; q++) {
            const struct gg_so2_group *x = &s->group[g];
            const struct gg_so2_slot *in = &x->in.slot[q / x->out.n], *out = &x->out.slot[q % x->out.n];
            double norm =
                sqrt((2 * l->out.irreps.b[d].l + 1.) / active(s, d) / (s->rank * x->in.mul)) / normaliser;
            for (int u = 0; u < s->rank && joins(in, out, b, d, imaginary); u++)
                s->piece[s->n_piece++] =
                    (struct gg_so2_piece){.group = g,
                                          .row = u * x->in.width + in->at,
                                          .column = out->at,
                                          .n_in = mul,
                                          .n_out = mul_out,
                                          .raw = l->n_weight + (int64_t)u * mul * mul_out,
                                          .factor = imaginary && out->m > 0 ? -norm : norm};
        }
    if (s->n_piece > before)
        l->n_weight += (int64_t)s->rank * mul * mul_out;
}

static void place_weights(struct gg_layer *l, struct gg_conv_plan *p, double normaliser, struct gg_arena *a)
{
    struct gg_conv_so2 *s = p->so2;
    int most = 0;
    for (int g = 0; g < s->n_group; g++)
        most += s->rank * s->group[g].in.n * s->group[g].out.n;
    s->piece = GG_NEW(a, struct gg_so2_piece, (size_t)most);
    for (int m = 0; m <= s->l_max; m++)
        for (int b = 0; b < l->in[0].irreps.n; b++)
            for (int d = 0; d < l->out.irreps.n; d++)
                for (int imaginary = 0; imaginary <= 1; imaginary++)
                    add_pieces(l, p, m, b, d, imaginary, normaliser);
}

/* Output blocks that nothing but zeros leads to. */
static uint32_t zero_blocks(const struct gg_layer *l, const struct gg_conv_so2 *s)
{
    uint32_t reached = 0, all = (uint32_t)((UINT64_C(1) << l->out.irreps.n) - 1);
    for (const struct gg_so2_group *g = s->group; g < s->group + s->n_group; g++)
        for (int q = 0; q < g->in.n * g->out.n; q++)
            if (!(l->in[0].zero >> g->in.slot[q / g->out.n].block & 1))
                reached |= UINT32_C(1) << g->out.slot[q % g->out.n].block;
    return all & ~reached;
}

void gg_conv_so2_init(struct gg_layer *l, struct gg_conv_plan *p, double normaliser, struct gg_arena *a)
{
    const struct gg_conv_so2_hypers *h = l->hyper;
    struct gg_conv_so2 *s = p->so2 = GG_NEW(a, struct gg_conv_so2, 1);
    int in = gg_irreps_lmax(&l->in[0].irreps), out = gg_irreps_lmax(&l->out.irreps),
        least = in < out ? in : out;
    s->rank = (int)h->rank;
    s->l_max = in > out ? in : out;
    s->level = gg_frame_best();
    s->frames = gg_frames_new(a, s->l_max);
    memset(s->in, -1, sizeof s->in);
    memset(s->out, -1, sizeof s->out);
    for (int m = 0; m <= (h->mmax < least ? h->mmax : least); m++)
        for (int odd = 0; odd <= (h->conv.parity == GG_PARITY_NONE ? 0 : 1); odd++)
            add_group(l, p, m, odd);
    p->l_max = 0; /* no harmonics */
    p->full = GG_NEW(a, struct gg_conv_full, 1);
    place_functions(l, p, a);
    p->full->n_forward = p->n_packed;
    p->table_columns = p->full->lane;
    p->n_net = l->n_weight = gg_radial_net_weights(&p->net);
    place_weights(l, p, normaliser, a);
    p->n_mix_weight = l->n_weight - p->n_net;
    l->out.zero = zero_blocks(l, s);
    l->saved_bytes = NULL;
    l->scratch_bytes = gg_conv_full_scratch_bytes;
}

void gg_conv_so2_pack(const struct gg_conv_plan *p, const gg_real *w, gg_real *forward, gg_real *turned)
{
    const struct gg_conv_so2 *s = p->so2;
    for (const struct gg_so2_piece *q = s->piece; q < s->piece + s->n_piece; q++) {
        const struct gg_so2_group *g = &s->group[q->group];
        int n_row = s->rank * g->in.width;
        for (int c = 0; c < q->n_in; c++)
            for (int d = 0; d < q->n_out; d++) {
                gg_real v = (gg_real)(q->factor * (double)w[q->raw + c * q->n_out + d]);
                forward[g->packed + (int64_t)(q->row + c) * g->out.width + q->column + d] = v;
                turned[g->packed + (int64_t)(q->column + d) * n_row + q->row + c] = v;
            }
    }
}

void gg_conv_so2_unpack(const struct gg_conv_plan *p, const double *dmix, gg_real *dw)
{
    const struct gg_conv_so2 *s = p->so2;
    for (const struct gg_so2_piece *q = s->piece; q < s->piece + s->n_piece; q++) {
        const struct gg_so2_group *g = &s->group[q->group];
        for (int c = 0; c < q->n_in; c++)
            for (int d = 0; d < q->n_out; d++)
                dw[q->raw + c * q->n_out + d] +=
                    (gg_real)(q->factor *
                              dmix[g->packed + (int64_t)(q->row + c) * g->out.width + q->column + d]);
    }
}

/* ---- memory, cost ---- */

struct gg_so2_work gg_conv_so2_take_work(struct gg_conv_bump *b, const struct gg_layer *l, int64_t lane,
                                         bool backward)
{
    enum { CHUNK = GG_FRAME_CHUNK };
    const struct gg_conv_so2 *s = ((const struct gg_conv_plan *)l->plan)->so2;
    int in = l->in[0].stride, out = l->out.stride;
    struct gg_so2_work w = {0};
    w.receiver = gg_conv_take(b, lane, sizeof *w.receiver);
    w.D = gg_conv_take(b, (int64_t)CHUNK * gg_frame_at(s->l_max + 1), sizeof *w.D);
    w.in = gg_conv_take(b, (int64_t)CHUNK * s->n_in, sizeof *w.in);
    w.z = gg_conv_take(b, (int64_t)CHUNK * s->rank * s->most_in, sizeof *w.z);
    w.out = gg_conv_take(b, (int64_t)CHUNK * s->n_out, sizeof *w.out);
    if (!backward)
        return w;
    w.din = gg_conv_take(b, (int64_t)CHUNK * s->n_in, sizeof *w.din);
    w.dz = gg_conv_take(b, (int64_t)CHUNK * s->rank * s->most_in, sizeof *w.dz);
    w.dout = gg_conv_take(b, (int64_t)CHUNK * s->n_out, sizeof *w.dout);
    w.row = gg_conv_take(b, in > out ? in : out, sizeof *w.row);
    return w;
}

/* Multiplications to turn a row, for those components that are used. */
static double turn_of(const struct gg_shape *s, const struct gg_so2_place (*place)[GG_SO2_ROWS])
{
    double n = 0;
    for (int b = 0; b < s->irreps.n; b++)
        for (int m = 0; m <= 2 * s->irreps.b[b].l; m++)
            n += place[b][m].group >= 0 ? (2 * s->irreps.b[b].l + 1.) * s->irreps.b[b].mul : 0;
    return n;
}

/* Forward: t, R from its knots, z, s, y.  Backward: t, z and the turned dy again, W and z for their gradients, dR, dx. */
struct gg_cost gg_conv_so2_cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_so2 *s = p->so2;
    double edges = (double)g->n_edge, in = 2 * turn_of(&l->in[0], s->in), out = 2 * turn_of(&l->out, s->out),
           mix = 0, weigh = 0, functions = p->full->n_function, radial = p->n_knot ? 8 * functions : 0;
    for (const struct gg_so2_group *q = s->group; q < s->group + s->n_group; q++) {
        weigh += s->rank * q->in.mul;
        mix += 2.0 * s->rank * q->in.mul * q->out.mul;
    }
    double rows = p->n_knot ? p->n_knot : edges / p->net.n_set, net = 2 * rows * (double)p->n_net;
    return (struct gg_cost){.flops_forward = edges * (in + out + mix + weigh + radial) + net,
                            .flops_backward =
                                edges * (2 * in + out + 2 * mix + 5 * weigh + 2 * radial) + 2 * net,
                            .bytes = edges * 24 + edges * l->in[0].stride * sizeof(gg_real) +
                                     (double)g->n_node * l->out.stride * sizeof(gg_real)};
}
