/* begin.c -- where a run of a network begins: first parameters, or a checkpoint
 *
 * What was taken of another model, what was left there and what is new here is told once, at the start of a run: a line each to the
 * person, all names to metrics.jsonl. */
#include "learn/network.h"
#include "learn/possible.h"
#include "learn/step.h"
#include "stream/crc32c.h"

#include <stdio.h>
#include <string.h>

/* ---- first parameters ---- */

/* Those that layers set from the first frame. */
static int calibrate(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_batch *first = gg_data_batch(&t->data, t->model, t->data.train[0], err);
    if (!first)
        return -1;
    gg_pass_calibrate(&t->pass, t->model, first);
    return 0;
}

/* New parameters see the taken ones when they are set from the first frame; then the taken ones stand as they were. */
static int take(struct gg_trainer *t, const struct gg_start *s, struct gg_err *err)
{
    struct gg_model *m = t->model;
    gg_model_init_weights(m, (uint64_t)t->keys.seed);
    gg_start_take(s, m);
    if (s->fresh.n && calibrate(t, err))
        return -1;
    gg_start_take(s, m);
    t->data.digest = gg_crc32c(t->data.digest, m->w, (size_t)m->n_weight * sizeof *m->w);
    return 0;
}

static int first_weights(struct gg_trainer *t, struct gg_err *err)
{
    if (t->keys.from)
        return take(t, &t->start, err);
    gg_model_init_weights(t->model, (uint64_t)t->keys.seed);
    return calibrate(t, err);
}

/* ---- what is told of it ---- */

static void tell_names(struct gg_trainer *t, const char *what, const struct gg_texts *names)
{
    enum { MOST = 4 };
    char line[400];
    size_t n = 0;
    if (names->n == 0)
        return;
    for (int k = 0; k < names->n && k < MOST; k++)
        n += (size_t)snprintf(line + n, sizeof line - n, "%s%.60s", k ? ", " : "", names->v[k]);
    if (names->n > MOST)
        snprintf(line + n, sizeof line - n, " and %d more", names->n - MOST);
    gg_train_say(t, "train.from: %s: %s", what, line);
}

static void put_names(struct gg_json *j, const char *key, const struct gg_texts *names)
{
    gg_json_begin(j, key, '[');
    for (int k = 0; k < names->n; k++)
        gg_json_text(j, NULL, names->v[k]);
    gg_json_end(j, ']');
}

static int report(struct gg_trainer *t, const struct gg_start *s, struct gg_err *err)
{
    if (!t->keys.from)
        return 0;
    gg_train_say(t, "train.from: %d of %d parameter tensors of %s taken%s", s->taken.n,
                 s->taken.n + s->left.n, t->keys.from,
                 s->inputs ? ", and the standardisation of the inputs" : "");
    tell_names(t, "left there", &s->left);
    tell_names(t, "new here", &s->fresh);
    struct gg_json *j = gg_metrics_begin(&t->metrics, "from");
    gg_json_text(j, "file", t->keys.from);
    put_names(j, "taken", &s->taken);
    put_names(j, "left", &s->left);
    put_names(j, "new", &s->fresh);
    return gg_metrics_end(&t->metrics, err);
}

/* ---- both ---- */

int gg_network_begin(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_train_keys *k = &t->keys;
    int64_t steps = (t->data.n_train + k->batch - 1) / k->batch;
    const struct gg_batch *first = gg_data_batch(&t->data, t->model, t->data.train[0], err);
    /* gradient, two moments, running mean, best, and what statistics are told */
    int status = !first || gg_train_deal(t, err) ||
                         gg_possible_memory(t->model, first, true,
                                            6.0 * (double)t->model->n_weight * sizeof(gg_real), err)
                     ? -1
                     : 0;
    if (gg_ranks_agree(&t->ranks, status, err))
        return -1;
    gg_state_init(&t->state, k, t->model->n_weight, steps * k->epochs);
    gg_step_begin(t);
    if (first_weights(t, err))
        return -1;
    int resumed = gg_checkpoint_read(t, err);
    if (resumed)
        return resumed < 0 ? -1 : 0;
    if (gg_train_measure(t, "metrics.jsonl", 0, err))
        return -1;
    status = gg_metrics_start(&t->metrics, t->config_digest, k->seed, t->how.argc, t->how.argv, err) ||
                     report(t, &t->start, err)
                 ? -1
                 : 0;
    return gg_ranks_agree(&t->ranks, status, err);
}
