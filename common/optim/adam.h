/* adam.h -- Adam on a flat array of parameters */
#ifndef GG_ADAM_H
#define GG_ADAM_H

#include "util/real.h"
#include <stdbool.h>
#include <stdint.h>

/* Kingma and Ba 2015, algorithm 1; amsgrad: Reddi, Kale and Kumar 2018; decoupled weight decay: Loshchilov and Hutter
 * 2019.  Between steps the state is (step, m, v, v_max): save and restore these to go on. */
struct gg_adam {
    double beta1, beta2, eps;
    double weight_decay; /* w shrinks by lr * weight_decay each step; 0 = none */
    bool amsgrad;
    int64_t n;              /* parameters */
    int64_t step;           /* steps taken */
    gg_real *m, *v, *v_max; /* n each, 64-byte aligned; v_max NULL without amsgrad */
    /* [n] the caller's; NULL = 1 for all */
    const gg_real *factor; /* times the rate; 0: the parameter stays as it is */
    const gg_real *decay;  /* times weight_decay */
};

/* beta1 0.9, beta2 0.999, eps 1e-8, nothing else; then gg_adam_init allocates the state, zeroed. */
struct gg_adam gg_adam_defaults(void);
void gg_adam_init(struct gg_adam *a, int64_t n);
void gg_adam_free(struct gg_adam *a);

/* One step: w -= lr * (mhat / (sqrt(vhat) + eps) + weight_decay * w).  The same bytes for any number of threads. */
void gg_adam_step(struct gg_adam *a, double lr, gg_real *w, const gg_real *dw);

#endif
