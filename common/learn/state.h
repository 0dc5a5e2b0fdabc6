/* state.h -- what a training has come to: everything that a checkpoint holds beside the parameters themselves
 *
 * It owns its arrays.  Configuration, seed and data give all that is not in here, so that a run which goes on from a checkpoint
 * makes the same bytes as one that was never stopped. */
#ifndef GG_TRAIN_STATE_H
#define GG_TRAIN_STATE_H

#include "learn/train_keys.h"
#include "optim/adam.h"
#include "optim/ema.h"
#include "optim/schedule.h"

struct gg_train_state {
    struct gg_adam adam;
    struct gg_ema ema; /* of the parameters: what is validated and saved */
    struct gg_schedule schedule;
    gg_real *best;             /* [adam.n] parameters of the best epoch so far */
    int64_t epoch, position;   /* frames of the epoch already used */
    double sum_loss;           /* of those */
    double best_loss;          /* infinity before the first epoch */
    int64_t best_epoch, n_bad; /* n_bad: epochs without improvement */
};

/* At the start of a run of n_step steps with n parameters. */
void gg_state_init(struct gg_train_state *s, const struct gg_train_keys *keys, int64_t n, int64_t n_step);
void gg_state_free(struct gg_train_state *s);

/* The state as a list of named arrays, for a checkpoint; w: the parameters.  Numbers of an entry lie in min .. max. */
struct gg_state_entry {
    const char *name;
    void *data;
    int64_t n;
    int dtype; /* enum gg_dtype */
    double min, max;
};
enum { GG_STATE_ENTRIES = 20 };
/* n_train: frames of an epoch. */
int gg_state_entries(struct gg_train_state *s, gg_real *w, int n_train,
                     struct gg_state_entry e[GG_STATE_ENTRIES]);

#endif
