/* corr_options.h -- the options of gg-corr */
#ifndef GG_CORR_OPTIONS_H
#define GG_CORR_OPTIONS_H

#include "score/report.h"

struct gg_corr_options {
    struct gg_texts target, predictor, species, pred, reference, run;
    const char *against, *truth, *scale_from, *residual;
    int by;
    int64_t bootstrap, seed;
    double q_max, power, hard_step, smooth_step, overlap_length;
    struct gg_reals shells;
    bool nearest_time, centre, spearman, noise_in_spread, tsv, history, json, unequal, report[GG_REPORTS];
};
extern const struct gg_opt gg_corr_opts[];

struct gg_corr_options gg_corr_defaults(void);

#endif
