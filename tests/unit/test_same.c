/* test_same.c -- times and temperatures that are one up to rounding: as keys, in order, of samples that went by; fields that hold no number */
#include "near.h"
#include "stream/column.h"
#include "stream/seen.h"
#include "util/same.h"

#include <stdio.h>

static void keys(void **state)
{
    (void)state;
    const double ascending[] = {-3, 0, 0.1, 0.10001, 0.64, 1, 1e6, INFINITY, NAN};
    for (int a = 0; a < 9; a++)
        for (int b = 0; b < 9; b++) {
            assert_int_equal(gg_same_order(ascending[a], ascending[b]), (a > b) - (a < b));
            assert_int_equal(gg_same_key(ascending[a], ascending[b]), a == b);
        }
    assert_true(gg_same(0.1, 0.1000000000003638) && gg_same(0.64, 0.64F) && !gg_same(NAN, NAN));
    assert_int_equal(gg_same_order(0.2000000000007276, 0.2), 0);
}

/* A frame of these times; n = -1: without. */
static void frame(struct gg_frame *f, struct gg_arena *a, const char *id, int n, double first, double second)
{
    const uint64_t times[] = {(uint64_t)(n > 0 ? n : 0)};
    gg_frame_clear(f);
    f->n_node = 3;
    snprintf(f->id, sizeof f->id, "%s", id);
    if (n < 0)
        return;
    double *time = gg_frame_add(f, a, "time", times)->data;
    if (n > 0)
        time[0] = first;
    if (n > 1)
        time[1] = second;
}

/* One id may come at several times; at one time, up to rounding, once. */
static void seen(void **state)
{
    (void)state;
    struct gg_seen s = {0};
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    const struct {
        const char *id;
        int n;
        double first, second;
        bool is_new;
    } cases[] = {{"x", 2, 0.1, 0.2, true},   {"x", 2, 0.1000000000003638, 0.2000000000007276, false},
                 {"y", 2, 0.1, 0.2, true},   {"x", 2, 0.1, 0.3, true},
                 {"x", 1, 0.1, 0, true},     {"x", 1, 0.1000000000003638, 0, false},
                 {"x", -1, 0, 0, true},      {"x", 0, 0, 0, false}, /* no times either way */
                 {"x", 2, 0.1001, 0.2, true}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        frame(&f, &a, cases[k].id, cases[k].n, cases[k].first, cases[k].second);
        if (gg_seen_add(&s, &f, "one", NULL) != cases[k].is_new)
            fail_msg("case %zu", k);
    }
    struct gg_seen_before before;
    frame(&f, &a, "x", 2, 0.1, 0.2);
    assert_false(gg_seen_add(&s, &f, "two", &before));
    assert_true(before.equal);
    assert_string_equal(before.from, "one");
    frame(&f, &a, "x", 2, 0.1, 0.2000000000007276);
    assert_false(gg_seen_add(&s, &f, "two", &before));
    assert_false(before.equal);
    frame(&f, &a, "x", 2, 0.1, 0.2);
    f.cell[1][1] += 1;
    assert_false(gg_seen_add(&s, &f, "two", &before));
    assert_false(before.equal);
    gg_seen_free(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* A field whose axis has length 0 is there and holds nothing. */
static void no_number(void **state)
{
    (void)state;
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    struct gg_err err = {0};
    struct gg_column c;
    const uint64_t none[] = {0};
    const int axis[] = {GG_FREE};
    frame(&f, &a, "x", 0, 0, 0);
    assert_non_null(gg_frame_add_as(&f, &a, "temperature", GG_F64, 1, none, axis, GG_OTHER, "", "eps", &err));
    assert_true(isnan(gg_frame_number(&f, "temperature")) && isnan(gg_frame_number(&f, "split")));
    *(double *)gg_frame_add(&f, &a, "temperature", NULL)->data = 0.64;
    close_to(gg_frame_number(&f, "temperature"), 0.64, 0);
    assert_non_null(gg_frame_add(&f, &a, "propensity", none));
    assert_int_equal(gg_column_find(&c, &f, NULL, "propensity", &err), 0);
    assert_true(c.time.axis >= 0 && c.time.n == 0); /* nobody may ask for its first time */
    gg_frame_free(&f);
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys), cmocka_unit_test(seen),
                                       cmocka_unit_test(no_number)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
