/* predictions.c -- predictions of any other code, joined to samples by their id */
#include "formats/predictions.h"
#include "formats/predictions_file.h"
#include "util/same.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void gg_predictions_init(struct gg_predictions *p, const struct gg_texts *files, const char *target,
                         uint64_t max_bytes)
{
    *p = (struct gg_predictions){.files = files, .target = target, .max_bytes = max_bytes};
}

static bool all_digits(const char *s)
{
    const char *p = s;
    while (isdigit((unsigned char)*p))
        p++;
    return p > s && *p == 0;
}

/* The whole text, or the number behind its last slash. */
static bool stands_for(const struct gg_prediction_file *f, const char *id, const struct gg_frame *like)
{
    const char *slash = strrchr(like->id, '/'), *last = slash ? slash + 1 : like->id;
    double temperature = gg_frame_number(like, "temperature");
    if (strcmp(id, like->id) == 0)
        return true;
    return all_digits(id) && all_digits(last) && strtoull(id, NULL, 10) == strtoull(last, NULL, 10) &&
           !(f->temperature > 0 && temperature > 0 && !gg_same(f->temperature, temperature));
}

/* Where sample `like` is in the file; -1: nowhere. */
static int64_t place_in(const struct gg_prediction_file *f, const struct gg_frame *like)
{
    for (uint64_t k = 0; k < f->n; k++)
        if (stands_for(f, f->id[k], like))
            return (int64_t)k;
    return -1;
}

/* Before another file is read: the arrays of those that are used up. */
static void forget_used(struct gg_predictions *p)
{
    for (int k = 0; k < p->n; k++)
        if (p->file[k]->n_used == p->file[k]->n)
            gg_prediction_file_forget(p->file[k]);
}

/* Reads the next file: 1; 0: there is none; -1. */
static int read_next(struct gg_predictions *p, struct gg_err *err)
{
    if (p->next == p->files->n)
        return 0;
    forget_used(p);
    struct gg_prediction_file *f = gg_xalloc(1, sizeof *f);
    f->path = p->files->v[p->next++];
    if (gg_prediction_file_read(f, p->max_bytes, err)) {
        gg_prediction_file_free(f);
        free(f);
        return -1;
    }
    p->file = gg_xrealloc(p->file, ((size_t)p->n + 1) * sizeof *p->file);
    p->file[p->n++] = f;
    return 1;
}

/* The first ids of what is held, for a message. */
static const char *some_ids(const struct gg_predictions *p, struct gg_arena *a)
{
    const char *text = "";
    int shown = 0;
    for (int k = 0; k < p->n; k++)
        for (uint64_t i = 0; i < p->file[k]->n && shown < 3; i++)
            if (!p->file[k]->used[i])
                text = gg_arena_printf(a, "%s%s'%s'", text, shown++ ? ", " : "", p->file[k]->id[i]);
    return text;
}

static int not_there(const struct gg_predictions *p, const struct gg_frame *like, struct gg_arena *a,
                     struct gg_err *err)
{
    const char *ids = some_ids(p, a);
    return gg_fail(err, GG_INPUT, "no prediction of sample '%s' in %s%s%s%s", like->id, p->files->v[0],
                   p->files->n > 1 ? " and the other files of --pred" : "", *ids ? ", which has " : "", ids);
}

static int refuse_twice(const struct gg_prediction_file *f, int64_t at, const struct gg_frame *like,
                        struct gg_err *err)
{
    return gg_fail(err, GG_INPUT,
                   "%s: its sample '%s' would be both '%s' and '%s': whole sample ids tell them apart",
                   f->path, f->id[at], f->used[at], like->id);
}

/* The arrays of this file: a sample that comes again has them read again. */
static int hold(struct gg_predictions *p, struct gg_prediction_file *f, struct gg_err *err)
{
    if (f->array)
        return 0;
    forget_used(p);
    return gg_prediction_file_read(f, p->max_bytes, err);
}

int gg_predictions_find(struct gg_predictions *p, const struct gg_frame *like, const struct gg_frame *truth,
                        struct gg_frame *out, struct gg_arena *a, struct gg_err *err)
{
    if (!like->id[0])
        return gg_fail(err, GG_INPUT, "has no sample id to join predictions by");
    int64_t at = -1;
    int got = 1, file = 0;
    for (;; file++) {
        if (file == p->n && (got = read_next(p, err)) <= 0)
            break;
        if ((at = place_in(p->file[file], like)) >= 0)
            break;
    }
    if (got < 0)
        return -1;
    if (at < 0)
        return not_there(p, like, a, err);
    struct gg_prediction_file *f = p->file[file];
    if (f->used[at] && strcmp(f->used[at], like->id) != 0)
        return refuse_twice(f, at, like, err);
    if (hold(p, f, err))
        return -1;
    f->n_used += !f->used[at]; /* a sample may come again, at other times */
    f->used[at] = f->used[at] ? f->used[at] : gg_arena_strdup(&f->arena, like->id);
    const struct gg_prediction_for to = {p->target, like, truth};
    if (gg_prediction_file_frame(f, (uint64_t)at, &to, out, a, err))
        return gg_err_prefix(err, "%s: ", f->path);
    return 0;
}

int gg_predictions_finish(struct gg_predictions *p, int64_t *unused, struct gg_err *err)
{
    int got;
    while ((got = read_next(p, err)) > 0)
        gg_prediction_file_forget(p->file[p->n - 1]);
    *unused = 0;
    for (int k = 0; k < p->n; k++)
        *unused += (int64_t)(p->file[k]->n - p->file[k]->n_used);
    return got;
}

void gg_predictions_free(struct gg_predictions *p)
{
    for (int k = 0; k < p->n; k++) {
        gg_prediction_file_free(p->file[k]);
        free(p->file[k]);
    }
    free(p->file);
    *p = (struct gg_predictions){0};
}
