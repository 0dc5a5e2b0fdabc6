/* test_spread.c -- what a head puts out for a likelihood: every number of its value has one place, and comes out there */
#include "model/learner.h"
#include "model/loss.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { N = 3, TIMES = 2 };
static const double times[TIMES] = {0.5, 1};
static struct gg_arena arena;
static struct gg_err err;
static struct gg_model model;

/* Two species, two times, a target of these irreps. */
static void make_model(const char *keys, const char *irreps)
{
    const struct gg_data_facts facts = {.n_species = 2, .mean_neighbours = {12}};
    char yaml[1024];
    gg_model_free(&model);
    snprintf(yaml, sizeof yaml,
             "inputs: {node: [type, a], cutoff: 1.5}\n"
             "layers: [{layer: linear, out_irreps: 3x0e+2x1o+2x2e, out: h}]\n"
             "heads: [{target: displacement, in: h, layer: linear%s}]\n"
             "loss: [{term: gaussian}]\n",
             keys);
    assert_int_equal(gg_config_from_text(&model.config, yaml, strlen(yaml), "m.yaml", &err), 0);
    assert_int_equal(gg_model_open(&model, &err), 0);
    assert_int_equal(gg_irreps_parse(&model.input[1].irreps, "2x0e+2x1o+2x2e", &err), 0);
    assert_int_equal(gg_target_known(&model.head[0].target, &model.arena, TIMES, times, &err), 0);
    assert_int_equal(gg_irreps_parse(&model.head[0].target.irreps, irreps, &err), 0);
    if (gg_model_build(&model, &facts, &err))
        fail_msg("%s", err.text);
}

/* Marks the 2l + 1 places from `at` on. */
static void mark(char *used, int at, int step, int l)
{
    for (int z = 0; z <= 2 * l; z++)
        assert_int_equal(used[at + z * step]++, 0);
}

static void every_number_has_one_place(const char *keys, const char *irreps, int groups, int numbers)
{
    make_model(keys, irreps);
    const struct gg_head *h = &model.head[0];
    const struct gg_shape *shape = &model.value[h->value];
    char *used = GG_NEW(&arena, char, (size_t)shape->stride + 1);
    int n = 0;
    assert_int_equal(gg_irreps_dim(&shape->irreps), numbers);
    for (int g = 0; g < groups; g++)
        for (int t = 0; t < TIMES; t++)
            for (int q = 0; q < gg_target_parts(&h->target); q++) {
                int l, step, at = gg_head_at(&model, h, g, t, q, &step);
                gg_target_part(&h->target, q, &l);
                mark(used, at, step, l);
                for (int b = 0; b < h->spread->irreps.n; b++) {
                    at = gg_head_spread_at(&model, h, g, t, q, b, &step);
                    mark(used, at, step, h->spread->irreps.b[b].l);
                }
            }
    for (int k = 0; k < shape->stride; k++)
        n += used[k];
    assert_int_equal(n, numbers);
}

static void places(void **state)
{
    (void)state;
    every_number_has_one_place("", "1x0e", 2, 2 * TIMES * 2);
    every_number_has_one_place("", "3x0e", 2, 2 * TIMES * 6);
    every_number_has_one_place(", species: [joint, A, B]", "2x0e", 1, TIMES * 4);
    every_number_has_one_place("", "1x1o", 1, TIMES * 9); /* vectors are joint */
    every_number_has_one_place("", "2x1o", 1, TIMES * 18);
}

/* Each number of the value is its own place; scale 2 for part 0, 3 for part 1. */
static void comes_out_where_it_belongs(void **state)
{
    (void)state;
    static const int32_t type[N] = {0, 1, 0}, order[N] = {2, 0, 1};
    const struct gg_sample s = {.n_node = N, .dim = 3, .type = type};
    const struct gg_batch b = {.order = order, .graph = {{.n_node = N, .type = type}}};
    struct gg_pass pass = {0};
    struct gg_prediction out[GG_MAX_HEADS];
    make_model("", "2x0e");
    const struct gg_head *h = &model.head[0];
    int stride = model.value[h->value].stride;
    gg_real *value = pass.value[h->value] = GG_NEW(&arena, gg_real, (size_t)(N * stride) + 16);
    for (int q = 0; q < 2 * TIMES * 2; q++)
        h->target.scale[q] = 2 + q % 2;
    for (int k = 0; k < N * stride; k++)
        value[k] = (gg_real)(0.01 * k);
    gg_prediction_alloc(out, &model, &s, &arena);
    gg_head_spread(&pass, &model, 0, &s, &b, out[0].spread);
    for (int k = 0; k < N; k++)
        for (int t = 0; t < TIMES; t++)
            for (int q = 0; q < 2; q++) {
                int step, at = gg_head_spread_at(&model, h, type[order[k]], t, q, 0, &step);
                double want = (2 + q) * exp(0.01 * (k * stride + at) / 2);
                assert_float_equal((double)out[0].spread[(order[k] * TIMES + t) * 2 + q], want, 1e-5);
            }
}

static void other_heads_have_none(void **state)
{
    (void)state;
    make_model("", "1x0e");
    assert_int_equal(gg_head_spread_dim(&model.head[0]), 1);
    model.term[0].type = gg_loss_find("mse");
    assert_int_equal(gg_loss_heads(&model, &err), 0);
    assert_null(model.head[0].spread);
    assert_int_equal(gg_head_spread_dim(&model.head[0]), 0);
    model.term[0].type = gg_loss_find("gaussian");
    assert_int_equal(gg_irreps_parse(&model.head[0].target.irreps, "1x2e", &err), 0);
    assert_int_equal(gg_loss_heads(&model, &err), -1);
    assert_non_null(
        strstr(err.text,
               "loss: gaussian: is for targets of one degree, 0 or 1, and no head has such a target"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(places), cmocka_unit_test(comes_out_where_it_belongs),
                                       cmocka_unit_test(other_heads_have_none)};
    int failed = cmocka_run_group_tests_name("spread", tests, NULL, NULL);
    gg_model_free(&model);
    gg_arena_free(&arena);
    return failed;
}
