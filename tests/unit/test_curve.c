/* test_curve.c -- learning curves: laws made from known numbers come back, bands hold the truth, what is no curve says why */
#include "near.h"
#include "stats/curve.h"
#include "util/rng.h"

#include <math.h>
#include <string.h>

/* Curves made from known numbers come back; bounds hold; two sizes leave c at its floor, one is refused. */
static void power_laws(void **state)
{
    (void)state;
    const double size[] = {2, 5, 10, 50, 200, 10};
    double y[6];
    const struct gg_powerlaw known[] = {{0.6, 0.5, 0.2, 0}, {0.3, 1.7, 0.05, 0}, {0.9, 0.12, 0, 0}};
    for (int k = 0; k < 3; k++) {
        struct gg_powerlaw f;
        for (int i = 0; i < 6; i++)
            y[i] = gg_powerlaw_at(&known[k], size[i]);
        assert_int_equal(gg_powerlaw_fit(6, size, y, 0, &f), 0);
        close_to(f.a, known[k].a, 1e-3);
        close_to(f.b, known[k].b, 1e-3);
        close_to(f.c, known[k].c, 1e-3);
        close_to(f.rms, 0, 1e-6);
        assert_int_equal(gg_powerlaw_fit(6, size, y, 0.3, &f), 0);
        assert_true(f.c >= 0.3 && f.a >= 0);
        assert_int_equal(gg_powerlaw_fit(2, size, y, 0.04, &f), 0);
        close_to(f.c, 0.04, 0);
        close_to(gg_powerlaw_at(&f, 5), y[1], 1e-5);
        assert_int_equal(gg_powerlaw_fit(1, size, y, 0, &f), -1);
    }
    struct gg_powerlaw f;
    for (int i = 0; i < 6; i++)
        y[i] = 0.2 + 0.1 * i; /* gets worse with data: no fall */
    assert_int_equal(gg_powerlaw_fit(5, size, y, 0, &f), 0);
    close_to(f.a, 0, 1e-12);
    y[2] = NAN;
    assert_int_equal(gg_powerlaw_fit(5, size, y, 0, &f), -1);
}

/* A curve of the law, seen through a ceiling and the scatter of seeds: law, ends and needs come back; what is no curve says why. */
static struct gg_powerlaw sampled(struct gg_curve_point *p, int n, double ceiling, double error, int trial)
{
    const struct gg_powerlaw law = {.a = 0.5, .b = 0.7, .c = 0.15};
    struct gg_rng r = gg_rng_at(17, (uint32_t)trial, 0, 0);
    for (int k = 0; k < n; k++) {
        double size = pow(2, k);
        p[k] = (struct gg_curve_point){
            size, ceiling * sqrt(1 - gg_powerlaw_at(&law, size)) + error * gg_rng_normal(&r), error};
    }
    return law;
}

static void learning_curves(void **state)
{
    (void)state;
    static struct gg_curve c;
    struct gg_curve_point p[7];
    struct gg_powerlaw law = sampled(p, 7, 0.9, 0, 0);
    gg_curve_fit(&c, 7, p, 0.9);
    assert_null(c.why);
    close_to(c.law.a, law.a, 1e-3);
    close_to(c.law.b, law.b, 1e-3);
    close_to(c.law.c, law.c, 1e-3);
    close_to(gg_curve_at(&c, INFINITY), 0.9 * sqrt(1 - law.c), 1e-4);
    close_to(gg_curve_at(&c, gg_curve_need(&c, 0.8)), 0.8, 1e-9);
    assert_true(isinf(gg_curve_need(&c, 0.85)) && gg_curve_need(&c, 0.85) > 0); /* beyond the end */
    assert_true(isinf(gg_curve_need_band(&c, 0.85).hi));
    gg_curve_fit(&c, 4, p, 0.9);
    assert_string_equal(c.why, "fewer than five sizes");
    for (int k = 0; k < 7; k++)
        p[k].rho = 0.5 - 0.01 * k;
    gg_curve_fit(&c, 7, p, NAN);
    assert_true(c.why && strstr(c.why, "does not fall"));
    close_to(c.ceiling, 1, 0);
    for (int k = 0; k < 7; k++)
        p[k].rho = sqrt(1.1 - 0.9 * pow(p[k].size, -0.2)); /* beyond 1 at last */
    gg_curve_fit(&c, 7, p, NAN);
    assert_true(c.why && strstr(c.why, "c at its bound"));
}

/* The band at twice the data holds the truth about as often as it says. */
static void learning_curve_bands(void **state)
{
    (void)state;
    static struct gg_curve c;
    struct gg_curve_point p[7];
    int held = 0, fitted = 0;
    for (int trial = 0; trial < 100; trial++) {
        struct gg_powerlaw law = sampled(p, 7, 0.9, 0.004, trial);
        double truth = 0.9 * sqrt(1 - gg_powerlaw_at(&law, 128));
        gg_curve_fit(&c, 7, p, 0.9);
        if (c.why)
            continue;
        struct gg_interval band = gg_curve_band(&c, 128);
        assert_true(band.lo <= band.hi);
        fitted++;
        held += band.lo <= truth && truth <= band.hi;
    }
    assert_true(fitted > 75);
    if (held < 0.9 * fitted || held > 0.99 * fitted)
        fail_msg("95 %% bands held %d of %d", held, fitted);
}

/* A negative correlation explains less than none: 1 - rho|rho| is above 1 there.  The fit is that of scipy's least_squares. */
static void negative_correlations(void **state)
{
    (void)state;
    const double size[] = {1, 2, 4, 6}, rho[] = {-0.0478, 0.1273, 0.1873, 0.2070};
    double y[4];
    struct gg_powerlaw f;
    for (int k = 0; k < 4; k++)
        y[k] = gg_unexplained(rho[k]);
    close_to(y[0], 1 + 0.0478 * 0.0478, 1e-15);
    close_to(y[3], 1 - 0.2070 * 0.2070, 1e-15);
    assert_int_equal(gg_powerlaw_fit(4, size, y, 1 - 0.682071 * 0.682071, &f), 0);
    close_to(f.a, 0.180, 6e-4);
    close_to(f.b, 0.164, 6e-4);
    close_to(f.c, 0.823, 6e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_laws),
        cmocka_unit_test(learning_curves),
        cmocka_unit_test(learning_curve_bands),
        cmocka_unit_test(negative_correlations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
