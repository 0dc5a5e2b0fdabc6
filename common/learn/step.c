/* step.c -- one step of a training: the gradient of a batch, and the parameters after it */
#include "learn/step.h"
#include "learn/rates.h"
#include "model/loss.h"
#include "model/blame.h"
#include "optim/clip.h"
#include "optim/sparse.h"

#include <math.h>
#include <stdlib.h>

/* Has the model statistics that follow the frames? */
static bool follows(const struct gg_model *m)
{
    bool any = false;
    for (int k = 0; k < m->n_op; k++)
        any |= gg_layer_follows(&m->op[k].layer);
    return any;
}

void gg_step_begin(struct gg_trainer *t)
{
    int64_t n = t->model->n_weight, most = t->keys.batch < t->data.n_train ? t->keys.batch : t->data.n_train;
    gg_shards_init(&t->shards, t->keys.shards, most, n, t->ranks.rank, t->ranks.n > 1 ? t->ranks.n : 1);
    t->state.adam.factor = t->factor;
    t->state.adam.decay = t->decay;
    t->dw = gg_xalloc((size_t)n, sizeof *t->dw);
    t->observed = gg_xalloc((size_t)(n * (follows(t->model) ? most : 1)), sizeof *t->observed);
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

/* A sample draws its own numbers in each epoch; k: its place in the batch. */
static void set_pass(struct gg_trainer *t, int sample, int64_t k)
{
    t->pass.train = true;
    t->pass.random = gg_rng_at((uint64_t)t->keys.seed, 0x64726177 /* "draw" */, (uint32_t)t->state.epoch,
                               (uint32_t)sample);
    t->pass.state = t->observed + (follows(t->model) ? k * t->model->n_weight : 0);
}

static int not_finite(const struct gg_trainer *t, const char *what, const char *id, const char *why,
                      struct gg_err *err)
{
    return gg_fail(
        err, GG_NUMERICS,
        "sample '%s', epoch %lld: the %s is not finite: %s; a smaller train.lr or train.clip may help", id,
        (long long)t->state.epoch + 1, what, why);
}

/* Sample k of n in the batch. */
static int add_sample(struct gg_trainer *t, int sample, int64_t k, int64_t n, struct gg_err *err)
{
    struct gg_model *m = t->model;
    struct gg_sample s;
    struct gg_batch b;
    if (see(t, sample, &s, &b, err))
        return -1;
    set_pass(t, sample, k);
    gg_pass_forward(&t->pass, m, m->w, &b, true);
    double worth = s.worth / t->data.mean_worth,
           loss = worth * gg_loss(&t->pass, m, &b, &s, true, worth / (double)n);
    if (!isfinite(loss)) {
        char why[GG_TRACE_TEXT];
        gg_trace_blame(&t->pass, m, m->w, &b, &s, why);
        return not_finite(t, "loss", s.id, why, err);
    }
    gg_pass_backward(&t->pass, m, m->w, &b, gg_shards_add(&t->shards, k, loss));
    return 0;
}

/* Forward, loss and backward of those of the n samples that are for this rank. */
static int add_samples(struct gg_trainer *t, const int64_t *sample, int64_t n, struct gg_err *err)
{
    int64_t fault = -1;
    for (int64_t k = 0; k < n && fault < 0; k++)
        if (gg_shards_hold(&t->shards, k) && add_sample(t, (int)sample[k], k, n, err))
            fault = k;
    return gg_ranks_fault(&t->ranks, fault, err);
}

/* Statistics take in the samples in their order: no forward pass of training reads them. */
static void follow(struct gg_trainer *t, int64_t n)
{
    struct gg_model *m = t->model;
    if (!follows(m))
        return;
    gg_ranks_gather(&t->ranks, t->observed, (size_t)m->n_weight * sizeof *t->observed, n, t->keys.shards);
    for (int64_t k = 0; k < n; k++) {
        gg_real *state = t->observed + k * m->n_weight;
        gg_rates_hold(&t->keys, m, m->w, state);
        gg_model_follow(m, m->w, state);
    }
}

/* The sum does not say whose it is: each sample of the step again, by itself. */
static int gradient_not_finite(struct gg_trainer *t, const int64_t *order, int64_t n, struct gg_err *err)
{
    struct gg_sample s;
    struct gg_batch b;
    char why[GG_TRACE_TEXT];
    for (int64_t k = 0; k < n; k++) {
        if (see(t, (int)order[k], &s, &b, err))
            return -1;
        set_pass(t, (int)order[k], k);
        if (gg_trace_blame(&t->pass, t->model, t->model->w, &b, &s, why))
            return not_finite(t, "gradient", s.id, why, err);
    }
    return not_finite(t, "sum of the gradients", "of the step", "each by itself is finite", err);
}

/* What the optimiser squares must be a number, and its square, too. */
static int check_gradient(struct gg_trainer *t, double norm, const int64_t *order, int64_t n,
                          struct gg_err *err)
{
    static const double most = 1e18; /* 1e36 is a float, 1e39 is none */
    if (!isfinite(norm))
        return gradient_not_finite(t, order, n, err);
    double left = t->keys.clip > 0 ? fmin(norm, t->keys.clip) : norm;
    return left <= most ? 0
                        : gg_fail(err, GG_NUMERICS,
                                  "epoch %lld: the gradient has a length of %.3g, at most %g can be: the "
                                  "training diverges; a smaller train.lr or train.clip may help",
                                  (long long)t->state.epoch + 1, left, most);
}

int gg_step(struct gg_trainer *t, const int64_t *order, struct gg_err *err)
{
    struct gg_model *m = t->model;
    struct gg_train_state *state = &t->state;
    int64_t left = t->data.n_train - state->position, n = left < t->keys.batch ? left : t->keys.batch;
    gg_shards_begin(&t->shards, n);
    if (add_samples(t, order + state->position, n, err))
        return -1;
    follow(t, n);
    double loss = gg_ranks_sum(&t->ranks, &t->shards, t->dw);
    gg_rates_mask(t->factor, m->n_weight, t->dw);
    double norm = gg_clip_norm(t->dw, m->n_weight, t->keys.clip);
    if (check_gradient(t, norm, order + state->position, n, err))
        return -1;
    double lr = gg_schedule_rate(&state->schedule, state->adam.step);
    gg_adam_step(&state->adam, lr, m->w, t->dw);
    gg_sparse_step(t->sparse, lr, m->n_weight, m->w, state->ema.mean);
    gg_ema_update(&state->ema, m->w);
    state->position += n;
    state->sum_loss += loss;
    return 0;
}
