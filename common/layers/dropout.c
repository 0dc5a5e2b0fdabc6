/* dropout.c -- channels left out at random while training
 *
 *     y_{i,b,m,c} = x_{i,b,m,c} k_{i,b,c} / (1 - rate),   k = 0 with probability rate, else 1
 *
 * Srivastava et al. 2014, JMLR 15, 1929; with one k for all components m of a channel, as e3nn's nn.Dropout, so that what is left
 * turns with x; or with one k for everything (each: configuration): a branch that is added to a skip connection is left out as a whole,
 * stochastic depth (Huang et al. 2016, arXiv 1603.09382).  Every row draws from a stream of its own, and backward draws again.  Prediction: y = x.
 * x: any axis and irreps.  y: the same.  No parameters. */
#include "nn/layer.h"
#include "nn/inputs.h"

#include <math.h>
#include <string.h>

enum { EACH_CHANNEL, EACH_CONFIGURATION };
struct hypers {
    double rate;
    int each;
};
static const struct hypers defaults = {.rate = 0.1};

static const struct gg_opt hypers[] = {{.name = "rate",
                                        .type = GG_OPT_REAL,
                                        .offset = offsetof(struct hypers, rate),
                                        .help = "probability that a channel of a row is left out",
                                        .arg = "RATE",
                                        .max = 0.99},
                                       {.name = "each",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct hypers, each),
                                        .help = "what is left out at once: a channel of a row, or everything",
                                        .choices = "channel|configuration"},
                                       {0}};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    (void)a;
    if (gg_one_input(l, err) < 0)
        return -1;
    l->out = l->in[0];
    l->draws = h->rate > 0;
    l->spares_x = l->spares_y = true;
    return 0;
}

/* Forward: y = k x / (1 - rate), y of zeros; backward, with dy for x: dx += the same. */
static void add_row(const struct gg_call *call, int64_t row, const gg_real *x, gg_real *y)
{
    const struct gg_shape *s = &call->l->out;
    const struct hypers *h = call->l->hyper;
    bool whole = h->each == EACH_CONFIGURATION;
    struct gg_rng r = gg_rng_fork(&call->random, whole ? 0 : (uint64_t)row);
    uint32_t dropped = (uint32_t)lrint(ldexp(h->rate, 31));
    gg_real scale = (gg_real)(1 / (1 - h->rate));
    bool none = whole && gg_rng_u32(&r) >> 1 < dropped;
    for (int b = 0; b < s->irreps.n; b++)
        for (int c = 0; c < s->irreps.b[b].mul; c++) {
            if (whole ? none : gg_rng_u32(&r) >> 1 < dropped)
                continue;
            for (int m = 0, at = s->offset[b] + c; m < 2 * s->irreps.b[b].l + 1; m++, at += s->pad[b])
                y[at] += scale * x[at];
        }
}

static void forward(const struct gg_call *call)
{
    int64_t n_row = gg_shape_rows(&call->l->out, call->g), stride = call->l->out.stride;
    if (!call->train || !call->l->draws) {
        memcpy(call->y, call->x[0], sizeof *call->y * (size_t)(n_row * stride));
        return;
    }
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        memset(call->y + i * stride, 0, sizeof *call->y * (size_t)stride);
        add_row(call, i, call->x[0] + i * stride, call->y + i * stride);
    }
}

static void backward(const struct gg_call *call)
{
    int64_t n_row = gg_shape_rows(&call->l->out, call->g), stride = call->l->out.stride;
    bool draws = call->train && call->l->draws;
    if (!call->dx[0])
        return;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        const gg_real *dy = call->dy + i * stride;
        gg_real *dx = call->dx[0] + i * stride;
        if (draws)
            add_row(call, i, dy, dx);
        for (int k = 0; !draws && k < stride; k++)
            dx[k] += dy[k];
    }
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 1, 1, 2);
}

static const struct gg_layer_case cases[] = {{"half", {"8x0e+4x1o+3x2e"}, "rate=0.5"},
                                             {"some", {"5x0e+17x1e+2x0o"}, "rate=0.2"},
                                             {"none", {"4x0e+4x1o"}, "rate=0"},
                                             {"on edges", {"edge:6x0e+2x1o"}, ""},
                                             {"branch", {"4x0e+2x1o"}, "rate=0.5 each=configuration"},
                                             {"at times", {"node*time:3x0e+2x1o"}, "rate=0.3"},
                                             {0}};

const struct gg_layer_type gg_layer_dropout = {
    .name = "dropout",
    .about = "channels left out at random while training, all components of one together",
    .source = "Srivastava et al. 2014, JMLR 15, 1929; e3nn nn.Dropout",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES};
