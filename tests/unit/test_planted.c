/* test_planted.c -- planted fields: the spectrum asked for, the gradient, symmetries, what is refused */
#include "near.h"
#include "physics/planted_waves.h"
#include "util/rng.h"

#include <string.h>

/* A random alloy on a lattice of M^dim sites: waves below pi are orthogonal there, so the particles see the spectrum of the field itself. */
enum { M = 12, MOST = M * M * M, CONFIGS = 8 };
static const double Q_MAX = 3;

struct alloy {
    double pos[MOST][3], f[MOST], y[MOST], u[MOST][3];
    int32_t type[MOST];
    struct gg_planted_sites sites;
};

static struct gg_err err;

static void make_alloy(struct alloy *x, int dim, uint32_t config)
{
    int n = dim == 3 ? MOST : M * M;
    const double h[3][3] = {{M, 0, 0}, {0, M, 0}, {0, 0, dim == 3 ? M : 1}};
    struct gg_rng r = gg_rng_at(11, config, 0, 0);
    memset(x, 0, sizeof *x);
    for (int i = 0; i < n; i++) {
        const int at[3] = {i % M, i / M % M, i / M / M};
        for (int k = 0; k < dim; k++)
            x->pos[i][k] = at[k];
        x->type[i] = gg_rng_uniform(&r) < 0.4;
    }
    x->sites = (struct gg_planted_sites){.n = n, .pos = (const double(*)[3])x->pos, .type = x->type};
    assert_int_equal(gg_cell_init(&x->sites.cell, dim, dim == 3 ? 7 : 3, h, &err), 0);
}

static void plant(struct alloy *x, struct gg_planted_waves *waves, double length, struct gg_arena *a)
{
    assert_int_equal(gg_planted_numbers(&x->sites, 5, x->f, a, &err), 0);
    assert_int_equal(gg_planted_whiten(waves, &x->sites, Q_MAX, x->f, a, &err), 0);
    memset(x->y, 0, sizeof x->y);
    memset(x->u, 0, sizeof x->u);
    gg_planted_sum(waves, &x->sites, 1, &length, x->y, x->u, a);
}

static double power(const struct alloy *x, const double q[3])
{
    double re = 0, im = 0;
    for (int64_t i = 0; i < x->sites.n; i++) {
        double phase = q[0] * x->pos[i][0] + q[1] * x->pos[i][1] + q[2] * x->pos[i][2];
        re += x->y[i] * cos(phase);
        im += x->y[i] * sin(phase);
    }
    return (re * re + im * im) / (double)x->sites.n;
}

/* Sum over all waves of what is asked for, before it is divided by N. */
static double asked(const struct gg_waves *w, int dim, double length, double q)
{
    double sum = 0;
    for (int64_t k = 0; k < w->n; k++)
        sum += 2 * pow(1 + pow(w->length[k] * length, 2), -(dim + 1) / 2.0);
    return pow(1 + q * q * length * length, -(dim + 1) / 2.0) / sum;
}

/* The power of a wave is exponential about its mean, so that of a shell of n waves in CONFIGS configurations is off by 1/sqrt(n CONFIGS). */
static void spectrum(int dim, double length, double most_off)
{
    static struct alloy x;
    static double sum[64], want[64];
    struct gg_arena a = {0};
    struct gg_planted_waves waves;
    double n[64] = {0}, variance = 0, slope = 0;
    int shells = 0;
    memset(sum, 0, sizeof sum);
    memset(want, 0, sizeof want);
    for (uint32_t c = 0; c < CONFIGS; c++, gg_arena_reset(&a)) {
        make_alloy(&x, dim, c);
        plant(&x, &waves, length, &a);
        for (int64_t k = 0; k < waves.w.n; k++) {
            int s = waves.w.shell[k];
            n[s]++;
            sum[s] += power(&x, waves.w.q[k]);
            want[s] += (double)x.sites.n * asked(&waves.w, dim, length, waves.w.length[k]);
        }
        for (int64_t i = 0; i < x.sites.n; i++) {
            variance += x.y[i] * x.y[i] / (double)(x.sites.n * CONFIGS);
            for (int k = 0; k < dim; k++)
                slope += x.u[i][k] * x.u[i][k] / (double)(dim * x.sites.n * CONFIGS);
        }
    }
    for (int s = 1; s < 64; s++)
        if (n[s] > 0) {
            close_to(sum[s] / want[s], 1, 4 / sqrt(n[s]));
            shells++;
        }
    assert_true(shells >= 4);
    close_to(variance, 1, most_off);
    close_to(slope, 1, most_off);
    gg_arena_free(&a);
}

static void spectra_are_those_asked_for(void **state)
{
    (void)state;
    spectrum(3, 1, 0.1);
    spectrum(3, 2.5, 0.25);
    spectrum(2, 1, 0.2);
}

/* Without order, too, the waves that the field is made of have a mean square of 1. */
static void waves_of_a_disordered_system_are_white(void **state)
{
    static struct alloy x;
    static double n[64], sum[64];
    struct gg_arena a = {0};
    struct gg_planted_waves waves;
    (void)state;
    for (uint32_t c = 0; c < CONFIGS; c++, gg_arena_reset(&a)) {
        make_alloy(&x, 3, c);
        struct gg_rng r = gg_rng_at(12, c, 0, 0);
        for (int i = 0; i < MOST; i++)
            for (int k = 0; k < 3; k++)
                x.pos[i][k] += 0.6 * gg_rng_uniform(&r);
        plant(&x, &waves, 1, &a);
        for (int64_t k = 0; k < waves.w.n; k++) {
            n[waves.w.shell[k]]++;
            sum[waves.w.shell[k]] += pow(waves.amplitude[k][0], 2) + pow(waves.amplitude[k][1], 2);
        }
    }
    for (int s = 1; s < 64; s++)
        if (n[s] > 0)
            close_to(sum[s] / n[s], 1, 4 / sqrt(n[s]));
    assert_true(n[1] > 0 && n[4] > 0);
    gg_arena_free(&a);
}

/* At other places than those that the waves were made at. */
static void the_vector_is_the_gradient(void **state)
{
    static struct alloy x;
    static double off[MOST][3], y[2][MOST];
    struct gg_arena a = {0};
    struct gg_planted_waves waves;
    const double step = 1e-4, length = 1.3;
    (void)state;
    make_alloy(&x, 3, 1);
    plant(&x, &waves, length, &a);
    double ratio = 0, worst = 0;
    for (int c = 0; c < 3; c++) {
        memset(y, 0, sizeof y);
        for (int side = 0; side < 2; side++) {
            struct gg_planted_sites moved = x.sites;
            memcpy(off, x.pos, sizeof off);
            for (int i = 0; i < MOST; i++)
                off[i][c] += side ? step : -step;
            moved.pos = (const double(*)[3])off;
            gg_planted_sum(&waves, &moved, 1, &length, y[side], NULL, &a);
        }
        for (int i = 0; i < MOST; i++) {
            double slope = (y[1][i] - y[0][i]) / (2 * step);
            ratio = ratio > 0 ? ratio : slope / x.u[i][c];
            worst = fmax(worst, fabs(slope - ratio * x.u[i][c]));
        }
    }
    close_to(worst, 0, 1e-6);
    double square = 0, sum = 0; /* of the slope, as asked for */
    for (int64_t k = 0; k < waves.w.n; k++) {
        double s = asked(&waves.w, 3, length, waves.w.length[k]);
        sum += 2 * s;
        square += 2 * s * waves.w.length[k] * waves.w.length[k] / 3;
    }
    close_to(sum, 1, 1e-12);
    close_to(ratio, sqrt(square), 1e-6);
    gg_arena_free(&a);
}

/* A particle's number is of its neighbours alone: swapping species beyond 2 changes it by the mean only. */
static void numbers_are_local(void **state)
{
    static struct alloy x;
    static double before[MOST];
    struct gg_arena a = {0};
    int changed = 0;
    (void)state;
    make_alloy(&x, 3, 2);
    assert_int_equal(gg_planted_numbers(&x.sites, 5, before, &a, &err), 0);
    x.type[0] = !x.type[0];
    assert_int_equal(gg_planted_numbers(&x.sites, 5, x.f, &a, &err), 0);
    double shift = x.f[MOST / 2] - before[MOST / 2];
    for (int i = 0; i < MOST; i++)
        changed += fabs(x.f[i] - before[i] - shift) > 1e-9;
    assert_int_equal(changed, 26); /* 6 at 1, 12 at the root of 2, 8 at that of 3 */
    gg_arena_free(&a);
}

static void what_cannot_be_is_refused(void **state)
{
    static struct alloy x;
    struct gg_arena a = {0};
    struct gg_planted_waves waves;
    (void)state;
    make_alloy(&x, 3, 0);
    assert_int_equal(gg_planted_numbers(&x.sites, 5, x.f, &a, &err), 0);
    assert_int_equal(gg_planted_whiten(&waves, &x.sites, 0.6, x.f, &a, &err), -1);
    assert_non_null(strstr(err.text, "q = 0.5236"));
    x.sites.cell.pbc = 3;
    assert_int_equal(gg_planted_whiten(&waves, &x.sites, Q_MAX, x.f, &a, &err), -1);
    assert_non_null(strstr(err.text, "periodic in all"));
    make_alloy(&x, 3, 0);
    memset(x.type, 0, sizeof x.type);
    assert_int_equal(gg_planted_numbers(&x.sites, 5, x.f, &a, &err), -1);
    assert_non_null(strstr(err.text, "same neighbours"));
    x.type[3] = 64;
    assert_int_equal(gg_planted_numbers(&x.sites, 5, x.f, &a, &err), -1);
    assert_non_null(strstr(err.text, "particle 3 has species 64"));
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spectra_are_those_asked_for),
        cmocka_unit_test(waves_of_a_disordered_system_are_white),
        cmocka_unit_test(the_vector_is_the_gradient),
        cmocka_unit_test(numbers_are_local),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
