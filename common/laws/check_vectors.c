/* check_vectors.c -- laws of the gradient in the vectors of the edges: against differences, under O(3), and who may write it */
#include "laws/check_laws.h"

#include <math.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
static const double gradient_allowed = 1e-7, turned_allowed = 1e-10, step = 8e-6;
static const bool extrapolated = true; /* in single precision rounding is what counts */
#else
static const double gradient_allowed = 2e-2, turned_allowed = 1e-4, step = 1. / 1024;
static const bool extrapolated = false;
#endif

/* The graph with other vectors, and the lengths that they have. */
static struct gg_graph moved(struct gg_check *c, const struct gg_graph *g, const gg_real *v, double h)
{
    struct gg_graph out = *g;
    gg_real(*vec)[3] = gg_arena_calloc(c->a, (size_t)g->n_edge, sizeof *vec);
    gg_real *r = GG_NEW(c->a, gg_real, (size_t)g->n_edge);
    for (int64_t e = 0; e < g->n_edge; e++) {
        double square = 0;
        for (int k = 0; k < 3; k++) {
            vec[e][k] = g->vec[e][k] + (gg_real)h * v[3 * e + k];
            square += (double)vec[e][k] * (double)vec[e][k];
        }
        r[e] = (gg_real)sqrt(square);
    }
    out.vec = (const gg_real(*)[3])vec;
    out.r = r;
    return out;
}

/* Edges of no length have no direction, and where a length would pass a knot the derivative jumps: these stay. */
static const gg_real *random_direction(struct gg_check *c, const struct gg_graph *g)
{
    gg_real *v = GG_NEW(c->a, gg_real, (size_t)(3 * g->n_edge));
    for (int64_t k = 0; k < 3 * g->n_edge; k++)
        v[k] = (gg_real)gg_rng_normal(&c->r);
    struct gg_graph ahead = moved(c, g, v, step), behind = moved(c, g, v, -step);
    double knots = c->l.knots, from = c->l.first_knot;
    for (int64_t e = 0; e < g->n_edge; e++)
        if (g->r[e] == 0 || (knots > 0 && floor(((double)ahead.r[e] - from) / knots) !=
                                              floor(((double)behind.r[e] - from) / knots)))
            memset(v + 3 * e, 0, 3 * sizeof *v);
    return v;
}

static const gg_real *gradient(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p,
                               const gg_real *u)
{
    struct gg_point d = gg_point_zero_vectors(c, g);
    void *saved;
    const gg_real *y = gg_run_forward(c, g, p, &saved);
    gg_run_backward(c, g, p, y, saved, u, &d);
    return (const gg_real *)d.vec;
}

static void check_differences(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p)
{
    const gg_real *v = random_direction(c, g);
    struct gg_graph ahead = moved(c, g, v, step), behind = moved(c, g, v, -step);
    const gg_real *u = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g)), *d = gradient(c, g, p, u),
                  *up = gg_run_forward(c, &ahead, p, NULL), *down = gg_run_forward(c, &behind, p, NULL),
                  *near_up = up, *near_down = down;
    if (extrapolated) {
        struct gg_graph near_ahead = moved(c, g, v, step / 2), near_behind = moved(c, g, v, -step / 2);
        near_up = gg_run_forward(c, &near_ahead, p, NULL);
        near_down = gg_run_forward(c, &near_behind, p, NULL);
    }
    double by_differences = 0, by_backward = 0, size = 0;
    for (int64_t k = 0; k < gg_value_size(&c->l.out, g); k++) {
        double jv = ((double)up[k] - (double)down[k]) / (2 * step);
        if (extrapolated) /* Richardson: the error of order step^2 goes out */
            jv = (4 * ((double)near_up[k] - (double)near_down[k]) / step - jv) / 3;
        by_differences += (double)u[k] * jv;
        size += jv * jv;
    }
    for (int64_t e = 0; e < g->n_edge; e++) /* the step as it was rounded */
        for (int k = 0; k < 3; k++)
            by_backward +=
                (double)d[3 * e + k] * ((double)ahead.vec[e][k] - (double)behind.vec[e][k]) / (2 * step);
    double err = fabs(by_differences - by_backward);
    gg_law(c, "gradient of the vectors", size > 0 ? err / sqrt(size) : err, gradient_allowed);
}

/* With inputs, bonds and dy turned along, dvec turns, too. */
static void check_turned(struct gg_check *c, const struct gg_liquid *s, const struct gg_point *p,
                         bool improper)
{
    const struct gg_graph *g = &s->graph;
    int64_t n_row = gg_shape_rows(&c->l.out, g), n = 3 * g->n_edge;
    struct gg_liquid turned;
    struct gg_point q = {.w = p->w};
    const gg_real *u = gg_value_random(c, &c->l.out, n_row);
    gg_real *wanted = GG_NEW(c->a, gg_real, (size_t)n);
    double R[3][3];
    gg_law_random_element(c, improper, R);
    gg_liquid_turned(&turned, c->a, s, (const double(*)[3])R);
    for (int k = 0; k < c->l.n_in; k++)
        q.x[k] = gg_law_turned(c, &c->l.in[k], gg_shape_rows(&c->l.in[k], g), p->x[k], (const double(*)[3])R);
    const gg_real *own = gradient(c, g, p, u);
    u = gg_law_turned(c, &c->l.out, n_row, u, (const double(*)[3])R);
    for (int64_t k = 0; k < n; k++)
        for (int a = 0; a < 3; a++)
            wanted[k] += (gg_real)(R[k % 3][a] * (double)own[k / 3 * 3 + a]);
    gg_law(c, improper ? "reflected dvec" : "rotated dvec",
           gg_law_difference(gradient(c, &turned.graph, &q, u), wanted, n), turned_allowed);
}

/* Who reads no vectors gives the same with others, and leaves their gradient alone. */
static void check_silence(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p)
{
    struct gg_graph other = moved(c, g, (const gg_real *)g->vec, 0.1);
    int64_t n = gg_value_size(&c->l.out, g), written = 0;
    const gg_real *y = gg_run_forward(c, g, p, NULL), *z = gg_run_forward(c, &other, p, NULL),
                  *d = gradient(c, g, p, gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g)));
    for (int64_t k = 0; k < 3 * g->n_edge; k++)
        written += d[k] != 0;
    gg_law(c, "reads vectors and does not say so", memcmp(y, z, sizeof *y * (size_t)n) != 0, 0);
    gg_law(c, "writes dvec and does not say so", (double)written, 0);
}

void gg_law_vectors(struct gg_check *c, const struct gg_liquid *s)
{
    struct gg_point p = gg_point_random(c, &s->graph);
    if (!c->l.reads_vectors) {
        check_silence(c, &s->graph, &p);
        return;
    }
    for (int trial = 0; trial < 3; trial++)
        check_differences(c, &s->graph, &p);
    for (int improper = 0; !c->l.fixed_axes && improper <= !c->l.rotations_only; improper++)
        check_turned(c, s, &p, improper);
}
