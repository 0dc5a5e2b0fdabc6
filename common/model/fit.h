/* fit.h -- models that are fitted, not trained: a linear function of node fields, in closed form or nearly so (gg_model(5), FIT)
 *
 * They stand where `layers` would: `fit: {kind: ridge | logistic, inputs: [FIELD, ...], ...}`.  A particle of group g (its species, or all
 * particles jointly) has for output o = head * n_time + t
 *
 *     y = b_go + sum_f w_gof (x_f - mean_gf) / scale_gf
 *
 * ridge: the target itself.  logistic: |w_go| = 1, the distance to the plane between slow and fast particles (softness). */
#ifndef GG_FIT_H
#define GG_FIT_H

#include "model/model.h"

enum gg_fit_kind { GG_FIT_RIDGE, GG_FIT_LOGISTIC };
enum gg_fit_by { GG_BY_CORRELATION, GG_BY_ERROR };
enum gg_fit_choose { GG_CHOOSE_LEAVE_OUT, GG_CHOOSE_VALIDATION, GG_CHOOSE_NONE };

/* The keys of `fit:`. */
struct gg_fit_keys {
    int kind, standardise, choose, by;
    struct gg_texts inputs;
    struct gg_reals path; /* the penalty, or the two ends of a path */
    int64_t points, folds, pca;
    bool per_particle;
    double drop, quantile;
};

struct gg_fit {
    struct gg_fit_keys keys;
    int n_feature, n_group, n_output, n_path;
    int n_number,
        *column;  /* numbers of a particle in gg_sample.input, and which of them are features [n_feature] */
    double *path; /* [n_path] penalties tried */
    double *mean, *scale;    /* [n_group][n_feature] */
    double *w;               /* [n_group][n_output][n_feature] */
    double *b;               /* [n_group][n_output] */
    double *penalty;         /* [n_group][n_output] chosen; NaN where there is no model */
    double *error, *rho;     /* [n_group][n_output][n_path] on what was left out; NaN if nothing was */
    char config[9], data[9]; /* digests of what it was made from */
};

/* ---- fit.c ---- */

/* Reads `fit:`; gg_model_open calls it. */
int gg_fit_open(struct gg_model *m, struct gg_err *err);
/* Room for the numbers, once species, times and inputs are known; gg_model_build calls it. */
int gg_fit_build(struct gg_model *m, struct gg_err *err);
/* Predictions of one head in the frame's order [n_node][n_time]; NaN where off. */
void gg_fit_predict(const struct gg_model *m, int head, const struct gg_sample *s, float *out);
int gg_fit_group(const struct gg_model *m, int species);
bool gg_fit_on(const struct gg_model *m, int group, int output); /* is there a model of this output? */

/* Are its predictions distances to a plane, not the target? */
bool gg_fit_is_softness(const struct gg_model *m);

/* Its numbers as named tensors, for the file. */
struct gg_fit_tensor {
    const char *name;
    int ndim;
    int64_t shape[3];
    double *data;
};
enum { GG_FIT_TENSORS = 8 };
int gg_fit_tensors(const struct gg_model *m, struct gg_fit_tensor t[GG_FIT_TENSORS]);

#endif
