/* test_parameters.c -- names of parameters: whole, where they fit */
#include "model/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char *const piece[] = {"weight.0.0", "a_piece_with_a_long_name.0", "a_piece_with_a_long_name.1"};

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    (void)l;
    if (k >= 3)
        return false;
    *out = (struct gg_weight){.ndim = 1, .shape = {1}, .offset = k};
    snprintf(out->name, sizeof out->name, "%s", piece[k]);
    return true;
}

static void names_are_whole(void **state)
{
    const struct gg_layer_type type = {.weight = weight};
    struct gg_op op = {.layer = {.type = &type, .n_weight = 3}, .name = "layers.12.3.attention"};
    struct gg_model m = {.n_op = 1, .op = &op};
    char name[GG_NAME], want[GG_NAME];
    struct gg_weight w;
    (void)state;
    for (int k = 0; k < 3; k++) {
        assert_true(gg_model_weight(&m, k, name, &w));
        snprintf(want, sizeof want, "layers.12.3.attention.%s", piece[k]);
        assert_string_equal(name, want);
        assert_int_equal(w.offset, k);
    }
    assert_false(gg_model_weight(&m, 3, name, &w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_whole)};
    return cmocka_run_group_tests_name("parameters", tests, NULL, NULL);
}
