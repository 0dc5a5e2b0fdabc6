/* tethered.h -- particles that stay near where they began: a list of pairs that always holds, and what one move costs */
#ifndef GG_TETHERED_H
#define GG_TETHERED_H

#include "physics/potential.h"
#include "util/arena.h"

/* Nobody is ever farther than `radius` from its start.  So the pairs that can interact are known from the start, and so
 * is who can be moved at the same time: particles of two cells of one colour never meet.
 * Particles stand in slots, cell after cell, colour after colour; order[k] is the particle of slot k. */
struct gg_tethered {
    int64_t n;
    int dim;
    double radius; /* sigma */
    struct gg_tethered_pair {
        double cutoff2, sigma2, e, v0, v1, v2, v4;
    } pair[GG_POTENTIAL_TYPES][GG_POTENTIAL_TYPES];

    struct gg_arena arena; /* of everything below */
    int32_t *order, *type; /* [n] */
    double (*start)[4];    /* [n] x y z 0, sigma */
    double (*at)[4];       /* [n + images + 1] of now; periodic images; a place that is far from everybody */
    int64_t *image;        /* [n + 1] images of slot k: at[n + image[k]] .. at[n + image[k+1] - 1] */
    double (*offset)[4];   /* [images] what is added to the owner's position */
    int64_t *first;        /* [n][types] + 1: the pairs of slot k with each type; multiples of 4 */
    int32_t *nbr;          /* index into at[], by distance in the start */
    int64_t n_colour;
    int64_t *colour; /* [n_colour + 1] cells of each colour */
    int64_t *cell;   /* [cells + 1] slots of each cell, particles in increasing order */
};

/* pos: n x 3, any image; in two dimensions z is ignored.  GG_INPUT for a type that the potential does not know, or for
 * positions that are not finite. The slots depend on positions relative to particle 0 only. */
int gg_tethered_init(struct gg_tethered *t, const struct gg_potential *p, const struct gg_cell *cell,
                     int64_t n, const double (*pos)[3], const int32_t *type, double radius,
                     struct gg_err *err);
void gg_tethered_free(struct gg_tethered *t);

/* U(slot k at `to`) - U(now), in eps; to: x y z 0, within the radius.  Summed in the order of the list in four parts,
 * whatever the CPU.  Infinite if `to` is somebody's place. */
double gg_tethered_change(const struct gg_tethered *t, int64_t k, const double to[4]);
void gg_tethered_move(struct gg_tethered *t, int64_t k, const double to[4]);

#endif
