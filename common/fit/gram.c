/* gram.c -- z'z of rows that arrive in chunks */
#include "fit/gram.h"
#include "util/clones.h"
#include "util/linalg.h"

void gg_gram_add(int n, int n_row, const double *z, double *square)
{
    gg_dsyrk(n, n_row, 1, z, n, 1, square, n);
}

size_t gg_packed_size(int n)
{
    return (size_t)n * ((size_t)n + 1) / 2;
}

size_t gg_packed_at(int n, int i, int j)
{
    return (size_t)i * (size_t)n - (size_t)i * ((size_t)i + 1) / 2 + (size_t)j;
}

GG_CLONES static void take_row(int n, double *restrict from, double *restrict to)
{
#pragma omp simd
    for (int j = 0; j < n; j++) {
        to[j] += from[j];
        from[j] = 0;
    }
}

void gg_packed_take(int n, double *square, double *packed)
{
    for (int i = 0; i < n; i++)
        take_row(n - i, square + (size_t)i * (size_t)n + (size_t)i, packed + gg_packed_at(n, i, i));
}
