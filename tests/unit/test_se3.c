/* test_se3.c -- frames and logarithms of rigid motions: exponentials undo them, derivatives follow differences */
#include "near.h"
#include "o3/o3.h"
#include "o3/se3.h"
#include "util/rng.h"

#include <math.h>
#include <string.h>

static void random_rotation(struct gg_rng *r, double R[3][3])
{
    double q[4];
    for (int k = 0; k < 4; k++)
        q[k] = gg_rng_normal(r);
    gg_rotation_from_quaternion(q, R);
}

/* Rodrigues: R = 1 + sin K + (1 - cos) K^2 of the unit vector, V its integral. */
static void exponential(const double w[3], double R[3][3], double V[3][3])
{
    double t = sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]), a = t > 0 ? sin(t) / t : 1,
           b = t > 0 ? (1 - cos(t)) / (t * t) : 0.5, c = t > 0 ? (1 - a) / (t * t) : 1. / 6;
    double K[3][3] = {{0, -w[2], w[1]}, {w[2], 0, -w[0]}, {-w[1], w[0], 0}};
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            double square = 0;
            for (int m = 0; m < 3; m++)
                square += K[i][m] * K[m][k];
            R[i][k] = (i == k) + a * K[i][k] + b * square;
            V[i][k] = (i == k) + b * K[i][k] + c * square;
        }
}

/* g_b exp(log(g_b^-1 g_a)) = g_a, at angles from 0 to pi. */
static void undone(void **state)
{
    struct gg_rng r = gg_rng_at(1, 0, 0, 0);
    (void)state;
    for (int trial = 0; trial < 300; trial++) {
        double Rb[3][3], Ra[3][3], M[3][3], V[3][3], axis[3], w[3], d[3], wu[6], n = 0;
        const double angles[] = {0, 1e-9, 1e-4, 0.3, 0.499, 0.501, 2, 3.1, M_PI - 1e-6, M_PI};
        for (int k = 0; k < 3; k++) {
            axis[k] = gg_rng_normal(&r);
            d[k] = gg_rng_normal(&r);
            n += axis[k] * axis[k];
        }
        for (int k = 0; k < 3; k++)
            w[k] = axis[k] / sqrt(n) * angles[trial % 10];
        random_rotation(&r, Rb);
        exponential(w, M, V);
        for (int i = 0; i < 3; i++)
            for (int k = 0; k < 3; k++)
                Ra[i][k] = Rb[i][0] * M[0][k] + Rb[i][1] * M[1][k] + Rb[i][2] * M[2][k];
        gg_pair_log((const double(*)[3])Ra, (const double(*)[3])Rb, d, wu);
        close_to(sqrt(wu[0] * wu[0] + wu[1] * wu[1] + wu[2] * wu[2]), angles[trial % 10], 1e-7);
        exponential(wu, M, V);
        for (int i = 0; i < 3; i++) {
            double back = 0;
            for (int k = 0; k < 3; k++) {
                close_to(Rb[i][0] * M[0][k] + Rb[i][1] * M[1][k] + Rb[i][2] * M[2][k], Ra[i][k], 1e-8);
                for (int m = 0; m < 3; m++)
                    back += Rb[i][k] * V[k][m] * wu[3 + m];
            }
            close_to(back, d[i], 1e-7);
        }
    }
}

/* wu of two frames of two vectors each, and of d. */
static void log_of(const double x[15], double wu[6])
{
    double v[4][3], Ra[3][3], Rb[3][3];
    memcpy(v, x, sizeof v);
    assert_true(gg_frame((const double(*)[3])v, Ra) && gg_frame((const double(*)[3])v + 2, Rb));
    gg_pair_log((const double(*)[3])Ra, (const double(*)[3])Rb, x + 12, wu);
}

static void pulled(void **state)
{
    struct gg_rng r = gg_rng_at(2, 0, 0, 0);
    const double h = 1e-5;
    (void)state;
    for (int trial = 0; trial < 40; trial++) {
        double x[15], g[6], wu[6], d[15] = {0}, turn[2][3] = {{0}}, R[2][3][3], v[4][3], dv[4][3] = {{0}};
        for (int k = 0; k < 15; k++)
            x[k] = gg_rng_normal(&r);
        if (trial % 4 == 0) /* nearly the same frame: where the series is */
            for (int k = 0; k < 6; k++)
                x[6 + k] = x[k] + 0.03 * gg_rng_normal(&r);
        for (int k = 0; k < 6; k++)
            g[k] = gg_rng_normal(&r);
        log_of(x, wu);
        memcpy(v, x, sizeof v);
        for (int q = 0; q < 2; q++)
            gg_frame((const double(*)[3])v + 2 * q, R[q]);
        gg_pair_log_pull((const double(*)[3])R[0], (const double(*)[3])R[1], x + 12, wu, g, turn[0], turn[1],
                         d + 12);
        for (int q = 0; q < 2; q++)
            gg_frame_pull((const double(*)[3])v + 2 * q, (const double(*)[3])R[q], turn[q], dv + 2 * q);
        memcpy(d, dv, sizeof dv);
        for (int k = 0; k < 15; k++) {
            double up[6], down[6], old = x[k], slope = 0;
            x[k] = old + h;
            log_of(x, up);
            x[k] = old - h;
            log_of(x, down);
            x[k] = old;
            for (int q = 0; q < 6; q++)
                slope += g[q] * (up[q] - down[q]) / (2 * h);
            close_to(d[k], slope, 1e-6 * (1 + fabs(slope)));
        }
    }
}

static void no_frame(void **state)
{
    const double v[][2][3] = {{{0, 0, 0}, {1, 0, 0}}, {{1, 2, 3}, {2, 4, 6}}, {{1, 0, 0}, {0, 0, 0}}};
    (void)state;
    for (int k = 0; k < 3; k++) {
        double R[3][3];
        assert_false(gg_frame(v[k], R));
        for (int z = 0; z < 9; z++)
            close_to(R[z / 3][z % 3], 0, 0);
    }
}

/* With no frame on one side, or on both, a distance and its gradient; nothing turns. */
static void distance_alone(void **state)
{
    const double none[3][3] = {{0}}, one[3][3] = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}}, d[3] = {2, -3, 6},
                 zero[3] = {0}, g[6] = {9, 9, 9, 0.5, 9, 9};
    const double(*const pair[][2])[3] = {{none, one}, {one, none}, {none, none}};
    (void)state;
    for (int k = 0; k < 3; k++) {
        double wu[6], turn[2][3] = {{0}}, dd[3] = {1, 1, 1};
        gg_pair_log(pair[k][0], pair[k][1], d, wu);
        gg_pair_log_pull(pair[k][0], pair[k][1], d, wu, g, turn[0], turn[1], dd);
        for (int q = 0; q < 6; q++) {
            close_to(wu[q], q == 3 ? 7 : 0, 1e-15);
            close_to(turn[q / 3][q % 3], 0, 0);
        }
        for (int z = 0; z < 3; z++)
            close_to(dd[z], 1 + d[z] / 14, 1e-15);
        gg_pair_log(pair[k][0], pair[k][1], zero, wu);
        gg_pair_log_pull(pair[k][0], pair[k][1], zero, wu, g, turn[0], turn[1], dd);
        close_to(wu[3], 0, 0);
        close_to(dd[0], 1 + d[0] / 14, 1e-15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(undone), cmocka_unit_test(pulled),
                                       cmocka_unit_test(no_frame), cmocka_unit_test(distance_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
