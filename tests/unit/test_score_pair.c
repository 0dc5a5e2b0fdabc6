/* test_score_pair.c -- truth and prediction paired by time; rows that are edges or configurations; tensors; what is left out */
#include "near.h"
#include "score/frames.h"
#include "util/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 30, E = 50 };
static struct gg_err err;
static const struct gg_score_options options = {100, 0};

static void start(struct gg_frame *f, struct gg_arena *a, int s)
{
    gg_frame_clear(f);
    f->n_node = N;
    f->n_edge = E;
    f->dim = 3;
    snprintf(f->id, sizeof f->id, "test/%d", s);
    int32_t *type = gg_frame_add(f, a, "type", NULL)->data;
    for (int i = 0; i < N; i++)
        type[i] = i % 3 == 2;
}

/* Random numbers of the frame s; the number of the field is in its seed, so X and X_pred differ. */
static float *put(struct gg_frame *f, struct gg_arena *a, const char *name, const char *irreps, int ndim,
                  const uint64_t *shape, const int *axis, int role, uint64_t seed)
{
    struct gg_field *x = gg_frame_add_as(f, a, name, GG_F32, ndim, shape, axis, role, irreps, "", &err);
    if (!x)
        fail_msg("%s", err.text);
    x->flags |= GG_NAN_ALLOWED;
    float *v = x->data;
    for (uint64_t k = 0; k < gg_field_count(x); k++) {
        struct gg_rng r = gg_rng_at(seed, (uint32_t)k, 0, 0);
        v[k] = (float)gg_rng_normal(&r);
    }
    return v;
}

static void put_times(struct gg_frame *f, struct gg_arena *a, const char *name, int n, const double *time)
{
    bool own = strcmp(name, "time") != 0;
    struct gg_field *x = gg_frame_add_as(f, a, name, GG_F64, 1, (const uint64_t[]){(uint64_t)n},
                                         (const int[]){own ? GG_FREE : GG_TIME}, GG_OTHER, "", "tau", &err);
    memcpy(x->data, time, (size_t)n * sizeof *time);
}

/* A truth [node, nx] at tx and a prediction [node, ny] at ty, each number its own. */
static void make(struct gg_frame *f, struct gg_arena *a, int s, int nx, const double *tx, int ny,
                 const double *ty)
{
    start(f, a, s);
    put_times(f, a, "time", nx, tx);
    put(f, a, "propensity", "0e", 2, (const uint64_t[]){N, (uint64_t)nx}, (const int[]){GG_NODE, GG_TIME},
        GG_TARGET, 10 + (uint64_t)s);
    put(f, a, "propensity_pred", "0e", 2, (const uint64_t[]){N, (uint64_t)ny},
        (const int[]){GG_NODE, GG_FREE}, GG_PREDICTION, 20 + (uint64_t)s);
    put_times(f, a, "propensity_pred.time", ny, ty);
}

/* Pearson of column tx of the truth and column ty of the prediction of the frame, species A. */
static double expected(const struct gg_frame *f, int tx, int ty)
{
    const struct gg_field *x = gg_frame_find(f, "propensity"), *y = gg_frame_find(f, "propensity_pred");
    double u[N], v[N];
    int n = 0;
    for (uint64_t i = 0; i < N; i++)
        if (i % 3 != 2) {
            u[n] = gg_field_get(x, i * x->shape[1] + (uint64_t)tx);
            v[n++] = gg_field_get(y, i * y->shape[1] + (uint64_t)ty);
        }
    struct gg_moments m = gg_moments_scalar(n, u, v);
    return gg_pearson(&m);
}

static int score(struct gg_scores *s, const struct gg_frame *f, const struct gg_score_request *q,
                 struct gg_arena *a)
{
    struct gg_score_input in = {1, {f, NULL}, {NULL, NULL}};
    return gg_score_frame(s, q, &in, a, &err);
}

static struct gg_score_row row(const struct gg_scores *s, double time, double predicted, int species)
{
    for (int k = 0; k < s->n; k++) {
        const struct gg_score_key *c = &s->cell[k].key;
        bool at = c->time == time || (isnan(c->time) && isnan(time));
        bool by = c->predicted_time == predicted || isnan(predicted);
        if (at && by && c->species == species)
            return gg_scores_row(s, &s->cell[k], &options);
    }
    fail_msg("no row at t = %g by %g, species %d", time, predicted, species);
    return (struct gg_score_row){0};
}

/* The shared times, whatever stands between them, under the truth's. */
static void shared_times(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_scores s = {0};
    struct gg_score_request q = {0};
    make(&f, &a, 0, 3, (const double[]){1, 10, 100}, 4, (const double[]){0.5, 9.99999999, 50, 100});
    assert_int_equal(score(&s, &f, &q, &a), 0);
    assert_int_equal(s.n, 2 * 3);
    close_to(row(&s, 10, NAN, 0).rho_config, expected(&f, 1, 1), 1e-12);
    close_to(row(&s, 100, NAN, 0).rho_config, expected(&f, 2, 3), 1e-12);
    assert_true(row(&s, 10, NAN, 0).key->predicted_time != 9.99999999);
    gg_scores_free(&s);
    /* the truth at times of its own, the prediction at the frame's: the same rule */
    gg_frame_clear(&f);
    start(&f, &a, 0);
    put_times(&f, &a, "time", 2, (const double[]){10, 100});
    put(&f, &a, "propensity", "0e", 2, (const uint64_t[]){N, 3}, (const int[]){GG_NODE, GG_FREE}, GG_TARGET,
        1);
    put_times(&f, &a, "propensity.time", 3, (const double[]){1, 10, 20});
    put(&f, &a, "propensity_pred", "0e", 2, (const uint64_t[]){N, 2}, (const int[]){GG_NODE, GG_TIME},
        GG_PREDICTION, 2);
    assert_int_equal(score(&s, &f, &q, &a), 0);
    assert_int_equal(s.n, 3);
    close_to(row(&s, 10, NAN, 0).rho_config, expected(&f, 1, 0), 1e-12);
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static void no_shared_times(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_scores s = {0};
    struct gg_score_request q = {0};
    make(&f, &a, 0, 5, (const double[]){1, 10, 100, 1000, 6000}, 3, (const double[]){0.5, 20, 3000});
    assert_int_equal(score(&s, &f, &q, &a), -1);
    assert_int_equal(err.status, GG_INPUT);
    assert_non_null(strstr(err.text,
                           "no time in common: field 'propensity_pred' is at 0.5, 20, 3000 (3 times), "
                           "'propensity' at 1, 10, 100 ... 6000 (5 times); --nearest-time pairs"));
    q.nearest_time = true;
    assert_int_equal(score(&s, &f, &q, &a), 0);
    assert_int_equal(s.n, 3 * 3);
    close_to(row(&s, 1, 0.5, 0).rho_config, expected(&f, 0, 0), 1e-12);
    close_to(row(&s, 10, 20, 0).rho_config, expected(&f, 1, 1), 1e-12);
    close_to(row(&s, 6000, 3000, 0).rho_config, expected(&f, 4, 2),
             1e-12); /* a factor of 2 < 3, though 3000 > 2000 */
    gg_scores_free(&s);
    make(&f, &a, 0, 1, (const double[]){10}, 2, (const double[]){9, 12}); /* two predictions of one time */
    assert_int_equal(score(&s, &f, &q, &a), 0);
    close_to(row(&s, 10, 9, 0).rho_config, expected(&f, 0, 0), 1e-12);
    close_to(row(&s, 10, 12, 0).rho_config, expected(&f, 0, 1), 1e-12);
    gg_scores_free(&s);
    gg_frame_remove(&f, "propensity_pred.time");
    q.nearest_time = false;
    assert_int_equal(score(&s, &f, &q, &a), -1);
    assert_non_null(strstr(err.text, "'propensity_pred.time' is missing"));
    put_times(&f, &a, "time_pred", 2, (const double[]){1, 10}); /* of version 0.1; no prediction of `time` */
    assert_int_equal(score(&s, &f, &q, &a), 0);
    assert_int_equal(s.n, 3);
    close_to(row(&s, 10, NAN, 0).rho_config, expected(&f, 0, 1), 1e-12);
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* Frames whose times are equal up to rounding share a row; other grids add theirs. */
static void times_of_several_frames(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_scores s = {0};
    struct gg_score_request q = {0};
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        const double tx[] = {0.1 + k * 3.6e-12, k < 2 ? 1 : 7}, ty[] = {0.1, 1, 7};
        make(&f, &a, k, 2, tx, 3, ty);
        sum += expected(&f, 0, 0) / 3;
        assert_int_equal(score(&s, &f, &q, &a), 0);
        s.n_config = k + 1;
    }
    assert_int_equal(s.n, 3 * 3);
    close_to(row(&s, 0.1, NAN, 0).configs, 3, 0);
    close_to(row(&s, 0.1, NAN, 0).rho_config, sum, 1e-12);
    close_to(row(&s, 7, NAN, 0).configs, 1, 0);
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* Edges inside configurations and pooled, numbers and tensors of degree 2; no species. */
static void edges(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_scores s = {.spearman = true};
    struct gg_score_request q = {0};
    double config = 0, tensor = 0;
    for (int k = 0; k < 3; k++) {
        gg_arena_reset(&a);
        start(&f, &a, k);
        const int axis[] = {GG_EDGE, GG_FREE};
        const uint64_t shape[] = {E, 5};
        float *x = put(&f, &a, "bond", "0e", 1, shape, axis, GG_TARGET, 30 + (uint64_t)k);
        float *y = put(&f, &a, "bond_pred", "0e", 1, shape, axis, GG_PREDICTION, 40 + (uint64_t)k);
        float *u = put(&f, &a, "strain", "1x2e", 2, shape, axis, GG_TARGET, 50 + (uint64_t)k);
        float *v = put(&f, &a, "strain_pred", "1x2e", 2, shape, axis, GG_PREDICTION, 60 + (uint64_t)k);
        double p[E], t[E], uu = 0, vv = 0, uv = 0;
        for (int e = 0; e < E; e++) {
            p[e] = y[e] = x[e] + 0.5F * y[e];
            t[e] = x[e];
            for (int c = 5 * e; c < 5 * e + 5; c++) {
                uu += (double)u[c] * u[c];
                vv += (double)v[c] * v[c];
                uv += (double)u[c] * v[c];
            }
        }
        struct gg_moments m = gg_moments_scalar(E, t, p);
        config += gg_pearson(&m) / 3;
        tensor += uv / sqrt(uu * vv) / 3;
        assert_int_equal(score(&s, &f, &q, &a), 0);
    }
    assert_int_equal(s.n, 2);
    const struct gg_score_row r = gg_scores_row(&s, &s.cell[0], &options);
    assert_true(r.key->over == GG_EDGE && r.key->species == GG_SPECIES_ALL && !r.key->vector);
    close_to(r.n, 3 * E, 0);
    close_to(r.rho_config, config, 1e-12);
    assert_true(isfinite(r.rho_pooled) && isfinite(r.spearman_config));
    const struct gg_score_row d = gg_scores_row(&s, &s.cell[1], &options);
    assert_true(d.key->vector);
    close_to(d.rho_config, tensor, 1e-12);
    gg_scores_free(&s);
    const char *const bond[] = {"bond"}, *const node[] = {"type"};
    q = (struct gg_score_request){1, 1, bond, node, NULL, false, false};
    assert_int_equal(score(&s, &f, &q, &a), -1);
    assert_non_null(strstr(err.text, "field 'type': is one value a particle, 'bond' one an edge"));
    const char *const strain[] = {"strain"};
    q = (struct gg_score_request){1, 1, strain, bond, NULL, false, false};
    assert_int_equal(score(&s, &f, &q, &a), -1);
    assert_non_null(strstr(err.text, "field 'bond': is no tensor, as 'strain' is"));
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* Degree 2 at two times, on particles; the prediction has one time of its own, the second. */
static void tensors_at_times(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_scores s = {0};
    struct gg_score_request q = {0};
    start(&f, &a, 0);
    put_times(&f, &a, "time", 2, (const double[]){1, 10});
    const float *u = put(&f, &a, "strain", "1x2e", 3, (const uint64_t[]){N, 2, 5},
                         (const int[]){GG_NODE, GG_TIME, GG_FREE}, GG_TARGET, 90);
    const float *v = put(&f, &a, "strain_pred", "1x2e", 3, (const uint64_t[]){N, 1, 5},
                         (const int[]){GG_NODE, GG_FREE, GG_FREE}, GG_PREDICTION, 91);
    put_times(&f, &a, "strain_pred.time", 1, (const double[]){10});
    double uu = 0, vv = 0, uv = 0;
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 5; c++) {
            double x = u[(2 * i + 1) * 5 + c], y = v[5 * i + c];
            uu += x * x;
            vv += y * y;
            uv += x * y;
        }
    assert_int_equal(score(&s, &f, &q, &a), 0);
    assert_int_equal(s.n, 3);
    close_to(row(&s, 10, NAN, GG_SPECIES_ALL).rho_config, uv / sqrt(uu * vv), 1e-12);
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* One number a configuration: correlated over configurations, from three on, at each time. */
static void configurations(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_scores s = {.spearman = true};
    struct gg_score_request q = {0};
    double x[4], y[4];
    for (int k = 0; k < 4; k++) {
        gg_arena_reset(&a);
        start(&f, &a, k);
        put_times(&f, &a, "time", 2, (const double[]){1, 10});
        x[k] = *put(&f, &a, "total", "0e", 0, NULL, NULL, GG_TARGET, 70 + (uint64_t)k);
        y[k] = *put(&f, &a, "total_pred", "0e", 0, NULL, NULL, GG_PREDICTION, 80 + (uint64_t)k);
        put(&f, &a, "msd", "0e", 1, (const uint64_t[]){2}, (const int[]){GG_TIME}, GG_TARGET, 1);
        put(&f, &a, "msd_pred", "0e", 1, (const uint64_t[]){2}, (const int[]){GG_TIME}, GG_PREDICTION, 2);
        assert_int_equal(score(&s, &f, &q, &a), 0);
        if (k == 1)
            assert_true(isnan(row(&s, NAN, NAN, GG_SPECIES_ALL).rho_pooled)); /* two are always on a line */
    }
    assert_int_equal(s.n, 3); /* total, msd at 1, msd at 10 */
    struct gg_moments m = gg_moments_scalar(4, x, y);
    struct gg_score_row r = row(&s, NAN, NAN, GG_SPECIES_ALL);
    assert_int_equal(r.key->over, GG_FREE);
    close_to(r.rho_pooled, gg_pearson(&m), 1e-12);
    close_to(r.spearman_pooled, gg_spearman(4, x, y), 1e-12);
    close_to(r.n, 4, 0);
    assert_true(isnan(r.rho_config) && r.averaged == 0);
    assert_true(isnan(row(&s, 10, NAN, GG_SPECIES_ALL).rho_pooled)); /* constant */
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* Columns that are NaN in every frame are named; those of some frames are averaged over fewer. */
static void left_out(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_scores s = {0};
    struct gg_score_request q = {0};
    const double times[] = {1, 10};
    for (int k = 0; k < 2; k++) {
        make(&f, &a, k, 2, times, 2, times);
        float *y = gg_frame_find(&f, "propensity_pred")->data;
        for (int i = 0; i < N; i++) {
            if (i % 3 == 2) /* species B, never */
                y[2 * i] = y[2 * i + 1] = NAN;
            if (k == 1) /* the second time, in the first frame only */
                y[2 * i + 1] = NAN;
        }
        if (k == 0) {
            assert_null(gg_scores_left_out(&s));
        }
        assert_int_equal(score(&s, &f, &q, &a), 0);
        if (k == 0)
            assert_int_equal(s.n, 2 * 2);
    }
    char *text = gg_scores_left_out(&s);
    assert_string_equal(
        text, "left out: 2 columns of propensity, where every propensity_pred is missing: B at 1, 10\n");
    free(text);
    close_to(row(&s, 1, NAN, 0).configs, 2, 0);
    close_to(row(&s, 10, NAN, 0).configs, 1, 0);
    assert_int_equal(row(&s, 10, NAN, 0).averaged, 1);
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shared_times),
                                       cmocka_unit_test(no_shared_times),
                                       cmocka_unit_test(times_of_several_frames),
                                       cmocka_unit_test(edges),
                                       cmocka_unit_test(tensors_at_times),
                                       cmocka_unit_test(configurations),
                                       cmocka_unit_test(left_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
