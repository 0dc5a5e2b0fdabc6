/* test_potential.c -- the four Lennard-Jones variants, their slopes and cut-offs, and energies of particles */
#include "near.h"
#include "physics/potential.h"
#include "util/rng.h"

#include <string.h>

enum { KINDS = GG_POTENTIAL_POLY + 1 };

static struct gg_err why;

/* literal formulas of the papers, with the published constants */
static double published(enum gg_potential_kind kind, double u)
{
    double lj = pow(u, -12) - pow(u, -6);
    if (kind == GG_POTENTIAL_FSHIFT)
        return 4 * (lj - -4.079222784e-3 - (u - 2.5) * 9.7498693632e-3);
    if (kind == GG_POTENTIAL_POLY)
        return 4 * (lj + 0.04049023795 - 0.00970155098 * u * u + 0.00062012616 * u * u * u * u);
    return 4 * lj;
}

static void published_values(void **state)
{
    (void)state;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    close_to(gg_pair_energy(&p.pair[0][0], pow(2, 1.0 / 6), NULL), -0.929959849, 1e-9);
    for (int kind = 0; kind < KINDS; kind++)
        for (int dim = 2; dim <= 3; dim++) {
            p = gg_potential_of(kind, dim);
            for (int a = 0; a < 3; a++)
                for (int b = 0; b < 3; b++)
                    for (double u = 0.8; u < 2.5; u += 0.01) {
                        const struct gg_pair_potential *q = &p.pair[a][b];
                        if (u * q->sigma < q->cutoff)
                            close_to(gg_pair_energy(q, u * q->sigma, NULL), q->eps * published(kind, u),
                                     1e-9);
                    }
        }
}

/* pairs of Kob and Andersen, and how C differs between two and three dimensions */
static void parameters(void **state)
{
    (void)state;
    struct gg_potential three = gg_potential_of(GG_POTENTIAL_FSHIFT, 3),
                        two = gg_potential_of(GG_POTENTIAL_POLY, 2);
    const double eps[3] = {1.0, 1.5, 0.5}, sigma[3] = {1.0, 0.8, 0.88};
    for (int k = 0; k < 3; k++)
        for (int d = 0; d < 2; d++) {
            const struct gg_pair_potential *q = &(d ? &three : &two)->pair[k > 0][k > 1];
            assert_true(q->eps == eps[k] && q->sigma == sigma[k]);
            close_to(q->cutoff, 2.5 * sigma[k], 1e-15);
        }
    assert_true(three.pair[0][2].eps == 1.25 && two.pair[2][0].eps == 0.75);
    assert_true(three.pair[1][2].eps == 1.0 && two.pair[2][1].eps == 1.5);
    assert_true(three.pair[1][2].sigma == 0.84 && two.pair[1][2].sigma == 0.8);
    assert_true(gg_potential_of(GG_POTENTIAL_CUT, 3).pair[1][1].cutoff == 2.5);
}

static void slope_is_the_derivative(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        struct gg_potential p = gg_potential_of(kind, 3);
        for (int b = 0; b < 3; b++)
            for (double r = 0.85; r < 1.99; r += 0.013) {
                const struct gg_pair_potential *q = &p.pair[1][b];
                double slope, h = 1e-5;
                gg_pair_energy(q, r, &slope);
                close_to((gg_pair_energy(q, r + h, NULL) - gg_pair_energy(q, r - h, NULL)) / (2 * h), slope,
                         1e-6 * (1 + fabs(slope)));
            }
    }
}

/* fshift: energy and slope end at 0; poly: so do they, to the digits of its constants; the others stop in mid-air */
static void cut_off(void **state)
{
    (void)state;
    const double energy[KINDS] = {1e-1, 1e-1, 1e-11, 1e-8}, slope_end[KINDS] = {1, 1, 1e-11, 1e-8};
    for (int kind = 0; kind < KINDS; kind++) {
        struct gg_potential p = gg_potential_of(kind, 3);
        for (int b = 0; b < 3; b++) {
            const struct gg_pair_potential *q = &p.pair[0][b];
            double slope, below = nextafter(q->cutoff, 0);
            close_to(gg_pair_energy(q, below, &slope), 0, energy[kind]);
            close_to(slope, 0, slope_end[kind]);
            assert_true(kind >= GG_POTENTIAL_FSHIFT || gg_pair_energy(q, below, NULL) < -1e-3);
            assert_true(gg_pair_energy(q, q->cutoff, &slope) == 0 && slope == 0);
        }
    }
}

/* ---- particles ---- */

enum { N = 60 };

/* A loose random packing in a skewed cell that is small enough for particles to meet their own images. */
static void packing(struct gg_cell *cell, double (*pos)[3], int32_t *type)
{
    double h[3][3] = {{3.1, 0, 0}, {0.4, 3.3, 0}, {-0.5, 0.3, 4.9}};
    assert_int_equal(gg_cell_init(cell, 3, 7, h, &why), 0);
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    for (int i = 0; i < N; i++) {
        double s[3] = {(i % 4 + 0.2 * gg_rng_uniform(&r)) / 4, (i / 4 % 4 + 0.2 * gg_rng_uniform(&r)) / 4,
                       (i / 16 + 0.2 * gg_rng_uniform(&r)) / 4};
        gg_cell_cartesian(cell, s, pos[i]);
        type[i] = (int32_t)gg_rng_below(&r, 3);
    }
}

static double total(const struct gg_potential *p, const struct gg_cell *cell, double (*pos)[3],
                    const int32_t *type, double (*force)[3])
{
    double energy[N], sum = 0;
    if (gg_energies(p, cell, N, pos, type, energy, force, &why) < 0)
        fail_msg("%s", why.text);
    for (int i = 0; i < N; i++)
        sum += energy[i];
    return sum;
}

static void forces_are_minus_the_gradient(void **state)
{
    (void)state;
    struct gg_cell cell;
    double pos[N][3], force[N][3];
    int32_t type[N];
    packing(&cell, pos, type);
    for (int kind = GG_POTENTIAL_FSHIFT; kind < KINDS; kind++) { /* the others are not continuous */
        struct gg_potential p = gg_potential_of(kind, 3);
        total(&p, &cell, pos, type, force);
        double sum[3] = {0};
        for (int i = 0; i < N; i++)
            for (int k = 0; k < 3; k++)
                sum[k] += force[i][k];
        for (int k = 0; k < 3; k++)
            close_to(sum[k], 0, 1e-9);
        for (int i = 0; i < N; i += 7)
            for (int k = 0; k < 3; k++) {
                double h = 1e-6, x = pos[i][k];
                pos[i][k] = x + h;
                double up = total(&p, &cell, pos, type, NULL);
                pos[i][k] = x - h;
                double down = total(&p, &cell, pos, type, NULL);
                pos[i][k] = x;
                close_to(force[i][k], -(up - down) / (2 * h), 1e-5 * (1 + fabs(force[i][k])));
            }
    }
}

/* all pairs and images by brute force */
static void energies_are_half_sums(void **state)
{
    (void)state;
    struct gg_cell cell;
    double pos[N][3], energy[N];
    int32_t type[N];
    packing(&cell, pos, type);
    for (int kind = 0; kind < KINDS; kind++) {
        struct gg_potential p = gg_potential_of(kind, 3);
        assert_int_equal(gg_energies(&p, &cell, N, pos, type, energy, NULL, &why), 0);
        for (int i = 0; i < N; i += 11) {
            double sum = 0;
            for (int j = 0; j < N; j++)
                for (int image = 0; image < 343; image++) {
                    double s[3] = {image % 7 - 3, image / 7 % 7 - 3, image / 49 - 3}, d[3];
                    gg_cell_cartesian(&cell, s, d);
                    for (int k = 0; k < 3; k++)
                        d[k] += pos[j][k] - pos[i][k];
                    if (j != i || image != 171)
                        sum += 0.5 * gg_pair_energy(&p.pair[type[i]][type[j]],
                                                    sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]), NULL);
                }
            close_to(energy[i], sum, 1e-9 * (1 + fabs(sum)));
        }
    }
}

static void refusals(void **state)
{
    (void)state;
    struct gg_cell cell;
    double pos[N][3], energy[N];
    int32_t type[N];
    packing(&cell, pos, type);
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    type[7] = 3;
    assert_int_equal(gg_energies(&p, &cell, N, pos, type, energy, NULL, &why), -1);
    assert_int_equal(why.status, GG_INPUT);
    assert_non_null(strstr(why.text, "particle 7 has type 3"));
    type[7] = 0;
    memcpy(pos[9], pos[3], sizeof pos[9]);
    assert_int_equal(gg_energies(&p, &cell, N, pos, type, energy, NULL, &why), -1);
    assert_int_equal(why.status, GG_INPUT);
    assert_non_null(strstr(why.text, "particle 3 is not finite"));
    assert_int_equal(gg_energies(&p, &cell, 1, pos, type, energy, NULL, &why), 0);
    assert_int_equal(gg_energies(&p, &cell, 0, pos, type, energy, NULL, &why), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_values),
        cmocka_unit_test(parameters),
        cmocka_unit_test(slope_is_the_derivative),
        cmocka_unit_test(cut_off),
        cmocka_unit_test(forces_are_minus_the_gradient),
        cmocka_unit_test(energies_are_half_sums),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
