/* system.h -- a frame as the physics of pairs sees it: particles, species, cell, potential; and energies back into the frame */
#ifndef GG_SYSTEM_H
#define GG_SYSTEM_H

#include "physics/potential.h"
#include "stream/frame.h"

struct gg_system {
    struct gg_potential potential;
    struct gg_cell cell;
    int64_t n;
    const double (*pos)[3]; /* of the field pos, in the arena or in the frame */
    const int32_t *type;
};
/* GG_INPUT: no pos, no type, no cell to speak of. */
int gg_system_read(struct gg_system *s, const struct gg_frame *f, enum gg_potential_kind kind,
                   struct gg_arena *a, struct gg_err *err);

/* Adds the field `name` with the energy of every particle at x and, unless `forces` is NULL, that field with the forces; `most` is the
 * particle where the energy is largest (it may be NULL).  GG_INPUT: what gg_energies refuses. */
struct gg_system_most {
    int64_t particle;
    double energy; /* eps; -inf without particles */
};
int gg_system_add_energy(const struct gg_system *s, struct gg_frame *f, struct gg_arena *a, const char *name,
                         const char *forces, const double (*x)[3], struct gg_system_most *most,
                         struct gg_err *err);
/* The images of x nearest to the liquid's positions, so that the difference is a displacement; `to` may be x. */
void gg_system_nearest(const struct gg_system *s, const double (*x)[3], double (*to)[3]);

#endif
