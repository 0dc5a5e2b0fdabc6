/* test_coverage.c -- do intervals of 95 % hold the truth in 95 of 100 sets of few configurations? */
#include "configurations_fixture.h"
#include "near.h"
#include "stats/bootstrap.h"

#include <stdlib.h>

enum { SETS = 2000, LARGE = 1 << 16, MOST = 40 };

/* Config, pooled, and the differences of both: those of a set so large that its own error does not count. */
struct truth {
    double config, pooled, diff_config, diff_pooled;
};

static struct truth of_all(void)
{
    struct gg_moments *a = malloc(2 * (size_t)LARGE * sizeof *a), *b = a + LARGE;
    assert_non_null(a);
    draw_configurations(1U << 31, LARGE, a, b);
    struct truth t = {gg_pearson_config(LARGE, a), gg_pearson_pooled(LARGE, a),
                      gg_difference_config(LARGE, a, b), gg_difference_pooled(LARGE, a, b)};
    free(a);
    return t;
}

static int holds(struct gg_interval i, double x)
{
    return i.lo <= x && x <= i.hi;
}

/* How many of SETS intervals hold each of the four. */
static void count(int n, const struct truth *t, int draws, int sets, int held[4])
{
    for (int k = 0; k < 4; k++)
        held[k] = 0;
    for (int set = 0; set < sets; set++) {
        struct gg_moments a[MOST], b[MOST];
        draw_configurations((uint32_t)(set + 10000 * n), n, a, b);
        struct gg_intervals one =
            draws ? gg_bootstrap_pearson(n, a, NULL, draws, 0) : gg_intervals_pearson(n, a, NULL);
        struct gg_intervals two =
            draws ? gg_bootstrap_difference(n, a, b, NULL, draws, 0) : gg_intervals_difference(n, a, b, NULL);
        held[0] += holds(one.config, t->config);
        held[1] += holds(one.pooled, t->pooled);
        held[2] += holds(two.config, t->diff_config);
        held[3] += holds(two.pooled, t->diff_pooled);
    }
}

/* 93 to 97 of 100; 2000 sets count to 0.5 %. */
static void t_intervals_hold_95_percent(void **state)
{
    (void)state;
    const int sizes[] = {3, 5, 10, 20, 40};
    struct truth t = of_all();
    assert_true(fabs(t.config - t.pooled) > 0.003);
    for (int k = 0; k < 5; k++) {
        int held[4];
        count(sizes[k], &t, 0, SETS, held);
        for (int q = 0; q < 4; q++)
            if (!(fabs(held[q] - 0.95 * SETS) <= 0.02 * SETS))
                fail_msg("%d configurations, number %d: %d of %d intervals hold it", sizes[k], q, held[q],
                         SETS);
    }
}

/* What the counting can tell: percentiles of a bootstrap over five configurations are too narrow. */
static void percentiles_do_not(void **state)
{
    (void)state;
    struct truth t = of_all();
    int held[4];
    count(5, &t, 200, 200, held);
    for (int q = 0; q < 4; q++)
        assert_true(held[q] < 0.91 * 200);
}

/* Runs of one to three configurations that are all alike, eight of them: runs counted, 95 %; configurations, which are not independent, less. */
static void runs_are_counted(void **state)
{
    (void)state;
    enum { RUNS = 8 };
    struct truth t = of_all();
    int by_run[4] = {0}, by_configuration[4] = {0};
    for (int set = 0; set < SETS; set++) {
        struct gg_moments a[RUNS], b[RUNS], many_a[3 * RUNS], many_b[3 * RUNS];
        int run[3 * RUNS], n = 0;
        draw_configurations((uint32_t)set + 700000, RUNS, a, b);
        for (int k = 0; k < RUNS; k++)
            for (int copy = 0; copy <= k % 3; copy++) {
                many_a[n] = a[k];
                many_b[n] = b[k];
                run[n++] = 100 - k;
            }
        for (int told = 0; told < 2; told++) {
            const int *of = told ? run : NULL;
            int *held = told ? by_run : by_configuration;
            struct gg_intervals one = gg_intervals_pearson(n, many_a, of);
            struct gg_intervals two = gg_intervals_difference(n, many_a, many_b, of);
            held[0] += holds(one.config, t.config);
            held[1] += holds(one.pooled, t.pooled);
            held[2] += holds(two.config, t.diff_config);
            held[3] += holds(two.pooled, t.diff_pooled);
        }
    }
    for (int q = 0; q < 4; q++) {
        assert_in_range(by_run[q], 0.92 * SETS, 0.975 * SETS);
        assert_true(by_configuration[q] < 0.90 * SETS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(t_intervals_hold_95_percent),
                                       cmocka_unit_test(percentiles_do_not),
                                       cmocka_unit_test(runs_are_counted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
