/* train_keys.h -- the keys of `train:` (gg_model(5)) */
#ifndef GG_TRAIN_KEYS_H
#define GG_TRAIN_KEYS_H

#include "util/opt.h"

/* Factors of the learning rate or of weight decay, or strengths, by pattern of parameter names, in the order of the file. */
struct gg_rates {
    int n;
    const char **pattern;
    double *factor;
};

/* train.judge: what says which epoch is the best, when patience ends and when the schedule plateau falls. */
enum gg_judge_by { GG_JUDGE_LOSS, GG_JUDGE_RHO_CONFIG, GG_JUDGE_RHO_POOLED };
struct gg_judge {
    int by;
    const char *target, *species; /* NULL: all */
    double time;                  /* 0: all */
};

/* Fields with weights in the loss: a number a particle, a number a frame; NULL: none. */
struct gg_weight_fields {
    const char *particle, *frame;
};

struct gg_train_keys {
    const char *from;             /* a model file to start from */
    struct gg_texts take, freeze; /* patterns of parameter names */
    struct gg_texts hidden;       /* patterns of layer names (hidden.h) */
    struct gg_rates rates, decays, sparse;
    struct gg_judge judge;
    struct gg_weight_fields weights;
    int optimizer, schedule, augment;
    double lr, lr_final, weight_decay, beta1, beta2, clip, ema, factor, stretch, validation;
    int64_t epochs, batch, shards, warmup, every, patience, wait, seed;
    bool amsgrad, restandardise;
};
extern const struct gg_opt gg_train_table[];
extern const struct gg_train_keys gg_train_defaults;
/* Keys that say how far a run goes and nothing else: a run that goes on may change them.  Ends with NULL. */
extern const char *const gg_train_length[];

#endif
