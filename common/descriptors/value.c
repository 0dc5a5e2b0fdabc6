/* value.c -- one number for each particle: a field, or a column of a descriptor */
#include "descriptors/value.h"

#include <string.h>

/* The descriptor whose columns begin like this; not one that takes a value itself. */
static const struct gg_descriptor *descriptor_of(const char *column)
{
    for (int k = 0; gg_descriptor_table[k]; k++) {
        const struct gg_descriptor *d = gg_descriptor_table[k];
        size_t length = strlen(d->name);
        if (!strncmp(column, d->name, length) && (column[length] == '.' || !column[length]) &&
            !strstr(d->options, "field"))
            return d;
    }
    return NULL;
}

double gg_value_reach(const struct gg_descriptor_options *o)
{
    const struct gg_descriptor *d = descriptor_of(o->field);
    return d && d->reach ? d->reach(o) : 0;
}

static const double *read_field(const struct gg_field *f, const struct gg_particles *p, struct gg_err *err)
{
    if (f->ndim != 1 || f->axis[0] != GG_NODE || f->dtype == GG_BOOL) {
        gg_fail(err, GG_INPUT, "field '%s': one number for each particle is wanted", f->name);
        return NULL;
    }
    double *x = GG_NEW(p->arena, double, p->n);
    for (int64_t i = 0; i < p->n; i++)
        x[i] = gg_field_get(f, (uint64_t)i);
    return x;
}

/* Which scalar column is called so; -1 if none is. */
static int find_column(const struct gg_columns *c, const char *name)
{
    for (int b = 0, k = 0; b < c->irreps.n; b++) {
        int dim = 2 * c->irreps.b[b].l + 1;
        for (int m = 0; m < c->irreps.b[b].mul * dim; m++, k++)
            if (dim == 1 && !strcmp(c->name[k], name))
                return k;
    }
    return -1;
}

static const double *make_column(const struct gg_descriptor *d, const struct gg_descriptor_options *o,
                                 const struct gg_particles *p, struct gg_err *err)
{
    struct gg_columns c = {.arena = p->arena};
    if (d->columns(o, d->name, &c, err) < 0)
        return NULL;
    int column = find_column(&c, o->field);
    if (column < 0 || (d->dim && d->dim != p->cell.dim)) {
        gg_fail(err, GG_INPUT, "descriptor '%s' has no scalar column '%s' in %d dimensions", d->name,
                o->field, p->cell.dim);
        return NULL;
    }
    double *all = gg_arena_calloc(p->arena, (size_t)p->n, sizeof *all * (size_t)c.n);
    double *x = GG_NEW(p->arena, double, p->n);
    if (d->compute(o, p, all, c.n, err) < 0)
        return NULL;
    for (int64_t i = 0; i < p->n; i++)
        x[i] = all[i * c.n + column];
    return x;
}

const double *gg_value(const struct gg_descriptor_options *o, const struct gg_particles *p,
                       struct gg_err *err)
{
    const struct gg_field *f = gg_frame_find(p->frame, o->field);
    if (f)
        return read_field(f, p, err);
    const struct gg_descriptor *d = descriptor_of(o->field);
    if (d)
        return make_column(d, o, p, err);
    gg_fail(err, GG_INPUT, "no field '%s' to coarse-grain, and no column of a descriptor", o->field);
    return NULL;
}
