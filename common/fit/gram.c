/* gram.c -- z'z of rows that arrive in chunks */
#include "fit/gram.h"
#include "util/linalg.h"

/* Columns of a tile: large enough that the matrix product runs at its full rate, small enough that a thousand columns give several
 * threads something to do. */
enum { TILE = 256 };

static int width(int n, int tile)
{
    return n - tile * TILE < TILE ? n - tile * TILE : TILE;
}

static void add_tile(int n, int n_row, int i, int j, const double *z, double *square)
{
    const double *zi = z + i * TILE, *zj = z + j * TILE;
    double *out = square + (size_t)i * TILE * (size_t)n + j * TILE;
    if (i == j)
        gg_dsyrk(width(n, i), n_row, 1, zi, n, 1, out, n);
    else
        gg_dgemm(true, false, width(n, i), width(n, j), n_row, 1, zi, n, zj, n, 1, out, n);
}

void gg_gram_add(int n, int n_row, const double *z, double *square)
{
    int n_tile = (n + TILE - 1) / TILE;
#pragma omp parallel for schedule(dynamic, 1)
    for (int k = 0; k < n_tile * n_tile; k++)
        if (k / n_tile <= k % n_tile)
            add_tile(n, n_row, k / n_tile, k % n_tile, z, square);
}

size_t gg_packed_size(int n)
{
    return (size_t)n * ((size_t)n + 1) / 2;
}

size_t gg_packed_at(int n, int i, int j)
{
    return (size_t)i * (size_t)n - (size_t)i * ((size_t)i + 1) / 2 + (size_t)j;
}

void gg_packed_add(int n, const double *square, double *packed)
{
    for (int i = 0; i < n; i++)
        for (int j = i; j < n; j++)
            *packed++ += square[(size_t)i * (size_t)n + (size_t)j];
}
