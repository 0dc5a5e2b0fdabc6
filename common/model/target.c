/* target.c -- fields as targets: what they are, their times, their numbers */
#include "model/target.h"
#include "stream/own_times.h"
#include "util/same.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- parts ---- */

int gg_target_dim(const struct gg_target *t)
{
    return gg_irreps_dim(&t->irreps);
}

int gg_target_parts(const struct gg_target *t)
{
    int n = 0;
    for (int b = 0; b < t->irreps.n; b++)
        n += t->irreps.b[b].mul;
    return n;
}

int gg_target_groups(const struct gg_target *t, int n_species)
{
    return t->kind->species ? n_species : 1;
}

int gg_target_part(const struct gg_target *t, int q, int *l)
{
    int at = 0, b = 0;
    for (; q >= t->irreps.b[b].mul; b++) {
        q -= t->irreps.b[b].mul;
        at += t->irreps.b[b].mul * (2 * t->irreps.b[b].l + 1);
    }
    *l = t->irreps.b[b].l;
    return at + q * (2 * *l + 1);
}

int64_t gg_target_at(const struct gg_target *t, int group, int time, int part)
{
    return ((int64_t)group * t->n_time + time) * gg_target_parts(t) + part;
}

/* ---- what a field is ---- */

/* How the axes of a field are read: base, time, components. */
struct reading {
    const struct gg_target_kind *kind;
    struct gg_field_times time;
    int component; /* axis, -1: none */
};

static const char *const wanted =
    "a target has the axes [node], [edge] or none, then times, then numbers with irreps";

static int read_axes(struct reading *r, const struct gg_frame *f, const struct gg_field *x,
                     struct gg_err *err)
{
    int k = x->ndim > 0 && (x->axis[0] == GG_NODE || x->axis[0] == GG_EDGE) ? 1 : 0;
    *r = (struct reading){.component = -1};
    for (const struct gg_target_kind *const *q = gg_target_kinds; *q; q++)
        if ((*q)->field_axis == (k ? x->axis[0] : GG_FREE))
            r->kind = *q;
    if (gg_field_times(f, x, &r->time, err))
        return -1;
    if (r->time.axis == k)
        k++;
    if (k < x->ndim && x->axis[k] == GG_FREE)
        r->component = k++;
    if (k < x->ndim || x->dtype == GG_BOOL)
        return gg_fail(err, GG_INPUT, "field '%s': is no target: %s", x->name, wanted);
    if (r->time.axis >= 0 && !r->time.value)
        return gg_fail(err, GG_INPUT, "field '%s': has times, and neither '%s.time' nor 'time' says which",
                       x->name, x->name);
    if (r->time.n > GG_MAX_TIMES)
        return gg_fail(err, GG_INPUT, "field '%s': %d times, at most %d", x->name, r->time.n, GG_MAX_TIMES);
    return 0;
}

static int read_irreps(struct gg_target *t, const struct reading *r, const struct gg_field *x,
                       struct gg_err *err)
{
    bool bare = !x->irreps[0] || !strcmp(x->irreps, "0e") || !strcmp(x->irreps, "0o");
    uint64_t width = r->component >= 0 ? x->shape[r->component] : 1;
    t->bare = r->component < 0;
    if (width < 1 || width > GG_MAX_TARGET_DIM)
        return gg_fail(err, GG_INPUT, "field '%s': %llu numbers a row, 1 to %d can be a target", x->name,
                       (unsigned long long)width, GG_MAX_TARGET_DIM);
    if (bare)
        t->irreps = (struct gg_irreps){1, {{(int)width, 0, !strcmp(x->irreps, "0o") ? -1 : 1}}};
    else if (gg_irreps_parse(&t->irreps, x->irreps, err))
        return gg_err_prefix(err, "field '%s': ", x->name);
    gg_irreps_simplify(&t->irreps);
    return 0;
}

int gg_target_see(struct gg_target *t, const struct gg_frame *f, const struct gg_field *x, struct gg_err *err)
{
    struct reading r;
    if (read_axes(&r, f, x, err) || read_irreps(t, &r, x, err))
        return -1;
    t->kind = r.kind;
    t->timed = r.time.axis >= 0;
    t->n_time = t->timed ? 0 : 1;
    snprintf(t->unit, sizeof t->unit, "%s", x->unit);
    return 0;
}

int gg_target_same(const struct gg_target *t, const struct gg_frame *f, const struct gg_field *x,
                   struct gg_err *err)
{
    struct gg_target other = *t;
    char have[GG_IRREPS_TEXT], want[GG_IRREPS_TEXT];
    if (gg_target_see(&other, f, x, err))
        return -1;
    gg_irreps_print(&other.irreps, have);
    gg_irreps_print(&t->irreps, want);
    if (other.kind != t->kind || other.timed != t->timed || !gg_irreps_equal(&other.irreps, &t->irreps))
        return gg_fail(err, GG_INPUT, "field '%s': is %s on %ss %s times, the target is %s on %ss %s times",
                       x->name, have, other.kind->name, other.timed ? "with" : "without", want, t->kind->name,
                       t->timed ? "with" : "without");
    if (strcmp(other.unit, t->unit))
        return gg_fail(err, GG_INPUT, "field '%s': its unit is '%s', that of the target in other frames '%s'",
                       x->name, other.unit, t->unit);
    return 0;
}

/* ---- times ---- */

static int find_time(int n, const double *time, double t)
{
    for (int k = 0; k < n; k++)
        if (gg_same(t, time[k]))
            return k;
    return -1;
}

int gg_target_add_times(struct gg_target *t, struct gg_arena *a, int n, const double *time,
                        struct gg_err *err)
{
    for (int k = 0; k < n; k++) {
        int at = t->n_time;
        if (find_time(t->n_time, t->time, time[k]) >= 0)
            continue;
        if (t->n_time == GG_MAX_TIMES)
            return gg_fail(err, GG_INPUT, "target '%s': more than %d times in all frames together", t->name,
                           GG_MAX_TIMES);
        if (!t->time)
            t->time = GG_NEW(a, double, GG_MAX_TIMES);
        for (; at > 0 && t->time[at - 1] > time[k]; at--)
            t->time[at] = t->time[at - 1];
        t->time[at] = time[k];
        t->n_time++;
    }
    return 0;
}

int gg_target_known(struct gg_target *t, struct gg_arena *a, int n, const double *time, struct gg_err *err)
{
    const struct gg_field_def *d = gg_field_lookup(t->name);
    bool edge = d && d->ndim >= 2 && d->axis[0] == GG_EDGE;
    if (!d || d->ndim < 2 || (!edge && d->axis[0] != GG_NODE) || d->axis[1] != GG_TIME)
        return gg_fail(err, GG_USAGE,
                       "target '%s': without data only fields on particles, or edges, and times are known: "
                       "propensity, displacement, distance_change, ...",
                       t->name);
    t->kind = gg_target_kind_find(edge ? "edge" : "node");
    t->bare = d->ndim == 2;
    t->timed = true;
    t->n_time = 0;
    snprintf(t->unit, sizeof t->unit, "%s", d->unit);
    return gg_irreps_parse(&t->irreps, t->bare ? "1x0e" : d->irreps, err) ||
                   gg_target_add_times(t, a, n, time, err)
               ? -1
               : 0;
}

void gg_target_alloc(struct gg_target *t, struct gg_arena *a, int n_species)
{
    t->n_group = gg_target_groups(t, n_species);
    int64_t n = (int64_t)t->n_group * t->n_time, parts = n * gg_target_parts(t);
    t->mean = GG_NEW(a, double, (size_t)parts + 1);
    t->scale = GG_NEW(a, double, (size_t)parts + 1);
    t->count = GG_NEW(a, double, (size_t)n + 1);
    for (int64_t k = 0; k < parts; k++)
        t->scale[k] = 1;
    for (int64_t k = 0; k < n; k++)
        t->count[k] = 1;
}

/* ---- numbers of a frame ---- */

int gg_truth_read(struct gg_truth *y, const struct gg_target *t, const struct gg_frame *f, struct gg_arena *a,
                  struct gg_err *err)
{
    const struct gg_field *x = gg_frame_find(f, t->name);
    struct reading r;
    *y = (struct gg_truth){.n_time = 1, .dim = gg_target_dim(t)};
    if (!x)
        return 0;
    if (gg_target_same(t, f, x, err) || read_axes(&r, f, x, err))
        return -1;
    if (t->timed) {
        double *time = GG_NEW(a, double, (size_t)r.time.n + 1);
        memcpy(time, r.time.value, (size_t)r.time.n * sizeof *time);
        y->n_time = r.time.n;
        y->time = time;
    }
    uint64_t n = gg_field_count(x);
    y->n_row = y->n_time ? (int64_t)(n / (uint64_t)(y->n_time * y->dim)) : 0;
    if (x->dtype == GG_F32) {
        y->value = x->data;
        return 0;
    }
    float *v = GG_NEW(a, float, n + 1);
    for (uint64_t k = 0; k < n; k++)
        v[k] = (float)gg_field_get(x, k);
    y->value = v;
    return 0;
}

void gg_truth_bind(struct gg_truth *y, const struct gg_target *t, struct gg_arena *a)
{
    int *at = GG_NEW(a, int, (size_t)t->n_time + 1);
    for (int k = 0; k < t->n_time; k++)
        at[k] = t->timed ? find_time(y->n_time, y->time, t->time[k]) : 0;
    y->at = at;
}
