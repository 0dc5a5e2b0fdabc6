/* test_conv_large.c -- what the layers' cases are too small for: ranges of several blocks, rows of more edges than a chunk
 *
 * 729 particles with some 95 neighbours each, 70 of one species. */
#include "layers/layers.h"
#include "laws/check.h"
#include "conv_fixture.h"
#include "laws/check_laws.h"
#include "conv/conv.h"
#include "util/threads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct gg_arena arena;
static struct gg_liquid sample;

static const struct gg_layer_case cases[] = {
    {"channelwise", {"3x0e+9x1o"}, "lmax=2 channels=3 radial.hidden=4"},
    {"species, exact", {"4x0e"}, "lmax=1 radial.species=true radial.hidden=4 radial.table=0"},
    {"density", {"4x0e"}, "lmax=1 normalise=density radial.hidden=4"},
    {"degree 4", {"2x0e+2x4e"}, "lmax=4 channels=2 radial.hidden=4"},
    {"degree 5", {"2x0e+1x5o"}, "lmax=5 out_irreps=2x0e+1x5o radial.hidden=4"},
    {"full", {"3x0e+2x1o"}, "mixing=full lmax=1 channels=2 radial.hidden=4"},
    {"full, species", {"3x0e+2x1o"}, "mixing=full lmax=1 channels=2 radial.species=true radial.hidden=4"},
    {"full, density", {"4x0e"}, "mixing=full lmax=1 channels=2 normalise=density radial.hidden=4"},
    {"full, degree 4", {"2x0e+1x4e"}, "mixing=full lmax=4 out_irreps=2x0e+1x4e radial.hidden=4"}};
enum { CASES = sizeof cases / sizeof *cases };

static void open_case(struct gg_check *c, const struct gg_layer_case *k)
{
    struct gg_err err = {0};
    *c = (struct gg_check){.k = k, .a = &arena, .r = gg_rng_at(5, 0, 0, 0), .to = stdout};
    c->l = (struct gg_layer){.n_type = sample.n_type, .cutoff = sample.cutoff, .mean_neighbours = 95};
    if (gg_layer_from_case(&c->l, gg_layer_find("conv"), k, &arena, &err))
        fail_msg("%s: %s", k->name, err.text);
}

static int setup(void **state)
{
    struct gg_rng r = gg_rng_at(7, 0, 0, 0);
    int64_t longest = 0;
    (void)state;
    gg_liquid_lattice(&sample, &arena, 9, 2, 2.75, &r);
    for (int64_t i = 0; i < sample.n; i++) {
        int64_t row = sample.graph.ptr[i + 1] - sample.graph.ptr[i];
        longest = row > longest ? row : longest;
        ((int32_t *)sample.type)[i] = i % 4 == 0;
    }
    return sample.n > GG_GRAPH_RANGES * GG_GRAPH_BLOCK && longest > GG_CONV_CHUNK + GG_CONV_CHUNK / 4 ? 0
                                                                                                      : -1;
}

static int teardown(void **state)
{
    (void)state;
    gg_arena_free(&arena);
    return 0;
}

/* Gradients, added to what is there, the same for 1, 2 and 4 threads. */
static void test_laws(void **state)
{
    (void)state;
    for (int k = 0; k < CASES; k++) {
        struct gg_check c;
        open_case(&c, &cases[k]);
        gg_law_gradient(&c, &sample);
        gg_law_adds(&c, &sample);
        gg_law_repeatable(&c, &sample);
        assert_true(c.n_checked >= 3);
        assert_int_equal(c.n_failed, 0);
    }
}

/* y, dx and dw by one level, one behind the other; returns how many numbers. */
static size_t evaluate(const struct gg_layer_case *k, const struct gg_conv_level *level, gg_real **all)
{
    struct gg_check c;
    choose_level(level->name);
    open_case(&c, k);
    assert_ptr_equal(((struct gg_conv_plan *)c.l.plan)->level, level);
    const struct gg_graph *g = &sample.graph;
    struct gg_point p = gg_point_random(&c, g), d = gg_point_zero(&c, g);
    void *saved;
    gg_real *y = gg_run_forward(&c, g, &p, &saved), *dy = gg_value_random(&c, &c.l.out, sample.n);
    gg_run_backward(&c, g, &p, y, saved, dy, &d);
    size_t n_y = (size_t)gg_value_size(&c.l.out, g), n_x = (size_t)gg_value_size(&c.l.in[0], g),
           n_w = (size_t)c.l.n_weight;
    *all = GG_NEW(&arena, gg_real, n_y + n_x + n_w);
    memcpy(*all, y, n_y * sizeof *y);
    memcpy(*all + n_y, d.x[0], n_x * sizeof *y);
    memcpy(*all + n_y + n_x, d.w, n_w * sizeof *y);
    return n_y + n_x + n_w;
}

/* Levels with fused products give the same bytes, whatever their width; plain C what rounding allows. */
static void test_levels_agree(void **state)
{
    const struct gg_conv_level *level[3];
    int n = levels(level);
    (void)state;
    for (int k = 0; k < CASES; k++) {
        gg_real *first, *other;
        evaluate(&cases[k], level[0], &first);
        for (int v = 1; v < n; v++) {
            size_t count = evaluate(&cases[k], level[v], &other);
            if (strcmp(level[v]->name, "plain"))
                assert_memory_equal(other, first, count * sizeof *first);
            else
                assert_true(worst(other, first, count) <= 20 * tolerance);
        }
    }
    choose_level(NULL);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_laws), cmocka_unit_test(test_levels_agree)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("conv_large", tests, setup, teardown);
}
