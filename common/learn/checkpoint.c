/* checkpoint.c -- the state of a run in a file, and back
 *
 * DIR/checkpoint.STEP.ggs, schema gg.checkpoint/1: parameters, optimiser, running mean, best so far, position.  The last two are kept:
 * each appears under its name only when it is whole, and one that a disk has damaged since gives way to the other. */
#include "learn/train.h"
#include "stream/reader.h"
#include "stream/writer.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a run has beside its state: how far its measurements go. */
static int entries_of(struct gg_trainer *t, struct gg_state_entry *e)
{
    int n = gg_state_entries(&t->state, t->model->w, t->data.n_train, e);
    e[n] = (struct gg_state_entry){"metrics_bytes", &t->metrics.bytes, 1, GG_I64, 0, 1e15};
    return n + 1;
}
enum { ENTRIES = GG_STATE_ENTRIES + 1 };

/* ---- writing ---- */

static int fill(struct gg_trainer *t, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct gg_state_entry e[ENTRIES];
    int n = entries_of(t, e), axis[GG_MAX_DIM] = {0};
    for (int k = 0; k < n; k++) {
        bool single = e[k].n == 1;
        uint64_t shape[GG_MAX_DIM] = {single ? 1 : 0};
        struct gg_field *x = gg_frame_add_as(f, a, e[k].name, e[k].dtype, 1, shape, axis,
                                             k == 0 ? GG_PARAMETER : GG_OPTIMISER, "", "", err);
        if (!x)
            return -1;
        if (!single) { /* as it lies: what is large is not there twice */
            x->shape[0] = (uint64_t)e[k].n;
            x->nbytes = x->shape[0] * gg_dtype_size(e[k].dtype);
            x->data = e[k].data;
            continue;
        }
        memcpy(x->data, e[k].data, x->nbytes);
        /* "none yet" is infinity, which a stream refuses */
        if (e[k].dtype == GG_F64 && *(double *)x->data > 1e300)
            *(double *)x->data = 1e300;
    }
    return 0;
}

static void path_of(const struct gg_trainer *t, int64_t step, char path[4096])
{
    snprintf(path, 4096, "%s/checkpoint.%09lld.ggs", t->how.folder, (long long)step);
}

/* Steps of the checkpoints in the folder, the newest first; -1 where there is none.  A folder that cannot be read is not one without. */
static int newest(const struct gg_trainer *t, int64_t step[3], struct gg_err *err)
{
    DIR *d = opendir(t->how.folder);
    struct dirent *entry = NULL;
    step[0] = step[1] = step[2] = -1;
    if (!d && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    while (d && (errno = 0, entry = readdir(d))) {
        long long n;
        int used = 0;
        if (sscanf(entry->d_name, "checkpoint.%lld.ggs%n", &n, &used) != 1 || !used || entry->d_name[used])
            continue;
        for (int k = 0; k < 3; k++)
            if (n > step[k]) {
                memmove(step + k + 1, step + k, (size_t)(2 - k) * sizeof *step);
                step[k] = n;
                break;
            }
    }
    int status = d && !errno ? 0 : gg_fail_errno(err, "%s: cannot look for checkpoints", t->how.folder);
    if (d)
        closedir(d);
    return status;
}

/* Two stay, also where a kill left more.  One that cannot be removed is no reason to end a training. */
static void thin_out(const struct gg_trainer *t)
{
    char path[4096];
    int64_t step[3];
    struct gg_err ignored;
    while (newest(t, step, &ignored) == 0 && step[2] >= 0) {
        path_of(t, step[2], path);
        if (unlink(path))
            return;
    }
}

/* `processor`: seconds of the run so far. */
static int write_one(struct gg_trainer *t, double processor, struct gg_err *err)
{
    struct gg_writer out = {0};
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    struct gg_meta meta = {0};
    char path[4096];
    gg_meta_set(&meta, "digest.config", t->config_digest);
    gg_meta_printf(&meta, "digest.data", "%08x", (unsigned)t->data.digest);
    gg_meta_printf(&meta, "run.epochs", "%lld", (long long)t->keys.epochs);
    if (!isnan(processor))
        gg_meta_printf(&meta, "seconds", "%.6g", processor);
    path_of(t, t->state.adam.step, path);
    int status = gg_metrics_sync(&t->metrics, err) || fill(t, &f, &a, err) ||
                         gg_writer_open(&out, path, err) ||
                         gg_writer_begin(&out, "gg.checkpoint/1", &meta, &t->prov, err) ||
                         gg_writer_frame(&out, &f, err) || gg_writer_end(&out, NULL, err) ||
                         gg_writer_commit(&out, err)
                     ? -1
                     : 0;
    if (status && out.state)
        gg_writer_abort(&out, "gg-train", err);
    if (!status)
        thin_out(t);
    gg_meta_clear(&meta);
    gg_frame_free(&f);
    gg_arena_free(&a);
    return status;
}

int gg_checkpoint_write(struct gg_trainer *t, struct gg_err *err)
{
    double processor = gg_train_processor(t);
    return gg_ranks_agree(&t->ranks, gg_ranks_speaks(&t->ranks) ? write_one(t, processor, err) : 0, err);
}

/* ---- reading ---- */

static int check_digests(const struct gg_trainer *t, const struct gg_meta *meta, struct gg_err *err)
{
    const char *config = gg_meta_get(meta, "digest.config"), *data = gg_meta_get(meta, "digest.data");
    char mine[16];
    snprintf(mine, sizeof mine, "%08x", (unsigned)t->data.digest);
    if (t->how.resume_anyway)
        return 0;
    if (!config || strcmp(config, t->config_digest))
        return gg_fail(err, GG_USAGE,
                       "was made with another configuration (%s, now %s): use another -o, --resume never, or "
                       "--resume-anyway",
                       config ? config : "unknown", t->config_digest);
    if (!data || strcmp(data, mine))
        return gg_fail(
            err, GG_USAGE,
            "was made with other data (%s, now %s): use another -o, --resume never, or --resume-anyway",
            data ? data : "unknown", mine);
    return 0;
}

/* One tensor: there, of its size, every number inside its bounds. */
static int take_entry(const struct gg_state_entry *e, const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field *x = gg_frame_find(f, e->name);
    if (!x || x->dtype != e->dtype || (int64_t)gg_field_count(x) != e->n)
        return gg_fail(
            err, GG_INPUT,
            "tensor '%s' is missing or has another size than this model's (%lld of %s): use another "
            "-o, or --resume never",
            e->name, (long long)e->n, gg_dtype_name(e->dtype));
    for (int64_t k = 0; k < e->n; k++) {
        double v = gg_field_get(x, (uint64_t)k);
        if (!(v >= e->min && v <= e->max))
            return gg_fail(err, GG_INPUT,
                           "tensor '%s': number %lld is %.15g, not in %g .. %g: no training writes such; use "
                           "--resume never",
                           e->name, (long long)k, v, e->min, e->max);
    }
    memcpy(e->data, x->data, x->nbytes);
    return 0;
}

static int take(struct gg_trainer *t, const struct gg_frame *f, struct gg_err *err)
{
    struct gg_state_entry e[ENTRIES];
    int n = entries_of(t, e);
    for (int k = 0; k < n; k++)
        if (take_entry(&e[k], f, err))
            return -1;
    return 0;
}

static int read_from(struct gg_trainer *t, const char *path, struct gg_err *err)
{
    struct gg_reader r;
    struct gg_frame f = {0};
    int event, status = -1;
    if (gg_reader_open(&r, path, err))
        return -1;
    while ((event = gg_reader_next(&r, &f, err)) > 0)
        if (event == GG_EVENT_FRAME) {
            const char *planned = gg_meta_get(&r.meta, "run.epochs"), *took = gg_meta_get(&r.meta, "seconds");
            t->planned = planned ? strtoll(planned, NULL, 10) : t->keys.epochs;
            t->spent.before = took ? strtod(took, NULL) : NAN;
            status = check_digests(t, &r.meta, err) || take(t, &f, err) ? -1 : 0;
            if (status)
                break;
        }
    gg_reader_close(&r);
    gg_frame_free(&f);
    if (event != GG_EVENT_END || status)
        return event == GG_EVENT_END ? gg_fail(err, GG_INPUT, "%s: no checkpoint", path)
                                     : gg_err_prefix(err, "%s: ", path);
    return 0;
}

/* The newest that is whole: one whose bytes are not what was written gives way to the one before. */
static int read_newest(struct gg_trainer *t, char path[4096], struct gg_err *err)
{
    int64_t step[3];
    struct gg_err first = {0};
    if (newest(t, step, err))
        return -1;
    for (int k = 0; k < 3 && step[k] >= 0; k++) {
        path_of(t, step[k], path);
        if (read_from(t, path, err) == 0) {
            if (k)
                gg_train_say(t, "%s: it goes on from %s, the one before", first.text, path);
            return 0;
        }
        if (err->status != GG_INPUT && err->status != GG_TRUNCATED)
            return -1;
        first = k ? first : *err;
    }
    *err = first;
    return step[1] < 0 ? -1
                       : gg_fail(err, first.status,
                                 "%.700s; the checkpoint before is no better: --resume never begins anew",
                                 first.text);
}

/* Those behind a step: of another course of the run than the one that goes on from there, which one that stays would be taken for. */
static int remove_behind(const struct gg_trainer *t, int64_t last, struct gg_err *err)
{
    char path[4096];
    int64_t step[3];
    while (newest(t, step, err) == 0) {
        if (step[0] <= last)
            return 0;
        path_of(t, step[0], path);
        if (unlink(path))
            return gg_fail_errno(err,
                                 "%s: cannot remove this checkpoint, which is of another course of the run",
                                 path);
    }
    return -1;
}

static void say_where(struct gg_trainer *t, const char *path)
{
    const struct gg_train_state *s = &t->state;
    if (s->epoch >= t->keys.epochs)
        return; /* run.c says that it is complete */
    if (s->position)
        gg_train_say(t, "goes on behind frame %lld of %d of epoch %lld (%s)", (long long)s->position,
                     t->data.n_train, (long long)s->epoch + 1, path);
    else
        gg_train_say(t, "goes on behind epoch %lld of %lld (%s)", (long long)s->epoch,
                     (long long)t->keys.epochs, path);
    if (t->planned != t->keys.epochs && s->schedule.kind == GG_SCHEDULE_COSINE)
        gg_train_say(
            t,
            "train.schedule: cosine: from here on as in a run of %lld epochs, not of %lld: the rate is "
            "%.3g now",
            (long long)t->keys.epochs, (long long)t->planned, gg_schedule_rate(&s->schedule, s->adam.step));
}

/* By the rank that speaks: 1 = read, from `path`. */
static int read_one(struct gg_trainer *t, char path[4096], struct gg_err *err)
{
    int64_t step[3];
    bool automatic = !strcmp(t->how.resume, "auto");
    if (!strcmp(t->how.resume, "never"))
        return remove_behind(t, -1, err);
    if (newest(t, step, err))
        return -1;
    if (automatic && step[0] < 0)
        return 0;
    snprintf(path, 4096, "%s", t->how.resume);
    if (automatic ? read_newest(t, path, err) : read_from(t, path, err))
        return -1;
    if (t->state.epoch > t->keys.epochs || (t->state.epoch == t->keys.epochs && t->state.position))
        return gg_fail(
            err, GG_USAGE,
            "%s: has more than %lld epochs already: give as many with --epochs, use another -o, or "
            "--resume never",
            path, (long long)t->keys.epochs);
    return 1;
}

/* What rank 0 has read becomes the state of all. */
static void share(struct gg_trainer *t)
{
    struct gg_state_entry e[ENTRIES];
    int n = entries_of(t, e);
    for (int k = 0; k < n; k++)
        gg_ranks_share(&t->ranks, e[k].data, (size_t)e[k].n * gg_dtype_size(e[k].dtype));
    gg_ranks_share(&t->ranks, &t->planned, sizeof t->planned);
    gg_ranks_share(&t->ranks, &t->spent.before, sizeof t->spent.before);
}

int gg_checkpoint_read(struct gg_trainer *t, struct gg_err *err)
{
    char path[4096];
    int found = gg_ranks_speaks(&t->ranks) ? read_one(t, path, err) : 0;
    if (gg_ranks_agree(&t->ranks, found < 0 ? -1 : 0, err))
        return -1;
    gg_ranks_share(&t->ranks, &found, sizeof found);
    if (!found)
        return 0;
    share(t);
    if (gg_train_measure(t, "metrics.jsonl", t->metrics.bytes, err))
        return -1;
    bool speaks = gg_ranks_speaks(&t->ranks);
    if (gg_ranks_agree(&t->ranks, speaks ? remove_behind(t, t->state.adam.step, err) : 0, err))
        return -1;
    if (speaks) {
        thin_out(t); /* a kill may have been between the newest and that */
        say_where(t, path);
    }
    return 1;
}
