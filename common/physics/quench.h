/* quench.h -- inherent structures: the energy minimum below a configuration, by FIRE */
#ifndef GG_QUENCH_H
#define GG_QUENCH_H

#include "physics/potential.h"

/* FIRE (Bitzek et al. 2006) with semi-implicit Euler steps and unit masses; all numbers that decide which minimum is
 * found are here. */
struct gg_fire {
    double force_tolerance; /* stop when no component of any force is larger, eps/sigma */
    int64_t max_steps;
    double dt, dt_max;                 /* first and longest time step, tau */
    double mixing;                     /* a: how much of the velocity turns towards the force */
    int patience;                      /* steps downhill before the time step grows */
    double grow, shrink, mixing_decay; /* factors of the time step, and of a */
    double longest_step;               /* of one coordinate, sigma */
    double skin;                       /* of the neighbour list, sigma: changes the speed only */
};
struct gg_fire
gg_fire_default(void); /* 1e-5, 100000 steps, dt 0.002 to 0.02, a 0.1, 5, 1.1, 0.5, 0.99, 0.1, skin 0.35 */

struct gg_quench_report {
    int64_t n_step, n_list; /* steps made, neighbour lists built */
    double largest_force;   /* component left, eps/sigma */
};

/* Moves pos (n x 3, any image; they are not wrapped) to the minimum.  The same bits for any number of threads.  GG_INPUT
 * for what gg_energies refuses; GG_NUMERICS if it does not converge within max_steps. report may be NULL. */
int gg_quench(const struct gg_fire *fire, const struct gg_potential *p, const struct gg_cell *cell, int64_t n,
              double (*pos)[3], const int32_t *type, struct gg_quench_report *report, struct gg_err *err);

#endif
