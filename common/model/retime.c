/* retime.c -- see retime.h */
#include "model/retime.h"
#include "util/same.h"

#include <math.h>
#include <string.h>

static int check_times(int n, const double *time, struct gg_err *err)
{
    if (n > GG_MAX_TIMES)
        return gg_fail(err, GG_USAGE, "%d times, at most %d", n, GG_MAX_TIMES);
    for (int k = 0; k < n; k++)
        if (!(time[k] > (k ? time[k - 1] : 0)) || (k && gg_same(time[k], time[k - 1])))
            return gg_fail(err, GG_USAGE, "time %g behind %g; increasing ones above 0 are wanted", time[k],
                           k ? time[k - 1] : 0);
    return 0;
}

static int check_heads(const struct gg_model *m, struct gg_err *err)
{
    bool any = false;
    for (int k = 0; k < m->n_head; k++) {
        const struct gg_head *h = &m->head[k];
        if (h->target.timed && !h->per_time)
            return gg_fail(
                err, GG_USAGE,
                "the head of '%s' has a column for each of its %d times and knows no other: one that "
                "reads a value with a row for each time does (layers: basis of time, film: "
                "gg_layers(7), examples/models/se3_time.yaml)",
                h->target.name, h->target.n_time);
        any |= h->target.timed;
    }
    return any ? 0 : gg_fail(err, GG_USAGE, "no target of the model has times");
}

static bool among(double t, int n, const double *time)
{
    for (int k = 0; k < n; k++)
        if (gg_same(t, time[k]))
            return true;
    return false;
}

static int check_layers(const struct gg_model *m, int n, const double *time, struct gg_err *err)
{
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_layer *l = &m->op[k].layer;
        for (int q = 0; l->own_times && q < n; q++)
            if (!among(time[q], l->n_time, l->time))
                return gg_fail(err, GG_USAGE,
                               "time %g: layer %s of this kind knows the %d times from %g to %g that it was "
                               "trained at, and no other: train with another kind (laguerre, chebyshev)",
                               time[q], m->op[k].name, l->n_time, l->time[0], l->time[l->n_time - 1]);
    }
    return 0;
}

/* The times of a group that were trained at, next to t: below (or at it) and above, one of them twice outside; -1: none. */
static void neighbours(const struct gg_head *h, int group, double t, int next[2])
{
    next[0] = next[1] = -1;
    for (int k = h->target.n_time - 1; k >= 0; k--)
        if (gg_head_on(h, group, k) && h->target.time[k] >= t)
            next[1] = k;
    for (int k = 0; k < h->target.n_time; k++)
        if (gg_head_on(h, group, k) && h->target.time[k] <= t)
            next[0] = k;
    for (int side = 0; side < 2; side++)
        if (next[side] < 0)
            next[side] = next[1 - side];
}

/* Columns of one group and new time. */
static void interpolate(struct gg_target *to, const struct gg_head *h, int group, int time)
{
    const struct gg_target *from = &h->target;
    int next[2];
    neighbours(h, group, to->time[time], next);
    if (next[0] < 0)
        return;
    double below = from->time[next[0]], above = from->time[next[1]],
           part = next[0] == next[1] ? 0 : log(to->time[time] / below) / log(above / below);
    to->count[group * to->n_time + time] = 1;
    for (int q = 0; q < gg_target_parts(to); q++) {
        int64_t at = gg_target_at(to, group, time, q), first = gg_target_at(from, group, next[0], q),
                last = gg_target_at(from, group, next[1], q);
        to->mean[at] = (1 - part) * from->mean[first] + part * from->mean[last];
        to->scale[at] = (1 - part) * from->scale[first] + part * from->scale[last];
    }
}

static void retime_head(struct gg_model *m, struct gg_head *h)
{
    struct gg_target to = h->target;
    to.n_time = m->n_time;
    to.time = m->time;
    gg_target_alloc(&to, &m->arena, m->n_species);
    memset(to.count, 0, sizeof *to.count * (size_t)(to.n_group * to.n_time));
    h->row_time = GG_NEW(&m->arena, int, (size_t)to.n_time);
    for (int k = 0; k < to.n_time; k++) {
        for (int group = 0; group < to.n_group; group++)
            interpolate(&to, h, group, k);
        h->row_time[k] = k;
    }
    h->on = GG_NEW(&m->arena, bool, (size_t)to.n_time);
    memset(h->on, 1, (size_t)to.n_time);
    h->target = to;
}

int gg_model_retime(struct gg_model *m, int n, const double *time, struct gg_err *err)
{
    if (check_times(n, time, err) || check_heads(m, err) || check_layers(m, n, time, err))
        return -1;
    m->n_time = n;
    m->time = GG_NEW(&m->arena, double, (size_t)n);
    memcpy(m->time, time, (size_t)n * sizeof *time);
    for (int k = 0; k < m->n_head; k++)
        if (m->head[k].target.timed)
            retime_head(m, &m->head[k]);
    return 0;
}
