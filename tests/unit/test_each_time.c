/* test_each_time.c -- layers that pass messages, on values with a row for each time: each time by itself, bit for bit */
#include "arena_fixture.h"
#include "laws/check.h"
#include "laws/liquid.h"
#include "layers/layers.h"
#include "util/threads.h"

#include <string.h>

static struct gg_liquid liquid;

static gg_real *random_value(const struct gg_shape *s, struct gg_rng *r)
{
    int64_t n = gg_shape_rows(s, &liquid.graph);
    gg_real *x = GG_NEW(&arena, gg_real, (size_t)(n * s->stride) + 16);
    double row[64];
    for (int64_t i = 0; i < n; i++) {
        for (int k = 0; k < gg_irreps_dim(&s->irreps); k++)
            row[k] = gg_rng_normal(r);
        gg_row_from_e3nn(s, row, x + i * s->stride);
    }
    return x;
}

static gg_real *forward(const struct gg_layer *l, const gg_real *w, const gg_real *const *x)
{
    const struct gg_graph *g = &liquid.graph;
    gg_real *y = GG_NEW(&arena, gg_real, (size_t)(gg_shape_rows(&l->out, g) * l->out.stride) + 16);
    void *scratch =
        gg_arena_alloc(&arena, (l->scratch_bytes ? l->scratch_bytes(l, g, gg_threads()) : 0) + 64);
    void *saved = gg_arena_alloc(&arena, (l->saved_bytes ? l->saved_bytes(l, g) : 0) + 64);
    l->type->forward(
        &(struct gg_call){.l = l, .w = w, .g = g, .x = x, .y = y, .saved = saved, .scratch = scratch});
    return y;
}

/* Row (i, t) of a value with times; or row i of one without. */
static const gg_real *row_of(const struct gg_shape *s, const gg_real *x, int64_t i, int t)
{
    return x + (s->axis & GG_PER_TIME ? i * liquid.graph.n_time + t : i) * s->stride;
}

static const gg_real *at_time(const struct gg_shape *one, const struct gg_shape *all, const gg_real *x, int t)
{
    int64_t n = gg_shape_rows(one, &liquid.graph);
    gg_real *own = GG_NEW(&arena, gg_real, (size_t)(n * one->stride) + 16);
    for (int64_t i = 0; i < n; i++)
        memcpy(own + i * one->stride, row_of(all, x, i, t), sizeof *own * (size_t)one->stride);
    return own;
}

static void make(struct gg_layer *l, const char *layer, const char *const in[2], const char *hypers)
{
    struct gg_layer_case k = {"test", {in[0], in[1]}, hypers};
    *l = (struct gg_layer){.n_type = 3, .cutoff = 1.6, .mean_neighbours = 20};
    if (gg_layer_from_case(l, gg_layer_find(layer), &k, &arena, &err))
        fail_msg("%s: %s", layer, err.text);
}

static void each_time_is_a_value_of_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *layer, *timed[2], *plain[2], *hypers;
    } table[] = {
        {"conv", {"node*time:4x0e+2x1o"}, {"4x0e+2x1o"}, "lmax=2 radial.hidden=8"},
        {"conv", {"4x0e+2x1o", "edge*time:2x0e"}, {"4x0e+2x1o", "edge:2x0e"}, "lmax=2 radial.hidden=8"},
        {"conv_so2", {"node*time:4x0e+2x1o"}, {"4x0e+2x1o"}, "lmax=2 radial.hidden=8"},
        {"linear", {"node*time:4x0e+2x1o"}, {"4x0e+2x1o"}, "species=true"},
        {"gather", {"node*time:4x0e+2x1o"}, {"4x0e+2x1o"}, "at=difference"},
        {"sum", {"edge*time:4x0e+2x1o"}, {"edge:4x0e+2x1o"}, ""}};
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct gg_layer all, one;
        struct gg_rng r = gg_rng_at(5, (uint32_t)k, 0, 0);
        const gg_real *x[2] = {0};
        make(&all, table[k].layer, table[k].timed, table[k].hypers);
        make(&one, table[k].layer, table[k].plain, table[k].hypers);
        assert_int_equal(all.n_weight, one.n_weight);
        assert_int_equal(all.out.axis, one.out.axis | GG_PER_TIME);
        gg_real *w = GG_NEW(&arena, gg_real, (size_t)all.n_weight + 1);
        for (int64_t q = 0; q < all.n_weight; q++)
            w[q] = (gg_real)gg_rng_normal(&r);
        for (int q = 0; q < all.n_in; q++)
            x[q] = random_value(&all.in[q], &r);
        const gg_real *y = forward(&all, w, x);
        for (int t = 0; t < liquid.graph.n_time; t++) {
            const gg_real *own[2] = {0};
            for (int q = 0; q < all.n_in; q++)
                own[q] = at_time(&one.in[q], &all.in[q], x[q], t);
            const gg_real *want = forward(&one, w, own), *got = at_time(&one.out, &all.out, y, t);
            size_t n = (size_t)(gg_shape_rows(&one.out, &liquid.graph) * one.out.stride);
            assert_memory_equal(got, want, n * sizeof *got);
        }
        assert_true(all.type->cost(&all, &liquid.graph).flops_forward ==
                    liquid.graph.n_time * one.type->cost(&one, &liquid.graph).flops_forward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_time_is_a_value_of_its_own)};
    struct gg_rng r = gg_rng_at(1, 0, 0, 0);
    static struct gg_arena whole;
    gg_threads_init(2, &err);
    gg_liquid_random(&liquid, &whole, 40, 3, 1.6, &r);
    int status = cmocka_run_group_tests(tests, NULL, free_arena);
    gg_arena_free(&whole);
    return status;
}
