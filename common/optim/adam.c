/* adam.c -- Adam on a flat array of parameters */
/*
 * Kingma and Ba, ICLR 2015 (arXiv 1412.6980), algorithm 1, with g the gradient at step t:
 *
 *     m <- beta1 m + (1 - beta1) g          mhat = m / (1 - beta1^t)
 *     v <- beta2 v + (1 - beta2) g^2        vhat = v / (1 - beta2^t)
 *     w <- w - lr (mhat / (sqrt(vhat) + eps) + lambda w)
 *
 * amsgrad (Reddi, Kale and Kumar, ICLR 2018): the largest v so far stands in vhat.  The decay lambda acts on w, not
 * through g (Loshchilov and Hutter, ICLR 2019).
 */
#include "optim/adam.h"
#include "util/arena.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#ifdef GG_REAL_DOUBLE
#define SQRT sqrt
#else
#define SQRT sqrtf
#endif

enum { PARALLEL = 1 << 16 }; /* fewer parameters are done before threads have started */

struct gg_adam gg_adam_defaults(void)
{
    return (struct gg_adam){.beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8};
}

void gg_adam_init(struct gg_adam *a, int64_t n)
{
    assert(n >= 0);
    a->n = n;
    a->step = 0;
    a->m = gg_xalloc((size_t)n, sizeof *a->m);
    a->v = gg_xalloc((size_t)n, sizeof *a->v);
    a->v_max = a->amsgrad ? gg_xalloc((size_t)n, sizeof *a->v_max) : NULL;
}

void gg_adam_free(struct gg_adam *a)
{
    free(a->m);
    free(a->v);
    free(a->v_max);
    a->m = a->v = a->v_max = NULL;
    a->n = 0;
}

/* The same with a rate and a decay of its own for every parameter. */
static void step_each(struct gg_adam *a, gg_real rate, gg_real scale, gg_real decay, gg_real *w,
                      const gg_real *dw)
{
    const gg_real eps = (gg_real)a->eps, *factor = a->factor, *own = a->decay;
    const gg_real gain1 = (gg_real)(1 - a->beta1), gain2 = (gg_real)(1 - a->beta2);
    gg_real *m = a->m, *v = a->v, *v_max = a->v_max ? a->v_max : a->v;
#pragma omp parallel for simd schedule(static) if (a->n > PARALLEL)
    for (int64_t k = 0; k < a->n; k++) {
        m[k] += gain1 * (dw[k] - m[k]);
        v[k] += gain2 * (dw[k] * dw[k] - v[k]);
        v_max[k] = v_max[k] > v[k] ? v_max[k] : v[k];
        w[k] -= (factor ? factor[k] : 1) *
                ((own ? own[k] : 1) * decay * w[k] + rate * m[k] / (scale * SQRT(v_max[k]) + eps));
    }
}

/* Each parameter by itself, so any division of the loop gives the same numbers.  The bias corrections are folded into
 * two factors: lr mhat / (sqrt(vhat) + eps) = rate m / (scale sqrt(v) + eps). */
void gg_adam_step(struct gg_adam *a, double lr, gg_real *w, const gg_real *dw)
{
    a->step++;
    const double t = (double)a->step;
    const gg_real rate = (gg_real)(lr / (1 - pow(a->beta1, t)));
    const gg_real scale = (gg_real)(1 / sqrt(1 - pow(a->beta2, t)));
    const gg_real keep = (gg_real)(1 - lr * a->weight_decay), eps = (gg_real)a->eps;
    const gg_real gain1 = (gg_real)(1 - a->beta1), gain2 = (gg_real)(1 - a->beta2);
    gg_real *m = a->m, *v = a->v, *v_max = a->v_max ? a->v_max : a->v;
    const int64_t n = a->n;
    if (a->factor || a->decay) {
        step_each(a, rate, scale, (gg_real)(lr * a->weight_decay), w, dw);
        return;
    }

#pragma omp parallel for simd schedule(static) if (n > PARALLEL)
    for (int64_t k = 0; k < n; k++) {
        m[k] += gain1 * (dw[k] - m[k]);
        v[k] += gain2 * (dw[k] * dw[k] - v[k]);
        v_max[k] = v_max[k] > v[k] ? v_max[k] : v[k];
        w[k] = keep * w[k] - rate * m[k] / (scale * SQRT(v_max[k]) + eps);
    }
}
