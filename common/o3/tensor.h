/* tensor.h -- Cartesian tensors of degree 2 as irreducible parts
 *
 * T = trace + antisymmetric + traceless symmetric part, components in the order and with the polar axis of
 * gg_o3(7), normalised so that the sum of squares is that of T. */
#ifndef GG_TENSOR_H
#define GG_TENSOR_H

#include <stdbool.h>
#include <stdint.h>

enum { GG_TENSOR = 9, GG_TENSOR_SYMMETRIC = 6 };

/* n tensors [n][9], row by row, into [n][9] 1x0e+1x1e+1x2e, or without the antisymmetric part [n][6] 1x0e+1x2e. */
void gg_tensor_irreps(const double *cartesian, uint64_t n, bool antisymmetric, double *out);
/* And back, for symmetric ones: n rows 1x0e+1x2e into [n][9]. */
void gg_tensor_cartesian(const double *irreps, uint64_t n, double *cartesian);
/* Eigenvalues w and vectors of a symmetric tensor (columns of U): t = U diag(w) U'. */
void gg_tensor_eigen(const double t[9], double w[3], double U[3][3]);
/* Whether all are symmetric within 1e-6 of their size. */
bool gg_tensor_symmetric(const double *cartesian, uint64_t n);

#endif
