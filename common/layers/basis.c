/* basis.c -- functions of time, or of a number of the configuration: conditions for film and adagn
 *
 *     y_k = q_k(s),   s = ln t;  ln t - ln u of time and a number u;  ln u, u or 1/u of a number alone
 *     u = v, the number of the frame, or what `table` has for it: ln u is linear in 1/v between two entries, and beyond by the last two;
 *     with `learned` a parameter is added to ln u of each entry: an offset of log time for each temperature, say
 *
 * q: the functions of nn/basis.h; of time orthonormal on the training times, the mean over them of q_j q_k is delta_jk; else on `points`, if
 * there are any.  Gupta, Brandstetter 2022 (fourier).
 *
 * x: the source time (graph x time, ln t), or a number of the frame (graph, 1x0e), or both.  y: n x 0e, on graph x time if time is there.
 * Parameters: with `learned` offset [entries], in the order of the table, 0 at start; else none. */
#include "nn/basis.h"
#include "nn/layer.h"

#include <math.h>

#define MAPS(X) X(LOG, "log") X(LINEAR, "linear") X(INVERSE, "inverse")
enum { MAPS(GG_CHOICE_ENUM) };

struct hypers {
    int kind, map;
    int64_t n;
    double alpha, x_0, x_1;
    struct gg_reals range, points, table;
    bool orthonormal, learned;
};
static const struct hypers defaults = {.alpha = 2, .x_0 = 1, .x_1 = 12, .orthonormal = true};

#define AT(field) offsetof(struct hypers, field)
static const struct gg_opt hypers[] = {
    {"kind", GG_OPT_CHOICE, AT(kind), "functions", .choices = GG_BASES},
    {"n", GG_OPT_INT, AT(n), "number of functions; 0: 5, of fourier 4, of one-hot one a training time",
     .arg = "N", .max = GG_BASIS_MAX},
    {"alpha", GG_OPT_REAL, AT(alpha), "laguerre: a", .arg = "A", .max = 20, .when = "kind=laguerre"},
    {"x_0", GG_OPT_REAL, AT(x_0), "laguerre: x where the range begins", .arg = "X", .max = 100,
     .when = "kind=laguerre"},
    {"x_1", GG_OPT_REAL, AT(x_1), "laguerre: how much larger x is where it ends", .arg = "X", .min = 1e-6,
     .max = 1000, .when = "kind=laguerre"},
    {"range", GG_OPT_REALS, AT(range),
     "where y is 0 and 1; default: the first and the last of the points, or of the training set",
     .arg = "FIRST,LAST"},
    {"table", GG_OPT_REALS, AT(table), "of a number: values, increasing, each with what is read in its place",
     .arg = "VALUE,NUMBER,..."},
    {"learned", GG_OPT_FLAG, AT(learned), "the table is where training begins; its logarithms are parameters",
     .when = "table"},
    {"map", GG_OPT_CHOICE, AT(map), "of a number alone: s is its logarithm, itself, or 1 over it",
     .choices = GG_CHOICE_WORDS(MAPS)},
    {"points", GG_OPT_REALS, AT(points),
     "orthonormal on these; default: the training times, of a number none", .arg = "X,..."},
    {"orthonormal", GG_OPT_FLAG, AT(orthonormal), "on the points; else functions as they are"},
    {0}};
#undef AT

struct plan {
    struct gg_basis basis;
    int time, number; /* among the inputs; -1: none */
    int map;
    int n_table;           /* entries */
    double *inverse, *log; /* [n_table] 1/v and ln u, in the order of 1/v */
};

/* ---- init ---- */

static double mapped(int map, double v)
{
    return map == LOG ? log(v) : map == INVERSE ? 1 / v : v;
}

/* Where a number is in the table: 1/v is `part` of the way from entry k to the next, below 0 or above 1 beyond the ends. */
struct place {
    int k;
    double part, slope; /* of part in v */
};

static struct place place_of(const struct plan *p, double v)
{
    struct place at = {0};
    while (at.k < p->n_table - 2 && 1 / v > p->inverse[at.k + 1])
        at.k++;
    double apart = p->inverse[at.k + 1] - p->inverse[at.k];
    at.part = (1 / v - p->inverse[at.k]) / apart;
    at.slope = -1 / (v * v * apart);
    return at;
}

/* ln u of entry k; offset: the parameters, or NULL. */
static double log_of(const struct plan *p, const gg_real *offset, int k)
{
    return p->log[k] + (offset ? (double)offset[p->n_table - 1 - k] : 0);
}

/* s of u, from ln u; its slope in ln u. */
static double mapped_log(int map, double log_u, double *slope)
{
    double u = exp(log_u);
    *slope = map == LOG ? 1 : map == INVERSE ? -1 / u : u;
    return map == LOG ? log_u : mapped(map, u);
}

/* s of a number, and its slope in v. */
static double of_number(const struct plan *p, const gg_real *offset, double v, double *slope)
{
    if (!p->n_table) {
        *slope = p->map == LOG ? 1 / v : p->map == INVERSE ? -1 / (v * v) : 1;
        return mapped(p->map, v);
    }
    struct place at = place_of(p, v);
    double low = log_of(p, offset, at.k), rise = log_of(p, offset, at.k + 1) - low,
           s = mapped_log(p->map, low + rise * at.part, slope);
    *slope *= rise * at.slope;
    return s;
}

static int init_table(struct plan *p, const struct gg_reals *t, struct gg_arena *a, struct gg_err *err)
{
    if (!t->n)
        return 0;
    if (p->number < 0)
        return gg_fail(err, GG_USAGE, "table: is of a number of the frame, and in has none");
    if (t->n % 2 || t->n < 4)
        return gg_fail(
            err, GG_USAGE,
            "table: %d numbers; values and what is read in their place, in turn, two of each at least", t->n);
    p->n_table = t->n / 2;
    p->inverse = GG_NEW(a, double, (size_t)p->n_table);
    p->log = GG_NEW(a, double, (size_t)p->n_table);
    for (int k = 0; k < t->n; k++)
        if (!(t->v[k] > (k % 2 == 0 && k ? t->v[k - 2] : 0)))
            return gg_fail(err, GG_USAGE,
                           "table: %g at place %d: values above 0 and increasing are wanted, "
                           "numbers above 0 beside them",
                           t->v[k], k + 1);
    for (int k = 0; k < p->n_table; k++) {
        p->inverse[p->n_table - 1 - k] = 1 / t->v[2 * k];
        p->log[p->n_table - 1 - k] = log(t->v[2 * k + 1]);
    }
    return 0;
}

static int check_inputs(const struct gg_layer *l, struct plan *p, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    p->time = p->number = -1;
    p->map = h->map;
    for (int k = 0; k < l->n_in; k++) {
        const struct gg_irreps *x = &l->in[k].irreps;
        bool one = x->n == 1 && x->b[0].l == 0 && x->b[0].p == 1 && x->b[0].mul == 1;
        int *place = l->in[k].axis == GG_ON_GRAPH                   ? &p->number
                     : l->in[k].axis == (GG_ON_GRAPH | GG_PER_TIME) ? &p->time
                                                                    : NULL;
        if (!one || !place || *place >= 0)
            return gg_fail(err, GG_USAGE,
                           "in: basis takes time, one number of the frame (inputs.graph), or time and one "
                           "number, and value %d is another",
                           k + 1);
        *place = k;
    }
    if (p->time >= 0 && p->map != LOG)
        return gg_fail(err, GG_USAGE, "map: times are read as logarithms");
    if (p->time < 0 && p->number < 0)
        return gg_fail(err, GG_USAGE, "in: basis takes time, or a number of the frame");
    if (h->kind == GG_BASIS_ONE_HOT && (p->time < 0 || p->number >= 0 || h->points.n))
        return gg_fail(err, GG_USAGE, "kind: one-hot is for the training times: in: time, without points");
    return 0;
}

/* s at n values, in `a`. */
static int map_values(const struct plan *p, const struct gg_reals *v, const char *key, struct gg_arena *a,
                      const double **out, struct gg_err *err)
{
    double *s = GG_NEW(a, double, (size_t)v->n + 1);
    for (int k = 0; k < v->n; k++) {
        if (p->map != LINEAR && !(v->v[k] > 0))
            return gg_fail(err, GG_USAGE, "%s: %g, and numbers above 0 are wanted (map: linear takes others)",
                           key, v->v[k]);
        s[k] = mapped(p->map, v->v[k]);
        for (int q = 0; q < k; q++)
            if (s[q] == s[k])
                return gg_fail(err, GG_USAGE, "%s: %g comes twice", key, v->v[k]);
    }
    *out = s;
    return 0;
}

/* Of the training set: where s is, of a number, or of the times that its frames have over it. */
static int reach_of(const struct gg_layer *l, const struct plan *p, double ends[2], struct gg_err *err)
{
    const struct gg_reach *r = &l->reach[p->number];
    double slope;
    ends[0] = INFINITY;
    ends[1] = -INFINITY;
    for (int k = 0; k < r->n; k++) {
        const double *row = r->row[k];
        double s = p->map == LINEAR || row[0] > 0 ? of_number(p, NULL, row[0], &slope) : NAN;
        double low = p->time < 0 ? s : log(row[1]) - s, high = p->time < 0 ? s : log(row[2]) - s;
        if (!isfinite(low) || !isfinite(high))
            continue;
        ends[0] = fmin(ends[0], low);
        ends[1] = fmax(ends[1], high);
    }
    if (ends[0] < ends[1])
        return 0;
    if (ends[0] == ends[1])
        return gg_fail(
            err, GG_USAGE,
            "range is missing: the training set has one value, where nothing can be learned of others");
    return gg_fail(err, GG_USAGE,
                   "range is missing: the lowest and the highest value in training, in the field's unit%s",
                   p->time < 0 ? "" : " (of the ratio of the two)");
}

static int init_points(struct gg_layer *l, struct plan *p, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct gg_reals given = h->points, times = {.n = l->n_time, .v = (double *)(uintptr_t)l->time};
    const double *ends;
    double found[2];
    if (!given.n && p->number < 0)
        given = times;
    if (map_values(p, &given, h->points.n ? "points" : "training times", a, &p->basis.point, err) ||
        map_values(p, &h->range, "range", a, &ends, err))
        return -1;
    if (h->range.n && h->range.n != 2)
        return gg_fail(err, GG_USAGE, "range: %d numbers, the first and the last are wanted", h->range.n);
    if (!h->range.n && !given.n) {
        if (reach_of(l, p, found, err))
            return -1;
        ends = found;
    }
    if (!h->range.n && given.n == 1 && h->kind != GG_BASIS_ONE_HOT)
        return gg_fail(err, GG_USAGE, "range is missing: one training time has none");
    p->basis.orthonormal = h->orthonormal;
    p->basis.n_point = h->orthonormal || h->kind == GG_BASIS_ONE_HOT ? given.n : 0;
    l->needs_times = given.v == l->time && (p->basis.n_point || !h->range.n);
    p->basis.low = h->range.n || !given.n ? ends[0] : p->basis.point[0];
    p->basis.high = h->range.n || !given.n ? ends[1] : p->basis.point[given.n - 1];
    return 0;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    static const int usual[] = {[GG_BASIS_LAGUERRE] = 5, 5, 4, 5, 0};
    const struct hypers *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    if (check_inputs(l, p, err) || init_table(p, &h->table, a, err) || init_points(l, p, a, err))
        return -1;
    int n = h->kind == GG_BASIS_ONE_HOT ? l->n_time : h->n > 0 ? (int)h->n : usual[h->kind];
    if (h->kind == GG_BASIS_ONE_HOT && ((h->n && h->n != n) || n > GG_BASIS_MAX))
        return gg_fail(err, GG_USAGE, "n: one-hot has one function for each of %d training times, at most %d",
                       n, GG_BASIS_MAX);
    if (h->kind == GG_BASIS_FOURIER && n % 2)
        return gg_fail(err, GG_USAGE, "n: %d; fourier has pairs, a cosine and a sine", n);
    if (h->kind == GG_BASIS_LAGUERRE && h->alpha > 0 && h->x_0 == 0)
        return gg_fail(err, GG_USAGE,
                       "x_0: all functions vanish at x = 0 with alpha %g, where the range begins: above 0 is "
                       "wanted, or alpha: 0",
                       h->alpha);
    p->basis.kind = (enum gg_basis_kind)h->kind;
    p->basis.n = n;
    p->basis.alpha = h->alpha;
    p->basis.x_0 = h->x_0;
    p->basis.x_1 = h->x_1;
    if (gg_basis_init(&p->basis, a, err))
        return -1;
    struct gg_irreps out = {.n = 1, .b = {{n, 0, 1}}};
    gg_shape_init(&l->out, p->time < 0 ? GG_ON_GRAPH : GG_ON_GRAPH | GG_PER_TIME, &out);
    l->n_weight = h->learned ? p->n_table : 0;
    l->own_times = h->kind == GG_BASIS_ONE_HOT;
    l->reads = p->map == LINEAR && !p->n_table ? GG_AS_THEY_ARE : GG_ABOVE_0;
    l->spares_y = true;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    *out = (struct gg_weight){.name = "offset", .ndim = 1, .shape = {l->n_weight}};
    return k == 0 && l->n_weight > 0;
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    (void)r;
    for (int64_t k = 0; k < l->n_weight; k++)
        w[k] = 0;
}

/* ---- passes: few rows, no threads ---- */

static const gg_real *offset_of(const struct gg_call *call)
{
    return call->l->n_weight > 0 ? call->w : NULL;
}

/* s of a row; its slope in the number, 0 without one. */
static double argument(const struct gg_call *call, int64_t row, double *slope)
{
    const struct plan *p = call->l->plan;
    double s = 0;
    *slope = 0;
    if (p->number >= 0)
        s = of_number(p, offset_of(call), (double)call->x[p->number][0], slope);
    if (p->time < 0)
        return s;
    *slope = -*slope;
    return (double)call->x[p->time][row * call->l->in[p->time].stride] - s;
}

static void forward(const struct gg_call *call)
{
    const struct plan *p = call->l->plan;
    double f[GG_BASIS_MAX], df[GG_BASIS_MAX], slope;
    for (int64_t i = 0; i < gg_shape_rows(&call->l->out, call->g); i++) {
        gg_basis_at(&p->basis, argument(call, i, &slope), f, df);
        gg_row_from_e3nn(&call->l->out, f, call->y + i * call->l->out.stride);
    }
}

/* Of the two entries that a row's number lies between; ds: the gradient of s. */
static void offset_gradient(const struct gg_call *call, double ds)
{
    const struct plan *p = call->l->plan;
    struct place at = place_of(p, (double)call->x[p->number][0]);
    double low = log_of(p, call->w, at.k), high = log_of(p, call->w, at.k + 1), slope;
    mapped_log(p->map, low + (high - low) * at.part, &slope);
    slope *= p->time < 0 ? 1 : -1;
    call->dw[p->n_table - 1 - at.k] += (gg_real)(slope * ds * (1 - at.part));
    call->dw[p->n_table - 2 - at.k] += (gg_real)(slope * ds * at.part);
}

static void backward(const struct gg_call *call)
{
    const struct plan *p = call->l->plan;
    double f[GG_BASIS_MAX], df[GG_BASIS_MAX], slope;
    for (int64_t i = 0; i < gg_shape_rows(&call->l->out, call->g); i++) {
        double ds = 0;
        gg_basis_at(&p->basis, argument(call, i, &slope), f, df);
        for (int k = 0; k < p->basis.n; k++)
            ds += (double)call->dy[i * call->l->out.stride + k] * df[k];
        if (p->time >= 0 && call->dx[p->time])
            call->dx[p->time][i * call->l->in[p->time].stride] += (gg_real)ds;
        if (p->number >= 0 && call->dx[p->number])
            call->dx[p->number][0] += (gg_real)(slope * ds);
        if (call->dw && call->l->n_weight > 0)
            offset_gradient(call, ds);
    }
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 20, 2, 2);
}

/* Three training times; a random number is a temperature in `linear` alone. */
static const struct gg_layer_case cases[] = {
    {"laguerre", {"graph*time:1x0e"}, "n=3", .no_unit_scale = true},
    {"exponentials", {"graph*time:1x0e"}, "n=2 alpha=0 x_0=0 x_1=11", .no_unit_scale = true},
    {"chebyshev", {"graph*time:1x0e"}, "kind=chebyshev n=3", .no_unit_scale = true},
    {"fourier", {"graph*time:1x0e"}, "kind=fourier n=2 range=0.01,1e9", .no_unit_scale = true},
    {"gaussian", {"graph*time:1x0e"}, "kind=gaussian n=2 range=0.1,1000", .no_unit_scale = true},
    {"one-hot", {"graph*time:1x0e"}, "kind=one-hot", .no_unit_scale = true},
    {"as they are", {"graph*time:1x0e"}, "n=5 orthonormal=false", .no_unit_scale = true},
    {"temperature", {"graph:1x0e"}, "kind=chebyshev n=3 map=linear range=-2,2", .no_unit_scale = true},
    {"table",
     {"graph:1x0e"},
     "kind=chebyshev n=3 map=log table=0.2,9,0.5,3,1,2.5,4,0.1 range=0.1,10",
     .no_unit_scale = true},
    {"learned table",
     {"graph:1x0e"},
     "kind=chebyshev n=3 map=inverse table=0.2,9,0.5,3,1,2.5,4,0.1 learned=true range=0.1,10",
     .no_unit_scale = true},
    {"learned relaxation time",
     {"graph*time:1x0e", "graph:1x0e"},
     "kind=gaussian n=3 table=0.5,3,1,2.5 learned=true range=0.01,1000",
     .no_unit_scale = true},
    {"points", {"graph:1x0e"}, "kind=gaussian n=2 map=linear points=-1,0.5,2", .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_basis = {
    .name = "basis",
    .about = "functions of log time or of a number of the frame: conditions",
    .source =
        "Laguerre functions: Abramowitz, Stegun 22; fourier: Gupta, Brandstetter 2022, arXiv 2209.15616",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights};
