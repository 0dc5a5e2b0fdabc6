/* effects.h -- what each level of each setting does to the response of a set of runs
 *
 * The runs need no plan: the model is additive, response = mean + sum over terms of an effect of its level + scatter, fitted by least squares
 * (R. A. Fisher, The Design of Experiments, 1935; G. Box, W. Hunter, S. Hunter, Statistics for Experimenters, 1978).  A term is a setting, or a
 * pair of settings: what the two do together.  What is no term counts as scatter. */
#ifndef GG_EFFECTS_H
#define GG_EFFECTS_H

#include <stdbool.h>

/* One setting: its level in each run, from 0 on, and the number of levels, at most 128; levels without a run are allowed. */
struct gg_setting_levels {
    int n_level;
    const int *of; /* [n run] */
};

/* The runs, and what the model of their response has terms for. */
struct gg_design {
    int n, n_setting;
    const struct gg_setting_levels *setting;
    bool pairs; /* a term for every pair of settings, too */
};

/* A setting (g -1), or the pair of settings f < g.  Its effects are told against the first level with runs: a setting has
 * one for each further level, y_a - y_0; a pair one for each further level of either, y_ab - y_a0 - y_0b + y_00. */
struct gg_term {
    int f, g;
};
/* Levels of the effects of a term, those of g running faster (b -1 without a g), [level count] of them; returns how many. */
struct gg_effect_levels {
    int a, b;
};
int gg_effect_levels(const struct gg_design *d, struct gg_term t, struct gg_effect_levels *list, int room);

/* Weights w [effect count][n] of the runs: sum_k w_jk y_k is the least squares estimate of effect j of the term, behind all terms that do
 * not contain it (a pair contains its settings); of a sum of effects, the sum of their weights.  False, and weights 0: its effects change together with
 * those of other terms, so that nothing can be said of them alone. */
bool gg_effect_weights(const struct gg_design *d, struct gg_term t, double *w);

/* What the terms leave of the response: the variance of a run, and its degrees of freedom (0: variance NaN).  fitted [n], may be NULL, is
 * what they do not leave. */
struct gg_scatter {
    double variance;
    int freedom;
};
struct gg_scatter gg_scatter(const struct gg_design *d, const double *response, double *fitted);

/* The response if all runs had this level of the setting and the levels of the others that they have, with half the width of its 95 % interval:
 * Student's t of the runs less the numbers fitted.  NaN where there are no runs; half is NaN without freedom. */
struct gg_level_mean {
    double mean, half;
    int runs;
};

/* Of setting f, without pairs, at out [n_level].  False as in gg_effect_weights: out then has the runs, and NaN. */
bool gg_main_effect(const struct gg_design *d, const double *response, int f, struct gg_level_mean *out);

#endif
