/* test_score_vector.c -- scores of vectors whose values are known in closed form: scaled, turned, shifted; halves of the runs; slopes */
#include "near.h"
#include "score/frames.h"
#include "util/rng.h"

#include <stdio.h>
#include <string.h>

enum { N = 60, K = 5, CONFIGS = 4 };

static const struct gg_score_options options = {.draws = GG_SCORE_T};

/* Displacements of mean 0 over all particles, in the plane where `flat`; the prediction is made of them by `predict`. */
static void make(struct gg_frame *f, struct gg_arena *a, int s, bool flat,
                 void (*predict)(const float u[3], float v[3]))
{
    gg_frame_clear(f);
    f->n_node = N;
    f->dim = 3;
    snprintf(f->id, sizeof f->id, "test/%d", s);
    const uint64_t times[] = {1};
    int32_t *type = gg_frame_add(f, a, "type", NULL)->data;
    *(double *)gg_frame_add(f, a, "time", times)->data = 1;
    float *u = gg_frame_add(f, a, "displacement", times)->data,
          *v = gg_frame_add(f, a, "displacement_pred", times)->data;
    float mean[3] = {0};
    for (int k = 0; k < 3 * N; k++) {
        struct gg_rng r = gg_rng_at((uint64_t)s, (uint32_t)k, 0, 0);
        u[k] = flat && k % 3 == 2 ? 0 : (float)gg_rng_normal(&r);
        mean[k % 3] += u[k] / N;
    }
    for (int i = 0; i < N; i++) {
        type[i] = i % 3 == 0;
        for (int k = 0; k < 3; k++)
            u[3 * i + k] -= mean[k];
        predict(&u[3 * i], &v[3 * i]);
    }
}

static void twice(const float u[3], float v[3])
{
    for (int k = 0; k < 3; k++)
        v[k] = 2 * u[k];
}

static void turned(const float u[3], float v[3]) /* by 60 degrees about z */
{
    v[0] = 0.5F * u[0] - sqrtf(0.75F) * u[1];
    v[1] = sqrtf(0.75F) * u[0] + 0.5F * u[1];
    v[2] = u[2];
}

static void shifted(const float u[3], float v[3])
{
    v[0] = u[0] + 3;
    v[1] = u[1] - 1;
    v[2] = u[2];
}

/* The row of A, or of all. */
static struct gg_score_row score(struct gg_scores *s, const struct gg_score_request *q, bool flat,
                                 void (*predict)(const float u[3], float v[3]), int species)
{
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_err err = {0};
    for (int k = 0; k < CONFIGS; k++) {
        make(&f, &a, k, flat, predict);
        struct gg_score_input in = {1, {&f, NULL}, {NULL, NULL}};
        assert_int_equal(gg_score_frame(s, q, &in, &a, &err), 0);
        gg_arena_reset(&a);
    }
    gg_frame_free(&f);
    gg_arena_free(&a);
    for (int k = 0; k < s->n; k++)
        if (s->cell[k].key.species == species)
            return gg_scores_row(s, &s->cell[k], &options);
    fail();
    return (struct gg_score_row){0};
}

/* The right direction, twice the length. */
static void lengths(void **state)
{
    (void)state;
    struct gg_scores s = {0};
    struct gg_score_row r = score(&s, &(struct gg_score_request){0}, false, twice, 0);
    close_to(r.rho_config, 1, 1e-12);
    close_to(r.rho_pooled, 1, 1e-12);
    close_to(r.cosine_config, 1, 1e-12);
    close_to(r.angle_config, 0, 1e-5);
    close_to(r.length_rho_pooled, 1, 1e-12);
    close_to(r.slope_pooled, 0.5, 1e-12);
    close_to(r.slope_config, 0.5, 1e-12);
    close_to(r.variance_ratio_config, 4, 1e-6);
    close_to(r.r2_pooled, 0, 1e-6);
    double length = 0, square = 0, n = 0;
    for (int c = 0; c < s.cell[0].n; c++) {
        const struct gg_moments *m = &s.cell[0].length[c];
        length += m->n * m->mx;
        square += m->sxx + m->n * m->mx * m->mx;
        n += m->n;
    }
    close_to(r.length_bias, length / n, 1e-12); /* it is longer by |u| */
    close_to(r.length_rmse_pooled, sqrt(square / n), 1e-12);
    assert_true(r.rho_config_lo <= r.rho_config && r.rho_config <= r.rho_config_hi);
    assert_true(isnan(r.spearman_config) && isnan(r.spearman_pooled));
    gg_scores_free(&s);
}

/* The right length, 60 degrees off in the plane. */
static void directions(void **state)
{
    (void)state;
    struct gg_scores s = {0};
    struct gg_score_row r = score(&s, &(struct gg_score_request){0}, true, turned, GG_SPECIES_ALL);
    close_to(r.rho_config, 0.5, 1e-6);
    close_to(r.cosine_config, 0.5, 1e-6);
    close_to(r.angle_config, 60, 1e-5);
    close_to(r.length_rmse_pooled, 0, 1e-6);
    close_to(r.length_bias, 0, 1e-6);
    close_to(r.r2_pooled, 0, 1e-6); /* |v - u| = |u| */
    gg_scores_free(&s);
}

/* The mean over all particles is taken off, not that of the species in the row; without a prediction of all it is not known. */
static void centred(void **state)
{
    (void)state;
    struct gg_scores s = {0}, plain = {0};
    struct gg_score_row r = score(&s, &(struct gg_score_request){.centre = true}, false, shifted, 0);
    close_to(r.rho_pooled, 1, 1e-6);
    close_to(r.rmse_pooled, 0, 1e-6);
    assert_true(score(&plain, &(struct gg_score_request){0}, false, shifted, 0).rho_pooled < 0.7);
    gg_scores_free(&s);
    gg_scores_free(&plain);
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_err err = {0};
    make(&f, &a, 0, false, shifted);
    ((float *)gg_frame_find(&f, "displacement_pred")->data)[3 * 7] = NAN;
    struct gg_score_input in = {1, {&f, NULL}, {NULL, NULL}};
    assert_int_equal(gg_score_frame(&s, &(struct gg_score_request){.centre = true}, &in, &a, &err), -1);
    assert_non_null(strstr(err.text, "field 'displacement_pred': is missing for 1 of 60 particles"));
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* The ceiling of a vector from the halves of its runs: uncentred, over components. */
static void halves(void **state)
{
    (void)state;
    struct gg_scores s = {0};
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_err err = {0};
    double half[2][3 * N] = {{0}};
    make(&f, &a, 0, false, twice);
    double *pos = gg_frame_add(&f, &a, "pos", NULL)->data;
    const uint64_t shape[] = {1, K, N, 3};
    const int axis[] = {GG_TIME, GG_REPLICA, GG_NODE, GG_FREE};
    double *x =
        gg_frame_add_as(&f, &a, "pos_replicas", GG_F64, 4, shape, axis, GG_STRUCTURE, "1x1o", "sigma", &err)
            ->data;
    float *u = gg_frame_find(&f, "displacement")->data;
    for (int c = 0; c < 3 * N; c++) {
        double mean = 0;
        pos[c] = c;
        for (int k = 0; k < K; k++) {
            struct gg_rng r = gg_rng_at(77, (uint32_t)(3 * N * k + c), 0, 0);
            double moved = (double)u[c] + gg_rng_normal(&r);
            x[3 * N * k + c] = pos[c] + moved;
            half[k % 2][c] += moved / (k % 2 ? 2 : 3);
            mean += moved / K;
        }
        u[c] = (float)mean;
    }
    struct gg_score_input in = {1, {&f, NULL}, {NULL, NULL}};
    assert_int_equal(gg_score_frame(&s, &(struct gg_score_request){0}, &in, &a, &err), 0);
    struct gg_moments m = gg_moments_vector(N, half[0], half[1]);
    double r = gg_pearson(&m);
    for (int k = 0; k < s.n; k++)
        if (s.cell[k].key.species == GG_SPECIES_ALL)
            close_to(gg_scores_row(&s, &s.cell[k], &options).ceiling_split, sqrt(2 * r / (1 + r)), 1e-10);
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* truth = 3 + 0.5 p + noise: the slope of truth on prediction is 0.5, whatever the noise; both averages.  rho over the ceiling. */
static void scalars(void **state)
{
    (void)state;
    enum { MANY = 4000 };
    static double x[MANY], y[MANY], noise[MANY];
    struct gg_scores s = {0};
    struct gg_err err = {0};
    struct gg_score_key key = {.target = gg_scores_name(&s, "x"),
                               .predictor = gg_scores_name(&s, "x_pred"),
                               .temperature = NAN,
                               .time = NAN,
                               .predicted_time = NAN,
                               .over = GG_NODE,
                               .alike = true};
    for (int c = 0; c < CONFIGS; c++) {
        for (int i = 0; i < MANY; i++) {
            struct gg_rng r = gg_rng_at(3, (uint32_t)i, (uint32_t)c, 0);
            y[i] = c + gg_rng_normal(&r); /* configurations differ in their mean */
            x[i] = 3 + 0.5 * y[i] + 0.5 * gg_rng_normal(&r);
            noise[i] = 0.125;
        }
        struct gg_score_data d = {.n = MANY, .width = 1, .truth = x, .prediction = y, .noise = noise};
        assert_int_equal(gg_scores_add(&s, key, &d, &err), 0);
        s.n_config++;
    }
    struct gg_score_row r = gg_scores_row(&s, &s.cell[0], &options);
    close_to(r.slope_config, 0.5, 0.02);
    close_to(r.slope_pooled, 0.5, 0.02);
    close_to(r.rho_config, sqrt(0.5), 0.01);
    close_to(r.variance_ratio_config, 2, 0.06);
    close_to(r.ceiling_config, sqrt(0.75), 0.01); /* 1 - 0.125 / 0.5 */
    close_to(r.reached_config, r.rho_config / r.ceiling_config, 0);
    close_to(r.reached_pooled, r.rho_pooled / r.ceiling_pooled, 0);
    assert_true(r.r2_config < r.r2_pooled); /* the pool has the differences of the means besides */
    gg_scores_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lengths), cmocka_unit_test(directions),
                                       cmocka_unit_test(centred), cmocka_unit_test(halves),
                                       cmocka_unit_test(scalars)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
