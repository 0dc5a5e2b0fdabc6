/* data.h -- the frames of a training: read once, kept on disk, split, and as graphs as long as there is room
 *
 * It owns everything in it; gg_data_free gives it back.  A zeroed struct with spool.fd = -1 is empty. */
#ifndef GG_TRAIN_DATA_H
#define GG_TRAIN_DATA_H

#include "learn/noise.h"
#include "learn/ranks.h"
#include "learn/spool.h"
#include "learn/train_keys.h"

/* What a frame is for: the numbers of the field `split`, and the frames of --test, which no number of the model may depend on. */
enum { GG_FOR_TRAINING = 0, GG_FOR_VALIDATION = 1, GG_FOR_NOTHING = 2, GG_FOR_TEST = 3 };

/* Some samples of the spool. */
struct gg_sample_set {
    int n, *sample;
};

struct gg_train_data {
    struct gg_spool spool;
    struct gg_noise noise; /* of the targets in each sample of the spool */
    uint32_t digest;       /* of the spool, and of what else comes from files and decides numbers (start.h) */
    char (*run)[GG_ID];    /* [spool.room] of each sample: frames of one run stay in one fold */
    int *train;            /* [n_train] samples of the spool */
    int n_train;
    struct gg_sample_set validation, test;
    double mean_worth; /* of the training samples */

    double memory, kept;    /* bytes that graphs may keep between epochs, and do */
    struct gg_batch *batch; /* [spool.n], order is NULL where it is not kept */
    bool *finished;         /* [spool.n] kept, with all that follows from the layers of the model */
    struct gg_arena *graph; /* [spool.n] memory of a kept batch */
    struct gg_batch other;  /* the last batch that is not kept, and its memory */
    struct gg_arena scratch;
};

/* Takes a frame of the input; the first one decides what the model asks of a frame (gg_model_see).  `split`: -1 takes the frame's own
 * field, else what it is for.  GG_INPUT: none of the targets, an id that is there already. */
int gg_data_add(struct gg_train_data *d, struct gg_model *m, const struct gg_weight_fields *weights,
                const struct gg_frame *f, int split, struct gg_arena *a, struct gg_err *err);
/* Frames of one id are samples of one configuration (gg-quench --samples) if their numbers differ.  1: `is` is another sample of the
 * configuration of `was`; 0: it is another configuration; GG_INPUT: it is there already, or they are for different things. */
int gg_data_sample_of(const struct gg_sample *was, const struct gg_sample *is, struct gg_err *err);
/* One part of several: of the runs of the training frames in the order of their names, those whose place is k modulo n are tested on. */
struct gg_fold {
    int k, n; /* n 0: nothing is left out */
};
/* After the last frame: maps the spool and splits it, with `part` of the training configurations for validation where no frame says so.
 * A configuration with samples is validated and tested on once, by its first one.  Called again
 * for another fold, it begins anew.  GG_USAGE: fewer runs than folds.
 * GG_TRUNCATED without a frame to train on, GG_INPUT if none of them has a particle. */
int gg_data_split(struct gg_train_data *d, struct gg_model *m, double part, struct gg_fold fold,
                  struct gg_err *err);
/* Room for graphs, once all frames are split, and none is there: `memory` bytes of them are kept between epochs. */
void gg_data_begin(struct gg_train_data *d, double memory);
/* (all) What gg_model_build wants to know of the first n training frames.  Their graphs are made here, by the ranks in turn, and kept where
 * there is room. */
int gg_data_facts(struct gg_train_data *d, const struct gg_model *m, const struct gg_ranks *ranks, int n,
                  struct gg_data_facts *facts, struct gg_err *err);
/* The sample's graph and inputs, kept or made: good until the next call, or for good if kept; NULL with err. */
struct gg_batch *gg_data_batch(struct gg_train_data *d, const struct gg_model *m, int sample,
                               struct gg_err *err);
void gg_data_free(struct gg_train_data *d);

#endif
