/* laws.h -- what every network must obey, tried on a frame of the user's own */
#ifndef GG_LAWS_H
#define GG_LAWS_H

#include "model/model.h"

/* One finding: the law holds if error <= allowed (NaN fails).  `what`: a parameter, a head's target. */
struct gg_finding {
    const char *law, *what;
    double error, allowed;
};

struct gg_laws {
    const struct gg_model *model;
    uint64_t seed;
    int n_trial; /* random directions and transformations; the worst counts */
    bool pieces; /* gradient of each named piece of the parameters, too */
    void (*report)(void *context, const struct gg_finding *found);
    void *context;
    int n_checked, n_failed;
};

/* Runs every law with the model's parameters on one sample, whose targets are not read:
 *
 *     gradient      <g, u> of backward against (L(w + hu) - L(w - hu)) / 2h, u in all parameters and in each named piece;
 *                   L is the model's loss against targets drawn at random, some of them missing
 *     O(3)          f(R frame) = D(R) f(frame), rotations and reflections in turn; SO(3): rotations alone, where a layer says so;
 *                   where a layer has fixed axes the error is told, and any is allowed
 *     permutation   particles in another order
 *     translation   another origin, particles wrapped back into the cell
 *     threads       the same bytes of predictions and gradient with 1, 2, 4 threads
 *
 * GG_INPUT if the sample has no graph. */
int gg_laws_check(struct gg_laws *l, const struct gg_sample *s, struct gg_err *err);

#endif
