/* rng.c -- Philox4x32-10: numbers as a function of (seed, name, draw)
 * Source: Salmon, Moraes, Dror, Shaw, SC 2011; Random123. */
#include "util/rng.h"

#include <Random123/philox.h>
#include <math.h>

/* counter = (draw / 4, a, b, c), key = seed */
struct gg_rng gg_rng_at(uint64_t seed, uint32_t a, uint32_t b, uint32_t c)
{
    return (struct gg_rng){.counter = {0, a, b, c}, .key = {(uint32_t)seed, (uint32_t)(seed >> 32)}};
}

static void refill(struct gg_rng *r)
{
    philox4x32_ctr_t counter = {{r->counter[0], r->counter[1], r->counter[2], r->counter[3]}};
    philox4x32_key_t key = {{r->key[0], r->key[1]}};
    philox4x32_ctr_t out = philox4x32(counter, key);
    for (int k = 0; k < 4; k++)
        r->out[k] = out.v[k];
    r->counter[0]++;
    r->left = 4;
}

uint32_t gg_rng_u32(struct gg_rng *r)
{
    if (r->left == 0)
        refill(r);
    return r->out[4 - r->left--];
}

struct gg_rng gg_rng_fork(const struct gg_rng *r, uint64_t k)
{
    struct gg_rng name = *r;
    uint64_t seed = gg_rng_u32(&name);
    seed |= (uint64_t)gg_rng_u32(&name) << 32;
    return gg_rng_at(seed, (uint32_t)k, (uint32_t)(k >> 32), 0x666f726b /* "fork" */);
}

double gg_rng_uniform(struct gg_rng *r)
{
    uint64_t high = gg_rng_u32(r) >> 5, low = gg_rng_u32(r) >> 6; /* 27 and 26 bits */
    return (double)(high << 26 | low) * 0x1p-53;
}

double gg_rng_normal(struct gg_rng *r)
{
    double u = 1.0 - gg_rng_uniform(r), v = gg_rng_uniform(r); /* u in (0, 1]: its logarithm is finite */
    return sqrt(-2.0 * log(u)) * cos(2.0 * M_PI * v);
}

/* Lemire's multiplication; the few products that would favour some results are drawn again. */
uint32_t gg_rng_below(struct gg_rng *r, uint32_t n)
{
    uint64_t product = (uint64_t)gg_rng_u32(r) * n;
    uint32_t unfair = -n % n;
    while ((uint32_t)product < unfair)
        product = (uint64_t)gg_rng_u32(r) * n;
    return (uint32_t)(product >> 32);
}

void gg_rng_shuffle(struct gg_rng *r, int64_t *v, int64_t n)
{
    for (int64_t k = n - 1; k > 0; k--) {
        int64_t other = gg_rng_below(r, (uint32_t)(k + 1));
        int64_t kept = v[k];
        v[k] = v[other];
        v[other] = kept;
    }
}
