/* ema.c -- exponential moving average of the parameters */
#include "optim/ema.h"
#include "util/arena.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

void gg_ema_init(struct gg_ema *e, double decay, int64_t n)
{
    assert(decay >= 0 && decay < 1);
    *e = (struct gg_ema){.decay = decay, .n = n, .mean = gg_xalloc((size_t)n, sizeof(gg_real))};
}

/* The sum of weights after n updates is (1 - decay^n) / (1 - decay), and the newest has weight 1:
 *     mean_n = mean_(n-1) + (1 - decay) / (1 - decay^n) (w_n - mean_(n-1)) */
void gg_ema_update(struct gg_ema *e, const gg_real *w)
{
    e->step++;
    const gg_real gain = (gg_real)((1 - e->decay) / (1 - pow(e->decay, (double)e->step)));
    if (e->step == 1) /* exactly, and whatever stood in mean */
        for (int64_t k = 0; k < e->n; k++)
            e->mean[k] = w[k];
    else
        for (int64_t k = 0; k < e->n; k++)
            e->mean[k] += gain * (w[k] - e->mean[k]);
}

void gg_ema_free(struct gg_ema *e)
{
    free(e->mean);
    e->mean = NULL;
    e->n = 0;
}
