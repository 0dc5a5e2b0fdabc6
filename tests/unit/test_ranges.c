/* test_ranges.c -- the ranges of receivers of a backward pass: whole blocks, and exactly the senders that each listens to */
#include "graph/graph.h"
#include "util/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Rows of 0 to 4 edges from any sender but 0, whom nobody hears; receiver 7 is alone. */
static struct gg_graph random_graph(struct gg_arena *a, int64_t n)
{
    struct gg_rng r = gg_rng_at(3, (uint32_t)n, 0, 0);
    int64_t *ptr = GG_NEW(a, int64_t, (size_t)n + 1);
    int32_t *nbr = GG_NEW(a, int32_t, 4 * (size_t)n + 1);
    for (int64_t i = 0; i < n; i++) {
        int row = i == 7 || n < 2 ? 0 : (int)gg_rng_below(&r, 5);
        ptr[i + 1] = ptr[i] + row;
        for (int64_t e = ptr[i]; e < ptr[i + 1]; e++)
            nbr[e] = 1 + (int32_t)gg_rng_below(&r, (uint32_t)n - 1);
    }
    return (struct gg_graph){.n_node = n, .n_edge = ptr[n], .ptr = ptr, .nbr = nbr};
}

static void check_range(struct gg_arena *a, const struct gg_graph *g, const struct gg_range *r)
{
    bool *heard = GG_NEW(a, bool, (size_t)g->n_node);
    int64_t n = 0;
    for (int64_t e = g->ptr[r->first]; e < g->ptr[r->last]; e++) {
        assert_in_range(g->local[e], 0, r->n_touched - 1);
        assert_int_equal(r->touched[g->local[e]], g->nbr[e]);
        n += !heard[g->nbr[e]];
        heard[g->nbr[e]] = true;
    }
    assert_int_equal(r->n_touched, n);
    for (int64_t k = 1; k < n; k++)
        assert_true(r->touched[k - 1] < r->touched[k]);
}

static void ranges(void **state)
{
    static const int64_t sizes[] = {0, 1, 32, 33, 512, 513, 1300, 5000};
    struct gg_arena a = {0};
    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct gg_graph g = random_graph(&a, sizes[k]);
        int64_t end = 0;
        gg_graph_ranges(&g, &a);
        assert_in_range(g.n_range, g.n_node > 0, GG_GRAPH_RANGES);
        for (int q = 0; q < g.n_range; q++) {
            assert_int_equal(g.range[q].first, end);
            assert_true(g.range[q].last > end);
            end = g.range[q].last;
            assert_true(end % GG_GRAPH_BLOCK == 0 || end == g.n_node);
            check_range(&a, &g, &g.range[q]);
        }
        assert_int_equal(end, g.n_node);
    }
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ranges)};
    return cmocka_run_group_tests_name("ranges", tests, NULL, NULL);
}
