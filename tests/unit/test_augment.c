/* test_augment.c -- axes permuted and mirrored: a group of 48, all drawn alike */
#include "learn/train.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

/* Numbers an element by where (1, 2, 4) goes. */
static int name_of(const gg_real v[3])
{
    int name = 0;
    for (int a = 0; a < 3; a++)
        name = 10 * name + (int)v[a] + 5;
    return name;
}

/* How often each element comes in many draws; their number. */
static int draw(int dim, int draws, int *least, int *most)
{
    static int count[1024];
    const gg_real v[2][3] = {{1, 2, 4}, {-3, 0.5, 1}};
    int n = 0;
    memset(count, 0, sizeof count);
    for (int k = 0; k < draws; k++) {
        struct gg_rng r = gg_rng_at(7, 1, (uint32_t)k, 0);
        gg_real out[2][3];
        gg_augment_axes(&r, dim, 2, v, out);
        double dot = 0, before = 0;
        for (int a = 0; a < 3; a++) {
            dot += (double)out[0][a] * (double)out[1][a];
            before += (double)v[0][a] * (double)v[1][a];
        }
        if (dim == 3)
            assert_true(dot == before);
        else /* what lies in the plane stays there */
            assert_true(fabs((double)out[0][2]) == 4);
        out[0][2] = dim == 2 ? 0 : out[0][2];
        count[name_of(out[0])]++;
    }
    *least = draws;
    *most = 0;
    for (int k = 0; k < 1024; k++) {
        n += count[k] > 0;
        *least = count[k] > 0 && count[k] < *least ? count[k] : *least;
        *most = count[k] > *most ? count[k] : *most;
    }
    return n;
}

static void forty_eight_elements(void **state)
{
    (void)state;
    int least, most;
    assert_int_equal(draw(3, 4800, &least, &most), 48);
    assert_true(least > 60 && most < 145); /* 100, give or take 10 */
    assert_int_equal(draw(2, 800, &least, &most), 8);
    assert_true(least > 60 && most < 145);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forty_eight_elements)};
    return cmocka_run_group_tests_name("augmentation", tests, NULL, NULL);
}
