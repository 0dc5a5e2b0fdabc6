/* planted_waves.h -- the numbers of particles and the fields made of them (planted.h has the equations) */
#ifndef GG_PLANTED_WAVES_H
#define GG_PLANTED_WAVES_H

#include "util/arena.h"
#include "util/cell.h"
#include "util/waves.h"

/* Where the particles of a frame are, and of which species. */
struct gg_planted_sites {
    struct gg_cell cell;
    int64_t n;
    const double (*pos)[3];
    const int32_t *type;
};

/* f [n], by the neighbours of each particle.  GG_INPUT: positions that are not finite, a species below 0 or above 63, particles that are all alike. */
int gg_planted_numbers(const struct gg_planted_sites *s, uint64_t seed, double *f, struct gg_arena *a,
                       struct gg_err *err);

/* The waves of the box with q <= q_max, one of each pair, and what f has of each, its own spectrum taken off: A_q / sqrt(N S_f), two numbers. */
struct gg_planted_waves {
    struct gg_waves w;
    double (*amplitude)[2];
};
/* GG_INPUT: not periodic in all directions, fewer than two shells of waves. */
int gg_planted_whiten(struct gg_planted_waves *x, const struct gg_planted_sites *s, double q_max,
                      const double *f, struct gg_arena *a, struct gg_err *err);

/* The fields of n_length correlation lengths: y [n][n_length], u [n][n_length][3]; either may be NULL. */
void gg_planted_sum(const struct gg_planted_waves *x, const struct gg_planted_sites *s, int n_length,
                    const double *length, double *y, double (*u)[3], struct gg_arena *a);

#endif
