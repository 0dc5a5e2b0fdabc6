/* test_fields.c -- fields by name: added from the table, looked up, refused; META and PROV as lists */
#include "stream/column.h"
#include "stream/frame.h"
#include "stream/meta.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct gg_err err;

static void refused(const void *result, const char *message)
{
    assert_null(result);
    if (!strstr(err.text, message))
        fail_msg("'%s' instead of '%s'", err.text, message);
}

static void added_from_table(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .n_node = 4, .n_edge = 7};
    for (const struct gg_field_def *def = gg_field_table; def->name; def++) {
        struct gg_field *x = gg_frame_add(&f, &a, def->name, (const uint64_t[]){5, 2});
        assert_string_equal(x->name, def->name);
        assert_int_equal(x->role, def->role);
        assert_non_null(gg_frame_need(&f, def->name, &err));
        for (uint64_t k = 0; k < gg_field_count(x); k++)
            assert_true(gg_field_get(x, k) == 0);
    }
    const struct gg_field *x = gg_frame_add(&f, &a, "displacement", (const uint64_t[]){5});
    assert_true(x->dtype == GG_F32 && x->ndim == 3 && x->shape[0] == 4 && x->shape[1] == 5 &&
                x->shape[2] == 3);
    assert_string_equal(x->irreps, "1x1o");
    x = gg_frame_add(&f, &a, "displacement_std", (const uint64_t[]){5});
    assert_true(x->ndim == 2 && x->role == GG_PREDICTION);
    assert_string_equal(x->irreps, "0e");
    x = gg_frame_add(&f, &a, "displacement_cov", (const uint64_t[]){5});
    assert_true(x->ndim == 3 && x->shape[2] == 6 && x->role == GG_PREDICTION);
    assert_string_equal(x->irreps, "1x0e+1x2e");
    assert_null(gg_field_lookup("propensity_cov")); /* of vectors only */
    x = gg_frame_add(&f, &a, "propensity_pred.BOTAN", (const uint64_t[]){5});
    assert_true(x->ndim == 2 && x->axis[1] == GG_TIME && x->role == GG_PREDICTION);
    x = gg_frame_add(&f, &a, "node_features", (const uint64_t[]){6});
    assert_string_equal(x->irreps, "6x0e");
    assert_int_equal(gg_frame_add(&f, &a, "edge_ptr", NULL)->shape[0], 5);
    assert_true(gg_frame_remove(&f, "pos"));
    assert_false(gg_frame_remove(&f, "pos"));
    assert_null(gg_field_lookup("_pred"));
    assert_null(gg_field_lookup("nothing_pred"));
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static void needed(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .n_node = 2};
    refused(gg_frame_need(&f, "pos_inherent", &err), "field 'pos_inherent' is missing: run gg-quench first");
    refused(gg_frame_need(&f, "mine", &err), "field 'mine' is missing");
    assert_int_equal(err.status, GG_INPUT);
    float *pos = gg_frame_add_as(&f, &a, "pos", GG_F32, 2, (const uint64_t[]){2, 3},
                                 (const int[]){GG_NODE, GG_FREE}, GG_STRUCTURE, "1o", "sigma", &err)
                     ->data;
    pos[4] = 0.5f;
    refused(gg_frame_need(&f, "pos", &err), "field 'pos' is f32 [node, 3] 1x1o, wanted f64 [node, 3] 1x1o");
    assert_true(gg_frame_need_double(&f, "pos", &a, &err)[4] == 0.5);
    assert_ptr_equal(gg_frame_need_float(&f, "pos", &a, &err), pos);
    gg_frame_add_as(&f, &a, "pos", GG_F64, 2, (const uint64_t[]){2, 3}, (const int[]){GG_NODE, GG_FREE},
                    GG_STRUCTURE, "3x0e", "sigma", &err);
    refused(gg_frame_need_double(&f, "pos", &a, &err),
            "field 'pos' is f64 [node, 3] 3x0e, wanted f32 or f64");
    gg_frame_add_as(&f, &a, "energy", GG_I32, 1, (const uint64_t[]){2}, (const int[]){GG_NODE}, GG_OTHER, "",
                    "", &err);
    refused(gg_frame_need_float(&f, "energy", &a, &err), "field 'energy' is i32, wanted f32 or f64");
    double *sizes = gg_frame_add_as(&f, &a, "sizes", GG_F64, 1, (const uint64_t[]){2}, (const int[]){GG_NODE},
                                    GG_OTHER, "", "", &err)
                        ->data;
    sizes[1] = 0.25;
    assert_ptr_equal(gg_frame_need(&f, "sizes", &err)->data, sizes); /* of no known name: as it is */
    assert_true(gg_frame_need_float(&f, "sizes", &a, &err)[1] == 0.25f);
    gg_frame_add_as(&f, &a, "pos", GG_F64, 2, (const uint64_t[]){2, 3}, (const int[]){GG_FREE, GG_FREE},
                    GG_STRUCTURE, "1x1o", "sigma", &err);
    refused(gg_frame_need(&f, "pos", &err), "field 'pos' is f64 [2, 3] 1x1o, wanted f64 [node, 3] 1x1o");
    gg_frame_add_as(&f, &a, "pos", GG_F64, 2, (const uint64_t[]){2, 2}, (const int[]){GG_NODE, GG_FREE},
                    GG_STRUCTURE, "", "sigma", &err);
    refused(gg_frame_need(&f, "pos", &err), "field 'pos' is f64 [node, 2], wanted f64 [node, 3] 1x1o");
    gg_frame_add_as(&f, &a, "node_features", GG_F32, 1, (const uint64_t[]){2}, (const int[]){GG_NODE},
                    GG_OTHER, "", "", &err);
    refused(gg_frame_need(&f, "node_features", &err),
            "field 'node_features' is f32 [node], wanted f32 or f64 [node, any]");
    /* a prediction at times of its own */
    gg_frame_add_as(&f, &a, "propensity_pred", GG_F32, 2, (const uint64_t[]){2, 4},
                    (const int[]){GG_NODE, GG_FREE}, GG_PREDICTION, "0e", "sigma", &err);
    assert_non_null(gg_frame_need(&f, "propensity_pred", &err));
    /* both shapes of pos_replicas */
    gg_frame_add_as(&f, &a, "pos_replicas", GG_F64, 4, (const uint64_t[]){1, 5, 2, 3},
                    (const int[]){GG_TIME, GG_REPLICA, GG_NODE, GG_FREE}, GG_STRUCTURE, "1x1o", "sigma",
                    &err);
    assert_non_null(gg_frame_need(&f, "pos_replicas", &err));
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static void not_a_column(const struct gg_frame *f, const char *spec, const char *message)
{
    struct gg_column c;
    refused(gg_column_find(&c, f, NULL, spec, &err) ? NULL : f, message);
    assert_int_equal(err.status, GG_INPUT);
}

static void columns(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .n_node = 2};
    const uint64_t two = 2, square[] = {2, 2}, wide[] = {2, 4};
    struct gg_column c;
    double x[2];
    double *time = gg_frame_add(&f, &a, "time", &two)->data;
    float *propensity = gg_frame_add(&f, &a, "propensity", &two)->data;
    time[0] = 1;
    time[1] = 2;
    propensity[1] = 0.5f;
    propensity[3] = 0.75f;
    assert_int_equal(gg_column_find(&c, &f, NULL, "propensity:1", &err), 0); /* a time as a column */
    assert_int_equal(c.time.axis, -1);
    gg_column_read(&c, 0, x);
    assert_true(x[0] == 0.5 && x[1] == 0.75);
    gg_frame_add_as(&f, &a, "pairs", GG_F32, 2, square, (const int[]){GG_NODE, GG_NODE}, GG_OTHER, "", "",
                    &err);
    not_a_column(&f, "pairs", "field 'pairs': is not one value a particle, edge or configuration");
    gg_frame_add_as(&f, &a, "mixed", GG_F32, 2, wide, (const int[]){GG_NODE, GG_FREE}, GG_OTHER, "1x0e+1x1o",
                    "", &err);
    not_a_column(&f, "mixed", "field 'mixed': has 4 numbers a particle: choose one with 'mixed:COLUMN'");
    gg_frame_find(&f, "time")->dtype = GG_I64;
    not_a_column(&f, "propensity:1", "field 'time' must be f64 [time]");
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static void malformed(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .n_node = 2};
    static const struct {
        const char *name, *irreps, *unit, *message;
    } cases[] = {
        {"a b", "", "", "field name 'a b'"},
        {"", "", "", "field name ''"},
        {"x", "1x", "", "irreps"},
        {"x", "2x1o", "", "irreps '2x1o' have 6 numbers, the last axis has 3"},
        {"x", "", "\n", "unit holds byte 0x0a"},
        {"x", "", "a unit of more than thirty-one characters", "too long"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        refused(gg_frame_add_as(&f, &a, cases[k].name, GG_F32, 2, (const uint64_t[]){2, 3},
                                (const int[]){GG_NODE, GG_FREE}, GG_OTHER, cases[k].irreps, cases[k].unit,
                                &err),
                cases[k].message);
        assert_int_equal(err.status, GG_USAGE);
    }
    refused(gg_frame_add_as(&f, &a, "x", GG_F32, 1, (const uint64_t[]){3}, (const int[]){GG_NODE}, GG_OTHER,
                            "", "", &err),
            "axis 0 (node) has length 3, must be 2");
    refused(gg_frame_add_as(&f, &a, "x", GG_F64, 3, (const uint64_t[]){1ull << 40, 1ull << 40, 0},
                            (const int[]){GG_FREE, GG_FREE, GG_FREE}, GG_OTHER, "", "", &err),
            "overflows");
    assert_int_equal(f.n_field, 0);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static void copied(void **state)
{
    (void)state;
    struct gg_arena a = {0}, b = {0};
    struct gg_frame f = {.dim = 2, .n_node = 2}, g = {0};
    double *pos = gg_frame_add(&f, &a, "pos", NULL)->data;
    pos[1] = 3;
    gg_frame_copy(&g, &f, &b);
    pos[1] = 4;
    assert_true(((double *)gg_frame_find(&g, "pos")->data)[1] == 3);
    assert_true(g.dim == 2 && g.n_field == 1);
    gg_frame_free(&f);
    gg_frame_free(&g);
    gg_arena_free(&a);
    gg_arena_free(&b);
}

static void small_floats(void **state)
{
    (void)state;
    uint16_t halves[] = {0x3C00, 0xC000, 0x0001, 0x7BFF, 0x7C00, 0x7E00, 0x8000};
    const double values[] = {1, -2, 5.9604644775390625e-08, 65504, INFINITY, NAN, -0.0};
    struct gg_field x = {.dtype = GG_F16, .ndim = 1, .shape = {7}, .data = halves};
    for (int k = 0; k < 7; k++)
        assert_true(isnan(values[k]) ? isnan(gg_field_get(&x, (uint64_t)k))
                                     : gg_field_get(&x, (uint64_t)k) == values[k]);
    uint16_t brains[] = {0x3F80, 0xC000, 0x7F80};
    x = (struct gg_field){.dtype = GG_BF16, .ndim = 1, .shape = {3}, .data = brains};
    assert_true(gg_field_get(&x, 0) == 1 && gg_field_get(&x, 1) == -2 && isinf(gg_field_get(&x, 2)));
}

static void meta_lists(void **state)
{
    (void)state;
    struct gg_meta m = {0}, n = {0};
    gg_meta_add(&m, "a", "1");
    gg_meta_add(&m, "a", "1");
    gg_meta_add(&m, "a", "2");
    gg_meta_add(&m, "b", "3");
    assert_int_equal(m.n, 3);
    gg_meta_merge(&n, &m);
    gg_meta_set(&m, "a", gg_meta_get(&m, "b"));
    assert_int_equal(m.n, 2);
    assert_string_equal(gg_meta_get(&m, "a"), "3");
    gg_meta_printf(&m, "c", "%d", 5);
    assert_string_equal(gg_meta_get(&m, "c"), "5");
    assert_null(gg_meta_get(&m, "d"));
    assert_int_equal(n.n, 3);
    gg_meta_clear(&m);
    gg_meta_clear(&n);
}

/* Two branches from one root, joined: the join has two parents and the root is there once. */
static void history(void **state)
{
    (void)state;
    struct gg_prov p[2] = {{0}}, join = {0};
    struct gg_meta root = {0}, branch[2] = {{0}};
    gg_meta_add(&root, "program", "root");
    for (int k = 0; k < 2; k++) {
        gg_prov_append(&p[k], &root);
        gg_meta_add(&branch[k], "program", k ? "right" : "left");
        gg_prov_append(&p[k], &branch[k]);
        assert_int_equal(gg_prov_merge(&join, &p[k], &err), 0);
    }
    assert_int_equal(join.n, 3);
    assert_string_equal(gg_meta_get(&join.entry[1], "parents"), gg_meta_get(&join.entry[0], "id"));
    gg_prov_append(&join, &root);
    char both[64];
    snprintf(both, sizeof both, "%s %s", gg_meta_get(&join.entry[1], "id"),
             gg_meta_get(&join.entry[2], "id"));
    assert_string_equal(gg_meta_get(&join.entry[3], "parents"), both);
    gg_meta_set(&p[0].entry[0], "program", "forged");
    assert_int_equal(gg_prov_merge(&join, &p[0], &err), -1);
    assert_non_null(strstr(err.text, "two histories of the same id"));
    for (int k = 0; k < 2; k++) {
        gg_prov_clear(&p[k]);
        gg_meta_clear(&branch[k]);
    }
    gg_prov_clear(&join);
    gg_meta_clear(&root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(added_from_table), cmocka_unit_test(needed),
                                       cmocka_unit_test(columns),          cmocka_unit_test(malformed),
                                       cmocka_unit_test(copied),           cmocka_unit_test(small_floats),
                                       cmocka_unit_test(meta_lists),       cmocka_unit_test(history)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
