/* product_basis.h -- the equivariant polynomials of some irreps: all of a degree, none twice
 *
 *     f_{eta,M}(A) = sum_monomials value A_a A_b ...      nu factors, a <= b <= ...
 *
 * A holds one component of every (block, m) of a list of irreps, in its order; multiplicities do not count.  The f of a basis turn
 * as (l, p), are independent, and every polynomial of degree nu that turns so is a combination of them: the maps
 * Sym^nu(V_1 + V_2 + ...) -> V_l.  Source: Batatia et al. 2022 (MACE), eq. 10; Drautz 2019 (atomic cluster expansion). */
#ifndef GG_PRODUCT_BASIS_H
#define GG_PRODUCT_BASIS_H

#include "util/arena.h"
#include "util/irreps.h"
#include <stdint.h>

enum {
    GG_PRODUCT_FACTORS = 4,       /* highest nu */
    GG_PRODUCT_L_MAX = 3,         /* of the irreps of A: intermediate degrees reach nu times this, GG_L_MAX */
    GG_PRODUCT_NUMBERS = 64,      /* components of A */
    GG_PRODUCT_MONOMIALS = 60000, /* of nu factors: both parities to degree 3 with four have 52360 */
};

/* A monomial as one number: the index of its first factor + 1 in the highest of nu bytes, and so on, indices ascending. */
typedef uint32_t gg_monomial;
/* Of indices in any order. */
gg_monomial gg_monomial_of(int nu, const int *index);
/* The k-th index, k = 0 .. nu-1. */
static inline int gg_monomial_index(gg_monomial x, int nu, int k)
{
    return (int)(x >> 8 * (nu - 1 - k) & 255) - 1;
}

struct gg_product_term {
    int path, m; /* eta; M + l */
    gg_monomial monomial;
    double value;
};
struct gg_product_basis {
    int nu, l, p;
    int n_path; /* 0: there are none */
    int n_term;
    struct gg_product_term *term; /* ordered by path, m, monomial */
};

/* basis[o * nu_max + nu - 1] for every block o of `out` and nu = 1 .. nu_max, in the arena.  Each f has variance 1 for independent
 * standard normal A, and its first coefficient is positive.  The choice is a subset of the coupling trees ((l1 l2) l12 l3) l, l1 <= l2
 * <= ... in the order of `in`, those of few terms first; it is the same on every machine.  Refuses (GG_USAGE) degrees of `in` or nu
 * above the limits, and more components than these. */
int gg_product_basis_new(const struct gg_irreps *in, int nu_max, const struct gg_irreps *out,
                         struct gg_product_basis *basis, struct gg_arena *a, struct gg_err *err);

/* y[2l+1] = f_path(A), term by term. */
void gg_product_evaluate(const struct gg_product_basis *b, int path, const double *A, double *y);

#endif
