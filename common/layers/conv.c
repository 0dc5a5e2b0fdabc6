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
 * A second value, alpha on edges, makes it attention: R_p,c becomes alpha_{e,h(c)} R_p,c, conv_heads.h.
 *
 * With mixing: full every pair of channels has its own R and nothing is mixed afterwards: conv_full.h.
 *
 * x: node irreps; Hx0e on edges, or none.  y: node, out_irreps.  Parameters: radial.0, radial.1 ... [receiver][sender][in][out]; then for every path, in order, and every
 * output block of its irrep: mix [mul][mul_out]; then those of the density.  Nothing of the size edges x channels is ever stored. */
#include "conv/conv_batch.h"
#include "conv/conv_keys.h"
#include "nn/each_time.h"

static const struct gg_conv_hypers defaults = {GG_CONV_DEFAULTS};

#define AT(field) offsetof(struct gg_conv_hypers, field)
static const struct gg_opt hypers[] = {
    GG_CONV_LMAX_KEY(0),
    {"channels", GG_OPT_INT, AT(channels),
     "channels of each degree of the output (default: those of the input's first block)", .arg = "N",
     .max = 4096, .when = "!out_irreps"},
    {"out_irreps", GG_OPT_TEXT, AT(out_irreps), "output irreps, or gate(IRREPS) for what a gate needs",
     .arg = "IRREPS"},
    GG_CONV_PATH_KEYS(0),
    {"normalise", GG_OPT_CHOICE, AT(normalise),
     "divide the sum by sqrt(mean neighbours), by their mean, by 1, or by a learned density",
     .choices = GG_NORMALISE},
    GG_CONV_RADIAL_KEYS(0),
    {0}};
#undef AT

/* ---- init ---- */

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    struct gg_irreps out;
    char axis[64];
    if (gg_is_timed(l))
        return gg_each_time(l, a, err);
    if (l->n_in < 1 || l->n_in > 2)
        return gg_fail(err, GG_USAGE,
                       "in: conv takes a value on nodes and, if wanted, a second one on edges, not %d values",
                       l->n_in);
    gg_axis_print(l->in[0].axis, axis);
    if (l->in[0].axis != GG_ON_NODE)
        return gg_fail(err, GG_USAGE,
                       "in: conv takes a value on nodes and, if wanted, a second one on edges, not one on %s",
                       axis);
    return gg_conv_output(l, &out, err) || gg_conv_init(l, &out, gg_conv_normaliser(l), a, err) ? -1 : 0;
}

/* ---- cases, entry ---- */

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
    {"full, net of the bare distance",
     {"4x0e+4x1o"},
     "mixing=full lmax=1 parity=none radial.basis=monomial radial.n=1 radial.envelope=none radial.hidden=5,5 "
     "radial.norm=layer radial.bias=true radial.table=exact"},
    {"full, batch, exact",
     {"4x0e+4x1o"},
     "mixing=full lmax=1 radial.hidden=6 radial.norm=batch radial.bias=true radial.table=0"},
    {"heads", {"8x0e+4x1o+2x2e", "edge:2x0e"}, "lmax=2 channels=3 radial.hidden=8 radial.n=6"},
    {"one head, wide", {"17x0e+16x1o", "edge:1x0e"}, "lmax=2 channels=20 radial.hidden=8"},
    {"heads, exact", {"12x0e+36x1o", "edge:12x0e"}, "lmax=1 radial.hidden=6 radial.table=exact"},
    {"heads, no parity, degree 5",
     {"4x0e+2x5o", "edge:2x0e"},
     "lmax=5 parity=none channels=2 radial.hidden=4"},
    {"heads by species", {"4x0e+4x1o", "edge:4x0e"}, "lmax=1 radial.species=true radial.hidden=6"},
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
    {"full, heads", {"3x0e+2x1o+5x2e", "edge:2x0e"}, "mixing=full lmax=2 channels=4 radial.hidden=16"},
    {"full, heads, wide",
     {"17x0e+3x1o", "edge:3x0e"},
     "mixing=full lmax=2 parity=none out_irreps=18x0e+9x1o radial.n=5"},
    {"full, one head, exact",
     {"4x0e+4x1o", "edge:1x0e"},
     "mixing=full lmax=1 radial.hidden=6 radial.table=0"},
    {"full, heads by species",
     {"3x0e+2x1o", "edge:2x0e"},
     "mixing=full lmax=1 channels=4 radial.species=true radial.hidden=5"},
    {"full, density", {"4x0e+4x1o"}, "mixing=full lmax=1 normalise=density radial.hidden=6"},
    {"full, density by species, exact",
     {"4x0e+2x1o"},
     "mixing=full lmax=1 normalise=density radial.species=true radial.hidden=5 radial.table=0"},
    {"at times", {"node*time:3x0e+2x1o+5x2e"}, "lmax=2 channels=3 radial.hidden=8 radial.n=6"},
    {"at times, by species", {"node*time:4x0e+2x1o"}, "lmax=1 radial.species=true radial.hidden=6"},
    {"at times, net with norms over bonds",
     {"node*time:4x0e"},
     "lmax=1 radial.hidden=6 radial.norm=batch radial.momentum=0.5"},
    {"at times, heads that have none", {"node*time:4x0e+2x1o", "edge:2x0e"}, "lmax=1 radial.hidden=6"},
    {"heads at times", {"4x0e+2x1o", "edge*time:2x0e"}, "lmax=1 radial.hidden=6"},
    {"at times, full", {"node*time:3x0e+2x1o"}, "mixing=full lmax=1 channels=3 radial.hidden=5"},
    {"a shell", {"4x0e+4x1o+2x2e"}, "lmax=2 channels=3 radial.hidden=8 radial.inner=0.9 radial.outer=1.5"},
    {"a shell up to the cutoff, bumps, exact",
     {"4x0e+4x1o"},
     "lmax=1 radial.inner=0.8 radial.basis=smooth_finite radial.n=4 radial.envelope=cosine radial.table=0"},
    {"a shell by species, linear",
     {"4x0e"},
     "lmax=3 radial.inner=0.7 radial.outer=1.3 radial.species=true radial.n=3"},
    {"a ball within the cutoff",
     {"4x0e+4x1o"},
     "lmax=1 radial.outer=1.2 radial.basis=gaussian radial.hidden=6"},
    {"a shell with a density", {"4x0e+4x1o"}, "lmax=1 normalise=density radial.inner=0.8 radial.hidden=6"},
    {"a shell without an envelope, norm over bonds",
     {"4x0e+4x1o"},
     "lmax=1 radial.inner=0.8 radial.outer=1.4 radial.envelope=none radial.hidden=6 radial.norm=batch"},
    {"full, a shell", {"3x0e+2x1o"}, "mixing=full lmax=2 channels=4 radial.hidden=5 radial.inner=0.9"},
    {"full, a shell, exact",
     {"3x0e+2x1o"},
     "mixing=full lmax=1 channels=4 radial.hidden=5 radial.inner=0.9 radial.outer=1.4 radial.table=0"},
    {0}};

const struct gg_layer_type gg_layer_conv = {
    .name = "conv",
    .hears = true,
    .about = "sum over neighbours of features times harmonics of the bond, then mixing of the paths",
    .source = "Thomas et al. 2018, arXiv 1802.08219; Batzner et al. 2022, Nat. Commun. 13, 2453, eq. 6-8",
    .hypers = hypers,
    .hyper_size = sizeof defaults,
    .hyper_defaults = &defaults,
    .init = init,
    .forward = gg_conv_forward,
    .backward = gg_conv_backward,
    .cost = gg_conv_cost,
    .curves = gg_conv_curves,
    .formulas = gg_conv_formulas,
    .cases = cases,
    .weight = gg_conv_weight,
    .init_weights = gg_conv_init_weights,
    .observe = gg_conv_batch_observe};
