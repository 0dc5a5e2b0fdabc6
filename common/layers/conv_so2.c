/* conv_so2.c -- message passing in the frames of the bonds: every degree and channel mixed for each |m|, SO(2) convolution
 *
 *     t = D(R_e) x_j,    R_e v_e/r_e = y^: component m of degree l in the frame of the bond e: i <- j
 *     s_{l3,+-m,c'} = sum_{u,l1,c} (Wr_{u,m,l1 c,l3 c'} R_{u,m,l1,c}(r_e) t_{l1,+-m,c} -+ Wi_{u,m,l1 c,l3 c'} R_{u,m,l1,c}(r_e) t_{l1,-+m,c})
 *     y_i = (1/z) sum_{e: i<-j} D(R_e)' s
 *
 * Passaro, Zitnick 2023 (arXiv 2302.03655, eq. 5-9); radial functions on the inputs of shared W, as in EquiformerV2 (Liao et al. 2024,
 * arXiv 2306.12059): weights of an edge by itself would be C^2 numbers from every radial net and every table, 2 flop each for one use.
 * u = 1 .. rank: with one function each for every u it is conv's mixing: full, conv_so2.h.  Unit variance: W / sqrt(fan-in), times
 * sqrt((2 l3 + 1) / number of m that are made).
 *
 * x: node irreps.  y: node, out_irreps.  Parameters: radial.0, radial.1 ... as in conv; mix: for |m|, input block, output block, Wr and Wi
 * [rank][mul][mul_out]; those of the density.  Messages exist for a chunk of edges at a time, conv_so2_pass.c. */
#include "conv/conv_batch.h"
#include "conv/conv_keys.h"
#include "conv/conv_so2.h"
#include "nn/each_time.h"

static const struct gg_conv_so2_hypers defaults = {{GG_CONV_DEFAULTS, .mixing = GG_MIX_SO2},
                                                   GG_CONV_L_MAX,
                                                   1};

#define AT(field) offsetof(struct gg_conv_so2_hypers, field)
static const struct gg_opt hypers[] = {
    {"lmax", GG_OPT_INT, AT(conv.lmax), "highest degree of the output, where out_irreps is absent",
     .arg = "L", .max = GG_CONV_L_MAX, .when = "!out_irreps"},
    {"channels", GG_OPT_INT, AT(conv.channels),
     "channels of each degree of the output (default: those of the input's first block)", .arg = "N",
     .max = 4096, .when = "!out_irreps"},
    {"out_irreps", GG_OPT_TEXT, AT(conv.out_irreps), "output irreps, or gate(IRREPS) for what a gate needs",
     .arg = "IRREPS"},
    {"mmax", GG_OPT_INT, AT(mmax), "highest |m| that is mixed; others are left out", .arg = "M",
     .max = GG_CONV_L_MAX},
    {"rank", GG_OPT_INT, AT(rank), "terms of a radial function times a mixing", .arg = "N", .min = 1,
     .max = 64},
    {"parity", GG_OPT_CHOICE, AT(conv.parity), "of features: natural, both, or none that counts",
     .choices = GG_PARITIES},
    {"normalise", GG_OPT_CHOICE, AT(conv.normalise),
     "divide the sum by sqrt(mean neighbours), by their mean, by 1, or by a learned density",
     .choices = GG_NORMALISE},
    GG_CONV_RADIAL_KEYS(0),
    {0}};
#undef AT

/* The default stands for all. */
static int check_mmax(const struct gg_layer *l, struct gg_err *err)
{
    const struct gg_conv_so2_hypers *h = l->hyper;
    const struct gg_conv_so2 *s = ((const struct gg_conv_plan *)l->plan)->so2;
    int most = s->group[s->n_group - 1].m;
    return h->mmax <= most || h->mmax == GG_CONV_L_MAX
               ? 0
               : gg_fail(err, GG_USAGE,
                         "mmax: nothing of |m| = %d is in both the input and the output: %d is the largest "
                         "that does something",
                         (int)h->mmax, most);
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    struct gg_irreps out;
    if (gg_is_timed(l))
        return gg_each_time(l, a, err);
    if (l->n_in != 1 || l->in[0].axis != GG_ON_NODE)
        return gg_fail(err, GG_USAGE, "in: conv_so2 takes one value on nodes");
    if (gg_conv_output(l, &out, err) || gg_conv_check_keys(l, err))
        return -1;
    if (gg_irreps_lmax(&out) > GG_CONV_L_MAX)
        return gg_fail(err, GG_USAGE, "out_irreps: degree %d, conv_so2 goes to %d", gg_irreps_lmax(&out),
                       GG_CONV_L_MAX);
    gg_shape_init(&l->out, GG_ON_NODE, &out);
    gg_conv_plan_init(l, NULL, 0, 0, gg_conv_normaliser(l), a);
    if (((const struct gg_conv_plan *)l->plan)->so2->n_group == 0)
        return gg_fail(
            err, GG_USAGE,
            "out_irreps: nothing in the input mixes with them: features of natural parity, (-1)^l, or "
            "parity: both");
    return check_mmax(l, err);
}

static const struct gg_layer_case cases[] = {
    {"scalars", {"4x0e"}, "lmax=2 radial.hidden=8"},
    {"at times", {"node*time:3x0e+2x1o+5x2e"}, "lmax=2 channels=3 radial.hidden=8 radial.n=6"},
    {"natural", {"3x0e+2x1o+5x2e"}, "lmax=2 channels=3 radial.hidden=8 radial.n=6"},
    {"eight", {"8x0e+8x1o+8x2e+8x3o"}, "out_irreps=gate(8x0e+8x1o+8x2e+8x3o) radial.hidden=8,8"},
    {"wide", {"32x0e+32x1o+17x2e"}, "lmax=2 channels=20 radial.basis=smooth_finite"},
    {"restricted", {"4x0e+4x1o+4x2e+4x3o"}, "lmax=4 mmax=1 channels=3 radial.hidden=8 normalise=mean"},
    {"scalars alone keep m = 0", {"4x0e+4x2e"}, "out_irreps=5x0e+3x3o mmax=0"},
    {"rank", {"3x0e+2x1o+9x2e"}, "rank=3 lmax=2 channels=4 radial.hidden=6"},
    {"parities", {"4x0e+4x0o+4x1o+4x1e"}, "lmax=1 parity=both channels=4 radial.basis=gaussian"},
    {"parities, degree 3", {"2x0o+2x1o+2x1e+2x2e+2x3e+2x3o"}, "lmax=3 parity=both radial.n=4 rank=2"},
    {"no parity", {"8x0e+8x1o+8x2e+8x3o"}, "parity=none out_irreps=gate(8x0e+8x1o+8x2e+8x3o)"},
    {"no parity, all even", {"3x0e+3x1e"}, "parity=none rank=2 out_irreps=3x0e+3x1e+2x2o"},
    {"exact", {"4x0e+4x1o+4x2e"}, "lmax=2 radial.hidden=8 radial.table=exact"},
    {"by species", {"4x0e+3x1o"}, "lmax=2 channels=4 radial.species=true radial.hidden=6"},
    {"by species, exact", {"4x0e+3x1o"}, "lmax=1 radial.species=true radial.hidden=6 radial.table=0"},
    {"density", {"4x0e+4x1o"}, "lmax=1 normalise=density radial.hidden=6"},
    {"batch", {"4x0e+4x1o"}, "lmax=1 radial.hidden=6 radial.norm=batch radial.bias=true"},
    {"highest", {"3x0e+2x6e"}, "lmax=6 radial.hidden=8"},
    {"a shell", {"4x0e+4x1o"}, "lmax=1 radial.hidden=6 radial.inner=0.8 radial.outer=1.4"},
    {0}};

const struct gg_layer_type gg_layer_conv_so2 = {
    .name = "conv_so2",
    .hears = true,
    .about = "sum over neighbours of features mixed in the frame of the bond, |m| by |m|",
    .source = "Passaro, Zitnick 2023, arXiv 2302.03655, eq. 5-9; Liao et al. 2024, arXiv 2306.12059",
    .hypers = hypers,
    .hyper_size = sizeof defaults,
    .hyper_defaults = &defaults,
    .init = init,
    .forward = gg_conv_forward,
    .backward = gg_conv_backward,
    .cost = gg_conv_cost,
    .cases = cases,
    .weight = gg_conv_weight,
    .init_weights = gg_conv_init_weights,
    .observe = gg_conv_batch_observe};
