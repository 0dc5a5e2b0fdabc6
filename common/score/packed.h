/* packed.h -- the rows of one species that have both numbers, side by side */
#ifndef GG_SCORE_PACKED_H
#define GG_SCORE_PACKED_H

#include "util/cell.h"

/* One configuration at one time: n rows, truth and prediction [n, width]; width 1 unless the key says vector.
 * type: NULL = one species; for particles only.  noise: s^2/K of each particle; half [n, width]: means over odd and over even runs;
 * spread: predicted variance, over components; NULL = not known.
 * Pairs with a NaN are left out. */
struct gg_score_data {
    int64_t n;
    int width;
    const int32_t *type;
    const double *truth, *prediction, *noise, *spread, *half[2];
    const struct gg_cell *cell; /* with positions [n]: only where `spatial` or `fluctuations` are wanted */
    const double (*pos)[3];
    double runs;            /* behind the truth; 0: not known */
    bool length;            /* the truth is one, sigma */
    int n_run;              /* only where `fluctuations` are wanted and the runs are there */
    const uint8_t *overlap; /* [n_run][n] 1: the particle overlaps with itself */
};

/* Scratch, and pairs left out because a number was missing.  Zeroed = empty; free(room). */
struct gg_packing {
    double *room;
    int64_t n, masked;
};

/* x: truth, y: prediction, and the halves, positions and what the runs say behind them, where known; NULL: not known.  They live in the
 * scratch until the next call. */
struct gg_packed {
    int64_t n, known; /* known: have a truth */
    double *x, *y, *half[2], (*pos)[3], *spread, *row_noise;
    double *z; /* [2][room] errors and expected deviations of n_spread */
    int64_t room, n_spread;
    double noise;
    double *run; /* [n_run] of each run the particles that overlap with themselves */
};

/* species: below 0: all. */
struct gg_packed gg_score_pack(struct gg_packing *s, int species, const struct gg_score_data *d);

#endif
