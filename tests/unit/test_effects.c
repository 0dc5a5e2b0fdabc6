/* test_effects.c -- effects of settings and of their pairs: against least squares by another program, plans by hand, what cannot be told apart, how often
 * intervals hold */
#include "near.h"
#include "stats/effect.h"
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
    assert_true(gg_main_effect(&(struct gg_design){N, 2, s, false}, response, 0, m));
    for (int l = 0; l < 3; l++) {
        close_to(m[l].mean, mean[l], 1e-14);
        close_to(m[l].half, gg_student(10) * error[l], 1e-14);
    }
    assert_int_equal(m[0].runs, 4);
    assert_true(gg_main_effect(&(struct gg_design){N, 2, s, false}, response, 1, m));
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
    assert_true(gg_main_effect(&(struct gg_design){4, 2, s, false}, y, 0, m));
    close_to(m[0].mean, 2, 1e-13);
    close_to(m[1].mean, 12, 1e-13);
    close_to(m[1].half, 0, 1e-12);
    /* without the other setting, its effect is scatter: sd over the runs of a level sqrt(2), 2 of freedom */
    assert_true(gg_main_effect(&(struct gg_design){4, 1, s, false}, y, 0, m));
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
    assert_true(gg_main_effect(&(struct gg_design){5, 2, s, false}, y, 0, m));
    close_to(m[1].mean - m[0].mean, 1, 1e-13);
    close_to(m[0].mean, 6, 1e-13);
    assert_true(gg_main_effect(&(struct gg_design){5, 2, s, false}, y, 1, m));
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
    assert_false(gg_main_effect(&(struct gg_design){6, 4, s, false}, y, 0, m));
    assert_true(isnan(m[0].mean) && m[0].runs == 2);
    assert_false(gg_main_effect(&(struct gg_design){6, 4, s, false}, y, 1, m));
    assert_true(gg_main_effect(&(struct gg_design){6, 4, s, false}, y, 2, m));
    close_to(m[1].mean - m[0].mean, 1, 1e-13);
    assert_false(gg_main_effect(&(struct gg_design){6, 4, s, false}, y, 3, m)); /* one level */
    assert_true(gg_main_effect(&(struct gg_design){2, 1, &s[2], false}, y, 0, m));
    assert_true(isnan(m[0].half)); /* two runs, two numbers */
}

/* The effect of a pair, numbers of numpy.linalg.lstsq: alone, and behind a third setting. */
static void pairs_by_least_squares(void **state)
{
    (void)state;
    const int one[N] = {0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0};
    const struct gg_setting_levels s[3] = {{3, three}, {2, two}, {2, one}};
    const struct gg_design d = {N, 2, s, true};
    const struct gg_term t = {0, 1};
    struct gg_effect_levels level[2];
    double w[2][N], fitted[N];
    assert_int_equal(gg_effect_levels(&d, t, level, 2), 2);
    assert_true(level[1].a == 2 && level[1].b == 1);
    assert_true(gg_effect_weights(&d, t, w[0]));
    for (int k = 0; k < 2; k++) {
        double effect = 0, square = 0;
        for (int i = 0; i < N; i++) {
            effect += w[k][i] * response[i];
            square += w[k][i] * w[k][i];
        }
        close_to(effect, k ? 0.06999999999999974 : 0.05666666666666648, 1e-14);
        close_to(square, 1.8333333333333, 1e-12);
    }
    struct gg_scatter left = gg_scatter(&d, response, fitted);
    assert_int_equal(left.freedom, 8);
    close_to(left.variance, 0.001208333333333334, 1e-15);
    close_to(fitted[1], 0.32, 1e-14);
    /* Three settings and all pairs are 10 numbers; without the pairs of the third, 7 of freedom are left. */
    const struct gg_design mains = {N, 3, s, false};
    assert_int_equal(gg_scatter(&mains, response, NULL).freedom, 9);
    assert_true(gg_effect_weights(&mains, (struct gg_term){2, -1}, w[0]));
}

/* In half of a plan of three settings each effect is that of a pair of others: it is told without pairs, and with them it is not. */
static void pairs_that_are_mixed_up(void **state)
{
    (void)state;
    const int a[4] = {0, 1, 0, 1}, b[4] = {0, 0, 1, 1}, c[4] = {0, 1, 1, 0};
    const struct gg_setting_levels s[3] = {{2, a}, {2, b}, {2, c}};
    double w[4];
    for (int f = 0; f < 3; f++) {
        assert_true(gg_effect_weights(&(struct gg_design){4, 3, s, false}, (struct gg_term){f, -1}, w));
        assert_false(gg_effect_weights(&(struct gg_design){4, 3, s, true}, (struct gg_term){f, -1}, w));
    }
    assert_false(gg_effect_weights(&(struct gg_design){4, 3, s, true}, (struct gg_term){0, 1}, w));
    assert_true(gg_effect_weights(&(struct gg_design){4, 2, s, true}, (struct gg_term){0, 1}, w));
}

/* ---- runs and configurations that are both drawn ---- */

enum { CONFIGURATIONS = 6 };

/* Runs scatter by `run`, what configurations say of each setting by `config`, all else by 0.05. */
static void draw_set(struct gg_rng *r, double run, double config, double each[N * CONFIGURATIONS])
{
    double b[N], a_of[CONFIGURATIONS], c_of[CONFIGURATIONS], level[CONFIGURATIONS];
    for (int k = 0; k < N; k++)
        b[k] = run * gg_rng_normal(r);
    for (int c = 0; c < CONFIGURATIONS; c++) {
        level[c] = gg_rng_normal(r);
        a_of[c] = 0.3 + config * gg_rng_normal(r);
        c_of[c] = 1 + config * gg_rng_normal(r);
    }
    for (int k = 0; k < N; k++)
        for (int c = 0; c < CONFIGURATIONS; c++)
            each[k * CONFIGURATIONS + c] =
                level[c] + a_of[c] * three[k] + c_of[c] * two[k] + b[k] + 0.05 * gg_rng_normal(r);
}

/* How many of 1000 sets have all three intervals hold. */
static int hold_together(double run, double config)
{
    const struct gg_setting_levels s[2] = {{3, three}, {2, two}};
    const struct gg_design d = {N, 2, s, false};
    const double truth[3] = {0.3, 0.6, 1};
    double w[3][N], each[N * CONFIGURATIONS], mean[N];
    int held = 0;
    gg_effect_weights(&d, (struct gg_term){0, -1}, w[0]);
    gg_effect_weights(&d, (struct gg_term){1, -1}, w[2]);
    for (uint32_t set = 0; set < 1000; set++) {
        struct gg_rng r = gg_rng_at(6, set, 0, 0);
        bool all = true;
        draw_set(&r, run, config, each);
        for (int k = 0; k < N; k++) {
            mean[k] = 0;
            for (int c = 0; c < CONFIGURATIONS; c++)
                mean[k] += each[k * CONFIGURATIONS + c] / CONFIGURATIONS;
        }
        const struct gg_effect_data data = {N, CONFIGURATIONS, 3, each, gg_scatter(&d, mean, NULL)};
        for (int e = 0; e < 3; e++) {
            struct gg_effect got = gg_effect(&data, w[e]);
            all = all && fabs(got.value - truth[e]) < got.half;
        }
        held += all;
    }
    return held;
}

/* Together they hold in 95 % of sets at least, whichever of the two scatters: by runs, by configurations, by both.  How many more is the
 * price of Bonferroni's bound and of the scatter that is counted twice. */
static void intervals_together(void **state)
{
    (void)state;
    assert_in_range(hold_together(0.2, 0), 940, 990);
    assert_in_range(hold_together(0, 0.2), 940, 995);
    assert_in_range(hold_together(0.2, 0.2), 950, 1000);
}

/* One configuration: Student's interval of the runs alone, as of a table without a list. */
static void one_configuration(void **state)
{
    (void)state;
    const struct gg_setting_levels s[2] = {{3, three}, {2, two}};
    const struct gg_design d = {N, 2, s, false};
    struct gg_effect_data data = {N, 1, 1, response, gg_scatter(&d, response, NULL)};
    double w[N], square = 0;
    assert_true(gg_effect_weights(&d, (struct gg_term){1, -1}, w));
    for (int i = 0; i < N; i++)
        square += w[i] * w[i];
    struct gg_effect e = gg_effect(&data, w);
    close_to(e.value, 0.5966386554621848 - 0.3419327731092436, 1e-14);
    close_to(e.half, gg_student(10) * sqrt(data.s.variance * square), 1e-14);
    data.family = 5;
    close_to(gg_effect(&data, w).half / e.half, 3.1692726726 / 2.2281388520,
             1e-8); /* tables: t of 10 at 0.01 and at 0.05 */
    data.s.freedom = 0;
    assert_true(isnan(gg_effect(&data, w).half));
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
        gg_main_effect(&(struct gg_design){N, 2, s, false}, y, 0, m);
        held += fabs(m[2].mean - (0.6 + 7.0 / N)) < m[2].half;
    }
    assert_in_range(held, 1860, 1940);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_squares),
        cmocka_unit_test(a_full_plan),
        cmocka_unit_test(not_a_plan),
        cmocka_unit_test(not_to_be_told),
        cmocka_unit_test(coverage),
        cmocka_unit_test(pairs_by_least_squares),
        cmocka_unit_test(pairs_that_are_mixed_up),
        cmocka_unit_test(intervals_together),
        cmocka_unit_test(one_configuration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
