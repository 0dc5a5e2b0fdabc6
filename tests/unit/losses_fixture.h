/* losses_fixture.h -- terms of a loss called directly, and the column that another program has computed them on */
#ifndef LOSSES_FIXTURE_H
#define LOSSES_FIXTURE_H

#include "laws/check.h"
#include "laws/loss_column.h"
#include "laws/loss_laws.h"
#include "util/threads.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct gg_arena arena;

static double value_of(const char *name, const void *hyper, const struct gg_loss_column *c, double *dp)
{
    const struct gg_loss_type *t = gg_loss_find(name);
    assert_non_null(t);
    const void *prepared = NULL;
    struct gg_err err;
    hyper = hyper != NULL ? hyper : t->hyper_defaults;
    assert_true(t->prepare == NULL || t->prepare(hyper, c, &prepared, &arena, &err) == 0);
    return t->value(&(struct gg_loss_call){
        .hyper = hyper, .c = c, .prepared = prepared, .dp = dp, .factor = 1, .a = &arena});
}

static void *hyper_of(const struct gg_loss_type *t, const char *keys)
{
    struct gg_err err;
    void *hyper = gg_arena_calloc(&arena, 1, t->hyper_size + 1);
    memcpy(hyper, t->hyper_defaults, t->hyper_size);
    assert_int_equal(gg_hypers_set(t->hypers, hyper, t->name, keys, &err), 0);
    return hyper;
}

static double *numbers(const json_t *list)
{
    assert_true(json_is_array(list));
    double *x = GG_NEW(&arena, double, json_array_size(list) + 1);
    for (size_t k = 0; k < json_array_size(list); k++)
        x[k] = json_number_value(json_array_get(list, k));
    return x;
}

static void read_column(const json_t *root, struct gg_loss_column *c, struct gg_cell *cell)
{
    struct gg_err err;
    const double *pos = numbers(json_object_get(root, "pos")),
                 *row = numbers(json_object_get(root, "A_index"));
    double L = json_number_value(json_object_get(root, "box"));
    int64_t n = (int64_t)json_array_size(json_object_get(root, "A_index"));
    double(*at)[3] = gg_arena_calloc(&arena, (size_t)n, sizeof *at);
    bool *there = GG_NEW(&arena, bool, (size_t)n);
    assert_int_equal(gg_cell_init(cell, 3, 7, (const double[3][3]){{L, 0, 0}, {0, L, 0}, {0, 0, L}}, &err),
                     0);
    for (int64_t k = 0; k < n; k++) {
        memcpy(at[k], pos + 3 * (int64_t)row[k], sizeof *at);
        there[k] = true;
    }
    *c = (struct gg_loss_column){.n = n,
                                 .dim = 1,
                                 .count = n,
                                 .there = there,
                                 .p = numbers(json_object_get(root, "prediction")),
                                 .y = numbers(json_object_get(root, "target")),
                                 .scale = 1,
                                 .pos = (const double(*)[3])at,
                                 .cell = cell};
}

static void expect_gradient(const char *name, const double *want, const double *have, int64_t n)
{
    double most = 0, worst = 0;
    for (int64_t i = 0; i < n; i++) {
        most = fmax(most, fabs(want[i]));
        worst = fmax(worst, fabs(want[i] - have[i]));
    }
    if (!(worst <= 1e-9 * most))
        print_message("%s: gradient off by %g of %g\n", name, worst, most);
    assert_true(worst <= 1e-9 * most);
}

static json_t *reference(void)
{
    const char *shared = getenv("GG_SHARED");
    json_t *root =
        json_load_file(gg_arena_printf(&arena, "%s/reference/losses.json", shared ? shared : "../shared"), 0,
                       NULL);
    if (root == NULL)
        skip();
    return root;
}

#endif
