/* fluctuation_values.h -- how many particles are mobile, and where: the values that sums over configurations have */
#ifndef GG_FLUCTUATION_VALUES_H
#define GG_FLUCTUATION_VALUES_H

#include "score/fluctuations.h"
#include "score/spatial.h"

/* The ratio is the logarithm of prediction over truth, both over the same configurations: paired. */
enum { GG_FLUCT_TRUTH, GG_FLUCT_PREDICTION, GG_FLUCT_RATIO, GG_FLUCT_VALUES };

/* Which definition a line is of, as the table calls it. */
enum gg_fluct_definition {
    GG_FLUCT_HARD = GG_STEP_HARD,
    GG_FLUCT_SMOOTH = GG_STEP_SMOOTH,
    GG_FLUCT_FIELD = GG_STEP_FIELD,
    GG_FLUCT_HARD_HALVES = GG_STEP_HARD_HALVES,
    GG_FLUCT_SMOOTH_HALVES = GG_STEP_SMOOTH_HALVES,
    GG_FLUCT_RUNS = GG_STEPS,
    GG_FLUCT_DEFINITIONS
};
extern const char *const gg_fluct_definitions[GG_FLUCT_DEFINITIONS];

/* sqrt(2 / (n - 1)) is the relative error of a plain variance over configurations, and of nothing else: products of halves and what noise was
 * taken off may be 0.  All but the first are refused over too few configurations. */
enum gg_fluct_error {
    GG_FLUCT_OF_JACKKNIFE,
    GG_FLUCT_OF_VARIANCE,  /* truth and prediction are one */
    GG_FLUCT_OF_PREDICTED, /* the prediction is one; the truth's error is of the jackknife */
    GG_FLUCT_OF_VARIANCES  /* made of some: the jackknife's */
};

/* A number of a cell.  value: of sums over configurations (struct gg_fluctuation); which: GG_FLUCT_TRUTH or GG_FLUCT_PREDICTION. */
struct gg_fluct_quantity {
    const char *name;
    enum gg_fluct_definition of;
    enum gg_fluct_error error;
    double (*value)(const struct gg_fluctuation *s, enum gg_step step, int which);
    bool of_particle; /* told where the scatter of runs is known, whatever is summed */
};
enum { GG_FLUCT_QUANTITIES = 20 };
extern const struct gg_fluct_quantity gg_fluct_quantities[GG_FLUCT_QUANTITIES];

/* The three below are functions of sums (gg_of_sums, stats/jackknife.h), which: a value of a line, the ratio as a logarithm; NaN where it is not
 * defined. */

/* sum: struct gg_fluctuation; context: struct gg_fluct_quantity */
double gg_fluct_of_quantity(const double *sum, int which, const void *context);

/* A row of forms, over the variance where it is a correlation.  context: enum gg_spatial_kind of the row */
struct gg_fluct_forms {
    struct gg_form row, variance;
};
double gg_fluct_of_form(const double *sum, int which, const void *context);

/* S4(0) or xi4, from the rows of the smallest wave vectors.  sum: struct gg_form [GG_FLUCT_FITTED]; context: bool, the length is wanted */
enum { GG_FLUCT_FITTED = 4 };
double gg_fluct_of_fit(const double *sum, int which, const void *context);

#endif
