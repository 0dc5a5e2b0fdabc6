/* waves.h -- the waves that fit a periodic box */
#ifndef GG_WAVES_H
#define GG_WAVES_H

#include "util/arena.h"
#include "util/cell.h"

#include <stdbool.h>

struct gg_waves {
    int64_t n;
    double (*q)[3], *length;
    int *shell; /* from 1 */
};

/* The wave vector of whole numbers m, and its length. */
double gg_wave(const struct gg_cell *cell, const int m[3], double q[3]);

/* The length of the shortest of them. */
double gg_wave_shortest(const struct gg_cell *cell);

/* Those in the shells 1 .. last of |q|, which are q1 wide and have their middles at whole multiples of it; one of each pair q, -q.  `axes`: only
 * those along one vector of the reciprocal box. */
struct gg_waves gg_waves_all(const struct gg_cell *cell, double q1, int last, bool axes, struct gg_arena *a);
/* The same; of shells with more than 128 of them every second, third ...: all directions are left. */
struct gg_waves gg_waves_of(const struct gg_cell *cell, double q1, int last, bool axes, struct gg_arena *a);

#endif
