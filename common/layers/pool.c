/* pool.c -- many rows to one: of the particles of a frame, of the times or of the lifts of a particle
 *
 *     y = (1/n) sum_{q < n} x_q   or   y = sum_{q < n} x_q,   q along one factor of the axis of x: base, time or lift
 *     y = sum_q w_q x_q / sum_q w_q   or   y = sum_q w_q x_q,   q along the base, with a second value w
 *
 * Zaheer et al. 2017, arXiv 1703.06114 (deep sets): what an invariant read-out of a set must do.  Sums are made in double, over
 * particles and edges in a fixed tree.  x: an axis with that factor, any irreps.  w: 1x0e on the base of x, 0 or more: what counts.  y: the
 * axis without it (a base becomes the graph), the same irreps; 0 where nothing is summed, or no weight is above 0.  No parameters. */
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
    int64_t numbers = c.inner * l->out.stride + 1; /* and the weight */
    return sizeof(double) * (size_t)numbers + gg_tree_sum_f64_bytes(c.n, numbers);
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

static int check_weights(const struct gg_layer *l, struct gg_err *err)
{
    char axis[64], irreps[GG_IRREPS_TEXT];
    const struct gg_shape *w = &l->in[1];
    int base = gg_axis_base(l->in[0].axis);
    if (!over_base(l))
        return gg_fail(err, GG_USAGE, "in: weights are of nodes or edges: over is base, node or edge");
    gg_axis_print(w->axis, axis);
    if (w->axis != base)
        return gg_fail(err, GG_USAGE, "in: the weights live on %s, the value's own on %s are wanted", axis,
                       base == GG_ON_NODE ? "node" : "edge");
    gg_irreps_print(&w->irreps, irreps);
    if (w->irreps.n != 1 || w->irreps.b[0].l || w->irreps.b[0].p != 1 || w->irreps.b[0].mul != 1)
        return gg_fail(err, GG_USAGE, "in: the weights are %s, one number a row (1x0e) is wanted", irreps);
    return 0;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    static const char *const factor[] = {"nodes and no edges", "nodes", "edges", "times", "lifts"};
    const struct hypers *h = l->hyper;
    int axis = l->in[0].axis;
    char text[64];
    (void)a;
    if (l->n_in < 1 || l->n_in > 2)
        return gg_fail(err, GG_USAGE, "in: %d values; pool takes one, or one and its weights", l->n_in);
    gg_axis_print(axis, text);
    if (!has_factor(axis, h->over))
        return gg_fail(err, GG_USAGE, "over: the value lives on %s: there are no %s to sum over", text,
                       factor[h->over]);
    if (l->n_in == 2 && check_weights(l, err) < 0)
        return -1;
    if (h->over == OVER_TIME)
        axis &= ~GG_PER_TIME;
    else if (h->over == OVER_LIFT)
        axis &= GG_BASE_BITS | GG_PER_TIME;
    else
        axis = (axis & ~GG_BASE_BITS) | GG_ON_GRAPH;
    l->out = l->in[0];
    l->out.axis = axis;
    l->scratch_bytes = over_base(l) ? scratch_bytes : NULL;
    l->weighed = l->n_in == 2;
    l->spares_x = l->spares_y = !l->weighed;
    return 0;
}

/* Of the sums, where all weights together are `total`. */
static double factor_of(const struct gg_layer *l, double total)
{
    const struct hypers *h = l->hyper;
    return h->reduce == SUM ? 1 : total > 0 ? 1 / total : 0;
}

struct job {
    const gg_real *x, *w; /* w NULL: all count 1 */
    int64_t numbers;      /* of what one base element has */
    int w_stride;
};

static double weight_of(const struct job *j, int64_t q)
{
    return j->w ? (double)j->w[q * j->w_stride] : 1;
}

static struct job job_of(const struct gg_call *call, const struct cut *c)
{
    const struct gg_layer *l = call->l;
    return (struct job){call->x[0], l->weighed ? call->x[1] : NULL, c->inner * l->out.stride,
                        l->in[1].stride};
}

static void add_elements(void *context, int64_t first, int64_t last, double *part)
{
    const struct job *j = context;
    for (int64_t q = first; q < last; q++) {
        double w = weight_of(j, q);
        for (int64_t k = 0; k < j->numbers; k++)
            part[k] += w * (double)j->x[q * j->numbers + k];
        part[j->numbers] += w;
    }
}

static void sum_base(const struct gg_call *call, const struct cut *c)
{
    struct job j = job_of(call, c);
    int64_t n = j.numbers;
    double *sum = call->scratch;
    memset(sum, 0, sizeof *sum * (size_t)(n + 1));
    gg_tree_sum_f64(c->n, n + 1, sum, sum + n + 1, add_elements, &j);
    double factor = factor_of(call->l, sum[n]);
    for (int64_t k = 0; k < n; k++)
        call->y[k] = (gg_real)(factor * sum[k]);
}

static void forward(const struct gg_call *call)
{
    struct cut c = cut_of(call->l, call->g);
    int64_t n = c.inner * call->l->out.stride;
    double factor = factor_of(call->l, (double)c.n);
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

/* dx_q = f w_q dy, dw_q = dy (f x_q - y / sum w), of a sum dy x_q */
static void backward_weighed(const struct gg_call *call, const struct cut *c)
{
    const struct hypers *h = call->l->hyper;
    struct job j = job_of(call, c);
    double total = 0;
    for (int64_t q = 0; q < c->n; q++)
        total += weight_of(&j, q);
    double factor = factor_of(call->l, total), mean = h->reduce == MEAN ? factor : 0;
#pragma omp parallel for schedule(static)
    for (int64_t q = 0; q < c->n; q++) {
        gg_real w = (gg_real)(factor * weight_of(&j, q));
        double slope = 0;
        for (int64_t k = 0; k < j.numbers; k++) {
            slope +=
                (double)call->dy[k] * (factor * (double)j.x[q * j.numbers + k] - mean * (double)call->y[k]);
            if (call->dx[0])
                call->dx[0][q * j.numbers + k] += w * call->dy[k];
        }
        if (call->dx[1])
            call->dx[1][q * j.w_stride] += (gg_real)slope;
    }
}

static void backward(const struct gg_call *call)
{
    struct cut c = cut_of(call->l, call->g);
    int64_t n = c.inner * call->l->out.stride;
    gg_real factor = (gg_real)factor_of(call->l, (double)c.n);
    if (call->l->weighed)
        backward_weighed(call, &c);
    if (call->l->weighed || !call->dx[0])
        return;
#pragma omp parallel for schedule(static)
    for (int64_t oq = 0; oq < c.outer * c.n; oq++)
        for (int64_t k = 0; k < n; k++)
            call->dx[0][oq * n + k] += factor * call->dy[oq / c.n * n + k];
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->in[0], g, l->weighed ? 2 : 1, l->weighed ? 5 : 2, 1);
}

static const struct gg_layer_case cases[] = {
    {"nodes", {"8x0e+3x1o"}, "", .no_unit_scale = true},
    {"sum of edges", {"edge:4x0e+2x2e"}, "over=edge reduce=sum", .no_unit_scale = true},
    {"nodes at times", {"node*time:3x0e+2x1e"}, "over=node", .no_unit_scale = true},
    {"times of nodes", {"node*time:5x0e+1x1o"}, "over=time", .no_unit_scale = true},
    {"times of the graph", {"graph*time:5x0e"}, "over=time reduce=sum", .no_unit_scale = true},
    {"lifts", {"node*time*lift:2x0e+2x2e"}, "over=lift", .no_unit_scale = true},
    {"nodes with lifts", {"node*time*lift:3x0e"}, "reduce=sum", .no_unit_scale = true},
    {"weighed nodes", {"8x0e+3x1o", "1x0e"}, "", .no_unit_scale = true},
    {"weighed sum of edges", {"edge:4x0e+2x2e", "edge:1x0e"}, "reduce=sum", .no_unit_scale = true},
    {"weighed nodes at times", {"node*time*lift:3x0e+2x1e", "1x0e"}, "over=node", .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_pool = {
    .name = "pool",
    .about = "the mean or sum over particles, edges, times or lifts, weighed or not",
    .source = "Zaheer et al. 2017, arXiv 1703.06114",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES};
