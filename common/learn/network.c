/* network.c -- the network as a learner: frames are kept, then steps are taken (run.c) */
#include "learn/network.h"
#include "layers/layers.h"
#include "model/blame.h"
#include "learn/possible.h"
#include "learn/rates.h"
#include "learn/standardise.h"
#include "learn/start.h"
#include "model/loss.h"
#include "stream/crc32c.h"

#include <stdlib.h>

/* Without `in` a head would read what the head before it put out.  Model files of old may have such heads: only here they are refused. */
static int check_heads(const struct gg_config *c, struct gg_err *err)
{
    const struct gg_yaml *first = gg_yaml_get(c->root, "heads")->first;
    for (const struct gg_yaml *y = first->next; y; y = y->next) {
        const struct gg_yaml *layer = gg_yaml_get(y, "layer");
        const struct gg_layer_type *type = layer && layer->text ? gg_layer_find(layer->text) : NULL;
        if (type && !type->from_graph && !gg_yaml_get(y, "in"))
            return gg_yaml_fail(
                y, err, "the head of '%s' has no 'in': only the first head reads the last layer without one",
                gg_yaml_get(y, "target")->text);
    }
    return 0;
}

static int keys(struct gg_trainer *t, struct gg_yaml *map, struct gg_err *err)
{
    struct gg_config *c = &t->model->config;
    if (t->keys.take.n && !t->keys.from)
        return gg_yaml_fail(gg_yaml_get(map, "take"), err, "train.take: of what? train.from is not there");
    if (t->keys.restandardise && !t->keys.from)
        return gg_yaml_fail(gg_yaml_get(map, "restandardise"), err,
                            "train.restandardise: of what is taken, and train.from is not there");
    if (check_heads(c, err))
        return -1;
    if (t->keys.augment && gg_views_add(&t->views, "axes", NULL, &t->model->arena, err))
        return -1;
    if (map && gg_yaml_get(map, "views") &&
        gg_views_read(&t->views, gg_yaml_get(map, "views"), &t->model->arena, &c->arena, err))
        return -1;
    if (gg_views_claim(&t->views, t->model, err))
        return -1;
    t->making = gg_views_making(&t->views);
    if (!map)
        map = gg_yaml_add(c->root, &c->arena, GG_YAML_MAP, "train");
    gg_yaml_add_defaults(map, &c->arena, gg_train_table, &t->keys, NULL);
    return 0;
}

static int add(struct gg_trainer *t, const struct gg_frame *f, int split, struct gg_arena *a,
               struct gg_err *err)
{
    return gg_data_add(&t->data, t->model, &t->keys.weights, f, split, a, err);
}

/* Terms that are no mean over particles have no place for their weights. */
static int check_weights(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_model *m = t->model;
    for (int q = 0; t->keys.weights.particle && q < m->n_term; q++)
        if (!m->term[q].type->weighs)
            return gg_yaml_fail(
                m->term[q].from ? m->term[q].from : gg_yaml_get(m->config.root, "train"), err,
                "loss: %s is no mean over particles, and train.weights.particle weighs them: leave "
                "one of them out",
                m->term[q].type->name);
    return 0;
}

/* What waits for the loss on validation frames would wait for ever without them. */
static int check_judged(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_yaml *map = gg_yaml_get(t->model->config.root, "train");
    static const char right[] =
        "--validation FILE, the field split (gg-select --split) or train.validation: 0.1 "
        "gives some";
    if (t->data.validation.n)
        return 0;
    if (t->keys.judge.by != GG_JUDGE_LOSS)
        return gg_yaml_fail(gg_yaml_get(map, "judge"), err,
                            "train.judge: a correlation in the validation frames, and there is none: %s",
                            right);
    if (t->keys.patience)
        return gg_yaml_fail(
            gg_yaml_get(map, "patience"), err,
            "train.patience: %lld waits for a better validation loss, and there is no validation "
            "frame: %s",
            (long long)t->keys.patience, right);
    if (t->keys.hidden.n)
        return gg_yaml_fail(gg_yaml_get(map, "hidden"), err,
                            "train.hidden: looks at the validation frames, and there is none: %s", right);
    if (t->keys.schedule == GG_SCHEDULE_PLATEAU)
        return gg_yaml_fail(gg_yaml_get(map, "schedule"), err,
                            "train.schedule: plateau follows the validation loss, and there is no validation "
                            "frame: %s",
                            right);
    return 0;
}

/* The part that train.validation takes, if it takes one. */
static void say_part(struct gg_trainer *t)
{
    int marked = 0;
    for (int k = 0; k < t->data.spool.n; k++)
        marked += t->data.spool.sample[k].split == 1;
    if (t->keys.validation > 0 && marked)
        gg_train_say(t, "train.validation: %g is not used: %d frames are for validation as it is",
                     t->keys.validation, marked);
    else if (t->keys.validation > 0 && !t->data.validation.n)
        gg_train_say(t, "train.validation: %g of one frame: none is left for validation", t->keys.validation);
}

/* Training frames for the normalisers of the loss: as they are, then with what views make. */
struct frames {
    struct gg_trainer *t;
    struct gg_sample made;
    struct gg_batch batch;
};

static int training_frame(void *context, int k, const struct gg_sample **s, const struct gg_batch **b,
                          struct gg_err *err)
{
    struct frames *x = context;
    struct gg_trainer *t = x->t;
    int n = t->data.n_train, sample = t->data.train[k % n];
    if (k < n) {
        *s = &t->data.spool.sample[sample];
        *b = gg_data_batch(&t->data, t->model, sample, err);
        return *b ? 0 : -1;
    }
    gg_arena_reset(&t->seen);
    *s = &x->made;
    *b = &x->batch;
    return gg_made_see(t, sample, &x->made, &x->batch, &t->seen, err);
}

static bool frame_mine(void *context, int k)
{
    const struct gg_trainer *t = ((struct frames *)context)->t;
    return gg_ranks_mine(&t->ranks, k % t->data.n_train);
}

static int gather_frames(void *context, void *row, size_t bytes, int fault, struct gg_err *err)
{
    const struct gg_trainer *t = ((struct frames *)context)->t;
    int n = t->data.n_train;
    if (gg_ranks_fault(&t->ranks, fault, err))
        return -1;
    for (int part = 0; part < (t->making.n ? 2 : 1); part++)
        gg_ranks_gather(&t->ranks, (char *)row + (size_t)(part * n) * bytes, bytes, n, n);
    return 0;
}

static int check_place(struct gg_trainer *t, int sample, struct gg_err *err)
{
    const struct gg_batch *b = gg_data_batch(&t->data, t->model, sample, err);
    return !b || (t->views.n && gg_views_fit(&t->views, t->model, &t->data.spool.sample[sample], b, err)) ? -1
                                                                                                          : 0;
}

/* What terms cannot be asked of the positions of a validation frame, or a layer of its numbers, and what views are not for, is told
 * now, not after the first epoch. */
static int check_places(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_train_data *d = &t->data;
    bool any = false;
    int fault = -1;
    for (int q = 0; q < t->model->n_term; q++)
        any |= t->model->term[q].type->prepare != NULL;
    for (int k = 0; k < t->model->n_input; k++)
        any |= t->model->input[k].reads == GG_ABOVE_0;
    for (int k = 0; k < d->n_train + d->validation.n && fault < 0; k++) {
        bool validates = k >= d->n_train;
        int of_set = validates ? k - d->n_train : k,
            sample = validates ? d->validation.sample[of_set] : d->train[of_set];
        if (((validates && any) || t->views.n) && gg_ranks_mine(&t->ranks, of_set) &&
            check_place(t, sample, err))
            fault = k;
    }
    return gg_ranks_fault(&t->ranks, fault, err);
}

/* What has no target in training will predict NaN. */
static void say_missing(struct gg_trainer *t)
{
    for (int h = 0; h < t->model->n_head; h++) {
        const struct gg_head *head = &t->model->head[h];
        const struct gg_target *x = &head->target;
        for (int g = 0; g < x->n_group; g++) {
            int missing = 0;
            for (int time = 0; time < x->n_time; time++)
                missing += head->on[time] && head->counts[g] && !(x->count[g * x->n_time + time] > 0);
            if (missing && x->kind->species)
                gg_train_say(t,
                             "%s: species %c has no target in training at %d of %d times: predicts NaN there",
                             x->name, 'A' + g, missing, x->n_time);
            else if (missing)
                gg_train_say(t, "%s: no target in training at %d of %d times: predicts NaN there", x->name,
                             missing, x->n_time);
        }
    }
}

/* What follows from the seed, and from the parameters that the run starts with. */
static int seed(struct gg_trainer *t, struct gg_err *err)
{
    struct frames shown = {.t = t};
    struct gg_loss_frames frames = {.n = t->data.n_train * (t->making.n ? 2 : 1),
                                    .frame = training_frame,
                                    .mine = frame_mine,
                                    .gather = gather_frames,
                                    .context = &shown};
    gg_config_digest(&t->model->config, "train", gg_train_length, t->config_digest);
    t->data.digest = t->data.spool.digest;
    if (t->fold.n)
        t->data.digest = gg_crc32c(t->data.digest, &t->fold, sizeof t->fold);
    return t->how.dry ? 0 : gg_loss_normalise(t->model, &frames, (uint64_t)t->keys.seed, err);
}

/* What was made for another fold. */
static void unprepare(struct gg_trainer *t)
{
    free(t->factor);
    free(t->decay);
    free(t->sparse);
    t->factor = t->decay = t->sparse = NULL;
    gg_hidden_free(t->hidden);
    t->hidden = NULL;
    gg_start_close(&t->start);
}

static int split(struct gg_trainer *t, struct gg_err *err)
{
    unprepare(t);
    if (gg_data_split(&t->data, t->model, t->keys.validation, gg_train_fold(t), err) || check_judged(t, err))
        return -1;
    say_part(t);
    t->model->trained.n = t->data.n_train;
    gg_data_begin(&t->data, t->how.memory);
    return 0;
}

static int build(struct gg_trainer *t, struct gg_data_facts *facts, struct gg_err *err)
{
    struct gg_train_data *d = &t->data;
    if (t->keys.from && gg_start_facts(t->model, t->keys.from, &t->keys.take, facts, err))
        return -1;
    gg_views_describe(&t->views, t->model, facts->n_species);
    if (gg_model_build(t->model, facts, err) || gg_rates_make(&t->keys, t->model, &t->factor, err) ||
        gg_decays_make(&t->keys, t->model, &t->decay, err) ||
        gg_sparse_make(&t->keys, t->model, t->factor, &t->sparse, err) ||
        gg_views_check(&t->views, t->model, err) || gg_possible(t, err) || check_weights(t, err) ||
        gg_hidden_new(&t->hidden, t->model, &t->keys.hidden, err))
        return -1;
    gg_model_standardise(t->model, &d->spool, d->train, d->n_train);
    if (gg_model_check_targets(t->model, err) || gg_validate_choose(t, err))
        return -1;
    say_missing(t);
    /* Before anything is made of standardised numbers: they may come along. */
    if (t->keys.from && gg_start_open(&t->start, t->model, t->keys.from, &t->keys.take, err))
        return -1;
    if (t->keys.restandardise)
        gg_start_restandardise(&t->start, t->model);
    if (t->keys.from)
        gg_start_take(&t->start, t->model);
    return 0;
}

/* Ranks meet where each has looked at its own frames. */
static int prepare(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_data_facts facts = {0};
    if (gg_ranks_agree(&t->ranks, split(t, err), err) ||
        gg_data_facts(&t->data, t->model, &t->ranks, t->how.dry ? 1 : t->data.n_train, &facts, err) ||
        gg_ranks_agree(&t->ranks, build(t, &facts, err), err))
        return -1;
    return (!t->how.dry && check_places(t, err)) || seed(t, err) ? -1 : 0;
}

static int predict(struct gg_pass *p, const struct gg_model *m, const struct gg_sample *s,
                   const struct gg_prediction *out, struct gg_arena *a, struct gg_err *err)
{
    struct gg_batch b;
    if (gg_batch_init(&b, m, s, false, a, err) || gg_possible_memory(m, &b, false, 0, err))
        return -1;
    gg_pass_forward(p, m, m->w, &b, false);
    if (!gg_pass_finite(p, m, &b)) {
        char why[GG_TRACE_TEXT];
        gg_trace_blame(p, m, m->w, &b, NULL, why);
        return gg_fail(err, GG_NUMERICS, "the prediction is not finite: %s", why);
    }
    for (int h = 0; h < m->n_head; h++) {
        gg_head_predict(p, m, h, s, &b, out[h].y);
        if (out[h].spread)
            gg_head_spread(p, m, h, s, &b, out[h].spread);
    }
    return 0;
}

const struct gg_learner gg_learner_network = {.name = "network",
                                              .about =
                                                  "layers whose parameters follow the gradient of a loss",
                                              .source = "Kingma and Ba, ICLR 2015, for the steps",
                                              .layers = true,
                                              .resumes = true,
                                              .open = gg_network_open,
                                              .build = gg_network_build,
                                              .save = gg_network_save,
                                              .load = gg_network_load,
                                              .predict = predict,
                                              .keys = keys,
                                              .add = add,
                                              .prepare = prepare,
                                              .seed = seed,
                                              .estimate = gg_network_estimate,
                                              .run = gg_network_run};
