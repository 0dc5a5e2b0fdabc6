/* target_file.c -- targets in a model file: what they are, their times, their standardisation (gg_model(5)) */
#include "model/target_file.h"
#include "model/learner.h"

#include <stdio.h>
#include <string.h>

static int put(struct gg_frame *f, struct gg_arena *a, const char *name, int64_t n, const double *data,
               struct gg_err *err)
{
    return gg_model_put(f, a, name, 1, &n, data, false, err);
}

/* "target.NAME.WHAT" */
static void target_name(char name[GG_NAME], const struct gg_target *t, const char *what)
{
    snprintf(name, GG_NAME, "target.%.48s.%.6s", t->name, what);
}

int gg_targets_put_times(const struct gg_model *m, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    char name[GG_NAME];
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        target_name(name, t, "times");
        if (t->timed && put(f, a, name, t->n_time, t->time, err))
            return -1;
    }
    return 0;
}

int gg_target_put(const struct gg_target *t, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    char mean[GG_NAME], scale[GG_NAME], count[GG_NAME];
    int64_t n = (int64_t)t->n_group * t->n_time, parts = n * gg_target_parts(t);
    target_name(mean, t, "mean");
    target_name(scale, t, "scale");
    target_name(count, t, "count");
    return put(f, a, mean, parts, t->mean, err) || put(f, a, scale, parts, t->scale, err) ||
                   put(f, a, count, n, t->count, err)
               ? -1
               : 0;
}

/* "node 0e timed sigma": what the field was; bare scalars as fields.def writes them. */
void gg_target_describe(const struct gg_target *t, struct gg_meta *meta, int k)
{
    char key[32], irreps[GG_IRREPS_TEXT];
    gg_irreps_print(&t->irreps, irreps);
    snprintf(key, sizeof key, "model.target.%d", k);
    gg_meta_printf(meta, key, "%s %s %s %s %s", t->kind->name, irreps, t->bare ? "bare" : "row",
                   t->timed ? "timed" : "once", t->unit[0] ? t->unit : "-");
}

/* ---- and back ---- */

/* Times of a target: its own tensor, or that of all in 0.1. */
static int read_target_times(struct gg_model *m, struct gg_target *t, const struct gg_frame *f,
                             struct gg_err *err)
{
    char name[GG_NAME];
    target_name(name, t, "times");
    const struct gg_field *x = gg_frame_find(f, name);
    if (!x)
        x = gg_frame_find(f, "times");
    if (!x || gg_field_count(x) < 1 || gg_field_count(x) > GG_MAX_TIMES)
        return gg_fail(err, GG_INPUT, "tensor '%s' is missing or has not 1 to %d numbers", name,
                       GG_MAX_TIMES);
    double time[GG_MAX_TIMES];
    const int64_t n = (int64_t)gg_field_count(x);
    if (gg_model_take(f, x->name, 1, &n, time, false, err))
        return -1;
    for (int k = 1; k < n; k++)
        if (!(time[k] > time[k - 1]))
            return gg_fail(err, GG_INPUT, "tensor '%s': time %d is not above the one before", x->name, k);
    return gg_target_add_times(t, &m->arena, (int)n, time, err);
}

static int check_words(const struct gg_target *t, const char *key, const char *form, const char *times,
                       struct gg_err *err)
{
    bool one = t->irreps.n == 1 && t->irreps.b[0].mul == 1 && t->irreps.b[0].l == 0;
    if (strcmp(form, "bare") && strcmp(form, "row"))
        return gg_fail(err, GG_INPUT, "META '%s': '%s' stands where bare or row is wanted", key, form);
    if (strcmp(times, "timed") && strcmp(times, "once"))
        return gg_fail(err, GG_INPUT, "META '%s': '%s' stands where timed or once is wanted", key, times);
    if (t->bare && !one)
        return gg_fail(
            err, GG_INPUT,
            "META '%s': target '%s' is bare, and only one number, 1x0e or 1x0o, can be: row is wanted", key,
            t->name);
    return 0;
}

/* As print_target wrote it; a file of 0.1 says nothing: fields.def knows its targets. */
int gg_target_read(struct gg_model *m, int k, const struct gg_meta *meta, const struct gg_frame *f,
                   struct gg_err *err)
{
    struct gg_target *t = &m->head[k].target;
    char key[32], kind[16] = "node", irreps[GG_IRREPS_TEXT] = "", bare[8] = "bare", timed[8] = "timed",
                  unit[32] = "-";
    snprintf(key, sizeof key, "model.target.%d", k);
    const char *text = gg_meta_get(meta, key);
    const struct gg_field_def *d = text ? NULL : gg_field_lookup(t->name);
    if (text && sscanf(text, "%15s %127s %7s %7s %31[^\n]", kind, irreps, bare, timed, unit) != 5)
        return gg_fail(err, GG_INPUT, "META '%s': '%s' describes no target", key, text);
    if (d) {
        snprintf(irreps, sizeof irreps, "%s", d->ndim == 3 ? d->irreps : "1x0e");
        snprintf(bare, sizeof bare, "%s", d->ndim == 3 ? "row" : "bare");
        snprintf(unit, sizeof unit, "%s", d->unit);
    }
    t->kind = gg_target_kind_find(kind);
    t->bare = !strcmp(bare, "bare");
    t->timed = !strcmp(timed, "timed");
    t->n_time = t->timed ? 0 : 1;
    snprintf(t->unit, sizeof t->unit, "%s", strcmp(unit, "-") ? unit : "");
    if (!t->kind || (!text && !d))
        return gg_fail(err, GG_INPUT, "META '%s': target '%s' is not described", key, t->name);
    if (gg_irreps_parse(&t->irreps, irreps, err))
        return gg_err_prefix(err, "META '%s': ", key);
    if (gg_target_dim(t) > GG_MAX_TARGET_DIM)
        return gg_fail(err, GG_INPUT, "META '%s': target '%s' has %d numbers a row, 1 to %d can be a target",
                       key, t->name, gg_target_dim(t), GG_MAX_TARGET_DIM);
    if (check_words(t, key, bare, timed, err))
        return -1;
    return t->timed ? read_target_times(m, t, f, err) : 0;
}

int gg_target_check_size(const struct gg_target *t, int n_species, const struct gg_frame *f,
                         struct gg_err *err)
{
    char name[GG_NAME];
    uint64_t n =
        (uint64_t)gg_target_groups(t, n_species) * (uint64_t)t->n_time * (uint64_t)gg_target_parts(t);
    target_name(name, t, "mean");
    const struct gg_field *x = gg_frame_find(f, name);
    if (!x)
        return gg_fail(err, GG_INPUT, "tensor '%s' is missing", name);
    if (gg_field_count(x) != n)
        return gg_fail(err, GG_INPUT, "tensor '%s': %llu numbers, the target has %llu", name,
                       (unsigned long long)gg_field_count(x), (unsigned long long)n);
    return 0;
}

int gg_target_take(struct gg_target *t, const struct gg_frame *f, struct gg_err *err)
{
    char name[GG_NAME];
    int64_t n = (int64_t)t->n_group * t->n_time, parts = n * gg_target_parts(t);
    target_name(name, t, "mean");
    if (gg_model_take(f, name, 1, &parts, t->mean, false, err))
        return -1;
    target_name(name, t, "scale");
    if (gg_model_take(f, name, 1, &parts, t->scale, false, err))
        return -1;
    target_name(name, t, "count"); /* not in 0.1 */
    return gg_frame_find(f, name) ? gg_model_take(f, name, 1, &n, t->count, false, err) : 0;
}
