/* gated_vector.c -- vectors from vectors, weighted by the scalars of the node: gated with out_irreps: VECTORSx1o
 *
 *     v_{t,m} = 1/sqrt(C1) sum_{c < C1} g_{t,c} h_{1,m,c},     g = bias + h_0 W / sqrt(C0)
 *
 * PaiNN's and Equiformer's vector readouts reduced to one layer (Schuett et al. 2021, arXiv 2102.03150, appendix).
 * x: any axis; its C0 0e and C1 1o channels are read (several blocks count as one), others are not.
 * y: same axis, vectors x 1o.  Parameters: weight.BLOCK [mul][vectors][C1], bias [vectors][C1], 0 at start: the names that models
 * of version 0.1 have. */
#include "nn/gated.h"
#include "nn/inputs.h"

#include <string.h>

struct hypers {
    int64_t vectors;
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {{.name = "vectors",
                                        .type = GG_OPT_INT,
                                        .offset = offsetof(struct hypers, vectors),
                                        .help = "number of vectors; must be given, unless a head gives it",
                                        .arg = "N",
                                        .max = 4096},
                                       {0}};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct gg_irreps out = {.n = 1, .b = {{(int)h->vectors, 1, -1}}};
    if (gg_one_input(l, err) < 0 || gg_need_key(h->vectors, "vectors", "the number of vectors", err) < 0)
        return -1;
    return gg_gated_init(l, a, &out, "vectors", err);
}

/* There is one block: it has no number. */
static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    if (!gg_gated_weight(l, k, out))
        return false;
    *strrchr(out->name, '.') = '\0'; /* "weight.IN.0", "bias.0" */
    return true;
}

static const struct gg_layer_case cases[] = {{"readout", {"8x0e+8x1o+8x2e"}, "vectors=10"},
                                             {"several blocks", {"3x1o+5x0e+1x1e+2x1o+4x0e"}, "vectors=3"},
                                             {"one", {"1x0e+1x1o"}, "vectors=1"},
                                             {"on edges", {"edge:4x0e+9x1o"}, "vectors=2"},
                                             {0}};

const struct gg_layer_type gg_layer_gated_vector = {
    .name = "gated_vector",
    .about = "vectors from the 1o channels, weighted by an affine map of the scalars",
    .source = "after Schuett et al. 2021, arXiv 2102.03150, and Liao, Smidt 2023, arXiv 2206.11990",
    GG_LAYER_KEYS,
    .init = init,
    .weight = weight,
    .init_weights = gg_gated_init_weights,
    .forward = gg_gated_forward,
    .backward = gg_gated_backward,
    .cost = gg_gated_cost,
    .cases = cases};
