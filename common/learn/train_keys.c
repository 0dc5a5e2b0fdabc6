/* train_keys.c -- the keys of `train:` (gg_model(5)) */
#include "learn/train.h"

#include <string.h>

const struct gg_train_keys gg_train_defaults = {.lr = 1e-3,
                                                .lr_final = 0,
                                                .beta1 = 0.9,
                                                .beta2 = 0.999,
                                                .clip = 10,
                                                .ema = 0.99,
                                                .factor = 0.5,
                                                .epochs = 100,
                                                .batch = 1,
                                                .schedule = GG_SCHEDULE_COSINE,
                                                .every = 1000,
                                                .wait = 10};

#define AT(field) offsetof(struct gg_train_keys, field)
const struct gg_opt gg_train_table[] = {
    {"optimizer", GG_OPT_CHOICE, AT(optimizer), "how parameters move", NULL, NULL, 0, 0, "adam", 0, false},
    {"lr", GG_OPT_REAL, AT(lr), "highest learning rate", "RATE", NULL, 0, 1e3, NULL, 0, false},
    {"from", GG_OPT_TEXT, AT(from), "start with the parameters of this model", "FILE", NULL, 0, 0, NULL, 0,
     false},
    {"epochs", GG_OPT_INT, AT(epochs), "passes over the training frames", "N", NULL, 0, 1000000, NULL, 0,
     false},
    {"batch", GG_OPT_INT, AT(batch), "frames a step", "N", NULL, 1, 1000000, NULL, 0, false},
    {"seed", GG_OPT_INT, AT(seed), "of the initial parameters and the order of frames", "N", NULL, 0,
     4294967295.0, NULL, 0, false},
    {"schedule", GG_OPT_CHOICE, AT(schedule), "course of the learning rate", NULL, NULL, 0, 0,
     GG_SCHEDULE_CHOICES, 0, false},
    {"lr-final", GG_OPT_REAL, AT(lr_final), "where cosine ends, where step and plateau stop", "RATE", NULL, 0,
     1e3, NULL, 0, false},
    {"warmup", GG_OPT_INT, AT(warmup), "steps over which the rate grows from 0", "STEPS", NULL, 0, 1e9, NULL,
     0, false},
    {"every", GG_OPT_INT, AT(every), "schedule step: steps between two falls", "STEPS", NULL, 1, 1e9, NULL, 0,
     false},
    {"factor", GG_OPT_REAL, AT(factor), "schedules step and plateau: the rate falls by this", "X", NULL, 0, 1,
     NULL, 0, false},
    {"wait", GG_OPT_INT, AT(wait), "schedule plateau: epochs without improvement before a fall", "EPOCHS",
     NULL, 1, 1e9, NULL, 0, false},
    {"clip", GG_OPT_REAL, AT(clip), "bound on the norm of the gradient; 0 = none", "NORM", NULL, 0, 1e12,
     NULL, 0, false},
    {"ema", GG_OPT_REAL, AT(ema),
     "decay of the running mean of the parameters that is validated and saved; 0 = none", "DECAY", NULL, 0,
     0.999999, NULL, 0, false},
    {"weight-decay", GG_OPT_REAL, AT(weight_decay), "decoupled weight decay", "RATE", NULL, 0, 1e3, NULL, 0,
     false},
    {"beta1", GG_OPT_REAL, AT(beta1), "Adam: decay of the mean", "X", NULL, 0, 0.999999, NULL, 0, false},
    {"beta2", GG_OPT_REAL, AT(beta2), "Adam: decay of the square", "X", NULL, 0, 0.999999, NULL, 0, false},
    {"amsgrad", GG_OPT_FLAG, AT(amsgrad), "Adam: never forget the largest square", NULL, NULL, 0, 0, NULL, 0,
     false},
    {"augment", GG_OPT_CHOICE, AT(augment),
     "axes: every step sees its frames with axes permuted and mirrored", NULL, NULL, 0, 0, "none|axes", 0,
     false},
    {"patience", GG_OPT_INT, AT(patience),
     "stop after so many epochs without a better validation loss; 0 = never", "EPOCHS", NULL, 0, 1e9, NULL, 0,
     false},
    {"validation", GG_OPT_REAL, AT(validation),
     "part of the training frames, from the end, to validate on when no frame says so", "PART", NULL, 0, 0.9,
     NULL, 0, false},
    {0}};
#undef AT

/* A fit takes no steps: what is set for them would do nothing.  The seed names the run in its history all the same, and gg-learncurve
 * gives every run one. */
static int check_fit(const struct gg_yaml *keys, struct gg_err *err)
{
    for (const struct gg_yaml *y = keys->first; y; y = y->next) {
        if (!strcmp(y->key, "seed"))
            continue;
        if (!strcmp(y->key, "from"))
            return gg_yaml_fail(y, err, "train.from: a fit starts from nothing: leave it out");
        if (!strcmp(y->key, "validation"))
            return gg_yaml_fail(
                y, err,
                "train.validation: the frames of a fit are not kept to be split; --validation "
                "or the field split (gg-select) says which are for validation");
        return gg_yaml_fail(
            y, err,
            "train.%s: steers the steps of a network, and this model has 'fit', which is solved "
            "at once: leave it out (fit.penalty is what a fit can be tuned by)",
            y->key);
    }
    return 0;
}

int gg_train_open(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_config *c = &t->model->config;
    struct gg_yaml *keys = gg_yaml_get(c->root, "train");
    t->keys = gg_train_defaults;
    if (keys && (gg_yaml_expect(keys, GG_YAML_MAP, "train", err) ||
                 gg_yaml_fill(keys, &t->model->arena, gg_train_table, &t->keys, NULL, "train", err)))
        return -1;
    if (t->model->fit)
        return keys ? check_fit(keys, err) : 0;
    if (!keys)
        keys = gg_yaml_add(c->root, &c->arena, GG_YAML_MAP, "train");
    gg_yaml_add_defaults(keys, &c->arena, gg_train_table, &t->keys);
    return 0;
}
