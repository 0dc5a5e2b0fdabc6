/* tethered.h -- particles that stay near where they began, in many runs at once: a list of pairs that always holds */
#ifndef GG_TETHERED_H
#define GG_TETHERED_H

#include "physics/potential.h"
#include "util/arena.h"
#include "util/real.h"

enum { GG_TETHERED_RUNS = 16 }; /* of one start, which know nothing of each other; lanes of the kernel */

/* Nobody is ever farther than `radius` from its start.  So the pairs that can interact are known from the start, and so
 * is who can be moved at the same time: particles of two cells of one colour never meet.
 * Particles stand in slots, cell after cell, colour after colour; order[k] is the particle of slot k. */
struct gg_tethered {
    int64_t n;
    int dim;
    double radius; /* sigma */
    bool even;     /* v2 or v4 is not 0 */
    /* V = e12 r^-12 - e6 r^-6 + v0 + v1 r + v2 r^2 + v4 r^4, 0 beyond the cut-off. */
    struct gg_tethered_pair {
        gg_real cutoff2, e12, e6, v0, v1, v2, v4;
    } pair[GG_POTENTIAL_TYPES][GG_POTENTIAL_TYPES];

    struct gg_arena arena;                /* of everything below */
    int32_t *order, *type;                /* [n] */
    double (*start)[3];                   /* [n] sigma, as they were given */
    gg_real (*away)[3][GG_TETHERED_RUNS]; /* [n] how far from the start now, in each run, sigma */
    int64_t *first;                       /* [n][types] + 1: the pairs of slot k with each type */
    struct gg_tethered_near {
        int32_t who;    /* slot */
        gg_real way[3]; /* from one start to the other's image that is meant, sigma */
    } * near;           /* by distance in the start */
    int64_t n_colour;
    int64_t *colour; /* [n_colour + 1] cells of each colour */
    int64_t *cell;   /* [cells + 1] slots of each cell, particles in increasing order */
};

/* One trial move of every particle of some slots, in every run.  Random numbers of run r are draws 4 r .. 4 r + 3 of the stream
 * (seed; name, sweep, particle): three for the move, one for the decision. */
struct gg_tethered_moves {
    double step;        /* each coordinate by -step .. step, sigma */
    double temperature; /* eps */
    uint64_t seed;
    uint32_t name, sweep, first_run;
};
/* What a sweep over some slots did. */
struct gg_tethered_report {
    int64_t n_accepted;              /* in all runs */
    double change[GG_TETHERED_RUNS]; /* of energy, eps */
};

/* pos: n x 3, any image; in two dimensions z is ignored.  GG_INPUT for a type that the potential does not know, or for
 * positions that are not finite. The slots depend on positions relative to particle 0 only. */
int gg_tethered_init(struct gg_tethered *t, const struct gg_potential *p, const struct gg_cell *cell,
                     int64_t n, const double (*pos)[3], const int32_t *type, double radius,
                     struct gg_err *err);
void gg_tethered_free(struct gg_tethered *t);

/* Where particles are in one run, in the order of the particles, with the mean displacement taken out. pos: n x 3. */
void gg_tethered_positions(const struct gg_tethered *t, int run, double (*pos)[3]);

#endif
