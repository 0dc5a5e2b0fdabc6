/* test_md.c -- molecular dynamics: forces against all pairs, one run against many, conservation laws, reversal, thermostat */
#include "physics/md.h"
#include "physics/md_list.h"
#include "physics/md_thermostat.h"
#include "util/rng.h"

#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 1500, KINDS = GG_POTENTIAL_POLY + 1 };
#ifdef GG_REAL_DOUBLE
static const double FORCE = 1e-9, MANY_STEPS = 1e-6;
#else
static const double FORCE = 5e-5, MANY_STEPS = 2e-4;
#endif

struct liquid {
    int n, dim;
    struct gg_cell cell;
    struct gg_potential potential;
    double pos[MOST][3];
    int32_t type[MOST];
};

static struct gg_err why;
static const char *const level_name[] = {"plain", "avx2", "avx512"};

static void close_to(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance))
        fail_msg("got %.12g, wanted %.12g", got, want);
}

/* A perturbed lattice of three species, some particles in other images; the box has three different lengths. */
static void make(struct liquid *l, int dim, enum gg_potential_kind kind)
{
    static const int count[2][3] = {{14, 12, 1}, {8, 7, 6}};
    const int *n = count[dim - 2];
    struct gg_rng r = gg_rng_at(3, (uint32_t)dim, 0, 0);
    double a = dim == 3 ? 0.95 : 0.93,
           h[3][3] = {{a * n[0], 0, 0}, {0, a * n[1], 0}, {0, 0, dim == 3 ? a * n[2] : 0}};
    l->n = n[0] * n[1] * n[2];
    l->dim = dim;
    l->potential = gg_potential_of(kind, dim);
    assert_int_equal(gg_cell_init(&l->cell, dim, dim == 2 ? 3 : 7, (const double(*)[3])h, &why), 0);
    for (int i = 0; i < l->n; i++) {
        int at[3] = {i % n[0], i / n[0] % n[1], i / n[0] / n[1]};
        for (int k = 0; k < 3; k++)
            l->pos[i][k] =
                k < dim ? a * (at[k] + 0.1 * gg_rng_uniform(&r)) + (i % 5 == k) * h[k][k] * (i % 3 - 1) : 0;
        l->type[i] = gg_rng_below(&r, 4) == 0 ? 1 + (int)gg_rng_below(&r, 2) : 0;
    }
}

static void start(struct gg_md *m, const struct liquid *l, const struct gg_md_rule *rule, int n_run,
                  int64_t first_run)
{
    if (gg_md_init(m, rule, &l->potential, &l->cell, l->n, (const double(*)[3])l->pos, l->type, n_run,
                   first_run, &why) < 0)
        fail_msg("%s", why.text);
    gg_md_draw(m);
}

static struct gg_md_rule rule_of(double temperature)
{
    return (
        struct gg_md_rule){.dt = 0.002, .temperature = temperature, .relaxation = 0.5, .seed = 7, .name = 1};
}

/* ---- forces and energies: the definition, on the very positions of each run ---- */

static void check_run(const struct gg_md *m, const struct liquid *l, int run)
{
    static double pos[MOST][3], energy[MOST], want[MOST][3], got[MOST][3];
    double kinetic[GG_MD_RUNS], potential[GG_MD_RUNS], sum = 0, largest = 0;
    gg_md_positions(m, run, pos);
    gg_md_forces(m, run, got);
    gg_md_energies(m, kinetic, potential);
    assert_int_equal(gg_energies(&l->potential, &l->cell, l->n, (const double(*)[3])pos, l->type, energy,
                                 want, &why),
                     0);
    for (int i = 0; i < l->n; i++) {
        sum += energy[i];
        for (int a = 0; a < 3; a++)
            largest = fmax(largest, fabs(want[i][a]));
    }
    close_to(potential[run], sum, FORCE * l->n);
    for (int i = 0; i < l->n; i++)
        for (int a = 0; a < 3; a++)
            close_to(got[i][a], want[i][a], FORCE * fmax(1, 0.1 * largest));
}

/* At the start, and when the runs have gone ways of their own; potentials without shift are cut at r^2 < cutoff^2 by rounding. */
static void forces_of(int n_run, int dim, enum gg_potential_kind kind)
{
    static struct liquid l;
    struct gg_md m;
    struct gg_md_rule rule = rule_of(1.5);
    make(&l, dim, kind);
    start(&m, &l, &rule, n_run, 0);
    check_run(&m, &l, n_run - 1);
    gg_md_advance(&m, 150);
    for (int run = 0; run < n_run; run += 5)
        check_run(&m, &l, run);
    gg_md_free(&m);
}

static void test_forces(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof level_name / sizeof *level_name; k++) {
        setenv("GG_KERNEL", level_name[k], 1);
        for (int dim = 2; dim <= 3; dim++)
            for (int kind = 0; kind < KINDS; kind++) {
                forces_of(1, dim, (enum gg_potential_kind)kind);
                forces_of(GG_MD_RUNS, dim, (enum gg_potential_kind)kind);
            }
    }
    unsetenv("GG_KERNEL");
}

/* ---- laws ---- */

static double total(const struct gg_md *m, int run)
{
    double kinetic[GG_MD_RUNS], potential[GG_MD_RUNS];
    gg_md_energies(m, kinetic, potential);
    return (kinetic[run] + potential[run] - m->heat[run]) / (double)m->n;
}

static void test_momentum(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_md m;
    struct gg_md_rule rule = rule_of(1);
    make(&l, 3, GG_POTENTIAL_FSHIFT);
    for (int n_run = 1; n_run <= GG_MD_RUNS; n_run += GG_MD_RUNS - 1) {
        start(&m, &l, &rule, n_run, 0);
        gg_md_advance(&m, 300);
        for (int a = 0; a < 3; a++) {
            double sum = 0;
            for (int i = 0; i < l.n; i++)
                sum += m.v[(3 * i + a) * m.n_lane];
            close_to(sum / l.n, 0, 1e-6);
        }
        gg_md_free(&m);
    }
}

/* Energy is conserved to the second order in the time step: a wrong force, or a list that loses pairs, is no such thing. */
static double swing(double dt, int n_run)
{
    static struct liquid l;
    struct gg_md m;
    struct gg_md_rule rule = rule_of(1);
    double low = 1e30, high = -1e30;
    rule.dt = dt;
    make(&l, 3, GG_POTENTIAL_FSHIFT);
    start(&m, &l, &rule, n_run, 0);
    gg_md_advance(&m, (int64_t)lround(1 / dt));
    for (int k = 0; k < 40; k++) {
        double e = total(&m, n_run - 1);
        low = fmin(low, e);
        high = fmax(high, e);
        gg_md_advance(&m, (int64_t)lround(0.04 / dt));
    }
    gg_md_free(&m);
    return high - low;
}

static void test_energy(void **state)
{
    (void)state;
    for (int n_run = 1; n_run <= GG_MD_RUNS; n_run += GG_MD_RUNS - 1) {
        double coarse = swing(0.004, n_run), fine = swing(0.002, n_run);
        if (!(coarse < 8e-3 && fine < 0.4 * coarse))
            fail_msg("energy swings by %g at dt 0.004 and by %g at 0.002", coarse, fine);
    }
}

static void test_reversal(void **state)
{
    (void)state;
    static struct liquid l;
    static double before[MOST][3], after[MOST][3];
    struct gg_md_rule rule = rule_of(1);
    make(&l, 3, GG_POTENTIAL_FSHIFT);
    for (int n_run = 1; n_run <= GG_MD_RUNS; n_run += GG_MD_RUNS - 1) {
        struct gg_md m;
        start(&m, &l, &rule, n_run, 0);
        gg_md_positions(&m, n_run - 1, before);
        for (int way = 0; way < 2; way++) {
            gg_md_advance(&m, 100);
            for (int64_t k = 0; k < 3 * m.n * m.n_lane; k++)
                m.v[k] = -m.v[k];
        }
        gg_md_positions(&m, n_run - 1, after);
        for (int i = 0; i < l.n; i++)
            for (int a = 0; a < 3; a++)
                close_to(after[i][a], before[i][a], 0.1 * MANY_STEPS);
        gg_md_free(&m);
    }
}

/* ---- one run is one run, however it is computed ---- */

static void compare(const struct gg_md *a, int run_a, const struct gg_md *b, int run_b, double tolerance)
{
    static double x[MOST][3], y[MOST][3];
    gg_md_positions(a, run_a, x);
    gg_md_positions(b, run_b, y);
    for (int64_t i = 0; i < a->n; i++)
        for (int c = 0; c < 3; c++)
            close_to(x[i][c], y[i][c], tolerance);
}

static void test_one_among_many(void **state)
{
    (void)state;
    static struct liquid l;
    for (int ensemble = GG_NVE; ensemble <= GG_CANONICAL; ensemble++) {
        struct gg_md many, one;
        struct gg_md_rule rule = rule_of(1);
        rule.ensemble = (enum gg_ensemble)ensemble;
        make(&l, 3, GG_POTENTIAL_FSHIFT);
        start(&many, &l, &rule, 7, 20);
        start(&one, &l, &rule, 1, 24);
        gg_md_advance(&many, 100);
        gg_md_advance(&one, 100);
        compare(&many, 4, &one, 0, MANY_STEPS);
        close_to(total(&many, 4), total(&one, 0), 1e-4);
        gg_md_free(&many);
        gg_md_free(&one);
    }
}

/* Lists that are made once and kept, or made at every step. */
static void test_list_holds(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_md_rule rule = rule_of(2);
    make(&l, 3, GG_POTENTIAL_CUT_AB);
    for (int n_run = 1; n_run <= GG_MD_RUNS; n_run += GG_MD_RUNS - 1) {
        struct gg_md a, b;
        start(&a, &l, &rule, n_run, 0);
        start(&b, &l, &rule, n_run, 0);
        gg_md_advance(&a, 100);
        for (int k = 0; k < 100; k++)
            gg_md_advance(&b, 1);
        assert_true(a.n_list < 40 && b.n_list == 100);
        compare(&a, n_run - 1, &b, n_run - 1, MANY_STEPS);
        gg_md_free(&a);
        gg_md_free(&b);
    }
}

static void test_threads(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_md m[2];
    struct gg_md_rule rule = rule_of(1);
    const int most = omp_get_max_threads();
    make(&l, 3, GG_POTENTIAL_FSHIFT);
    for (int k = 0; k < 2; k++) {
        omp_set_num_threads(1 + 2 * k);
        start(&m[k], &l, &rule, 1, 0);
        gg_md_advance(&m[k], 50);
    }
    omp_set_num_threads(most);
    assert_memory_equal(m[0].at, m[1].at, (size_t)(3 * l.n) * sizeof *m[0].at);
    assert_memory_equal(m[0].v, m[1].v, (size_t)(3 * l.n) * sizeof *m[0].v);
    gg_md_free(&m[0]);
    gg_md_free(&m[1]);
}

/* A particle that flies around the box is not lost: its way counts whole boxes. */
static void test_unwrapped(void **state)
{
    (void)state;
    static struct liquid l;
    static double before[MOST][3], after[MOST][3];
    struct gg_md m;
    struct gg_md_rule rule = rule_of(1e-6);
    make(&l, 3, GG_POTENTIAL_FSHIFT);
    start(&m, &l, &rule, 1, 0);
    for (int i = 0; i < l.n; i++)
        m.v[3 * i] += 20; /* all together: through the box three times */
    gg_md_positions(&m, 0, before);
    gg_md_advance(&m, 500);
    gg_md_positions(&m, 0, after);
    double mean = 0;
    for (int i = 0; i < l.n; i++)
        mean += (after[i][0] - before[i][0]) / l.n;
    close_to(mean, 20 * 500 * rule.dt, 1e-3);
    gg_md_free(&m);
}

/* ---- thermostat ---- */

/* Alone, it makes the canonical distribution: mean N T/2, variance N T^2/2; the memory of a step is exp(-time). */
static void test_thermostat(void **state)
{
    (void)state;
    const double freedom = 30, temperature = 0.7, time = 0.3;
    struct gg_rng r = gg_rng_at(1, 2, 3, 4);
    double k = 50, sum = 0, square = 0, lagged = 0, last = 0;
    const int n = 200000;
    for (int s = -200; s < n; s++) {
        double alpha = gg_thermostat_factor(k, freedom, temperature, time, &r);
        k *= alpha * alpha;
        double d = k - freedom * temperature / 2;
        if (s >= 0) {
            sum += d / n;
            square += d * d / n;
            lagged += d * last / n;
        }
        last = d;
    }
    double variance = freedom * temperature * temperature / 2;
    close_to(sum, 0, 0.04);
    close_to(square, variance, 0.03 * variance);
    close_to(lagged / square, exp(-time), 0.02);
}

static void test_canonical(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_md m;
    struct gg_md_rule rule = rule_of(0.8);
    double sum = 0, square = 0, n = 0, first;
    rule.ensemble = GG_CANONICAL;
    rule.dt = 0.004;
    rule.relaxation = 0.1;
    make(&l, 2, GG_POTENTIAL_POLY);
    start(&m, &l, &rule, GG_MD_RUNS, 0);
    gg_md_advance(&m, 500);
    first = total(&m, 3);
    for (int k = 0; k < 60; k++) {
        double kinetic[GG_MD_RUNS], potential[GG_MD_RUNS];
        gg_md_advance(&m, 50);
        gg_md_energies(&m, kinetic, potential);
        for (int run = 0; run < GG_MD_RUNS; run++, n++) {
            double t = 2 * kinetic[run] / gg_md_freedom(&m);
            sum += t;
            square += t * t;
        }
    }
    double mean = sum / n, variance = square / n - mean * mean, want = 2 * 0.8 * 0.8 / gg_md_freedom(&m);
    close_to(mean, 0.8, 0.01);
    close_to(variance, want, 0.25 * want);
    close_to(total(&m, 3), first, 2e-3); /* with the heat taken off, energy is conserved */
    gg_md_free(&m);
}

/* ---- refusals ---- */

static void refused(const struct liquid *l, const char *part)
{
    struct gg_md m;
    struct gg_md_rule rule = rule_of(1);
    assert_int_equal(gg_md_init(&m, &rule, &l->potential, &l->cell, l->n, (const double(*)[3])l->pos, l->type,
                                1, 0, &why),
                     -1);
    assert_int_equal(why.status, GG_INPUT);
    if (!strstr(why.text, part))
        fail_msg("'%s' does not say '%s'", why.text, part);
}

static void test_refusals(void **state)
{
    (void)state;
    static struct liquid l;
    double skewed[3][3] = {{9, 0, 0}, {1, 9, 0}, {0, 0, 9}},
           small[3][3] = {{9, 0, 0}, {0, 9, 0}, {0, 0, 4.9}};
    make(&l, 3, GG_POTENTIAL_FSHIFT);
    l.type[5] = 3;
    refused(&l, "particle 5 has type 3");
    make(&l, 3, GG_POTENTIAL_FSHIFT);
    memcpy(l.pos[7], l.pos[8], sizeof l.pos[7]);
    l.pos[7][0] += 0.1;
    refused(&l, "particles overlap");
    make(&l, 3, GG_POTENTIAL_FSHIFT);
    assert_int_equal(gg_cell_init(&l.cell, 3, 7, (const double(*)[3])small, &why), 0);
    refused(&l, "beyond half of the box of 4.9");
    assert_int_equal(gg_cell_init(&l.cell, 3, 7, (const double(*)[3])skewed, &why), 0);
    refused(&l, "not a box along the axes");
    assert_int_equal(gg_cell_init(&l.cell, 3, 3, (const double(*)[3])small, &why), 0);
    l.cell.h[2][2] = 9;
    refused(&l, "not periodic along axis 2");
    make(&l, 3, GG_POTENTIAL_FSHIFT);
    l.n = 2;
    refused(&l, "2 particles, wanted 4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forces),         cmocka_unit_test(test_momentum),
        cmocka_unit_test(test_energy),         cmocka_unit_test(test_reversal),
        cmocka_unit_test(test_list_holds),     cmocka_unit_test(test_threads),
        cmocka_unit_test(test_one_among_many), cmocka_unit_test(test_unwrapped),
        cmocka_unit_test(test_thermostat),     cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
