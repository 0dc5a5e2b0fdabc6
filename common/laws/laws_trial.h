/* laws_trial.h -- what the files of the laws share: one sample with its network */
#ifndef GG_LAWS_TRIAL_H
#define GG_LAWS_TRIAL_H

#include "laws/laws.h"
#include "util/cell.h"

/* What lives while one sample is checked. */
struct gg_trial {
    struct gg_laws *laws;
    const struct gg_model *m;
    struct gg_sample sample;
    struct gg_cell cell;
    struct gg_arena arena, other; /* of the sample; of one transformed copy */
    struct gg_batch batch;
    struct gg_pass pass;
    struct gg_rng r;
    double *y[GG_MAX_HEADS]; /* predictions [n_node][dim], the frame's order, e3nn's inside a row */
    gg_real *dw;
    double step, gradient_allowed;
    double *size; /* of a parameter: the root mean square of its piece, at most 1; 1 where all are 0 */
};

/* The larger error; NaN is the largest and stays. */
double gg_trial_worse(double a, double b);
void gg_trial_found(struct gg_trial *t, const char *law, const char *what, double error, double allowed);
/* Every head's value in the frame's order of particles, memory from `a`. */
int gg_trial_predict(struct gg_trial *t, const struct gg_sample *s, struct gg_arena *a,
                     double *y[GG_MAX_HEADS], struct gg_err *err);

enum { GG_TURN, GG_PERMUTE, GG_MOVE, GG_SYMMETRIES };
int gg_trial_symmetry(struct gg_trial *t, int which, struct gg_err *err);

#endif
