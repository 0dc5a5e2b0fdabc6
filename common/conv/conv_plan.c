/* conv_plan.c -- which path reads and writes what: the plan of a convolution, made once */
#include "conv/conv.h"
#include "conv/conv_full.h"
#include "conv/conv_so2.h"

#include <math.h>

static int find_group(struct gg_conv_plan *p, int degree, int parity)
{
    for (int g = 0; g < p->n_group; g++)
        if (p->group[g].l == degree && p->group[g].p == parity)
            return g;
    p->group[p->n_group] = (struct gg_conv_group){.l = degree, .p = parity};
    return p->n_group++;
}

const struct gg_conv_list *gg_conv_lists_of(const struct gg_conv_level *v, struct gg_arena *a, int l1, int l2,
                                            int l3)
{
    return gg_conv_generated(v, l1, l2, l3) ? NULL : gg_conv_list_new(a, l1, l2, l3);
}

static void add_path(const struct gg_layer *l, struct gg_conv_plan *p, const struct gg_path *from,
                     double normaliser, struct gg_arena *a)
{
    struct gg_conv_route *r = &p->path[p->n_path++];
    int b = from->in;
    *r = (struct gg_conv_route){.l1 = from->l1,
                                .l2 = from->l2,
                                .l3 = from->l3,
                                .mul = l->in[0].irreps.b[b].mul,
                                .pad = l->in[0].pad[b]};
    r->in_offset = l->in[0].offset[b];
    r->width = r->pad == 8 ? 8 : 16;
    r->n_group = r->pad / r->width;
    r->factor = sqrt(2 * r->l3 + 1) / normaliser;
    r->column = p->net.width[p->net.n_layer];
    p->net.width[p->net.n_layer] += r->mul;
    r->table_offset = p->table_columns;
    p->table_columns += r->pad;
    r->group = find_group(p, from->l3, from->p3);
    struct gg_conv_group *g = &p->group[r->group];
    r->first_k = g->row;
    g->row += r->pad;
    g->n_path++;
    g->n_channel += r->mul;
    r->list = gg_conv_lists_of(p->level, a, r->l1, r->l2, r->l3);
    r->forward = p->level->forward(r->l1, r->l2, r->l3, r->width);
    r->backward = p->level->backward(r->l1, r->l2, r->l3, r->width);
}

static void count_work(struct gg_conv_plan *p, const struct gg_conv_route *r)
{
    const double *w = gg_coupling(r->l1, r->l2, r->l3);
    int n1 = 2 * r->l1 + 1, n2 = 2 * r->l2 + 1, n3 = 2 * r->l3 + 1;
    for (int m1 = 0; m1 < n1; m1++)
        for (int m3 = 0; m3 < n3; m3++) {
            bool any = false;
            for (int m2 = 0; m2 < n2; m2++)
                any |= fabs(w[(m1 * n2 + m2) * n3 + m3]) > 1e-14;
            p->nonzeros += any * r->mul;
        }
    p->middle += n3 * r->mul;
}

/* Rows of mid and mixing matrices, once all paths are known. */
static void place(struct gg_layer *l, struct gg_conv_plan *p)
{
    for (int g = 0; g < p->n_group; g++) {
        p->group[g].mid_offset = p->mid;
        p->mid += (2 * p->group[g].l + 1) * p->group[g].row;
    }
    for (int k = 0; k < p->n_path; k++) {
        p->path[k].mid_offset = p->group[p->path[k].group].mid_offset + p->path[k].first_k;
        count_work(p, &p->path[k]);
    }
    for (int b = 0; b < l->out.irreps.n; b++) {
        struct gg_irrep want = l->out.irreps.b[b];
        struct gg_conv_mix *m = &p->mix[p->n_mix++];
        *m = (struct gg_conv_mix){.group = -1,
                                  .mul = want.mul,
                                  .pad = l->out.pad[b],
                                  .out_offset = l->out.offset[b]};
        for (int g = 0; g < p->n_group; g++)
            if (p->group[g].l == want.l && (p->group[g].p == want.p || p->group[g].p == 0))
                m->group = g;
        if (m->group < 0)
            continue;
        m->packed = p->n_packed;
        p->n_packed += (int64_t)p->group[m->group].row * m->pad;
        m->factor = 1 / sqrt(p->group[m->group].n_channel);
    }
}

/* e3nn's flat order of a linear map: input block outermost, then output block, then [mul][mul_out]. */
static void place_weights(struct gg_layer *l, struct gg_conv_plan *p)
{
    l->n_weight = p->n_net;
    for (int k = 0; k < p->n_path; k++)
        for (int b = 0; b < p->n_mix; b++) {
            p->mix[b].weight[k] = -1;
            if (p->mix[b].group != p->path[k].group)
                continue;
            p->mix[b].weight[k] = l->n_weight;
            l->n_weight += (int64_t)p->path[k].mul * p->mix[b].mul;
        }
    p->n_mix_weight = l->n_weight - p->n_net;
}

static void init_net(struct gg_layer *l, struct gg_conv_plan *p)
{
    const struct gg_conv_hypers *h = l->hyper;
    p->net.basis = gg_radial_basis_shell((enum gg_radial_kind)h->basis, (int)h->n, h->inner,
                                         h->outer > 0 ? h->outer : l->cutoff);
    p->net.basis.envelope = (enum gg_envelope)h->envelope;
    p->net.basis.p = (int)h->power;
    p->net.act = (enum gg_act)h->act;
    p->net.plain = h->plain;
    p->net.constant = h->plain ? 1 : gg_act_constant(p->net.act, h->constants == 1);
    p->net.bias = p->net.bias_last = h->bias;
    p->net.norm = (enum gg_radial_norm)h->norm;
    p->net.n_layer = h->hidden.n + 1;
    p->net.width[0] = (int)h->n;
    for (int k = 0; k < h->hidden.n; k++)
        p->net.width[k + 1] = (int)h->hidden.v[k];
    p->net.n_set = h->species ? l->n_type * l->n_type : 1;
    if (h->normalise == GG_BY_DENSITY) {
        p->density = p->net;
        p->density.bias = p->density.bias_last = false;
        p->density.norm = GG_RADIAL_NO_NORM;
        p->density.width[p->density.n_layer] = 1;
    }
    p->n_knot = (int)h->table;
    p->n_row = (int64_t)p->n_knot * p->net.n_set;
}

static void init_channelwise(struct gg_layer *l, struct gg_conv_plan *p, const struct gg_path *path,
                             int n_path, double normaliser, struct gg_arena *a)
{
    for (int k = 0; k < n_path; k++)
        add_path(l, p, &path[k], normaliser, a);
    p->n_net = gg_radial_net_weights(&p->net);
    place(l, p);
    place_weights(l, p);
    l->saved_bytes = gg_conv_saved_bytes;
    l->scratch_bytes = gg_conv_scratch_bytes;
}

void gg_conv_plan_init(struct gg_layer *l, const struct gg_path *path, int n, int n_head, double normaliser,
                       struct gg_arena *a)
{
    const struct gg_conv_hypers *h = l->hyper;
    struct gg_conv_plan *p = GG_NEW(a, struct gg_conv_plan, 1);
    p->level = gg_conv_best();
    p->l_max = (int)h->lmax;
    p->n_head = n_head;
    init_net(l, p);
    l->plan = p;
    l->rotations_only = h->parity == GG_PARITY_NONE;
    l->needs_mean = h->normalise == GG_BY_SQRT || h->normalise == GG_BY_MEAN;
    if (h->mixing == GG_MIX_SO2)
        gg_conv_so2_init(l, p, normaliser, a);
    else if (h->mixing)
        gg_conv_full_init(l, p, path, n, normaliser, a);
    else
        init_channelwise(l, p, path, n, normaliser, a);
    p->density_at = l->n_weight;
    if (p->density.n_layer)
        l->n_weight += gg_radial_net_weights(&p->density) + 2;
    l->spares_y = p->density.n_layer == 0;
    l->reads_vectors = true;
    l->momentum = h->norm == GG_RADIAL_BATCH ? h->momentum : 0;
    l->unbiased = h->norm == GG_RADIAL_BATCH;
    l->kinks |= h->hidden.n > 0 && h->act == GG_ACT_RELU;
    l->first_knot = p->net.basis.inner;
    /* exact: without an envelope it jumps at the ends */
    l->knots = (p->net.basis.cutoff - p->net.basis.inner) / (p->n_knot ? p->n_knot - 1 : 1);
}
