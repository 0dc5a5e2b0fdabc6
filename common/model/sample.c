/* sample.c -- one frame as the network reads it: fields to arrays */
#include "model/sample.h"
#include "stream/boxes.h"
#include "stream/column.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const int first_axis[] = {[GG_ON_NODE] = GG_NODE, [GG_ON_EDGE] = GG_EDGE};
static const char *const rows_of[] = {"node", "edge", "graph"};

/* ---- inputs ---- */

int gg_input_irreps(const struct gg_frame *f, const struct gg_input *in, struct gg_irreps *out,
                    struct gg_err *err)
{
    const struct gg_field *x = gg_frame_find(f, in->field);
    if (!x) {
        const struct gg_field_def *d = gg_field_lookup(in->field);
        return gg_fail(err, GG_INPUT, "field '%s' is missing, the model takes it as input%s%s", in->field,
                       d && d->by ? ": run " : "", d && d->by ? d->by : "");
    }
    int k = in->base == GG_ON_GRAPH ? 0 : 1;
    bool fits = x->ndim >= k && x->ndim <= k + 1 && (k == 0 || x->axis[0] == first_axis[in->base]) &&
                (x->ndim == k || x->axis[k] == GG_FREE);
    if (!fits)
        return gg_fail(err, GG_INPUT,
                       "field '%s': an input of inputs.%s has the axes [%s%s] or [%s%snumbers]", in->field,
                       in->weight ? "weights" : rows_of[in->base], k ? rows_of[in->base] : "", "",
                       k ? rows_of[in->base] : "", k ? ", " : "");
    uint64_t width = x->ndim == k + 1 ? x->shape[k] : 1;
    if (width < 1 || width > 65536)
        return gg_fail(err, GG_INPUT, "field '%s': %llu numbers a row, 1 to 65536 can be an input", in->field,
                       (unsigned long long)width);
    if (!x->irreps[0] || !strcmp(x->irreps, "0e") || !strcmp(x->irreps, "0o")) {
        *out = (struct gg_irreps){1, {{(int)width, 0, !strcmp(x->irreps, "0o") ? -1 : 1}}};
        return 0;
    }
    return gg_irreps_parse(out, x->irreps, err);
}

int gg_model_input_numbers(const struct gg_model *m, int base)
{
    int n = 0;
    for (int k = 0; k < m->n_input; k++)
        if (m->input[k].base == base && strcmp(m->input[k].field, "type"))
            n += gg_irreps_dim(&m->input[k].irreps);
    return n;
}

int64_t gg_sample_rows(const struct gg_sample *s, int base)
{
    return base == GG_ON_NODE ? s->n_node : base == GG_ON_EDGE ? s->n_edge : 1;
}

/* The names from the k-th on; NULL behind the last. */
static const char *skip_words(const char *names, int k)
{
    for (; names && k > 0; k--)
        names = strchr(names, ' ') ? strchr(names, ' ') + 1 : NULL;
    return names;
}

static int other_columns(const struct gg_input *in, const char *names, struct gg_err *err)
{
    for (int k = 0;; k++) {
        const char *mine = skip_words(in->columns, k), *theirs = skip_words(names, k);
        int a = mine ? (int)strcspn(mine, " ") : 0, b = theirs ? (int)strcspn(theirs, " ") : 0;
        if (!mine && !theirs) /* other blanks, no other names */
            return 0;
        if (a != b || (a && memcmp(mine, theirs, (size_t)a)))
            return gg_fail(err, GG_INPUT, "field '%s': column %d is '%.*s', the model was made with '%.*s'",
                           in->field, k, b, theirs ? theirs : "", a, mine ? mine : "");
    }
}

int gg_model_columns(struct gg_model *m, const struct gg_meta *meta, struct gg_err *err)
{
    for (int k = 0; k < m->n_input; k++) {
        char key[GG_NAME + 16];
        gg_columns_key(key, m->input[k].field, strlen(m->input[k].field));
        const char *names = gg_meta_get(meta, key);
        if (names && !m->input[k].columns)
            m->input[k].columns = gg_arena_strdup(&m->arena, names);
        else if (names && strcmp(names, m->input[k].columns) && other_columns(&m->input[k], names, err))
            return -1;
    }
    return 0;
}

/* ---- what frames decide ---- */

static int see_target(struct gg_model *m, struct gg_target *t, const struct gg_frame *f, bool train,
                      struct gg_err *err)
{
    const struct gg_field *x = gg_frame_find(f, t->name);
    struct gg_truth y;
    struct gg_arena a = {0};
    if (!x)
        return 0;
    if (gg_target_made(t))
        return gg_fail(
            err, GG_INPUT,
            "field '%s': a view of the training makes the target of this name (train.views): give one of "
            "them another name",
            t->name);
    int status = (!t->kind && gg_target_see(t, f, x, err)) || gg_truth_read(&y, t, f, &a, err) ||
                         (t->timed && train && gg_target_add_times(t, &m->arena, y.n_time, y.time, err))
                     ? -1
                     : 0;
    if (!status && t->timed && train && y.n_time && y.time[0] <= 0 && !t->early[0])
        memcpy(t->early, f->id, sizeof t->early);
    gg_arena_free(&a);
    return status;
}

/* The other way out for configurations that gg-quench knows no potential of. */
static int without_quench(const struct gg_model *m, const struct gg_input *in, struct gg_err *err)
{
    char said[GG_ERR_TEXT];
    const struct gg_field_def *d = gg_field_lookup(in->field);
    if (!d || !d->by || strcmp(d->by, "gg-quench") || m->n_geometry != 1)
        return -1;
    snprintf(said, sizeof said, "%s", err->text);
    return gg_fail(err, err->status,
                   "%.700s, or, for what is no Kob-Andersen liquid, --set inputs.positions=pos --set "
                   "'inputs.node=[type]'",
                   said);
}

static int see_input(struct gg_model *m, struct gg_input *in, const struct gg_frame *f, struct gg_err *err)
{
    if (!strcmp(in->field, "type") || in->irreps.n || gg_input_irreps(f, in, &in->irreps, err) == 0)
        return 0;
    return gg_frame_find(f, in->field) ? -1 : without_quench(m, in, err);
}

int gg_model_see(struct gg_model *m, const struct gg_frame *f, bool train, struct gg_err *err)
{
    for (int k = 0; k < m->n_input; k++)
        if (see_input(m, &m->input[k], f, err))
            return -1;
    for (int h = 0; h < m->n_head; h++)
        if (see_target(m, &m->head[h].target, f, train, err))
            return -1;
    return 0;
}

/* Names of the frame's fields that could be targets. */
static int field_names(const struct gg_frame *f, const char **names, int most)
{
    int n = 0;
    for (int k = 0; k < f->n_field && n < most; k++)
        if (f->field[k].dtype == GG_F32 || f->field[k].dtype == GG_F64)
            names[n++] = f->field[k].name;
    return n;
}

int gg_model_no_target(const struct gg_model *m, const struct gg_frame *f, struct gg_err *err)
{
    const char *target = m->head[0].target.name, *names[256];
    const struct gg_field_def *d = gg_field_lookup(target);
    const struct gg_yaml *heads = gg_yaml_get(m->config.root, "heads");
    const char *near = gg_nearest(target, names, field_names(f, names, 256));
    if (d)
        return gg_fail(
            err, GG_INPUT,
            "the frame has none of the model's targets ('%s'%s): run %s, or let a head name a field "
            "that is there (--set heads.0.target=FIELD)",
            target, m->n_head > 1 ? ", ..." : "", d->by ? d->by : "the program that makes it");
    return gg_yaml_fail(gg_yaml_get(heads->first, "target"), err,
                        "target '%s': the frame has no such field%s%s%s", target,
                        near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}

/* ---- numbers ---- */

/* The numbers of a field [n_node][width] into rows of `stride`.  Those that stay where they are, and may not be NaN, were found finite
 * when the frame was read; else 0 times what is not finite is NaN: one sum tells of a row. */
static int copy_rows(const struct gg_field *x, const char *columns, int64_t n_node, int width, float *out,
                     int stride, struct gg_err *err)
{
    if (out == x->data && !(x->flags & GG_NAN_ALLOWED))
        return 0;
    for (int64_t i = 0; i < n_node; i++) {
        const float *from = (const float *)x->data + i * width;
        float *to = out + i * stride, zero = 0;
        if (x->dtype == GG_F32 && to != from)
            memcpy(to, from, (size_t)width * sizeof *to);
        for (int c = 0; c < width && x->dtype != GG_F32; c++)
            to[c] = (float)gg_field_get(x, (uint64_t)(i * width + c));
#pragma omp simd reduction(+ : zero)
        for (int c = 0; c < width; c++)
            zero += to[c] * 0;
        for (int c = 0; c < width && !(zero == 0); c++)
            if (!isfinite(to[c])) {
                const char *name = skip_words(columns, c);
                return gg_fail(
                    err, GG_INPUT,
                    "field '%s': column %d (%.*s) of row %lld is not finite, a model input must be", x->name,
                    c, name ? (int)strcspn(name, " ") : 1, name ? name : "-", (long long)i);
            }
    }
    return 0;
}

static int other_irreps(const struct gg_input *in, const struct gg_irreps *have, struct gg_err *err)
{
    char wanted[GG_IRREPS_TEXT], got[GG_IRREPS_TEXT];
    gg_irreps_print(&in->irreps, wanted);
    gg_irreps_print(have, got);
    return gg_fail(err, GG_INPUT, "field '%s' is %s, the model wants %s", in->field, got, wanted);
}

static int check_weights(const struct gg_input *in, int64_t n, int row, const float *x, struct gg_err *err)
{
    for (int64_t i = 0; in->weight && i < n; i++)
        if (!(x[i * row] >= 0))
            return gg_fail(err, GG_INPUT,
                           "field '%s': %g of particle %lld, what a particle counts for is 0 or more",
                           in->field, (double)x[i * row], (long long)i);
    return 0;
}

/* The inputs of a base side by side.  A single field need not be copied. */
static int read_inputs(struct gg_sample *s, const struct gg_model *m, const struct gg_frame *f, int base,
                       struct gg_arena *a, struct gg_err *err)
{
    int row = gg_model_input_numbers(m, base), at = 0;
    int64_t n = gg_sample_rows(s, base);
    float *out = NULL;
    for (int k = 0; k < m->n_input; k++) {
        const struct gg_input *in = &m->input[k];
        struct gg_irreps have;
        if (in->base != base || !strcmp(in->field, "type"))
            continue;
        if (gg_input_irreps(f, in, &have, err))
            return -1;
        if (!gg_irreps_equal(&have, &in->irreps))
            return other_irreps(in, &have, err);
        const struct gg_field *x = gg_frame_find(f, in->field);
        int width = gg_irreps_dim(&have);
        if (!out)
            out = width == row && x->dtype == GG_F32 ? x->data : GG_NEW(a, float, (size_t)(n * row) + 1);
        if (copy_rows(x, in->columns, n, width, out + at, row, err) ||
            check_weights(in, n, row, out + at, err))
            return -1;
        at += width;
    }
    s->input[base] = out ? out : GG_NEW(a, float, 1);
    return 0;
}

static int read_targets(struct gg_sample *s, const struct gg_model *m, const struct gg_frame *f,
                        struct gg_arena *a, struct gg_err *err)
{
    for (int h = 0; h < m->n_head; h++)
        if (m->head[h].target.kind && gg_truth_read(&s->target[h], &m->head[h].target, f, a, err))
            return -1;
    return 0;
}

static int read_types(struct gg_sample *s, const struct gg_model *m, const struct gg_frame *f,
                      struct gg_err *err)
{
    const struct gg_field *x = gg_frame_need(f, "type", err);
    int n = m->n_species ? m->n_species : GG_MAX_SPECIES;
    if (!x)
        return -1;
    s->type = x->data;
    for (int64_t i = 0; i < s->n_node; i++)
        if (s->type[i] < 0 || s->type[i] >= n)
            return gg_fail(err, GG_INPUT,
                           "field 'type': particle %lld is of species %d, the model knows 0 to %d",
                           (long long)i, s->type[i], n - 1);
    return 0;
}

/* Does anything of the model live on the frame's own edges? */
static bool wants_edges(const struct gg_model *m)
{
    bool any = m->edges == GG_EDGES_FRAME && m->n_geometry > 0;
    for (int k = 0; k < m->n_input; k++)
        any |= m->input[k].base == GG_ON_EDGE;
    return any;
}

static int read_edges(struct gg_sample *s, const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field *ptr = gg_frame_need(f, "edge_ptr", err), *nbr = NULL, *shift;
    if (!ptr || !(nbr = gg_frame_need(f, "edge_nbr", err)))
        return gg_err_prefix(err, "inputs.edges: frame: ");
    shift = gg_frame_find(f, "edge_shift");
    if (shift && !gg_frame_need(f, "edge_shift", err))
        return -1;
    s->n_edge = (int64_t)f->n_edge;
    s->edge_ptr = ptr->data;
    s->edge_nbr = nbr->data;
    s->edge_shift = shift ? shift->data : NULL;
    return 0;
}

int gg_sample_split(const struct gg_frame *f)
{
    double split = gg_frame_number(f, "split");
    return isnan(split) ? -1 : (int)split;
}

static int number_of(const struct gg_frame *f, const char *field)
{
    double number = gg_frame_number(f, field);
    return isnan(number) ? -1 : (int)number;
}

int gg_sample_read(struct gg_sample *s, const struct gg_model *m, const struct gg_frame *f, bool targets,
                   struct gg_arena *a, struct gg_err *err)
{
    *s = (struct gg_sample){.number = number_of(f, "sample"),
                            .box = number_of(f, "box"),
                            .n_node = (int64_t)f->n_node,
                            .dim = f->dim,
                            .pbc = f->pbc,
                            .split = gg_sample_split(f),
                            .worth = 1};
    if (f->dim == 0)
        return gg_fail(err, GG_INPUT, "the frame has no space: a configuration is wanted");
    gg_frame_configuration(f, s->id);
    memcpy(s->cell, f->cell, sizeof s->cell);
    for (int k = 0; k < m->n_geometry; k++)
        if (!(s->pos[k] = (const double(*)[3])gg_frame_need_double(f, m->geometry[k].positions, a, err)))
            return -1;
    if (read_types(s, m, f, err) || (wants_edges(m) && read_edges(s, f, err)))
        return -1;
    for (int base = GG_ON_NODE; base <= GG_ON_GRAPH; base++)
        if (read_inputs(s, m, f, base, a, err))
            return -1;
    return targets ? read_targets(s, m, f, a, err) : 0;
}

void gg_sample_bind(struct gg_sample *s, const struct gg_model *m, struct gg_arena *a)
{
    for (int h = 0; h < m->n_head; h++)
        if (s->target[h].value)
            gg_truth_bind(&s->target[h], &m->head[h].target, a);
}
