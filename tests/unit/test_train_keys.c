/* test_train_keys.c -- the keys of `train:` beside a network, and beside a fit, where they would do nothing */
#include "learn/train.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct gg_err err;

#define FIT "fit: {kind: ridge, inputs: [node_features]}\nheads: [{target: propensity}]\n"
#define NETWORK                                                         \
    "inputs: {node: [type]}\nlayers: [{layer: linear, irreps: 4x0e}]\n" \
    "heads: [{target: propensity, layer: linear}]\n"

static int open_keys(const char *yaml, struct gg_trainer *t, struct gg_model *m)
{
    *m = (struct gg_model){0};
    *t = (struct gg_trainer){.model = m};
    assert_int_equal(gg_config_from_text(&m->config, yaml, strlen(yaml), "m.yaml", &err), 0);
    assert_int_equal(gg_model_open(m, &err), 0);
    return gg_train_open(t, &err);
}

/* Some value that the row takes. */
static void print_value(char *text, size_t size, const struct gg_opt *o)
{
    if (o->type == GG_OPT_CHOICE)
        snprintf(text, size, "%.*s", (int)strcspn(o->choices, "|"), o->choices);
    else
        snprintf(text, size, "%s", o->type == GG_OPT_FLAG ? "false" : o->type == GG_OPT_INT ? "1" : "0");
}

/* Every key of the table but one, whatever its value. */
static void a_fit_refuses_what_would_do_nothing(void **state)
{
    (void)state;
    struct gg_model m;
    struct gg_trainer t;
    for (const struct gg_opt *o = gg_train_table; o->name; o++) {
        char yaml[512], where[64], value[64];
        print_value(value, sizeof value, o);
        snprintf(yaml, sizeof yaml, FIT "train:\n  %s: %s\n", o->name, value);
        snprintf(where, sizeof where, "m.yaml:4:3: train.%s: ", o->name);
        int status = open_keys(yaml, &t, &m);
        if (!strcmp(o->name, "seed")) {
            assert_int_equal(status, 0);
        } else {
            assert_int_equal(status, -1);
            assert_int_equal(err.status, GG_USAGE);
            assert_memory_equal(err.text, where, strlen(where));
        }
        gg_model_free(&m);
    }
}

static void defaults_are_no_offence(void **state)
{
    (void)state;
    struct gg_model m;
    struct gg_trainer t;
    assert_int_equal(open_keys(FIT, &t, &m), 0);
    gg_model_free(&m);
    assert_int_equal(open_keys(NETWORK "train: {epochs: 3, weight_decay: 1e-4}\n", &t, &m), 0);
    assert_int_equal(t.keys.epochs, 3);
    assert_true(t.keys.weight_decay == 1e-4 && t.keys.ema == gg_train_defaults.ema);
    gg_model_free(&m);
}

/* A tenth of an input was read, for 5 folds: what was read stays whole, and each fold trains on four fifths of it all. */
static void folds_of_an_input_that_was_read_in_part(void **state)
{
    (void)state;
    struct gg_trainer t = {.how = {.folds = 5},
                           .fold = {.k = 1, .n = 5},
                           .part = {{.n_frame = 10, .share = 0.1}}};
    assert_int_equal(gg_train_fold(&t).n, 0);
    struct gg_frames_about n = gg_frames_about(&t, 10, 0);
    assert_string_equal(n.word, "about ");
    assert_true(fabs(n.train - 80) < 1e-9);
    t.part[0].share = 1;
    assert_int_equal(gg_train_fold(&t).n, 5);
    n = gg_frames_about(&t, 8, 2);
    assert_true(n.train == 8 && n.validation == 2 && !*n.word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_fit_refuses_what_would_do_nothing),
                                       cmocka_unit_test(defaults_are_no_offence),
                                       cmocka_unit_test(folds_of_an_input_that_was_read_in_part)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
