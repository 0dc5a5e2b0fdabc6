/* gaussian.h -- sums over all particles of the box with a Gaussian weight around a distance */
#ifndef GG_GAUSSIAN_H
#define GG_GAUSSIAN_H

#include "util/cell.h"

/* sum[(k * n_x + q) * n + i] = sum over j = 0 .. n-1 of exp(-(r_ij - radius[k])^2 / 2) x[q * n + j], j = i included;
 * r_ij is the distance of the nearest images, sigma.  The same bytes for any number of threads and any width of vectors. */
void gg_gaussian_sums(const struct gg_cell *cell, int64_t n, const double (*pos)[3], int n_radius,
                      const double *radius, int n_x, const double *x, double *sum);

#endif
