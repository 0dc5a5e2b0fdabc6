/* pool.c -- many rows to one: of the particles of a frame, of the times or of the lifts of a particle
 *
 *     y = (1/n) sum_{q < n} x_q   or   y = sum_{q < n} x_q,   q along one factor of the axis of x: base, time or lift
 *
 * Zaheer et al. 2017, arXiv 1703.06114 (deep sets): what an invariant read-out of a set must do.  Sums are made in double, over
 * particles and edges in a fixed tree.  x: an axis with that factor, any irreps.  y: the axis without it (a base becomes the
 * graph), the same irreps; 0 where nothing is summed.  No parameters. */
#include "nn/layer.h"
#include "nn/inputs.h"

#include <string.h>

enum over { OVER_BASE, OVER_NODE, OVER_EDGE, OVER_TIME, OVER_LIFT };
enum reduce { MEAN, SUM };
#define OVER "base|node|edge|time|lift"

struct hypers {
    int over, reduce;
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {{.name = "over",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct hypers, over),
                                        .help = "what is summed over; base: nodes or edges, whichever it is",
                                        .choices = OVER},
                                       {.name = "reduce",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct hypers, reduce),
                                        .help = "the mean or the sum",
                                        .choices = "mean|sum"},
                                       {0}};

/* Row (o n + q) inner + k of x goes to row o inner + k of y. */
struct cut {
    int64_t outer, n, inner;
};

static bool over_base(const struct gg_layer *l)
{
    const struct hypers *h = l->hyper;
    return h->over == OVER_BASE || h->over == OVER_NODE || h->over == OVER_EDGE;
}

static struct cut cut_of(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct hypers *h = l->hyper;
    int axis = l->in[0].axis;
    int64_t lifts = gg_axis_lifts(axis), times = axis & GG_PER_TIME ? g->n_time : 1;
    int64_t rows = gg_shape_rows(&l->in[0], g), base = times > 0 ? rows / (times * lifts) : 0;
    if (h->over == OVER_TIME)
        return (struct cut){base, times, lifts};
    if (h->over == OVER_LIFT)
        return (struct cut){base * times, lifts, 1};
    return (struct cut){1, base, times * lifts};
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    struct cut c = cut_of(l, g);
    (void)n_thread;
    return sizeof(double) * (size_t)(c.inner * l->out.stride) +
           gg_tree_sum_f64_bytes(c.n, c.inner * l->out.stride);
}

static bool has_factor(int axis, int over)
{
    int base = gg_axis_base(axis);
    switch ((enum over)over) {
    case OVER_BASE:
        return base != GG_ON_GRAPH;
    case OVER_NODE:
        return base == GG_ON_NODE;
    case OVER_EDGE:
        return base == GG_ON_EDGE;
    case OVER_TIME:
        return axis & GG_PER_TIME;
    case OVER_LIFT:
        return axis >> GG_LIFT_SHIFT != 0;
    }
    return false;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    static const char *const factor[] = {"nodes and no edges", "nodes", "edges", "times", "lifts"};
    const struct hypers *h = l->hyper;
    int axis = l->in[0].axis;
    char text[64];
    (void)a;
    if (gg_one_input(l, err) < 0)
        return -1;
    gg_axis_print(axis, text);
    if (!has_factor(axis, h->over))
        return gg_fail(err, GG_USAGE, "over: the value lives on %s: there are no %s to sum over", text,
                       factor[h->over]);
    if (h->over == OVER_TIME)
        axis &= ~GG_PER_TIME;
    else if (h->over == OVER_LIFT)
        axis &= GG_BASE_BITS | GG_PER_TIME;
    else
        axis = (axis & ~GG_BASE_BITS) | GG_ON_GRAPH;
    l->out = l->in[0];
    l->out.axis = axis;
    l->scratch_bytes = over_base(l) ? scratch_bytes : NULL;
    l->spares_x = l->spares_y = true;
    return 0;
}

static double factor_of(const struct gg_layer *l, const struct cut *c)
{
    const struct hypers *h = l->hyper;
    return h->reduce == MEAN && c->n > 0 ? 1 / (double)c->n : 1;
}

struct job {
    const gg_real *x;
    int64_t numbers; /* of what one base element has */
};

static void add_elements(void *context, int64_t first, int64_t last, double *part)
{
    const struct job *j = context;
    for (int64_t q = first; q < last; q++)
        for (int64_t k = 0; k < j->numbers; k++)
            part[k] += (double)j->x[q * j->numbers + k];
}

static void sum_base(const struct gg_call *call, const struct cut *c)
{
    int64_t n = c->inner * call->l->out.stride;
    double *sum = call->scratch, factor = factor_of(call->l, c);
    memset(sum, 0, sizeof *sum * (size_t)n);
    gg_tree_sum_f64(c->n, n, sum, sum + n, add_elements, &(struct job){call->x[0], n});
    for (int64_t k = 0; k < n; k++)
        call->y[k] = (gg_real)(factor * sum[k]);
}

static void forward(const struct gg_call *call)
{
    struct cut c = cut_of(call->l, call->g);
    int64_t n = c.inner * call->l->out.stride;
    double factor = factor_of(call->l, &c);
    if (over_base(call->l)) {
        sum_base(call, &c);
        return;
    }
#pragma omp parallel for schedule(static)
    for (int64_t o = 0; o < c.outer; o++)
        for (int64_t k = 0; k < n; k++) {
            double sum = 0;
            for (int64_t q = 0; q < c.n; q++)
                sum += (double)call->x[0][(o * c.n + q) * n + k];
            call->y[o * n + k] = (gg_real)(factor * sum);
        }
}

static void backward(const struct gg_call *call)
{
    struct cut c = cut_of(call->l, call->g);
    int64_t n = c.inner * call->l->out.stride;
    gg_real factor = (gg_real)factor_of(call->l, &c);
    if (!call->dx[0])
        return;
#pragma omp parallel for schedule(static)
    for (int64_t oq = 0; oq < c.outer * c.n; oq++)
        for (int64_t k = 0; k < n; k++)
            call->dx[0][oq * n + k] += factor * call->dy[oq / c.n * n + k];
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->in[0], g, 1, 2, 1);
}

static const struct gg_layer_case cases[] = {
    {"nodes", {"8x0e+3x1o"}, "", .no_unit_scale = true},
    {"sum of edges", {"edge:4x0e+2x2e"}, "over=edge reduce=sum", .no_unit_scale = true},
    {"nodes at times", {"node*time:3x0e+2x1e"}, "over=node", .no_unit_scale = true},
    {"times of nodes", {"node*time:5x0e+1x1o"}, "over=time", .no_unit_scale = true},
    {"times of the graph", {"graph*time:5x0e"}, "over=time reduce=sum", .no_unit_scale = true},
    {"lifts", {"node*time*lift:2x0e+2x2e"}, "over=lift", .no_unit_scale = true},
    {"nodes with lifts", {"node*time*lift:3x0e"}, "reduce=sum", .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_pool = {.name = "pool",
                                            .about = "the mean or sum over particles, edges, times or lifts",
                                            .source = "Zaheer et al. 2017, arXiv 1703.06114",
                                            GG_LAYER_KEYS,
                                            GG_LAYER_PASSES};
