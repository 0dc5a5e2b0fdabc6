/* run.c -- the run of a network: steps, epochs, validation, files */
#include "learn/network.h"
#include "learn/step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void order_of_epoch(const struct gg_trainer *t, int64_t *order)
{
    struct gg_rng r = gg_rng_at((uint64_t)t->keys.seed, 0x6f726465 /* "orde" */, (uint32_t)t->state.epoch, 0);
    for (int k = 0; k < t->data.n_train; k++)
        order[k] = t->data.train[k];
    gg_rng_shuffle(&r, order, t->data.n_train);
}

static int run_epoch(struct gg_trainer *t, struct gg_progress *bar, struct gg_err *err)
{
    struct gg_arena a = {0};
    int64_t *order = GG_NEW(&a, int64_t, (size_t)t->data.n_train);
    char note[80];
    int status = 0;
    order_of_epoch(t, order);
    while (t->state.position < t->data.n_train && !(status = gg_step(t, order, err))) {
        snprintf(note, sizeof note, "epoch %lld  loss %.4f", (long long)t->state.epoch + 1,
                 t->state.sum_loss / (double)t->state.position);
        gg_progress_at(bar, t->state.epoch * t->data.n_train + t->state.position, note);
        if (gg_ranks_any(&t->ranks, t->how.stop && *t->how.stop)) {
            status = gg_checkpoint_write(t, err) ? -1 : GG_STOPPED;
            break;
        }
    }
    gg_arena_free(&a);
    return status;
}

/* Validation, best so far, next position, checkpoint. */
static int end_epoch(struct gg_trainer *t, struct gg_err *err)
{
    double train_loss = t->state.sum_loss / t->data.n_train;
    struct gg_verdict v;
    if (gg_ranks_agree(&t->ranks, gg_validate(t, t->state.ema.mean, train_loss, &v, err), err))
        return -1;
    bool better = v.judged < t->state.best_loss || t->state.best_epoch == 0;
    t->state.epoch++;
    t->state.n_bad = better ? 0 : t->state.n_bad + 1;
    if (better || t->data.validation.n == 0) {
        t->state.best_loss = isnan(v.judged) ? INFINITY : v.judged;
        t->state.best_epoch = t->state.epoch;
        memcpy(t->state.best, t->state.ema.mean, (size_t)t->model->n_weight * sizeof *t->state.best);
        if (t->data.validation.n && gg_train_save(t, t->state.best, "best.ggm", err))
            return -1;
    }
    gg_schedule_observe(&t->state.schedule, isnan(v.judged) ? INFINITY : v.judged);
    t->state.position = 0;
    t->state.sum_loss = 0;
    if (t->data.validation.n)
        gg_train_say(t, "epoch %lld  loss %.4f  validation %.4f  correlation %.3f%s",
                     (long long)t->state.epoch, train_loss, v.loss, v.rho, better ? "  best" : "");
    else
        gg_train_say(t, "epoch %lld  loss %.4f", (long long)t->state.epoch, train_loss);
    bool due = t->state.epoch % t->how.checkpoint_every == 0 || t->state.epoch == t->keys.epochs;
    return due ? gg_checkpoint_write(t, err) : 0;
}

static bool is_patient(const struct gg_trainer *t)
{
    return !t->keys.patience || t->state.n_bad < t->keys.patience;
}

static int steps(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_progress bar = {0};
    gg_progress_start(&bar, "gg-train", "frame", t->keys.epochs * t->data.n_train,
                      (enum gg_progress_mode)t->how.progress);
    while (t->state.epoch < t->keys.epochs && is_patient(t)) {
        int status = run_epoch(t, &bar, err);
        gg_progress_clear(&bar);
        if (status)
            return status;
        if (end_epoch(t, err))
            return -1;
    }
    return 0;
}

/* (all) The last line of the measurements. */
static int stop(struct gg_trainer *t, double began, struct gg_err *err)
{
    struct gg_run_cost cost = {gg_network_gflop(t), gg_seconds() - began, gg_train_processor(t)};
    return gg_ranks_agree(&t->ranks, gg_metrics_stop(&t->metrics, 0, &cost, err), err);
}

int gg_network_run(struct gg_trainer *t, struct gg_err *err)
{
    double began = gg_seconds();
    if (gg_network_begin(t, err))
        return -1;
    bool complete = t->state.epoch > 0 && (t->state.epoch == t->keys.epochs || !is_patient(t));
    int status = steps(t, err);
    if (status == GG_STOPPED)
        gg_train_say(t, "stopped behind frame %lld of %d of epoch %lld; the same command goes on from there",
                     (long long)t->state.position, t->data.n_train, (long long)t->state.epoch + 1);
    if (status)
        return status;
    if (t->state.epoch == 0)
        memcpy(t->state.best, t->model->w, (size_t)t->model->n_weight * sizeof *t->state.best);
    status = gg_train_save(t, t->state.best, "model.ggm", err) || gg_summary(t, complete, err) ||
                     gg_summary_test(t, err)
                 ? -1
                 : 0;
    if (gg_ranks_agree(&t->ranks, status, err) || stop(t, began, err))
        return -1;
    if (t->how.seeds < 2 && !t->how.folds && !t->how.quiet)
        gg_summary_next(t, gg_seconds() - began);
    return 0;
}
