/* test_power.c -- the samples that a difference needs: simulated t-tests see it in four of five cases, and with fewer they do not */
#include "near.h"
#include "stats/interval.h"
#include "stats/power.h"
#include "util/rng.h"

#include <math.h>

/* The part of simulated t-tests of n normal numbers with this mean and deviation 1 that find it. */
static double found(int n, double mean)
{
    enum { TRIES = 20000 };
    int seen = 0;
    for (int k = 0; k < TRIES; k++) {
        double sum = 0, square = 0;
        for (int i = 0; i < n; i++) {
            struct gg_rng r = gg_rng_at(7, (uint32_t)k, (uint32_t)i, 0);
            double x = mean + gg_rng_normal(&r);
            sum += x;
            square += x * x;
        }
        double m = sum / n, sd = sqrt((square - n * m * m) / (n - 1));
        seen += fabs(m) > gg_student(n - 1) * sd / sqrt(n);
    }
    return (double)seen / TRIES;
}

static void simulated(void **state)
{
    (void)state;
    const double delta[] = {1.5, 0.8, 0.4};
    for (int k = 0; k < 3; k++) {
        double n = gg_power_samples(1, delta[k]);
        double at = found((int)n, delta[k]);
        if (!(at > 0.78 && at < 0.9))
            fail_msg("%g samples find %g in %.3f of cases", n, delta[k], at);
        assert_true(found((int)(0.7 * n), delta[k]) < 0.75);
    }
}

static void inverse(void **state)
{
    (void)state;
    for (int n = 3; n < 200; n += 7) {
        double delta = gg_power_delta(0.05, n);
        assert_true(gg_power_samples(0.05, delta * (1 + 1e-9)) == n);
        assert_true(gg_power_samples(0.05, delta * (1 - 1e-3)) >= n);
    }
    assert_true(gg_power_samples(0, 0.1) == 3);
    assert_true(isnan(gg_power_samples(NAN, 0.1)) && isnan(gg_power_samples(1, 0)) &&
                isnan(gg_power_samples(1, 1e-6)));
    assert_true(isnan(gg_power_delta(1, 2)));
    /* (z_0.975 + z_0.8)^2 / delta^2 where there are many */
    close_to(gg_power_samples(1, 0.01) / 78488.6, 1, 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(simulated), cmocka_unit_test(inverse)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
