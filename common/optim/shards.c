/* shards.c -- gradients of a batch, added up in an order that does not depend on who computes them */
#include "optim/shards.h"
#include "util/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PARALLEL = 1 << 16 }; /* fewer numbers are added before threads have started */

/* How many of the first n shards are held. */
static int64_t held(const struct gg_shards *s, int64_t n)
{
    return (n - s->part + s->of - 1) / s->of;
}

void gg_shards_init(struct gg_shards *s, int64_t n, int64_t most, int64_t n_weight, int part, int of)
{
    assert(n >= 1 && most >= 1 && part >= 0 && part < of);
    int64_t used = n < most ? n : most;
    *s = (struct gg_shards){.n = n, .n_weight = n_weight, .part = part, .of = of};
    s->sum = gg_xalloc((size_t)held(s, used) + 1, (size_t)n_weight * sizeof *s->sum);
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
    memset(s->sum, 0, (size_t)(held(s, s->n_used) * s->n_weight) * sizeof *s->sum);
    memset(s->loss, 0, (size_t)s->n_used * sizeof *s->loss);
}

bool gg_shards_hold(const struct gg_shards *s, int64_t k)
{
    return k % s->n % s->of == s->part;
}

gg_real *gg_shards_row(const struct gg_shards *s, int64_t q)
{
    assert(gg_shards_hold(s, q));
    return s->sum + q / s->of * s->n_weight;
}

gg_real *gg_shards_add(struct gg_shards *s, int64_t k, double loss)
{
    s->loss[k % s->n] += loss;
    return gg_shards_row(s, k % s->n);
}

void gg_shards_add_up(const gg_real *const *x, int64_t n_x, int64_t n, gg_real *y)
{
#pragma omp parallel for schedule(static) if (n * n_x > PARALLEL)
    for (int64_t k = 0; k < n; k++) {
        double sum = 0;
        for (int64_t q = 0; q < n_x; q++)
            sum += (double)x[q][k];
        y[k] = (gg_real)sum;
    }
}

double gg_shards_loss(const struct gg_shards *s)
{
    double loss = 0;
    for (int64_t q = 0; q < s->n_used; q++)
        loss += s->loss[q];
    return loss;
}

double gg_shards_sum(const struct gg_shards *s, gg_real *dw)
{
    const gg_real **row = gg_xalloc((size_t)s->n_used + 1, sizeof *row);
    for (int64_t q = 0; q < s->n_used; q++)
        row[q] = gg_shards_row(s, q);
    gg_shards_add_up(row, s->n_used, s->n_weight, dw);
    free(row);
    return gg_shards_loss(s);
}
