/* train_keys.c -- the keys of `train:` (gg_model(5)) */
#include "learn/train_keys.h"
#include "optim/schedule.h"

const struct gg_train_keys gg_train_defaults = {.lr = 1e-3,
                                                .lr_final = 0,
                                                .beta1 = 0.9,
                                                .beta2 = 0.999,
                                                .clip = 10,
                                                .ema = 0.99,
                                                .factor = 0.5,
                                                .epochs = 100,
                                                .batch = 1,
                                                .shards = 64,
                                                .schedule = GG_SCHEDULE_COSINE,
                                                .every = 1000,
                                                .wait = 10};

#define AT(field) offsetof(struct gg_train_keys, field)
const struct gg_opt gg_train_table[] = {
    {"optimizer", GG_OPT_CHOICE, AT(optimizer), "how parameters move", .choices = "adam"},
    {"lr", GG_OPT_REAL, AT(lr), "highest learning rate", .arg = "RATE", .max = 1e3},
    {"from", GG_OPT_TEXT, AT(from), "start with the parameters of this model", .arg = "FILE"},
    {"take", GG_OPT_TEXTS, AT(take), "only parameters of such names are taken from it", .arg = "PATTERN"},
    {"freeze", GG_OPT_TEXTS, AT(freeze), "parameters of such names do not move", .arg = "PATTERN"},
    {"epochs", GG_OPT_INT, AT(epochs), "passes over the training frames", .arg = "N", .max = 1000000},
    {"batch", GG_OPT_INT, AT(batch), "frames a step", .arg = "N", .min = 1, .max = 1000000},
    {"shards", GG_OPT_INT, AT(shards),
     "sums that the gradients of a batch are added in, whoever computes them", .arg = "N", .min = 1,
     .max = 1000000},
    {"seed", GG_OPT_INT, AT(seed), "of the initial parameters and the order of frames", .arg = "N",
     .max = 4294967295.0},
    {"schedule", GG_OPT_CHOICE, AT(schedule), "course of the learning rate", .choices = GG_SCHEDULE_CHOICES},
    {"lr-final", GG_OPT_REAL, AT(lr_final), "where cosine ends, where step and plateau stop", .arg = "RATE",
     .max = 1e3, .when = "schedule=cosine|step|plateau"},
    {"warmup", GG_OPT_INT, AT(warmup), "steps over which the rate grows from 0", .arg = "STEPS", .max = 1e9},
    {"every", GG_OPT_INT, AT(every), "schedule step: steps between two falls", .arg = "STEPS", .min = 1,
     .max = 1e9, .when = "schedule=step"},
    {"factor", GG_OPT_REAL, AT(factor), "schedules step and plateau: the rate falls by this", .arg = "X",
     .max = 1, .when = "schedule=step|plateau"},
    {"wait", GG_OPT_INT, AT(wait), "schedule plateau: epochs without improvement before a fall",
     .arg = "EPOCHS", .min = 1, .max = 1e9, .when = "schedule=plateau"},
    {"clip", GG_OPT_REAL, AT(clip), "bound on the norm of the gradient; 0 = none", .arg = "NORM",
     .max = 1e12},
    {"ema", GG_OPT_REAL, AT(ema),
     "decay of the running mean of the parameters that is validated and saved; 0 = none", .arg = "DECAY",
     .max = 0.999999},
    {"weight-decay", GG_OPT_REAL, AT(weight_decay), "decoupled weight decay", .arg = "RATE", .max = 1e3},
    {"beta1", GG_OPT_REAL, AT(beta1), "Adam: decay of the mean", .arg = "X", .max = 0.999999},
    {"beta2", GG_OPT_REAL, AT(beta2), "Adam: decay of the square", .arg = "X", .max = 0.999999},
    {"amsgrad", GG_OPT_FLAG, AT(amsgrad), "Adam: never forget the largest square"},
    {"augment", GG_OPT_CHOICE, AT(augment), "axes: as the first of views", .choices = "none|axes"},
    {"patience", GG_OPT_INT, AT(patience),
     "stop after so many epochs without a better validation loss; 0 = never", .arg = "EPOCHS", .max = 1e9},
    {"validation", GG_OPT_REAL, AT(validation),
     "part of the training frames, from the end, to validate on when no frame says so", .arg = "PART",
     .max = 0.9},
    {0}};
#undef AT

const char *const gg_train_length[] = {"epochs", "patience", NULL};
