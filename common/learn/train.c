/* train.c -- a run, of whatever is learned: the learner's row does it */
#include "learn/train.h"
#include "learn/rates.h"
#include "util/text_stream.h"
#include "util/folder.h"

#include <stdarg.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int gg_train_open(struct gg_trainer *t, struct gg_err *err)
{
    struct gg_config *c = &t->model->config;
    struct gg_yaml *keys = gg_yaml_get(c->root, "train");
    static const char *const others[] = {"rates", "decays", "sparse", "views", NULL};
    t->keys = gg_train_defaults;
    if (keys && (gg_yaml_expect(keys, GG_YAML_MAP, "train", err) ||
                 gg_yaml_fill(keys, &t->model->arena, gg_train_table, &t->keys, others, "train", err) ||
                 gg_rates_read(&t->keys, keys, &t->model->arena, err)))
        return -1;
    return t->model->learner->keys(t, keys, err);
}

int gg_train_add(struct gg_trainer *t, const struct gg_frame *f, int split, struct gg_arena *a,
                 struct gg_err *err)
{
    gg_left_out_see(t, f);
    if ((split >= 0 ? split : gg_sample_split(f)) <= GG_FOR_TRAINING)
        gg_trained_see(&t->model->trained, f);
    return t->model->learner->add(t, f, split, a, err);
}

int gg_train_prepare(struct gg_trainer *t, struct gg_err *err)
{
    if (t->model->learner->prepare(t, err))
        return -1;
    gg_left_out_say(t);
    return 0;
}

int gg_train_member(struct gg_trainer *t, const struct gg_reader *r, int split, struct gg_err *err)
{
    gg_noise_member(&t->data.noise, &r->meta);
    bool shapes = split != GG_FOR_TEST; /* what does not is no part of the model's history */
    return (shapes && gg_prov_merge(&t->data_prov, &r->prov, err)) ||
                   gg_model_columns(t->model, &r->meta, err)
               ? gg_err_prefix(err, "%s: ", r->name)
               : 0;
}

bool gg_train_enough(struct gg_trainer *t, int split, double share)
{
    struct gg_part *p = &t->part[split == 1];
    double before = p->with; /* this frame is in the share, and will not be taken */
    p->share = 1;
    p->with = share;
    p->began = p->began > 0 ? p->began : gg_seconds();
    if (!t->how.dry || p->n_frame++ < 2 || gg_seconds() - p->began < 0.3 || !(share < 1))
        return false;
    p->share = before;
    return true;
}

struct gg_frames_about gg_frames_about(const struct gg_trainer *t, double n_train, double n_validation)
{
    double a = t->part[0].share, b = t->part[1].n_frame ? t->part[1].share : a;
    bool all = a == 1 && b == 1;
    double kept = t->how.folds && !gg_train_fold(t).n ? 1 - 1 / (double)t->how.folds : 1;
    return (struct gg_frames_about){all ? "" : "about ", round(n_train * kept / a), round(n_validation / b)};
}

struct gg_fold gg_train_fold(const struct gg_trainer *t)
{
    return t->part[0].share < 1 ? (struct gg_fold){0} : t->fold;
}

int gg_train_hold(struct gg_trainer *t, bool make, struct gg_err *err)
{
    if (t->held || t->how.dry || !gg_ranks_speaks(&t->ranks) || (!make && access(t->how.folder, F_OK)))
        return 0;
    if (gg_folder_make(t->how.folder, err))
        return -1;
    t->lock = gg_folder_lock(t->how.folder, err);
    t->held = t->lock >= 0;
    if (t->lock == GG_UNLOCKED)
        gg_train_say(t, "%s: this file system has no locks: keep other gg-trains out of this folder",
                     t->how.folder);
    return t->lock == -1 ? -1 : 0;
}

int gg_train_run(struct gg_trainer *t, struct gg_err *err)
{
    return gg_ranks_agree(&t->ranks, gg_train_hold(t, true, err), err) ? -1
           : t->how.seeds > 1 || t->how.folds                          ? gg_series_run(t, err)
                                                                       : gg_train_once(t, err);
}

int gg_train_once(struct gg_trainer *t, struct gg_err *err)
{
    gg_prov_clear(&t->prov);
    if (gg_prov_merge(&t->prov, &t->data_prov, err))
        return -1;
    if (t->how.history)
        t->how.history(t->how.context, t);
    return t->model->learner->run(t, err);
}

/* Of all its threads. */
static double process_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double gg_train_processor(const struct gg_trainer *t)
{
    int n = t->ranks.n > 1 ? t->ranks.n : 1;
    double *of = gg_xalloc((size_t)n, sizeof *of), sum = t->spent.before;
    of[t->ranks.rank] = process_seconds() - t->spent.since;
    gg_ranks_gather(&t->ranks, of, sizeof *of, n, n);
    for (int k = 0; k < n; k++)
        sum += of[k];
    free(of);
    return sum;
}

void gg_train_say(struct gg_trainer *t, const char *fmt, ...)
{
    char line[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    if (t->how.note)
        t->how.note(t->how.context, line);
}

char *gg_train_estimate(struct gg_trainer *t, struct gg_err *err)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = gg_text_open(&text, &bytes);
    int status = t->model->learner->estimate(t, to, err);
    fclose(to);
    if (status == 0)
        return text;
    free(text);
    return NULL;
}

void gg_train_forget(struct gg_trainer *t)
{
    gg_state_free(&t->state);
    gg_shards_free(&t->shards);
    gg_metrics_close(&t->metrics);
    free(t->dw);
    free(t->observed);
    t->dw = t->observed = NULL;
    t->planned = 0;
    t->spent = (struct gg_spent){.since = process_seconds()};
}

void gg_train_free(struct gg_trainer *t)
{
    if (t->own)
        t->model->learner->free(t);
    gg_start_close(&t->start);
    gg_hidden_free(t->hidden);
    gg_data_free(&t->data);
    gg_train_forget(t);
    gg_pass_free(&t->pass);
    gg_arena_free(&t->seen);
    gg_prov_clear(&t->prov);
    gg_prov_clear(&t->data_prov);
    free(t->scores.column);
    free(t->factor);
    free(t->decay);
    free(t->sparse);
    if (t->held)
        close(t->lock);
}
