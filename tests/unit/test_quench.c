/* test_quench.c -- forces from the list with ghosts against all pairs, and minima found by FIRE */
#include "near.h"
#include "physics/forces.h"
#include "physics/quench.h"
#include "util/rng.h"

#include <omp.h>
#include <string.h>

enum { N = 120, KINDS = GG_POTENTIAL_POLY + 1 };

struct liquid {
    struct gg_cell cell;
    double pos[N][3];
    int32_t type[N];
};

static struct gg_err why;

/* A perturbed lattice in a skewed cell, smaller than two cut-offs: images matter.  In 2D, z holds rubbish. */
static void make_liquid(struct liquid *l, int dim, uint32_t seed)
{
    double h[3][3] = {{5.2, 0, 0}, {0.7, 5.4, 0}, {-0.5, 0.3, 4.5}},
           flat[3][3] = {{10.5, 0, 0}, {1.2, 11.5, 0}};
    assert_int_equal(gg_cell_init(&l->cell, dim, dim == 2 ? 3 : 7, dim == 2 ? flat : h, &why), 0);
    struct gg_rng r = gg_rng_at(seed, (uint32_t)dim, 0, 0);
    int n[3] = {5, 6, 4};
    if (dim == 2)
        n[0] = 10, n[1] = 12, n[2] = 1;
    for (int i = 0; i < N; i++) {
        int at[3] = {i % n[0], i / n[0] % n[1], i / n[0] / n[1]};
        double s[3];
        for (int a = 0; a < 3; a++)
            s[a] = (at[a] + 0.15 * gg_rng_uniform(&r)) / n[a] + (a == 0) * 3;
        gg_cell_cartesian(&l->cell, s, l->pos[i]);
        if (dim == 2)
            l->pos[i][2] = 100 * gg_rng_uniform(&r);
        l->type[i] = gg_rng_below(&r, 5) == 0 ? 1 : (gg_rng_below(&r, 7) == 0 ? 2 : 0);
    }
}

static double energy(const struct gg_potential *p, const struct liquid *l, double (*force)[3])
{
    double e[N], sum = 0;
    if (gg_energies(p, &l->cell, N, l->pos, l->type, e, force, &why) < 0)
        fail_msg("%s", why.text);
    for (int i = 0; i < N; i++)
        sum += e[i];
    return sum;
}

static void in_the_plane(struct liquid *l)
{
    for (int i = 0; i < N; i++)
        l->pos[i][2] = l->cell.dim == 2 ? 0.0 : l->pos[i][2];
}

/* while particles move, by little within the skin and then out of it */
static void list_gives_the_forces(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    for (int kind = 0; kind < KINDS; kind++)
        for (int dim = 2; dim <= 3; dim++) {
            struct gg_potential p = gg_potential_of(kind, dim);
            struct gg_forces f;
            make_liquid(&l, dim, 1);
            in_the_plane(&l);
            assert_int_equal(gg_forces_init(&f, &p, &l.cell, N, l.type, 0.3, &why), 0);
            for (int move = 0; move < 12; move++) {
                double want[N][3], got[N][3];
                energy(&p, &l, want);
                if (gg_forces_move(&f, l.pos, &why) < 0)
                    fail_msg("%s", why.text);
                gg_forces_eval(&f, 0, N, got);
                for (int i = 0; i < N; i++)
                    for (int k = 0; k < 3; k++) {
                        close_to(got[i][k], want[i][k], 1e-9 * (1 + fabs(want[i][k])));
                        l.pos[i][k] += k < dim ? 0.02 * (gg_rng_uniform(&r) - 0.5) + 0.01 : 0.0;
                    }
            }
            assert_in_range(f.n_built, 2, 6);
            gg_forces_free(&f);
        }
}

/* downhill, no force left, and a second quench has nothing to do */
static void reaches_a_minimum(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_fire fire = gg_fire_default();
    fire.force_tolerance = 1e-8;
    for (int kind = GG_POTENTIAL_FSHIFT; kind < KINDS; kind++)
        for (int dim = 2; dim <= 3; dim++) {
            struct gg_potential p = gg_potential_of(kind, dim);
            struct gg_quench_report r;
            double force[N][3], z[N];
            make_liquid(&l, dim, 2);
            for (int i = 0; i < N; i++)
                z[i] = l.pos[i][2];
            double before = energy(&p, &l, NULL);
            if (gg_quench(&fire, &p, &l.cell, N, l.pos, l.type, &r, &why) < 0)
                fail_msg("%s", why.text);
            double after = energy(&p, &l, force);
            assert_true(after < before - 1);
            assert_true(r.n_step > 10 && r.n_list > 0 && r.largest_force < 1e-8);
            for (int i = 0; i < N; i++) {
                for (int k = 0; k < dim; k++)
                    close_to(force[i][k], 0, 1.1e-8);
                assert_true(dim == 3 || l.pos[i][2] == z[i]);
            }
            assert_int_equal(gg_quench(&fire, &p, &l.cell, N, l.pos, l.type, &r, &why), 0);
            assert_int_equal(r.n_step, 0);
        }
}

/* the algorithm of the head comment, written once more without list, order or blocks */
static void follows_the_equations(void **state)
{
    (void)state;
    static struct liquid l, quenched;
    struct gg_fire fire = gg_fire_default();
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    struct gg_quench_report r;
    make_liquid(&l, 3, 4);
    quenched = l;
    assert_int_equal(gg_quench(&fire, &p, &l.cell, N, quenched.pos, l.type, &r, &why), 0);
    double v[N][3] = {{0}}, f[N][3], dt = 0.002, a = 0.1;
    int steps = 0, downhill = 0;
    for (;; steps++) {
        double fv = 0, ff = 0, vv = 0, largest = 0;
        energy(&p, &l, f);
        for (int i = 0; i < N; i++)
            for (int k = 0; k < 3; k++) {
                fv += f[i][k] * v[i][k], ff += f[i][k] * f[i][k], vv += v[i][k] * v[i][k];
                largest = fmax(largest, fabs(f[i][k]));
            }
        if (largest < 1e-5 || steps > 5000)
            break;
        double mix = fv > 0 ? a : 0, keep = fv > 0 ? 1 - a : 0;
        if (fv > 0 && ++downhill > 5)
            dt = fmin(1.1 * dt, 0.02), a *= 0.99;
        if (!(fv > 0) && vv > 0)
            dt /= 2, a = 0.1, downhill = 0;
        for (int i = 0; i < N; i++)
            for (int k = 0; k < 3; k++) {
                v[i][k] = keep * v[i][k] + mix * sqrt(vv / ff) * f[i][k] + dt * f[i][k];
                l.pos[i][k] += dt * v[i][k];
            }
    }
    assert_int_equal(steps, r.n_step);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < 3; k++)
            close_to(quenched.pos[i][k], l.pos[i][k], 1e-8);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    static struct liquid l, first;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    struct gg_fire fire = gg_fire_default();
    int most = omp_get_max_threads();
    for (int n = 1; n <= 4; n++) {
        omp_set_num_threads(n);
        make_liquid(&l, 3, 5);
        assert_int_equal(gg_quench(&fire, &p, &l.cell, N, l.pos, l.type, NULL, &why), 0);
        if (n == 1)
            first = l;
        assert_memory_equal(l.pos, first.pos, sizeof l.pos);
    }
    omp_set_num_threads(most);
}

/* particles thrown anywhere come down, too */
static void overlapping_start(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    struct gg_fire fire = gg_fire_default();
    struct gg_rng r = gg_rng_at(9, 0, 0, 0);
    make_liquid(&l, 3, 6);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < 3; k++)
            l.pos[i][k] = 5 * gg_rng_uniform(&r);
    if (gg_quench(&fire, &p, &l.cell, N, l.pos, l.type, NULL, &why) < 0)
        fail_msg("%s", why.text);
    assert_true(energy(&p, &l, NULL) < 0);
}

static void refusals(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    struct gg_fire fire = gg_fire_default();
    make_liquid(&l, 3, 7);
    fire.max_steps = 20;
    assert_int_equal(gg_quench(&fire, &p, &l.cell, N, l.pos, l.type, NULL, &why), -1);
    assert_int_equal(why.status, GG_NUMERICS);
    assert_non_null(strstr(why.text, "no minimum after 20 steps"));
    memcpy(l.pos[1], l.pos[0], sizeof l.pos[1]);
    assert_int_equal(gg_quench(&fire, &p, &l.cell, N, l.pos, l.type, NULL, &why), -1);
    assert_int_equal(why.status, GG_NUMERICS);
    assert_non_null(strstr(why.text, "not finite after 0 steps"));
    l.type[3] = 3;
    assert_int_equal(gg_quench(&fire, &p, &l.cell, N, l.pos, l.type, NULL, &why), -1);
    assert_int_equal(why.status, GG_INPUT);
}

static void no_and_one_particle(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    struct gg_fire fire = gg_fire_default();
    make_liquid(&l, 3, 8);
    assert_int_equal(gg_quench(&fire, &p, &l.cell, 0, l.pos, l.type, NULL, &why), 0);
    assert_int_equal(gg_quench(&fire, &p, &l.cell, 1, l.pos, l.type, NULL, &why), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_gives_the_forces), cmocka_unit_test(reaches_a_minimum),
        cmocka_unit_test(follows_the_equations), cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(overlapping_start),     cmocka_unit_test(refusals),
        cmocka_unit_test(no_and_one_particle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
