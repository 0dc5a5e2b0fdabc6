/* check_memory.c -- laws of a layer as a program: what it writes, what it adds to, what its bytes depend on */
#include "laws/check_laws.h"
#include "util/threads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
static const double adds_allowed = 1e-12;
#else
static const double adds_allowed = 1e-5;
#endif

static int64_t count_bad(const struct gg_shape *s, const gg_real *x, int64_t n)
{
    int64_t bad = 0;
    for (int64_t k = 0; k < n; k++)
        bad += !isfinite(x[k]) || (gg_is_padding(s, k) && x[k] != 0);
    return bad;
}

static int64_t count_infinite(const gg_real *x, int64_t n)
{
    int64_t bad = 0;
    for (int64_t k = 0; k < n; k++)
        bad += !isfinite(x[k]);
    return bad;
}

/* Every number of y written, 0 in padding lanes of y and dx; without `saved`, and without a gradient of the inputs, the
 * rest is the same. */
void gg_law_lanes(struct gg_check *c, const struct gg_liquid *s)
{
    const struct gg_graph *g = &s->graph;
    struct gg_point p = gg_point_random(c, g), d = gg_point_zero_vectors(c, g),
                    only_w = {.w = gg_point_zero(c, g).w}, only_x = gg_point_zero(c, g);
    gg_real *u = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g));
    int64_t n = gg_value_size(&c->l.out, g);
    void *saved;
    const gg_real *y = gg_run_forward(c, g, &p, &saved), *again = gg_run_forward(c, g, &p, NULL);
    gg_law(c, "all of y written, padding 0", (double)count_bad(&c->l.out, y, n), 0);
    gg_law(c, "prediction gives other bytes", memcmp(y, again, sizeof *y * (size_t)n) != 0, 0);
    gg_run_backward(c, g, &p, y, saved, u, &d);
    for (int k = 0; k < c->l.n_in; k++)
        gg_law(c, "padding of dx 0", (double)count_bad(&c->l.in[k], d.x[k], gg_value_size(&c->l.in[k], g)),
               0);
    gg_run_backward(c, g, &p, y, saved, u, &only_w);
    gg_law(c, "dw without dx",
           c->l.n_weight > 0 && memcmp(d.w, only_w.w, sizeof *d.w * (size_t)c->l.n_weight) != 0, 0);
    only_x.w = NULL;
    gg_run_backward(c, g, &p, y, saved, u, &only_x);
    for (int k = 0; k < c->l.n_in; k++)
        gg_law(c, "dx without dw",
               memcmp(d.x[k], only_x.x[k], sizeof *u * (size_t)gg_value_size(&c->l.in[k], g)) != 0, 0);
}

/* From a nonzero start, backward adds what it gives from zero: largest error relative to the largest number. */
static double added(const gg_real *sum, const gg_real *start, const gg_real *part, int64_t n)
{
    double most = 0, size = 0;
    for (int64_t k = 0; k < n; k++) {
        double d = fabs((double)sum[k] - (double)start[k] - (double)part[k]);
        most = d <= most ? most : d;
        size = fmax(size, fabs((double)start[k]) + fabs((double)part[k]));
    }
    return size > 0 ? most / size : most;
}

void gg_law_adds(struct gg_check *c, const struct gg_liquid *s)
{
    const struct gg_graph *g = &s->graph;
    struct gg_point p = gg_point_random(c, g), d = gg_point_zero_vectors(c, g);
    struct gg_point start = gg_point_random(c, g), sum = gg_point_zero_vectors(c, g);
    gg_real *u = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g));
    void *saved;
    const gg_real *y = gg_run_forward(c, g, &p, &saved);
    gg_run_backward(c, g, &p, y, saved, u, &d);
    if (c->l.n_weight > 0)
        memcpy(sum.w, start.w, sizeof *sum.w * (size_t)c->l.n_weight);
    for (int k = 0; k < c->l.n_in; k++)
        memcpy(sum.x[k], start.x[k], sizeof *u * (size_t)gg_value_size(&c->l.in[k], g));
    start.vec = gg_point_zero_vectors(c, g).vec;
    for (int64_t k = 0; k < 3 * g->n_edge; k++)
        start.vec[k / 3][k % 3] = sum.vec[k / 3][k % 3] = (gg_real)gg_rng_normal(&c->r);
    gg_run_backward(c, g, &p, y, saved, u, &sum);
    for (int k = 0; k < c->l.n_in; k++)
        gg_law(c, "adds into dx", added(sum.x[k], start.x[k], d.x[k], gg_value_size(&c->l.in[k], g)),
               adds_allowed);
    gg_law(c, "adds into dw", added(sum.w, start.w, d.w, c->l.n_weight), adds_allowed);
    gg_law(c, "adds into dvec",
           added((gg_real *)sum.vec, (gg_real *)start.vec, (gg_real *)d.vec, 3 * g->n_edge), adds_allowed);
}

/* ---- the same bytes ---- */

struct bytes {
    const gg_real *y;
    struct gg_point d;
};

static struct bytes evaluate(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p,
                             const gg_real *u)
{
    struct bytes b = {.d = gg_point_zero_vectors(c, g)};
    void *saved;
    b.y = gg_run_forward(c, g, p, &saved);
    gg_run_backward(c, g, p, b.y, saved, u, &b.d);
    return b;
}

static bool equal(struct gg_check *c, const struct gg_graph *g, const struct bytes *a, const struct bytes *b)
{
    bool same = !memcmp(a->y, b->y, sizeof *a->y * (size_t)gg_value_size(&c->l.out, g)) &&
                (c->l.n_weight == 0 || !memcmp(a->d.w, b->d.w, sizeof *a->y * (size_t)c->l.n_weight));
    for (int k = 0; k < c->l.n_in; k++)
        same &= !memcmp(a->d.x[k], b->d.x[k], sizeof *a->y * (size_t)gg_value_size(&c->l.in[k], g));
    return same && !memcmp(a->d.vec, b->d.vec, sizeof *a->d.vec * (size_t)g->n_edge);
}

void gg_law_repeatable(struct gg_check *c, const struct gg_liquid *s)
{
    const struct gg_graph *g = &s->graph;
    struct gg_point p = gg_point_random(c, g);
    gg_real *u = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g));
    struct gg_err err;
    int before = gg_threads();
    struct bytes first = evaluate(c, g, &p, u), other = evaluate(c, g, &p, u);
    gg_law(c, "other bytes the second time", !equal(c, g, &first, &other), 0);
    for (int n = 1; n <= 4; n *= 2)
        if (gg_threads_init(n, &err) == 0) { /* a serial BLAS allows one */
            other = evaluate(c, g, &p, u);
            gg_law(c, "other bytes with other threads", !equal(c, g, &first, &other), 0);
        }
    gg_threads_init(before, &err);
}

/* ---- odd graphs, and size at start ---- */

void gg_law_finite(struct gg_check *c, const struct gg_liquid *s, const char *law)
{
    const struct gg_graph *g = &s->graph;
    struct gg_point p = gg_point_random(c, g);
    gg_real *u = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g));
    struct bytes b = evaluate(c, g, &p, u);
    int64_t bad = count_bad(&c->l.out, b.y, gg_value_size(&c->l.out, g));
    for (int k = 0; k < c->l.n_in; k++)
        bad += count_bad(&c->l.in[k], b.d.x[k], gg_value_size(&c->l.in[k], g));
    bad += count_infinite(b.d.w, c->l.n_weight) + count_infinite((gg_real *)b.d.vec, 3 * g->n_edge);
    gg_law(c, law, (double)bad, 0);
}

/* Mean square of every block of y over many draws of parameters and inputs; log2 of it must be within -1 .. 1. */
void gg_law_scale(struct gg_check *c, const struct gg_liquid *s)
{
    enum { DRAWS = 24 };
    const struct gg_graph *g = &s->graph;
    const struct gg_shape *o = &c->l.out;
    double square[GG_IRREPS_MAX] = {0};
    if (c->k->no_unit_scale)
        return;
    int64_t n_row = gg_shape_rows(o, g);
    for (int draw = 0; draw < DRAWS; draw++) {
        struct gg_point p = gg_point_random(c, g);
        gg_start_weights(&c->l, p.w, &c->r);
        if (c->l.type->observe && c->l.momentum == 1)
            gg_run_observe(c, g, &p, p.w);
        const gg_real *y = gg_run_forward(c, g, &p, NULL);
        for (int64_t i = 0; i < n_row; i++)
            for (int b = 0; b < o->irreps.n; b++)
                for (int k = 0; k < (2 * o->irreps.b[b].l + 1) * o->pad[b]; k++)
                    square[b] += pow((double)y[i * o->stride + o->offset[b] + k], 2);
    }
    for (int b = 0; b < o->irreps.n; b++) {
        int numbers = (2 * o->irreps.b[b].l + 1) * o->irreps.b[b].mul;
        gg_law(c, "factor of 2 in the variance at start (as a power of 2)",
               fabs(log2(square[b] / (double)(DRAWS * n_row * numbers))), 1);
    }
}

/* Pieces follow each other without gaps and are as many numbers as n_weight. */
void gg_law_pieces(struct gg_check *c)
{
    const struct gg_layer *l = &c->l;
    struct gg_weight piece;
    int64_t next = 0, wrong = 0;
    for (int k = 0; l->type->weight && l->type->weight(l, k, &piece); k++) {
        int64_t n = 1;
        for (int q = 0; q < piece.ndim; q++)
            n *= piece.shape[q];
        wrong += piece.offset != next || piece.name[0] == '\0' || n < 1 ||
                 (piece.species_axis && piece.shape[0] != l->n_type);
        next += n;
    }
    gg_law(c, "pieces of the parameters", (double)(wrong + llabs(next - l->n_weight)), 0);
}
