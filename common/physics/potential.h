/* potential.h -- the Lennard-Jones mixtures of the field: Kob-Andersen in its variants, and the ternary 2D liquid */
#ifndef GG_POTENTIAL_H
#define GG_POTENTIAL_H

#include "util/cell.h"
#include "util/err.h"
#include <stdint.h>

/* V_ab(r) = 4 eps_ab [u^-12 - u^-6 + terms], u = r / sigma_ab; zero from the cut-off on. */
enum gg_potential_kind {
    GG_POTENTIAL_CUT,    /* no terms, r < 2.5 for every pair */
    GG_POTENTIAL_CUT_AB, /* no terms, u < 2.5 */
    GG_POTENTIAL_FSHIFT, /* energy and force go to 0 at u = 2.5: the dynamics of BOTAN and GlassBench 3D */
    GG_POTENTIAL_POLY    /* even polynomial, smooth at u = 2.5: the 2D ternary set */
};
#define GG_POTENTIALS "cut|cut-ab|fshift|poly"
#define GG_POTENTIAL_NAMES "cut", "cut-ab", "fshift", "poly"

enum { GG_POTENTIAL_TYPES = 3 }; /* A, B, C */

struct gg_pair_potential {
    double eps, sigma, cutoff; /* cutoff in sigma of A, as distances are */
    double a0, a1, a2, a4;     /* + a0 + a1 u + a2 u^2 + a4 u^4 inside the bracket */
};

struct gg_potential {
    enum gg_potential_kind kind;
    double cutoff; /* largest of all pairs */
    struct gg_pair_potential pair[GG_POTENTIAL_TYPES][GG_POTENTIAL_TYPES];
};

/* dim: 2 or 3; the interactions of C differ. */
struct gg_potential gg_potential_of(enum gg_potential_kind kind, int dim);

/* V(r) and, unless NULL, dV/dr.  The definition; frames go through gg_energies. */
double gg_pair_energy(const struct gg_pair_potential *p, double r, double *slope);

/* GG_INPUT if a type is not 0, 1, 2. */
int gg_check_types(int64_t n, const int32_t *type, struct gg_err *err);

/* E_i = 1/2 sum_j V(r_ij) over all images, in eps; and the forces unless `force` is NULL.  pos: n x 3, any image; type: n,
 * from 0.  GG_INPUT for a type above C, or for a particle that sits on another (names it). */
int gg_energies(const struct gg_potential *p, const struct gg_cell *cell, int64_t n, const double (*pos)[3],
                const int32_t *type, double *energy, double (*force)[3], struct gg_err *err);

#endif
