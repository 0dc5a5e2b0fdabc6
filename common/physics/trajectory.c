/* trajectory.c -- frames of a run as starts, later ones of the same run as where they lead
 *
 * A start waits in the window of its run until a frame comes that is as late as its last time; a start that is not complete by
 * then never will be.  So the window is as long as the last time, whatever the length of the run. */
#include "physics/trajectory.h"
#include "util/same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void gg_trajectory_init(struct gg_trajectory *t, int n_time, const double *time)
{
    *t = (struct gg_trajectory){.n_time = n_time, .time = time, .every = 1, .last = -INFINITY};
    t->n_absent = gg_xalloc((size_t)n_time, sizeof *t->n_absent);
}

void gg_trajectory_free(struct gg_trajectory *t)
{
    gg_track_free(&t->track);
    free(t->n_absent);
    *t = (struct gg_trajectory){0};
}

int gg_trajectory_add(struct gg_trajectory *t, const struct gg_frame *f, struct gg_err *err)
{
    static const char *const made[] = {"time", "pos_replicas"};
    for (int k = 0; k < 2; k++)
        if (gg_frame_find(f, made[k]))
            return gg_fail(
                err, GG_INPUT,
                "field '%s' is there: a frame with runs of its own, or targets, is no frame of a trajectory",
                made[k]);
    if (gg_track_add(&t->track, f, err) < 0)
        return -1;
    t->n_frame++;
    return 0;
}

/* The moment of the window that is `after` its oldest, or NULL. */
static const struct gg_moment *find_later(const struct gg_track *k, double after)
{
    for (int m = 1; m < k->n; m++)
        if (gg_same(k->moment[m].time - k->moment[0].time, after))
            return &k->moment[m];
    return NULL;
}

/* Is all that can come after the oldest moment there? */
static bool has_all(const struct gg_trajectory *t)
{
    const struct gg_moment *first = t->track.moment, *newest = &first[t->track.n - 1];
    double last = t->time[t->n_time - 1], seen = newest->time - first->time;
    return seen >= last || gg_same(seen, last);
}

/* May the oldest moment be a start; and if it may, is it complete? */
static bool is_start(struct gg_trajectory *t)
{
    const struct gg_moment *m = t->track.moment;
    double gap = m->time - t->last;
    if (m->number % t->every || (t->first && m->number) || !(gap >= t->apart || gg_same(gap, t->apart))) {
        t->n_skipped++;
        return false;
    }
    for (int k = 0; k < t->n_time; k++)
        if (!find_later(&t->track, t->time[k])) {
            t->n_absent[k]++;
            return false;
        }
    return true;
}

static void fill(const struct gg_trajectory *t, struct gg_frame *f, struct gg_arena *a)
{
    const struct gg_moment *start = t->track.moment;
    uint64_t n_time = (uint64_t)t->n_time, extent[] = {n_time, 1},
             shape[] = {n_time, 1, start->frame.n_node, 3};
    const int axis[] = {GG_TIME, GG_REPLICA, GG_NODE, GG_FREE};
    struct gg_err none;
    gg_frame_copy(f, &start->frame, a);
    memcpy(gg_frame_add(f, a, "time", extent)->data, t->time, n_time * sizeof *t->time);
    double(*to)[3] =
        gg_frame_add_as(f, a, "pos_replicas", GG_F64, 4, shape, axis, GG_STRUCTURE, "1x1o", "sigma", &none)
            ->data;
    for (uint64_t k = 0; k < n_time; k++)
        gg_track_from(start, find_later(&t->track, t->time[k]), to + k * start->frame.n_node);
}

int gg_trajectory_next(struct gg_trajectory *t, bool ended, struct gg_frame *f, struct gg_arena *a)
{
    while (t->track.n && (ended || has_all(t))) {
        bool start = is_start(t);
        if (start) {
            fill(t, f, a);
            t->last = t->track.moment->time;
            t->n_start++;
        }
        gg_track_drop(&t->track);
        if (start)
            return 1;
    }
    if (ended) {
        gg_track_end(&t->track);
        t->last = -INFINITY;
    }
    return 0;
}

const char *gg_trajectory_said(const struct gg_trajectory *t, struct gg_arena *a)
{
    const char *text =
        gg_arena_printf(a, "%lld frames, %lld starts", (long long)t->n_frame, (long long)t->n_start);
    const char *between = "; left out: ";
    for (int k = 0; k < t->n_time; k++)
        if (t->n_absent[k]) {
            text = gg_arena_printf(a, "%s%s%lld without a frame %g later", text, between,
                                   (long long)t->n_absent[k], t->time[k]);
            between = ", ";
        }
    if (t->n_skipped)
        text = gg_arena_printf(a, "%s%s%lld by --%s", text, between, (long long)t->n_skipped,
                               t->first ? "replicas" : "every or --apart");
    return text;
}
