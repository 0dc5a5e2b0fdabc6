/* product_map.h -- the weights of another code's products as weights of ours, and back
 *
 * Another code lists couplings f'_eta' of its own for a (nu, l, p): usually more than are independent (MACE: a coupling chain for each
 * order of the factors), in other signs and sizes, or some that vanish.  Each is a combination of ours,
 *
 *     f'_eta' = sum_eta f_eta P_{eta eta'},   so   sum_eta' w'_eta' f'_eta' = sum_eta w_eta f_eta   with   w = P w',   dw' = P^T dw
 *
 * for every species and channel.  The layer contract divides by sqrt(n), n the number of all its (nu, eta) into the output block, so its
 * parameters are sqrt(n) P w'.  MACE keeps its couplings in the checkpoint (buffers U_matrix_nu, [2l+1] then nu axes of components,
 * then eta'): they are what to map with, since its versions differ in signs. */
#ifndef GG_PRODUCT_MAP_H
#define GG_PRODUCT_MAP_H

#include "o3/product_basis.h"

/* The coefficients that are not 0 of a dense U [n_m][n_in]...[n_in][n_path] with nu axes of n_in components, as MACE's buffers are
 * (n_m = 2l+1; it has no first axis for l = 0), in the arena. */
struct gg_product_term *gg_product_terms(int nu, int n_m, int n_in, int n_path, const double *U, int *n_term,
                                         struct gg_arena *a);

/* P [b->n_path][n_path] in the arena; NULL with GG_NUMERICS and the column where a coupling is no combination of ours to 1e-10 of the
 * largest (another order of components, another normalisation of harmonics).  theirs: coefficients in any order; those of the same
 * path, m and monomial (gg_monomial_of, factors in any order) add up. */
double *gg_product_map(const struct gg_product_basis *b, int n_path, const struct gg_product_term *theirs,
                       int n_term, struct gg_arena *a, struct gg_err *err);

/* The smallest w' that is the same function as w: w' = P^+ w, P^+ [n_theirs][n_ours] in the arena, P P^+ = 1. */
double *gg_product_map_back(int n_ours, int n_theirs, const double *P, struct gg_arena *a,
                            struct gg_err *err);

#endif
