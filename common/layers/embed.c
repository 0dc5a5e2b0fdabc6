/* embed.c -- the scalars of the input file to channels
 *
 *     y_{i,c} = bias_c + 1/sqrt(k) sum_{a < k} x_{i,a} W_{a c}
 *
 * A linear map with bias (mix.h).  x: scalars only (0e), any axis.  y: same axis, channels x 0e.
 * Parameters: weight.BLOCK.0 [mul][channels], bias.0 [channels]. */
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/mix.h"

struct hypers {
    int64_t channels;
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {{.name = "channels",
                                        .type = GG_OPT_INT,
                                        .offset = offsetof(struct hypers, channels),
                                        .help = "number of output scalars; must be given",
                                        .arg = "N",
                                        .max = 4096},
                                       {0}};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    const struct gg_irreps *in = &l->in[0].irreps;
    struct gg_irreps irreps = {.n = 1, .b = {{(int)h->channels, 0, 1}}};
    struct gg_mix *m = l->plan = GG_NEW(a, struct gg_mix, 1);
    if (gg_one_input(l, err) < 0 ||
        gg_need_key(h->channels, "channels", "the number of output scalars", err) < 0)
        return -1;
    if (gg_count_channels(in, 0, 1) != gg_irreps_dim(in)) {
        char text[GG_IRREPS_TEXT];
        gg_irreps_print(in, text);
        return gg_fail(err, GG_USAGE, "in: %s: embed takes scalars (0e) only; linear takes all irreps", text);
    }
    gg_shape_init(&l->out, l->in[0].axis, &irreps);
    if (gg_mix_init(m, a, &l->in[0], &l->out, 1, true, err) < 0)
        return gg_err_prefix(err, "channels: ");
    l->n_weight = m->n_weight;
    l->scratch_bytes = gg_mix_layer_scratch;
    l->spares_y = true;
    return 0;
}

static const struct gg_layer_case cases[] = {{"species and energy", {"2x0e+1x0e"}, "channels=8"},
                                             {"one scalar", {"1x0e"}, "channels=20"},
                                             {"on edges", {"edge:10x0e"}, "channels=5"},
                                             {"at times", {"graph*time:2x0e"}, "channels=6"},
                                             {"with lifts", {"node*lift:3x0e"}, "channels=4"},
                                             {0}};

const struct gg_layer_type gg_layer_embed = {.name = "embed",
                                             .about = "input scalars to channels: a linear map with bias",
                                             .source = "e3nn o3.Linear on scalars",
                                             GG_LAYER_KEYS,
                                             .init = init,
                                             GG_MIX_LAYER,
                                             .cases = cases};
