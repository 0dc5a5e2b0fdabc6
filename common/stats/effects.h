/* effects.h -- main effects: what each level of each setting does to the response of a set of runs
 *
 * The runs need no plan: the model is additive, response = mean + sum over settings of an effect of its level + scatter, fitted by least squares
 * (R. A. Fisher, The Design of Experiments, 1935; G. Box, W. Hunter, S. Hunter, Statistics for Experimenters, 1978).  What settings do together
 * counts as scatter. */
#ifndef GG_EFFECTS_H
#define GG_EFFECTS_H

#include <stdbool.h>

/* One setting: its level in each run, from 0 on, and the number of levels, at most 128; levels without a run are allowed. */
struct gg_setting_levels {
    int n_level;
    const int *of; /* [n run] */
};

/* The response if all runs had this level of the setting and the levels of the others that they have, with half the width of its 95 % interval:
 * Student's t of the runs less the numbers fitted.  NaN where there are no runs; half is NaN without freedom. */
struct gg_level_mean {
    double mean, half;
    int runs;
};

/* Of setting f among n_setting, at out [n_level].  False: its levels change together with those of others, so that nothing can be said of it
 * alone; out then has the runs, and NaN. */
bool gg_main_effect(int n, const double *response, int n_setting, const struct gg_setting_levels *setting,
                    int f, struct gg_level_mean *out);

#endif
