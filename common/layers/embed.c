/* embed.c -- the scalars of the input file to channels
 *
 *     y_{i,c} = bias_c + 1/sqrt(k) sum_{a < k} x_{i,a} W_{a c}
 *
 * A linear map with bias (mix.h).  x: scalars only (0e), any axis.  y: same axis, channels x 0e.
 * Parameters: weight.BLOCK.0 [mul][channels], bias.0 [channels]. */
#include "layers/check.h"
#include "layers/inputs.h"
#include "layers/mix.h"

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

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    (void)n_thread;
    return gg_mix_scratch_bytes(l->plan, gg_shape_rows(&l->in[0], g));
}

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
    l->scratch_bytes = scratch_bytes;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    return gg_mix_weight(l->plan, k, out);
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    gg_mix_init_weights(l->plan, w, r);
}

static void forward(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                    const gg_real *const *x, gg_real *y, void *saved, void *scratch)
{
    (void)saved;
    gg_mix_forward(l->plan, w, gg_shape_rows(&l->in[0], g), g->type, x[0], y, scratch);
}

static void backward(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                     const gg_real *const *x, const gg_real *y, const void *saved, const gg_real *dy,
                     gg_real *const *dx, gg_real *dw, void *scratch)
{
    (void)y;
    (void)saved;
    gg_mix_backward(l->plan, w, gg_shape_rows(&l->in[0], g), g->type, x[0], dy, dx[0], dw, scratch);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    int64_t rows = gg_shape_rows(&l->in[0], g);
    double flops = gg_mix_flops(l->plan, rows);
    return (struct gg_cost){.flops_forward = flops,
                            .flops_backward = 2 * flops,
                            .bytes = sizeof(gg_real) * (double)rows * (l->in[0].stride + l->out.stride)};
}

static const struct gg_layer_case cases[] = {{"species and energy", {"2x0e+1x0e"}, "channels=8"},
                                             {"one scalar", {"1x0e"}, "channels=20"},
                                             {"on edges", {"edge:10x0e"}, "channels=5"},
                                             {0}};

const struct gg_layer_type gg_layer_embed = {.name = "embed",
                                             .about = "input scalars to channels: a linear map with bias",
                                             .source = "e3nn o3.Linear on scalars",
                                             .hypers = hypers,
                                             .hyper_size = sizeof(struct hypers),
                                             .hyper_defaults = &defaults,
                                             .init = init,
                                             .weight = weight,
                                             .init_weights = init_weights,
                                             .forward = forward,
                                             .backward = backward,
                                             .cost = cost,
                                             .cases = cases};
