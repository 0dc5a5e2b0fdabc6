/* features.c -- descriptors of one's choice as the columns of node_features
 *
 * node_features is [node, column]; its columns are named in META columns.node_features, in order, separated by spaces. */
#include "descriptors/features.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char KEY[] = "columns.node_features";

/* "pos_inherent" -> "_inherent", "pos" -> "", "centres" -> "_centres". */
static void column_stem(const struct gg_descriptor *d, const char *positions, char stem[GG_NAME * 2])
{
    bool usual = !strncmp(positions, "pos", 3) && (!positions[3] || positions[3] == '_');
    if (!d->on_positions)
        positions = "pos";
    snprintf(stem, GG_NAME * 2, "%s%s%s", d->name, usual ? "" : "_", usual ? positions + 3 : positions);
}

int gg_features_add(struct gg_features *x, const char *name, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_descriptor *d = gg_descriptor_find(name, err);
    if (!d)
        return -1;
    for (int k = 0; k < x->n; k++)
        if (x->descriptor[k] == d)
            return gg_fail(err, GG_USAGE, "descriptor '%s' is asked for twice", name);
    if (x->n == GG_DESCRIPTORS_MAX)
        return gg_fail(err, GG_USAGE, "more than %d descriptors", GG_DESCRIPTORS_MAX);
    char stem[GG_NAME * 2];
    int before = x->columns.n;
    column_stem(d, x->options->positions, stem);
    x->columns.arena = a;
    x->descriptor[x->n] = d;
    if (d->columns(x->options, stem, &x->columns, err) < 0)
        return -1;
    if (x->columns.too_many_blocks)
        return gg_fail(err, GG_USAGE,
                       "descriptor '%s': the columns have more than %d blocks of irreps: use several "
                       "runs and fewer vectors in each",
                       name, GG_IRREPS_MAX);
    x->n_column[x->n++] = x->columns.n - before;
    return 0;
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
    const char *there = x->replace ? NULL : gg_meta_get(meta, KEY);
    char *text = NULL;
    size_t bytes = 0;
    x->n_before = there ? count_words(there) : 0;
    for (int k = 0; k < x->columns.n && there; k++)
        if (has_word(there, x->columns.name[k]))
            return gg_fail(
                err, GG_INPUT,
                "field 'node_features': column '%s' is there already (--replace drops the old ones)",
                x->columns.name[k]);
    FILE *to = open_memstream(&text, &bytes);
    fputs(there ? there : "", to);
    for (int k = 0; k < x->columns.n; k++)
        fprintf(to, "%s%s", k || x->n_before ? " " : "", x->columns.name[k]);
    fclose(to);
    gg_meta_set(meta, KEY, text);
    free(text);
    return 0;
}

static double longest_reach(const struct gg_features *x)
{
    double reach = 0;
    for (int k = 0; k < x->n; k++)
        if (x->descriptor[k]->reach)
            reach = fmax(reach, x->descriptor[k]->reach(x->options));
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

static int prepare(const struct gg_features *x, const struct gg_frame *f, struct gg_arena *a,
                   struct gg_particles *p, struct gg_err *err)
{
    const struct gg_field *type = gg_frame_need(f, "type", err);
    *p = (struct gg_particles){.frame = f, .arena = a, .n = (int64_t)f->n_node};
    const double *pos = type ? gg_particles_positions(p, x->options->positions, err) : NULL;
    if (!pos)
        return -1;
    p->pos = (const double(*)[3])pos;
    p->type = type->data;
    if (gg_cell_init(&p->cell, f->dim, f->pbc, f->cell, err) < 0 || check_species(x->options, p, err) < 0)
        return -1;
    double reach = longest_reach(x);
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
    const struct gg_field *field = x->replace ? NULL : gg_frame_find(f, "node_features");
    *b = (struct before){.n = x->n_before};
    if (!field && !x->n_before)
        return 0;
    if (!field || field->ndim != 2 || field->shape[1] != (uint64_t)x->n_before)
        return gg_fail(err, GG_INPUT,
                       "field 'node_features': %llu columns, %d names in META %s (--replace drops them)",
                       field && field->ndim == 2 ? (unsigned long long)field->shape[1] : 0ull, x->n_before,
                       KEY);
    b->field = *field;
    if (!strcmp(field->irreps, "0e") || !field->irreps[0])
        b->irreps = (struct gg_irreps){.n = b->n > 0, .b = {{.mul = x->n_before, .l = 0, .p = 1}}};
    else if (gg_irreps_parse(&b->irreps, field->irreps, err) < 0)
        return gg_err_prefix(err, "field 'node_features': ");
    return 0;
}

static int join_irreps(const struct before *b, const struct gg_columns *c, char text[GG_IRREPS_TEXT],
                       struct gg_err *err)
{
    struct gg_irreps all = b->irreps;
    if (all.n + c->irreps.n > GG_IRREPS_MAX)
        return gg_fail(err, GG_INPUT, "field 'node_features': more than %d blocks of irreps", GG_IRREPS_MAX);
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

int gg_features_compute(const struct gg_features *x, struct gg_frame *f, struct gg_arena *a,
                        struct gg_err *err)
{
    struct gg_particles p;
    struct before b;
    char irreps[GG_IRREPS_TEXT];
    if (prepare(x, f, a, &p, err) < 0 || look_before(x, f, &b, err) < 0 ||
        join_irreps(&b, &x->columns, irreps, err) < 0)
        return -1;
    int64_t stride = x->columns.n, first = 0;
    double *columns = gg_arena_calloc(a, (size_t)p.n, sizeof *columns * (size_t)stride);
    for (int k = 0; k < x->n; k++) {
        const struct gg_descriptor *d = x->descriptor[k];
        if (d->dim && d->dim != f->dim)
            return gg_fail(err, GG_INPUT, "descriptor '%s' is for %d dimensions, the frame has %d", d->name,
                           d->dim, f->dim);
        if (d->compute(x->options, &p, columns + first, stride, err) < 0)
            return gg_err_prefix(err, "descriptor '%s': ", d->name);
        first += x->n_column[k];
    }
    int dtype = b.n && b.field.dtype == GG_F64 ? GG_F64 : GG_F32;
    uint64_t shape[2] = {f->n_node, (uint64_t)(b.n + stride)};
    struct gg_field *to = gg_frame_add_as(f, a, "node_features", dtype, 2, shape, (int[]){GG_NODE, GG_FREE},
                                          GG_FEATURE, irreps, "", err);
    if (!to)
        return -1;
    merge(&b, columns, stride, to);
    return 0;
}
