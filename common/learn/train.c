/* train.c -- the training loop */
#include "learn/fit_learn.h"
#include "learn/start.h"
#include "learn/standardise.h"
#include "optim/clip.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- data ---- */

int gg_train_add(struct gg_trainer *t, const struct gg_frame *f, int split, struct gg_arena *a,
                 struct gg_err *err)
{
    struct gg_sample s;
    bool any = false;
    if (t->model->fit)
        return gg_fit_add(t, f, split, a, err);
    if (t->spool.n == 0 && (gg_spool_open(&t->spool, err) || gg_model_see(t->model, f, err)))
        return -1;
    if (gg_sample_read(&s, t->model, f, true, a, err))
        return -1;
    for (int h = 0; h < t->model->n_head; h++)
        any |= s.target[h] != NULL;
    if (!any)
        return gg_fail(err, GG_INPUT, "the frame has none of the model's targets ('%s', ...)",
                       t->model->head[0].target);
    if (split >= 0)
        s.split = split;
    for (int k = 0; k < t->spool.n; k++)
        if (s.id[0] && !strcmp(s.id, t->spool.sample[k].id))
            return gg_fail(err, GG_INPUT, "sample id '%s' stands twice in the data", s.id);
    return gg_spool_add(&t->spool, t->model, &s, err);
}

static int split_samples(struct gg_trainer *t, struct gg_err *err)
{
    t->train = gg_xalloc((size_t)t->spool.n + 1, sizeof *t->train);
    t->validation = gg_xalloc((size_t)t->spool.n + 1, sizeof *t->validation);
    for (int k = 0; k < t->spool.n; k++) {
        int split = t->spool.sample[k].split;
        if (split == 1)
            t->validation[t->n_validation++] = k;
        else if (split <= 0)
            t->train[t->n_train++] = k;
    }
    if (t->n_validation == 0 && t->keys.validation > 0 && t->n_train > 1) {
        int n = (int)ceil(t->keys.validation * t->n_train);
        n = n < t->n_train ? n : t->n_train - 1;
        t->n_train -= n;
        t->n_validation = n;
        memcpy(t->validation, t->train + t->n_train, (size_t)n * sizeof *t->train);
    }
    if (t->n_train == 0)
        return gg_fail(err, GG_TRUNCATED, "no frame to train on: %d in the input, none of split train",
                       t->spool.n);
    return 0;
}

static double count_edges(const struct gg_sample *s, double cutoff, bool self, struct gg_arena *a,
                          struct gg_err *err)
{
    struct gg_cell cell;
    struct gg_edges e;
    if (gg_cell_init(&cell, s->dim, s->pbc, s->cell, err) ||
        gg_neighbors(&e, a, &cell, s->n_node, s->pos, cutoff, self, INT32_MAX, err))
        return gg_err_prefix(err, "sample '%s': ", s->id);
    return (double)e.n_edge;
}

static int facts_of(struct gg_trainer *t, struct gg_data_facts *facts, struct gg_err *err)
{
    struct gg_arena a = {0};
    double edges = 0, nodes = 0;
    for (int k = 0; k < t->spool.n; k++)
        for (int64_t i = 0; i < t->spool.sample[k].n_node; i++)
            if (t->spool.sample[k].type[i] >= facts->n_species)
                facts->n_species = t->spool.sample[k].type[i] + 1;
    for (int k = 0; k < t->n_train; k++) {
        const struct gg_sample *s = &t->spool.sample[t->train[k]];
        double n = count_edges(s, t->model->cutoff, t->model->self, &a, err);
        if (n < 0)
            break;
        edges += n;
        nodes += (double)s->n_node;
        gg_arena_reset(&a);
    }
    gg_arena_free(&a);
    facts->mean_neighbours = nodes > 0 ? edges / nodes : 0;
    return err->status ? -1 : 0;
}

int gg_train_prepare(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_data_facts facts = {0};
    err->status = 0;
    if (t->model->fit)
        return gg_fit_prepare(t, err);
    if (t->spool.n == 0)
        return gg_fail(err, GG_TRUNCATED, "no frames in the input");
    if (gg_spool_map(&t->spool, t->model, err) || split_samples(t, err) || facts_of(t, &facts, err) ||
        (t->keys.from && gg_model_start_facts(t->keys.from, &facts, err)) ||
        gg_model_build(t->model, &facts, err) || (t->keys.augment && gg_augment_check(t->model, err)))
        return -1;
    gg_model_standardise(t->model, &t->spool, t->train, t->n_train);
    gg_config_digest(&t->model->config, t->config_digest);
    t->data_digest = t->spool.digest;
    t->batch = gg_xalloc((size_t)t->spool.n, sizeof *t->batch);
    t->graph = gg_xalloc((size_t)t->spool.n, sizeof *t->graph);
    return 0;
}

/* ---- one step, one epoch ---- */

/* Those of another model, or drawn and set from the first frame. */
static int first_weights(struct gg_trainer *t, struct gg_err *err)
{
    if (t->keys.from)
        return gg_model_start_from(t->model, t->keys.from, &t->data_digest, err);
    gg_model_init_weights(t->model, (uint64_t)t->keys.seed);
    struct gg_batch *first = gg_train_batch(t, t->train[0], err);
    if (!first)
        return -1;
    gg_pass_calibrate(&t->pass, t->model, first);
    return 0;
}

static int start(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_model *m = t->model;
    const struct gg_train_keys *k = &t->keys;
    int64_t steps = (t->n_train + k->batch - 1) / k->batch;
    char path[4096];
    t->adam = gg_adam_defaults();
    t->adam.beta1 = k->beta1;
    t->adam.beta2 = k->beta2;
    t->adam.weight_decay = k->weight_decay;
    t->adam.amsgrad = k->amsgrad;
    gg_adam_init(&t->adam, m->n_weight);
    gg_ema_init(&t->ema, k->ema, m->n_weight);
    t->schedule = gg_schedule_defaults(k->lr);
    t->schedule.kind = (enum gg_schedule_kind)k->schedule;
    t->schedule.lr_final = k->lr_final;
    t->schedule.n_step = steps * k->epochs;
    t->schedule.n_warmup = k->warmup;
    t->schedule.every = k->every;
    t->schedule.factor = k->factor;
    t->schedule.patience = k->wait;
    t->dw = gg_xalloc((size_t)m->n_weight, sizeof *t->dw);
    t->best = gg_xalloc((size_t)m->n_weight, sizeof *t->best);
    t->best_loss = INFINITY;
    if (first_weights(t, err))
        return -1;
    int resumed = gg_checkpoint_read(t, err);
    if (resumed)
        return resumed;
    snprintf(path, sizeof path, "%s/metrics.jsonl", t->how.folder);
    if (gg_metrics_open(&t->metrics, path, 0, err))
        return -1;
    return gg_metrics_start(&t->metrics, t->config_digest, k->seed, t->how.argc, t->how.argv, err);
}

static void order_of_epoch(const struct gg_trainer *t, int64_t *order)
{
    struct gg_rng r = gg_rng_at((uint64_t)t->keys.seed, 0x6f726465 /* "orde" */, (uint32_t)t->epoch, 0);
    for (int k = 0; k < t->n_train; k++)
        order[k] = t->train[k];
    gg_rng_shuffle(&r, order, t->n_train);
}

/* Gradients of up to `batch` frames, averaged, then Adam. */
static int step(struct gg_trainer *t, const int64_t *order, struct gg_err *err)
{
    struct gg_model *m = t->model;
    int64_t left = t->n_train - t->position, n = left < t->keys.batch ? left : t->keys.batch;
    double loss = 0;
    memset(t->dw, 0, (size_t)m->n_weight * sizeof *t->dw);
    for (int64_t k = 0; k < n; k++) {
        int sample = (int)order[t->position + k];
        struct gg_batch *kept = gg_train_batch(t, sample, err);
        if (!kept)
            return -1;
        struct gg_batch b = gg_augment(t, kept, sample, k);
        gg_pass_forward(&t->pass, m, m->w, &b, true);
        loss += gg_loss(&t->pass, m, &b, &t->spool.sample[sample], true, 1.0 / (double)n);
        if (!isfinite(loss))
            return gg_fail(
                err, GG_NUMERICS,
                "sample '%s', epoch %lld: the loss is not finite; a smaller train.lr or train.clip may help",
                t->spool.sample[sample].id, (long long)t->epoch + 1);
        gg_pass_backward(&t->pass, m, m->w, &b, t->dw);
    }
    if (!isfinite(gg_clip_norm(t->dw, m->n_weight, t->keys.clip)))
        return gg_fail(err, GG_NUMERICS,
                       "epoch %lld: the gradient is not finite; a smaller train.lr or train.clip may help",
                       (long long)t->epoch + 1);
    gg_adam_step(&t->adam, gg_schedule_rate(&t->schedule, t->adam.step), m->w, t->dw);
    gg_ema_update(&t->ema, m->w);
    t->position += n;
    t->sum_loss += loss;
    return 0;
}

static int run_epoch(struct gg_trainer *t, struct gg_progress *bar, struct gg_err *err)
{
    struct gg_arena a = {0};
    int64_t *order = GG_NEW(&a, int64_t, (size_t)t->n_train);
    char note[80];
    int status = 0;
    order_of_epoch(t, order);
    while (t->position < t->n_train && !(status = step(t, order, err))) {
        snprintf(note, sizeof note, "epoch %lld  loss %.4f", (long long)t->epoch + 1,
                 t->sum_loss / (double)t->position);
        gg_progress_at(bar, t->epoch * t->n_train + t->position, note);
        if (t->how.stop && *t->how.stop) {
            status = gg_checkpoint_write(t, err) ? -1 : GG_STOPPED;
            break;
        }
    }
    gg_arena_free(&a);
    return status;
}

static void say(struct gg_trainer *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(struct gg_trainer *t, const char *fmt, ...)
{
    char line[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    if (t->how.note)
        t->how.note(t->how.context, line);
}

/* Validation, best so far, next position, checkpoint. */
static int end_epoch(struct gg_trainer *t, struct gg_err *err)
{
    double train_loss = t->sum_loss / t->n_train, loss = train_loss, rho = NAN;
    char path[4096];
    if (gg_validate(t, t->ema.mean, train_loss, &loss, &rho, err))
        return -1;
    bool better = loss < t->best_loss;
    t->epoch++;
    t->n_bad = better ? 0 : t->n_bad + 1;
    if (better || t->n_validation == 0) {
        t->best_loss = loss;
        t->best_epoch = t->epoch;
        memcpy(t->best, t->ema.mean, (size_t)t->model->n_weight * sizeof *t->best);
        snprintf(path, sizeof path, "%s/best.ggm", t->how.folder);
        if (t->n_validation && gg_model_save(t->model, t->best, path, &t->prov, err))
            return -1;
    }
    gg_schedule_observe(&t->schedule, loss);
    t->position = 0;
    t->sum_loss = 0;
    if (t->n_validation)
        say(t, "epoch %lld  loss %.4f  validation %.4f  correlation %.3f%s", (long long)t->epoch, train_loss,
            loss, rho, better ? "  best" : "");
    else
        say(t, "epoch %lld  loss %.4f", (long long)t->epoch, train_loss);
    bool due = t->epoch % t->how.checkpoint_every == 0 || t->epoch == t->keys.epochs;
    return due ? gg_checkpoint_write(t, err) : 0;
}

int gg_train_run(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_progress bar = {0};
    double began = gg_seconds();
    char path[4096];
    if (t->model->fit)
        return gg_fit_run(t, err);
    if (start(t, err) < 0)
        return -1;
    gg_progress_start(&bar, "gg-train", "frame", t->keys.epochs * t->n_train,
                      (enum gg_progress_mode)t->how.progress);
    while (t->epoch < t->keys.epochs && !(t->keys.patience && t->n_bad >= t->keys.patience)) {
        int status = run_epoch(t, &bar, err);
        gg_progress_clear(&bar);
        if (status)
            return status;
        if (end_epoch(t, err))
            return -1;
    }
    if (t->epoch == 0)
        memcpy(t->best, t->model->w, (size_t)t->model->n_weight * sizeof *t->best);
    snprintf(path, sizeof path, "%s/model.ggm", t->how.folder);
    if (gg_model_save(t->model, t->best, path, &t->prov, err) ||
        gg_metrics_stop(&t->metrics, 0, gg_seconds() - began, err))
        return -1;
    return 0;
}

int gg_train_cost(struct gg_trainer *t, struct gg_cost *cost, size_t *bytes, int64_t *n_edge,
                  struct gg_err *err)
{
    struct gg_batch *b = gg_train_batch(t, t->train[0], err);
    if (!b)
        return -1;
    *cost = gg_model_cost(t->model, &b->graph);
    *bytes = gg_pass_bytes(t->model, &b->graph, true) + (size_t)t->model->n_weight * 6 * sizeof(gg_real) +
             (size_t)gg_batch_bytes(t->model, (double)b->graph.n_node, (double)b->graph.n_edge);
    *n_edge = b->graph.n_edge;
    return 0;
}

void gg_train_free(struct gg_trainer *t)
{
    for (int k = 0; t->graph && k < t->spool.n; k++)
        gg_arena_free(&t->graph[k]);
    gg_fit_train_free(t);
    gg_arena_free(&t->scratch);
    gg_arena_free(&t->turned);
    gg_pass_free(&t->pass);
    gg_adam_free(&t->adam);
    gg_ema_free(&t->ema);
    gg_metrics_close(&t->metrics);
    gg_prov_clear(&t->prov);
    gg_spool_close(&t->spool);
    free(t->train);
    free(t->validation);
    free(t->batch);
    free(t->graph);
    free(t->dw);
    free(t->best);
}
