/* gated.c -- read-outs of any degree: channels weighted by the scalars of their row
 *
 *     y_{b,t,m} = 1/sqrt(C_b) sum_{c < C_b} g_{b,t,c} h_{lp,m,c},   g = bias + h_0 W / sqrt(C_0);   of 0e: y_{b,t} = g_{b,t}
 *
 * The read-outs of vectors of PaiNN and Equiformer (Schuett et al. 2021, arXiv 2102.03150, appendix) for any degree, gated.h: stresses
 * are 0e and 2e, displacements 1o.  x: any axis; its 0e channels and those of the degrees of y are read, others are not.
 * y: same axis, out_irreps.  Parameters: weight.IN.OUT [mul][t][C_b], bias.OUT [t][C_b], 0 at start; of 0e without [C_b]. */
#include "nn/gated.h"
#include "nn/inputs.h"
#include "nn/irreps_key.h"

struct hypers {
    const char *out_irreps;
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {{.name = "out-irreps",
                                        .type = GG_OPT_TEXT,
                                        .offset = offsetof(struct hypers, out_irreps),
                                        .help = "output irreps; must be given, unless a head gives them",
                                        .arg = "IRREPS"},
                                       {0}};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct gg_irreps out;
    if (gg_one_input(l, err) < 0)
        return -1;
    if (!h->out_irreps)
        return gg_fail(err, GG_USAGE, "out_irreps is missing: the irreps to read out, such as 2x0e+1x2e");
    if (gg_irreps_from_key(&out, h->out_irreps, "out_irreps", err) < 0)
        return -1;
    return gg_gated_init(l, a, &out, "out_irreps", err);
}

static const struct gg_layer_case cases[] = {{"vectors", {"8x0e+8x1o+8x2e"}, "out_irreps=10x1o"},
                                             {"stress", {"4x0e+5x2e"}, "out_irreps=2x0e+3x2e"},
                                             {"several blocks",
                                              {"3x1o+5x0e+2x0o+1x1e+2x1o+4x0e+2x3o"},
                                              "out_irreps=2x1o+1x3o+4x0e+2x1e+1x1o+3x0o"},
                                             {"on the graph", {"graph:4x0e+3x2e"}, "out_irreps=1x0e+1x2e"},
                                             {"at times", {"node*time:4x0e+3x1o"}, "out_irreps=1x1o"},
                                             {"on edges", {"edge:3x0e+9x1e"}, "out_irreps=17x1e"},
                                             {0}};

const struct gg_layer_type gg_layer_gated = {
    .name = "gated",
    .about = "a read-out of any degree: channels weighted by an affine map of the scalars",
    .source = "after Schuett et al. 2021, arXiv 2102.03150, and Liao, Smidt 2023, arXiv 2206.11990",
    GG_LAYER_KEYS,
    .init = init,
    .weight = gg_gated_weight,
    .init_weights = gg_gated_init_weights,
    .forward = gg_gated_forward,
    .backward = gg_gated_backward,
    .cost = gg_gated_cost,
    .cases = cases};
