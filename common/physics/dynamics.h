/* dynamics.h -- from the runs of one start to targets: propensity, displacement, overlap, bond breaking, cage-relative ways, distances */
#ifndef GG_DYNAMICS_H
#define GG_DYNAMICS_H

#include "graph/graph.h"
#include "util/arena.h"
#include "util/cell.h"
#include "util/err.h"
#include <stdbool.h>
#include <stdint.h>

/* The isoconfigurational ensemble of one configuration: where each particle began, and where it was in every run at
 * every time.  `end` is unwrapped (a difference to `start` is the way travelled). */
struct gg_runs {
    int64_t n_time, n_run, n_node;
    const double (*start)[3]; /* [node] sigma */
    const double (*end)[3];   /* [time][run][node] sigma */
};

/* What to compute; each is [node][time] and may be NULL.  With d = end - start of one run, means over the n runs,
 * variances with divisor n - 1 (n_run > 1 where one is asked for). */
struct gg_motion {
    float *propensity;        /* <|d|>, sigma */
    float *propensity_var;    /* variance of |d|, sigma^2 */
    float (*displacement)[3]; /* <d>, sigma */
    float *displacement_var;  /* variance of d, summed over components, sigma^2 */
    float (*covariance)[6];   /* of d over the runs, 1x0e+1x2e (o3/tensor.h), sigma^2 */
    float *overlap;           /* fraction of runs with |d| < overlap_length */
    double overlap_length;    /* sigma */
};
void gg_motion_compute(const struct gg_runs *r, const struct gg_motion *out);

/* The largest distance that the centre of mass (of equal masses) moved in any run up to any time, sigma. */
double gg_drift(const struct gg_runs *r);

/* C_R of the propensity of species A (type 0), at n radii, sigma: out [time][radius], 1, without the noise of a finite number of runs
 * (propensity_correlation.c).  NAN where the propensity does not vary beyond that noise, or there is no A; false if any is.  n_run > 1. */
enum { GG_CORRELATION_RADII = 16 };
struct gg_correlation {
    int n; /* up to GG_CORRELATION_RADII */
    const double *radius;
};
bool gg_propensity_correlation(const struct gg_runs *r, const struct gg_cell *cell, const int32_t *type,
                               const struct gg_correlation *c, float *out, struct gg_arena *a);

/* Which pairs are bonded and when a bond counts as lost, in units of sigma_ab. */
struct gg_bond_rule {
    double bonded,
        lost; /* bonded: r < bonded sigma_ab in the start; kept: r < lost sigma_ab (nearest image) in the run */
    int n_type;
    const double *sigma; /* [n_type][n_type] */
};
/* broken [node][time]: the mean over runs of the fraction of a particle's bonds that are lost; 0 for a particle without
 * any.  type: [node], all below n_type.  Refuses as gg_neighbors does. */
int gg_bond_breaking(const struct gg_runs *r, const struct gg_cell *cell, const int32_t *type,
                     const struct gg_bond_rule *rule, float *broken, struct gg_arena *a, struct gg_err *err);

/* The same runs, every way less the mean way of the particle's neighbours within `cutoff` (sigma) at the start, in that run up to
 * that time.  NaN for a particle without neighbours.  relative->end is new memory, the rest that of r.  Refuses as
 * gg_neighbors does. */
int gg_cage_relative(const struct gg_runs *r, const struct gg_cell *cell, double cutoff,
                     struct gg_runs *relative, struct gg_arena *a, struct gg_err *err);

/* Distance of the nearest images of particles i and j, pos [node], in the dimensions of the cell, sigma. */
double gg_pair_distance(const struct gg_cell *cell, const double (*pos)[3], int64_t i, int64_t j);

/* Of every pair (receiver, neighbour) of `pairs`, which are those of the start: how much longer its distance became.  Nearest images
 * before and after, so a particle and its own image have 0.  change [edge][time] the mean over runs, sigma; change_var its variance with
 * divisor n - 1, sigma^2 (n_run > 1); each may be NULL. */
void gg_distance_change(const struct gg_runs *r, const struct gg_cell *cell, const struct gg_edges *pairs,
                        float *change, float *change_var);

#endif
