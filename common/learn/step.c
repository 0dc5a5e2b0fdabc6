/* step.c -- one step of a training: the gradient of a batch, and the parameters after it */
#include "learn/step.h"
#include "learn/rates.h"
#include "model/loss.h"
#include "optim/clip.h"

#include <math.h>
#include <stdlib.h>

void gg_step_begin(struct gg_trainer *t)
{
    int64_t n = t->model->n_weight, most = t->keys.batch < t->data.n_train ? t->keys.batch : t->data.n_train;
    gg_shards_init(&t->shards, t->keys.shards, most, n);
    t->state.adam.factor = t->factor;
    t->dw = gg_xalloc((size_t)n, sizeof *t->dw);
    t->observed = gg_xalloc((size_t)n, sizeof *t->observed);
}

/* The sample as this epoch sees it. */
static int see(struct gg_trainer *t, int sample, struct gg_sample *s, struct gg_batch *b, struct gg_err *err)
{
    const struct gg_sample *whole = &t->data.spool.sample[sample];
    struct gg_batch *kept = t->views.moves ? NULL : gg_data_batch(&t->data, t->model, sample, err);
    struct gg_view_key key = {(uint64_t)t->keys.seed, (uint32_t)t->state.epoch, (uint32_t)sample};
    if (!kept && !t->views.moves)
        return -1;
    gg_arena_reset(&t->seen);
    if (gg_views_see(&t->views, t->model, whole, kept, key, s, b, &t->seen, err))
        return gg_err_prefix(err, "sample '%s': ", whole->id);
    return 0;
}

/* Sample k of n in the batch. */
static int add_sample(struct gg_trainer *t, int sample, int64_t k, int64_t n, struct gg_err *err)
{
    struct gg_model *m = t->model;
    struct gg_sample s;
    struct gg_batch b;
    if (see(t, sample, &s, &b, err))
        return -1;
    t->pass.train = true;
    t->pass.random = gg_rng_at((uint64_t)t->keys.seed, 0x64726177 /* "draw" */, (uint32_t)t->state.epoch,
                               (uint32_t)sample);
    t->pass.state = t->observed;
    gg_pass_forward(&t->pass, m, m->w, &b, true);
    double loss = gg_loss(&t->pass, m, &b, &s, true, 1.0 / (double)n);
    if (!isfinite(loss))
        return gg_fail(
            err, GG_NUMERICS,
            "sample '%s', epoch %lld: the loss is not finite; a smaller train.lr or train.clip may help",
            s.id, (long long)t->state.epoch + 1);
    gg_pass_backward(&t->pass, m, m->w, &b, gg_shards_add(&t->shards, k, loss));
    gg_rates_hold(&t->keys, m, m->w, t->observed);
    gg_model_follow(m, m->w, t->observed);
    return 0;
}

int gg_step(struct gg_trainer *t, const int64_t *order, struct gg_err *err)
{
    struct gg_model *m = t->model;
    struct gg_train_state *state = &t->state;
    int64_t left = t->data.n_train - state->position, n = left < t->keys.batch ? left : t->keys.batch;
    gg_shards_begin(&t->shards, n);
    for (int64_t k = 0; k < n; k++)
        if (add_sample(t, (int)order[state->position + k], k, n, err))
            return -1;
    double loss = gg_shards_sum(&t->shards, t->dw);
    gg_rates_mask(t->factor, m->n_weight, t->dw);
    if (!isfinite(gg_clip_norm(t->dw, m->n_weight, t->keys.clip)))
        return gg_fail(err, GG_NUMERICS,
                       "epoch %lld: the gradient is not finite; a smaller train.lr or train.clip may help",
                       (long long)state->epoch + 1);
    gg_adam_step(&state->adam, gg_schedule_rate(&state->schedule, state->adam.step), m->w, t->dw);
    gg_ema_update(&state->ema, m->w);
    state->position += n;
    state->sum_loss += loss;
    return 0;
}
