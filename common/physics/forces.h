/* forces.h -- forces again and again while particles move: a neighbour list with a skin, periodic images as ghosts */
#ifndef GG_FORCES_H
#define GG_FORCES_H

#include "physics/potential.h"
#include "util/arena.h"

struct gg_forces {
    const struct gg_potential *potential;
    const struct gg_cell *cell;
    int64_t n;
    const int32_t *type;
    double skin; /* sigma: the list holds as long as nobody moved by half of it */
    int64_t n_built;

    struct gg_arena arena; /* of everything below */
    int64_t n_ghost;
    struct gg_ghost {
        int32_t owner;
        double image[3]; /* what is added to the owner's position */
    } * ghost;
    double (*at)[4];    /* [n + n_ghost + 1] positions; the last one is far from everybody */
    double (*built)[3]; /* [n] positions of the list */
    int64_t *first;     /* [n][types] + 1: the pairs of particle i with particles of type t; multiples of 4 */
    int32_t *nbr;       /* index into at[] */
};

/* type: n, from 0, checked here; it and the cell stay the caller's. */
int gg_forces_init(struct gg_forces *f, const struct gg_potential *p, const struct gg_cell *cell, int64_t n,
                   const int32_t *type, double skin, struct gg_err *err);
void gg_forces_free(struct gg_forces *f);

/* Tells where the particles are now; makes a new list if the old one no longer holds. */
int gg_forces_move(struct gg_forces *f, const double (*pos)[3], struct gg_err *err);

/* Forces on particles first .. last-1, eps/sigma.  Each force is summed in the order of the list in four parts, whatever
 * the CPU, so equal positions give equal bits. */
void gg_forces_eval(const struct gg_forces *f, int64_t first, int64_t last, double (*force)[3]);

#endif
