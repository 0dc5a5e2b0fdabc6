/* invariants.c -- what of a value no rotation changes: its scalars, and the norms of its other channels
 *
 *     y_c = x_c                                                     0e
 *     y_c = sqrt((1/n) sum_m x_{m,c}^2 + eps)                       others;  n = 2l + 1 (component), or 1 (none)
 *     y_c = (1/n) sum_m x_{m,c}^2                                   others, with squared
 *
 * Schuett et al. 2021 (arXiv 2102.03150, |V| of PaiNN).  With `of: all` the scalars are replaced, too.  Where the norm is 0, which only
 * eps = 0 allows, its gradient is 0.  x: any axis and irreps.  y: the same axis, a 0e for every channel of x, in order.  No parameters. */
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/irreps_key.h"

#include <math.h>
#include <string.h>

struct hypers {
    int of, normalise;
    bool squared;
    double eps;
};
static const struct hypers defaults = {.eps = 1e-8};

#define AT(field) offsetof(struct hypers, field)
static const struct gg_opt hypers[] = {
    {"of", GG_OPT_CHOICE, AT(of), "whose norms: channels that turn (0e stays as it is), or all",
     .choices = "turning|all"},
    {"normalise", GG_OPT_CHOICE, AT(normalise), "mean square of the components, or their sum",
     .choices = "component|none"},
    {"squared", GG_OPT_FLAG, AT(squared), "squares of norms, without a root"},
    {"eps", GG_OPT_REAL, AT(eps), "added under the root", .arg = "EPS", .max = 1},
    {0}};
#undef AT

/* Of each block: whether it stays, 1/n, and its first channel in y. */
struct plan {
    bool stays[GG_IRREPS_MAX];
    gg_real factor[GG_IRREPS_MAX];
    int to[GG_IRREPS_MAX];
};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    const struct gg_irreps *in = &l->in[0].irreps;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    struct gg_irreps out = {.n = 1, .b = {{0, 0, 1}}};
    bool any = false;
    if (gg_one_input(l, err) < 0)
        return -1;
    for (int b = 0; b < in->n; b++) {
        p->stays[b] = h->of == 0 && in->b[b].l == 0 && in->b[b].p == 1;
        p->factor[b] = h->normalise == 0 ? 1 / (gg_real)(2 * in->b[b].l + 1) : 1;
        p->to[b] = out.b[0].mul;
        out.b[0].mul += in->b[b].mul;
        any |= !p->stays[b];
    }
    if (!any)
        return gg_fail(err, GG_USAGE, "in: the value has scalars (0e) only: there are no norms to take");
    if (gg_irreps_check(&out, err) < 0)
        return gg_err_prefix(err, "in: ");
    gg_shape_init(&l->out, l->in[0].axis, &out);
    l->out.edges = l->in[0].edges;
    l->spares_y = true;
    return 0;
}

/* (1/n) sum_m x_m^2 of a channel: x at its first component. */
static gg_real mean_square(const struct gg_layer *l, int b, const gg_real *x)
{
    const struct plan *p = l->plan;
    gg_real sum = 0;
    for (int m = 0; m < 2 * l->in[0].irreps.b[b].l + 1; m++)
        sum += x[m * l->in[0].pad[b]] * x[m * l->in[0].pad[b]];
    return p->factor[b] * sum;
}

static gg_real root(const struct hypers *h, gg_real square)
{
    return (gg_real)sqrt((double)square + h->eps);
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct hypers *h = l->hyper;
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        gg_real *y = call->y + i * l->out.stride;
        memset(y, 0, sizeof *y * (size_t)l->out.stride);
        for (int b = 0; b < l->in[0].irreps.n; b++)
            for (int c = 0; c < l->in[0].irreps.b[b].mul; c++) {
                const gg_real *x = call->x[0] + i * l->in[0].stride + l->in[0].offset[b] + c;
                gg_real square = p->stays[b] ? 0 : mean_square(l, b, x);
                y[p->to[b] + c] = p->stays[b] ? *x : h->squared ? square : root(h, square);
            }
    }
}

/* d y / d x_m = slope x_m */
static gg_real slope(const struct gg_layer *l, int b, const gg_real *x)
{
    const struct hypers *h = l->hyper;
    const struct plan *p = l->plan;
    if (h->squared)
        return 2 * p->factor[b];
    gg_real norm = root(h, mean_square(l, b, x));
    return norm > 0 ? p->factor[b] / norm : 0;
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
    if (!call->dx[0])
        return;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        for (int b = 0; b < l->in[0].irreps.n; b++)
            for (int c = 0; c < l->in[0].irreps.b[b].mul; c++) {
                int64_t at = i * l->in[0].stride + l->in[0].offset[b] + c;
                gg_real d = call->dy[i * l->out.stride + p->to[b] + c];
                gg_real by = p->stays[b] ? d : d * slope(l, b, call->x[0] + at);
                for (int m = 0; m < 2 * l->in[0].irreps.b[b].l + 1; m++) {
                    int64_t k = at + m * l->in[0].pad[b];
                    call->dx[0][k] += p->stays[b] ? by : by * call->x[0][k];
                }
            }
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->in[0], g, 2, 4, 1);
}

static const struct gg_layer_case cases[] = {
    {"norms beside scalars", {"8x0e+9x1o+2x2e"}, ""},
    {"of every channel", {"3x0e+2x0o+4x1e"}, "of=all eps=0.01"},
    {"squared", {"edge:1x0e+1x1o+1x2e"}, "squared=true of=all normalise=none", .no_unit_scale = true},
    {"mean squares", {"5x2e+17x1o"}, "squared=true"},
    {"plain norms", {"node*time:4x0e+4x1o"}, "normalise=none eps=0", .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_invariants = {
    .name = "invariants",
    .about = "scalars, and the norms of the channels that turn",
    .source = "Schuett et al. 2021, arXiv 2102.03150 (PaiNN), the norm in its update",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES};
