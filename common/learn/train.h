/* train.h -- the training loop: data, steps, validation, checkpoints
 *
 * A run is a folder: metrics.jsonl, the last two checkpoints, best.ggm, and at the end model.ggm.  Everything that decides a number is in a
 * checkpoint or follows from configuration, seed and data, so that a run that was stopped or killed goes on to the same bytes. */
#ifndef GG_TRAIN_H
#define GG_TRAIN_H

#include "learn/metrics.h"
#include "learn/spool.h"
#include "optim/adam.h"
#include "optim/ema.h"
#include "optim/schedule.h"
#include "util/progress.h"

/* The keys of `train:`. */
struct gg_train_keys {
    const char *from; /* a model file to start from */
    int optimizer, schedule, augment;
    double lr, lr_final, weight_decay, beta1, beta2, clip, ema, factor, validation;
    int64_t epochs, batch, warmup, every, patience, wait, seed;
    bool amsgrad;
};
extern const struct gg_opt gg_train_table[];
extern const struct gg_train_keys gg_train_defaults;

/* How the run goes on; no number depends on it. */
struct gg_train_how {
    const char *folder;       /* -o */
    const char *resume;       /* auto | never | a checkpoint file */
    bool resume_anyway;       /* although configuration or data differ */
    double memory;            /* bytes for graphs that are kept between epochs */
    int64_t checkpoint_every; /* epochs */
    int progress;             /* enum gg_progress_mode */
    bool quiet;
    bool dry;                 /* only to be asked about: frames of a fit are counted, not added up */
    const volatile int *stop; /* set by a signal: finish the step, write a checkpoint, return GG_STOPPED */
    int argc;
    char **argv;
    void (*note)(void *context, const char *line); /* what a person wants to read: one line an epoch */
    void *context;
};

struct gg_fit_train;
struct gg_trainer {
    struct gg_model *model;
    struct gg_fit_train *fit; /* of a model that is fitted (fit_train.h) */
    struct gg_train_keys keys;
    struct gg_train_how how;
    struct gg_spool spool;
    int *train, *validation; /* samples */
    int n_train, n_validation;
    uint32_t data_digest;
    char config_digest[9];

    struct gg_batch *batch;          /* per sample, if kept */
    struct gg_arena *graph;          /* per sample: memory of a kept batch */
    double kept;                     /* bytes */
    struct gg_batch other;           /* the last batch that is not kept, and its memory */
    struct gg_arena scratch, turned; /* turned: edge vectors of the step's frame, if they are augmented */
    struct gg_pass pass;

    struct gg_adam adam;
    struct gg_ema ema;
    struct gg_schedule schedule;
    gg_real *dw, *best;
    /* position */
    int64_t epoch, position; /* frames of the epoch already used */
    double sum_loss;         /* of those */
    double best_loss;
    int64_t best_epoch, n_bad; /* epochs without improvement */
    struct gg_metrics metrics;
    struct gg_prov prov; /* of the data and this run: goes into the model */
};

/* Reads the keys of `train:` into t->keys, before the data. */
int gg_train_open(struct gg_trainer *t, struct gg_err *err);
/* Adds a frame of the input.  `split`: -1 takes the frame's own field, 1 = validation. */
int gg_train_add(struct gg_trainer *t, const struct gg_frame *f, int split, struct gg_arena *a,
                 struct gg_err *err);
/* After the last frame: splits, builds and standardises the model. */
int gg_train_prepare(struct gg_trainer *t, struct gg_err *err);
/* Trains to the end (0), or until stopped (GG_STOPPED with a checkpoint written); -1 with err. */
int gg_train_run(struct gg_trainer *t, struct gg_err *err);
void gg_train_free(struct gg_trainer *t);

/* Lines for --estimate: parameters, operations, memory and time; malloc'd, NULL with err (estimate.c). */
char *gg_train_estimate(struct gg_trainer *t, struct gg_err *err);
/* Operations and memory of one step on the first training frame. */
int gg_train_cost(struct gg_trainer *t, struct gg_cost *cost, size_t *bytes, int64_t *n_edge,
                  struct gg_err *err);

/* ---- checkpoint.c ---- */
int gg_checkpoint_write(struct gg_trainer *t, struct gg_err *err);
/* 1 = resumed, 0 = nothing to resume from. */
int gg_checkpoint_read(struct gg_trainer *t, struct gg_err *err);

/* ---- augment.c ---- */
/* Refuses (GG_USAGE) inputs and targets that would have to turn. */
int gg_augment_check(const struct gg_model *m, struct gg_err *err);
/* One of the 48 permutations of the axes with signs (in two dimensions 8, z stays z), drawn from r, on n vectors. */
void gg_augment_axes(struct gg_rng *r, int dim, int64_t n, const gg_real (*v)[3], gg_real (*out)[3]);
/* The frame as this step sees it, at its `place` among the frames of the step; vectors are good until the next call. */
struct gg_batch gg_augment(struct gg_trainer *t, const struct gg_batch *b, int sample, int64_t place);

/* ---- validate.c ---- */
struct gg_batch *gg_train_batch(struct gg_trainer *t, int sample,
                                struct gg_err *err); /* the sample's graph: kept or made */
/* Mean loss over the validation frames with parameters w; one "eval" line per target, time and species goes to the metrics. */
int gg_validate(struct gg_trainer *t, const gg_real *w, double train_loss, double *loss, double *rho,
                struct gg_err *err);

#endif
