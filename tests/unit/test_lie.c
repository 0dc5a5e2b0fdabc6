/* test_lie.c -- lifts and the attention of frames: what is invariant exactly, what on the average over lifts, and what is refused */
#include "arena_fixture.h"
#include "laws/check.h"
#include "laws/liquid.h"
#include "layers/layers.h"
#include "o3/o3.h"
#include "util/threads.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NODES = 12, CHANNELS = 4, SEEDS = 400, NUMBERS = NODES * CHANNELS };
static struct gg_liquid liquid;
static struct gg_rng r;
static gg_real *feature, *weight;

static struct gg_layer layer_of(const char *type, const char *const *in, int lifts, const char *hypers)
{
    struct gg_layer l = {.n_type = 2, .cutoff = 1.6, .mean_neighbours = 1, .type = gg_layer_find(type)};
    struct gg_irreps irreps;
    l.hyper = gg_arena_calloc(&arena, 1, l.type->hyper_size);
    memcpy(l.hyper, l.type->hyper_defaults, l.type->hyper_size);
    for (; in && in[l.n_in]; l.n_in++) {
        assert_int_equal(gg_irreps_parse(&irreps, in[l.n_in], &err), 0);
        gg_shape_init(&l.in[l.n_in], l.n_in == 3 ? gg_axis_lifted(GG_ON_NODE, lifts) : GG_ON_NODE, &irreps);
    }
    if (gg_layer_set(&l, hypers, &err) || l.type->init(&l, &arena, &err))
        l.type = NULL;
    return l;
}

static gg_real *run(const struct gg_layer *l, const struct gg_graph *g, const gg_real *const *x)
{
    gg_real *y = GG_NEW(&arena, gg_real, (size_t)(gg_shape_rows(&l->out, g) * l->out.stride));
    void *scratch = gg_arena_alloc(&arena, l->scratch_bytes ? l->scratch_bytes(l, g, gg_threads()) : 0);
    l->type->forward(&(struct gg_call){.l = l, .w = weight, .g = g, .x = x, .y = y, .scratch = scratch});
    return y;
}

/* The mean over the lifts of every particle, of attention with the particles' features for values, queries and keys. */
static void network(const struct gg_graph *g, const char *lifts, double out[NUMBERS])
{
    static const char *const in[] = {"4x0e", "4x0e", "4x0e", "2x1o", NULL};
    struct gg_layer lift = layer_of("lift", NULL, 0, lifts);
    assert_non_null(lift.type);
    int n = gg_axis_lifts(lift.out.axis);
    struct gg_layer attention = layer_of("lie_attention", in, n, "heads=2 hidden=8,8");
    assert_non_null(attention.type);
    const gg_real *x[4] = {feature, feature, feature, run(&lift, g, NULL)}, *y = run(&attention, g, x);
    memset(out, 0, NUMBERS * sizeof *out);
    for (int64_t row = 0; row < (int64_t)NODES * n; row++)
        for (int c = 0; c < CHANNELS; c++)
            out[row / n * CHANNELS + c] += (double)y[row * attention.out.stride + c] / n;
}

static void make_liquid(void)
{
    gg_arena_reset(&arena);
    r = gg_rng_at(5, 0, 0, 0);
    gg_liquid_random(&liquid, &arena, NODES, 2, 1.6, &r);
    feature = GG_NEW(&arena, gg_real, NODES * 8);
    weight = GG_NEW(&arena, gg_real, 1024);
    for (int k = 0; k < NODES * 8; k++)
        feature[k] = k % 8 < CHANNELS ? (gg_real)gg_rng_normal(&r) : 0;
    for (int k = 0; k < 1024; k++)
        weight[k] = (gg_real)gg_rng_normal(&r);
}

/* Largest difference between the liquid's numbers and those of the liquid turned by R. */
static double change(const char *lifts, const double R[3][3])
{
    struct gg_liquid turned;
    double here[NUMBERS], there[NUMBERS], most = 0;
    gg_liquid_turned(&turned, &arena, &liquid, R);
    network(&liquid.graph, lifts, here);
    network(&turned.graph, lifts, there);
    for (int k = 0; k < NUMBERS; k++)
        most = fmax(most, fabs(here[k] - there[k]));
    return most;
}

static void random_rotation(double R[3][3])
{
    double q[4];
    for (int k = 0; k < 4; k++)
        q[k] = gg_rng_normal(&r);
    gg_rotation_from_quaternion(q, R);
}

/* Half turns belong to all groups, the turn of x to y to z to two, the quarter turn to one; mirrors to none. */
static void closed_groups(void **state)
{
    static const double half[3][3] = {{-1, 0, 0}, {0, -1, 0}, {0, 0, 1}},
                        third[3][3] = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}},
                        quarter[3][3] = {{0, -1, 0}, {1, 0, 0}, {0, 0, 1}},
                        mirror[3][3] = {{-1, 0, 0}, {0, -1, 0}, {0, 0, -1}};
    static const char *const lifts[] = {"group=klein", "group=tetrahedral", "group=octahedral"};
    const double(*const element[])[3] = {half, third, quarter, mirror};
    double any[3][3], exact = sizeof(gg_real) == 8 ? 1e-12 : 1e-5;
    (void)state;
    make_liquid();
    random_rotation(any);
    for (int k = 0; k < 3; k++) {
        for (int e = 0; e < 4; e++)
            if (e <= k)
                assert_true(change(lifts[k], element[e]) < exact);
            else
                assert_true(change(lifts[k], element[e]) > 1e-3);
        assert_true(change(lifts[k], (const double(*)[3])any) > 1e-4);
    }
}

/* The change by a turn, over seeds of the lifts: its mean is as far from 0 as its own error allows, and single ones are not small. */
static void on_average(void **state)
{
    double R[3][3], sum[NUMBERS] = {0}, square[NUMBERS] = {0}, deviations = 0, size = 0;
    struct gg_liquid turned;
    (void)state;
    make_liquid();
    random_rotation(R);
    gg_liquid_turned(&turned, &arena, &liquid, (const double(*)[3])R);
    for (int seed = 0; seed < SEEDS; seed++) {
        char lifts[64];
        double here[NUMBERS], there[NUMBERS];
        snprintf(lifts, sizeof lifts, "samples=2 seed=%d", seed);
        network(&liquid.graph, lifts, here);
        network(&turned.graph, lifts, there);
        for (int k = 0; k < NUMBERS; k++) {
            sum[k] += here[k] - there[k];
            square[k] += (here[k] - there[k]) * (here[k] - there[k]);
        }
    }
    for (int k = 0; k < NUMBERS; k++) {
        double mean = sum[k] / SEEDS, variance = square[k] / SEEDS - mean * mean;
        deviations += mean * mean / (variance / SEEDS) / NUMBERS;
        size += sqrt(variance) / NUMBERS;
    }
    assert_true(size > 0.01);
    assert_true(deviations < 2);
}

/* A particle without neighbours attends to itself: its own features, whatever its frame. */
static void alone(void **state)
{
    struct gg_liquid isolated;
    double out[NUMBERS];
    (void)state;
    make_liquid();
    gg_liquid_isolated(&isolated, &arena, &liquid);
    network(&isolated.graph, "samples=3", out);
    for (int k = 0; k < NUMBERS; k++)
        assert_true(fabs(out[k] - (double)feature[k / CHANNELS * 8 + k % CHANNELS]) < 1e-5);
}

/* Frames of the particles' own that turn along: all numbers stay, where the two vectors make none, too. */
static void frames_that_are_none(void **state)
{
    static const char *const in[] = {"4x0e", "4x0e", "4x0e", "2x1o", NULL};
    double R[3][3];
    struct gg_liquid turned;
    (void)state;
    make_liquid();
    random_rotation(R);
    gg_liquid_turned(&turned, &arena, &liquid, (const double(*)[3])R);
    struct gg_layer l = layer_of("lie_attention", in, 1, "heads=2 hidden=8,8");
    int stride = l.in[3].stride, pad = l.in[3].pad[0];
    gg_real *v = GG_NEW(&arena, gg_real, (size_t)(NODES * stride)),
            *w = GG_NEW(&arena, gg_real, (size_t)(NODES * stride));
    for (int i = 0; i < NODES; i++)
        for (int c = 0; c < 2; c++) {
            double u[3];
            for (int z = 0; z < 3; z++)
                u[z] = i % 3 == 0        ? 0
                       : i % 3 == 1 && c ? -2 * (double)v[i * stride + z * pad]
                                         : gg_rng_normal(&r);
            for (int z = 0; z < 3; z++) {
                v[i * stride + z * pad + c] = (gg_real)u[z];
                w[i * stride + z * pad + c] = (gg_real)(R[z][0] * u[0] + R[z][1] * u[1] + R[z][2] * u[2]);
            }
        }
    const gg_real *here[4] = {feature, feature, feature, v}, *there[4] = {feature, feature, feature, w};
    const gg_real *a = run(&l, &liquid.graph, here), *b = run(&l, &turned.graph, there);
    double most = 0, size = 0;
    for (int64_t k = 0; k < NODES * l.out.stride; k++) {
        most = fmax(most, fabs((double)a[k] - (double)b[k]));
        size = fmax(size, fabs((double)a[k]));
    }
    assert_true(size > 0.1 && most < (sizeof(gg_real) == 8 ? 1e-12 : 1e-5) * size);
}

static void refused(const char *type, const char *const *in, int lifts, const char *hypers, const char *why)
{
    struct gg_layer l = layer_of(type, in, lifts, hypers);
    if (l.type || !strstr(err.text, why))
        fail_msg("%s: '%s'", hypers, l.type ? "taken" : err.text);
}

static void refusals(void **state)
{
    static const char *const three[] = {"4x0e", "4x0e", "4x0e", NULL},
                             *const vectors[] = {"4x1o", "4x0e", "4x0e", "2x1o", NULL},
                             *const keys[] = {"4x0e", "4x0e", "2x0e", "2x1o", NULL},
                             *const frames[] = {"4x0e", "4x0e", "4x0e", "3x1o", NULL},
                             *const fine[] = {"4x0e", "4x0e", "4x0e", "2x1o", NULL};
    (void)state;
    make_liquid();
    refused("lift", NULL, 0, "", "samples is missing: the number of rotations at every particle");
    refused("lift", NULL, 0, "samples=0", "samples is missing");
    refused("lift", three, 0, "samples=2", "in: lift takes no value");
    refused("lie_attention", three, 1, "", "takes four values");
    refused("lie_attention", vectors, 2, "", "the values are no scalars");
    refused("lie_attention", keys, 2, "", "4 channels of queries, 2 of keys");
    refused("lie_attention", frames, 2, "", "2x1o: take layer lift");
    refused("lie_attention", fine, 2, "heads=3", "3 heads do not divide the 4 channels of the values");
    refused("lie_attention", fine, 2, "hidden=1.5", "1.5 is not a whole number");
    refused("lie_attention", fine, 2, "hidden=1,1,1,1,1,1,1,1", "8 layers, at most 7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(closed_groups), cmocka_unit_test(on_average),
                                       cmocka_unit_test(alone), cmocka_unit_test(frames_that_are_none),
                                       cmocka_unit_test(refusals)};
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("lifts", tests, NULL, NULL);
}
