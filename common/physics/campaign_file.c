/* campaign_file.c -- the state of a campaign in a file, and back */
#include "physics/campaign_file.h"
#include "stream/crc32c.h"
#include "stream/reader.h"
#include "stream/writer.h"
#include "util/number.h"
#include "util/progress.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const double EVERY = 60; /* seconds between two files */

/* ---- the state as a list ---- */

struct entry {
    char name[32];
    void *data;
    int64_t n;
    int dtype;
    double min, max; /* of every number: what else a file says, no campaign has written */
};
enum {
    FIXED = 20,    /* entries besides those of the groups */
    PER_GROUP = 4, /* and of each group */
#ifdef GG_REAL_DOUBLE
    REAL_DTYPE = GG_F64
#else
    REAL_DTYPE = GG_F32
#endif
};

struct list {
    struct entry *e;
    int n;
};

static void add(struct list *l, const char *name, int number, void *data, int64_t n, int dtype)
{
    struct entry *e = &l->e[l->n++];
    snprintf(e->name, sizeof e->name, number < 0 ? "%s" : "%s.%d", name, number);
    e->data = data;
    e->n = n;
    e->dtype = dtype;
    e->min = dtype == GG_I64 ? 0 : -1e15;
    e->max = 1e15;
}

/* Other bounds for the one added last. */
static void within(struct list *l, double min, double max)
{
    l->e[l->n - 1].min = min;
    l->e[l->n - 1].max = max;
}

static void add_md(struct list *l, const char *name, int number, struct gg_md *m)
{
    char part[4][24];
    for (int k = 0; k < 4; k++)
        snprintf(part[k], sizeof part[k], "%s.%s", name, (const char *const[]){"at", "v", "step", "heat"}[k]);
    add(l, part[0], number, m->at, 3 * m->n * m->n_lane, GG_I64);
    within(l, -0x1p62, 0x1p62);
    add(l, part[1], number, m->v, 3 * m->n * m->n_lane, REAL_DTYPE);
    within(l, -1e6, 1e6); /* a step of 0.1 tau remains a number of the grid */
    add(l, part[2], number, &m->n_step, 1, GG_I64);
    add(l, part[3], number, m->heat, GG_MD_RUNS, GG_F64);
}

static struct list list_of(struct gg_campaign *c, struct gg_arena *a)
{
    struct list l = {GG_NEW(a, struct entry, (size_t)(FIXED + PER_GROUP * c->n_group)), 0};
    add(&l, "configuration", -1, &c->configuration, 1, GG_I64);
    within(&l, 0, (double)c->rule.n_configuration);
    add(&l, "phase", -1, &c->phase, 1, GG_I64);
    within(&l, GG_CAMPAIGN_MELT, GG_CAMPAIGN_READY);
    add(&l, "step", -1, &c->step, 1, GG_I64);
    add_md(&l, "chain", -1, &c->chain);
    add(&l, "chain.run", -1, &c->chain.first_run, 1, GG_I64);
    add(&l, "chain.temperature", -1, &c->chain.rule.temperature, 1, GG_F64);
    within(&l, 0, 1e6);
    add(&l, "from", -1, c->from, 3 * c->n, GG_F64);
    add(&l, "at_half", -1, c->at_half, 3 * c->n, GG_F64);
    add(&l, "fs", -1, c->fs, 2, GG_F64);
    add(&l, "waited", -1, &c->waited, 1, GG_F64);
    add(&l, "order", -1, &c->order, 1, GG_F64);
    add(&l, "drift", -1, &c->drift, sizeof c->drift / sizeof(double), GG_F64);
    add(&l, "drift.slope", -1, &c->drift_slope, 1, GG_F64);
    if (c->phase == GG_CAMPAIGN_RUNS)
        for (int g = 0; g < c->n_group; g++)
            add_md(&l, "runs", g, &c->group[g]);
    if (c->end)
        add(&l, "end", -1, c->end, 3 * c->n * c->rule.n_run * c->rule.times.n, GG_F64);
    return l;
}

static uint32_t digest_of(const struct gg_campaign *c)
{
    const struct gg_field *pos = gg_frame_find(&c->start, "pos");
    return gg_crc32c(gg_crc32c(0, c->name, strlen(c->name)), pos->data, pos->nbytes);
}

/* ---- writing ---- */

static int fill(struct gg_campaign *c, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct list l = list_of(c, a);
    for (int k = 0; k < l.n; k++) {
        const uint64_t shape = (uint64_t)l.e[k].n;
        const int axis = GG_FREE;
        struct gg_field *x =
            gg_frame_add_as(f, a, l.e[k].name, l.e[k].dtype, 1, &shape, &axis, GG_OTHER, "", "", err);
        if (!x)
            return -1;
        memcpy(x->data, l.e[k].data, x->nbytes);
    }
    return 0;
}

static int write_done(struct gg_writer *out, const struct gg_held *done, struct gg_err *err)
{
    if (gg_writer_begin(out, "gg.graph/1", NULL, NULL, err) < 0)
        return -1;
    for (int64_t k = 0; k < done->n; k++)
        if (gg_writer_frame(out, &done->frame[k], err) < 0)
            return -1;
    return gg_writer_end(out, NULL, err);
}

int gg_campaign_write(const struct gg_campaign_kept *k, struct gg_campaign *c, struct gg_err *err)
{
    struct gg_writer out = {0};
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    struct gg_meta meta = {0};
    gg_meta_set(&meta, "command", k->command);
    gg_meta_printf(&meta, "starts", "%lld", (long long)k->n_start);
    gg_meta_printf(&meta, "start", "%08x", (unsigned)digest_of(c));
    int status = fill(c, &f, &a, err) || gg_writer_open(&out, k->path, err) ||
                         gg_writer_begin(&out, "gg.checkpoint/1", &meta, NULL, err) ||
                         gg_writer_frame(&out, &f, err) || gg_writer_end(&out, NULL, err) ||
                         write_done(&out, &k->done, err) || gg_writer_commit(&out, err)
                     ? -1
                     : 0;
    if (status < 0 && out.state)
        gg_writer_abort(&out, "gg-md", err);
    gg_meta_clear(&meta);
    gg_frame_free(&f);
    gg_arena_free(&a);
    return status;
}

int gg_campaign_keep(struct gg_campaign_kept *k, struct gg_campaign *c, struct gg_err *err)
{
    bool stop = k->stop && *k->stop;
    double now = gg_seconds();
    if (k->written == 0)
        k->written = now;
    if (!k->path || (!stop && now - k->written < EVERY))
        return 0;
    k->written = now;
    if (gg_campaign_write(k, c, err) < 0)
        return -1;
    return stop ? gg_fail(err, GG_STOPPED, "stopped; the state is in %s, the same command goes on", k->path)
                : 0;
}

/* ---- reading ---- */

static int take_state(struct gg_campaign_kept *k, const struct gg_reader *r, const struct gg_frame *f,
                      struct gg_err *err)
{
    const char *command = gg_meta_get(&r->meta, "command"), *starts = gg_meta_get(&r->meta, "starts");
    int64_t n;
    if (!command || !starts || !gg_whole(starts, &n) || n < 0)
        return gg_fail(err, GG_INPUT, "no state of molecular dynamics");
    if (strcmp(command, k->command) != 0)
        return gg_fail(err, GG_USAGE, "the state of another command, '%.300s': remove it, or --resume never",
                       command);
    k->n_start = n;
    gg_frame_copy(&k->state, f, &k->done.arena);
    gg_meta_merge(&k->done.meta, &r->meta);
    return 0;
}

int gg_campaign_read(struct gg_campaign_kept *k, struct gg_err *err)
{
    struct gg_reader r;
    struct gg_frame f = {0};
    int event, status = 0;
    if (access(k->path, F_OK) != 0) /* what cannot be looked at may be there */
        return errno == ENOENT || errno == ENOTDIR ? 0 : gg_fail_errno(err, "%s: cannot open", k->path);
    if (gg_reader_open(&r, k->path, err) < 0)
        return -1;
    while (status == 0 && (event = gg_reader_next(&r, &f, err)) > 0) {
        if (event == GG_EVENT_FRAME && !strcmp(r.schema, "gg.checkpoint/1"))
            status = take_state(k, &r, &f, err);
        else if (event == GG_EVENT_FRAME)
            gg_held_add(&k->done, &f);
    }
    status = status < 0 || event < 0 ? -1 : 0;
    if (status == 0 && k->state.n_field == 0)
        status = gg_fail(err, GG_INPUT, "no state of molecular dynamics");
    gg_reader_close(&r);
    gg_frame_free(&f);
    return status < 0 ? gg_err_prefix(err, "%s: ", k->path) : 0;
}

/* One tensor: there, of its size, every number inside its bounds. */
static int take_entry(const struct entry *e, const struct gg_frame *state, struct gg_err *err)
{
    const struct gg_field *x = gg_frame_find(state, e->name);
    if (!x || x->dtype != e->dtype || (int64_t)gg_field_count(x) != e->n)
        return gg_fail(err, GG_INPUT, "'%s' is missing or has another size than wanted (%lld of %s)", e->name,
                       (long long)e->n, gg_dtype_name(e->dtype));
    for (uint64_t k = 0; k < (uint64_t)e->n; k++) {
        double v = gg_field_get(x, k);
        if (!(v >= e->min && v <= e->max))
            return gg_fail(
                err, GG_INPUT,
                "'%s': number %llu is %.15g, not in %g .. %g: no run writes such; use --resume never",
                e->name, (unsigned long long)k, v, e->min, e->max);
    }
    memcpy(e->data, x->data, x->nbytes);
    return 0;
}

static int read_list(struct gg_campaign *c, const struct gg_frame *state, struct gg_err *err)
{
    struct gg_arena a = {0};
    struct list l = list_of(c, &a);
    int status = 0;
    for (int k = 0; k < l.n && status == 0; k++)
        status = take_entry(&l.e[k], state, err);
    gg_arena_free(&a);
    int64_t most = gg_campaign_phase_steps(&c->rule, c->configuration, c->phase);
    if (status == 0 && c->step > most)
        return gg_fail(err, GG_INPUT, "'step' is %lld, this part of the run has %lld: use --resume never",
                       (long long)c->step, (long long)most);
    return status;
}

int gg_campaign_restore(struct gg_campaign_kept *k, struct gg_campaign *c, struct gg_err *err)
{
    char mine[16];
    const char *start = gg_meta_get(&k->done.meta, "start");
    const struct gg_field *phase = gg_frame_find(&k->state, "phase");
    snprintf(mine, sizeof mine, "%08x", (unsigned)digest_of(c));
    if (!start || strcmp(start, mine) != 0)
        return gg_fail(err, GG_INPUT, "%s: the state of another start", k->path);
    if (!phase || phase->dtype != GG_I64 || gg_field_count(phase) != 1)
        return gg_fail(err, GG_INPUT, "%s: no state of molecular dynamics", k->path);
    if (*(int64_t *)phase->data == GG_CAMPAIGN_RUNS && gg_campaign_enter(c, GG_CAMPAIGN_RUNS, err) < 0)
        return -1;
    if (read_list(c, &k->state, err) < 0)
        return gg_err_prefix(err, "%s: ", k->path);
    gg_frame_clear(&k->state);
    return 0;
}

void gg_campaign_kept_free(struct gg_campaign_kept *k)
{
    gg_frame_free(&k->state);
    gg_held_free(&k->done);
}
