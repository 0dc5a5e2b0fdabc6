/* liquid.h -- small made-up liquids for the laws, and what may be done to them without changing what a layer means */
#ifndef GG_LIQUID_H
#define GG_LIQUID_H

#include "nn/layer.h"

struct gg_liquid {
    int64_t n;
    int n_type;
    double cutoff;
    bool self; /* edges from a particle to itself, too */
    struct gg_cell cell;
    double (*pos)[3];
    int32_t *type;
    struct gg_edges edges;
    struct gg_graph graph; /* of the above, everything in the sample's arena */
};

/* n particles of n_type species at number density 1.2, at random in a triclinic cell, edges below the cutoff. */
void gg_liquid_random(struct gg_liquid *s, struct gg_arena *a, int64_t n, int n_type, double cutoff,
                      struct gg_rng *r);
/* side^3 particles at the same density, near the sites of a simple cubic lattice: a liquid of any size, for benches. */
void gg_liquid_lattice(struct gg_liquid *s, struct gg_arena *a, int side, int n_type, double cutoff,
                       struct gg_rng *r);
/* The same particles with edges to themselves, too. */
void gg_liquid_selfish(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s);
/* The same particles without edges. */
void gg_liquid_isolated(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s);
/* Particles and cell turned by R of O(3); the same edges. */
void gg_liquid_turned(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s,
                      const double R[3][3]);
/* Origin moved, particles replaced by images; edges searched again. */
void gg_liquid_moved(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s, struct gg_rng *r);
/* Particle i becomes node[i], edge e becomes edge[e]; edges searched again. */
void gg_liquid_relabelled(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s,
                          struct gg_rng *r, int64_t *node, int64_t *edge);

#endif
