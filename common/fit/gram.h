/* gram.h -- z'z of rows that arrive in chunks
 *
 * With z = (x, y, 1) one symmetric matrix holds all that linear models of y on x ever ask of the data: the number of rows, the sums,
 * x'x, x'y and y'y.  It has the same size for any number of rows, and those of parts of the data add up. */
#ifndef GG_GRAM_H
#define GG_GRAM_H

#include <stddef.h>

/* Rows that are best added at a time: sums over so many stay in the registers of the matrix product, and a thousand columns of them
 * near the second cache. */
enum { GG_GRAM_CHUNK = 192 };

/* Upper triangle of square [n][n] += z'z, z [n_row][n], on one thread and in one piece: tiles would cost a tenth of the rate, since
 * each packs its columns anew.  Several threads take other rows, each into a square of its own. */
void gg_gram_add(int n, int n_row, const double *z, double *square);

/* A packed matrix holds the upper triangle row by row: n (n + 1) / 2 numbers. */
size_t gg_packed_size(int n);
size_t gg_packed_at(int n, int i, int j); /* i <= j */
/* Adds the upper triangle of a square, which is zero then. */
void gg_packed_take(int n, double *square, double *packed);

#endif
