/* test_layers.c -- every law on every case of every layer */
#include "layers/layers.h"
#include "laws/check.h"
#include "util/threads.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>

static void obeys_the_laws(void **state)
{
    const struct gg_layer_type *t = *state;
    int n_checked, n_failed = gg_check_layer(t, 1, stderr, &n_checked);
    assert_int_equal(n_failed, 0);
    assert_true(n_checked > 20);
}

int main(void)
{
    struct CMUnitTest tests[64];
    size_t n = 0;
    struct gg_err err;
    gg_threads_init(1, &err); /* the laws ask for more where threads matter */
    for (; gg_layer_types[n] != NULL && n < 64; n++)
        tests[n] = (struct CMUnitTest){.name = gg_layer_types[n]->name,
                                       .test_func = obeys_the_laws,
                                       .initial_state = (void *)gg_layer_types[n]};
    return _cmocka_run_group_tests("layers", tests, n, NULL, NULL);
}
