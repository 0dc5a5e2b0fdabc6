/* linear.c -- mixes the channels of each degree and parity
 *
 *     y_{i,b',m,c'} = 1/sqrt(fan-in of b') sum_{b: (l,p) equal} sum_c x_{i,b,m,c} W^{b b'}_{c c'}  (+ bias on 0e)
 *
 * e3nn's o3.Linear, mix.h; with `species: true` W and bias belong to the species of the node (the self-connection of
 * NequIP, Batzner et al. 2022).  x: any axis and irreps.  y: same axis, out_irreps; blocks that nothing feeds are 0.
 * Parameters: weight.IN.OUT [species][mul_in][mul_out], bias.OUT [species][mul]. */
#include "nn/each_time.h"
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/irreps_key.h"
#include "nn/mix.h"

struct hypers {
    const char *out_irreps;
    bool species, bias;
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {
    {.name = "out-irreps",
     .type = GG_OPT_TEXT,
     .offset = offsetof(struct hypers, out_irreps),
     .help = "output irreps, or gate(IRREPS) for what a gate needs; absent: those of the input",
     .arg = "IRREPS"},
    {.name = "species",
     .type = GG_OPT_FLAG,
     .offset = offsetof(struct hypers, species),
     .help = "weights of its own for every species"},
    {.name = "bias",
     .type = GG_OPT_FLAG,
     .offset = offsetof(struct hypers, bias),
     .help = "a bias on the 0e channels, 0 at start"},
    {0}};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct gg_irreps irreps = l->in[0].irreps;
    struct gg_mix *m = l->plan = GG_NEW(a, struct gg_mix, 1);
    if (h->species && gg_is_timed(l))
        return gg_each_time(l, a, err);
    if (gg_one_input(l, err) < 0 ||
        (h->out_irreps && gg_irreps_from_key(&irreps, h->out_irreps, "out_irreps", err) < 0))
        return -1;
    if (h->species && l->in[0].axis != GG_ON_NODE) {
        char axis[64];
        gg_axis_print(l->in[0].axis, axis);
        return gg_fail(err, GG_USAGE, "species: the value lives on %s: only a row a node has a species",
                       axis);
    }
    gg_shape_init(&l->out, l->in[0].axis, &irreps);
    l->out.zero = gg_shape_zero(&l->out, 1, l->in);
    if (gg_mix_init(m, a, &l->in[0], &l->out, h->species ? l->n_type : 1, h->bias, err) < 0)
        return gg_err_prefix(err, "out_irreps: ");
    l->n_weight = m->n_weight;
    l->scratch_bytes = gg_mix_layer_scratch;
    l->spares_y = true;
    return 0;
}

static const struct gg_layer_case cases[] = {
    {"same irreps", {"8x0e+4x1o+2x2e"}, ""},
    {"odd widths", {"3x0e+5x1o+3x0e+2x1e"}, "out_irreps=2x1e+9x0e+17x1o bias=true"},
    {"for a gate", {"8x0e+8x1o"}, "out_irreps=gate(8x0e+8x1o) bias=true"},
    {"by species", {"6x0e+8x1o+3x0e"}, "species=true bias=true out_irreps=10x0e+8x1o"},
    {"by species at times", {"node*time:6x0e+8x1o"}, "species=true bias=true"},
    {"wide", {"32x0e+20x3o"}, "out_irreps=24x3o+40x0e"},
    {"on edges", {"edge:4x0e+4x0o"}, "out_irreps=6x0e+2x0o"},
    {"on the graph", {"graph:5x0e"}, "out_irreps=6x0e"},
    {"at times", {"node*time:4x0e+2x1o"}, "out_irreps=3x1o+5x0e bias=true"},
    {"with lifts", {"node*lift:4x0e+2x2e"}, ""},
    {"times and lifts", {"graph*time*lift:4x0e"}, "out_irreps=9x0e"},
    {0}};

const struct gg_layer_type gg_layer_linear = {
    .name = "linear",
    .about = "mixes the channels of each degree and parity; by species if wanted",
    .source = "e3nn o3.Linear; self-connection of Batzner et al. 2022 (NequIP)",
    GG_LAYER_KEYS,
    .init = init,
    GG_MIX_LAYER,
    .cases = cases};
