/* sample.c -- one frame as the network reads it, and its graph */
#include "model/model.h"
#include "stream/column.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- fields to arrays ---- */

int gg_input_irreps(const struct gg_frame *f, const char *name, struct gg_irreps *out, struct gg_err *err)
{
    const struct gg_field *x = gg_frame_find(f, name);
    if (!x) {
        const struct gg_field_def *d = gg_field_lookup(name);
        return gg_fail(err, GG_INPUT, "field '%s' is missing, the model takes it as input%s%s", name,
                       d && d->by ? ": run " : "", d && d->by ? d->by : "");
    }
    if (x->ndim < 1 || x->ndim > 2 || x->axis[0] != GG_NODE)
        return gg_fail(err, GG_INPUT, "field '%s': a model input has the axes [node] or [node, numbers]",
                       name);
    uint64_t width = x->ndim == 2 ? x->shape[1] : 1;
    if (width < 1 || width > 65536)
        return gg_fail(err, GG_INPUT, "field '%s': %llu numbers a particle, 1 to 65536 can be an input", name,
                       (unsigned long long)width);
    if (!x->irreps[0] || !strcmp(x->irreps, "0e") || !strcmp(x->irreps, "0o")) {
        *out = (struct gg_irreps){1, {{(int)width, 0, !strcmp(x->irreps, "0o") ? -1 : 1}}};
        return 0;
    }
    return gg_irreps_parse(out, x->irreps, err);
}

int gg_model_input_numbers(const struct gg_model *m)
{
    int n = 0;
    for (int k = 0; k < m->n_input; k++)
        if (strcmp(m->input[k].field, "type"))
            n += gg_irreps_dim(&m->input[k].irreps);
    return n;
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

int gg_model_see(struct gg_model *m, const struct gg_frame *first, struct gg_err *err)
{
    const struct gg_field *time = gg_frame_find(first, "time");
    for (int k = 0; k < m->n_input; k++)
        if (strcmp(m->input[k].field, "type") &&
            gg_input_irreps(first, m->input[k].field, &m->input[k].irreps, err))
            return -1;
    if (!time || gg_field_count(time) < 1 || gg_field_count(time) > GG_MAX_TIMES)
        return gg_fail(err, GG_INPUT, "field 'time': %s, training wants the 1 to %d times of its targets",
                       time ? "no times or too many" : "missing", GG_MAX_TIMES);
    m->n_species = GG_MAX_SPECIES;
    m->n_time = (int)gg_field_count(time);
    m->time = GG_NEW(&m->arena, double, (size_t)m->n_time);
    for (int t = 0; t < m->n_time; t++)
        m->time[t] = gg_field_get(time, (uint64_t)t);
    return 0;
}

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
                    "field '%s': column %d (%.*s) of particle %lld is not finite, a model input must be",
                    x->name, c, name ? (int)strcspn(name, " ") : 1, name ? name : "-", (long long)i);
            }
    }
    return 0;
}

static int read_inputs(struct gg_sample *s, const struct gg_model *m, const struct gg_frame *f,
                       struct gg_arena *a, struct gg_err *err)
{
    int row = gg_model_input_numbers(m), at = 0;
    float *out = NULL;
    for (int k = 0; k < m->n_input; k++) {
        const struct gg_input *in = &m->input[k];
        struct gg_irreps have;
        char wanted[GG_IRREPS_TEXT], got[GG_IRREPS_TEXT];
        if (!strcmp(in->field, "type"))
            continue;
        if (gg_input_irreps(f, in->field, &have, err))
            return -1;
        if (!gg_irreps_equal(&have, &in->irreps)) {
            gg_irreps_print(&in->irreps, wanted);
            gg_irreps_print(&have, got);
            return gg_fail(err, GG_INPUT, "field '%s' is %s, the model wants %s", in->field, got, wanted);
        }
        const struct gg_field *x = gg_frame_find(f, in->field);
        int width = gg_irreps_dim(&have);
        if (!out) /* a single field need not be copied */
            out = width == row && x->dtype == GG_F32 ? x->data
                                                     : GG_NEW(a, float, (size_t)s->n_node *(size_t)row + 1);
        if (copy_rows(x, in->columns, s->n_node, width, out + at, row, err))
            return -1;
        at += width;
    }
    s->input = out ? out : GG_NEW(a, float, 1);
    return 0;
}

static bool same_times(const struct gg_model *m, const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field *x = gg_frame_find(f, "time");
    if (!x || (int)gg_field_count(x) != m->n_time)
        return gg_fail(err, GG_INPUT, "field 'time': %d times, the first frame has %d",
                       x ? (int)gg_field_count(x) : 0, m->n_time),
               false;
    for (int t = 0; t < m->n_time; t++)
        if (!(fabs(gg_field_get(x, (uint64_t)t) - m->time[t]) <= 1e-9 * fabs(m->time[t])))
            return gg_fail(err, GG_INPUT, "field 'time': time %d is %g, the model has %g", t,
                           gg_field_get(x, (uint64_t)t), m->time[t]),
                   false;
    return true;
}

static int read_targets(struct gg_sample *s, const struct gg_model *m, const struct gg_frame *f,
                        struct gg_arena *a, struct gg_err *err)
{
    for (int h = 0; h < m->n_head; h++) {
        if (!gg_frame_find(f, m->head[h].target))
            continue;
        if (!gg_frame_need(f, m->head[h].target, err) || !same_times(m, f, err))
            return -1;
        s->target[h] = gg_frame_need_float(f, m->head[h].target, a, err);
        if (!s->target[h])
            return -1;
    }
    return 0;
}

static int read_types(struct gg_sample *s, const struct gg_model *m, const struct gg_frame *f,
                      struct gg_err *err)
{
    const struct gg_field *x = gg_frame_need(f, "type", err);
    if (!x)
        return -1;
    s->type = x->data;
    for (int64_t i = 0; i < s->n_node; i++)
        if (s->type[i] < 0 || s->type[i] >= m->n_species)
            return gg_fail(err, GG_INPUT,
                           "field 'type': particle %lld is of species %d, the model knows 0 to %d",
                           (long long)i, s->type[i], m->n_species - 1);
    return 0;
}

int gg_sample_read(struct gg_sample *s, const struct gg_model *m, const struct gg_frame *f, bool targets,
                   struct gg_arena *a, struct gg_err *err)
{
    const struct gg_field *split = gg_frame_find(f, "split"), *temperature = gg_frame_find(f, "temperature");
    *s = (struct gg_sample){
        .n_node = (int64_t)f->n_node, .dim = f->dim, .pbc = f->pbc, .split = -1, .temperature = NAN};
    if (f->dim == 0)
        return gg_fail(err, GG_INPUT, "the frame has no space: a configuration is wanted");
    memcpy(s->id, f->id, sizeof s->id);
    memcpy(s->cell, f->cell, sizeof s->cell);
    if (split)
        s->split = (int)gg_field_get(split, 0);
    if (temperature)
        s->temperature = gg_field_get(temperature, 0);
    if (m->positions[0] && !(s->pos = (const double(*)[3])gg_frame_need_double(f, m->positions, a, err)))
        return -1;
    if (read_types(s, m, f, err) || read_inputs(s, m, f, a, err))
        return -1;
    return targets ? read_targets(s, m, f, a, err) : 0;
}

/* ---- graph and inputs, in kernel order ---- */

static int make_graph(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s,
                      const struct gg_cell *cell, struct gg_arena *a, struct gg_err *err)
{
    size_t n = (size_t)s->n_node;
    int32_t *order = GG_NEW(a, int32_t, n + 1), *type = GG_NEW(a, int32_t, n + 1);
    double(*pos)[3] = gg_arena_alloc(a, (n + 1) * sizeof *pos);
    struct gg_edges edges;
    gg_cell_order(a, cell, s->n_node, s->pos, m->cutoff, order);
    for (size_t k = 0; k < n; k++) {
        for (int z = 0; z < 3; z++)
            pos[k][z] = m->f32 ? (double)(float)s->pos[order[k]][z] : s->pos[order[k]][z];
        type[k] = s->type[order[k]];
    }
    if (gg_neighbors(&edges, a, cell, s->n_node, (const double(*)[3])pos, m->cutoff, m->self, INT32_MAX, err))
        return -1;
    gg_real(*vec)[3] = gg_arena_alloc(a, (size_t)(edges.n_edge + 1) * sizeof *vec),
    *r = GG_NEW(a, gg_real, (size_t)edges.n_edge + 1);
#ifdef GG_REAL_DOUBLE
    gg_edge_vectors_f64(&edges, cell, (const double(*)[3])pos, vec);
#else
    gg_edge_vectors_f32(&edges, cell, (const double(*)[3])pos, vec);
#endif
    for (int64_t e = 0; e < edges.n_edge; e++)
        r[e] = (gg_real)sqrt((double)vec[e][0] * (double)vec[e][0] + (double)vec[e][1] * (double)vec[e][1] +
                             (double)vec[e][2] * (double)vec[e][2]);
    int64_t *rev = m->needs_reverse ? GG_NEW(a, int64_t, (size_t)edges.n_edge + 1) : NULL;
    if (rev && gg_edge_reverse(&edges, rev, err))
        return -1;
    b->order = order;
    b->graph = (struct gg_graph){.n_node = s->n_node,
                                 .n_edge = edges.n_edge,
                                 .ptr = edges.ptr,
                                 .nbr = edges.nbr,
                                 .rev = rev,
                                 .vec = (const gg_real(*)[3])vec,
                                 .r = r,
                                 .type = type,
                                 .n_type = m->n_species};
    return 0;
}

/* One particle's inputs, standardised, in e3nn order: fields one after the other as value 0 has them. */
static void standard_row(const struct gg_model *m, const struct gg_sample *s, int64_t i, double *out)
{
    const float *raw = s->input + i * gg_model_input_numbers(m);
    for (int k = 0; k < m->n_input; k++) {
        const struct gg_input *in = &m->input[k];
        int channel = in->channel;
        if (!strcmp(in->field, "type")) {
            if (m->type_number)
                *out++ = s->type[i];
            for (int t = 0; t < m->n_species && !m->type_number; t++)
                *out++ = s->type[i] == t;
            continue;
        }
        for (int q = 0; q < in->irreps.n; q++)
            for (int c = 0; c < in->irreps.b[q].mul; c++, channel++)
                for (int z = 0; z <= 2 * in->irreps.b[q].l; z++)
                    *out++ = ((double)*raw++ - m->mean[channel]) / m->scale[channel];
    }
}

double gg_batch_bytes(const struct gg_model *m, double n_node, double n_edge)
{
    const struct gg_graph *g = NULL;
    double edge = sizeof *g->nbr + 3 + sizeof *g->vec + sizeof *g->r + sizeof *g->local +
                  (m->needs_reverse ? sizeof *g->rev : 0),
           node = sizeof *g->ptr + sizeof *g->type + sizeof(int32_t) + 3 * sizeof(double) +
                  (size_t)m->value[0].stride * sizeof(gg_real);
    return n_edge * edge + n_node * node;
}

int gg_batch_init(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s, bool backward,
                  struct gg_arena *a, struct gg_err *err)
{
    struct gg_cell cell;
    const struct gg_shape *shape = &m->value[0];
    *b = (struct gg_batch){0};
    double h[3][3];
    for (int k = 0; k < 9; k++)
        h[k / 3][k % 3] = m->f32 ? (double)(float)s->cell[k / 3][k % 3] : s->cell[k / 3][k % 3];
    if (gg_cell_init(&cell, s->dim, s->pbc, (const double(*)[3])h, err) || make_graph(b, m, s, &cell, a, err))
        return -1;
    if (backward)
        gg_graph_ranges(&b->graph, a);
    gg_real *x = GG_NEW(a, gg_real, (size_t)(s->n_node * shape->stride) + 1);
    double *row = GG_NEW(a, double, (size_t)gg_irreps_dim(&shape->irreps));
    for (int64_t k = 0; k < s->n_node; k++) {
        standard_row(m, s, b->order[k], row);
        gg_row_from_e3nn(shape, row, x + k * shape->stride);
    }
    b->x = x;
    return 0;
}
