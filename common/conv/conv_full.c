/* conv_full.c -- the plan of conv with fully connected mixing, and what it costs
 *
 * Paths in e3nn's order: input block, degree of the harmonic, output block; a path's weights are [mul][mul_out] columns of the
 * last layer of the radial net, its coefficient sqrt((2 l3 + 1) / sum of mul over the paths into the output block).  A path is cut into
 * slices of at most 16 input channels, which are worked on one after the other: scratch does not grow with the width. */
#include "conv/conv_full.h"
#include "o3/o3.h"

#include <math.h>

/* S of one slice and some nodes stays in L2 beside its gradient, in two orders. */
enum { SUMS = 32768 };

/* Slices of the same degrees share their lists. */
static const struct gg_conv_list *list_of(const struct gg_conv_plan *p, const struct gg_conv_slice *s,
                                          struct gg_arena *a)
{
    for (const struct gg_conv_slice *q = p->full->slice; q < s; q++)
        if (q->l1 == s->l1 && q->l2 == s->l2 && q->l3 == s->l3)
            return q->list;
    return gg_conv_lists_of(p->level, a, s->l1, s->l2, s->l3);
}

static void add_slice(const struct gg_layer *l, struct gg_conv_plan *p, const struct gg_path *from, int out,
                      int head, int first, double factor, struct gg_arena *a)
{
    struct gg_conv_full *f = p->full;
    struct gg_conv_slice *s = &f->slice[f->n_slice++];
    int mul = l->in[0].irreps.b[from->in].mul, pad = l->in[0].pad[from->in];
    int all_out = l->out.irreps.b[out].mul, mul_out = p->n_head ? all_out / p->n_head : all_out;
    *s = (struct gg_conv_slice){.l1 = from->l1,
                                .l2 = from->l2,
                                .l3 = from->l3,
                                .width = pad == 8 ? 8 : 16,
                                .mul_out = mul_out,
                                .pad_out = l->out.pad[out],
                                .head = head,
                                .first_out = head * mul_out,
                                .in_offset = l->in[0].offset[from->in] + first,
                                .x_pad = pad,
                                .out_offset = l->out.offset[out],
                                .column = p->net.width[p->net.n_layer] + head * mul_out,
                                .n_column = all_out,
                                .packed = f->n_packed,
                                .turned = f->n_turned,
                                .factor = factor};
    s->mul = mul - first < s->width ? mul - first : s->width;
    int sums = (2 * s->l3 + 1) * s->width * f->lane;
    s->n_node = sums > SUMS ? 1 : SUMS / sums < GG_CONV_BLOCK ? SUMS / sums : GG_CONV_BLOCK;
    f->most_sums = s->n_node * sums > f->most_sums ? s->n_node * sums : f->most_sums;
    f->n_packed += (int64_t)s->width * s->pad_out;
    f->n_turned += (int64_t)s->width * mul_out;
    p->net.width[p->net.n_layer] += s->mul * all_out;
    s->list = list_of(p, s, a);
    s->terms = p->level->terms(s->l1, s->l2, s->l3, s->width);
    s->back = p->level->back(s->l1, s->l2, s->l3, s->width);
}

static bool leads_to(const struct gg_path *path, const struct gg_irrep *out)
{
    return path->l3 == out->l && (path->p3 == out->p || path->p3 == 0);
}

/* What the paths into an output block are divided by: the channels they bring. */
static double fan_in(const struct gg_layer *l, const struct gg_path *path, int n_path, int out)
{
    double n = 0;
    for (int k = 0; k < n_path; k++)
        n += leads_to(&path[k], &l->out.irreps.b[out]) ? l->in[0].irreps.b[path[k].in].mul : 0;
    return n;
}

/* Paths k .. end-1 share the input block and the harmonic. */
static void add_paths(const struct gg_layer *l, struct gg_conv_plan *p, const struct gg_path *path,
                      int n_path, int k, int end, int head, double normaliser, struct gg_arena *a)
{
    for (int out = 0; out < l->out.irreps.n; out++)
        for (int q = k; q < end; q++) {
            int mul = l->in[0].irreps.b[path[q].in].mul;
            double factor = sqrt((2 * path[q].l3 + 1) / fan_in(l, path, n_path, out)) / normaliser;
            for (int c = 0; leads_to(&path[q], &l->out.irreps.b[out]) && c < mul; c += 16)
                add_slice(l, p, &path[q], out, head, c, factor, a);
        }
}

static int most_slices(const struct gg_layer *l, const struct gg_path *path, int n_path)
{
    int n = 0;
    for (int k = 0; k < n_path; k++)
        for (int out = 0; out < l->out.irreps.n; out++)
            n +=
                leads_to(&path[k], &l->out.irreps.b[out]) ? (l->in[0].irreps.b[path[k].in].mul + 15) / 16 : 0;
    return n;
}

void gg_conv_full_init(struct gg_layer *l, struct gg_conv_plan *p, const struct gg_path *path, int n_path,
                       double normaliser, struct gg_arena *a)
{
    struct gg_conv_full *f = p->full = GG_NEW(a, struct gg_conv_full, 1);
    f->hidden = p->net;
    f->hidden.n_layer--;
    f->hidden.act_last = true;
    f->n_hidden = p->net.width[f->hidden.n_layer];
    f->n_function = f->n_hidden + p->net.bias_last;
    f->lane = (f->n_function + 7) / 8 * 8;
    int n_head = p->n_head ? p->n_head : 1;
    f->slice = GG_NEW(a, struct gg_conv_slice, (size_t)(n_head * most_slices(l, path, n_path)));
    for (int head = 0; head < n_head; head++) {
        p->net.width[p->net.n_layer] = 0;
        for (int k = 0, end; k < n_path; k = end) {
            for (end = k; end < n_path && path[end].in == path[k].in && path[end].l2 == path[k].l2;)
                end++;
            add_paths(l, p, path, n_path, k, end, head, normaliser, a);
        }
    }
    p->n_net = l->n_weight = gg_radial_net_weights(&p->net);
    p->table_columns = f->lane;
    p->n_packed = f->n_turned * f->n_function * p->net.n_set;
    f->n_forward = f->n_packed * f->n_function * p->net.n_set;
    l->saved_bytes = NULL;
    l->scratch_bytes = gg_conv_full_scratch_bytes;
}

/* nnz(M) of a path */
static int nonzeros(int l1, int l2, int l3)
{
    const double *w = gg_coupling(l1, l2, l3);
    int n1 = 2 * l1 + 1, n2 = 2 * l2 + 1, n3 = 2 * l3 + 1, n = 0;
    for (int m1 = 0; m1 < n1; m1++)
        for (int m3 = 0; m3 < n3; m3++) {
            bool any = false;
            for (int m2 = 0; m2 < n2; m2++)
                any |= fabs(w[(m1 * n2 + m2) * n3 + m3]) > 1e-14;
            n += any;
        }
    return n;
}

/* Forward: t, S, V.  Backward: t and S again, da and dt, dx; dS and dV.  By species a node has an S for each of its neighbours'. */
struct gg_cost gg_conv_full_cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_full *f = p->full;
    double edges = (double)g->n_edge, nodes = (double)g->n_node, H = f->n_function, t = 0, sums = 0, mix = 0,
           senders = p->net.n_set > 1 ? l->n_type : 1;
    for (const struct gg_conv_slice *s = f->slice; s < f->slice + f->n_slice; s++) {
        t += s->head == 0 ? 2.0 * s->mul * nonzeros(s->l1, s->l2, s->l3) : 0;
        sums += 2 * H * s->mul * (2 * s->l3 + 1);
        mix += 2 * H * s->mul * (2 * s->l3 + 1) * s->mul_out * senders;
    }
    double rows = p->n_knot ? p->n_knot : edges / p->net.n_set, radial = p->n_knot ? 8 * H : 0,
           net = 2 * rows * (double)(l->n_weight - p->density_at);
    if (f->hidden.n_layer)
        net += 2 * rows * (double)gg_radial_net_weights(&f->hidden);
    return (struct gg_cost){.flops_forward = edges * (radial + t + sums) + nodes * mix + net,
                            .flops_backward =
                                edges * (2 * radial + 2 * t + 3 * sums) + 2 * nodes * mix + 2 * net,
                            .bytes = edges * 24 + edges * l->in[0].stride * sizeof(gg_real) +
                                     nodes * l->out.stride * sizeof(gg_real)};
}
