/* md_fixture.h -- a liquid to start from, for the tests of molecular dynamics */
#ifndef MD_FIXTURE_H
#define MD_FIXTURE_H

#include "near.h"
#include "physics/md.h"
#include "util/rng.h"

#include <string.h>

enum { MOST = 1500 };

struct liquid {
    int n, dim;
    struct gg_cell cell;
    struct gg_potential potential;
    double pos[MOST][3];
    int32_t type[MOST];
};

static struct gg_err why;

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

/* What velocity Verlet keeps: energy a particle, less the heat of the thermostat. */
static double total(const struct gg_md *m, int run)
{
    double kinetic[GG_MD_RUNS], potential[GG_MD_RUNS];
    gg_md_energies(m, kinetic, potential);
    return (kinetic[run] + potential[run] - m->heat[run]) / (double)m->n;
}

#endif
