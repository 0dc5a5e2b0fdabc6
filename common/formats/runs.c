/* runs.c -- several runs from one start, one file each, joined into one configuration with replicas
 *
 * Widmer-Cooper, Harrowell, Fynewever, Phys. Rev. Lett. 93, 135701 (2004): the isoconfigurational ensemble. */
#include "formats/runs.h"
#include "formats/extra.h"
#include "util/cell.h"
#include "util/same.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct joined {
    int n_run;
    struct gg_draft *draft; /* the caller's: the start of the first run */
    uint64_t n_value;       /* numbers in one frame: node x dim */
    int n_time, room;       /* later frames of the first run */
    double *time, **values; /* [n_time] times since the start; [n_time] of [run][node][dim] */
    double *whole; /* [node][dim] cell vectors from where a later run starts to where the first does */
    int n_again;   /* frames passed over */
    struct gg_arena *arena;
    struct gg_err *err;
};

/* Where a run starts. */
struct start {
    double now, timestep;
    int64_t step;
    bool has_step;
};

static int check_same(const struct joined *j, const struct gg_draft *d)
{
    const struct gg_draft *start = j->draft;
    if (d->n_node != start->n_node || d->dim != start->dim || d->pbc != start->pbc)
        return gg_fail(j->err, GG_INPUT, "%llu particles; the first start has %llu",
                       (unsigned long long)d->n_node, (unsigned long long)start->n_node);
    for (int k = 0; k < 9; k++)
        if (!(fabs(d->cell[k / 3][k % 3] - start->cell[k / 3][k % 3]) <= 1e-6))
            return gg_fail(j->err, GG_INPUT, "the cell is not that of the first start");
    if (memcmp(d->type.data, start->type.data, start->type.nbytes))
        return gg_fail(j->err, GG_INPUT, "species are not those of the first start");
    return 0;
}

/* The first frame of a later run must be the common start, or images of it. */
static int check_start(struct joined *j, const struct gg_draft *d)
{
    const double *a = j->draft->pos.data, *b = d->pos.data;
    size_t n = (size_t)d->dim, bytes = n * sizeof(double);
    struct gg_cell cell;
    if (gg_cell_init(&cell, d->dim, d->pbc, j->draft->cell, j->err))
        return -1;
    for (uint64_t k = 0; k < d->n_node; k++) {
        double r[3] = {0}, s[3] = {0}, whole[3];
        memcpy(r, a + k * n, bytes);
        memcpy(s, b + k * n, bytes);
        double off = gg_cell_between(&cell, r, s, whole);
        if (!(off <= 1e-4))
            return gg_fail(j->err, GG_INPUT,
                           "particle %llu does not start where the first run has it (off by %g)",
                           (unsigned long long)k, off);
        memcpy(j->whole + k * n, whole, bytes);
    }
    return 0;
}

/* A particle that starts at the other side of the cell than in the first run is moved by whole cells, with the whole of its run. */
static void move_by_cells(const struct joined *j, struct gg_draft *d)
{
    double *r = d->pos.data;
    for (uint64_t k = 0; k < j->n_value; k++)
        r[k] += j->whole[k];
}

static void new_time(struct joined *j, double time)
{
    if (j->n_time == j->room) {
        j->room = j->room ? 2 * j->room : 16;
        j->time = gg_xrealloc(j->time, (size_t)j->room * sizeof *j->time);
        j->values = gg_xrealloc(j->values, (size_t)j->room * sizeof *j->values);
    }
    j->time[j->n_time] = time;
    j->values[j->n_time++] = gg_arena_calloc(j->arena, (size_t)j->n_run * j->n_value, sizeof(double));
}

/* Times since the start: counted in steps where there are steps, so that they do not depend on where the run starts;
 * else to twelve digits, for the same reason. */
static double time_since(const struct start *start, const struct gg_draft *d)
{
    char text[32];
    if (start->has_step && d->has_step && start->timestep > 0)
        return (double)(d->step - start->step) * start->timestep;
    snprintf(text, sizeof text, "%.12g", d->now - start->now);
    return strtod(text, NULL);
}

/* The frame again that a restarted run wrote before it was stopped: 1; 0 for a new one; -1 with other positions. */
static int came_before(const struct joined *j, int run, int k, double time, const struct gg_draft *d)
{
    for (int m = 0; m < k && m < j->n_time; m++) {
        if (!gg_same(time, j->time[m]))
            continue;
        const double *before = j->values[m] + (uint64_t)run * j->n_value;
        return !memcmp(before, d->pos.data, j->n_value * sizeof(double))
                   ? 1
                   : gg_fail(j->err, GG_INPUT, "time %g comes twice, with other positions", time);
    }
    return 0;
}

/* The k-th behind the start; 1: passed over. */
static int add_frame(struct joined *j, int run, int k, const struct start *start, const struct gg_draft *d)
{
    double time = time_since(start, d);
    if (!isfinite(time))
        return gg_fail(j->err, GG_USAGE, "the file does not say times; give --timestep");
    int again = came_before(j, run, k, time, d);
    if (again)
        return again;
    if (run == 0)
        new_time(j, time);
    if (k >= j->n_time || !gg_same(time, j->time[k]))
        return gg_fail(j->err, GG_INPUT, "frame %d is at time %g, which the first run does not have there",
                       k + 1, time);
    memcpy(j->values[k] + (uint64_t)run * j->n_value, d->pos.data, j->n_value * sizeof(double));
    return 0;
}

static int check_frame(struct joined *j, int run, int k, const struct gg_draft *d)
{
    if (d->need_unwrapped)
        return gg_fail(j->err, GG_INPUT,
                       "wrapped coordinates without image flags; dump xu yu zu, or ix iy iz beside x y z");
    if (d->pos.dtype != GG_F64 || d->type.dtype != GG_F64)
        return gg_fail(j->err, GG_USAGE, "--replicas joins trajectories, not sets");
    return run == 0 && k < 0 ? 0 : check_same(j, d);
}

/* The start of a run is k = -1; 1: passed over. */
static int take_frame(struct joined *j, int run, int k, const struct start *start, struct gg_draft *d)
{
    if (check_frame(j, run, k, d) || (run && k < 0 && check_start(j, d)))
        return -1;
    if (run)
        move_by_cells(j, d);
    return k < 0 ? 0 : add_frame(j, run, k, start, d);
}

static int read_run(struct joined *j, int run, struct gg_foreign *f)
{
    struct gg_draft later = {.dim = 0};
    struct gg_arena scratch = {.first = NULL};
    struct start start = {.timestep = f->options->timestep};
    int k = -1, got, again = 0;
    for (;; k += !again) { /* frame -1 is the start */
        bool keep = run == 0 && k < 0;
        struct gg_draft *d = keep ? j->draft : &later;
        got = gg_foreign_next(f, keep ? j->arena : &scratch, d, j->err);
        if (got != 1)
            break;
        if (keep) {
            j->n_value = d->n_node * (uint64_t)d->dim;
            j->whole = gg_arena_calloc(j->arena, j->n_value + 1, sizeof(double));
        }
        if (k < 0)
            start = (struct start){d->now, f->options->timestep, d->step, d->has_step};
        again = take_frame(j, run, k, &start, d);
        if (again < 0) {
            got = gg_err_prefix(j->err, "%s: ", f->input.name);
            break;
        }
        j->n_again += again;
        gg_arena_reset(&scratch);
    }
    gg_draft_clear(&later);
    gg_arena_free(&scratch);
    if (got == 0 && (k < 1 || k != j->n_time))
        return gg_fail(j->err, GG_INPUT, "%s: %d frames; the first run has %d behind the start",
                       f->input.name, k < 0 ? 0 : k, j->n_time);
    return got;
}

static void fill_draft(struct joined *j)
{
    struct gg_draft *d = j->draft;
    d->n_time = j->n_time;
    d->time = gg_arena_alloc(j->arena, (size_t)j->n_time * sizeof *d->time);
    memcpy(d->time, j->time, (size_t)j->n_time * sizeof *d->time);
    d->replicas =
        (struct gg_field){.dtype = GG_F64,
                          .ndim = 4,
                          .shape = {(uint64_t)j->n_time, (uint64_t)j->n_run, d->n_node, (uint64_t)d->dim}};
    size_t one = (size_t)j->n_run * j->n_value * sizeof(double);
    d->replicas.nbytes = (uint64_t)j->n_time * one;
    d->replicas.data = gg_arena_alloc(j->arena, d->replicas.nbytes);
    for (int t = 0; t < j->n_time; t++)
        memcpy((char *)d->replicas.data + (size_t)t * one, j->values[t], one);
    gg_meta_printf(&d->meta, "replicas", "%d", j->n_run);
    if (j->n_again)
        gg_extra_left_out(d, "frames of restarted runs", "they came again, the same");
}

int gg_runs_join(char *const *path, int n, const struct gg_foreign_options *o, struct gg_arena *a,
                 struct gg_draft *draft, struct gg_err *err)
{
    struct joined j = {.n_run = n, .draft = draft, .arena = a, .err = err};
    int failed = 0;
    for (int run = 0; run < n && !failed; run++) {
        struct gg_foreign f;
        failed = gg_foreign_open(&f, path[run], o, err);
        if (failed)
            break;
        failed = read_run(&j, run, &f);
        gg_foreign_close(&f);
    }
    if (!failed)
        fill_draft(&j);
    free(j.time);
    free(j.values);
    return failed;
}
