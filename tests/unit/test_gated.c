/* test_gated.c -- gated against its equation in loops, and gated_vector, which is its l = 1 under the names of version 0.1 */
#include "layers/layers.h"
#include "laws/check.h"
#include "util/threads.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

static const double close_enough = sizeof(gg_real) == 8 ? 1e-12 : 1e-5;
enum { ROWS = 7 };

static struct gg_arena arena;
static struct gg_err err;

static struct gg_layer make(const char *name, const char *in, const char *hypers)
{
    struct gg_layer l = {.n_type = 1, .cutoff = 2, .mean_neighbours = 40};
    struct gg_layer_case k = {"test", {in}, hypers};
    assert_int_equal(gg_layer_from_case(&l, gg_layer_find(name), &k, &arena, &err), 0);
    return l;
}

static gg_real *evaluate(const struct gg_layer *l, const gg_real *w, const gg_real *x)
{
    struct gg_graph g = {.n_node = ROWS};
    gg_real *y = GG_NEW(&arena, gg_real, (size_t)(ROWS * l->out.stride));
    void *scratch = gg_arena_alloc(&arena, l->scratch_bytes(l, &g, gg_threads()));
    l->type->forward(&(struct gg_call){.l = l, .w = w, .g = &g, .x = &x, .y = y, .scratch = scratch});
    return y;
}

static gg_real *random_numbers(int64_t n, uint32_t name)
{
    struct gg_rng r = gg_rng_at(1, name, 0, 0);
    gg_real *x = GG_NEW(&arena, gg_real, (size_t)n);
    for (int64_t k = 0; k < n; k++)
        x[k] = (gg_real)gg_rng_normal(&r);
    return x;
}

/* The same pieces, but for their names, and the same bytes. */
static void gated_vector_is_gated(void **state)
{
    (void)state;
    static const char irreps[] = "3x1o+5x0e+1x1e+2x1o+4x0e";
    static const char *const old[] = {"weight.1", "weight.4", "bias"};
    struct gg_layer vector = make("gated_vector", irreps, "vectors=3"),
                    any = make("gated", irreps, "out_irreps=3x1o");
    struct gg_weight a, b;
    assert_int_equal(vector.n_weight, any.n_weight);
    for (int k = 0; vector.type->weight(&vector, k, &a); k++) {
        assert_true(any.type->weight(&any, k, &b));
        assert_string_equal(a.name, old[k]);
        assert_true(a.ndim == b.ndim && a.offset == b.offset && !memcmp(a.shape, b.shape, sizeof a.shape));
    }
    const gg_real *w = random_numbers(any.n_weight, 0), *x = random_numbers(ROWS * any.in[0].stride, 1);
    assert_memory_equal(evaluate(&vector, w, x), evaluate(&any, w, x),
                        sizeof *x * (size_t)(ROWS * any.out.stride));
}

/* weight.0.0 [3][2], weight.0.1 [3][2][4] (t, c), bias.0 [2], bias.1 [2][4] */
static void gated_is_its_equation(void **state)
{
    (void)state;
    struct gg_layer l = make("gated", "3x0e+4x2e", "out_irreps=2x0e+2x2e");
    const gg_real *w = random_numbers(l.n_weight, 2), *x = random_numbers(ROWS * l.in[0].stride, 3),
                  *y = evaluate(&l, w, x);
    assert_int_equal(l.n_weight, 6 + 24 + 2 + 8);
    for (int i = 0; i < ROWS; i++)
        for (int t = 0; t < 2; t++) {
            const gg_real *h = x + i * l.in[0].stride, *out = y + i * l.out.stride;
            double scalar = (double)w[30 + t];
            for (int a = 0; a < 3; a++)
                scalar += (double)h[a] * (double)w[2 * a + t] / sqrt(3);
            assert_true(fabs((double)out[t] - scalar) <= close_enough);
            for (int m = 0; m < 5; m++) {
                double sum = 0;
                for (int c = 0; c < 4; c++) {
                    double g = (double)w[32 + 4 * t + c];
                    for (int a = 0; a < 3; a++)
                        g += (double)h[a] * (double)w[6 + 8 * a + 4 * t + c] / sqrt(3);
                    sum += g * (double)h[l.in[0].offset[1] + m * l.in[0].pad[1] + c] / sqrt(4);
                }
                assert_true(fabs((double)out[l.out.offset[1] + m * l.out.pad[1] + t] - sum) <=
                            close_enough * 10);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gated_vector_is_gated),
        cmocka_unit_test(gated_is_its_equation),
    };
    gg_threads_init(1, &err);
    int failed = cmocka_run_group_tests_name("gated", tests, NULL, NULL);
    gg_arena_free(&arena);
    return failed;
}
