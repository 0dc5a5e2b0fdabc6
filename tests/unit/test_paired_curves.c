/* test_paired_curves.c -- differences of two learning curves: means, p by hand, how often the interval holds, and that p is even without a difference */
#include "near.h"
#include "stats/paired_curves.h"
#include "util/rng.h"

static double normal(int64_t k, uint32_t of)
{
    struct gg_rng r = gg_rng_at(21, (uint32_t)k, of, 0);
    return gg_rng_normal(&r);
}

static void by_hand(void **state)
{
    const int size[] = {1, 1, 4, 4, 16, 16, 64};
    const double d[] = {0.01, 0.03, 0.02, 0.04, 0.05, NAN, NAN};
    (void)state;
    struct gg_paired_curves c = gg_paired_curves(7, size, d, GG_PAIRED_ALL);
    assert_int_equal(c.sizes, 3);
    assert_int_equal(c.pairs, 5);
    close_to(c.difference, (0.02 + 0.03 + 0.05) / 3, 1e-15);
    close_to(c.p, 2 / 32., 1e-15); /* all of one sign */
    assert_true(c.interval.lo < c.difference && c.difference < c.interval.hi);
    c = gg_paired_curves(7, size, d, 4);
    close_to(c.difference, 0.03, 1e-15);
    assert_int_equal(c.pairs, 2);
    close_to(c.p, 0.5, 1e-15);
    assert_int_equal(gg_paired_curves(7, size, d, 64).pairs, 0);
    assert_true(isnan(gg_paired_curves(7, size, d, 64).difference));
    assert_true(isnan(gg_paired_curves(3, size, d, GG_PAIRED_ALL).interval.lo)); /* one degree of freedom */
    const double other[] = {-0.01, -0.03, -0.02, -0.04, -0.05, NAN, NAN};
    c = gg_paired_curves(7, size, other, GG_PAIRED_ALL);
    close_to(c.difference, -(0.02 + 0.03 + 0.05) / 3, 1e-15);
}

/* Curves that differ by 0.02 on average, more at large sizes, with seeds that scatter by 0.01. */
static void coverage(void **state)
{
    enum { SETS = 200 };
    (void)state;
    for (int seeds = 2; seeds <= 3; seeds++) {
        int held = 0, at_size = 0, n = 5 * seeds, size[20], small = 0;
        for (int set = 0; set < SETS; set++) {
            double d[20], even[20];
            for (int i = 0; i < n; i++) {
                size[i] = i / seeds;
                even[i] = 0.01 * normal(20 * set + i, (uint32_t)seeds);
                d[i] = even[i] + 0.01 * size[i];
            }
            struct gg_interval all = gg_paired_curves(n, size, d, GG_PAIRED_ALL).interval,
                               one = gg_paired_curves(n, size, d, 3).interval;
            held += all.lo < 0.02 && 0.02 < all.hi;
            at_size += one.lo < 0.03 && 0.03 < one.hi;
            small += gg_paired_curves(n, size, even, GG_PAIRED_ALL).p <= 0.05;
        }
        print_message("%d seeds: %.1f %% over all sizes, %.1f %% at one; p <= 0.05 in %.1f %%\n", seeds,
                      100. * held / SETS, 100. * at_size / SETS, 100. * small / SETS);
        assert_in_range(held, 0.90 * SETS, 0.99 * SETS);
        assert_in_range(at_size, 0.90 * SETS, 0.99 * SETS);
        assert_in_range(small, 0.005 * SETS, 0.09 * SETS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand), cmocka_unit_test(coverage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
