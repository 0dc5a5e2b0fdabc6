/* test_score.c -- frames to rows: selection, masks, ceilings, halves, pairing; two streams joined by sample id */
#include "near.h"
#include "score/frames.h"
#include "stream/column.h"
#include "stream/join.h"
#include "stream/writer.h"
#include "util/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N = 40, T = 2, K = 4 };
static const uint64_t times[] = {T};

static float *values(struct gg_frame *f, struct gg_arena *a, const char *name, uint64_t seed, double mean)
{
    struct gg_field *x = gg_frame_add(f, a, name, times);
    float *v = x->data;
    for (uint64_t k = 0; k < gg_field_count(x); k++) {
        struct gg_rng r = gg_rng_at(seed, (uint32_t)k, 0, 0);
        v[k] = (float)(mean + 0.1 * gg_rng_normal(&r));
    }
    return v;
}

/* A frame with everything; the prediction follows the truth. */
static void make(struct gg_frame *f, struct gg_arena *a, int s)
{
    gg_frame_clear(f);
    f->n_node = N;
    f->dim = 3;
    f->pbc = 0;
    snprintf(f->id, sizeof f->id, "test/%d", s);
    int32_t *type = gg_frame_add(f, a, "type", NULL)->data;
    for (int i = 0; i < N; i++)
        type[i] = i % 5 == 4;
    double *time = gg_frame_add(f, a, "time", times)->data;
    time[0] = 0.5;
    time[1] = 7;
    *(double *)gg_frame_add(f, a, "temperature", NULL)->data = 0.5;
    const float *truth = values(f, a, "propensity", 10 + (uint64_t)s, 1 + 0.1 * s);
    float *pred = values(f, a, "propensity_pred", 100 + (uint64_t)s, 0);
    float *variance = gg_frame_add(f, a, "propensity_var", times)->data;
    for (int k = 0; k < N * T; k++) {
        pred[k] += 0.5F * truth[k];
        variance[k] = 0.01F * (1 + k % 3);
    }
    values(f, a, "displacement", 200 + (uint64_t)s, 0);
    values(f, a, "displacement_pred", 300 + (uint64_t)s, 0);
}

static const struct gg_score_cell *cell(const struct gg_scores *s, const char *target, double time,
                                        int species)
{
    for (int k = 0; k < s->n; k++)
        if (strcmp(s->name[s->cell[k].key.target], target) == 0 && s->cell[k].key.time == time &&
            s->cell[k].key.species == species)
            return &s->cell[k];
    fail_msg("no row of %s, t = %g, species %d", target, time, species);
    return NULL;
}

static const struct gg_score_options options = {200, 0};

/* Rows against a walk over the frames themselves. */
static void rows(void **state)
{
    (void)state;
    struct gg_scores s = {.spearman = true};
    struct gg_score_request q = {0};
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_meta meta = {0};
    struct gg_err err = {0};
    double config = 0, x[3 * N], y[3 * N], noise = 0;
    struct gg_moments all = {0};
    int n_all = 0;
    gg_meta_set(&meta, "replicas", "4");
    for (int k = 0; k < 3; k++) {
        make(&f, &a, k);
        float *truth = gg_frame_find(&f, "propensity")->data,
              *pred = gg_frame_find(&f, "propensity_pred")->data;
        const float *variance = gg_frame_find(&f, "propensity_var")->data;
        truth[2 * 7 + 1] = k == 1 ? NAN : truth[2 * 7 + 1]; /* one missing number */
        int n = 0;
        for (int i = 0; i < N; i++)
            if (i % 5 != 4 && !(k == 1 && i == 7)) {
                x[n] = truth[2 * i + 1];
                y[n++] = pred[2 * i + 1];
                noise += (double)variance[2 * i + 1] / K;
            }
        struct gg_moments m = gg_moments_scalar(n, x, y);
        config += gg_pearson(&m) / 3;
        gg_moments_merge(&all, &m);
        n_all += n;
        struct gg_score_input in = {1, {&f, NULL}, {&meta, NULL}};
        assert_int_equal(gg_score_frame(&s, &q, &in, &a, &err), 0);
        gg_arena_reset(&a);
    }
    struct gg_score_row r = gg_scores_row(&s, cell(&s, "propensity", 7, 0), &options);
    close_to(r.configs, 3, 0);
    close_to(r.n, n_all, 0);
    close_to(r.rho_config, config, 1e-12);
    close_to(r.rho_pooled, gg_pearson(&all), 1e-12);
    close_to(r.r2_pooled, gg_r2(&all), 1e-12);
    close_to(r.ceiling_pooled, sqrt(1 - noise / n_all / (all.sxx / (n_all - 1))), 1e-12);
    assert_true(r.rho_config_lo <= r.rho_config && r.rho_config <= r.rho_config_hi);
    assert_true(isnan(r.ceiling_split) && isnan(r.cosine_config) && isnan(r.diff_config));
    assert_int_equal(s.packing.masked, 2); /* in A and in all */
    close_to(gg_scores_row(&s, cell(&s, "propensity", 7, GG_SPECIES_ALL), &options).n, 3 * N - 1, 0);
    close_to(gg_scores_row(&s, cell(&s, "propensity", 0.5, 1), &options).n, 3 * N / 5, 0);
    r = gg_scores_row(&s, cell(&s, "displacement", 0.5, 0), &options);
    assert_true(r.key->vector && isnan(r.spearman_config) && isfinite(r.cosine_config));
    assert_int_equal(s.n, 2 * T * 3);
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
    gg_meta_clear(&meta);
}

/* A prediction against itself; the truth as its own prediction; a vector by its length. */
static void predictors(void **state)
{
    (void)state;
    struct gg_scores s = {.spearman = true};
    const char *const target[] = {"propensity"}, *const predictor[] = {"propensity", "displacement"};
    struct gg_score_request q = {1, 2, target, predictor, "propensity_pred", false};
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_err err = {0};
    for (int k = 0; k < 3; k++) {
        make(&f, &a, k);
        struct gg_score_input in = {1, {&f, NULL}, {NULL, NULL}};
        assert_int_equal(gg_score_frame(&s, &q, &in, &a, &err), 0);
        gg_arena_reset(&a);
    }
    struct gg_score_options o = {100, 0};
    int of = gg_scores_name(&s, "propensity");
    gg_scores_set_against(&s, of, gg_scores_name(&s, "propensity_pred"));
    struct gg_score_row same = gg_scores_row(&s, cell(&s, "propensity", 7, 0), &o);
    close_to(same.rho_config, 1, 0);
    close_to(same.rho_pooled, 1, 0);
    close_to(same.spearman_pooled, 1, 0);
    close_to(same.rmse_pooled, 0, 0);
    close_to(same.diff_config_hi >= same.diff_config && same.diff_config >= same.diff_config_lo, 1, 0);
    assert_true(isnan(same.ceiling_config)); /* no META replicas */
    assert_int_equal(s.n, 3 * T * 3);
    gg_scores_set_against(&s, of, of);
    struct gg_score_row self = gg_scores_row(&s, cell(&s, "propensity", 7, 0), &o);
    assert_true(isnan(self.diff_config));
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* One number a particle predicts no vector: a vector target that nobody named is left out of its pairs, one that was named is refused. */
static void a_number_predicts_no_vector(void **state)
{
    (void)state;
    const char *const predictor[] = {"propensity_var"}, *const vector[] = {"displacement"};
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_err err = {0};
    make(&f, &a, 0);
    struct gg_score_input in = {1, {&f, NULL}, {NULL, NULL}};
    for (int against = 0; against < 2; against++) {
        struct gg_scores s = {0};
        struct gg_score_request q = {0, !against, NULL, predictor, against ? predictor[0] : NULL, false};
        assert_int_equal(gg_score_frame(&s, &q, &in, &a, &err), 0);
        for (int k = 0; k < s.n; k++)
            assert_true(s.cell[k].key.predictor != gg_scores_name(&s, predictor[0]) ||
                        s.cell[k].key.target == gg_scores_name(&s, "propensity"));
        cell(&s, "propensity", 7, 0);
        assert_int_equal(s.n, (against ? 3 : 1) * T * 3); /* against: the two own predictions, and the pair */
        gg_scores_free(&s);
        q = (struct gg_score_request){1, !against, vector, predictor, q.against, false};
        assert_int_equal(gg_score_frame(&s, &q, &in, &a, &err), -1);
        assert_int_equal(err.status, GG_INPUT);
        assert_non_null(strstr(err.text, "'propensity_var': is no vector, as 'displacement' is"));
        gg_scores_free(&s);
    }
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* Propensity, variance and halves from runs made here. */
static void halves(void **state)
{
    (void)state;
    struct gg_scores s = {0};
    const char *const target[] = {"propensity"}, *const predictor[] = {"propensity"};
    struct gg_score_request q = {1, 1, target, predictor, NULL, false};
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_err err = {0};
    double even[N], odd[N];
    make(&f, &a, 0);
    float *truth = gg_frame_find(&f, "propensity")->data;
    double *pos = gg_frame_add(&f, &a, "pos", NULL)->data;
    const uint64_t shape[] = {T, K, N, 3};
    const int axis[] = {GG_TIME, GG_REPLICA, GG_NODE, GG_FREE};
    struct gg_field *x =
        gg_frame_add_as(&f, &a, "pos_replicas", GG_F64, 4, shape, axis, GG_STRUCTURE, "1x1o", "sigma", &err);
    assert_non_null(x);
    double *r = x->data;
    memset(even, 0, sizeof even);
    memset(odd, 0, sizeof odd);
    for (int i = 0; i < N; i++) {
        struct gg_rng g = gg_rng_at(9, (uint32_t)i, 0, 0);
        double length = 1 + gg_rng_uniform(&g);
        pos[3 * i + 1] = i;
        for (int k = 0; k < K; k++) {
            double run = length + 0.2 * gg_rng_uniform(&g);
            double *at = r + (((size_t)1 * K + (size_t)k) * N + (size_t)i) * 3; /* the second time */
            at[0] = 0.6 * run;
            at[1] = i - 0.8 * run;
            *(k % 2 ? &odd[i] : &even[i]) += run / 2;
        }
        truth[i * T + 1] = (float)((even[i] + odd[i]) / 2); /* made of them, at this time */
    }
    struct gg_score_input in = {1, {&f, NULL}, {NULL, NULL}};
    assert_int_equal(gg_score_frame(&s, &q, &in, &a, &err), 0);
    struct gg_moments m = gg_moments_scalar(N, even, odd);
    double want = sqrt(2 * gg_pearson(&m) / (1 + gg_pearson(&m)));
    close_to(gg_scores_row(&s, cell(&s, "propensity", 7, GG_SPECIES_ALL), &options).ceiling_split, want,
             1e-12);
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* What does not fit is refused with its name. */
static void refusals(void **state)
{
    (void)state;
    struct gg_scores s = {0};
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_err err = {0};
    const struct {
        const char *target, *predictor, *why;
    } cases[] = {
        {"nothing", "propensity", "no field 'nothing'"},
        {"propensity", "nothing", "no field 'nothing'"},
        {"displacement", "propensity", "field 'propensity': is no vector, as 'displacement' is"},
        {"propensity", "temperature",
         "field 'temperature': is one value a configuration, 'propensity' one a particle"},
        {"propensity", "propensity:9", "field 'propensity': no column '9' among its 2"},
        {"propensity", "type:0", "field 'type': has no columns to choose '0' from"},
    };
    make(&f, &a, 0);
    struct gg_score_input in = {1, {&f, NULL}, {NULL, NULL}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct gg_score_request q = {1, 1, &cases[k].target, &cases[k].predictor, NULL, false};
        assert_int_equal(gg_score_frame(&s, &q, &in, &a, &err), -1);
        assert_int_equal(err.status, GG_INPUT);
        if (!strstr(err.text, cases[k].why))
            fail_msg("'%s' does not say '%s'", err.text, cases[k].why);
    }
    gg_frame_remove(&f, "propensity_pred");
    gg_frame_remove(&f, "displacement_pred");
    struct gg_score_request q = {0};
    assert_int_equal(gg_score_frame(&s, &q, &in, &a, &err), -1);
    assert_non_null(strstr(err.text, "run gg-predict first"));
    assert_int_equal(gg_scores_select(&s, "A,x", &err), -1);
    assert_int_equal(err.status, GG_USAGE);
    gg_scores_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static char path[] = "/tmp/gg_test_score_XXXXXX";

/* A stream with frames test/FIRST ... in steps. */
static void write_stream(const int *id, int n)
{
    struct gg_writer w;
    struct gg_err err = {0};
    struct gg_meta meta = {0};
    struct gg_prov prov = {0};
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    assert_int_equal(gg_writer_open(&w, path, &err), 0);
    assert_int_equal(gg_writer_begin(&w, "gg.graph/1", &meta, &prov, &err), 0);
    for (int k = 0; k < n; k++) {
        make(&f, &a, id[k] < 0 ? 0 : id[k]);
        if (id[k] < 0)
            memset(f.id, 0, sizeof f.id);
        assert_int_equal(gg_writer_frame(&w, &f, &err), 0);
        gg_arena_reset(&a);
    }
    assert_int_equal(gg_writer_end(&w, &meta, &err), 0);
    assert_int_equal(gg_writer_commit(&w, &err), 0);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* Asks for the ids in turn; the message of the first refusal, or "". */
static const char *asked(const int *id, int n)
{
    static struct gg_err err;
    struct gg_join j;
    char name[GG_ID];
    err = (struct gg_err){0};
    assert_int_equal(gg_join_open(&j, path, 0, &err), 0);
    int status = 0;
    for (int k = 0; k < n && status == 0; k++) {
        snprintf(name, sizeof name, "test/%d", id[k]);
        const struct gg_meta *meta;
        const struct gg_frame *f = gg_join_find(&j, name, &meta, &err);
        status = f ? 0 : -1;
        assert_true(!f || (strcmp(f->id, name) == 0 && gg_frame_find(f, "propensity") && meta));
    }
    if (status == 0)
        gg_join_finish(&j, &err);
    gg_join_close(&j);
    return err.text;
}

static void joins(void **state)
{
    (void)state;
    int straight[100], late[66];
    const int back[] = {4, 3, 2, 1, 0}, some[] = {1, 3}, twice[] = {0, 1, 0}, nameless[] = {0, -1},
              other[] = {0, 7};
    for (int k = 0; k < 100; k++)
        straight[k] = k;
    write_stream(straight, 5);
    assert_string_equal(asked(straight, 5), "");
    assert_string_equal(asked(back, 5), "");
    assert_string_equal(asked(some, 2), "");
    assert_non_null(strstr(asked(twice, 3), "sample id 'test/0' occurs twice"));
    assert_non_null(strstr(asked(other, 2), "has no frame 'test/7'"));
    write_stream(twice, 3);
    assert_non_null(strstr(asked(straight, 2), "frame id 'test/0' occurs twice"));
    write_stream(nameless, 2);
    assert_non_null(strstr(asked(straight, 2), "frame 1: has no sample id"));
    for (int k = 0; k < 66; k++)
        late[k] = 1 + (k + 65) % 66; /* 66 first */
    write_stream(straight + 1, 66);
    assert_non_null(strstr(asked(late, 1), "no frame 'test/66' within a look-ahead of 64"));
    late[0] = 64;
    assert_string_equal(asked(late, 1), "");
    write_stream(straight, 100);
    assert_string_equal(asked(straight, 100), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),   cmocka_unit_test(predictors), cmocka_unit_test(a_number_predicts_no_vector),
        cmocka_unit_test(halves), cmocka_unit_test(refusals),   cmocka_unit_test(joins)};
    int fd = mkstemp(path);
    int failed = fd < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
    close(fd);
    unlink(path);
    return failed;
}
