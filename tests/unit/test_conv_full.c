/* test_conv_full.c -- fully connected mixing against dense loops over edges, paths and pairs of channels */
#include "layers/layers.h"
#include "conv_fixture.h"
#include "laws/check.h"
#include "laws/liquid.h"
#include "conv/conv_full.h"
#include "util/threads.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct run {
    struct gg_layer l;
    gg_real *w, *x, *y, *dx, *dw;
};

static struct run run_layer(struct gg_arena *a, const struct gg_liquid *s, const char *in, const char *hypers)
{
    struct gg_err err = {0};
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    struct gg_layer_case k = {"", {in}, hypers};
    struct run q = {.l = {.n_type = s->n_type, .cutoff = s->cutoff, .mean_neighbours = 20}};
    const struct gg_graph *g = &s->graph;
    assert_int_equal(gg_layer_from_case(&q.l, gg_layer_find("conv"), &k, a, &err), 0);
    size_t n_x = (size_t)(g->n_node * q.l.in[0].stride), n_y = (size_t)(g->n_node * q.l.out.stride),
           n_w = (size_t)q.l.n_weight;
    q.w = GG_NEW(a, gg_real, n_w), q.dw = GG_NEW(a, gg_real, n_w);
    q.x = GG_NEW(a, gg_real, n_x), q.dx = GG_NEW(a, gg_real, n_x), q.y = GG_NEW(a, gg_real, n_y);
    gg_real *dy = GG_NEW(a, gg_real, n_y);
    fill(q.w, n_w, &r);
    if (((struct gg_conv_plan *)q.l.plan)->density.n_layer) {
        q.w[n_w - 2] = (gg_real)1.5;
        q.w[n_w - 1] = (gg_real)0.7;
    }
    fill(q.x, n_x, &r);
    fill(dy, n_y, &r);
    void *scratch = gg_arena_alloc(a, q.l.scratch_bytes(&q.l, g, gg_threads()));
    const gg_real *inputs[1] = {q.x};
    gg_real *dx[1] = {q.dx};
    struct gg_call call = {.l = &q.l,
                           .w = q.w,
                           .g = g,
                           .x = inputs,
                           .y = q.y,
                           .scratch = scratch,
                           .dy = dy,
                           .dx = dx,
                           .dw = q.dw};
    q.l.type->forward(&call);
    q.l.type->backward(&call);
    return q;
}

/* y of one path, edge by edge, without any exchange of sums; W: the path's [mul][mul_out] weights of every edge. */
static void add_path(const struct run *q, const struct gg_graph *g, int b, int l2, int o, double factor,
                     const double *W, int outputs, double *y)
{
    struct gg_irrep in = q->l.in[0].irreps.b[b], out = q->l.out.irreps.b[o];
    const double *w = gg_coupling(in.l, l2, out.l);
    int n2 = 2 * l2 + 1, n3 = 2 * out.l + 1;
    for (int64_t i = 0; i < g->n_node; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            double v[3] = {(double)g->vec[e][0], (double)g->vec[e][1], (double)g->vec[e][2]}, Y[49];
            gg_sh(l2, v, Y);
            const gg_real *x = q->x + g->nbr[e] * q->l.in[0].stride + q->l.in[0].offset[b];
            double *to = y + i * q->l.out.stride + q->l.out.offset[o];
            for (int m = 0; m < (2 * in.l + 1) * n2 * n3; m++)
                for (int c = 0; c < in.mul; c++)
                    for (int d = 0; d < out.mul; d++)
                        to[m % n3 * q->l.out.pad[o] + d] += factor * w[m] * Y[l2 * l2 + m / n3 % n2] *
                                                            W[e * outputs + c * out.mul + d] *
                                                            (double)x[m / n3 / n2 * q->l.in[0].pad[b] + c];
        }
}

static int sign_of(int l)
{
    return l % 2 ? -1 : 1;
}

static bool is_path(struct gg_irrep in, int l2, struct gg_irrep out, int l_max)
{
    return out.l <= l_max && out.l >= abs(in.l - l2) && out.l <= in.l + l2 && out.p == in.p * sign_of(l2);
}

/* One point through one set of a net. */
static void net_at(const struct gg_radial_net *net, const gg_real *w, int set, double r, double *out,
                   struct gg_arena *a)
{
    int64_t first[GG_RADIAL_SETS + 1];
    for (int s = 0; s <= net->n_set; s++)
        first[s] = s > set;
    gg_radial_net_forward(net, w, first, &r, out, GG_NEW(a, double, gg_radial_net_work(net, 1)));
}

/* Distances at which the functions of an edge are computed, and their weights: four knots, or the edge's own. */
static int points_of(const struct run *q, gg_real r, double *at, double *b)
{
    const struct gg_conv_plan *p = q->l.plan;
    double h = q->l.cutoff / (p->n_knot - 1);
    gg_real weight[GG_KNOT_ROWS];
    int32_t knot;
    at[0] = (double)r;
    b[0] = 1;
    if (p->n_knot == 0)
        return 1;
    gg_knots(1, &r, (struct gg_knots){0, h, p->n_knot}, &knot, &weight);
    for (int n = 0; n < GG_KNOT_ROWS; n++) {
        at[n] = h * (knot + n);
        b[n] = (double)weight[n];
    }
    return GG_KNOT_ROWS;
}

static int set_of(const struct run *q, const struct gg_graph *g, int64_t i, int64_t e)
{
    const struct gg_conv_plan *p = q->l.plan;
    return p->net.n_set == 1 ? 0 : g->type[i] * q->l.n_type + g->type[g->nbr[e]];
}

/* All outputs of the radial net of every edge, by the set of its pair of species. */
static double *naive_weights(const struct run *q, const struct gg_graph *g, struct gg_arena *a)
{
    const struct gg_conv_plan *p = q->l.plan;
    int outputs = p->net.width[p->net.n_layer];
    double *W = GG_NEW(a, double, (size_t)(g->n_edge * outputs)), *out = GG_NEW(a, double, (size_t)outputs);
    for (int64_t i = 0; i < g->n_node; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            double at[GG_KNOT_ROWS], b[GG_KNOT_ROWS];
            int n = points_of(q, g->r[e], at, b);
            for (int k = 0; k < n; k++) {
                net_at(&p->net, q->w, set_of(q, g, i, e), at[k], out, a);
                for (int c = 0; c < outputs; c++)
                    W[e * outputs + c] += b[k] * out[c];
            }
        }
    return W;
}

/* y_i / (beta sum_e tanh(net(r_e)^2) u(r_e) + alpha) */
static void naive_density(const struct run *q, const struct gg_graph *g, double *y, struct gg_arena *a)
{
    const struct gg_conv_plan *p = q->l.plan;
    const gg_real *ends = q->w + q->l.n_weight - 2;
    const struct gg_radial_basis *basis = &p->density.basis;
    for (int64_t i = 0; i < g->n_node; i++) {
        double sum = 0;
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            double at[GG_KNOT_ROWS], b[GG_KNOT_ROWS], z;
            int n = points_of(q, g->r[e], at, b);
            for (int k = 0; k < n; k++) {
                net_at(&p->density, q->w + p->density_at, set_of(q, g, i, e), at[k], &z, a);
                sum +=
                    b[k] * tanh(z * z) * gg_envelope_eval(basis->envelope, basis->p, at[k] / basis->cutoff);
            }
        }
        for (int c = 0; c < q->l.out.stride; c++)
            y[i * q->l.out.stride + c] /= (double)ends[1] * sum + (double)ends[0];
    }
}

/* e3nn: FullyConnectedTensorProduct(in, harmonics, out) with the outputs of a FullyConnectedNet as weights: paths in the order
 * in, harmonic, out, coefficient sqrt((2 l3 + 1) / sum of mul over the paths into `out`). */
static void same_as_e3nn(const char *in, const char *hypers, int l_max)
{
    struct gg_arena a = {0};
    struct gg_rng r = gg_rng_at(17, 0, 0, 0);
    struct gg_liquid s;
    gg_liquid_random(&s, &a, 40, 2, 1.5, &r);
    struct run q = run_layer(&a, &s, in, hypers);
    const struct gg_graph *g = &s.graph;
    const struct gg_conv_plan *p = q.l.plan;
    int outputs = p->net.width[p->net.n_layer], column = 0;
    size_t n_y = (size_t)(g->n_node * q.l.out.stride);
    double *W = naive_weights(&q, g, &a), *y = GG_NEW(&a, double, n_y), z = p->density.n_layer ? 1 : 20;
    for (int b = 0; b < q.l.in[0].irreps.n; b++)
        for (int l2 = 0; l2 <= l_max; l2++)
            for (int o = 0; o < q.l.out.irreps.n; o++) {
                double fan_in = 0;
                for (int c = 0; c < q.l.in[0].irreps.n; c++)
                    for (int k = 0; k <= l_max; k++)
                        if (is_path(q.l.in[0].irreps.b[c], k, q.l.out.irreps.b[o], l_max))
                            fan_in += q.l.in[0].irreps.b[c].mul;
                if (!is_path(q.l.in[0].irreps.b[b], l2, q.l.out.irreps.b[o], l_max))
                    continue;
                int l3 = q.l.out.irreps.b[o].l;
                add_path(&q, g, b, l2, o, sqrt((2 * l3 + 1) / fan_in / z), W + column, outputs, y);
                column += q.l.in[0].irreps.b[b].mul * q.l.out.irreps.b[o].mul;
            }
    assert_int_equal(column, outputs);
    if (p->density.n_layer)
        naive_density(&q, g, y, &a);
    gg_real *wanted = GG_NEW(&a, gg_real, n_y);
    for (size_t k = 0; k < n_y; k++)
        wanted[k] = (gg_real)y[k];
    assert_true(worst(q.y, wanted, n_y) <= tolerance);
    gg_arena_free(&a);
}

static void test_layer(void **state)
{
    (void)state;
    same_as_e3nn("3x0e+2x1o+9x2e", "mixing=full lmax=2 channels=5 radial.hidden=6 radial.table=0", 2);
    same_as_e3nn("2x0e+3x1o+20x0e", "mixing=full lmax=1 out_irreps=3x1o+2x0e+17x0e+4x1o radial.table=0", 1);
    same_as_e3nn("4x0e+2x0o+3x1e+3x1o",
                 "mixing=full lmax=1 parity=both channels=2 radial.hidden=4,7 radial.table=0", 1);
    same_as_e3nn("2x0e+3x4e", "mixing=full lmax=4 channels=2 radial.hidden=4 radial.table=0", 4);
}

static void test_high_degrees(void **state)
{
    (void)state;
    same_as_e3nn("2x0e+3x1o+2x4e", "mixing=full lmax=4 out_irreps=3x0e+2x3o+9x4e radial.hidden=4", 4);
    same_as_e3nn(
        "2x1o+17x5o",
        "mixing=full lmax=5 out_irreps=3x0e+2x5o+1x4e radial.hidden=4 radial.table=0 radial.species=true", 5);
    same_as_e3nn("1x0e+2x6e", "mixing=full lmax=6 out_irreps=2x2e+3x6e normalise=density radial.hidden=6", 6);
}

static void test_species(void **state)
{
    (void)state;
    same_as_e3nn("3x0e+2x1o+9x2e",
                 "mixing=full lmax=2 channels=5 radial.species=true radial.hidden=6 radial.table=0", 2);
    same_as_e3nn("3x0e+18x1o", "mixing=full lmax=1 channels=9 radial.species=true radial.hidden=6,4", 1);
    same_as_e3nn("2x0e+3x1o", "mixing=full lmax=1 radial.species=true radial.n=5 radial.table=0", 1);
}

static void test_density(void **state)
{
    (void)state;
    same_as_e3nn("3x0e+2x1o",
                 "mixing=full lmax=2 channels=5 normalise=density radial.hidden=6 radial.table=0", 2);
    same_as_e3nn("3x0e+2x1o", "mixing=full lmax=1 normalise=density radial.hidden=6,5", 1);
    same_as_e3nn("3x0e+9x1o",
                 "mixing=full lmax=1 normalise=density radial.species=true radial.hidden=6 radial.table=0",
                 1);
    same_as_e3nn("3x0e+2x1o", "mixing=full lmax=2 normalise=density radial.species=true radial.hidden=6", 2);
}

/* The paths are counted in the weights: 10 x 16 + 16 x (11 paths of 8 x 8). */
static void test_parameters(void **state)
{
    struct gg_arena a = {0};
    struct gg_rng r = gg_rng_at(19, 0, 0, 0);
    struct gg_liquid s;
    struct gg_weight piece;
    (void)state;
    gg_liquid_random(&s, &a, 5, 2, 1.5, &r);
    struct run q = run_layer(&a, &s, "8x0e+8x1o+8x2e", "mixing=full lmax=2 radial.n=10 radial.hidden=16");
    assert_int_equal(q.l.n_weight, 10 * 16 + 16 * 11 * 64);
    assert_true(q.l.type->weight(&q.l, 1, &piece) && piece.shape[0] == 16 && piece.shape[1] == 11 * 64);
    assert_false(q.l.type->weight(&q.l, 2, &piece));
    q = run_layer(&a, &s, "8x0e+8x1o+8x2e",
                  "mixing=full lmax=2 radial.n=10 radial.hidden=16 radial.species=true");
    assert_int_equal(q.l.n_weight, 4 * (10 * 16 + 16 * 11 * 64));
    assert_true(q.l.type->weight(&q.l, 1, &piece) && piece.offset == 4 * 10 * 16 && piece.ndim == 4 &&
                piece.shape[1] == 2 && piece.shape[3] == 11 * 64);
    assert_false(q.l.type->weight(&q.l, 2, &piece));
    q = run_layer(&a, &s, "8x0e", "mixing=full lmax=1 radial.n=10 radial.hidden=16 normalise=density");
    int64_t n_net = 10 * 16 + 16 * 2 * 64;
    assert_int_equal(q.l.n_weight, n_net + 10 * 16 + 16 + 2);
    assert_true(q.l.type->weight(&q.l, 2, &piece) && !strcmp(piece.name, "density.0") &&
                piece.offset == n_net);
    assert_true(q.l.type->weight(&q.l, 4, &piece) && !strcmp(piece.name, "alpha_beta") &&
                piece.offset == q.l.n_weight - 2);
    assert_false(q.l.type->weight(&q.l, 5, &piece));
    gg_arena_free(&a);
}

/* The table against the net on every edge. */
static void table_converges(const char *hypers)
{
    struct gg_arena a = {0};
    struct gg_rng r = gg_rng_at(23, 0, 0, 0);
    struct gg_liquid s;
    double error[2];
    gg_liquid_random(&s, &a, 150, 2, 2.0, &r);
    struct run exact = run_layer(&a, &s, "8x0e+8x1o", gg_arena_printf(&a, "%s radial.table=0", hypers));
    for (int k = 0; k < 2; k++) {
        struct run q =
            run_layer(&a, &s, "8x0e+8x1o", gg_arena_printf(&a, "%s radial.table=%d", hypers, k ? 1024 : 256));
        error[k] = fmax(worst(q.y, exact.y, (size_t)(s.n * q.l.out.stride)),
                        fmax(worst(q.dx, exact.dx, (size_t)(s.n * q.l.in[0].stride)),
                             worst(q.dw, exact.dw, (size_t)q.l.n_weight)));
    }
    assert_true(error[0] <= 1e-2 && error[1] <= (sizeof(gg_real) == 8 ? 1e-4 : 1e-3));
    if (sizeof(gg_real) == 8)
        assert_true(error[1] <= error[0] / 50);
    gg_arena_free(&a);
}

static void test_table_converges(void **state)
{
    (void)state;
    table_converges("mixing=full lmax=2 channels=8 radial.hidden=16");
    table_converges("mixing=full lmax=2 channels=8 radial.hidden=16 radial.species=true");
    table_converges("mixing=full lmax=1 radial.hidden=16 radial.species=true normalise=density");
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_layer),
                                       cmocka_unit_test(test_high_degrees),
                                       cmocka_unit_test(test_species),
                                       cmocka_unit_test(test_density),
                                       cmocka_unit_test(test_parameters),
                                       cmocka_unit_test(test_table_converges)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("conv_full", tests, NULL, NULL);
}
