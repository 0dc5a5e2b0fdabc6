/* nearby.h -- the neighbours of one particle, as directions and distances */
#ifndef GG_NEARBY_H
#define GG_NEARBY_H

#include "descriptors/descriptor.h"

/* The scratch of one thread. */
struct gg_nearby {
    int64_t room; /* no particle has more */
    int n;
    double *x, *y, *z; /* [n] unit vectors; 0 for a neighbour in the same place */
    double *r;         /* [n] sigma */
    int32_t *species;  /* [n] */
};
int64_t gg_most_neighbours(const struct gg_edges *g);
void gg_nearby_new(struct gg_nearby *k, const struct gg_edges *g);
void gg_nearby_free(struct gg_nearby *k);
/* Those of particle i with r < cutoff, in the order of the edges. */
void gg_nearby_find(struct gg_nearby *k, const struct gg_particles *p, double cutoff, int64_t i);

#endif
