/* shards.c -- gradients of a batch, added up in an order that does not depend on who computes them */
#include "optim/shards.h"
#include "util/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PARALLEL = 1 << 16 }; /* fewer numbers are added before threads have started */

void gg_shards_init(struct gg_shards *s, int64_t n, int64_t most, int64_t n_weight)
{
    assert(n >= 1 && most >= 1);
    int64_t used = n < most ? n : most;
    *s = (struct gg_shards){.n = n, .n_weight = n_weight};
    s->sum = gg_xalloc((size_t)used, (size_t)n_weight * sizeof *s->sum);
    s->loss = gg_xalloc((size_t)used, sizeof *s->loss);
}

void gg_shards_free(struct gg_shards *s)
{
    free(s->sum);
    free(s->loss);
    *s = (struct gg_shards){0};
}

void gg_shards_begin(struct gg_shards *s, int64_t n_sample)
{
    s->n_used = n_sample < s->n ? n_sample : s->n;
    memset(s->sum, 0, (size_t)(s->n_used * s->n_weight) * sizeof *s->sum);
    memset(s->loss, 0, (size_t)s->n_used * sizeof *s->loss);
}

gg_real *gg_shards_add(struct gg_shards *s, int64_t k, double loss)
{
    s->loss[k % s->n] += loss;
    return s->sum + k % s->n * s->n_weight;
}

double gg_shards_sum(const struct gg_shards *s, gg_real *dw)
{
    const int64_t n = s->n_weight;
    double loss = 0;
    for (int64_t q = 0; q < s->n_used; q++)
        loss += s->loss[q];
#pragma omp parallel for schedule(static) if (n * s->n_used > PARALLEL)
    for (int64_t p = 0; p < n; p++) {
        double sum = 0;
        for (int64_t q = 0; q < s->n_used; q++)
            sum += (double)s->sum[q * n + p];
        dw[p] = (gg_real)sum;
    }
    return loss;
}
