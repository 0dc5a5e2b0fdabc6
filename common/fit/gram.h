/* gram.h -- z'z of rows that arrive in chunks
 *
 * With z = (x, y, 1) one symmetric matrix holds all that linear models of y on x ever ask of the data: the number of rows, the sums,
 * x'x, x'y and y'y.  It has the same size for any number of rows, and those of parts of the data add up. */
#ifndef GG_GRAM_H
#define GG_GRAM_H

#include <stddef.h>

/* Upper triangle of square [n][n] += z'z, z [n_row][n].  Shared out over the threads in fixed tiles, so that the bytes do not
 * depend on how many there are. */
void gg_gram_add(int n, int n_row, const double *z, double *square);

/* A packed matrix holds the upper triangle row by row: n (n + 1) / 2 numbers. */
size_t gg_packed_size(int n);
size_t gg_packed_at(int n, int i, int j); /* i <= j */
void gg_packed_add(int n, const double *square, double *packed);

#endif
