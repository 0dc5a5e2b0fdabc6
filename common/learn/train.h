/* train.h -- a run: data (data.h), state (state.h), and what makes one out of the other
 *
 * A run is a folder: metrics.jsonl, the last two checkpoints, best.ggm, and at the end model.ggm.  Everything that decides a number is in a
 * checkpoint or follows from configuration, seed and data, so that a run that was stopped or killed goes on to the same bytes. */
#ifndef GG_TRAIN_H
#define GG_TRAIN_H

#include "learn/data.h"
#include "learn/hidden.h"
#include "learn/metrics.h"
#include "learn/ranks.h"
#include "learn/start.h"
#include "learn/state.h"
#include "model/learner.h"
#include "optim/shards.h"
#include "stats/correlation.h"
#include "stream/reader.h"
#include "util/progress.h"
#include "views/view.h"

struct gg_trainer;

/* How the run goes on; no number depends on it. */
struct gg_train_how {
    const char *folder;       /* -o */
    const char *resume;       /* auto | never | a checkpoint file */
    const char *tensorboard;  /* folder of event files; NULL: none */
    bool resume_anyway;       /* although configuration or data differ */
    double memory;            /* bytes for graphs that are kept between epochs */
    int64_t checkpoint_every; /* epochs */
    int progress;             /* enum gg_progress_mode */
    bool quiet, verbose;
    int64_t folds; /* runs on all but one part of the frames, which is tested on (series.c); 0: on all */
    int64_t seeds; /* runs, with seeds seed, seed + 1 ...: members of an ensemble (series.c); 0, 1: one run */
    bool dry;      /* only to be asked about: frames of a fit are counted, not added up */
    bool columns;  /* gg_train_estimate: numbers in columns, for programs, not lines for people */
    const volatile int *stop; /* set by a signal: finish the step, write a checkpoint, return GG_STOPPED */
    int argc;
    char **argv;
    /* appends what the program says of itself to t->prov, before each run; NULL: nothing */
    void (*history)(void *context, struct gg_trainer *t);
    void (*note)(void *context, const char *line); /* what a person wants to read: one line an epoch */
    void *context;
};

/* How much of an input was read. */
struct gg_part {
    double began; /* gg_seconds; 0: not yet */
    int n_frame;
    double share; /* of its bytes; less than 1 only where an estimate stopped early */
    double with;  /* the same with the last frame */
};

/* Seconds of processors. */
struct gg_spent {
    double before; /* in parts of the run that were stopped, up to their checkpoints; NaN: not known */
    double since;  /* what this process had spent when the run began */
};

/* Correlations inside the configurations that folds have left out, of each column: summed up fold by fold. */
struct gg_fold_score {
    int head, group, time, n;
    double sum, squares;
};
struct gg_fold_scores {
    struct gg_fold_score *column;
    int n_column, n_frame;
};

/* A run, of whatever is learned.  The model is the caller's; all else is given back by gg_train_free. */
struct gg_trainer {
    struct gg_model *model;
    void *own; /* what its learner keeps (model/learner.h), or NULL */
    struct gg_train_keys keys;
    struct gg_train_how how;
    struct gg_ranks ranks; /* the processes that train together; zero: one */
    struct gg_train_data data;
    struct gg_train_state state; /* of a network, from the start of its run on */
    struct gg_pass pass;
    struct gg_shards shards;
    gg_real *dw; /* gradient of a step */
    gg_real
        *observed; /* [samples of a batch][n_weight] what each says of statistics; one row if nobody asks */
    gg_real *factor, *decay;  /* of the rate and of weight decay, by parameter (rates.h); NULL: 1 for all */
    gg_real *sparse;          /* strength of what pulls each parameter to 0 (rates.h); NULL: none */
    struct gg_hidden *hidden; /* of train.hidden; NULL: nothing */
    struct gg_start start;    /* of train.from, open from gg_train_prepare on */
    struct gg_spent spent;
    struct gg_fold fold; /* of the present run, of how.folds */
    struct gg_fold_scores scores;
    struct gg_views views, making; /* all, and those of them that make targets */
    struct gg_arena seen;          /* the step's frame as the views have it */
    char config_digest[9];
    struct gg_part part[2]; /* training and --validation */
    int64_t planned; /* epochs that the run was to have when the checkpoint it goes on from was written */
    struct gg_texts left_out; /* fields that no head learns (left_out.c) */
    bool held;                /* the folder, by `lock` (util/folder.h) */
    int lock;
    struct gg_metrics metrics;
    struct gg_prov data_prov, prov; /* of the data; of the data and this run, which goes into the model */
};

/* Reads the keys of `train:` into t->keys, before the data. */
int gg_train_open(struct gg_trainer *t, struct gg_err *err);
/* Adds a frame of the input.  `split`: -1 takes the frame's own field, else what it is for (data.h). */
int gg_train_add(struct gg_trainer *t, const struct gg_frame *f, int split, struct gg_arena *a,
                 struct gg_err *err);
/* After the last frame: splits, builds and standardises the model. */
int gg_train_prepare(struct gg_trainer *t, struct gg_err *err);
/* Takes the folder, and trains to the end (0), or until stopped (GG_STOPPED with a checkpoint written); -1 with err. */
int gg_train_run(struct gg_trainer *t, struct gg_err *err);
void gg_train_free(struct gg_trainer *t);
/* One run, in how.folder, which is there; and what is left of it given back, so that another can follow on the same data. */
int gg_train_once(struct gg_trainer *t, struct gg_err *err);
void gg_train_forget(struct gg_trainer *t);
/* (all) Seconds that processors have spent on the run, all threads, ranks and parts of it, from the reading of its data on; NaN: not known. */
double gg_train_processor(const struct gg_trainer *t);
/* A line for the person who waits: how.note gets it. */
void gg_train_say(struct gg_trainer *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Counts a frame of the input.  True: a dry run has seen enough of a long input (2 frames and a third of a second), of which this is
 * the part `share`: the frame is not needed. */
bool gg_train_enough(struct gg_trainer *t, int split, double share);
/* Frames of the whole input, from those of what was read. */
struct gg_frames_about {
    const char *word; /* "about ", or "" */
    double train, validation;
};
struct gg_frames_about gg_frames_about(const struct gg_trainer *t, double n_train, double n_validation);
/* What is left out: nothing of an input of which a dry run has read a part, that may have fewer runs than there are folds. */
struct gg_fold gg_train_fold(const struct gg_trainer *t);
/* Takes how.folder for this run alone, and makes it if `make`; without, one that is not there is no fault.  GG_SYSTEM: another
 * process is at work there.  Once it is held, nothing; rank 0 holds it for all. */
int gg_train_hold(struct gg_trainer *t, bool make, struct gg_err *err);
/* ---- ranks (together.c) ---- */
/* (all, ranks.h) Behind `status` of what each rank did by itself: GG_USAGE if the ranks are not one program with one configuration, or more
 * than there are frames in a batch; once the data are read: if they are not the same. */
int gg_train_meet(struct gg_trainer *t, int status, struct gg_err *err);
int gg_train_compare(struct gg_trainer *t, int status, struct gg_err *err);
/* GG_USAGE: fewer frames to train on than ranks, or a message too large. */
int gg_train_deal(const struct gg_trainer *t, struct gg_err *err);
/* (all) Rank 0 makes the folder; saves parameters as FOLDER/name; opens FOLDER/name for measurements, of which the others only count the bytes, and what
 * is measured of a network in training goes to how.tensorboard, too (each of several models has a folder there). */
int gg_train_folder(struct gg_trainer *t, const char *path, struct gg_err *err);
int gg_train_save(struct gg_trainer *t, const gg_real *w, const char *name, struct gg_err *err);
int gg_train_measure(struct gg_trainer *t, const char *name, int64_t keep, struct gg_err *err);
/* What a member of the input says of all its frames: names of columns, runs behind the targets, history. */
int gg_train_member(struct gg_trainer *t, const struct gg_reader *r, int split, struct gg_err *err);

/* For --estimate: parameters, operations, memory and time; malloc'd, NULL with err. */
char *gg_train_estimate(struct gg_trainer *t, struct gg_err *err);
/* What it tells programs: a line with names and one with numbers, NaN where a learner has none.  Operations in Gflop: of one frame forward and
 * backward; of the whole run, all its models. */
struct gg_estimate {
    double parameters, training, validation, forward, backward, run, megabytes, seconds, epochs, models;
};
void gg_estimate_columns(FILE *to, const struct gg_estimate *e);
/* ---- series.c ---- */
/* A run for each seed, in FOLDER/seed.K, or for each fold, in FOLDER/fold.K, and their models as one file, FOLDER/model.ggm.  A run is what it
 * would be alone.  Of folds the scores of what was left out go to FOLDER/folds.jsonl. */
int gg_series_run(struct gg_trainer *t, struct gg_err *err);
/* Refuses a folder in which the other kind of training is at work: one run in that of a series, or a series in that of one run. */
int gg_series_check(const struct gg_trainer *t, struct gg_err *err);

/* A column of what a fold has left out. */
struct gg_judged;
void gg_fold_scores_add(struct gg_fold_scores *s, int n_frame, const struct gg_judged *c);

/* ---- checkpoint.c ---- */
/* (all) Rank 0 writes, and reads for all. */
int gg_checkpoint_write(struct gg_trainer *t, struct gg_err *err);
/* 1 = resumed, 0 = nothing to resume from. */
int gg_checkpoint_read(struct gg_trainer *t, struct gg_err *err);

/* ---- left_out.c ---- */
/* Fields of the frame that could be learned and that the model does not use are remembered by name, for gg_left_out_say.  The
 * variance of a target that is learned is its noise, and is used. */
void gg_left_out_see(struct gg_trainer *t, const struct gg_frame *f);
/* Once the model is built: species whose particles do not count, for each head; with how.verbose the fields, too. */
void gg_left_out_say(struct gg_trainer *t);

/* ---- made.c ---- */
/* The sample with what views make for heads to learn, and no other target; its graph is in `a`, or the data's own. */
int gg_made_see(struct gg_trainer *t, int sample, struct gg_sample *s, struct gg_batch *b, struct gg_arena *a,
                struct gg_err *err);

/* ---- validate.c ---- */
/* A column of a head that is trained: truth against prediction in each frame of a set. */
struct gg_judged {
    int head, group, time;
    struct gg_moments *moments; /* [set.n] */
};
/* (all) Of parameters w: how many columns, in `a`, and the mean loss over the frames of the set, if there are any; -1 with err.  The ranks take
 * frames by turns. */
int gg_validate_columns(struct gg_trainer *t, const gg_real *w, const struct gg_sample_set *set,
                        struct gg_judged **column, double *loss, struct gg_arena *a, struct gg_err *err);
/* A line "eval" of a column. */
int gg_validate_report(struct gg_trainer *t, const char *split, int64_t epoch, int n_frame,
                       const struct gg_judged *c, struct gg_err *err);
/* Leaves out validation and test frames without a number that a head learns, and says so; GG_INPUT if none of them has one, and where
 * train.judge or a test frame asks for what the model has not. */
int gg_validate_choose(struct gg_trainer *t, struct gg_err *err);
/* What the validation frames, or without any the training loss, say of an epoch. */
struct gg_verdict {
    double loss;
    double rho; /* of the first head and species, over times: for a person */
    double
        judged; /* what train.judge asks for, the lower the better: the loss, or minus a correlation; NaN: not defined */
};
/* Of parameters w; one "eval" line per target, time and species goes to the metrics. */
int gg_validate(struct gg_trainer *t, const gg_real *w, double train_loss, struct gg_verdict *v,
                struct gg_err *err);

#endif
