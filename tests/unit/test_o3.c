/* test_o3.c -- the laws of harmonics, couplings and rotations */
#include "sh_gradient.h"
#include "o3/o3.h"
#include "util/rng.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { L_TEST = 8, N_TEST = (L_TEST + 1) * (L_TEST + 1) };

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static void random_vector(struct gg_rng *r, double v[3])
{
    for (int a = 0; a < 3; a++)
        v[a] = gg_rng_normal(r);
}

static void random_rotation(struct gg_rng *r, bool improper, double R[3][3])
{
    double q[4];
    for (int a = 0; a < 4; a++)
        q[a] = gg_rng_normal(r);
    gg_rotation_from_quaternion(q, R);
    for (int a = 0; a < 9 && improper; a++)
        R[a / 3][a % 3] = -R[a / 3][a % 3];
}

static void turn(const double R[3][3], const double v[3], double out[3])
{
    for (int a = 0; a < 3; a++)
        out[a] = R[a][0] * v[0] + R[a][1] * v[1] + R[a][2] * v[2];
}

/* ---- harmonics ---- */

static void harmonics_have_their_printed_values(void **state)
{
    (void)state;
    static const double l123[] = {.46291005,  .9258201,   1.38873015, .829925,    .55328334,
                                  -.15971914, 1.65985001, 1.10656667, 1.03817442, 1.17369119,
                                  .18557687,  -1.1111678, .55673062,  1.56492159, .71873614};
    double Y[16];
    gg_sh(3, (double[3]){1, 2, 3}, Y);
    assert_near(Y[0], 1, 0);
    for (int k = 0; k < 15; k++)
        assert_near(Y[k + 1], l123[k], 6e-9);
}

static void harmonics_of_the_zero_vector(void **state)
{
    (void)state;
    double Y[N_TEST], dY[3 * N_TEST];
    gg_sh(L_TEST, (double[3]){0, 0, 0}, Y);
    gradient(L_TEST, (double[3]){0, 0, 0}, Y, dY);
    for (int k = 0; k < N_TEST; k++)
        assert_true(Y[k] == (k == 0) && dY[3 * k] == 0 && dY[3 * k + 1] == 0 && dY[3 * k + 2] == 0);
}

static void harmonics_of_many_are_those_of_each(void **state)
{
    (void)state;
    enum { MANY = 131, STRIDE = 140, N = (GG_L_MAX + 1) * (GG_L_MAX + 1) };
    struct gg_rng r = gg_rng_at(11, 0, 0, 0);
    static double at[3][MANY], Y[N * STRIDE];
    double v[3], one[N];
    for (int k = 0; k < MANY; k++) {
        random_vector(&r, v);
        if (k == 3)
            v[0] = v[2] = 0; /* the pole */
        double length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
        for (int a = 0; a < 3; a++)
            at[a][k] = k == 7 ? 0 : v[a] / length;
    }
    gg_sh_many(GG_L_MAX, MANY, at[0], at[1], at[2], Y, STRIDE);
    for (int k = 0; k < MANY; k++) {
        gg_sh(GG_L_MAX, (double[3]){at[0][k], at[1][k], at[2][k]}, one);
        for (int lm = 0; lm < N; lm++)
            assert_near(Y[lm * STRIDE + k], one[lm], 2e-13);
    }
}

static void harmonics_do_not_feel_the_length(void **state)
{
    (void)state;
    double Y[N_TEST], same[N_TEST];
    gg_sh(L_TEST, (double[3]){.3, -.5, .2}, Y);
    for (double s = 1e-300; s < 1e300; s *= 1e60) {
        gg_sh(L_TEST, (double[3]){.3 * s, -.5 * s, .2 * s}, same);
        for (int k = 0; k < N_TEST; k++)
            assert_near(Y[k], same[k], 1e-13);
    }
}

/* sum_m Y_lm(a) Y_lm(b) = (2l+1) P_l(a.b) */
static void harmonics_obey_the_addition_theorem(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(1, 0, 0, 0);
    for (int trial = 0; trial < 20; trial++) {
        double a[3], b[3], Ya[N_TEST], Yb[N_TEST];
        random_vector(&r, a);
        random_vector(&r, b);
        gg_sh(L_TEST, a, Ya);
        gg_sh(L_TEST, b, Yb);
        double x =
            (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) /
            sqrt((a[0] * a[0] + a[1] * a[1] + a[2] * a[2]) * (b[0] * b[0] + b[1] * b[1] + b[2] * b[2]));
        double before = 0, P = 1; /* Legendre polynomials by Bonnet's recursion */
        for (int l = 0; l <= L_TEST; l++) {
            double sum = 0, next = ((2 * l + 1) * x * P - l * before) / (l + 1);
            for (int k = l * l; k < (l + 1) * (l + 1); k++)
                sum += Ya[k] * Yb[k];
            assert_near(sum, (2 * l + 1) * P, 1e-12);
            before = P;
            P = next;
        }
    }
}

/* The recursion that makes degrees above 3, applied from degree 1 on, gives the written-out ones. */
static void recursion_gives_the_written_out_degrees(void **state)
{
    (void)state;
    double Y[16];
    gg_sh(3, (double[3]){-.7, .4, 1.1}, Y);
    for (int l = 1; l < 3; l++) {
        const double *w = gg_coupling(1, l, l + 1);
        int n1 = 2 * l + 1, n2 = 2 * l + 3;
        for (int k = 0; k < n2; k++) {
            double sum = 0;
            for (int p = 0; p < 3 * n1; p++)
                sum += w[p * n2 + k] * Y[1 + p / n1] * Y[l * l + p % n1];
            assert_near(Y[(l + 1) * (l + 1) + k], (2 * l + 3) / sqrt(3 * (l + 1)) * sum, 1e-14);
        }
    }
}

static void gradient_is_the_central_difference(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(2, 0, 0, 0);
    double Y[N_TEST], dY[3 * N_TEST], up[N_TEST], down[N_TEST], v[3], h = 1e-5;
    random_vector(&r, v);
    gg_sh(L_TEST, v, Y);
    gradient(L_TEST, v, Y, dY);
    for (int a = 0; a < 3; a++) {
        double w[3] = {v[0], v[1], v[2]};
        w[a] = v[a] + h;
        gg_sh(L_TEST, w, up);
        w[a] = v[a] - h;
        gg_sh(L_TEST, w, down);
        for (int k = 0; k < N_TEST; k++)
            assert_near(dY[3 * k + a], (up[k] - down[k]) / (2 * h), 1e-6);
    }
}

/* ---- couplings ---- */

static double at(int l1, int l2, int l3, int a, int b, int c)
{
    return gg_coupling(l1, l2, l3)[(a * (2 * l2 + 1) + b) * (2 * l3 + 1) + c];
}

static void couplings_have_their_printed_values(void **state)
{
    (void)state;
    static const struct {
        int l3, a, b, c;
        double w;
    } anchor[] = {{0, 1, 1, 0, .577350},  {1, 0, 1, 2, .408248},  {1, 1, 0, 2, -.408248},
                  {2, 0, 0, 2, -.182574}, {2, 0, 0, 4, -.316228}, {2, 0, 1, 1, .316228},
                  {2, 0, 2, 0, .316228},  {2, 1, 1, 2, .365148},  {2, 1, 2, 3, .316228},
                  {2, 2, 2, 2, -.182574}, {2, 2, 2, 4, .316228}};
    for (size_t k = 0; k < sizeof anchor / sizeof *anchor; k++)
        assert_near(at(1, 1, anchor[k].l3, anchor[k].a, anchor[k].b, anchor[k].c), anchor[k].w, 1e-6);
}

/* For fixed l1, l2 all w^{l1 l2 l3} sqrt(2l3+1) together are an orthogonal matrix. */
static void couplings_are_orthogonal(void **state)
{
    (void)state;
    for (int l1 = 0; l1 <= GG_L_MAX; l1 += 3)
        for (int l2 = 0; l2 <= GG_L_MAX; l2 += 4)
            for (int l3 = 0; l3 <= GG_L_MAX; l3++) {
                const double *w = gg_coupling(l1, l2, l3);
                int n = (2 * l1 + 1) * (2 * l2 + 1), n3 = 2 * l3 + 1;
                bool triangle = abs(l1 - l2) <= l3 && l3 <= l1 + l2;
                for (int a = 0; a < n3; a++)
                    for (int b = 0; b <= a; b++) {
                        double sum = 0;
                        for (int p = 0; p < n; p++)
                            sum += w[p * n3 + a] * w[p * n3 + b];
                        assert_near(sum, a == b && triangle ? 1. / n3 : 0, 1e-13);
                    }
            }
}

static void couplings_under_exchange(void **state)
{
    (void)state;
    for (int l1 = 0; l1 <= 5; l1++)
        for (int l2 = 0; l2 <= 5; l2++)
            for (int l3 = 0; l3 <= 5; l3++) {
                double sign = (l1 + l2 + l3) % 2 ? -1 : 1;
                for (int a = 0; a < 2 * l1 + 1; a++)
                    for (int b = 0; b < 2 * l2 + 1; b++)
                        for (int c = 0; c < 2 * l3 + 1; c++) {
                            assert_near(at(l1, l2, l3, a, b, c), sign * at(l2, l1, l3, b, a, c), 1e-14);
                            assert_near(at(l1, l2, l3, a, b, c), sign * at(l3, l2, l1, c, b, a), 1e-14);
                        }
            }
}

/* sum w_{ijk} D_{ii'} D_{jj'} D_{kk'} = w_{i'j'k'} */
static void couplings_are_invariant(void **state)
{
    (void)state;
    static const int l[][3] = {{1, 1, 1}, {1, 2, 2}, {2, 2, 2}, {3, 2, 4}, {3, 3, 3}, {6, 4, 5}};
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    double R[3][3], D[3][13 * 13];
    random_rotation(&r, false, R);
    for (size_t t = 0; t < sizeof l / sizeof *l; t++) {
        int n1 = 2 * l[t][0] + 1, n2 = 2 * l[t][1] + 1, n3 = 2 * l[t][2] + 1;
        const double *w = gg_coupling(l[t][0], l[t][1], l[t][2]);
        for (int k = 0; k < 3; k++)
            gg_wigner_d(l[t][k], R, D[k]);
        for (int q = 0; q < n1 * n2 * n3; q++) {
            double sum = 0;
            for (int p = 0; p < n1 * n2 * n3; p++)
                sum += w[p] * D[0][p / (n2 * n3) * n1 + q / (n2 * n3)] *
                       D[1][p / n3 % n2 * n2 + q / n3 % n2] * D[2][p % n3 * n3 + q % n3];
            assert_near(sum, w[q], 1e-13);
        }
    }
}

static void numbers_of_paths_and_entries(void **state)
{
    (void)state;
    static const int paths[2][4] = {{4, 11, 23, 42}, {5, 15, 34, 65}};
    static const int entries[2][4] = {{10, 83, 353, 1158}, {16, 137, 611, 2052}};
    for (int parity = 0; parity < 3; parity++)
        for (int l_max = 1; l_max <= 4; l_max++) {
            struct gg_irreps in = {.n = l_max + 1};
            struct gg_path p[65];
            int nonzero = 0;
            for (int l = 0; l <= l_max; l++)
                in.b[l] = (struct gg_irrep){.mul = 8, .l = l, .p = l % 2 ? -1 : 1};
            int n = gg_paths(&in, l_max, (enum gg_parity)parity, NULL, p, 65);
            assert_int_equal(n, paths[parity > 0][l_max - 1]);
            for (int k = 0; k < n; k++)
                for (int e = 0; e < (2 * p[k].l1 + 1) * (2 * p[k].l2 + 1) * (2 * p[k].l3 + 1); e++)
                    nonzero += gg_coupling(p[k].l1, p[k].l2, p[k].l3)[e] != 0;
            assert_int_equal(nonzero, entries[parity > 0][l_max - 1]);
        }
}

static void paths_keep_the_order_and_the_wanted(void **state)
{
    (void)state;
    struct gg_irreps in = {.n = 2, .b = {{4, 0, 1}, {4, 1, -1}}}, wanted = {.n = 1, .b = {{4, 1, -1}}};
    static const int order[4][4] = {{0, 0, 0, 0}, {0, 0, 1, 1}, {1, 1, 0, 1}, {1, 1, 1, 0}};
    struct gg_path p[8];
    assert_int_equal(gg_paths(&in, 1, GG_PARITY_NATURAL, NULL, p, 8), 4);
    for (int k = 0; k < 4; k++)
        assert_true(p[k].in == order[k][0] && p[k].l1 == order[k][1] && p[k].l2 == order[k][2] &&
                    p[k].l3 == order[k][3] && p[k].p3 == (p[k].l3 ? -1 : 1));
    assert_int_equal(gg_paths(&in, 1, GG_PARITY_NATURAL, &wanted, p, 8), 2);
    assert_int_equal(gg_paths(&in, 1, GG_PARITY_NATURAL, NULL, p, 2),
                     4); /* counts on when the room is full */
    in.b[1].p = 1;       /* 1e is not natural */
    assert_int_equal(gg_paths(&in, 1, GG_PARITY_NATURAL, NULL, p, 8), 2);
    assert_int_equal(gg_paths(&in, 1, GG_PARITY_BOTH, &wanted, p, 8), 2); /* 0e x 1, 1e x 1 */
    assert_int_equal(gg_paths(&in, 1, GG_PARITY_NONE, &wanted, p, 8), 3); /* and 1e x 0 */
    assert_int_equal(p[0].p3, 0);
}

/* ---- rotations ---- */

static void matrices_are_rotations(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(4, 0, 0, 0);
    double R[3][3], x[3], y[3], z[3];
    for (int trial = 0; trial < 4; trial++) {
        if (trial % 2)
            gg_rotation_euler(1 + trial, 2, -trial, R);
        else
            random_rotation(&r, false, R);
        for (int a = 0; a < 3; a++) {
            x[a] = R[a][0];
            y[a] = R[a][1];
            z[a] = R[a][2];
        }
        double cross[3] = {x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]};
        for (int a = 0; a < 3; a++)
            assert_near(cross[a], z[a], 1e-14);
        assert_near(x[0] * x[0] + x[1] * x[1] + x[2] * x[2], 1, 1e-14);
        assert_near(x[0] * y[0] + x[1] * y[1] + x[2] * y[2], 0, 1e-14);
    }
}

/* Y(R x) = p D Y(x) with p = (-1)^l for an improper R, and D orthogonal, to the largest degree. */
static void wigner_turns_the_harmonics(void **state)
{
    (void)state;
    enum { N = (GG_L_MAX + 1) * (GG_L_MAX + 1), W = 2 * GG_L_MAX + 1 };
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    for (int trial = 0; trial < 4; trial++) {
        double R[3][3], v[3], Rv[3], Y[N], YR[N], D[W * W];
        random_rotation(&r, trial % 2, R);
        random_vector(&r, v);
        turn(R, v, Rv);
        gg_sh(GG_L_MAX, v, Y);
        gg_sh(GG_L_MAX, Rv, YR);
        for (int l = 0; l <= GG_L_MAX; l++) {
            double p = trial % 2 && l % 2 ? -1 : 1;
            gg_wigner_d(l, R, D);
            for (int m = 0; m < 2 * l + 1; m++) {
                double sum = 0, square = 0;
                for (int k = 0; k < 2 * l + 1; k++) {
                    sum += D[m * (2 * l + 1) + k] * Y[l * l + k];
                    square += D[m * (2 * l + 1) + k] * D[m * (2 * l + 1) + k];
                }
                assert_near(p * sum, YR[l * l + m], 1e-11);
                assert_near(square, 1, 1e-12);
            }
        }
    }
}

/* A polar vector turns with R, an axial one (and a pseudoscalar) keeps or changes its sign under inversion. */
static void irreps_turn_with_their_parity(void **state)
{
    (void)state;
    struct gg_irreps irreps = {.n = 4, .b = {{2, 0, 1}, {1, 0, -1}, {1, 1, -1}, {2, 1, 1}}};
    struct gg_rng r = gg_rng_at(6, 0, 0, 0);
    for (int improper = 0; improper < 2; improper++) {
        double R[3][3], x[2][12], was[2][12], polar[3], axial[3], sign = improper ? -1 : 1;
        random_rotation(&r, improper, R);
        for (int k = 0; k < 24; k++)
            x[k / 12][k % 12] = gg_rng_normal(&r);
        memcpy(was, x, sizeof x);
        gg_rotate_irreps(&irreps, R, &x[0][0], 2);
        for (int i = 0; i < 2; i++) {
            turn(R, was[i] + 3, polar);
            turn(R, was[i] + 9, axial);
            assert_near(x[i][1], was[i][1], 0);
            assert_near(x[i][2], sign * was[i][2], 0);
            for (int a = 0; a < 3; a++) {
                assert_near(x[i][3 + a], polar[a], 1e-14);
                assert_near(x[i][9 + a], sign * axial[a], 1e-14);
            }
        }
    }
}

static void reflections_in_a_plane(void **state)
{
    (void)state;
    struct gg_irreps irreps = {.n = 2, .b = {{1, 1, -1}, {1, 1, 1}}};
    double R[3][3] = {{1, 0, 0}, {0, -1, 0}, {0, 0, 1}}, x[6] = {1, 2, 3, 1, 2, 3};
    static const double turned[6] = {1, -2, 3, -1, 2, -3};
    gg_rotate_irreps(&irreps, R, x, 1);
    for (int k = 0; k < 6; k++)
        assert_near(x[k], turned[k], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(harmonics_have_their_printed_values),
        cmocka_unit_test(harmonics_of_the_zero_vector),
        cmocka_unit_test(harmonics_of_many_are_those_of_each),
        cmocka_unit_test(harmonics_do_not_feel_the_length),
        cmocka_unit_test(harmonics_obey_the_addition_theorem),
        cmocka_unit_test(recursion_gives_the_written_out_degrees),
        cmocka_unit_test(gradient_is_the_central_difference),
        cmocka_unit_test(couplings_have_their_printed_values),
        cmocka_unit_test(couplings_are_orthogonal),
        cmocka_unit_test(couplings_under_exchange),
        cmocka_unit_test(couplings_are_invariant),
        cmocka_unit_test(numbers_of_paths_and_entries),
        cmocka_unit_test(paths_keep_the_order_and_the_wanted),
        cmocka_unit_test(matrices_are_rotations),
        cmocka_unit_test(wigner_turns_the_harmonics),
        cmocka_unit_test(irreps_turn_with_their_parity),
        cmocka_unit_test(reflections_in_a_plane),
    };
    return cmocka_run_group_tests_name("o3", tests, NULL, NULL);
}
