/* effect.h -- an effect with its interval, where runs and configurations are both drawn: a mixed model
 *
 * Run k (its settings and its seed) is scored on configuration c:
 *     y_kc = mean + sum over terms of effects + b_k + b_c + sum over terms of (effect x configuration)_c
 * with settings fixed, runs b_k and configurations drawn (J. Pinheiro, D. Bates, Mixed-Effects Models in S and S-PLUS, 2000, ch. 1).  An effect is
 * sum_k w_k y_kc, averaged over c (effects.h).  Two things scatter: runs, by what the terms leave of their means, and configurations, by how far
 * they disagree about the effect.  Their variances are added, and t is Student's with Satterthwaite's degrees of freedom (Biometrics Bulletin
 * 2, 110, 1946).  What one run does on one configuration is in both: intervals are rather too wide. */
#ifndef GG_EFFECT_H
#define GG_EFFECT_H

#include "stats/effects.h"

struct gg_effect {
    double value, half; /* half the width of its interval; NaN: nothing scatters that could be counted */
};

/* `each` [n][n_config]; w [n] from gg_effect_weights; s: of the means over configurations.  Of `family` effects all intervals hold
 * together in 95 % of cases at least (Bonferroni); 1: each by itself.  With n_config 1 it is about this one configuration. */
struct gg_effect_data {
    int n, n_config, family;
    const double *each;
    struct gg_scatter s;
};
struct gg_effect gg_effect(const struct gg_effect_data *d, const double *w);

#endif
