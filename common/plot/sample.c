/* sample.c -- truth and prediction of a stream's particles, for pictures */
#include "plot/sample.h"
#include "stats/bootstrap.h"
#include "stream/column.h"
#include "util/arena.h"
#include "util/same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The target that was asked for, or the first X that has an X_pred, or the first target. */
static int choose(struct gg_plot_sample *s, struct gg_err *err)
{
    const struct gg_plot_options *o = s->o;
    const char *target = o->target;
    for (int k = 0; k < s->frame.n_field && !target; k++) {
        char name[GG_NAME + 8];
        snprintf(name, sizeof name, "%s_pred", s->frame.field[k].name);
        if (strcmp(name, "time_pred") != 0 && gg_frame_find(&s->frame, name))
            target = s->frame.field[k].name;
    }
    for (int k = 0; k < s->frame.n_field && !target; k++)
        if (s->frame.field[k].role == GG_TARGET && s->frame.field[k].axis[0] == GG_NODE)
            target = s->frame.field[k].name;
    if (!target)
        return gg_fail(
            err, GG_INPUT,
            "no field X beside its prediction X_pred, and no target: run gg-predict or gg-targets first, or "
            "name fields with --target and --predictor");
    snprintf(s->target, sizeof s->target, "%s", target);
    if (o->predictor)
        snprintf(s->predictor, sizeof s->predictor, "%s", o->predictor);
    else
        snprintf(s->predictor, sizeof s->predictor, "%.58s_pred", target);
    return 0;
}

/* The index of the time that is wanted, the last one by default; s->time is set from the first frame on.  A prediction is
 * wanted at the time of its truth (s->at), and nowhere else: -1. */
static int time_index(struct gg_plot_sample *s, const struct gg_column *c, struct gg_err *err)
{
    const struct gg_field_times *time = &c->time;
    int best = time->n - 1;
    if (time->axis < 0)
        return 0;
    if (time->n == 0)
        return gg_fail(err, GG_INPUT, "field '%s': is at no time: its axis of times has length 0",
                       c->field->name);
    if (!time->value)
        return best;
    double wanted = !isnan(s->at) ? s->at : s->n_frame ? s->time : s->o->time;
    for (int t = 0; t < time->n && !isnan(wanted); t++)
        if (fabs(time->value[t] - wanted) < fabs(time->value[best] - wanted))
            best = t;
    if (!isnan(s->at) && !gg_same(time->value[best], s->at))
        return gg_fail(err, GG_INPUT,
                       "field '%s' is not at time %g, as '%s' is: choose a shared one with --time",
                       c->field->name, s->at, s->target);
    s->at = time->value[best];
    if (s->n_frame == 0)
        s->time = s->at;
    return best;
}

static double *read_column(struct gg_plot_sample *s, const char *spec, char *unit, struct gg_err *err)
{
    struct gg_column c;
    if (gg_column_find(&c, &s->frame, &s->reader.meta, spec, err))
        return NULL;
    if (c.over != GG_NODE) {
        gg_fail(err, GG_INPUT, "field '%s': is one value a%s %s, not a particle", c.field->name,
                c.over == GG_EDGE ? "n" : "", gg_column_row(&c));
        return NULL;
    }
    int t = time_index(s, &c, err);
    if (t < 0)
        return NULL;
    double *x = GG_NEW(&s->arena, double, (uint64_t)(c.n_row * c.width) + 1);
    gg_column_read(&c, t, x);
    if (c.width > 1)
        gg_column_lengths(&c, x);
    snprintf(unit, sizeof s->unit, "%s", c.field->unit);
    return x;
}

static int fill(struct gg_plot_sample *s, struct gg_err *err)
{
    if (s->n_frame == 0 && choose(s, err))
        return -1;
    double temperature = gg_frame_number(&s->frame, "temperature");
    if (s->n_frame == 0)
        s->temperature = temperature;
    else if (!gg_same_key(temperature, s->temperature))
        s->temperature = NAN;
    s->at = NAN;
    s->truth = read_column(s, s->target, s->unit, err);
    if (s->alone && !s->o->predictor && !gg_frame_find(&s->frame, s->predictor))
        s->pred = NULL;
    else if (!s->truth || !(s->pred = read_column(s, s->predictor, s->pred_unit, err)))
        return -1;
    char own[GG_NAME + 8];
    snprintf(own, sizeof own, "%s_pred", s->target);
    s->alike = strcmp(s->unit, s->pred_unit) == 0 && (*s->unit || strcmp(s->predictor, own) == 0);
    const struct gg_field *type = gg_frame_find(&s->frame, "type");
    s->type = type && type->dtype == GG_I32 ? type->data : NULL;
    return s->truth ? 0 : -1;
}

/* One file: 0 to go on, 1 when the caller has enough. */
static int each_frame(struct gg_plot_sample *s, int (*each)(void *, struct gg_plot_sample *, struct gg_err *),
                      void *context, struct gg_err *err)
{
    int event;
    while ((event = gg_reader_next(&s->reader, &s->frame, err)) > 0) {
        if (event == GG_EVENT_MEMBER && strcmp(s->reader.schema, "gg.graph/1") != 0)
            return gg_fail(err, GG_INPUT, "%s: a stream of schema %s, wanted gg.graph/1", s->reader.name,
                           s->reader.schema);
        if (event == GG_EVENT_MEMBER && gg_prov_merge(s->history, &s->reader.prov, err))
            return gg_err_prefix(err, "%s: ", s->reader.name);
        if (event != GG_EVENT_FRAME)
            continue;
        int status = fill(s, err);
        if (status == 0)
            status = each(context, s, err);
        gg_arena_reset(&s->arena);
        s->n_frame++;
        if (status < 0)
            return gg_reader_prefix(&s->reader, &s->frame, err);
        if (status > 0)
            return 1;
    }
    return event;
}

int gg_plot_sample_each(struct gg_plot_sample *s, int n_file, char **file,
                        int (*each)(void *context, struct gg_plot_sample *s, struct gg_err *err),
                        void *context, struct gg_err *err)
{
    int status = 0;
    s->time = NAN;
    for (int f = 0; f < n_file && status == 0; f++) {
        if (gg_reader_open(&s->reader, file[f], err))
            return -1;
        s->reader.max_frame = s->o->max_frame ? s->o->max_frame : s->reader.max_frame;
        status = each_frame(s, each, context, err);
        gg_reader_close(&s->reader);
    }
    return status < 0 ? -1 : 0;
}

void gg_plot_sample_free(struct gg_plot_sample *s)
{
    gg_frame_free(&s->frame);
    gg_arena_free(&s->arena);
}

/* As people write a unit; "": there is none. */
static const char *shown(const char *unit)
{
    static const char *const known[][2] = {
        {"sigma", "σ"}, {"eps", "ε"}, {"tau", "τ"}, {"sigma^2", "σ²"}, {"1", ""}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (strcmp(unit, known[k][0]) == 0)
            return known[k][1];
    return unit;
}

void gg_plot_sample_name(const char *field, const char *unit, char *text, size_t room)
{
    snprintf(text, room, *shown(unit) ? "%s (%s)" : "%s", field, shown(unit));
}

void gg_plot_sample_state(const struct gg_plot_sample *s, char *text, size_t room)
{
    char temperature[40] = "", time[40] = "";
    if (!isnan(s->temperature))
        snprintf(temperature, sizeof temperature, ", T = %g", s->temperature);
    if (!isnan(s->time))
        snprintf(time, sizeof time, ", t = %g τ", s->time);
    snprintf(text, room, "%s%s", temperature, time);
}

void gg_plot_sample_density(const char *unit, char *text, size_t room)
{
    snprintf(text, room, *shown(unit) ? "density (1/%s)" : "density", shown(unit));
}

void gg_plot_sample_predicted(const struct gg_plot_sample *s, char *text, size_t room)
{
    char own[GG_NAME + 8];
    snprintf(own, sizeof own, "%s_pred", s->target);
    if (strcmp(own, s->predictor) == 0)
        snprintf(text, room, "predicted %s", s->target);
    else
        snprintf(text, room, "%s", s->predictor);
}

int64_t gg_plot_sample_range(int64_t n, const double *v, double *lo, double *hi)
{
    double *copy = gg_xmalloc((size_t)n * sizeof *copy);
    int64_t outside = 0;
    memcpy(copy, v, (size_t)n * sizeof *copy);
    *lo = gg_quantile(n, copy, 0.0005);
    *hi = gg_quantile(n, copy, 0.9995);
    free(copy);
    double room = *hi > *lo ? 0.03 * (*hi - *lo) : 0.5;
    *lo -= room;
    *hi += room;
    for (int64_t k = 0; k < n; k++)
        outside += v[k] < *lo || v[k] > *hi;
    return outside;
}
