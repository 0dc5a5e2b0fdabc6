/* own_times.c -- at which times a field is: its own, or those of the frame */
/* Rules: gg_stream(5), FIELDS.  A model trained on one grid predicts frames that have another: both stand in one frame. */
#include "stream/own_times.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

size_t gg_own_times_stem(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".time") == 0 ? n - 5 : 0;
}

/* Does fields.def have a time axis there?  Of several rows of one name, the one with as many axes. */
static bool defined_time(const struct gg_field *x, int k)
{
    const struct gg_field_def *def = gg_field_lookup(x->name), *row = def;
    for (; row && row->name && strcmp(row->name, def->name) == 0; row++)
        if (row->ndim == x->ndim && row->axis[k] == GG_TIME)
            return true;
    return false;
}

/* The axis that is marked free and stands where fields.def has a time axis, or -1. */
static int freed_axis(const struct gg_field *x)
{
    for (int k = 0; k < x->ndim; k++)
        if (x->axis[k] == GG_FREE && defined_time(x, k))
            return k;
    return -1;
}

static bool has_components(const struct gg_field *x)
{
    return *x->irreps && strcmp(x->irreps, "0e") != 0 && strcmp(x->irreps, "0o") != 0;
}

/* The axis that times of its own run along: the first free one that no irreps describe, or -1. */
static int own_axis(const struct gg_field *x)
{
    int k = freed_axis(x), last = x->ndim - has_components(x);
    for (int d = 0; d < last && k < 0; d++)
        if (x->axis[d] == GG_FREE)
            k = d;
    return k;
}

static int time_axis(const struct gg_field *x)
{
    for (int k = 0; k < x->ndim; k++)
        if (x->axis[k] == GG_TIME)
            return k;
    return -1;
}

/* f64 on the axis `axis`, finite, increasing. */
static int check_grid(const struct gg_field *time, int axis, struct gg_err *err)
{
    if (time->dtype != GG_F64 || time->ndim != 1 || time->axis[0] != axis)
        return gg_fail(err, GG_INPUT, "field '%s' must be f64 [%s]", time->name,
                       axis == GG_TIME ? "time" : "any");
    const double *v = time->data;
    if (time->shape[0] > INT_MAX)
        return gg_fail(err, GG_INPUT, "field '%s' has %llu times", time->name,
                       (unsigned long long)time->shape[0]);
    for (uint64_t t = 0; t < time->shape[0]; t++) {
        if (!isfinite(v[t]))
            return gg_fail(err, GG_INPUT, "field '%s': [%llu] is %g, must be finite", time->name,
                           (unsigned long long)t, v[t]);
        if (t > 0 && !(v[t] > v[t - 1]))
            return gg_fail(err, GG_INPUT, "field '%s': [%llu] is %g after %g, must increase", time->name,
                           (unsigned long long)t, v[t], v[t - 1]);
    }
    return 0;
}

/* `time` beside x, whose axis k it is for. */
static int check_fit(const struct gg_field *time, const struct gg_field *x, int k, struct gg_err *err)
{
    if (time->shape[0] != x->shape[k])
        return gg_fail(err, GG_INPUT, "field '%s' has %llu times, '%s' is at %llu", time->name,
                       (unsigned long long)time->shape[0], x->name, (unsigned long long)x->shape[k]);
    return 0;
}

static int check_own(const struct gg_field *time, const struct gg_field *x, struct gg_err *err)
{
    if (check_grid(time, GG_FREE, err) < 0)
        return -1;
    if (time_axis(x) >= 0)
        return gg_fail(err, GG_INPUT,
                       "field '%s' beside '%s' on the frame's times: mark that axis free, or drop the times",
                       time->name, x->name);
    int k = own_axis(x);
    if (k < 0)
        return gg_fail(err, GG_INPUT, "field '%s': '%s' has no free axis for times", time->name, x->name);
    return check_fit(time, x, k, err);
}

int gg_own_times_check(const struct gg_frame *f, struct gg_err *err)
{
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *time = &f->field[k];
        char name[GG_NAME];
        snprintf(name, sizeof name, "%.*s", (int)gg_own_times_stem(time->name), time->name);
        const struct gg_field *x = *name ? gg_frame_find(f, name) : NULL;
        if (x && check_own(time, x, err) < 0)
            return -1;
    }
    return 0;
}

/* The frame's times, for a time axis; without the field `time` nobody says them. */
static int of_frame(const struct gg_frame *f, const struct gg_field *x, struct gg_field_times *t,
                    struct gg_err *err)
{
    const struct gg_field *time = gg_frame_find(f, "time");
    if (x->shape[t->axis] > INT_MAX)
        return gg_fail(err, GG_INPUT, "field '%s' is at %llu times", x->name,
                       (unsigned long long)x->shape[t->axis]);
    t->n = (int)x->shape[t->axis];
    if (time && (check_grid(time, GG_TIME, err) < 0 || check_fit(time, x, t->axis, err) < 0))
        return -1;
    t->value = time ? time->data : NULL;
    return 0;
}

int gg_field_times(const struct gg_frame *f, const struct gg_field *x, struct gg_field_times *t,
                   struct gg_err *err)
{
    *t = (struct gg_field_times){.axis = time_axis(x)};
    if (t->axis >= 0)
        return of_frame(f, x, t, err);
    const struct gg_field *time = gg_frame_find_times(f, x->name);
    if (time && check_own(time, x, err) < 0)
        return -1;
    t->axis = time ? own_axis(x) : freed_axis(x);
    if (t->axis < 0)
        return 0;
    bool predicted = gg_field_lookup(x->name) && gg_field_lookup(x->name)->role == GG_PREDICTION;
    if (!time && !(predicted && (time = gg_frame_find(f, "time_pred"))))
        return gg_fail(err, GG_INPUT, "field '%s' is at times of its own, but '%s.time' is missing", x->name,
                       x->name);
    if (check_grid(time, GG_FREE, err) < 0 || check_fit(time, x, t->axis, err) < 0)
        return -1;
    t->n = (int)time->shape[0];
    t->value = time->data;
    return 0;
}
