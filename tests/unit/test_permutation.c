/* test_permutation.c -- the paired test: exact values by hand, its level under no difference */
#include "near.h"
#include "stats/permutation.h"
#include "util/rng.h"

/* Of 8 choices of signs two have a sum of 6 or -6, four one as large as 4 (1 2 3: 6 4 2 0 and their opposites). */
static void by_hand(void **state)
{
    (void)state;
    const double one_side[] = {1, 2, 3}, mixed[] = {-1, 2, 3}, none[] = {0, 0},
                 missing[] = {NAN, 1, NAN, 2, 3};
    close_to(gg_sign_test(3, one_side), 2.0 / 8, 0);
    close_to(gg_sign_test(3, mixed), 4.0 / 8, 0);
    close_to(gg_sign_test(2, none), 1, 0);
    close_to(gg_sign_test(5, missing), 2.0 / 8, 0);
    assert_true(isnan(gg_sign_test(1, missing)));
}

/* Without a difference p is below 0.2 in a fifth of the cases; beyond 16 differences by draws, the same. */
static void level(void **state)
{
    (void)state;
    enum { SETS = 400 };
    for (int n = 10; n <= 17; n += 7) {
        int below = 0, sets = n > 16 ? SETS / 8 : SETS;
        for (int s = 0; s < sets; s++) {
            double d[17];
            for (int k = 0; k < n; k++) {
                struct gg_rng r = gg_rng_at(3, (uint32_t)s, (uint32_t)k, (uint32_t)n);
                d[k] = gg_rng_normal(&r);
            }
            below += gg_sign_test(n, d) < 0.2;
        }
        close_to(below / (double)sets, 0.2, 4 * sqrt(0.2 * 0.8 / sets));
    }
}

/* A difference in one direction throughout is as rare as can be, drawn or not. */
static void clear(void **state)
{
    (void)state;
    double d[20];
    for (int k = 0; k < 20; k++)
        d[k] = 1 + k;
    close_to(gg_sign_test(12, d), 2.0 / 4096, 0);
    assert_true(gg_sign_test(20, d) < 1e-4 && gg_sign_test(20, d) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand), cmocka_unit_test(level),
                                       cmocka_unit_test(clear)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
