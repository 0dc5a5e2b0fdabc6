/* test_md_canonical.c -- the thermostat alone, and in a liquid */
#include "md_fixture.h"
#include "physics/md_thermostat.h"

/* Alone, it makes the canonical distribution: mean N T/2, variance N T^2/2; the memory of a step is exp(-time). */
static void test_thermostat(void **state)
{
    (void)state;
    const double freedom = 30, temperature = 0.7, time = 0.3;
    struct gg_rng r = gg_rng_at(1, 2, 3, 4);
    double k = 50, sum = 0, square = 0, lagged = 0, last = 0;
    const int n = 200000;
    for (int s = -200; s < n; s++) {
        double alpha = gg_thermostat_factor(k, freedom, temperature, time, &r);
        k *= alpha * alpha;
        double d = k - freedom * temperature / 2;
        if (s >= 0) {
            sum += d / n;
            square += d * d / n;
            lagged += d * last / n;
        }
        last = d;
    }
    double variance = freedom * temperature * temperature / 2;
    close_to(sum, 0, 0.04);
    close_to(square, variance, 0.03 * variance);
    close_to(lagged / square, exp(-time), 0.02);
}

static void test_canonical(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_md m;
    struct gg_md_rule rule = rule_of(0.8);
    double sum = 0, square = 0, n = 0, first;
    rule.ensemble = GG_CANONICAL;
    rule.dt = 0.004;
    rule.relaxation = 0.1;
    make(&l, 2, GG_POTENTIAL_POLY);
    start(&m, &l, &rule, GG_MD_RUNS, 0);
    gg_md_advance(&m, 500);
    first = total(&m, 3);
    for (int k = 0; k < 60; k++) {
        double kinetic[GG_MD_RUNS], potential[GG_MD_RUNS];
        gg_md_advance(&m, 50);
        gg_md_energies(&m, kinetic, potential);
        for (int run = 0; run < GG_MD_RUNS; run++, n++) {
            double t = 2 * kinetic[run] / gg_md_freedom(&m);
            sum += t;
            square += t * t;
        }
    }
    double mean = sum / n, variance = square / n - mean * mean, want = 2 * 0.8 * 0.8 / gg_md_freedom(&m);
    close_to(mean, 0.8, 0.01);
    close_to(variance, want, 0.25 * want);
    close_to(total(&m, 3), first, 2e-3); /* with the heat taken off, energy is conserved */
    gg_md_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_thermostat), cmocka_unit_test(test_canonical)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
