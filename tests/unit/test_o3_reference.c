/* test_o3_reference.c -- harmonics, gradients, couplings and rotations against e3nn's numbers, where they lie beside the
 * checkout (GG_SHARED) */
#include "sh_gradient.h"
#include "o3/o3.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static json_t *reference(void)
{
    const char *folder = getenv("GG_SHARED");
    char path[4096];
    snprintf(path, sizeof path, "%s/reference/e3nn_reference.json", folder ? folder : "../shared");
    json_t *all = json_load_file(path, 0, NULL);
    if (!all)
        skip();
    return all;
}

static double number(const json_t *list, size_t k)
{
    return json_number_value(json_array_get(list, k));
}

static void e3nn_harmonics(void **state)
{
    (void)state;
    json_t *all = reference(), *sh = json_object_get(all, "sh"), *point;
    size_t i;
    json_array_foreach(json_object_get(sh, "xyz"), i, point)
    {
        const json_t *row = json_array_get(json_object_get(sh, "Y"), i);
        double Y[49];
        gg_sh(6, (double[3]){number(point, 0), number(point, 1), number(point, 2)}, Y);
        for (size_t k = 0; k < 49; k++)
            assert_near(Y[k], number(row, k), 1e-12);
    }
    assert_int_equal(i, 50);
    json_decref(all);
}

static void e3nn_gradients(void **state)
{
    (void)state;
    json_t *all = reference(), *sh = json_object_get(all, "sh_gradient"), *point;
    size_t i;
    json_array_foreach(json_object_get(sh, "xyz"), i, point)
    {
        const json_t *row = json_array_get(json_object_get(sh, "dY"), i);
        const double v[3] = {number(point, 0), number(point, 1), number(point, 2)};
        double Y[49], dY[147];
        gg_sh(6, v, Y);
        gradient(6, v, Y, dY);
        for (size_t k = 0; k < 147; k++)
            assert_near(dY[k], number(json_array_get(row, k / 3), k % 3), 1e-12);
    }
    assert_int_equal(i, 10);
    json_decref(all);
}

static void e3nn_couplings(void **state)
{
    (void)state;
    json_t *all = reference(), *one;
    size_t i, total = 0;
    json_array_foreach(json_object_get(all, "w3j"), i, one)
    {
        const json_t *l = json_object_get(one, "l"), *ijk = json_object_get(one, "ijk");
        const json_t *v = json_object_get(one, "v");
        int l1 = (int)number(l, 0), l2 = (int)number(l, 1), l3 = (int)number(l, 2);
        const double *w = gg_coupling(l1, l2, l3);
        size_t nonzero = 0;
        for (int k = 0; k < (2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1); k++)
            nonzero += w[k] != 0;
        assert_int_equal(nonzero, json_array_size(v));
        total += nonzero;
        for (size_t k = 0; k < nonzero; k++) {
            const json_t *at_k = json_array_get(ijk, k);
            int a = (int)number(at_k, 0), b = (int)number(at_k, 1), c = (int)number(at_k, 2);
            assert_near(w[(a * (2 * l2 + 1) + b) * (2 * l3 + 1) + c], number(v, k), 1e-12);
        }
    }
    assert_true(i == 65 && total == 2052);
    json_decref(all);
}

static void e3nn_rotations(void **state)
{
    (void)state;
    json_t *all = reference(), *one;
    size_t i;
    json_array_foreach(json_object_get(all, "rotations"), i, one)
    {
        const json_t *angles = json_object_get(one, "angles"), *matrix = json_object_get(one, "R");
        double R[3][3], D[81];
        gg_rotation_euler(number(angles, 0), number(angles, 1), number(angles, 2), R);
        for (size_t k = 0; k < 9; k++)
            assert_near(R[k / 3][k % 3], number(json_array_get(matrix, k / 3), k % 3), 1e-12);
        for (int l = 0; l <= 4; l++) {
            const json_t *rows = json_array_get(json_object_get(one, "D"), (size_t)l);
            size_t n = 2 * (size_t)l + 1;
            gg_wigner_d(l, R, D);
            for (size_t k = 0; k < n * n; k++)
                assert_near(D[k], number(json_array_get(rows, k / n), k % n), 1e-12);
        }
    }
    assert_int_equal(i, 10);
    json_decref(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(e3nn_harmonics),
        cmocka_unit_test(e3nn_gradients),
        cmocka_unit_test(e3nn_couplings),
        cmocka_unit_test(e3nn_rotations),
    };
    return cmocka_run_group_tests_name("o3 against e3nn", tests, NULL, NULL);
}
