/* test_md.c -- molecular dynamics: forces against all pairs, one run against many, conservation laws, reversal */
#include "md_fixture.h"

#include <omp.h>
#include <stdlib.h>

enum { KINDS = GG_POTENTIAL_POLY + 1 };
#ifdef GG_REAL_DOUBLE
static const double FORCE = 1e-9, MANY_STEPS = 1e-6;
#else
static const double FORCE = 5e-5, MANY_STEPS = 2e-4;
#endif

static const char *const level_name[] = {"plain", "avx2", "avx512"};

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

        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
