/* ema.h -- exponential moving average of the parameters */
#ifndef GG_EMA_H
#define GG_EMA_H

#include "util/real.h"
#include <stdint.h>

/* After n updates with w_1 .. w_n
 *
 *     mean_n = sum_k decay^(n-k) w_k / sum_k decay^(n-k)
 *
 * The weights sum to 1 from the first update on (the bias correction of Adam), so the mean never remembers the state
 * before training: mean_1 = w_1, and a constant w is its own mean.  decay 0 follows w.  State: (step, mean). */
struct gg_ema {
    double decay; /* 0 <= decay < 1 */
    int64_t n, step;
    gg_real *mean; /* n, 64-byte aligned */
};

void gg_ema_init(struct gg_ema *e, double decay, int64_t n);
void gg_ema_update(struct gg_ema *e, const gg_real *w);
void gg_ema_free(struct gg_ema *e);

#endif
