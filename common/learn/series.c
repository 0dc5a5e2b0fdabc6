/* series.c -- several runs on the same data, each in a folder of its own, and their models as one file
 *
 * A member is what gg-train --seed K alone would make of the data, so a series that was stopped or killed goes on as a run does: members that
 * are done are found done, the one at work goes on from its checkpoint, and --seeds 5 behind --seeds 3 trains two more. */
#include "learn/network.h"
#include "stats/correlation.h"
#include "util/file.h"
#include "util/folder.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder of member k, below `all`. */
static void folder_of(const struct gg_trainer *t, const char *all, int64_t first, int64_t k, char path[4096])
{
    if (t->how.folds)
        snprintf(path, 4096, "%s/fold.%lld", all, (long long)k);
    else
        snprintf(path, 4096, "%s/seed.%lld", all, (long long)(first + k));
}

/* ---- what cannot be ---- */

static bool is_there(const struct gg_trainer *t, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", t->how.folder ? t->how.folder : "", name);
    return !t->how.dry && access(path, F_OK) == 0;
}

static bool has_members(const struct gg_trainer *t)
{
    DIR *folder = t->how.dry || !t->how.folder ? NULL : opendir(t->how.folder);
    bool any = false;
    for (const struct dirent *e; folder && (e = readdir(folder));)
        any |= !strncmp(e->d_name, "seed.", 5);
    if (folder)
        closedir(folder);
    return any;
}

static int check_folder(const struct gg_trainer *t, struct gg_err *err)
{
    bool folds = t->how.folds > 0, seeds = t->how.seeds > 1;
    const char *holds = !folds && is_there(t, "fold.0")                    ? "the parts of --folds"
                        : !seeds && has_members(t)                         ? "the members of --seeds"
                        : (folds || seeds) && is_there(t, "metrics.jsonl") ? "the run of one model"
                                                                           : NULL;
    return !holds ? 0 : gg_fail(err, GG_USAGE, "%s: holds %s: use another -o", t->how.folder, holds);
}

int gg_series_check(const struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_train_how *how = &t->how;
    const char *option = how->folds ? "--folds" : "--seeds";
    if (how->seeds < 2 && !how->folds)
        return check_folder(t, err);
    if (how->folds && how->seeds > 1)
        return gg_fail(err, GG_USAGE, "--folds and --seeds: one of them; --seed gives folds another seed");
    if (!t->model->learner->resumes)
        return gg_fail(err, GG_USAGE,
                       how->folds ? "--folds: a fit leaves configurations out by itself (fit.penalty)"
                                  : "--seeds: a fit draws nothing, and all of them would be the same");
    if (strcmp(how->resume, "auto") && strcmp(how->resume, "never"))
        return gg_fail(err, GG_USAGE, "--resume %s: is of one model, and %s trains several: auto or never",
                       how->resume, option);
    if (t->keys.seed + how->seeds - 1 > UINT32_MAX)
        return gg_fail(err, GG_USAGE, "--seeds %lld: seeds from %lld on, and the last that can be is %u",
                       (long long)how->seeds, (long long)t->keys.seed, UINT32_MAX);
    return check_folder(t, err);
}

/* ---- members ---- */

/* Another seed, in the configuration, too: the member's file says it. */
static int set_seed(struct gg_trainer *t, int64_t seed, struct gg_err *err)
{
    if (seed == t->keys.seed)
        return 0;
    t->keys.seed = seed;
    return gg_config_set_number(&t->model->config, "train.seed", (double)seed, "--seeds", err) ||
                   t->model->learner->seed(t, err)
               ? -1
               : 0;
}

static int set_fold(struct gg_trainer *t, int k, struct gg_err *err)
{
    if (k == t->fold.k)
        return 0;
    t->fold.k = k;
    return t->model->learner->prepare(t, err);
}

static int run_member(struct gg_trainer *t, int64_t first, int64_t k, struct gg_err *err)
{
    const char *all = t->how.folder;
    char folder[4096];
    folder_of(t, all, first, k, folder);
    if ((t->how.folds ? set_fold(t, (int)k, err) : set_seed(t, first + k, err)) ||
        gg_train_folder(t, folder, err))
        return -1;
    if (t->how.folds)
        gg_train_say(t, "fold %lld of %lld, in %s: %d frames to train on, %d left out", (long long)k,
                     (long long)t->how.folds, folder, t->data.n_train, t->data.test.n);
    else
        gg_train_say(t, "seed %lld, in %s", (long long)(first + k), folder);
    t->how.folder = folder;
    int status = gg_train_once(t, err);
    t->how.folder = all;
    gg_train_forget(t);
    return status;
}

/* ---- one file ---- */

static int append(struct gg_sink *to, const char *folder, struct gg_err *err)
{
    char path[4096];
    size_t n;
    snprintf(path, sizeof path, "%.4000s/model.ggm", folder);
    char *bytes = gg_read_file(path, SIZE_MAX / 2, &n, err);
    int status = bytes ? gg_sink_write(to, bytes, n, err) : -1;
    free(bytes);
    return status;
}

/* A stream may have any number of members. */
static int join(const struct gg_trainer *t, int64_t first, int64_t n, struct gg_err *err)
{
    struct gg_sink to;
    char path[4096];
    if (!gg_ranks_speaks(&t->ranks))
        return 0;
    snprintf(path, sizeof path, "%s/model.ggm", t->how.folder);
    int status = gg_sink_open(&to, path, err);
    for (int64_t k = 0; k < n && !status; k++) {
        folder_of(t, t->how.folder, first, k, path);
        status = append(&to, path, err);
    }
    if (!status)
        status = gg_sink_commit(&to, err);
    gg_sink_discard(&to);
    return status;
}

/* ---- scores of folds ---- */

void gg_fold_scores_add(struct gg_fold_scores *s, int n_frame, const struct gg_judged *c)
{
    struct gg_fold_score *x = s->column;
    while (x < s->column + s->n_column && (x->head != c->head || x->group != c->group || x->time != c->time))
        x++;
    if (x == s->column + s->n_column) {
        s->column = gg_xrealloc(s->column, (size_t)(s->n_column + 1) * sizeof *x);
        x = &s->column[s->n_column++];
        *x = (struct gg_fold_score){c->head, c->group, c->time, 0, 0, 0};
    }
    for (int k = 0; k < n_frame; k++) {
        double r = gg_pearson_config(1, &c->moments[k]);
        x->n += isfinite(r) != 0;
        x->sum += isfinite(r) ? r : 0;
        x->squares += isfinite(r) ? r * r : 0;
    }
}

/* Mean over configurations, and its standard error: NaN for one. */
static int score(struct gg_trainer *t, const struct gg_fold_score *x, struct gg_err *err)
{
    const struct gg_target *target = &t->model->head[x->head].target;
    const char name[2] = {(char)('A' + x->group), 0};
    char time[32] = "", species[16] = "";
    double mean = x->sum / x->n, error = sqrt(fmax(x->squares / x->n - mean * mean, 0) / (x->n - 1));
    struct gg_json *j = gg_metrics_begin(&t->metrics, "folds");
    gg_json_text(j, "target", target->name);
    if (target->timed) {
        gg_json_double(j, "t", target->time[x->time]);
        snprintf(time, sizeof time, "  time %-8g", target->time[x->time]);
    }
    if (target->kind->species) {
        gg_json_text(j, "species", name);
        snprintf(species, sizeof species, "  species %s", name);
    }
    gg_json_int(j, "configurations", x->n);
    gg_json_double(j, "rho_config", mean);
    gg_json_double(j, "error", error);
    if (!t->how.quiet)
        gg_train_say(t, "%-12s%s%s  correlation %6.3f +- %.3f over %d configurations", target->name, time,
                     species, mean, error, x->n);
    return gg_metrics_end(&t->metrics, err);
}

static int report_folds(struct gg_trainer *t, struct gg_err *err)
{
    if (!t->how.quiet)
        gg_train_say(t, "what %lld folds have left out, by the models that have not seen it:",
                     (long long)t->how.folds);
    int status = gg_train_measure(t, "folds.jsonl", 0, err);
    for (int k = 0; k < t->scores.n_column && !status; k++)
        status = score(t, &t->scores.column[k], err);
    return status;
}

int gg_series_run(struct gg_trainer *t, struct gg_err *err)
{
    double began = gg_seconds();
    int64_t first = t->keys.seed, n = t->how.folds ? t->how.folds : t->how.seeds;
    for (int64_t k = 0; k < n; k++) {
        int status = run_member(t, first, k, err);
        if (status)
            return status;
    }
    if (gg_ranks_agree(&t->ranks, join(t, first, n, err), err) ||
        (t->how.folds && gg_ranks_agree(&t->ranks, report_folds(t, err), err)))
        return -1;
    if (!t->how.quiet)
        gg_summary_next(t, gg_seconds() - began);
    return 0;
}
