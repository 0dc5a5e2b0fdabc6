/* fit_train.c -- fits: frames are added up as they come, then the penalty is chosen and the model written
 *
 * Memory does not depend on the number of frames: a Gram matrix for every species and part, 4 (features + outputs)^2 bytes each, and
 * twice that for each thread that adds up (fit_gram.c).  Logistic regression reads its rows many times: they go to the spool besides. */
#include "learn/fit_learn.h"
#include "learn/fit_train.h"
#include "fit/gram.h"
#include "stream/crc32c.h"
#include "util/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- one frame ---- */

/* At the first frame: what is known of the data by then. */
static int begin(struct gg_trainer *t, const struct gg_frame *first, struct gg_err *err)
{
    struct gg_data_facts facts = {.n_species = GG_MAX_SPECIES};
    struct gg_fit_train *d = t->fit = gg_xalloc(1, sizeof *d);
    const struct gg_fit *x = t->model->fit;
    if (gg_model_see(t->model, first, err) || gg_model_build(t->model, &facts, err))
        return -1;
    d->n_column = x->n_feature + x->n_output + 1;
    d->n_part = x->keys.choose == GG_CHOOSE_LEAVE_OUT ? (int)x->keys.folds : 1;
    if (x->keys.kind == GG_FIT_LOGISTIC && !t->how.dry && gg_spool_open(&t->spool, err))
        return -1;
    return 0;
}

static int know(struct gg_fit_train *d, const struct gg_sample *s, int split, struct gg_err *err)
{
    for (int k = 0; k < d->n_id; k++)
        if (s->id[0] && !strcmp(s->id, d->id[k]))
            return gg_fail(err, GG_INPUT, "sample id '%s' stands twice in the data", s->id);
    if (d->n_id == d->room) {
        d->room = d->room ? 2 * d->room : 64;
        d->id = gg_xrealloc(d->id, (size_t)d->room * sizeof *d->id);
        d->part = gg_xrealloc(d->part, (size_t)d->room * sizeof *d->part);
    }
    memcpy(d->id[d->n_id], s->id, sizeof *d->id);
    d->part[d->n_id++] = split == 1 ? d->n_part : d->n_train % d->n_part;
    d->n_train += split != 1;
    d->n_validation += split == 1;
    for (int64_t i = 0; i < s->n_node; i++)
        d->n_species = s->type[i] >= d->n_species ? s->type[i] + 1 : d->n_species;
    return 0;
}

int gg_fit_add(struct gg_trainer *t, const struct gg_frame *f, int split, struct gg_arena *a,
               struct gg_err *err)
{
    struct gg_sample s;
    if (!t->fit && begin(t, f, err))
        return -1;
    if (gg_sample_read(&s, t->model, f, true, a, err))
        return -1;
    for (int h = 0; h < t->model->n_head; h++)
        if (!s.target[h])
            return gg_fail(err, GG_INPUT, "field '%s' is missing, the model is fitted to it",
                           t->model->head[h].target);
    split = split >= 0 ? split : s.split;
    if (split > 1)
        return 0;
    if (know(t->fit, &s, split, err) || gg_fit_gram_add(t, &s, t->fit->part[t->fit->n_id - 1], a, err))
        return -1;
    bool spool = t->model->fit->keys.kind == GG_FIT_LOGISTIC && !t->how.dry;
    return spool ? gg_spool_add(&t->spool, t->model, &s, err) : 0;
}

/* ---- all frames ---- */

int gg_fit_prepare(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_fit_keys *k = &t->model->fit->keys;
    struct gg_data_facts facts = {.n_species = t->fit ? t->fit->n_species : 0};
    if (!t->fit || t->fit->n_train == 0)
        return gg_fail(err, GG_TRUNCATED, "no frame to train on: %d in the input, none of split train",
                       t->fit ? t->fit->n_validation : 0);
    if (k->choose == GG_CHOOSE_VALIDATION && t->fit->n_validation == 0)
        return gg_fail(err, GG_INPUT, "fit.penalty.choose: validation, and no frame is for validation");
    if (k->choose == GG_CHOOSE_LEAVE_OUT && k->path.n > 1 && t->fit->n_train < 2)
        return gg_fail(err, GG_INPUT,
                       "one configuration: none can be left out to choose a penalty; fit.penalty gives one");
    if (gg_model_build(t->model, &facts, err))
        return -1;
    int64_t rows = 0;
    for (int g = 0; g < t->model->fit->n_group; g++)
        rows += t->fit->group[g].n_row;
    if (rows == 0)
        return gg_fail(err, GG_INPUT,
                       "no particle of the species that count has a target: nothing to fit to");
    gg_config_digest(&t->model->config, t->config_digest);
    return 0;
}

int gg_fit_n_left(const struct gg_trainer *t)
{
    const struct gg_fit_train *d = t->fit;
    bool leave = t->model->fit->keys.choose == GG_CHOOSE_LEAVE_OUT && d->n_train > 1;
    return leave ? (d->n_train < d->n_part ? d->n_train : d->n_part) : d->n_validation > 0;
}

int gg_fit_left(const struct gg_trainer *t, int k)
{
    bool leave = t->model->fit->keys.choose == GG_CHOOSE_LEAVE_OUT && t->fit->n_train > 1;
    return leave ? k : t->fit->n_part;
}

double *gg_fit_total(const struct gg_trainer *t, int group)
{
    size_t n = gg_packed_size(t->fit->n_column);
    double *sum = gg_xalloc(n, sizeof *sum);
    for (int p = 0; p < t->fit->n_part; p++)
        for (size_t k = 0; t->fit->group[group].gram[p] && k < n; k++)
            sum[k] += t->fit->group[group].gram[p][k];
    return sum;
}

int gg_fit_best(const struct gg_fit *x, int group, int output)
{
    bool by_rho = x->keys.kind == GG_FIT_RIDGE && x->keys.by == GG_BY_CORRELATION;
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
    struct gg_fit *mine = t->model->fit;
    if (!strcmp(t->how.resume, "never") || t->how.resume_anyway || access(path, F_OK))
        return 0;
    if (strcmp(t->how.resume, "auto"))
        return gg_fail(err, GG_USAGE, "--resume %s: a fit has no checkpoints", t->how.resume);
    int status = gg_model_load(&old, path, NULL, err);
    if (status == 0 && old.fit && !strcmp(old.fit->config, mine->config) &&
        !strcmp(old.fit->data, mine->data))
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
    const struct gg_fit_train *d = t->fit;
    uint32_t crc = gg_crc32c(t->spool.digest, d->id, (size_t)d->n_id * sizeof *d->id);
    crc = gg_crc32c(crc, d->part, (size_t)d->n_id * sizeof *d->part);
    crc = gg_crc32c(crc, &d->digest, sizeof d->digest);
    for (int g = 0; g < GG_MAX_SPECIES; g++)
        if (d->group[g].shift)
            crc = gg_crc32c(crc, d->group[g].shift, (size_t)d->n_column * sizeof *d->group[g].shift);
    return crc;
}

static int solve(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_fit *x = t->model->fit;
    size_t models = (size_t)(x->n_group * x->n_output), n = models * (size_t)x->n_path;
    for (size_t k = 0; k < n; k++)
        x->error[k] = x->rho[k] = NAN;
    for (size_t k = 0; k < models; k++)
        x->penalty[k] = NAN;
    for (size_t k = 0; k < (size_t)(x->n_group * x->n_feature); k++)
        x->scale[k] = 1;
    return x->keys.kind == GG_FIT_RIDGE ? gg_fit_ridge(t, err) : gg_fit_logistic(t, err);
}

int gg_fit_run(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_fit *x = t->model->fit;
    char path[4096], metrics[4096];
    double began = gg_seconds();
    snprintf(path, sizeof path, "%s/model.ggm", t->how.folder);
    snprintf(metrics, sizeof metrics, "%s/metrics.jsonl", t->how.folder);
    snprintf(x->config, sizeof x->config, "%s", t->config_digest);
    snprintf(x->data, sizeof x->data, "%08x", (unsigned)digest(t));
    int there = is_there(t, path, err);
    if (there > 0)
        gg_fit_say(t, "%s is there already, from the same configuration and data", path);
    if (there)
        return there > 0 ? 0 : -1;
    gg_fit_adders_free(t->fit);
    if (gg_metrics_open(&t->metrics, metrics, 0, err) ||
        gg_metrics_start(&t->metrics, t->config_digest, t->keys.seed, t->how.argc, t->how.argv, err) ||
        solve(t, err) || gg_fit_report(t, err) || gg_model_save(t->model, NULL, path, &t->prov, err))
        return -1;
    return gg_metrics_stop(&t->metrics, 0, gg_seconds() - began, err);
}

struct gg_fit_cost gg_fit_cost(const struct gg_trainer *t)
{
    const struct gg_fit *x = t->model->fit;
    double p = t->fit->n_column, q = x->n_feature, parts = gg_fit_n_left(t) + 1;
    struct gg_fit_cost c = {t->fit->n_train, t->fit->n_validation, .n_weight = t->model->n_weight};
    for (int g = 0; g < x->n_group; g++)
        if (t->fit->group[g].n_row) {
            c.n_row += t->fit->group[g].n_row;
            c.flops_solve +=
                parts * q * q * ((x->keys.pca ? 9 : 4.0 / 3) * q + 4.0 * x->n_output * x->n_path);
            c.bytes += 4 * p * p * (parts + 1);
        }
    c.flops_gram = (double)c.n_row * p * p;
    c.bytes += fmax(gg_fit_adder_bytes(t->fit->n_column),
                    gg_fit_solve_bytes(x) * gg_fit_at_once(gg_fit_solve_bytes(x)));
    return c;
}

void gg_fit_train_free(struct gg_trainer *t)
{
    struct gg_fit_train *d = t->fit;
    for (int g = 0; d && g < GG_MAX_SPECIES; g++) {
        for (int p = 0; d->group[g].gram && p <= d->n_part; p++)
            free(d->group[g].gram[p]);
        free(d->group[g].gram);
        free(d->group[g].shift);
    }
    if (d) {
        gg_fit_adders_free(d);
        free(d->id);
        free(d->part);
    }
    free(d);
    t->fit = NULL;
}
