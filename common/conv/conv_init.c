/* conv_init.c -- what all layers made of the convolution have in common: checks, the choice of mixing, cost */
#include "conv/conv.h"
#include "conv/conv_batch.h"
#include "conv/conv_full.h"
#include "conv/conv_heads.h"
#include "conv/conv_pass.h"
#include "conv/conv_so2.h"
#include "nn/irreps_key.h"
#include "util/linalg.h"

int gg_conv_output(struct gg_layer *l, struct gg_irreps *out, struct gg_err *err)
{
    const struct gg_conv_hypers *h = l->hyper;
    if (h->out_irreps)
        return gg_irreps_from_key(out, h->out_irreps, "out_irreps", err);
    int channels = h->channels ? (int)h->channels : l->in[0].irreps.b[0].mul;
    out->n = 0;
    for (int degree = 0; degree <= h->lmax; degree++)
        for (int sign = 0; sign <= (h->parity == GG_PARITY_BOTH ? 1 : 0); sign++)
            out->b[out->n++] = (struct gg_irrep){channels, degree, (degree % 2 ? -1 : 1) * (sign ? -1 : 1)};
    return 0;
}

int gg_conv_check_keys(const struct gg_layer *l, struct gg_err *err)
{
    const struct gg_conv_hypers *h = l->hyper;
    if (gg_irreps_lmax(&l->in[0].irreps) > GG_CONV_L_MAX)
        return gg_fail(err, GG_USAGE, "in: degree %d, %s goes to %d", gg_irreps_lmax(&l->in[0].irreps),
                       l->type->name, GG_CONV_L_MAX);
    if (h->hidden.n >= GG_RADIAL_LAYERS)
        return gg_fail(err, GG_USAGE, "radial.hidden: %d layers, at most %d", h->hidden.n,
                       GG_RADIAL_LAYERS - 1);
    if (h->table && h->table < 8)
        return gg_fail(err, GG_USAGE, "radial.table: %d knots are too few: 8 and more, or 0 for none",
                       (int)h->table);
    if (h->outer > l->cutoff * (1 + 1e-9))
        return gg_fail(err, GG_USAGE,
                       "radial.outer: %g, but the edges end at %g: a larger inputs.cutoff, or up to %g here",
                       h->outer, l->cutoff, l->cutoff);
    if (h->inner > 0 && h->inner >= (h->outer > 0 ? h->outer : l->cutoff))
        return gg_fail(err, GG_USAGE,
                       "radial.inner: the shell from %g to %g is empty: its inner end is below the outer one",
                       h->inner, h->outer > 0 ? h->outer : l->cutoff);
    if (h->species && l->n_type * l->n_type > GG_RADIAL_SETS)
        return gg_fail(err, GG_USAGE, "radial.species: %d species, at most 8", l->n_type);
    if (h->norm && h->hidden.n == 0)
        return gg_fail(err, GG_USAGE,
                       "radial.norm: there is no hidden layer to normalise: give radial.hidden");
    if (h->norm == GG_RADIAL_BATCH && (h->hidden.n > 1 || h->species || h->n > GG_RADIAL_MOMENTS))
        return gg_fail(
            err, GG_USAGE,
            "radial.norm: batch goes with one hidden layer, one net for all species and up to %d functions: "
            "layer goes with any",
            GG_RADIAL_MOMENTS);
    return gg_blas_open(err); /* the radial functions are products of matrices */
}

/* Blocks of the output that no path from a block that is not zero leads to. */
static uint32_t zero_blocks(const struct gg_layer *l, const struct gg_path *path, int n)
{
    uint32_t zero = 0;
    for (int b = 0; b < l->out.irreps.n; b++) {
        struct gg_irrep want = l->out.irreps.b[b];
        bool reached = false;
        for (int k = 0; k < n; k++)
            reached |= path[k].l3 == want.l && (path[k].p3 == want.p || path[k].p3 == 0) &&
                       !(l->in[0].zero >> path[k].in & 1);
        zero |= reached ? 0 : UINT32_C(1) << b;
    }
    return zero;
}

int gg_conv_init(struct gg_layer *l, const struct gg_irreps *out, double normaliser, struct gg_arena *a,
                 struct gg_err *err)
{
    const struct gg_conv_hypers *h = l->hyper;
    struct gg_path path[GG_CONV_PATHS];
    int n_head;
    if (gg_conv_check_keys(l, err))
        return -1;
    gg_shape_init(&l->out, GG_ON_NODE, out);
    int n = gg_paths(&l->in[0].irreps, (int)h->lmax, (enum gg_parity)h->parity, out, path, GG_CONV_PATHS);
    if (n > GG_CONV_PATHS)
        return gg_fail(err, GG_USAGE, "in: %d paths, at most %d", n, GG_CONV_PATHS);
    if (n == 0)
        return gg_fail(err, GG_USAGE, "out_irreps: no path from the input leads to them");
    if (gg_conv_heads_init(l, h->mixing, &n_head, err))
        return -1;
    l->out.zero = zero_blocks(l, path, n);
    gg_conv_plan_init(l, path, n, n_head, normaliser, a);
    return 0;
}

void gg_conv_forward(const struct gg_call *call)
{
    const struct gg_conv_plan *p = call->l->plan;
    void (*pass)(const struct gg_call *) = p->full ? gg_conv_full_forward : gg_conv_channelwise_forward;
    p->net.norm == GG_RADIAL_BATCH ? gg_conv_batch_forward(call, pass) : pass(call);
}

void gg_conv_backward(const struct gg_call *call)
{
    const struct gg_conv_plan *p = call->l->plan;
    void (*pass)(const struct gg_call *) = p->full ? gg_conv_full_backward : gg_conv_channelwise_backward;
    p->net.norm == GG_RADIAL_BATCH ? gg_conv_batch_backward(call, pass) : pass(call);
}

struct gg_cost gg_conv_cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_conv_plan *p = l->plan;
    if (p->so2)
        return gg_conv_so2_cost(l, g);
    if (p->full)
        return gg_conv_full_cost(l, g);
    double outputs = p->net.width[p->net.n_layer], edges = (double)g->n_edge, nodes = (double)g->n_node,
           mix = 0;
    for (int b = 0; b < p->n_mix; b++)
        if (p->mix[b].group >= 0)
            mix += 2.0 * (2 * l->out.irreps.b[b].l + 1) * p->group[p->mix[b].group].n_channel * p->mix[b].mul;
    double rows = p->n_knot ? p->n_knot : edges / p->net.n_set; /* through every set, on average */
    double factors = p->n_head ? outputs : 0,
           product = edges * (2 * (p->nonzeros + p->middle + 4 * outputs) + factors),
           net = 2 * rows * (double)(p->n_net + l->n_weight - p->density_at);
    return (struct gg_cost){.flops_forward = product + nodes * mix + net,
                            .flops_backward =
                                edges * (2 * (p->nonzeros + 2 * p->middle + 8 * outputs) + 5 * factors) +
                                2 * nodes * mix + 2 * net,
                            .bytes = edges * 24 + edges * l->in[0].stride * sizeof(gg_real) +
                                     nodes * p->mid * sizeof(gg_real)};
}
