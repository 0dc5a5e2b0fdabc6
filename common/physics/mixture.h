/* mixture.h -- the mixtures of the field from nothing: composition, density, a lattice with the species shuffled */
#ifndef GG_MIXTURE_H
#define GG_MIXTURE_H

#include "physics/potential.h"
#include "util/arena.h"

struct gg_mixture {
    const char *name; /* as in META system */
    int dim;
    double density;                   /* particles in sigma^dim */
    double part[GG_POTENTIAL_TYPES];  /* of A, B, C */
    enum gg_potential_kind potential; /* of the dynamics */
};
/* "KA3D", "KA2D"; GG_USAGE, with the nearest one. */
const struct gg_mixture *gg_mixture_find(const char *name, struct gg_err *err);

/* Are these particles that mixture?  name: META system, may be NULL; a name that is not known is not asked. */
int gg_mixture_check(const char *name, int dim, int64_t n, const int32_t *type, struct gg_err *err);

/* n particles on a square or cubic lattice in a periodic box, the species shuffled by seed, relaxed until no force is large, or
 * for so long.
 * pos, type: in the arena.  GG_USAGE if n particles are too few for the potential. */
int gg_mixture_make(const struct gg_mixture *m, const struct gg_potential *p, int64_t n, double density,
                    uint64_t seed, struct gg_arena *a, double h[3][3], double (**pos)[3], int32_t **type,
                    struct gg_err *err);

#endif
