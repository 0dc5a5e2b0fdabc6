/* rng.h -- counter-based random numbers: the same for any number of threads and after any resume */
#ifndef GG_RNG_H
#define GG_RNG_H

#include <stdint.h>

/* Philox4x32-10 (Salmon et al., SC 2011; Random123).  A stream is named by a seed and three words, such as
 * (epoch, sample, particle); its numbers are draws 0, 1, 2 ... of that name.  No global state. */
struct gg_rng {
    uint32_t counter[4], key[2], out[4];
    int left;
};

struct gg_rng gg_rng_at(uint64_t seed, uint32_t a, uint32_t b, uint32_t c);
/* A stream of its own for each k, named by the name of `r` and by k; r itself goes on unchanged. */
struct gg_rng gg_rng_fork(const struct gg_rng *r, uint64_t k);
uint32_t gg_rng_u32(struct gg_rng *r);
double gg_rng_uniform(struct gg_rng *r);                      /* [0, 1), 53 bits */
double gg_rng_normal(struct gg_rng *r);                       /* mean 0, variance 1 (Box-Muller, in double) */
uint32_t gg_rng_below(struct gg_rng *r, uint32_t n);          /* 0 .. n-1 without bias; n > 0 */
void gg_rng_shuffle(struct gg_rng *r, int64_t *v, int64_t n); /* Fisher-Yates */

#endif
