/* features.c -- descriptors of one's choice as the columns of a field, usually node_features
 *
 * The field is [node, column]; its columns are named in META columns.FIELD, in order, separated by spaces. */
#include "descriptors/features.h"
#include "descriptors/average.h"
#include "stream/column.h"
#include "util/linalg.h"
#include "util/text_stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *field_name(const struct gg_features *x)
{
    return x->into ? x->into : "node_features";
}

/* "pos_inherent" -> "_inherent", "pos" -> "", "centres" -> "_centres"; level 1 -> "_avg1". */
static void column_stem(const struct gg_descriptor *d, const char *positions, int level,
                        char stem[GG_NAME * 2])
{
    char average[16] = "";
    if (!d->on_positions && !level)
        positions = "pos";
    bool usual = !strncmp(positions, "pos", 3) && (!positions[3] || positions[3] == '_');
    if (level)
        snprintf(average, sizeof average, "_avg%d", level);
    snprintf(stem, GG_NAME * 2, "%s%s%s%s", d->name, usual ? "" : "_", usual ? positions + 3 : positions,
             average);
}

static int check_new(const struct gg_columns *c, int before, const char *name, struct gg_err *err)
{
    if (c->too_many_blocks)
        return gg_fail(err, GG_USAGE,
                       "descriptor '%s': the columns have more than %d blocks of irreps: use several "
                       "runs and fewer vectors in each",
                       name, GG_IRREPS_MAX);
    for (int k = before; k < c->n; k++)
        for (int other = 0; other < k; other++)
            if (!strcmp(c->name[k], c->name[other]))
                return gg_fail(err, GG_USAGE, "descriptor '%s': column '%s' is asked for twice", name,
                               c->name[k]);
    return 0;
}

int gg_features_add_with(struct gg_features *x, const struct gg_descriptor_options *o, const char *name,
                         struct gg_arena *a, struct gg_err *err)
{
    const struct gg_descriptor *d = gg_descriptor_find(name, err);
    if (!d)
        return -1;
    if ((d->products || gg_levels(o) > 1) && gg_blas_open(err) < 0)
        return -1;
    if (x->n == GG_DESCRIPTORS_MAX)
        return gg_fail(err, GG_USAGE, "more than %d descriptors", GG_DESCRIPTORS_MAX);
    struct gg_feature *f = &x->feature[x->n++];
    *f = (struct gg_feature){.descriptor = d, .options = o, .first = x->columns.n};
    x->columns.arena = a;
    for (int level = 0; level < gg_levels(o); level++) {
        char stem[GG_NAME * 2];
        column_stem(d, o->positions, level, stem);
        if (d->columns(o, stem, &x->columns, err) < 0)
            return -1;
    }
    f->n_column = (x->columns.n - f->first) / gg_levels(o);
    return check_new(&x->columns, f->first, name, err);
}

int gg_features_add(struct gg_features *x, const char *name, struct gg_arena *a, struct gg_err *err)
{
    return gg_features_add_with(x, x->options, name, a, err);
}

/* Is `name` one of the words of `text`? */
static bool has_word(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = text; (at = strstr(at, name)); at += length)
        if ((at == text || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

static int count_words(const char *text)
{
    int n = *text != 0;
    for (const char *at = text; (at = strchr(at, ' ')); at++)
        n++;
    return n;
}

int gg_features_meta(struct gg_features *x, struct gg_meta *meta, struct gg_err *err)
{
    char key[GG_NAME + 16];
    gg_columns_key(key, field_name(x), strlen(field_name(x)));
    const char *there = x->replace ? NULL : gg_meta_get(meta, key);
    char *text = NULL;
    size_t bytes = 0;
    x->n_before = there ? count_words(there) : 0;
    for (int k = 0; k < x->columns.n && there; k++)
        if (has_word(there, x->columns.name[k]))
            return gg_fail(err, GG_INPUT,
                           "field '%s': column '%s' is there already (--replace drops the old ones)",
                           field_name(x), x->columns.name[k]);
    FILE *to = gg_text_open(&text, &bytes);
    fputs(there ? there : "", to);
    for (int k = 0; k < x->columns.n; k++)
        fprintf(to, "%s%s", k || x->n_before ? " " : "", x->columns.name[k]);
    fclose(to);
    gg_meta_set(meta, key, text);
    free(text);
    return 0;
}

/* Features first .. end-1 are those on the same positions. */
static int same_positions(const struct gg_features *x, int first)
{
    int end = first + 1;
    while (end < x->n && !strcmp(x->feature[end].options->positions, x->feature[first].options->positions))
        end++;
    return end;
}

static double longest_reach(const struct gg_features *x, int first, int end)
{
    double reach = 0;
    for (int k = first; k < end; k++) {
        const struct gg_feature *f = &x->feature[k];
        if (f->descriptor->reach)
            reach = fmax(reach, f->descriptor->reach(f->options));
        reach = fmax(reach, gg_average_reach(f->options));
    }
    return reach;
}

static int check_species(const struct gg_descriptor_options *o, const struct gg_particles *p,
                         struct gg_err *err)
{
    for (int64_t i = 0; i < p->n; i++)
        if (p->type[i] < 0 || p->type[i] >= o->n_species)
            return gg_fail(err, GG_INPUT, "field 'type': particle %lld has species %d, --species names %d",
                           (long long)i, (int)p->type[i], o->n_species);
    return 0;
}

const double *gg_particles_positions(const struct gg_particles *p, const char *name, struct gg_err *err)
{
    const double *pos = gg_frame_need_double(p->frame, name, p->arena, err);
    const struct gg_field *x = gg_frame_find(p->frame, name);
    if (pos && (x->ndim != 2 || x->axis[0] != GG_NODE || x->shape[1] != 3)) {
        gg_fail(err, GG_INPUT, "field '%s': positions [node, 3] are wanted", name);
        return NULL;
    }
    return pos;
}

static int prepare(const struct gg_descriptor_options *o, double reach, const struct gg_frame *f,
                   struct gg_arena *a, struct gg_particles *p, struct gg_err *err)
{
    const struct gg_field *type = gg_frame_need(f, "type", err);
    *p = (struct gg_particles){.frame = f, .arena = a, .n = (int64_t)f->n_node};
    const double *pos = type ? gg_particles_positions(p, o->positions, err) : NULL;
    if (!pos)
        return -1;
    p->pos = (const double(*)[3])pos;
    p->type = type->data;
    p->coarse = GG_NEW(a, const struct gg_coarse *, 1);
    if (gg_cell_init(&p->cell, f->dim, f->pbc, f->cell, err) < 0 || check_species(o, p, err) < 0)
        return -1;
    if (reach > 0) {
        struct gg_edges *e = GG_NEW(a, struct gg_edges, 1);
        if (gg_neighbors(e, a, &p->cell, p->n, p->pos, reach, false, 0, err) < 0)
            return -1;
        double(*vec)[3] = gg_arena_calloc(a, (size_t)e->n_edge, sizeof *vec);
        gg_edge_vectors_f64(e, &p->cell, p->pos, vec);
        p->edges = e;
        p->edge_vec = (const double(*)[3])vec;
    }
    return 0;
}

/* The columns that a frame has already. */
struct before {
    struct gg_field field;
    int64_t n;
    struct gg_irreps irreps;
};

static int look_before(const struct gg_features *x, const struct gg_frame *f, struct before *b,
                       struct gg_err *err)
{
    const struct gg_field *field = x->replace ? NULL : gg_frame_find(f, field_name(x));
    *b = (struct before){.n = x->n_before};
    if (!field && !x->n_before)
        return 0;
    if (!field || field->ndim != 2 || field->shape[1] != (uint64_t)x->n_before)
        return gg_fail(err, GG_INPUT, "field '%s': %llu columns, META names %d (--replace drops them)",
                       field_name(x), field && field->ndim == 2 ? (unsigned long long)field->shape[1] : 0ull,
                       x->n_before);
    b->field = *field;
    if (!strcmp(field->irreps, "0e") || !field->irreps[0])
        b->irreps = (struct gg_irreps){.n = b->n > 0, .b = {{.mul = x->n_before, .l = 0, .p = 1}}};
    else if (gg_irreps_parse(&b->irreps, field->irreps, err) < 0)
        return gg_err_prefix(err, "field '%s': ", field_name(x));
    return 0;
}

static int join_irreps(const struct before *b, const struct gg_columns *c, char text[GG_IRREPS_TEXT],
                       struct gg_err *err)
{
    struct gg_irreps all = b->irreps;
    if (all.n + c->irreps.n > GG_IRREPS_MAX)
        return gg_fail(err, GG_INPUT, "more than %d blocks of irreps in a field", GG_IRREPS_MAX);
    memcpy(all.b + all.n, c->irreps.b, sizeof *all.b * (size_t)c->irreps.n);
    all.n += c->irreps.n;
    gg_irreps_simplify(&all);
    gg_irreps_print(&all, text);
    return 0;
}

/* Old columns, then new ones, row by row. */
static void merge(const struct before *b, const double *x, int64_t n_new, struct gg_field *to)
{
    int64_t n = b->n + n_new;
    for (int64_t row = 0; row < (int64_t)to->shape[0]; row++)
        for (int64_t k = 0; k < n; k++) {
            double v =
                k < b->n ? gg_field_get(&b->field, (uint64_t)(row * b->n + k)) : x[row * n_new + k - b->n];
            if (to->dtype == GG_F64)
                ((double *)to->data)[row * n + k] = v;
            else
                ((float *)to->data)[row * n + k] = (float)v;
        }
}

/* The columns of features first .. end-1, which are on the same positions. */
static int compute_group(const struct gg_features *x, int first, int end, const struct gg_frame *f,
                         struct gg_arena *a, double *column, struct gg_err *err)
{
    struct gg_particles p;
    int64_t stride = x->columns.n;
    if (prepare(x->feature[first].options, longest_reach(x, first, end), f, a, &p, err) < 0)
        return -1;
    for (int k = first; k < end; k++) {
        const struct gg_feature *it = &x->feature[k];
        const struct gg_descriptor *d = it->descriptor;
        double *at = column + it->first;
        if (d->dim && d->dim != f->dim)
            return gg_fail(err, GG_INPUT, "descriptor '%s' is for %d dimensions, the frame has %d", d->name,
                           d->dim, f->dim);
        if (d->compute(it->options, &p, at, stride, err) < 0)
            return gg_err_prefix(err, "descriptor '%s': ", d->name);
        for (int level = 1; level < gg_levels(it->options); level++, at += it->n_column)
            gg_average(it->options, &p, it->n_column, at, at + it->n_column, stride);
    }
    return 0;
}

int gg_features_compute(const struct gg_features *x, struct gg_frame *f, struct gg_arena *a,
                        struct gg_err *err)
{
    struct before b;
    char irreps[GG_IRREPS_TEXT];
    if (look_before(x, f, &b, err) < 0 || join_irreps(&b, &x->columns, irreps, err) < 0)
        return -1;
    int64_t stride = x->columns.n;
    double *column = gg_arena_calloc(a, f->n_node, sizeof *column * (size_t)stride);
    for (int first = 0, end; first < x->n; first = end) {
        end = same_positions(x, first);
        if (compute_group(x, first, end, f, a, column, err) < 0)
            return -1;
    }
    int dtype = b.n && b.field.dtype == GG_F64 ? GG_F64 : GG_F32;
    uint64_t shape[2] = {f->n_node, (uint64_t)(b.n + stride)};
    struct gg_field *to = gg_frame_add_as(f, a, field_name(x), dtype, 2, shape, (int[]){GG_NODE, GG_FREE},
                                          GG_FEATURE, irreps, "", err);
    if (!to)
        return -1;
    merge(&b, column, stride, to);
    return 0;
}
