/* test_frames.c -- the frames of bonds against harmonics and rotations, at every level */
#include "bonds_fixture.h"
#include "conv_fixture.h"
#include "kernel/frames.h"
#include "o3/o3.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct gg_arena arena;

/* D takes the harmonics of a bond to those of the pole, and is a rotation's: D_l = D_l(D_1). */
static void check_frame(const gg_real v[3], const gg_real *D, double allowed)
{
    double Y[49], x[3] = {(double)v[0], (double)v[1], (double)v[2]}, R[3][3], exact[169];
    gg_sh(6, x, Y);
    for (int k = 0; k < 9; k++)
        R[k / 3][k % 3] = (double)D[(1 + k) * GG_FRAME_CHUNK];
    for (int l = 0; l <= 6; l++) {
        int n = 2 * l + 1;
        gg_wigner_d(l, R, exact);
        for (int m = 0; m < n; m++) {
            double sum = 0;
            for (int k = 0; k < n; k++) {
                double d = (double)D[(gg_frame_at(l) + m * n + k) * GG_FRAME_CHUNK];
                sum += d * Y[l * l + k];
                assert_true(fabs(d - exact[m * n + k]) <= allowed);
            }
            assert_true(fabs(sum - (m == l ? sqrt(n) : 0)) <= 3 * allowed);
        }
    }
}

static void test_frames(void **state)
{
    const struct gg_frames *f = gg_frames_new(&arena, 6);
    const struct gg_conv_level *level[3];
    gg_real v[N_BOND][3], *D[3];
    int n_number = gg_frame_at(7) * GG_FRAME_CHUNK, n = levels(level);
    (void)state;
    make_bonds(v);
    for (int k = 0; k < n; k++) {
        choose_level(level[k]->name);
        assert_string_equal(gg_frame_best()->name, level[k]->name);
        D[k] = GG_NEW(&arena, gg_real, (size_t)n_number);
        gg_frame_best()->frames(f, N_BOND, (const gg_real(*)[3])v, D[k]);
        for (int e = 0; e < N_BOND; e++)
            check_frame(v[e], D[k] + e, sizeof(gg_real) == 8 ? 1e-12 : 4e-6);
    }
    choose_level(NULL);
    memset(v[0], 0, sizeof v[0]);
    gg_frame_best()->frames(f, 1, (const gg_real(*)[3])v, D[0]);
    for (int k = 0; k < gg_frame_at(7); k++) /* a bond of no length has no frame */
        assert_true(D[0][k * GG_FRAME_CHUNK] == (k == 0));
    gg_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_frames)};
    return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
