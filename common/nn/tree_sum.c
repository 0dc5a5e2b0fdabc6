/* tree_sum.c -- sums over rows that come out the same for any number of threads */
/* The rows are cut into at most 64 ranges of a multiple of 64, by their number alone; a range is summed by one thread, and
 * the ranges pairwise, ((0 1)(2 3)) ((4 5)(6 7)) ..., in double. */
#include "nn/layer.h"
#include "util/clones.h"

#include <string.h>

enum { RANGES = 64, GRAIN = 64, LANES = 8 };

static int64_t range_rows(int64_t n_node)
{
    return GRAIN * ((n_node + RANGES * GRAIN - 1) / (RANGES * GRAIN));
}

static int64_t range_count(int64_t n_node)
{
    return n_node > 0 ? (n_node + range_rows(n_node) - 1) / range_rows(n_node) : 0;
}

/* Numbers from one part to the next: whole cache lines. */
static int64_t part_stride(int64_t n)
{
    return (n + 15) / 16 * 16;
}

size_t gg_tree_sum_bytes(int64_t n_node, int64_t n)
{
    return sizeof(gg_real) * (size_t)(range_count(n_node) * part_stride(n));
}

/* into[k .. k+n) += the parts' sum, pair by pair. */
GG_CLONES static void sum_pairs(const gg_real *part, int64_t parts, int64_t stride, int64_t k, int n,
                                gg_real *into)
{
    double v[RANGES][LANES];
    for (int64_t q = 0; q < parts; q++)
        for (int c = 0; c < LANES; c++)
            v[q][c] = (double)part[q * stride + k + c];
    for (int64_t left = parts; left > 1; left = (left + 1) / 2) {
        for (int64_t q = 0; q < left / 2; q++)
            for (int c = 0; c < LANES; c++)
                v[q][c] = v[2 * q][c] + v[2 * q + 1][c];
        if (left % 2)
            memcpy(v[left / 2], v[left - 1], sizeof v[0]);
    }
    for (int c = 0; c < n; c++)
        into[k + c] += (gg_real)v[0][c];
}

void gg_tree_sum(int64_t n_node, int64_t n, gg_real *into, void *scratch,
                 void (*fn)(void *context, int64_t first, int64_t last, gg_real *part), void *context)
{
    int64_t rows = range_rows(n_node), parts = range_count(n_node), stride = part_stride(n);
    gg_real *part = scratch;
    if (parts == 0)
        return;
#pragma omp parallel for schedule(dynamic)
    for (int64_t q = 0; q < parts; q++) {
        int64_t last = (q + 1) * rows < n_node ? (q + 1) * rows : n_node;
        memset(part + q * stride, 0, sizeof *part * (size_t)stride);
        fn(context, q * rows, last, part + q * stride);
    }
#pragma omp parallel for schedule(static) if (n * parts > 16384)
    for (int64_t k = 0; k < n; k += LANES)
        sum_pairs(part, parts, stride, k, n - k < LANES ? (int)(n - k) : LANES, into);
}
