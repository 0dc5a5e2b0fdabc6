/* test_layer_modes.c -- layers that train otherwise than they predict: batch_norm against e3nn's numbers (in the shared folder;
 * skipped without it) and against its equation, dropout channel by channel */
#include "layers/layers.h"
#include "laws/check.h"
#include "util/threads.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
static const double close_enough = 1e-10;
#else
static const double close_enough = 1e-5;
#endif
#define assert_near(a, b) \
    assert_true(fabs((double)(a) - (double)(b)) <= close_enough * (1 + fabs((double)(b))))

static struct gg_arena arena;
static struct gg_err err;

static int make(struct gg_layer *l, const char *name, const char *in, const char *hypers)
{
    struct gg_layer_case k = {"test", {in}, hypers};
    *l = (struct gg_layer){.n_type = 1, .cutoff = 2, .mean_neighbours = 40};
    return gg_layer_from_case(l, gg_layer_find(name), &k, &arena, &err);
}

/* n rows of e3nn's numbers (NULL: random ones) in the layout of layers. */
static gg_real *rows(const struct gg_shape *s, int64_t n, const double *e3nn)
{
    gg_real *x = GG_NEW(&arena, gg_real, (size_t)(n * s->stride));
    int dim = gg_irreps_dim(&s->irreps);
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    double *row = GG_NEW(&arena, double, (size_t)dim);
    for (int64_t i = 0; i < n; i++) {
        for (int k = 0; k < dim; k++)
            row[k] = e3nn ? e3nn[i * dim + k] : 0.5 + 2 * gg_rng_normal(&r);
        gg_row_from_e3nn(s, row, x + i * s->stride);
    }
    return x;
}

static gg_real *evaluate(const struct gg_layer *l, const gg_real *w, int64_t n, const gg_real *x, bool train,
                         gg_real *state)
{
    struct gg_graph g = {.n_node = n};
    gg_real *y = GG_NEW(&arena, gg_real, (size_t)(n * l->out.stride));
    struct gg_call call = {.l = l, .w = w, .g = &g, .x = &x, .y = y, .state = state, .train = train};
    call.random = gg_rng_at(1, 2, 3, 4);
    call.scratch = gg_arena_alloc(&arena, l->scratch_bytes ? l->scratch_bytes(l, &g, gg_threads()) : 0);
    if (state)
        l->type->observe(&call);
    l->type->forward(&call);
    return y;
}

/* ---- e3nn's batch norm ---- */

static json_t *reference(void)
{
    const char *folder = getenv("GG_SHARED");
    char path[4096];
    snprintf(path, sizeof path, "%s/reference/eqnet_network.json", folder ? folder : "../shared");
    json_t *all = json_load_file(path, 0, NULL);
    if (!all)
        skip();
    return all;
}

static double *numbers(const json_t *list)
{
    size_t n = json_array_size(list);
    double *x = GG_NEW(&arena, double, n);
    for (size_t k = 0; k < n; k++)
        x[k] = json_number_value(json_array_get(list, k));
    return x;
}

static double *parameter(const json_t *all, const char *set, const char *name)
{
    return numbers(json_object_get(json_object_get(json_object_get(all, set), name), "value"));
}

/* weight, bias, running_mean, running_var behind each other: 4x0e among 16 channels */
static gg_real *parameters(const json_t *all, const char *running)
{
    gg_real *w = GG_NEW(&arena, gg_real, 40);
    const double *part[] = {parameter(all, "params", "norm_0.weight"),
                            parameter(all, "params", "norm_0.bias"),
                            parameter(all, running, "norm_0.running_mean"),
                            parameter(all, running, "norm_0.running_var")};
    static const int n[] = {16, 4, 4, 16};
    for (int k = 0, at = 0; k < 4; k++)
        for (int q = 0; q < n[k]; q++)
            w[at++] = (gg_real)part[k][q];
    return w;
}

static void check_rows(const struct gg_layer *l, const gg_real *y, const double *wanted, int64_t n)
{
    double row[48];
    for (int64_t i = 0; i < n; i++) {
        gg_row_to_e3nn(&l->out, y + i * l->out.stride, row);
        for (int k = 0; k < 48; k++)
            assert_near(row[k], wanted[i * 48 + k]);
    }
}

static void batch_norm_is_e3nn_s(void **state)
{
    (void)state;
    json_t *all = reference(), *values = json_object_get(all, "values");
    struct gg_layer l;
    assert_int_equal(make(&l, "batch_norm", "4x0e+4x1o+4x1e+4x2e", "momentum=0.5"), 0);
    assert_int_equal(l.n_weight, 40);
    json_t *mode = json_object_get(values, "train");
    gg_real *w = parameters(all, "running_before"), *after = parameters(all, "running_after"), frame[40];
    const gg_real *x = rows(&l.in[0], 20, numbers(json_object_get(mode, "lin0")));
    check_rows(&l, evaluate(&l, w, 20, x, true, frame), numbers(json_object_get(mode, "bn0")), 20);
    for (int k = 20; k < 40; k++)
        assert_near((double)w[k] + l.momentum * ((double)frame[k] - (double)w[k]), after[k]);
    mode = json_object_get(values, "eval");
    x = rows(&l.in[0], 20, numbers(json_object_get(mode, "lin0")));
    check_rows(&l, evaluate(&l, after, 20, x, false, NULL), numbers(json_object_get(mode, "bn0")), 20);
    json_decref(all);
}

/* ---- its equation, in loops ---- */

static void batch_norm_is_its_equation(void **state)
{
    (void)state;
    enum { N = 70 };
    struct gg_layer l;
    assert_int_equal(make(&l, "batch_norm", "2x1o+3x0e+1x0o", "eps=0.01"), 0);
    gg_real *w = GG_NEW(&arena, gg_real, (size_t)l.n_weight);
    l.type->init_weights(&l, w, NULL);
    const gg_real *x = rows(&l.in[0], N, NULL), *y = evaluate(&l, w, N, x, true, NULL);
    for (int b = 0; b < 3; b++)
        for (int c = 0; c < l.out.irreps.b[b].mul; c++) {
            int n_m = 2 * l.out.irreps.b[b].l + 1, at = l.out.offset[b] + c, stride = l.out.stride;
            double mean = 0, square = 0;
            for (int i = 0; b == 1 && i < N; i++)
                mean += (double)x[i * stride + at] / N;
            for (int q = 0; q < N * n_m; q++)
                square +=
                    pow((double)x[q / n_m * stride + at + q % n_m * l.out.pad[b]] - mean, 2) / (N * n_m);
            for (int q = 0; q < N * n_m; q++) {
                int k = q / n_m * stride + at + q % n_m * l.out.pad[b];
                assert_near(y[k], ((double)x[k] - mean) / sqrt(square + 0.01));
            }
        }
}

/* ---- dropout ---- */

static void dropout_drops_whole_channels(void **state)
{
    (void)state;
    enum { N = 500 };
    struct gg_layer l;
    assert_int_equal(make(&l, "dropout", "3x0e+5x1o+2x2e", "rate=0.25"), 0);
    const gg_real *x = rows(&l.in[0], N, NULL), *y = evaluate(&l, NULL, N, x, true, NULL);
    int dropped = 0, channels = 0;
    for (int i = 0; i < N; i++)
        for (int b = 0; b < 3; b++)
            for (int c = 0; c < l.out.irreps.b[b].mul; c++) {
                int first = i * l.out.stride + l.out.offset[b] + c;
                bool kept = y[first] != 0;
                channels++;
                dropped += !kept;
                for (int m = 0; m < 2 * l.out.irreps.b[b].l + 1; m++) {
                    int k = first + m * l.out.pad[b];
                    assert_near(y[k], kept ? (double)x[k] / 0.75 : 0);
                }
            }
    assert_true(fabs(dropped / (double)channels - 0.25) < 0.03); /* five standard deviations */
}

static void refusals(void **state)
{
    (void)state;
    struct gg_layer l;
    assert_int_equal(make(&l, "dropout", "3x0e", "rate=1"), -1);
    assert_non_null(strstr(err.text, "rate"));
    assert_int_equal(make(&l, "batch_norm", "3x0e", "momentum=1"),
                     -1); /* 1 would mean: once, before training */
    assert_non_null(strstr(err.text, "momentum"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batch_norm_is_e3nn_s),
        cmocka_unit_test(batch_norm_is_its_equation),
        cmocka_unit_test(dropout_drops_whole_channels),
        cmocka_unit_test(refusals),
    };
    gg_threads_init(1, &err);
    int failed = cmocka_run_group_tests_name("layer modes", tests, NULL, NULL);
    gg_arena_free(&arena);
    return failed;
}
