/* fit.h -- models that are fitted, not trained: a linear function of node fields, in closed form or nearly so (gg_model(5), fit)
 *
 * They stand where `layers` would: `fit: {kind: ridge | logistic, inputs: [FIELD, ...], ...}`.  A particle of group g (its species, or all
 * particles jointly) has for each output o, a head at one of its times,
 *
 *     y = b_go + sum_f w_gof (x_f - mean_gf) / scale_gf
 *
 * ridge: the target itself; of a target that turns each component z, from the same component of the vectors (or tensors) x of its kind, with
 * one w for all of them and no b, so that a rotation commutes with it.  logistic: |w_go| = 1, the distance to the plane between slow and fast particles (softness). */
#ifndef GG_FIT_H
#define GG_FIT_H

#include "model/learner.h"
#include "model/sample.h"

enum gg_fit_by { GG_BY_CORRELATION, GG_BY_ERROR };
enum gg_fit_choose { GG_CHOOSE_LEAVE_OUT, GG_CHOOSE_VALIDATION, GG_CHOOSE_NONE };

/* What one kind of fit has that another has not: the rows of learners.def differ in this. */
struct gg_fit_kind {
    bool spools;       /* reads its rows many times: they go to the spool */
    bool turns;        /* fits targets that turn, too */
    bool by;           /* fit.penalty.by says what makes a penalty the best: else the smallest error */
    const char *error; /* what its error is called in metrics.jsonl */
    const char *says;  /* and to a person */
    /* Fills coefficients, penalties and scores, once all frames are there. */
    int (*solve)(struct gg_trainer *t, struct gg_err *err);
};

/* The keys of `fit:`. */
struct gg_fit_keys {
    const char *kind; /* gg_learner_of has read it */
    int standardise, choose, by;
    struct gg_texts inputs;
    struct gg_reals path; /* the penalty, or the two ends of a path */
    int64_t points, folds, pca;
    bool per_particle, drift;
    double drop, quantile;
};

struct gg_fit {
    const struct gg_fit_kind *kind;
    struct gg_fit_keys keys;
    struct gg_irrep irrep; /* of the targets and of the features, 1x0e or 1x1o ... */
    int dim;               /* its components: rows of a particle */
    int n_feature, n_group, n_output, n_path;
    int *head, *time; /* [n_output] which head and which of its times an output is */
    int n_number,
        *column;  /* numbers of a particle in gg_sample.input, and where each feature begins [n_feature] */
    double *path; /* [n_path] penalties tried */
    double *mean, *scale;    /* [n_group][n_feature] */
    double *w;               /* [n_group][n_output][n_feature] */
    double *b;               /* [n_group][n_output] */
    double *penalty;         /* [n_group][n_output] chosen; NaN where there is no model */
    double *error, *rho;     /* [n_group][n_output][n_path] on what was left out; NaN if nothing was */
    char config[9], data[9]; /* digests of what it was made from */
};

/* That of a model that is fitted. */
struct gg_fit *gg_fit_of(const struct gg_model *m);

/* The model's part of a row (fit.c, fit_file.c). */
int gg_fit_open(struct gg_model *m, struct gg_err *err);
int gg_fit_build(struct gg_model *m, const struct gg_data_facts *facts, struct gg_err *err);
int gg_fit_save(const struct gg_model *m, const gg_real *w, struct gg_meta *meta, struct gg_frame *f,
                struct gg_arena *a, struct gg_err *err);
int gg_fit_load(struct gg_model *m, const struct gg_meta *meta, const struct gg_frame *f, struct gg_err *err);
int gg_fit_predict(struct gg_pass *p, const struct gg_model *m, const struct gg_sample *s,
                   const struct gg_prediction *out, struct gg_arena *a, struct gg_err *err);

int gg_fit_group(const struct gg_model *m, int species);
/* The time of output o, tau; NaN if its target has none.  What component z of it is to be for particle i; NaN if that is not there; all
 * components are. */
double gg_fit_time(const struct gg_model *m, int o);
double gg_fit_target(const struct gg_model *m, const struct gg_sample *s, int o, int64_t i, int z);
bool gg_fit_has(const struct gg_model *m, const struct gg_sample *s, int o, int64_t i);
/* Its targets change under rotations or reflections. */
static inline bool gg_fit_turns(const struct gg_fit *x)
{
    return x->irrep.l > 0 || x->irrep.p < 0;
}
bool gg_fit_on(const struct gg_model *m, int group, int output); /* is there a model of this output? */

#endif
