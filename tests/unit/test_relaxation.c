/* test_relaxation.c -- tau_alpha: curves that are known, errors over runs, what is refused */
#include "near.h"
#include "physics/relaxation.h"
#include "util/rng.h"

#include <string.h>

static struct gg_err err;

enum { TIMES = 60, RUNS = 8 };

/* exp(-(t/tau)^beta), the same in all runs but for a factor of tau. */
static void stretched(double tau, double beta, const double *factor, double *time, double *fs)
{
    for (int k = 0; k < TIMES; k++) {
        time[k] = 0.1 * pow(10, k * 6.0 / (TIMES - 1));
        for (int r = 0; r < RUNS; r++)
            fs[k * RUNS + r] = exp(-pow(time[k] / (tau * factor[r]), beta));
    }
}

static void a_stretched_exponential_has_its_tau(void **state)
{
    double time[TIMES], fs[TIMES * RUNS], one[RUNS];
    struct gg_relaxation r;
    (void)state;
    for (int k = 0; k < RUNS; k++)
        one[k] = 1;
    stretched(412, 0.6, one, time, fs);
    assert_int_equal(gg_relaxation_of(&r, TIMES, time, RUNS, fs, &err), 0);
    close_to(r.tau, 412, 412 * 3e-3); /* the curve between two times is no line */
    close_to(r.err, 0, 1e-9);
}

/* Linear in ln t, so exact; runs shifted by s_r in F_s shift ln tau by s_r over the slope. */
static void linear_curves_are_exact_and_so_are_their_errors(void **state)
{
    const double time[3] = {1, 10, 100}, slope = 0.3;
    double fs[3 * RUNS], shift[RUNS], mean = 0, square = 0;
    struct gg_rng g = gg_rng_at(3, 0, 0, 0);
    struct gg_relaxation r;
    (void)state;
    for (int q = 0; q < RUNS; q++) {
        shift[q] = 0.01 * gg_rng_normal(&g);
        mean += shift[q] / RUNS;
        for (int k = 0; k < 3; k++)
            fs[k * RUNS + q] = 0.8 + shift[q] - slope * log10(time[k]);
    }
    for (int q = 0; q < RUNS; q++)
        square += pow(shift[q] - mean, 2) / (RUNS * (RUNS - 1));
    assert_int_equal(gg_relaxation_of(&r, 3, time, RUNS, fs, &err), 0);
    double want = pow(10, (0.8 + mean - exp(-1)) / slope);
    close_to(r.tau, want, 1e-9 * want);
    close_to(r.err, want * sqrt(square) * log(10) / slope, 1e-9 * want);
    assert_int_equal(gg_relaxation_of(&r, 3, time, 1, (const double[]){0.8, 0.5, 0.2}, &err), 0);
    close_to(r.tau, pow(10, (0.8 - exp(-1)) / slope), 1e-9);
    assert_true(isnan(r.err));
}

/* Particles that all go by d along x: F_s = (2 + cos(7.25 d))/3, of A alone. */
static void of_positions(void **state)
{
    enum { N = 4 };
    const double time[2] = {2, 8};
    double start[N][3] = {{0}}, end[2 * N][3] = {{0}};
    const int32_t type[N] = {0, 1, 0, 0};
    const struct gg_runs runs = {2, 1, N, (const double(*)[3])start, (const double(*)[3])end};
    struct gg_relaxation r;
    (void)state;
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < N; i++)
            for (int z = 0; z < 3; z++)
                end[k * N + i][z] = type[i] ? 9 : k ? M_PI / 7.25 : 0.05;
    assert_int_equal(gg_tau_alpha(&r, &runs, 3, type, time, &err), 0);
    double above = cos(7.25 * 0.05), below = -1, part = (above - exp(-1)) / (above - below);
    close_to(r.tau, 2 * pow(4, part), 1e-12);
}

static void refused(void **state)
{
    const double time[2] = {1, 10};
    struct gg_relaxation r;
    (void)state;
    assert_int_equal(gg_relaxation_of(&r, 2, time, 1, (const double[]){0.9, 0.5}, &err), -1);
    assert_string_equal(
        err.text, "tau_alpha: F_s of A is 0.5 at the last time, 10: it falls to 1/e later; times on both "
                  "sides are wanted");
    assert_int_equal(gg_relaxation_of(&r, 2, time, 1, (const double[]){0.3, 0.1}, &err), -1);
    assert_non_null(strstr(err.text, "F_s of A is 0.3 at the first time, 1: it falls to 1/e before"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_stretched_exponential_has_its_tau),
                                       cmocka_unit_test(linear_curves_are_exact_and_so_are_their_errors),
                                       cmocka_unit_test(of_positions), cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
