/* series.c -- several runs on the same data, each in a folder of its own, and their models as one file
 *
 * A member is what gg-train --seed K alone would make of the data, so a series that was stopped or killed goes on as a run does: members that
 * are done are found done, the one at work goes on from its checkpoint, and --seeds 5 behind --seeds 3 trains two more. */
#include "learn/network.h"
#include "util/file.h"
#include "util/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int gg_series_check(const struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_train_how *how = &t->how;
    char path[4096];
    if (how->seeds < 2) {
        snprintf(path, sizeof path, "%s/seed.%lld", how->folder ? how->folder : "", (long long)t->keys.seed);
        return how->dry || access(path, F_OK)
                   ? 0
                   : gg_fail(err, GG_USAGE, "%s: holds the members of an ensemble (--seeds): use another -o",
                             how->folder);
    }
    if (!t->model->learner->resumes)
        return gg_fail(err, GG_USAGE, "--seeds: a fit draws nothing, and all of them would be the same");
    if (strcmp(how->resume, "auto") && strcmp(how->resume, "never"))
        return gg_fail(err, GG_USAGE,
                       "--resume %s: is of one model, and --seeds trains several: auto or never",
                       how->resume);
    if (t->keys.seed + how->seeds - 1 > UINT32_MAX)
        return gg_fail(err, GG_USAGE, "--seeds %lld: seeds from %lld on, and the last that can be is %u",
                       (long long)how->seeds, (long long)t->keys.seed, UINT32_MAX);
    snprintf(path, sizeof path, "%s/metrics.jsonl", how->folder ? how->folder : "");
    return how->dry || access(path, F_OK)
               ? 0
               : gg_fail(err, GG_USAGE,
                         "%s: holds the run of one model, and --seeds trains several: use another -o",
                         how->folder);
}

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

static int run_member(struct gg_trainer *t, int64_t seed, struct gg_err *err)
{
    const char *all = t->how.folder;
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/seed.%lld", all, (long long)seed);
    if (set_seed(t, seed, err) || gg_folder_make(folder, err))
        return -1;
    gg_train_say(t, "seed %lld, in %s", (long long)seed, folder);
    t->how.folder = folder;
    int status = gg_train_once(t, err);
    t->how.folder = all;
    gg_train_forget(t);
    return status;
}

static int append(struct gg_sink *to, const struct gg_trainer *t, int64_t seed, struct gg_err *err)
{
    char path[4096];
    size_t n;
    snprintf(path, sizeof path, "%s/seed.%lld/model.ggm", t->how.folder, (long long)seed);
    char *bytes = gg_read_file(path, SIZE_MAX / 2, &n, err);
    int status = bytes ? gg_sink_write(to, bytes, n, err) : -1;
    free(bytes);
    return status;
}

/* A stream may have any number of members. */
static int join(const struct gg_trainer *t, int64_t first, struct gg_err *err)
{
    struct gg_sink to;
    char path[4096];
    snprintf(path, sizeof path, "%s/model.ggm", t->how.folder);
    int status = gg_sink_open(&to, path, err);
    for (int64_t k = 0; k < t->how.seeds && !status; k++)
        status = append(&to, t, first + k, err);
    if (!status)
        status = gg_sink_commit(&to, err);
    gg_sink_discard(&to);
    return status;
}

int gg_series_run(struct gg_trainer *t, struct gg_err *err)
{
    double began = gg_seconds();
    int64_t first = t->keys.seed;
    for (int64_t k = 0; k < t->how.seeds; k++) {
        int status = run_member(t, first + k, err);
        if (status)
            return status;
    }
    if (join(t, first, err))
        return -1;
    if (!t->how.quiet)
        gg_summary_next(t, gg_seconds() - began);
    return 0;
}
