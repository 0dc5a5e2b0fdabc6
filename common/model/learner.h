/* learner.h -- what makes predictions of frames and how it comes by them: the interface, and the table learners.def
 *
 * A model file says by its YAML whose it is: `fit: {kind: NAME}`, else it is the network of its `layers`.  gg_model_open finds the
 * row; from then on model, files and programs go through it, and nobody asks of what kind a model is.  The floor above has the
 * rows (learn/learners.c), since a row trains as well. */
#ifndef GG_LEARNER_H
#define GG_LEARNER_H

#include "model/pass.h"
#include <stdio.h>

struct gg_trainer; /* learn/train.h */

/* Of one head. */
struct gg_prediction {
    float *y;      /* [rows][n_time][dim] */
    float *spread; /* [rows][n_time][gg_head_spread_dim]; NULL if the head has none */
};
/* GG_INPUT: all heads learn what views make, so that there is nothing to predict. */
int gg_model_predicts(const struct gg_model *m, struct gg_err *err);
/* Room for all heads of a sample, in `a`. */
void gg_prediction_alloc(struct gg_prediction out[GG_MAX_HEADS], const struct gg_model *m,
                         const struct gg_sample *s, struct gg_arena *a);

struct gg_learner {
    const char *name, *about, *source; /* YAML name; one line; paper and equation */
    const void *kind; /* for functions that several rows share: what the rows differ in; NULL */
    const char *unit; /* of predictions; NULL: that of the target */
    bool layers;      /* its model is a list of layers: laws can be tried on it, parameters imported */
    bool resumes;     /* takes steps: stops at a signal with a checkpoint, goes on from one */

    /* The model. */
    /* Reads what the YAML says of inputs, so that data can be read.  GG_USAGE with file, line and key. */
    int (*open)(struct gg_model *m, struct gg_err *err);
    /* Sizes and room, once species, times and irreps of the inputs are known.  Called again, it begins anew. */
    int (*build)(struct gg_model *m, const struct gg_data_facts *facts, struct gg_err *err);
    /* Its numbers into a frame of tensors in `a` (and META), and back into a model that was built.  `w`: the parameters to store,
     * if it has such.  GG_INPUT: a tensor is missing or wrong. */
    int (*save)(const struct gg_model *m, const gg_real *w, struct gg_meta *meta, struct gg_frame *f,
                struct gg_arena *a, struct gg_err *err);
    int (*load)(struct gg_model *m, const struct gg_meta *meta, const struct gg_frame *f, struct gg_err *err);
    /* Predictions of every head in physical units and the frame's order into the room of out[head]; NaN where off.  `p` is kept
     * between frames. */
    int (*predict)(struct gg_pass *p, const struct gg_model *m, const struct gg_sample *s,
                   const struct gg_prediction *out, struct gg_arena *a, struct gg_err *err);

    /* Learning: what gg_train_* of learn/train.h call, in this order. */
    /* `train:`, already in t->keys; keys is NULL where the YAML has none. */
    int (*keys)(struct gg_trainer *t, struct gg_yaml *keys, struct gg_err *err);
    int (*add)(struct gg_trainer *t, const struct gg_frame *f, int split, struct gg_arena *a,
               struct gg_err *err);
    int (*prepare)(struct gg_trainer *t, struct gg_err *err);
    int (*seed)(struct gg_trainer *t,
                struct gg_err *err); /* what of it follows from the seed, for another one */
    int (*estimate)(struct gg_trainer *t, FILE *to, struct gg_err *err);
    int (*run)(struct gg_trainer *t, struct gg_err *err);
    void (*free)(struct gg_trainer *t); /* what it has put into t->own; NULL: nothing */
};

/* learners.def in order; ends with NULL (learn/learners.c). */
extern const struct gg_learner *const gg_learners[];
const struct gg_learner *gg_learner_find(const char *name);
/* That of a configuration; NULL with err. */
const struct gg_learner *gg_learner_of(const struct gg_yaml *root, struct gg_err *err);

/* What the network's row is made of (spec_open.c, spec.c, model_file.c). */
int gg_network_open(struct gg_model *m, struct gg_err *err);
int gg_network_build(struct gg_model *m, const struct gg_data_facts *facts, struct gg_err *err);
int gg_network_save(const struct gg_model *m, const gg_real *w, struct gg_meta *meta, struct gg_frame *f,
                    struct gg_arena *a, struct gg_err *err);
int gg_network_load(struct gg_model *m, const struct gg_meta *meta, const struct gg_frame *f,
                    struct gg_err *err);

/* For other rows.  `heads` that are targets and times, and nothing else. */
int gg_plain_heads(struct gg_model *m, struct gg_err *err);
/* One tensor of doubles into the frame of a model file, and out of it: of this shape, finite, or NaN where `nan` allows it. */
int gg_model_put(struct gg_frame *f, struct gg_arena *a, const char *name, int ndim, const int64_t *shape,
                 const double *data, bool nan, struct gg_err *err);
int gg_model_take(const struct gg_frame *f, const char *name, int ndim, const int64_t *shape, double *data,
                  bool nan, struct gg_err *err);

#endif
