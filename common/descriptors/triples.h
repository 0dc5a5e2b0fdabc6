/* triples.h -- sums over pairs of neighbours, for Behler and Parrinello's angular functions */
#ifndef GG_TRIPLES_H
#define GG_TRIPLES_H

#include "descriptors/descriptor.h"

/* xi of the Gaussians, and the exponents 1, 2, 4, 8 of 1 + cos and of 1 - cos. */
enum {
    GG_TRIPLE_XI = 3,
    GG_TRIPLE_ZETA = 4,
    GG_TRIPLE_SUMS = GG_TRIPLE_XI * 2 * GG_TRIPLE_ZETA,
    GG_TRIPLE_TERMS = 64
};

struct gg_triples {
    double cutoff, xi[GG_TRIPLE_XI]; /* sigma */
    /* f(sqrt u) exp(-u/xi^2) as a polynomial of t = 2 u / cutoff^2 - 1 */
    int degree;
    double coefficient[GG_TRIPLE_TERMS][GG_TRIPLE_XI];
};
void gg_triples_init(struct gg_triples *t, double cutoff, const double xi[GG_TRIPLE_XI]);

/* The neighbours of one particle: n vectors v (sigma), each shorter than the cutoff, and their species, 0 .. n_species-1;
 * they are sorted here.  sum[pair][xi][lambda = +1, -1][zeta]: sums over pairs j, k of those species of
 *     exp(-(r_j^2 + r_k^2 + r_jk^2)/xi^2) f(r_j) f(r_k) f(r_jk) (1 + lambda cos(angle))^zeta,
 * each pair of neighbours once; species pairs (0,0), (0,1), ..., (1,1), (1,2), ...
 * scratch: gg_triples_bytes(n) bytes, aligned to 64. */
struct gg_neighbour {
    double v[3];
    int32_t species;
    uint32_t place; /* used while sorting */
};
size_t gg_triples_bytes(int n, int n_species);
void gg_triples_add(const struct gg_triples *t, int n, struct gg_neighbour *neighbour, int n_species,
                    void *scratch, double (*sum)[GG_TRIPLE_SUMS]);

#endif
