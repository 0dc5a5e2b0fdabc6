/* test_own_times.c -- fields at times of their own: found, checked, refused; they go where their field goes */
#include "stream/cut.h"
#include "stream/layout.h"
#include "stream/own_times.h"
#include "util/same.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { N = 3, T = 2, K = 4 };
static struct gg_err err;

static struct gg_field *put(struct gg_frame *f, struct gg_arena *a, const char *name, int dtype,
                            const char *irreps, int ndim, const uint64_t *shape, const int *axis)
{
    struct gg_field *x = gg_frame_add_as(f, a, name, dtype, ndim, shape, axis, GG_OTHER, irreps, "", &err);
    if (!x)
        fail_msg("%s", err.text);
    return x;
}

/* X.time = 1, 2, 3 ... of length n */
static double *put_times(struct gg_frame *f, struct gg_arena *a, const char *name, uint64_t n)
{
    double *time = put(f, a, name, GG_F64, "", 1, &n, (const int[]){GG_FREE})->data;
    for (uint64_t k = 0; k < n; k++)
        time[k] = (double)(k + 1);
    return time;
}

/* A frame with two times of its own, and a prediction at K others. */
static void make(struct gg_frame *f, struct gg_arena *a)
{
    *f = (struct gg_frame){.dim = 3, .n_node = N};
    double *time = gg_frame_add(f, a, "time", (const uint64_t[]){T})->data;
    time[0] = 10;
    time[1] = 100;
    gg_frame_add(f, a, "propensity", (const uint64_t[]){T});
    put(f, a, "propensity_pred", GG_F32, "0e", 2, (const uint64_t[]){N, K}, (const int[]){GG_NODE, GG_FREE});
    put_times(f, a, "propensity_pred.time", K);
}

static struct gg_field_times times_of(const struct gg_frame *f, const char *name)
{
    struct gg_field_times t;
    if (gg_field_times(f, gg_frame_find(f, name), &t, &err) < 0)
        fail_msg("%s", err.text);
    return t;
}

static void equal_up_to_rounding(void **state)
{
    (void)state;
    assert_true(gg_same(0.1, 0.1000000000003638) && gg_same(0.44, (double)0.44F) && gg_same(0, 0));
    assert_true(gg_same(1234567.8, 1234568) && gg_same(-2, -2.000001) && gg_same(INFINITY, INFINITY));
    assert_false(gg_same(0.1, 0.10001) || gg_same(1, -1) || gg_same(0, 1e-9) || gg_same(NAN, NAN));
    assert_false(gg_same(INFINITY, 1) || gg_same(NAN, 1));
}

static void names(void **state)
{
    (void)state;
    assert_int_equal(gg_own_times_stem("propensity_pred.time"), 15);
    assert_int_equal(gg_own_times_stem("propensity_pred.BOTAN.time"), 21);
    assert_int_equal(gg_own_times_stem("time") + gg_own_times_stem(".time") + gg_own_times_stem("a.times"),
                     0);
    const struct gg_field_def *def = gg_field_lookup("propensity_pred.time");
    assert_non_null(def);
    assert_true(def->role != GG_PREDICTION && def->dtype == GG_F64 && def->ndim == 1 &&
                def->axis[0] == GG_FREE);
    assert_ptr_equal(gg_field_lookup("mine.time"), def);
    assert_ptr_equal(gg_field_lookup("time_pred"), def); /* of version 0.1: no prediction of `time` */
    assert_int_equal(gg_field_lookup("propensity_pred.BOTAN")->role, GG_PREDICTION);
}

static void found(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f;
    make(&f, &a);
    struct gg_field_times t = times_of(&f, "propensity");
    assert_true(t.axis == 1 && t.n == T && t.value[1] == 100);
    t = times_of(&f, "propensity_pred");
    assert_true(t.axis == 1 && t.n == K && t.value[3] == 4);
    gg_frame_add(&f, &a, "type", NULL);
    t = times_of(&f, "type");
    assert_true(t.axis == -1 && t.n == 0 && t.value == NULL);
    put(&f, &a, "columns", GG_F32, "4x0e", 2, (const uint64_t[]){N, K}, (const int[]){GG_NODE, GG_FREE});
    assert_int_equal(times_of(&f, "columns").axis, -1);
    put(&f, &a, "stress", GG_F32, "1x0e+1x2e", 2, (const uint64_t[]){5, 6}, (const int[]){GG_FREE, GG_FREE});
    assert_int_equal(times_of(&f, "stress").axis, -1);
    put_times(&f, &a, "stress.time", 5);
    assert_true(times_of(&f, "stress").axis == 0 && times_of(&f, "stress").n == 5);
    assert_int_equal(gg_frame_check_structure(&f, &err), 0);
    gg_frame_remove(&f, "time");
    t = times_of(&f, "propensity");
    assert_true(t.axis == 1 && t.n == T && t.value == NULL); /* times that nobody says */
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* A stream of version 0.1: time_pred serves every prediction on a free axis. */
static void of_version_0_1(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f;
    struct gg_field_times t;
    make(&f, &a);
    gg_frame_remove(&f, "propensity_pred.time");
    assert_int_equal(gg_field_times(&f, gg_frame_find(&f, "propensity_pred"), &t, &err), -1);
    assert_non_null(strstr(err.text,
                           "field 'propensity_pred' is at times of its own, but 'propensity_pred.time' "
                           "is missing"));
    put_times(&f, &a, "time_pred", K);
    t = times_of(&f, "propensity_pred");
    assert_true(t.axis == 1 && t.n == K && t.value[0] == 1);
    double *time = put_times(&f, &a, "propensity_pred.time", K);
    time[0] = 0.5; /* its own go first */
    assert_true(times_of(&f, "propensity_pred").value[0] == 0.5);
    gg_frame_remove(&f, "propensity_pred.time");
    put_times(&f, &a, "time_pred", K + 1);
    assert_int_equal(gg_field_times(&f, gg_frame_find(&f, "propensity_pred"), &t, &err), -1);
    assert_non_null(strstr(err.text, "field 'time_pred' has 5 times, 'propensity_pred' is at 4"));
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static void refused(const struct gg_frame *f, const char *message)
{
    err = (struct gg_err){0};
    assert_int_equal(gg_frame_check(f, &err), -1);
    assert_int_equal(err.status, GG_INPUT);
    if (!strstr(err.text, message))
        fail_msg("'%s' instead of '%s'", err.text, message);
}

static void checked(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f;
    make(&f, &a);
    double cell[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    memcpy(f.cell, cell, sizeof cell);
    if (gg_frame_check(&f, &err) < 0)
        fail_msg("%s", err.text);
    double *time = put_times(&f, &a, "propensity_pred.time", K);
    time[2] = 2;
    refused(&f, "field 'propensity_pred.time': [2] is 2 after 2, must increase");
    put_times(&f, &a, "propensity_pred.time", K + 1);
    refused(&f, "field 'propensity_pred.time' has 5 times, 'propensity_pred' is at 4");
    put(&f, &a, "propensity_pred.time", GG_F32, "", 1, (const uint64_t[]){K}, (const int[]){GG_FREE});
    refused(&f, "field 'propensity_pred.time' must be f64 [any]");
    put(&f, &a, "propensity_pred.time", GG_F64, "", 1, (const uint64_t[]){N}, (const int[]){GG_NODE});
    refused(&f, "field 'propensity_pred.time' must be f64 [any]");
    gg_frame_remove(&f, "propensity_pred.time");
    put_times(&f, &a, "propensity.time", T);
    refused(&f,
            "field 'propensity.time' beside 'propensity' on the frame's times: mark that axis free, or drop "
            "the times");
    gg_frame_remove(&f, "propensity.time");
    gg_frame_add(&f, &a, "type", NULL);
    put_times(&f, &a, "type.time", 1);
    refused(&f, "field 'type.time': 'type' has no free axis for times");
    gg_frame_remove(&f, "type.time");
    put(&f, &a, "force", GG_F32, "1x1o", 2, (const uint64_t[]){N, 3}, (const int[]){GG_NODE, GG_FREE});
    put_times(&f, &a, "force.time", 3); /* components are no times */
    refused(&f, "field 'force.time': 'force' has no free axis for times");
    gg_frame_remove(&f, "force");
    put_times(&f, &a, "nobody.time", 1); /* a field like any other */
    assert_int_equal(gg_frame_check(&f, &err), 0);
    time = put_times(&f, &a, "propensity_pred.time", K);
    time[3] = INFINITY;
    refused(&f, "field 'propensity_pred.time': [3] is inf, must be finite");
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static bool has(const struct gg_frame *f, const char *name)
{
    return gg_frame_find(f, name) != NULL;
}

/* Kept, dropped, renamed, removed, replaced with the field they belong to; nodes go, times stay. */
static void together(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f;
    char word[128];
    const char *list[] = {word};
    struct gg_texts words = {1, list};
    make(&f, &a);
    strcpy(word, "propensity_pred=mine");
    assert_int_equal(gg_frame_rename_fields(&f, &words, &err), 0);
    assert_true(has(&f, "mine") && has(&f, "mine.time") && !has(&f, "propensity_pred.time"));
    strcpy(word, "mine,time");
    assert_int_equal(gg_frame_keep_fields(&f, &words, &err), 0);
    assert_true(f.n_field == 3 && has(&f, "mine.time"));
    assert_int_equal(gg_frame_cut(&f, (const bool[]){true, false, true}, &a, &err), 0);
    assert_true(gg_frame_find(&f, "mine")->shape[0] == 2 && times_of(&f, "mine").value[3] == 4);
    strcpy(word, "mine");
    assert_int_equal(gg_frame_drop_fields(&f, &words, &err), 0);
    assert_true(f.n_field == 1 && !has(&f, "mine.time"));
    gg_frame_free(&f);
    make(&f, &a);
    gg_frame_add(&f, &a, "propensity_pred", (const uint64_t[]){T}); /* now on the frame's times */
    assert_true(!has(&f, "propensity_pred.time") && times_of(&f, "propensity_pred").value[1] == 100);
    gg_frame_free(&f);
    make(&f, &a);
    assert_true(gg_frame_remove(&f, "propensity_pred") && !has(&f, "propensity_pred.time"));
    snprintf(word, sizeof word, "propensity=%060d", 0); /* ".time" does not fit behind it */
    put(&f, &a, "propensity", GG_F32, "0e", 2, (const uint64_t[]){N, K}, (const int[]){GG_NODE, GG_FREE});
    put_times(&f, &a, "propensity.time", K);
    assert_int_equal(gg_frame_rename_fields(&f, &words, &err), -1);
    assert_non_null(strstr(err.text, "too long"));
    gg_frame_free(&f);
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_up_to_rounding), cmocka_unit_test(names),   cmocka_unit_test(found),
        cmocka_unit_test(of_version_0_1),       cmocka_unit_test(checked), cmocka_unit_test(together)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
