/* together.c -- a run by several ranks: what they must have in common, and what rank 0 does for all */
#include "learn/train.h"
#include "stream/crc32c.h"
#include "util/folder.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- in common ---- */

/* Numbers of frames, and messages, that cannot be shared out. */
static int check_numbers(const struct gg_trainer *t, struct gg_err *err)
{
    int n = t->ranks.n;
    if (!t->model->learner->resumes)
        return gg_fail(err, GG_USAGE,
                       "%d ranks: a fit runs in one process, and takes what threads there are: gg-train", n);
    if (t->keys.batch < n)
        return gg_fail(err, GG_USAGE,
                       "%d ranks, and a batch of %lld: each rank takes a frame of every batch at least: "
                       "--batch %d, or fewer ranks",
                       n, (long long)t->keys.batch, n);
    if (t->keys.shards < n)
        return gg_fail(err, GG_USAGE, "%d ranks, and train.shards is %lld: no more ranks than shards", n,
                       (long long)t->keys.shards);
    return 0;
}

/* All that decides numbers, and which messages are sent. */
static uint32_t configuration(const struct gg_trainer *t)
{
    const struct gg_train_how *h = &t->how;
    const int64_t how[] = {h->folds, h->seeds, h->checkpoint_every, h->dry, h->quiet, h->resume_anyway};
    char *yaml = gg_config_print(&t->model->config, false);
    uint32_t crc = gg_crc32c(gg_crc32c(0, yaml, strlen(yaml)), how, sizeof how);
    free(yaml);
    return gg_crc32c(crc, h->resume, strlen(h->resume));
}

int gg_train_deal(const struct gg_trainer *t, struct gg_err *err)
{
    const int64_t n = t->model->n_weight,
                  batch = t->keys.batch < t->keys.shards ? t->keys.batch : t->keys.shards;
    if (t->data.n_train < t->ranks.n)
        return gg_fail(err, GG_USAGE, "%d ranks, and %d frames to train on: each rank takes one at least",
                       t->ranks.n, t->data.n_train);
    if (t->ranks.n > 1 && n > INT_MAX / (int64_t)sizeof(gg_real) / batch)
        return gg_fail(
            err, GG_USAGE,
            "%d ranks: gradients of %lld parameters in %lld shards are more than one message can hold: a "
            "smaller train.shards",
            t->ranks.n, (long long)n, (long long)batch);
    return 0;
}

int gg_train_meet(struct gg_trainer *t, int status, struct gg_err *err)
{
    char program[64], config[16];
    const struct gg_ranks *r = &t->ranks;
    if (gg_ranks_agree(r, status, err))
        return -1;
    if (r->n < 2)
        return 0;
    snprintf(program, sizeof program, "%s %s %08x", GG_VERSION, GG_REAL_NAME, (unsigned)gg_ranks_program());
    snprintf(config, sizeof config, "%08x", (unsigned)configuration(t));
    return gg_ranks_same(r, "version", program, err) || gg_ranks_same(r, "configuration", config, err)
               ? -1
               : check_numbers(t, err);
}

int gg_train_compare(struct gg_trainer *t, int status, struct gg_err *err)
{
    char data[64];
    const struct gg_spool *s = &t->data.spool;
    if (gg_ranks_agree(&t->ranks, status, err))
        return -1;
    if (t->ranks.n < 2 || t->how.dry) /* an estimate reads for a while: not all the same number of frames */
        return 0;
    snprintf(data, sizeof data, "%d frames, %08x, %lld bytes", s->n, (unsigned)s->digest,
             (long long)s->bytes);
    return gg_ranks_same(&t->ranks, "training set", data, err);
}

/* ---- by rank 0 ---- */

static void path_in(const struct gg_trainer *t, const char *name, char path[4096])
{
    snprintf(path, 4096, "%s/%s", t->how.folder, name);
}

int gg_train_folder(struct gg_trainer *t, const char *path, struct gg_err *err)
{
    return gg_ranks_agree(&t->ranks, gg_ranks_speaks(&t->ranks) ? gg_folder_make(path, err) : 0, err);
}

int gg_train_save(struct gg_trainer *t, const gg_real *w, const char *name, struct gg_err *err)
{
    char path[4096];
    path_in(t, name, path);
    return gg_ranks_agree(&t->ranks,
                          gg_ranks_speaks(&t->ranks) ? gg_model_save(t->model, w, path, &t->prov, err) : 0,
                          err);
}

static int show(struct gg_trainer *t, struct gg_err *err)
{
    char folder[4096];
    const char *slash = strrchr(t->how.folder, '/'), *own = slash ? slash + 1 : t->how.folder;
    bool several = t->how.folds || t->how.seeds > 1;
    snprintf(folder, sizeof folder, "%s%s%s", t->how.tensorboard, several ? "/" : "", several ? own : "");
    return gg_metrics_show(&t->metrics, folder, err) ? gg_err_prefix(err, "--tensorboard: ") : 0;
}

int gg_train_measure(struct gg_trainer *t, const char *name, int64_t keep, struct gg_err *err)
{
    char path[4096];
    path_in(t, name, path);
    bool speaks = gg_ranks_speaks(&t->ranks);
    int status = gg_metrics_open(&t->metrics, speaks ? path : NULL, keep, err);
    if (status == 0 && speaks && t->how.tensorboard && !strcmp(name, "metrics.jsonl"))
        status = show(t, err);
    return gg_ranks_agree(&t->ranks, status, err);
}
