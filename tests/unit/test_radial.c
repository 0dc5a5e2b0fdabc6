/* test_radial.c -- radial bases, envelopes and knot weights against values computed elsewhere */
#include "near.h"
#include "graph/radial.h"

#include <float.h>

static const double EPS = sizeof(gg_real) == sizeof(float) ? (double)FLT_EPSILON : DBL_EPSILON;

/* NequIP's and MACE's published conventions, cutoff 2 */
static void bessel_values(void **state)
{
    (void)state;
    struct gg_radial_basis b = gg_radial_basis_default(GG_BESSEL, 8, 2.0);
    b.envelope = GG_ENVELOPE_NONE;
    double out[8];
    gg_radial_basis_eval(&b, 0.9, out);
    close_to(out[0], 1.0974314896, 1e-9);
    close_to(out[1], 0.3433522160, 1e-9);
    close_to(out[2], -0.9900072491, 1e-9);
    close_to(out[7], -1.0567294626, 1e-9);
    gg_radial_basis_eval(&b, 1.5, out);
    close_to(out[0], 0.4714045208, 1e-9);
    close_to(out[1], -0.6666666667, 1e-9);
    close_to(out[7], 0.0, 1e-9);
}

static void envelope_values(void **state)
{
    (void)state;
    close_to(gg_envelope_eval(GG_ENVELOPE_POLY, 6, 0.45), 0.9115441367, 1e-9);
    close_to(gg_envelope_eval(GG_ENVELOPE_POLY, 6, 0.75), 0.3214569092, 1e-9);
    close_to(gg_envelope_eval(GG_ENVELOPE_POLY, 5, 0.45), 0.8470723164, 1e-9);
    close_to(gg_envelope_eval(GG_ENVELOPE_POLY, 5, 0.75), 0.2435913086, 1e-9);
    close_to(gg_envelope_eval(GG_ENVELOPE_POLY, 6, 0.5), 0.85546875, 1e-12);
    close_to(gg_envelope_eval(GG_ENVELOPE_COSINE, 0, 0.5), 0.5, 1e-12);
    for (int kind = GG_ENVELOPE_POLY; kind <= GG_ENVELOPE_COSINE; kind++) {
        close_to(gg_envelope_eval(kind, 6, 0.0), 1.0, 0.0);
        close_to(gg_envelope_eval(kind, 6, 1.0), 0.0, 0.0);
        close_to(gg_envelope_eval(kind, 6, 1.7), 0.0, 0.0);
        close_to(gg_envelope_eval(kind, 6, 1.0 - 1e-6), 0.0, 1e-11);
    }
    close_to(gg_envelope_eval(GG_ENVELOPE_NONE, 6, 1.7), 1.0, 0.0);
}

static void smooth_finite_values(void **state)
{
    (void)state;
    struct gg_radial_basis b = gg_radial_basis_default(GG_SMOOTH_FINITE, 8, 2.0);
    b.envelope = GG_ENVELOPE_NONE;
    double out[8];
    gg_radial_basis_eval(&b, 0.9, out);
    close_to(out[3], 1.13565321, 1e-8);
    close_to(out[0], 0.0, 0.0);
    close_to(out[7], 0.0, 0.0);
}

static void gaussian_values(void **state)
{
    (void)state;
    struct gg_radial_basis b = gg_radial_basis_default(GG_GAUSSIAN, 5, 2.0);
    b.envelope = GG_ENVELOPE_NONE;
    double out[5];
    gg_radial_basis_eval(&b, 0.75, out);
    for (int n = 0; n < 5; n++)
        close_to(out[n], exp(-2.0 * (0.75 - 0.5 * n) * (0.75 - 0.5 * n)), 1e-14);
    b = gg_radial_basis_default(GG_GAUSSIAN, 1, 2.0);
    gg_radial_basis_eval(&b, 0.0, out);
    close_to(out[0], 1.0, 0.0);
}

/* the value at 0 is the limit, and the envelope multiplies */
static void limits(void **state)
{
    (void)state;
    for (int kind = GG_BESSEL; kind <= GG_MONOMIAL; kind++) {
        struct gg_radial_basis b = gg_radial_basis_default(kind, 6, 1.7);
        double zero[6], near[6], edge[6], bare[6], with[6];
        gg_radial_basis_eval(&b, 0.0, zero);
        gg_radial_basis_eval(&b, 1e-7, near);
        gg_radial_basis_eval(&b, 1.7, edge);
        gg_radial_basis_eval(&b, 1.1, with);
        b.envelope = GG_ENVELOPE_NONE;
        gg_radial_basis_eval(&b, 1.1, bare);
        for (int n = 0; n < 6; n++) {
            close_to(zero[n], near[n], 1e-5);
            close_to(edge[n], 0.0, 0.0);
            close_to(with[n], bare[n] * gg_envelope_eval(GG_ENVELOPE_POLY, 6, 1.1 / 1.7), 1e-15);
        }
    }
}

/* the weights of kernels at f = 1/4, exact for cubics everywhere, and stencils inside the table */
static void knots(void **state)
{
    (void)state;
    enum { N = 20 };
    int32_t first[N];
    gg_real b[N][4], r[N] = {(gg_real)3.25};
    const double want[4] = {-.0546875, .8203125, .2734375, -.0390625};
    gg_knots(1, r, (struct gg_knots){0, 1.0, 10}, first, b);
    assert_int_equal(first[0], 2);
    for (int a = 0; a < 4; a++)
        close_to((double)b[0][a], want[a], 4 * EPS);
    const double h = 0.13;
    for (int n_knot = 4; n_knot < 20; n_knot += 3)
        for (double from = 0; from < (n_knot - 1) * h; from += N * 0.017) {
            for (int e = 0; e < N; e++)
                r[e] = (gg_real)fmin(from + e * 0.017, (n_knot - 1) * h);
            gg_knots(N, r, (struct gg_knots){0, h, n_knot}, first, b);
            for (int e = 0; e < N; e++) {
                double sum = 0, x = (double)r[e];
                assert_in_range(first[e], 0, n_knot - 4);
                for (int a = 0; a < 4; a++) {
                    double knot = (first[e] + a) * h;
                    sum += (double)b[e][a] * (1 - 2 * knot + 3 * knot * knot - knot * knot * knot);
                }
                close_to(sum, 1 - 2 * x + 3 * x * x - x * x * x, 512 * EPS);
            }
        }
}

/* A shell: 0 with its slope at both ends, nothing outside, 1 in the middle of the envelope; and the functions are those of the ball, begun at the
 * inner end. */
static void shells(void **state)
{
    (void)state;
    enum { N = 3 };
    const double inner = 0.8, outer = 1.4, eps = 1e-4;
    for (int kind = GG_BESSEL; kind <= GG_MONOMIAL; kind++)
        for (int envelope = GG_ENVELOPE_POLY; envelope <= GG_ENVELOPE_COSINE; envelope++) {
            struct gg_radial_basis b = gg_radial_basis_shell(kind, N, inner, outer),
                                   ball = gg_radial_basis_default(kind, N, outer - inner);
            double out[N], at_zero[N];
            b.envelope = envelope;
            const double ends[] = {inner, outer}, outside[] = {0.1, inner - 1e-9, outer + 1e-9, 2};
            for (int k = 0; k < 4; k++) {
                gg_radial_basis_eval(&b, outside[k], out);
                for (int n = 0; n < N; n++)
                    assert_true(fabs(out[n]) < 1e-15);
            }
            for (int k = 0; k < 2; k++) {
                gg_radial_basis_eval(&b, ends[k] + (k ? -eps : eps), out);
                for (int n = 0; n < N; n++)
                    assert_true(fabs(out[n]) < eps);
                gg_radial_basis_slope(&b, ends[k], out);
                for (int n = 0; n < N; n++)
                    close_to(out[n], 0.0, 1e-12);
            }
            close_to(gg_radial_envelope(&b, (inner + outer) / 2), 1.0, 1e-12);
            close_to(gg_radial_envelope(&b, 0.9), gg_radial_envelope(&b, 1.3), 1e-12);
            close_to(gg_radial_envelope(&b, 1.25), gg_envelope_eval(envelope, 6, 0.5), 1e-12);
            b.envelope = ball.envelope = GG_ENVELOPE_NONE;
            gg_radial_basis_eval(&b, 1.05, out);
            gg_radial_basis_eval(&ball, 0.25, at_zero);
            for (int n = 0; n < N && kind != GG_MONOMIAL; n++) /* whose lengths are those of the bonds */
                close_to(out[n], at_zero[n] * (kind == GG_BESSEL ? 0.25 / 1.05 : 1), 1e-12);
        }
}

/* Slopes against central differences: every basis with every envelope, at 0 and across the cutoff, and of the knots' cubic. */
static void slopes(void **state)
{
    (void)state;
    enum { N = 6 };
    const double h = 1e-5, at[] = {0, 0.3, 0.77, 1.3, 1.4, 1.93, 2.2};
    for (int kind = GG_BESSEL; kind <= GG_MONOMIAL; kind++)
        for (int q = 0; q <= 2 * GG_ENVELOPE_COSINE + 1; q++) {
            struct gg_radial_basis b =
                q % 2 ? gg_radial_basis_shell(kind, N, 0.6, 2.0) : gg_radial_basis_default(kind, N, 2.0);
            b.envelope = q / 2;
            for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
                double slope[N], up[N], down[N];
                gg_radial_basis_slope(&b, at[k], slope);
                gg_radial_basis_eval(&b, at[k] + h, up);
                gg_radial_basis_eval(&b, fabs(at[k] - h), down); /* bessel is even */
                for (int n = 0; n < N && (at[k] > 0 || kind == GG_BESSEL); n++)
                    close_to(slope[n], (up[n] - down[n]) / (2 * h), 2e-6 * (1 + fabs(slope[n])));
            }
        }
    /* a cubic is its own interpolation: 4 knots of x^3 at distance 1/2, slope 3 r^2 */
    const gg_real r[] = {(gg_real)0.1, (gg_real)0.9, (gg_real)1.3};
    gg_real db[3][4];
    gg_knots_slope(3, r, (struct gg_knots){0, 0.5, 4}, db);
    for (int e = 0; e < 3; e++) {
        double sum = 0;
        for (int a = 0; a < 4; a++)
            sum += (double)db[e][a] * pow(0.5 * a, 3);
        close_to(sum, 3 * (double)r[e] * (double)r[e], 100 * EPS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bessel_values),
        cmocka_unit_test(envelope_values),
        cmocka_unit_test(smooth_finite_values),
        cmocka_unit_test(gaussian_values),
        cmocka_unit_test(limits),
        cmocka_unit_test(knots),
        cmocka_unit_test(shells),
        cmocka_unit_test(slopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
