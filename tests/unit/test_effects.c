/* test_effects.c -- main effects: against least squares by another program, plans by hand, settings that cannot be told apart, how often intervals hold */
#include "near.h"
#include "stats/effects.h"
#include "stats/interval.h"
#include "util/rng.h"

enum { N = 14 };
static const int three[N] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 0, 1, 2, 1};
static const int two[N] = {0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0};
static const double response[N] = {.1, .35, .12, .61, .58, .33, .52, .83, .77, .55, .29, .66, .49, .37};

/* Means and standard errors of numpy.linalg.lstsq with indicator columns, averaged over the runs. */
static void least_squares(void **state)
{
    (void)state;
    const struct gg_setting_levels s[2] = {{3, three}, {2, two}};
    const double mean[3] = {0.21499999999999989, 0.48452941176470565, 0.6574705882352941};
    const double error[3] = {0.01775155337030604, 0.01599379204826189, 0.01599379204826189};
    struct gg_level_mean m[3];
    assert_true(gg_main_effect(N, response, 2, s, 0, m));
    for (int l = 0; l < 3; l++) {
        close_to(m[l].mean, mean[l], 1e-14);
        close_to(m[l].half, gg_student(10) * error[l], 1e-14);
    }
    assert_int_equal(m[0].runs, 4);
    assert_true(gg_main_effect(N, response, 2, s, 1, m));
    close_to(m[0].mean, 0.3419327731092436, 1e-14);
    close_to(m[1].mean, 0.5966386554621848, 1e-14);
    close_to(m[1].half, gg_student(10) * 0.01351722139883165, 1e-14);
}

/* Of a full plan the means are those of the runs; the scatter is what both effects leave: here nothing. */
static void a_full_plan(void **state)
{
    (void)state;
    const int a[4] = {0, 0, 1, 1}, b[4] = {0, 1, 0, 1};
    const double y[4] = {1, 3, 11, 13};
    const struct gg_setting_levels s[2] = {{2, a}, {2, b}};
    struct gg_level_mean m[2];
    assert_true(gg_main_effect(4, y, 2, s, 0, m));
    close_to(m[0].mean, 2, 1e-13);
    close_to(m[1].mean, 12, 1e-13);
    close_to(m[1].half, 0, 1e-12);
    /* without the other setting, its effect is scatter: sd over the runs of a level sqrt(2), 2 of freedom */
    assert_true(gg_main_effect(4, y, 1, s, 0, m));
    close_to(m[1].mean, 12, 1e-13);
    close_to(m[1].half, gg_student(2) * sqrt(2) / sqrt(2), 1e-12);
}

/* More runs of one level than of the other do not move the effect of another setting. */
static void not_a_plan(void **state)
{
    (void)state;
    const int a[5] = {0, 0, 0, 1, 1}, b[5] = {0, 0, 1, 1, 1};
    const double y[5] = {0, 0, 10, 11, 11};                 /* 10 for b, 1 for a */
    const struct gg_setting_levels s[2] = {{2, a}, {4, b}}; /* levels without runs */
    struct gg_level_mean m[4];
    assert_true(gg_main_effect(5, y, 2, s, 0, m));
    close_to(m[1].mean - m[0].mean, 1, 1e-13);
    close_to(m[0].mean, 6, 1e-13);
    assert_true(gg_main_effect(5, y, 2, s, 1, m));
    close_to(m[1].mean - m[0].mean, 10, 1e-13);
    assert_true(isnan(m[2].mean) && m[2].runs == 0);
}

/* Two settings that change together tell of neither; a third one is told as before. */
static void not_to_be_told(void **state)
{
    (void)state;
    const int a[6] = {0, 0, 1, 1, 2, 2}, b[6] = {1, 1, 0, 0, 2, 2}, c[6] = {0, 1, 0, 1, 0, 1}, d[6] = {0};
    const double y[6] = {1, 2, 3, 4, 5, 6};
    const struct gg_setting_levels s[4] = {{3, a}, {3, b}, {2, c}, {1, d}};
    struct gg_level_mean m[3];
    assert_false(gg_main_effect(6, y, 4, s, 0, m));
    assert_true(isnan(m[0].mean) && m[0].runs == 2);
    assert_false(gg_main_effect(6, y, 4, s, 1, m));
    assert_true(gg_main_effect(6, y, 4, s, 2, m));
    close_to(m[1].mean - m[0].mean, 1, 1e-13);
    assert_false(gg_main_effect(6, y, 4, s, 3, m)); /* one level */
    assert_true(gg_main_effect(2, y, 1, &s[2], 0, m));
    assert_true(isnan(m[0].half)); /* two runs, two numbers */
}

/* Of 2000 sets of runs with normal scatter, 93 to 97 in a hundred intervals hold the truth. */
static void coverage(void **state)
{
    (void)state;
    const struct gg_setting_levels s[2] = {{3, three}, {2, two}};
    int held = 0;
    for (uint32_t set = 0; set < 2000; set++) {
        struct gg_rng r = gg_rng_at(5, set, 0, 0);
        struct gg_level_mean m[3];
        double y[N];
        for (int i = 0; i < N; i++)
            y[i] = 0.3 * three[i] + two[i] + 0.2 * gg_rng_normal(&r);
        gg_main_effect(N, y, 2, s, 0, m);
        held += fabs(m[2].mean - (0.6 + 7.0 / N)) < m[2].half;
    }
    assert_in_range(held, 1860, 1940);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_squares),  cmocka_unit_test(a_full_plan), cmocka_unit_test(not_a_plan),
        cmocka_unit_test(not_to_be_told), cmocka_unit_test(coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
