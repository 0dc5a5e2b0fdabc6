/* targets.h -- the target fields of a frame from its pos_replicas */
#ifndef GG_TARGETS_H
#define GG_TARGETS_H

#include "stream/frame.h"
#include "stream/meta.h"
#include "util/arena.h"
#include "util/opt.h"

enum gg_target {
    GG_PROPENSITY,
    GG_PROPENSITY_VAR,
    GG_DISPLACEMENT,
    GG_DISPLACEMENT_VAR,
    GG_DISPLACEMENT_COVARIANCE,
    GG_OVERLAP,
    GG_BOND_BREAKING,
    GG_CAGE_RELATIVE,
    GG_CAGE_RELATIVE_VAR,
    GG_CAGE_RELATIVE_DISPLACEMENT,
    GG_CAGE_RELATIVE_DISPLACEMENT_VAR,
    GG_DISTANCE_CHANGE,
    GG_DISTANCE_CHANGE_VAR,
    GG_TAU_ALPHA, /* and its error, tau_alpha_err, of several runs */
    GG_MEAN_PROPENSITY,
    GG_MEAN_OVERLAP,
    GG_PROPENSITY_CORRELATION,
    GG_N_TARGET
};
struct gg_targets {
    bool want[GG_N_TARGET];
    double overlap_length; /* sigma */
    double cage_cutoff;    /* of the neighbours whose mean way is taken off, sigma */
    struct gg_reals radii; /* of the correlation of the propensity, increasing, sigma */
    int64_t n_run;         /* replicas of the frames so far, 0 = none yet */
    int64_t n_replaced;    /* fields that frames had and that were made anew */
    double drift;          /* of the centre of mass: the largest of the frames so far, sigma */
};

/* By name; GG_USAGE, with the nearest one.  `targets`: a struct gg_targets (for gg_words_each). */
int gg_targets_want(void *targets, const char *name, struct gg_err *err);

/* Is any wanted? */
bool gg_targets_any(const struct gg_targets *t);

/* Has the frame any of the targets?  missing: the first wanted one that it has not, NULL if it has all. */
bool gg_targets_there(const struct gg_targets *t, const struct gg_frame *f, const char **missing);

/* Adds the wanted fields.  GG_INPUT: no pos, no pos_replicas, no edges where a target lives on them, too few replicas for a variance,
 * another number than in the frames before, other times than field `time` has, a radius beyond half of the box. */
int gg_targets_add(struct gg_targets *t, struct gg_frame *f, struct gg_arena *a, struct gg_err *err);

/* For a frame without pos_replicas: the means that it lacks, of the fields that they are means of, where it has these.  Of a piece of a frame
 * (field core) all means are over the core.  Returns how many; GG_INPUT. */
int gg_targets_of_fields(struct gg_targets *t, struct gg_frame *f, struct gg_arena *a, struct gg_err *err);

/* Says replicas, overlap length, the rule of bond breaking and that of cages. */
void gg_targets_meta(const struct gg_targets *t, struct gg_meta *meta);

/* pos_replicas [replica, node, 3] -> [1, replica, node, 3] */
void gg_time_axis_add(struct gg_field *x);

#endif
