/* test_layer_values.c -- layers whose values are known in closed form: products of vectors, harmonics and functions of edges, means over
 * neighbours; what they refuse */
#include "laws/check.h"
#include "laws/check_laws.h"
#include "layers/layers.h"
#include "util/threads.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

static const double close_enough = sizeof(gg_real) == 8 ? 1e-12 : 1e-5;
#define assert_near(a, b) \
    assert_true(fabs((double)(a) - (double)(b)) <= close_enough * (1 + fabs((double)(b))))

static struct gg_arena arena;
static struct gg_liquid liquid;
static struct gg_check check;

/* The layer of a case on the liquid, with random inputs; what it gives. */
static const gg_real *run(const char *layer, const struct gg_layer_case *k, struct gg_point *p)
{
    struct gg_err err;
    check = (struct gg_check){.k = k, .a = &arena, .r = gg_rng_at(3, 0, 0, 0)};
    check.l = (struct gg_layer){.n_type = 2, .cutoff = liquid.cutoff, .mean_neighbours = 7};
    if (gg_layer_from_case(&check.l, gg_layer_find(layer), k, &arena, &err) < 0)
        fail_msg("%s: %s", layer, err.text);
    *p = gg_point_random(&check, &liquid.graph);
    return gg_run_forward(&check, &liquid.graph, p, NULL);
}

/* Component m of channel c of block b of a row. */
static double at(const struct gg_shape *s, const gg_real *x, int64_t row, int b, int m, int c)
{
    return (double)x[row * s->stride + s->offset[b] + m * s->pad[b] + c];
}

static void dot_and_cross_product(void **state)
{
    static const struct gg_layer_case dot = {"dot",
                                             {"9x1o", "9x1o"},
                                             "out_irreps=9x0e scale=1.7320508075688772"},
                                      cross = {"cross",
                                               {"9x1o", "1x1o"},
                                               "parity=both out_irreps=9x1e scale=1.4142135623730951"},
                                      times = {"times", {"9x0e", "9x2e"}, "scale=-2"};
    struct gg_point p;
    const gg_real *y = run("product", &dot, &p);
    (void)state;
    for (int64_t i = 0; i < liquid.n; i++)
        for (int c = 0; c < 9; c++) {
            double sum = 0;
            for (int m = 0; m < 3; m++)
                sum += at(&check.l.in[0], p.x[0], i, 0, m, c) * at(&check.l.in[1], p.x[1], i, 0, m, c);
            assert_near(at(&check.l.out, y, i, 0, 0, c), sum);
        }
    y = run("product", &cross, &p);
    for (int64_t i = 0; i < liquid.n; i++)
        for (int c = 0; c < 9; c++)
            for (int m = 0; m < 3; m++) {
                int u = (m + 1) % 3, v = (m + 2) % 3;
                const struct gg_shape *a = &check.l.in[0], *b = &check.l.in[1];
                assert_near(at(&check.l.out, y, i, 0, m, c),
                            at(a, p.x[0], i, 0, u, c) * at(b, p.x[1], i, 0, v, 0) -
                                at(a, p.x[0], i, 0, v, c) * at(b, p.x[1], i, 0, u, 0));
            }
    y = run("product", &times, &p);
    for (int64_t i = 0; i < liquid.n; i++)
        for (int m = 0; m < 5; m++)
            assert_near(at(&check.l.out, y, i, 0, m, 8),
                        -2 * at(&check.l.in[0], p.x[0], i, 0, 0, 8) * at(&check.l.in[1], p.x[1], i, 0, m, 8));
}

/* (1x0e+1x1o) x (1x0e+1x1o): a0 b0 and (1,1 -> 0) are the channels of 0e, then a0 b1 and a1 b0 those of 1o; weights in this order of paths,
 * which is by blocks: 00, 01, 10, 11. */
static void paths_come_in_order(void **state)
{
    static const struct gg_layer_case k = {"order",
                                           {"1x0e+1x1o", "1x0e+1x1o", "4x0e"},
                                           "out_irreps=2x0e+2x1o"};
    struct gg_point p;
    const gg_real *y = run("product", &k, &p);
    const struct gg_shape *a = &check.l.in[0], *b = &check.l.in[1], *w = &check.l.in[2], *o = &check.l.out;
    (void)state;
    for (int64_t i = 0; i < liquid.n; i++) {
        double dot = 0;
        for (int m = 0; m < 3; m++) {
            dot += at(a, p.x[0], i, 1, m, 0) * at(b, p.x[1], i, 1, m, 0);
            assert_near(at(o, y, i, 1, m, 0),
                        at(w, p.x[2], i, 0, 0, 1) * at(a, p.x[0], i, 0, 0, 0) * at(b, p.x[1], i, 1, m, 0));
            assert_near(at(o, y, i, 1, m, 1),
                        at(w, p.x[2], i, 0, 0, 2) * at(a, p.x[0], i, 1, m, 0) * at(b, p.x[1], i, 0, 0, 0));
        }
        assert_near(at(o, y, i, 0, 0, 0),
                    at(w, p.x[2], i, 0, 0, 0) * at(a, p.x[0], i, 0, 0, 0) * at(b, p.x[1], i, 0, 0, 0));
        assert_near(at(o, y, i, 0, 0, 1), at(w, p.x[2], i, 0, 0, 3) * dot / sqrt(3));
    }
}

static void edges_have_directions_and_lengths(void **state)
{
    static const struct gg_layer_case
        to = {"to", {NULL}, "lmin=1 lmax=1 normalise=norm"},
        from = {"from", {NULL}, "lmin=1 lmax=1 from=sender"},
        bessel = {"bessel", {NULL}, "n=3 envelope=none cutoff=2"},
        step = {"step", {NULL}, "basis=monomial exponent=2 n=2 envelope=step cutoff=1.3 scale=3"};
    const struct gg_graph *g = &liquid.graph;
    struct gg_point p;
    const gg_real *y = run("harmonics", &to, &p);
    int64_t n_beyond = 0;
    (void)state;
    for (int64_t e = 0; e < g->n_edge; e++)
        for (int m = 0; m < 3; m++)
            assert_near(at(&check.l.out, y, e, 0, m, 0), g->vec[e][m] / g->r[e]);
    y = run("harmonics", &from, &p);
    for (int64_t e = 0; e < g->n_edge; e++)
        for (int m = 0; m < 3; m++)
            assert_near(at(&check.l.out, y, e, 0, m, 0), -sqrt(3) * (double)(g->vec[e][m] / g->r[e]));
    y = run("radial", &bessel, &p);
    for (int64_t e = 0; e < g->n_edge; e++)
        for (int n = 0; n < 3; n++)
            assert_near(at(&check.l.out, y, e, 0, 0, n),
                        sin((n + 1) * M_PI * (double)g->r[e] / 2) / (double)g->r[e]);
    y = run("radial", &step, &p);
    for (int64_t e = 0; e < g->n_edge; e++) {
        bool beyond = (double)g->r[e] >= 1.3;
        n_beyond += beyond;
        for (int n = 0; n < 2; n++)
            assert_near(at(&check.l.out, y, e, 0, 0, n), beyond ? 0 : 3 * pow((double)g->r[e], 2 + n));
    }
    assert_true(n_beyond > 0 && n_beyond < g->n_edge);
}

/* The mean over neighbours of x_j - x_i. */
static void gathered_and_summed(void **state)
{
    static const struct gg_layer_case apart = {"apart", {"3x0e+2x1o"}, "at=difference"};
    static const struct gg_layer_case mean = {"mean", {"edge:3x0e+2x1o"}, "normalise=count"};
    const struct gg_graph *g = &liquid.graph;
    struct gg_point p, q;
    const gg_real *d = run("gather", &apart, &p), *y;
    int stride = check.l.out.stride;
    (void)state;
    run("sum", &mean, &q);
    q.x[0] = (gg_real *)(uintptr_t)d;
    y = gg_run_forward(&check, g, &q, NULL);
    for (int64_t i = 0; i < g->n_node; i++)
        for (int c = 0; c < stride; c++) {
            double sum = 0;
            for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
                sum += (double)p.x[0][g->nbr[e] * stride + c] - (double)p.x[0][i * stride + c];
            assert_near(y[i * stride + c],
                        g->ptr[i + 1] > g->ptr[i] ? sum / (double)(g->ptr[i + 1] - g->ptr[i]) : 0);
        }
}

/* A vector of no length has no direction: harmonics and plain norms give 0 there, and a gradient of 0. */
static void nothing_at_no_length(void **state)
{
    static const struct gg_layer_case norm = {"norm", {"2x1o"}, "normalise=none eps=0"},
                                      direction = {"direction", {"2x1o"}, "lmax=2"};
    const char *layers[] = {"invariants", "harmonics"};
    const struct gg_layer_case *cases[] = {&norm, &direction};
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct gg_point p, d;
        void *saved;
        run(layers[k], cases[k], &p);
        d = gg_point_zero(&check, &liquid.graph);
        memset(p.x[0], 0, sizeof *p.x[0] * (size_t)gg_value_size(&check.l.in[0], &liquid.graph));
        const gg_real *y = gg_run_forward(&check, &liquid.graph, &p, &saved);
        const gg_real *u = gg_value_random(&check, &check.l.out, liquid.n);
        gg_run_backward(&check, &liquid.graph, &p, y, saved, u, &d);
        for (int64_t q = 0; q < gg_value_size(&check.l.in[0], &liquid.graph); q++)
            assert_true(d.x[0][q] == 0);
        assert_true(at(&check.l.out, y, 0, 0, 0, 0) == k);
    }
}

static void refuses(const char *layer, const char *a, const char *b, const char *hypers, const char *why)
{
    struct gg_layer_case k = {"refused", {a, b}, hypers};
    struct gg_layer l = {.n_type = 2, .cutoff = 1};
    struct gg_err err;
    assert_int_equal(gg_layer_from_case(&l, gg_layer_find(layer), &k, &arena, &err), -1);
    assert_int_equal(err.status, GG_USAGE);
    if (!strstr(err.text, why))
        fail_msg("%s: '%s' is not in '%s'", layer, why, err.text);
}

/* What is not finite stays in its channel, and is not made 0 there. */
static void norms_that_are_not_finite(void **state)
{
    static const struct gg_layer_case k = {"norms", {"9x1o"}, "act=tanh"};
    static const double odd[] = {NAN, INFINITY};
    struct gg_point p;
    (void)state;
    for (int n = 0; n < 2; n++) {
        run("norm_act", &k, &p);
        ((gg_real *)p.x[0])[check.l.in[0].offset[0] + 3] = (gg_real)odd[n];
        const gg_real *y = gg_run_forward(&check, &liquid.graph, &p, NULL);
        for (int c = 0; c < 9; c++)
            for (int m = 0; m < 3; m++)
                assert_int_equal(!isfinite(at(&check.l.out, y, 0, 0, m, c)), c == 3);
        assert_true(isfinite(at(&check.l.out, y, 1, 0, 0, 3)));
    }
}

static void refusals_name_the_key(void **state)
{
    (void)state;
    refuses("product", "4x0e", NULL, "", "in: product takes two values");
    refuses("product", "4x0e", "edge:4x0e", "", "in: value 2 lives on edge, the first on node");
    refuses("product", "4x0e+3x1o", "4x1o", "",
            "block 2 of the first value has 3 channels, block 1 of the second 4");
    refuses("product", "4x1o", "4x1o", "out_irreps=5x0e",
            "out_irreps: 5 channels of 0e, the paths bring 4x0e");
    refuses("product", "4x1o", "4x1o", "out_irreps=4x1e",
            "out_irreps: no path from the two values leads there, with parity");
    refuses("product", "4x1o", "3x1o", "pair=elementwise", "in: 4 channels and 3");
    refuses("gather", "edge:4x0e", NULL, "", "in: the value lives on edge");
    refuses("slice", "4x0e", NULL, "out_irreps=2x0e part=2",
            "out_irreps: part 2 of 2x0e is beyond the 4 channels");
    refuses("slice", "4x0e", NULL, "out_irreps=1x1o", "is beyond the 0 channels");
    refuses("harmonics", "4x2e", NULL, "", "in: the value is 4x2e");
    refuses("harmonics", "4x1o", NULL, "from=sender", "from: vectors of a value");
    refuses("harmonics", NULL, NULL, "lmin=3", "lmin: 3 is above lmax, 2");
    refuses("radial", "4x0e", NULL, "", "in: radial takes no value");
    refuses("invariants", "4x0e", NULL, "", "in: the value has scalars (0e) only");
}

int main(void)
{
    struct gg_err err;
    struct gg_rng r = gg_rng_at(1, 0, 0, 0);
    const struct CMUnitTest tests[] = {cmocka_unit_test(dot_and_cross_product),
                                       cmocka_unit_test(paths_come_in_order),
                                       cmocka_unit_test(edges_have_directions_and_lengths),
                                       cmocka_unit_test(gathered_and_summed),
                                       cmocka_unit_test(nothing_at_no_length),
                                       cmocka_unit_test(norms_that_are_not_finite),
                                       cmocka_unit_test(refusals_name_the_key)};
    gg_threads_init(1, &err);
    gg_liquid_random(&liquid, &arena, 40, 2, 1.6, &r);
    return cmocka_run_group_tests_name("layers in closed form", tests, NULL, NULL);
}
