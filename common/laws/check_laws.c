/* check_laws.c -- laws of a layer as a function: its derivative, and its symmetry */
#include "laws/check_laws.h"
#include "o3/o3.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
static const double gradient_allowed = 1e-7, turned_allowed = 1e-10, relabelled_allowed = 1e-12, step = 1e-5,
                    kink = 1e-3;
static const bool extrapolated = true; /* in single precision rounding is what counts */
#else
static const double gradient_allowed = 2e-2, turned_allowed = 1e-4, relabelled_allowed = 1e-5,
                    step = 1. / 1024, kink = 0.05;
static const bool extrapolated = false;
#endif

/* ---- gradient: <u, J v> by central differences against <J'u, v> by backward ---- */

static gg_real *moved(struct gg_check *c, const gg_real *x, const gg_real *v, int64_t n, double h)
{
    gg_real *out = GG_NEW(c->a, gg_real, (size_t)n);
    for (int64_t k = 0; k < n; k++)
        out[k] = x[k] + (gg_real)h * v[k];
    return out;
}

/* u without the outputs that have a kink within the step: their difference to either side is not the same. */
static const gg_real *without_kinks(struct gg_check *c, const gg_real *up, const gg_real *y,
                                    const gg_real *down, const gg_real *u, int64_t n)
{
    gg_real *out = GG_NEW(c->a, gg_real, (size_t)n);
    double square = 0;
    int64_t left = 0;
    for (int64_t k = 0; k < n; k++)
        square += pow((double)up[k] - (double)down[k], 2);
    for (int64_t k = 0; k < n; k++) {
        bool smooth =
            fabs((double)up[k] + (double)down[k] - 2 * (double)y[k]) <= kink * sqrt(square / (double)n);
        out[k] = smooth ? u[k] : 0;
        left += smooth;
    }
    gg_law(c, "outputs with kinks everywhere", 2 * left < n, 0);
    return out;
}

/* What a direction is tried at: the point, its output, and what forward left for backward. */
struct trial {
    const struct gg_graph *g;
    struct gg_point p;
    const gg_real *y, *u;
    void *saved;
};

/* One direction in one argument (`slot` of t->p, the same of d): the error relative to |J v|, the size of <u, J v> for a
 * random u.  d: J'u. */
static double gradient_error(struct gg_check *c, struct trial *t, gg_real **slot, const gg_real *v, int64_t n,
                             struct gg_point *d, gg_real **d_slot)
{
    gg_real *here = *slot, *ahead = moved(c, here, v, n, step), *behind = moved(c, here, v, n, -step);
    int64_t n_out = gg_value_size(&c->l.out, t->g);
    const gg_real *u = t->u;
    *slot = ahead;
    const gg_real *up = gg_run_forward(c, t->g, &t->p, NULL);
    *slot = behind;
    const gg_real *down = gg_run_forward(c, t->g, &t->p, NULL);
    *slot = here;
    if (c->l.kinks) {
        u = without_kinks(c, up, t->y, down, u, n_out);
        *d = gg_point_zero(c, t->g);
        gg_run_backward(c, t->g, &t->p, t->y, t->saved, u, d);
    }
    const gg_real *near_up = up, *near_down = down;
    if (extrapolated && !c->l.kinks) {
        *slot = moved(c, here, v, n, step / 2);
        near_up = gg_run_forward(c, t->g, &t->p, NULL);
        *slot = moved(c, here, v, n, -step / 2);
        near_down = gg_run_forward(c, t->g, &t->p, NULL);
        *slot = here;
    }
    double by_differences = 0, by_backward = 0, size = 0;
    for (int64_t k = 0; k < n_out; k++) {
        double jv = ((double)up[k] - (double)down[k]) / (2 * step);
        if (near_up != up) /* Richardson: the error of order step^2 goes out */
            jv = (4 * ((double)near_up[k] - (double)near_down[k]) / step - jv) / 3;
        by_differences += (double)u[k] * jv;
        size += jv * jv;
    }
    for (int64_t k = 0; k < n; k++) /* the step as it was rounded */
        by_backward += (double)(*d_slot)[k] * ((double)ahead[k] - (double)behind[k]) / (2 * step);
    double err = fabs(by_differences - by_backward);
    return size > 0 ? err / sqrt(size) : err;
}

static gg_real *random_weights(struct gg_check *c)
{
    gg_real *w = GG_NEW(c->a, gg_real, (size_t)c->l.n_weight);
    for (int64_t k = 0; k < c->l.n_weight; k++)
        w[k] = c->statistic && c->statistic[k] ? 0 : (gg_real)gg_rng_normal(&c->r);
    return w;
}

void gg_law_gradient(struct gg_check *c, const struct gg_liquid *s)
{
    struct trial t = {.g = &s->graph, .p = gg_point_random(c, &s->graph)};
    for (int trial = 0; trial < 3; trial++) {
        struct gg_point d = gg_point_zero(c, t.g);
        t.u = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, t.g));
        t.y = gg_run_forward(c, t.g, &t.p, &t.saved);
        gg_run_backward(c, t.g, &t.p, t.y, t.saved, t.u, &d);
        for (int k = 0; k < c->l.n_in; k++) {
            char law[32];
            const gg_real *v = gg_value_random(c, &c->l.in[k], gg_shape_rows(&c->l.in[k], t.g));
            snprintf(law, sizeof law, "gradient of input %d", k + 1);
            gg_law(c, law, gradient_error(c, &t, &t.p.x[k], v, gg_value_size(&c->l.in[k], t.g), &d, &d.x[k]),
                   gradient_allowed);
        }
        if (c->l.n_weight > 0)
            gg_law(c, "gradient of the weights",
                   gradient_error(c, &t, &t.p.w, random_weights(c), c->l.n_weight, &d, &d.w),
                   gradient_allowed);
    }
}

/* ---- symmetry: f(g x) = g f(x) ---- */

double gg_law_difference(const gg_real *a, const gg_real *b, int64_t n)
{
    double most = 0, square = 0;
    for (int64_t k = 0; k < n; k++) {
        double d = fabs((double)a[k] - (double)b[k]);
        most = d <= most ? most : d; /* keeps NaN */
        square += (double)b[k] * (double)b[k];
    }
    return square > 0 ? most / sqrt(square / (double)n) : most;
}

gg_real *gg_law_turned(struct gg_check *c, const struct gg_shape *s, int64_t n_row, const gg_real *x,
                       const double R[3][3])
{
    double *row = GG_NEW(c->a, double, (size_t)gg_irreps_dim(&s->irreps));
    gg_real *out = GG_NEW(c->a, gg_real, (size_t)(n_row * s->stride));
    for (int64_t i = 0; i < n_row; i++) {
        gg_row_to_e3nn(s, x + i * s->stride, row);
        gg_rotate_irreps(&s->irreps, R, row, 1);
        gg_row_from_e3nn(s, row, out + i * s->stride);
    }
    return out;
}

void gg_law_random_element(struct gg_check *c, bool improper, double R[3][3])
{
    double q[4];
    for (int k = 0; k < 4; k++)
        q[k] = gg_rng_normal(&c->r);
    gg_rotation_from_quaternion(q, R);
    for (int k = 0; k < 9 && improper; k++)
        R[k / 3][k % 3] = -R[k / 3][k % 3];
}

static void check_turned(struct gg_check *c, const struct gg_liquid *s, const struct gg_point *p,
                         const gg_real *y, bool improper)
{
    const struct gg_graph *g = &s->graph;
    struct gg_liquid turned;
    struct gg_point q = {.w = p->w};
    double R[3][3];
    gg_law_random_element(c, improper, R);
    gg_liquid_turned(&turned, c->a, s, (const double(*)[3])R);
    for (int k = 0; k < c->l.n_in; k++)
        q.x[k] = gg_law_turned(c, &c->l.in[k], gg_shape_rows(&c->l.in[k], g), p->x[k], (const double(*)[3])R);
    const gg_real *wanted =
        gg_law_turned(c, &c->l.out, gg_shape_rows(&c->l.out, g), y, (const double(*)[3])R);
    const gg_real *got = gg_run_forward(c, &turned.graph, &q, NULL);
    double err = gg_law_difference(got, wanted, gg_value_size(&c->l.out, g));
    if (c->l.fixed_axes)
        gg_law(c, "turns with the configuration and says it does not", err < 0.1, 0);
    else if (improper && c->l.rotations_only)
        gg_law(c, "obeys reflections and says it does not", err < 0.1, 0);
    else
        gg_law(c, improper ? "reflection" : "rotation", err, turned_allowed);
}

/* Rows of a value where the relabelling puts them. */
static gg_real *relabelled_value(struct gg_check *c, const struct gg_shape *s, const struct gg_graph *g,
                                 const gg_real *x, const int64_t *node, const int64_t *edge)
{
    gg_real *out = GG_NEW(c->a, gg_real, (size_t)gg_value_size(s, g));
    int base = gg_axis_base(s->axis);
    int64_t inner = (s->axis & GG_PER_TIME ? g->n_time : 1) * gg_axis_lifts(s->axis);
    for (int64_t i = 0; i < gg_shape_rows(s, g); i++) {
        int64_t from = i / inner, to = base == GG_ON_NODE   ? node[from]
                                       : base == GG_ON_EDGE ? edge[from]
                                                            : from;
        to = to * inner + i % inner;
        memcpy(out + to * s->stride, x + i * s->stride, sizeof *x * (size_t)s->stride);
    }
    return out;
}

static void check_relabelled(struct gg_check *c, const struct gg_liquid *s, const struct gg_point *p,
                             const gg_real *y)
{
    const struct gg_graph *g = &s->graph;
    int64_t *node = GG_NEW(c->a, int64_t, (size_t)g->n_node),
            *edge = GG_NEW(c->a, int64_t, (size_t)g->n_edge);
    struct gg_liquid other;
    struct gg_point q = {.w = p->w};
    gg_liquid_relabelled(&other, c->a, s, &c->r, node, edge);
    for (int k = 0; k < c->l.n_in; k++)
        q.x[k] = relabelled_value(c, &c->l.in[k], g, p->x[k], node, edge);
    gg_law(c, "permutation",
           gg_law_difference(gg_run_forward(c, &other.graph, &q, NULL),
                             relabelled_value(c, &c->l.out, g, y, node, edge), gg_value_size(&c->l.out, g)),
           relabelled_allowed);
}

void gg_law_symmetry(struct gg_check *c, const struct gg_liquid *s)
{
    struct gg_point p = gg_point_random(c, &s->graph);
    struct gg_liquid other;
    const gg_real *y = gg_run_forward(c, &s->graph, &p, NULL);
    for (int trial = 0; trial < 4; trial++)
        check_turned(c, s, &p, y, trial % 2);
    if (!c->train || !c->l.draws) /* draws are those of a row */
        check_relabelled(c, s, &p, y);
    gg_liquid_moved(&other, c->a, s, &c->r);
    gg_law(c, "images and origin",
           gg_law_difference(gg_run_forward(c, &other.graph, &p, NULL), y,
                             gg_value_size(&c->l.out, &s->graph)),
           turned_allowed);
}
