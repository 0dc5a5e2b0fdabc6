/* conv.c -- message passing: tensor product of the senders' features with the harmonics of the bonds
 *
 *     mid_{i,p,m3,c} = (1/z) sum_{e: i<-j} R_{p,c}(r_e) sum_{m1 m2} w^p_{m1 m2 m3} Y_{l2 m2}(v_e) x_{j,l1 m1,c}
 *     y_{i,l3 m3,c'} = 1/sqrt(fan-in) sum_{p -> l3} sum_c mid_{i,p,m3,c} W_{p,c,c'}
 *
 * Thomas et al. 2018 (tensor field networks); channelwise product and mixing as in Batzner et al. 2022 (NequIP).  w: unit-norm couplings
 * times sqrt(2 l3 + 1), gg_o3(7).  v_e points from receiver i to sender j.  R: radial_net.h, from a table of knots with cubic
 * interpolation, differentiated exactly, or on every edge (radial.table: exact); with radial.species one net and one table for each
 * ordered pair (species of i, species of j).  z: a constant, or learned, conv_density.h.
 *
 * With mixing: full every pair of channels has its own R and nothing is mixed afterwards: conv_full.h.
 *
 * x: node irreps.  y: node, out_irreps.  Parameters: radial.0, radial.1 ... [receiver][sender][in][out]; then for every path, in order, and every
 * output block of its irrep: mix [mul][mul_out]; then those of the density.  Nothing of the size edges x channels is ever stored. */
#include "conv/conv.h"
#include "nn/layer.h"
#include "conv/conv_batch.h"
#include "conv/conv_full.h"
#include "nn/irreps_key.h"
#include "util/linalg.h"

#include <math.h>
#include <stdlib.h>

static const struct gg_conv_hypers defaults = {.lmax = 2,
                                               .basis = GG_BESSEL,
                                               .envelope = GG_ENVELOPE_POLY,
                                               .n = 8,
                                               .power = 6,
                                               .table = 256,
                                               .momentum = 0.1};

#define AT(field) offsetof(struct gg_conv_hypers, field)
static const struct gg_opt hypers[] = {
    {"lmax", GG_OPT_INT, AT(lmax), "highest degree of the harmonics and of the paths", .arg = "L",
     .max = GG_CONV_L_MAX},
    {"channels", GG_OPT_INT, AT(channels),
     "channels of each degree of the output (default: those of the input's first block)", .arg = "N",
     .max = 4096},
    {"out_irreps", GG_OPT_TEXT, AT(out_irreps), "output irreps, or gate(IRREPS) for what a gate needs",
     .arg = "IRREPS"},
    {"parity", GG_OPT_CHOICE, AT(parity), "of features and paths: natural, both, or none that counts",
     .choices = GG_PARITIES},
    {"mixing", GG_OPT_CHOICE, AT(mixing),
     "a function of the distance for each path and channel, then mixing; or for each pair of channels",
     .choices = "channelwise|full"},
    {"normalise", GG_OPT_CHOICE, AT(normalise),
     "divide the sum by sqrt(mean neighbours), by their mean, by 1, or by a learned density",
     .choices = GG_NORMALISE},
    {"radial.basis", GG_OPT_CHOICE, AT(basis), "functions of the distance", .choices = GG_RADIAL_KINDS},
    {"radial.n", GG_OPT_INT, AT(n), "number of basis functions", .arg = "N", .min = 1, .max = 1024},
    {"radial.envelope", GG_OPT_CHOICE, AT(envelope), "smooth cutoff that multiplies the basis",
     .choices = GG_ENVELOPES},
    {"radial.power", GG_OPT_INT, AT(power), "p of the polynomial envelope", .arg = "P", .min = 2, .max = 12},
    {"radial.hidden", GG_OPT_REALS, AT(hidden), "widths of the hidden layers", .arg = "N,N", .min = 1,
     .max = 4096},
    {"radial.species", GG_OPT_FLAG, AT(species), "a net of its own for every ordered pair of species"},
    {"radial.table", GG_OPT_INT, AT(table), "knots of the table; exact runs the net on every edge",
     .arg = "KNOTS", .max = 65536, .choices = "exact"},
    {"radial.act", GG_OPT_CHOICE, AT(act), "activation of the hidden layers", .choices = GG_ACTS},
    {"radial.bias", GG_OPT_FLAG, AT(bias), "a bias in every layer: R is not 0 at the cutoff"},
    {"radial.norm", GG_OPT_CHOICE, AT(norm),
     "in front of the activation, over the edges of the frame or the channels of the layer",
     .choices = GG_RADIAL_NORMS},
    {"radial.momentum", GG_OPT_REAL, AT(momentum), "batch: share of a frame in the running values",
     .arg = "SHARE", .min = 1e-6, .max = 0.999},
    {"radial.weights", GG_OPT_CHOICE, AT(plain), "scale of the layers: of e3nn, or plain",
     .choices = "e3nn|plain"},
    {"radial.constants", GG_OPT_CHOICE, AT(constants),
     "activation constants: exact, or those sampled by e3nn", .choices = "exact|e3nn"},
    {0}};
#undef AT

/* ---- init ---- */

static int set_output(struct gg_layer *l, struct gg_irreps *out, struct gg_err *err)
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

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_conv_hypers *h = l->hyper;
    struct gg_path path[GG_CONV_PATHS];
    struct gg_irreps out;
    if (l->n_in != 1 || l->in[0].axis != GG_ON_NODE)
        return gg_fail(err, GG_USAGE, "in: conv takes one value on nodes");
    if (gg_irreps_lmax(&l->in[0].irreps) > GG_CONV_L_MAX)
        return gg_fail(err, GG_USAGE, "in: degree %d, conv goes to %d", gg_irreps_lmax(&l->in[0].irreps),
                       GG_CONV_L_MAX);
    if (h->hidden.n >= GG_RADIAL_LAYERS)
        return gg_fail(err, GG_USAGE, "radial.hidden: %d layers, at most %d", h->hidden.n,
                       GG_RADIAL_LAYERS - 1);
    if (h->table && h->table < 8)
        return gg_fail(err, GG_USAGE, "radial.table: %d knots are too few: 8 and more, or 0 for none",
                       (int)h->table);
    if (h->species && l->n_type * l->n_type > GG_RADIAL_SETS)
        return gg_fail(err, GG_USAGE, "radial.species: %d species, at most 8", l->n_type);
    if (h->norm && h->hidden.n == 0)
        return gg_fail(err, GG_USAGE,
                       "radial.norm: there is no hidden layer to normalise: give radial.hidden");
    if (h->norm == GG_RADIAL_BATCH && (h->hidden.n > 1 || h->species || h->n > GG_RADIAL_MOMENTS))
        return gg_fail(err, GG_USAGE,
                       "radial.norm: batch goes with one hidden layer, one net for all species and up to %d "
                       "functions: layer goes with "
                       "any",
                       GG_RADIAL_MOMENTS);
    if (set_output(l, &out, err) || gg_blas_open(err)) /* the radial functions are products of matrices */
        return -1;
    gg_shape_init(&l->out, GG_ON_NODE, &out);
    int n = gg_paths(&l->in[0].irreps, (int)h->lmax, (enum gg_parity)h->parity, &out, path, GG_CONV_PATHS);
    if (n > GG_CONV_PATHS)
        return gg_fail(err, GG_USAGE, "in: %d paths, at most %d", n, GG_CONV_PATHS);
    if (n == 0)
        return gg_fail(err, GG_USAGE, "out_irreps: no path from the input leads to them");

    gg_conv_plan_init(l, path, n, a);
    return 0;
}

/* ---- the passes of either mixing ---- */

static void forward(const struct gg_call *call)
{
    const struct gg_conv_plan *p = call->l->plan;
    void (*pass)(const struct gg_call *) = p->full ? gg_conv_full_forward : gg_conv_forward;
    p->net.norm == GG_RADIAL_BATCH ? gg_conv_batch_forward(call, pass) : pass(call);
}

static void backward(const struct gg_call *call)
{
    const struct gg_conv_plan *p = call->l->plan;
    void (*pass)(const struct gg_call *) = p->full ? gg_conv_full_backward : gg_conv_backward;
    p->net.norm == GG_RADIAL_BATCH ? gg_conv_batch_backward(call, pass) : pass(call);
}

/* ---- cost, cases, entry ---- */

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_conv_plan *p = l->plan;
    if (p->full)
        return gg_conv_full_cost(l, g);
    double outputs = p->net.width[p->net.n_layer], edges = (double)g->n_edge, nodes = (double)g->n_node,
           mix = 0;
    for (int b = 0; b < p->n_mix; b++)
        if (p->mix[b].group >= 0)
            mix += 2.0 * (2 * l->out.irreps.b[b].l + 1) * p->group[p->mix[b].group].n_channel * p->mix[b].mul;
    double rows = p->n_knot ? p->n_knot : edges / p->net.n_set; /* through every set, on average */
    double product = 2 * edges * (p->nonzeros + p->middle + 4 * outputs),
           net = 2 * rows * (double)(p->n_net + l->n_weight - p->density_at);
    return (struct gg_cost){.flops_forward = product + nodes * mix + net,
                            .flops_backward = 2 * edges * (p->nonzeros + 2 * p->middle + 8 * outputs) +
                                              2 * nodes * mix + 2 * net,
                            .bytes = edges * 24 + edges * l->in[0].stride * sizeof(gg_real) +
                                     nodes * p->mid * sizeof(gg_real)};
}

static const struct gg_layer_case cases[] = {
    {"scalars", {"4x0e"}, "lmax=2 radial.hidden=8"},
    {"natural", {"3x0e+2x1o+5x2e"}, "lmax=2 channels=3 radial.hidden=8 radial.n=6"},
    {"eight", {"8x0e+8x1o+8x2e+8x3o"}, "lmax=3 out_irreps=gate(8x0e+8x1o+8x2e+8x3o) radial.hidden=8,8"},
    {"parities",
     {"4x0e+4x0o+4x1o+4x1e"},
     "lmax=1 parity=both channels=4 radial.basis=gaussian normalise=mean"},
    {"wide", {"32x0e+32x1o+17x2e"}, "lmax=2 channels=20 radial.basis=smooth_finite radial.envelope=cosine"},
    {"exact", {"4x0e+4x1o+4x2e"}, "lmax=2 radial.hidden=8 radial.table=exact"},
    {"both parities", {"4x0e+4x0o+4x1e+4x1o+4x2e+4x2o"}, "lmax=2 parity=both radial.n=6"},
    {"both parities, degree 3", {"2x0o+2x1o+2x1e+2x2e+2x3e+2x3o"}, "lmax=3 parity=both radial.n=4"},
    {"no parity", {"8x0e+8x1o+8x2e+8x3o"}, "lmax=3 parity=none out_irreps=gate(8x0e+8x1o+8x2e+8x3o)"},
    {"no parity, all even", {"3x0e+3x1e"}, "lmax=1 parity=none out_irreps=3x0e+3x1e+2x1o"},
    {"by species", {"4x0e+4x1o"}, "lmax=2 channels=4 radial.species=true radial.hidden=6"},
    {"by species, exact", {"4x0e+4x1o"}, "lmax=1 radial.species=true radial.hidden=6 radial.table=0"},
    {"density", {"4x0e+4x1o"}, "lmax=1 normalise=density radial.hidden=6"},
    {"density by species, exact",
     {"4x0e"},
     "lmax=1 normalise=density radial.species=true radial.hidden=6 radial.table=0"},
    {"plain radial functions", {"4x0e+4x1o"}, "lmax=1 normalise=none radial.envelope=none radial.n=3"},
    {"highest", {"3x0e+2x6e"}, "lmax=6 radial.hidden=8"},
    {"high", {"2x0e+2x5o"}, "lmax=5 channels=2"},
    {"degree 4", {"8x0e+8x1o+8x2e+8x3o+8x4e"}, "lmax=4 radial.hidden=8"},
    {"net of another code",
     {"4x0e+4x1o"},
     "lmax=1 radial.hidden=6 radial.act=relu radial.bias=true radial.norm=batch radial.momentum=0.5 "
     "radial.weights=plain "
     "normalise=none"},
    {"net of another code, exact",
     {"4x0e+4x1o"},
     "lmax=1 radial.hidden=6 radial.act=ssp radial.bias=true radial.norm=batch radial.table=0"},
    {"net with norms of channels",
     {"4x0e+4x1o"},
     "lmax=1 radial.hidden=7,5 radial.norm=layer radial.species=true"},
    {"full, net with norms of channels",
     {"4x0e+4x1o"},
     "mixing=full lmax=1 radial.hidden=7,5 radial.norm=layer radial.bias=true radial.weights=plain "
     "radial.act=elu"},
    {"full, batch, exact",
     {"4x0e+4x1o"},
     "mixing=full lmax=1 radial.hidden=6 radial.norm=batch radial.bias=true radial.table=0"},
    {"full, scalars", {"4x0e"}, "mixing=full lmax=2 channels=3 radial.hidden=5 radial.n=6"},
    {"full", {"3x0e+2x1o+5x2e"}, "mixing=full lmax=2 channels=8 radial.hidden=16"},
    {"full, parities",
     {"4x0e+4x0o+4x1o+4x1e"},
     "mixing=full lmax=1 parity=both channels=4 radial.hidden=8,8 normalise=mean"},
    {"full, no parity", {"8x0e+8x1o+8x2e"}, "mixing=full lmax=2 parity=none radial.hidden=16"},
    {"full, basis", {"17x0e+2x1o"}, "mixing=full lmax=2 out_irreps=gate(9x0e+2x1o+1x2e) radial.n=5"},
    {"full, exact", {"4x0e+4x1o"}, "mixing=full lmax=1 radial.hidden=6 radial.table=0"},
    {"full, high", {"2x0e+2x4e"}, "mixing=full lmax=4 channels=2 radial.hidden=4"},
    {"full, high by species",
     {"2x0e+17x4e"},
     "mixing=full lmax=4 out_irreps=2x0e+2x4e radial.species=true radial.hidden=4"},
    {"full, highest", {"2x0e+1x6e"}, "mixing=full lmax=6 out_irreps=2x0e+1x5o+2x6e radial.hidden=4"},
    {"full, by species", {"3x0e+17x1o"}, "mixing=full lmax=2 channels=3 radial.species=true radial.hidden=5"},
    {"full, basis by species", {"2x0e+2x1o"}, "mixing=full lmax=1 radial.species=true radial.n=4"},
    {"full, by species, exact",
     {"4x0e+4x1o"},
     "mixing=full lmax=1 radial.species=true radial.hidden=6 radial.table=0"},
    {"full, density", {"4x0e+4x1o"}, "mixing=full lmax=1 normalise=density radial.hidden=6"},
    {"full, density by species, exact",
     {"4x0e+2x1o"},
     "mixing=full lmax=1 normalise=density radial.species=true radial.hidden=5 radial.table=0"},
    {0}};

const struct gg_layer_type gg_layer_conv = {
    .name = "conv",
    .about = "sum over neighbours of features times harmonics of the bond, then mixing of the paths",
    .source = "Thomas et al. 2018, arXiv 1802.08219; Batzner et al. 2022, Nat. Commun. 13, 2453, eq. 6-8",
    .hypers = hypers,
    .hyper_size = sizeof defaults,
    .hyper_defaults = &defaults,
    GG_LAYER_PASSES,
    .weight = gg_conv_weight,
    .init_weights = gg_conv_init_weights,
    .observe = gg_conv_batch_observe};
