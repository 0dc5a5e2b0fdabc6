/* test_score_spread.c -- uncertainties that are planted: scores, scale, bins; of scalars and vectors, with the noise of the runs */
#include "near.h"
#include "score/frames.h"
#include "util/rng.h"

#include <stdio.h>
#include <string.h>

enum { N = 900, CONFIGS = 8, K = 4 };
static const double halved = 0.5; /* predicted deviations are so many times the true ones */

static const struct gg_score_options options = {.draws = GG_SCORE_T};

static double normal(int s, uint32_t i, uint32_t of)
{
    struct gg_rng r = gg_rng_at(20 + (uint64_t)s, i, of, 0);
    return gg_rng_normal(&r);
}

/* Truth = field + noise of variance 0.04, errors of deviation 0.1 to 0.8, and what the prediction says of them. */
static void make(struct gg_frame *f, struct gg_arena *a, int s)
{
    const uint64_t times[] = {1};
    gg_frame_clear(f);
    f->n_node = N;
    f->dim = 3;
    snprintf(f->id, sizeof f->id, "test/%d", s);
    int32_t *type = gg_frame_add(f, a, "type", NULL)->data;
    *(double *)gg_frame_add(f, a, "time", times)->data = 1;
    const char *const names[] = {"propensity", "propensity_pred", "propensity_std", "propensity_var"};
    float *x[4], *v[2];
    for (int k = 0; k < 4; k++)
        x[k] = gg_frame_add(f, a, names[k], times)->data;
    v[0] = gg_frame_add(f, a, "displacement", times)->data;
    v[1] = gg_frame_add(f, a, "displacement_pred", times)->data;
    float *cov = gg_frame_add(f, a, "displacement_cov", times)->data;
    for (uint32_t i = 0; i < N; i++) {
        double field = normal(s, i, 0), sigma = 0.1 * exp2(3 * ((double)(i % 100) / 100));
        type[i] = 0;
        x[0][i] = (float)(field + 0.2 * normal(s, i, 1));
        x[1][i] = (float)(field + sigma * normal(s, i, 2));
        x[2][i] = (float)(halved * sigma);
        x[3][i] = 0.04F * K;
        for (uint32_t k = 0; k < 3; k++) {
            v[0][3 * i + k] = (float)normal(s, i, 3 + k);
            v[1][3 * i + k] = v[0][3 * i + k] + (float)(sigma * normal(s, i, 6 + k));
        }
        cov[6 * i] = (float)(halved * halved * 3 * sigma * sigma / sqrt(3)); /* trace / sqrt 3 */
    }
}

static void add(struct gg_scores *s, int from, bool noise)
{
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_meta meta = {0};
    struct gg_err err = {0};
    if (noise)
        gg_meta_set(&meta, "replicas", "4");
    for (int k = from; k < from + CONFIGS; k++) {
        make(&f, &a, k);
        struct gg_score_input in = {1, {&f, NULL}, {&meta, NULL}};
        if (gg_score_frame(s, &(struct gg_score_request){0}, &in, &a, &err))
            fail_msg("%s", err.text);
        gg_arena_reset(&a);
    }
    gg_frame_free(&f);
    gg_arena_free(&a);
    gg_meta_clear(&meta);
}

static const struct gg_score_cell *cell(const struct gg_scores *s, const char *target)
{
    for (int k = 0; k < s->n; k++)
        if (strcmp(s->name[s->cell[k].key.target], target) == 0)
            return &s->cell[k];
    fail_msg("no cell of %s", target);
    return NULL;
}

/* Halved deviations want a scale of 2, once the noise of the runs is taken off the errors; not before. */
static void scales(void **state)
{
    (void)state;
    struct gg_scores s = {0}, blind = {0};
    add(&s, 0, true);
    struct gg_score_row r = gg_scores_row(&s, cell(&s, "propensity"), &options);
    close_to(r.scale, 2, 0.06);
    assert_true(r.scale_lo < 2 && 2 < r.scale_hi && r.scale_hi - r.scale_lo < 0.3);
    assert_true(r.z2 > 1.5 && r.within_1sd < 0.65 && r.scaled_by == 1);
    assert_true(r.spread_error_config > 0.3);
    close_to(gg_scores_row(&s, cell(&s, "displacement"), &options).scale, 2, 0.06);
    add(&blind, 0, false);
    assert_true(gg_scores_row(&blind, cell(&blind, "propensity"), &options).scale > 2.15);
    gg_scores_free(&s);
    gg_scores_free(&blind);
}

/* The scale of other configurations makes it right: e^2 / V, and the parts within one and two deviations of a normal distribution. */
static void held_out(void **state)
{
    (void)state;
    struct gg_scores s = {.reliability = true};
    add(&s, 100, true);
    gg_scores_keep_scales(&s);
    assert_int_equal(s.n, 0);
    assert_int_equal(s.n_config, 0);
    add(&s, 0, true);
    const struct gg_score_cell *c = cell(&s, "propensity");
    struct gg_score_row r = gg_scores_row(&s, c, &options);
    close_to(r.scaled_by, 2, 0.06);
    close_to(r.scale, 2, 0.06); /* that of std as it is */
    close_to(r.z2, 1, 0.05);
    close_to(r.within_1sd, 0.6827, 0.015);
    close_to(r.within_2sd, 0.9545, 0.008);
    close_to(r.configs, CONFIGS, 0);
    r = gg_scores_row(&s, cell(&s, "displacement"), &options);
    close_to(r.z2, 1, 0.05);
    assert_true(isnan(r.within_1sd));
    gg_scores_free(&s);
}

/* Scaled by their own scale the variances are the squared errors, all bins together; each particle is in the bin of its deviation. */
static void own_scale(void **state)
{
    (void)state;
    struct gg_scores s = {.reliability = true};
    add(&s, 0, true);
    gg_scores_keep_scales(&s);
    add(&s, 0, true);
    const struct gg_score_cell *c = cell(&s, "propensity");
    double n = 0, predicted = 0, actual = 0;
    for (int k = 0; k < c->n_bin; k++) {
        double V = c->bin[k].predicted2 / c->bin[k].n, lo = gg_reliability_end(c->bin[k].bin);
        assert_true(sqrt(V) >= lo && sqrt(V) <= gg_reliability_end(c->bin[k].bin + 1));
        n += c->bin[k].n;
        predicted += c->bin[k].predicted2;
        actual += c->bin[k].actual2;
    }
    close_to(n, N * CONFIGS, 0);
    close_to(actual / predicted, 1, 1e-9);
    gg_scores_free(&s);
}

/* Deviations that hold the noise already get none besides. */
static void noise_once(void **state)
{
    (void)state;
    const double x[] = {0, 0, 0}, y[] = {1, -2, 0}, variance[] = {1, 1, 0}, noise[] = {3, 3, 0};
    double z[6];
    struct gg_calibration c = gg_calibrate(3, 1, x, y, variance, noise, 1, z);
    close_to(c.n, 2, 0); /* the third expects no error at all */
    close_to(c.z2, 1.0 / 4 + 4.0 / 4, 1e-15);
    close_to(c.within[0], 1, 0); /* 2 is not below sqrt 4 */
    close_to(c.within[1], 2, 0);
    close_to(gg_calibration_scale(&c), 0, 0); /* errors are smaller than the noise */
    c = gg_calibrate(3, 1, x, y, variance, NULL, 2, z);
    close_to(c.z2, 1.0 / 4 + 4.0 / 4, 1e-15);
    close_to(gg_calibration_scale(&c), sqrt(5.0 / 2), 1e-15);
}

/* Scales are for columns: one that the held-out stream lacks is refused. */
static void no_scale(void **state)
{
    (void)state;
    struct gg_scores s = {0};
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_err err = {0};
    add(&s, 0, true);
    gg_scores_keep_scales(&s);
    make(&f, &a, 0);
    *(double *)gg_frame_find(&f, "time")->data = 7;
    struct gg_score_input in = {1, {&f, NULL}, {NULL, NULL}};
    assert_int_equal(gg_score_frame(&s, &(struct gg_score_request){0}, &in, &a, &err), -1);
    assert_non_null(strstr(err.text, "--scale-from has no uncertainty of 'propensity' at"));
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(scales), cmocka_unit_test(held_out),
                                       cmocka_unit_test(own_scale), cmocka_unit_test(noise_once),
                                       cmocka_unit_test(no_scale)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
