/* fit_train.c -- fits: frames are added up as they come, then the penalty is chosen and the model written
 *
 * Memory does not depend on the number of frames: a Gram matrix for every species and part, 4 (features + outputs)^2 bytes each, and
 * twice that for each thread that adds up (fit_gram.c).  Logistic regression reads its rows many times: they go to the spool besides. */
#include "learn/fit_train.h"
#include "fit/gram.h"
#include "stream/crc32c.h"
#include "util/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- keys ---- */

/* A fit takes no steps: what is set for them would do nothing.  The seed names the run in its history all the same, and gg-learncurve
 * gives every run one. */
int gg_fit_keys(struct gg_trainer *t, struct gg_yaml *keys, struct gg_err *err)
{
    (void)t;
    for (const struct gg_yaml *y = keys ? keys->first : NULL; y; y = y->next) {
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

/* ---- one frame ---- */

struct gg_fit_train *gg_fit_train_of(const struct gg_trainer *t)
{
    return t->own;
}

/* At the first frame: what is known of the data by then. */
static int begin(struct gg_trainer *t, const struct gg_frame *first, struct gg_err *err)
{
    struct gg_data_facts facts = {.n_species = GG_MAX_SPECIES};
    struct gg_fit_train *d = t->own = gg_xalloc(1, sizeof *d);
    const struct gg_fit *x = t->model->own;
    if (gg_model_see(t->model, first, true, err) || gg_model_build(t->model, &facts, err))
        return -1;
    d->n_column = x->n_feature + x->n_output + 1;
    d->n_part = x->keys.choose == GG_CHOOSE_LEAVE_OUT ? (int)x->keys.folds : 1;
    if (x->kind->spools && !t->how.dry && gg_spool_open(&t->data.spool, err))
        return -1;
    return 0;
}

/* Which part a frame belongs to: that of its configuration, or a new one. */
static int part_of(struct gg_fit_train *d, const struct gg_sample *s, struct gg_err *err)
{
    for (int k = 0; k < d->n_seen; k++) {
        struct gg_sample was = {.number = d->seen[k].number,
                                .box = d->seen[k].box,
                                .split = d->seen[k].split};
        memcpy(was.id, d->seen[k].id, sizeof was.id);
        int same = gg_data_sample_of(&was, s, err);
        if (same)
            return same < 0 ? -1 : d->seen[k].part;
    }
    d->n_train += s->split != 1;
    d->n_validation += s->split == 1;
    return s->split == 1 ? d->n_part : (d->n_train - 1) % d->n_part;
}

/* Returns the part, -1 with err. */
static int know(struct gg_fit_train *d, const struct gg_sample *s, struct gg_err *err)
{
    int part = part_of(d, s, err);
    if (part < 0)
        return -1;
    if (d->n_seen == d->room) {
        d->room = d->room ? 2 * d->room : 64;
        d->seen = gg_xrealloc(d->seen, (size_t)d->room * sizeof *d->seen);
    }
    struct gg_fit_seen *x = &d->seen[d->n_seen++];
    *x = (struct gg_fit_seen){.number = s->number, .box = s->box, .split = s->split, .part = part};
    memcpy(x->id, s->id, sizeof x->id);
    for (int64_t i = 0; i < s->n_node; i++)
        d->n_species = s->type[i] >= d->n_species ? s->type[i] + 1 : d->n_species;
    return part;
}

/* All outputs are fitted at once: each frame has all targets, at the times of the first. */
static int check_targets(const struct gg_model *m, const struct gg_sample *s, struct gg_err *err)
{
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        if (!s->target[h].value)
            return gg_fail(err, GG_INPUT, "field '%s' is missing, the model is fitted to it", t->name);
        for (int k = 0; k < t->n_time; k++)
            if (m->head[h].on[k] && s->target[h].at[k] < 0)
                return gg_fail(
                    err, GG_INPUT,
                    "field '%s': has no time %g, which the first frame has and the model is fitted to",
                    t->name, t->time[k]);
    }
    return 0;
}

int gg_fit_add(struct gg_trainer *t, const struct gg_frame *f, int split, struct gg_arena *a,
               struct gg_err *err)
{
    struct gg_sample s;
    if (!t->own && begin(t, f, err))
        return -1;
    if (gg_sample_read(&s, t->model, f, true, a, err))
        return -1;
    gg_sample_bind(&s, t->model, a);
    if (check_targets(t->model, &s, err))
        return -1;
    s.split = split >= 0 ? split : s.split;
    if (s.split > 1)
        return 0;
    int part = know(t->own, &s, err);
    if (part < 0 || gg_fit_gram_add(t, &s, part, a, err))
        return -1;
    bool spool = gg_fit_of(t->model)->kind->spools && !t->how.dry;
    return spool ? gg_spool_add(&t->data.spool, t->model, &s, err) : 0;
}

/* ---- all frames ---- */

int gg_fit_prepare(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_fit_keys *k = &gg_fit_of(t->model)->keys;
    struct gg_data_facts facts = {.n_species = t->own ? gg_fit_train_of(t)->n_species : 0};
    if (!t->own || gg_fit_train_of(t)->n_train == 0)
        return gg_fail(err, GG_TRUNCATED, "no frame to train on: %d in the input, none of split train",
                       t->own ? gg_fit_train_of(t)->n_validation : 0);
    if (k->choose == GG_CHOOSE_VALIDATION && gg_fit_train_of(t)->n_validation == 0)
        return gg_fail(err, GG_INPUT, "fit.penalty.choose: validation, and no frame is for validation");
    if (k->choose == GG_CHOOSE_LEAVE_OUT && k->path.n > 1 && gg_fit_train_of(t)->n_train < 2)
        return gg_fail(err, GG_INPUT,
                       "one configuration: none can be left out to choose a penalty; fit.penalty gives one");
    t->model->trained.n = gg_fit_train_of(t)->n_train;
    if (gg_model_build(t->model, &facts, err))
        return -1;
    int64_t rows = 0;
    for (int g = 0; g < gg_fit_of(t->model)->n_group; g++)
        rows += gg_fit_train_of(t)->group[g].n_row;
    if (rows == 0)
        return gg_fail(err, GG_INPUT,
                       "no particle of the species that count has a target: nothing to fit to");
    gg_config_digest(&t->model->config, NULL, NULL, t->config_digest);
    return 0;
}

int gg_fit_n_left(const struct gg_trainer *t)
{
    const struct gg_fit_train *d = t->own;
    bool leave = gg_fit_of(t->model)->keys.choose == GG_CHOOSE_LEAVE_OUT && d->n_train > 1;
    return leave ? (d->n_train < d->n_part ? d->n_train : d->n_part) : d->n_validation > 0;
}

int gg_fit_left(const struct gg_trainer *t, int k)
{
    bool leave = gg_fit_of(t->model)->keys.choose == GG_CHOOSE_LEAVE_OUT && gg_fit_train_of(t)->n_train > 1;
    return leave ? k : gg_fit_train_of(t)->n_part;
}

double *gg_fit_total(const struct gg_trainer *t, int group)
{
    size_t n = gg_packed_size(gg_fit_train_of(t)->n_column);
    double *sum = gg_xalloc(n, sizeof *sum);
    for (int p = 0; p < gg_fit_train_of(t)->n_part; p++)
        for (size_t k = 0; gg_fit_train_of(t)->group[group].gram[p] && k < n; k++)
            sum[k] += gg_fit_train_of(t)->group[group].gram[p][k];
    return sum;
}

int gg_fit_best(const struct gg_fit *x, int group, int output)
{
    bool by_rho = x->kind->by && x->keys.by == GG_BY_CORRELATION;
    const double *score =
        (by_rho ? x->rho : x->error) + (size_t)(group * x->n_output + output) * (size_t)x->n_path;
    int best = 0;
    for (int p = 1; p < x->n_path; p++)
        best = isnan(score[best]) || (by_rho ? score[p] > score[best] : score[p] < score[best]) ? p : best;
    return best;
}

int gg_fit_at_once(double bytes)
{
    double n = 64e6 / (bytes + 1);
    return n < 1 ? 1 : n < gg_threads() ? (int)n : gg_threads();
}

/* ---- the run ---- */

/* 1: the folder has the very model already; -1: one of something else. */
static int is_there(struct gg_trainer *t, const char *path, struct gg_err *err)
{
    struct gg_model old = {0};
    struct gg_fit *mine = t->model->own;
    if (!strcmp(t->how.resume, "never") || t->how.resume_anyway || access(path, F_OK))
        return 0;
    if (strcmp(t->how.resume, "auto"))
        return gg_fail(err, GG_USAGE, "--resume %s: a fit has no checkpoints", t->how.resume);
    int status = gg_model_load(&old, path, NULL, err);
    if (status == 0 && old.learner == t->model->learner && !strcmp(gg_fit_of(&old)->config, mine->config) &&
        !strcmp(gg_fit_of(&old)->data, mine->data))
        status = 1;
    else if (status == 0)
        status = gg_fail(err, GG_USAGE,
                         "%s: was made with another configuration or from other data: use another -o, or "
                         "--resume never",
                         path);
    gg_model_free(&old);
    return status;
}

/* Ids, parts, shifts and the rows less their shift say which data it was made from. */
static uint32_t digest(const struct gg_trainer *t)
{
    const struct gg_fit_train *d = t->own;
    uint32_t crc = gg_crc32c(t->data.spool.digest, d->seen, (size_t)d->n_seen * sizeof *d->seen);
    crc = gg_crc32c(crc, &d->digest, sizeof d->digest);
    for (int g = 0; g < GG_MAX_SPECIES; g++)
        if (d->group[g].shift)
            crc = gg_crc32c(crc, d->group[g].shift, (size_t)d->n_column * sizeof *d->group[g].shift);
    return crc;
}

static int solve(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_fit *x = t->model->own;
    size_t models = (size_t)(x->n_group * x->n_output), n = models * (size_t)x->n_path;
    for (size_t k = 0; k < n; k++)
        x->error[k] = x->rho[k] = NAN;
    for (size_t k = 0; k < models; k++)
        x->penalty[k] = NAN;
    for (size_t k = 0; k < (size_t)(x->n_group * x->n_feature); k++)
        x->scale[k] = 1;
    return x->kind->solve(t, err);
}

int gg_fit_run(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_fit *x = t->model->own;
    char path[4096], metrics[4096];
    double began = gg_seconds();
    snprintf(path, sizeof path, "%s/model.ggm", t->how.folder);
    snprintf(metrics, sizeof metrics, "%s/metrics.jsonl", t->how.folder);
    snprintf(x->config, sizeof x->config, "%s", t->config_digest);
    snprintf(x->data, sizeof x->data, "%08x", (unsigned)digest(t));
    int there = is_there(t, path, err);
    if (there > 0)
        gg_train_say(t, "%s is there already, from the same configuration and data", path);
    if (there)
        return there > 0 ? 0 : -1;
    gg_fit_adders_free(t->own);
    if (gg_metrics_open(&t->metrics, metrics, 0, err) ||
        gg_metrics_start(&t->metrics, t->config_digest, t->keys.seed, t->how.argc, t->how.argv, err) ||
        solve(t, err) || gg_fit_report(t, err) || gg_model_save(t->model, NULL, path, &t->prov, err))
        return -1;
    struct gg_fit_cost took = gg_fit_cost(t);
    struct gg_run_cost cost = {(took.flops_gram + took.flops_solve) / 1e9, gg_seconds() - began,
                               gg_train_processor(t)};
    return gg_metrics_stop(&t->metrics, 0, &cost, err);
}

struct gg_fit_cost gg_fit_cost(const struct gg_trainer *t)
{
    const struct gg_fit *x = t->model->own;
    double p = gg_fit_train_of(t)->n_column, q = x->n_feature, parts = gg_fit_n_left(t) + 1;
    struct gg_fit_cost c = {gg_fit_train_of(t)->n_train, gg_fit_train_of(t)->n_validation,
                            .n_weight = t->model->n_weight};
    for (int g = 0; g < x->n_group; g++)
        if (gg_fit_train_of(t)->group[g].n_row) {
            c.n_row += gg_fit_train_of(t)->group[g].n_row;
            c.flops_solve +=
                parts * q * q * ((x->keys.pca ? 9 : 4.0 / 3) * q + 4.0 * x->n_output * x->n_path);
            c.bytes += 4 * p * p * (parts + 1);
        }
    c.flops_gram = (double)c.n_row * p * p;
    c.bytes += fmax(gg_fit_adder_bytes(gg_fit_train_of(t)->n_column),
                    gg_fit_solve_bytes(x) * gg_fit_at_once(gg_fit_solve_bytes(x)));
    return c;
}

void gg_fit_free(struct gg_trainer *t)
{
    struct gg_fit_train *d = t->own;
    for (int g = 0; d && g < GG_MAX_SPECIES; g++) {
        for (int p = 0; d->group[g].gram && p <= d->n_part; p++)
            free(d->group[g].gram[p]);
        free(d->group[g].gram);
        free(d->group[g].shift);
    }
    if (d) {
        gg_fit_adders_free(d);
        free(d->seen);
    }
    free(d);
    t->own = NULL;
}
