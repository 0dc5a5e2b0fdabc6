/* bonds.c -- bond-breaking propensity: how many of its first neighbours a particle has lost
 *
 * Yamamoto, Onuki, Phys. Rev. E 58, 3515 (1998); per particle and with these radii as in Jung, Biroli, Berthier,
 * Phys. Rev. Lett. 130, 238202 (2023):  1 - C_B,  C_B = < fraction of the bonds of the start that are kept >_runs,
 * a bond being r < 1.4 sigma_ab at the start and kept while r < 1.8 sigma_ab.  Two radii, so that a vibration across one
 * of them is not a broken bond.  Shapes: end [time][run][node][3], broken [node][time]. */
#include "physics/dynamics.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

static double largest_sigma(const struct gg_bond_rule *rule)
{
    double largest = 0;
    for (int k = 0; k < rule->n_type * rule->n_type; k++)
        largest = fmax(largest, rule->sigma[k]);
    return largest;
}

/* Keeps, in place, the neighbours within reach of their own pair of species; a neighbour that comes with several images
 * counts once, since the nearest image decides later.  Returns how many. */
static int64_t bonds_of(const struct gg_edges *e, int64_t i, const struct gg_runs *r,
                        const struct gg_cell *cell, const int32_t *type, const struct gg_bond_rule *rule)
{
    int32_t *bond = e->nbr + e->ptr[i];
    int64_t n = 0;
    for (int64_t at = e->ptr[i]; at < e->ptr[i + 1]; at++) {
        int32_t j = e->nbr[at];
        double reach = rule->bonded * rule->sigma[type[i] * rule->n_type + type[j]];
        bool again = n && bond[n - 1] == j;
        if (j != i && !again && gg_pair_distance(cell, r->start, i, j) < reach)
            bond[n++] = j;
    }
    return n;
}

static double broken_in_runs(const struct gg_runs *r, int64_t t, int64_t i, const int32_t *bond,
                             int64_t n_bond, const struct gg_cell *cell, const int32_t *type,
                             const struct gg_bond_rule *rule)
{
    int64_t lost = 0;
    for (int64_t k = 0; k < r->n_run; k++)
        for (int64_t b = 0; b < n_bond; b++) {
            double keep = rule->lost * rule->sigma[type[i] * rule->n_type + type[bond[b]]];
            lost += !(gg_pair_distance(cell, r->end + (t * r->n_run + k) * r->n_node, i, bond[b]) < keep);
        }
    return n_bond ? (double)lost / ((double)n_bond * (double)r->n_run) : 0;
}

int gg_bond_breaking(const struct gg_runs *r, const struct gg_cell *cell, const int32_t *type,
                     const struct gg_bond_rule *rule, float *broken, struct gg_arena *a, struct gg_err *err)
{
    struct gg_edges e;
    assert(r->n_run > 0);
    if (gg_neighbors(&e, a, cell, r->n_node, r->start, rule->bonded * largest_sigma(rule), false, 0, err) < 0)
        return -1;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < r->n_node; i++) {
        int64_t n_bond = bonds_of(&e, i, r, cell, type, rule);
        for (int64_t t = 0; t < r->n_time; t++)
            broken[i * r->n_time + t] =
                (float)broken_in_runs(r, t, i, e.nbr + e.ptr[i], n_bond, cell, type, rule);
    }
    return 0;
}
