/* mlp.c -- a perceptron on the scalars of every row: readouts of scalar targets
 *
 * y = the perceptron of nn/perceptron.h on the 0e channels of x.  x: any axis and irreps.  y: same axis, out x 0e. */
#include "nn/inputs.h"
#include "nn/perceptron.h"

static double usual[] = {32, 32};
static const struct gg_perceptron_wish defaults = {.hidden = {2, usual}};

static const struct gg_opt hypers[] = {{.name = "hidden",
                                        .type = GG_OPT_REALS,
                                        .offset = offsetof(struct gg_perceptron_wish, hidden),
                                        .help = "widths of the hidden layers",
                                        .arg = "N,N",
                                        .min = 1,
                                        .max = GG_WIDTH_MAX},
                                       {.name = "outputs",
                                        .type = GG_OPT_INT,
                                        .offset = offsetof(struct gg_perceptron_wish, outputs),
                                        .help = "number of outputs; must be given, unless a head gives it",
                                        .arg = "N",
                                        .max = GG_WIDTH_MAX},
                                       {.name = "act",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct gg_perceptron_wish, act),
                                        .help = "activation of the hidden layers",
                                        .choices = GG_ACTS},
                                       {.name = "act-last",
                                        .type = GG_OPT_FLAG,
                                        .offset = offsetof(struct gg_perceptron_wish, act_last),
                                        .help = "the activation behind the last layer, too"},
                                       {.name = "weights",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct gg_perceptron_wish, weights),
                                        .help = "scale: e3nn, divided by sqrt(inputs), or plain, as they are",
                                        .choices = GG_WEIGHTS},
                                       GG_ACT_CONSTANTS_KEY(offsetof(struct gg_perceptron_wish, constants)),
                                       {0}};

static int64_t rows(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_shape_rows(&l->in[0], g);
}

static size_t saved_bytes(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_perceptron_saved_bytes(l->plan, rows(l, g));
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    (void)n_thread;
    return gg_perceptron_scratch_bytes(l->plan, rows(l, g));
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_perceptron_wish *h = l->hyper;
    struct gg_perceptron *p = l->plan = GG_NEW(a, struct gg_perceptron, 1);
    if (gg_one_input(l, err) < 0 || gg_need_key(h->outputs, "outputs", "the number of outputs", err) < 0 ||
        gg_perceptron_init(p, a, &l->in[0], h, err) < 0)
        return -1;
    l->n_weight = p->n_weight;
    l->kinks = p->kinks;
    l->out = p->out;
    l->saved_bytes = saved_bytes;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    return gg_perceptron_weight(l->plan, k, out);
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    gg_perceptron_init_weights(l->plan, w, r);
}

static void forward(const struct gg_call *call)
{
    gg_perceptron_forward(call->l->plan, call->w, rows(call->l, call->g), call->x[0], call->y, call->saved,
                          call->scratch);
}

static void backward(const struct gg_call *call)
{
    gg_perceptron_backward(call->l->plan, call->w, rows(call->l, call->g), call->x[0], call->dy, call->dx[0],
                           call->dw, call->saved, call->scratch);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_perceptron *p = l->plan;
    double flops = gg_perceptron_flops(p, rows(l, g));
    return (struct gg_cost){.flops_forward = flops,
                            .flops_backward = 2 * flops,
                            .bytes = sizeof(gg_real) * (double)rows(l, g) *
                                     (l->in[0].stride + 2 * p->row + l->out.stride)};
}

static const struct gg_layer_case cases[] = {
    {"readout", {"8x0e+8x1o"}, "hidden=32,32 outputs=20"},
    {"odd widths", {"3x0e+2x1o+5x0e"}, "hidden=7 outputs=9 act=tanh constants=e3nn"},
    {"deep", {"8x0e"}, "hidden=16,16,16 outputs=1 act=ssp"},
    {"on edges", {"edge:4x0e"}, "hidden=8 outputs=2"},
    {"active to the end", {"8x0e"}, "hidden=16 outputs=8 act=relu act-last=true"},
    {"plain", {"9x0e"}, "hidden=7 outputs=5 weights=plain", .no_unit_scale = true},
    {"at times", {"node*time:4x0e+1x1o"}, "hidden=8 outputs=3"},
    {"with lifts", {"edge*lift:4x0e"}, "hidden=8 outputs=2"},
    {"times of the graph", {"graph*time:5x0e"}, "hidden=6 outputs=4"},
    {0}};

const struct gg_layer_type gg_layer_mlp = {
    .name = "mlp",
    .about = "a perceptron with biases on the scalars of every row",
    .source = "e3nn FullyConnectedNet's scale, with biases; plain: Bapst et al. 2020",
    .hypers = hypers,
    .hyper_size = sizeof defaults,
    .hyper_defaults = &defaults,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights};
