/* check.c -- what a frame must satisfy above the layout: cell, types, times, edges, finite numbers */
/* Rules: gg_stream(5), CHECKS.  Done once a frame, before any index or number is used. */
#include "stream/layout.h"
#include "stream/own_times.h"

#include "util/cell.h"
#include "util/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int must_be(const struct gg_field *x, int dtype, int ndim, int axis, const char *wanted,
                   struct gg_err *err)
{
    bool axis_fits = x->ndim > 0 && (x->axis[0] == axis || (axis == GG_EDGE && x->axis[0] == GG_FREE));
    if (x->dtype == dtype && x->ndim == ndim && axis_fits)
        return 0;
    return gg_fail(err, GG_INPUT, "field '%s' must be %s", x->name, wanted);
}

static int check_type(const struct gg_field *x, struct gg_err *err)
{
    if (must_be(x, GG_I32, 1, GG_NODE, "i32 [node]", err) < 0)
        return -1;
    const int32_t *type = x->data;
    for (uint64_t i = 0; i < x->shape[0]; i++)
        if (type[i] < 0)
            return gg_fail(err, GG_INPUT, "field 'type': [%llu] is %d, species are numbered from 0",
                           (unsigned long long)i, type[i]);
    return 0;
}

static int check_time(const struct gg_field *x, struct gg_err *err)
{
    if (must_be(x, GG_F64, 1, GG_TIME, "f64 [time]", err) < 0)
        return -1;
    const double *time = x->data;
    for (uint64_t t = 1; t < x->shape[0]; t++)
        if (!(time[t] > time[t - 1]))
            return gg_fail(err, GG_INPUT, "field 'time': [%llu] is %g after %g, must increase",
                           (unsigned long long)t, time[t], time[t - 1]);
    return 0;
}

/* `ending`: "" for the frame's edges, "_inherent" for a second graph, whose edge axes are free. */
static const struct gg_field *graph_field(const struct gg_frame *f, const char *stem, const char *ending)
{
    char name[2 * GG_NAME];
    snprintf(name, sizeof name, "%s%s", stem, ending);
    return gg_frame_find(f, name);
}

static int check_ptr(const struct gg_frame *f, const struct gg_field *x, const char *ending,
                     struct gg_err *err)
{
    if (must_be(x, GG_I64, 1, GG_NODE1, "i64 [node+1]", err) < 0)
        return -1;
    const struct gg_field *nbr = graph_field(f, "edge_nbr", ending);
    if (*ending && (!nbr || nbr->ndim == 0))
        return gg_fail(err, GG_INPUT, "field '%s' needs edge_nbr%s", x->name, ending);
    uint64_t n_edge = *ending ? nbr->shape[0] : f->n_edge;
    const int64_t *ptr = x->data;
    if (ptr[0] != 0)
        return gg_fail(err, GG_INPUT, "field '%s' starts at %lld, must start at 0", x->name,
                       (long long)ptr[0]);
    for (uint64_t i = 0; i < f->n_node; i++)
        if (ptr[i + 1] < ptr[i])
            return gg_fail(err, GG_INPUT, "field '%s' decreases at [%llu]", x->name,
                           (unsigned long long)i + 1);
    if ((uint64_t)ptr[f->n_node] != n_edge)
        return gg_fail(err, GG_INPUT, "field '%s' ends at %lld, there are %llu edges", x->name,
                       (long long)ptr[f->n_node], (unsigned long long)n_edge);
    return 0;
}

static int check_nbr(const struct gg_frame *f, const struct gg_field *x, const char *ending,
                     struct gg_err *err)
{
    if (must_be(x, GG_I32, 1, GG_EDGE, *ending ? "i32 [any]" : "i32 [edge]", err) < 0)
        return -1;
    const int32_t *nbr = x->data;
    uint32_t largest = 0;
    for (uint64_t e = 0; e < x->shape[0]; e++)
        largest = (uint32_t)nbr[e] > largest ? (uint32_t)nbr[e] : largest;
    if (x->shape[0] == 0 || largest < f->n_node)
        return 0;
    uint64_t e = 0;
    while ((uint32_t)nbr[e] < f->n_node)
        e++;
    return gg_fail(err, GG_INPUT, "field '%s': [%llu] is %d, there are %llu nodes", x->name,
                   (unsigned long long)e, nbr[e], (unsigned long long)f->n_node);
}

static int check_shift(const struct gg_frame *f, const struct gg_field *x, const char *ending,
                       struct gg_err *err)
{
    if (must_be(x, GG_I8, 2, GG_EDGE, *ending ? "i8 [any, 3]" : "i8 [edge, 3]", err) < 0)
        return -1;
    if (x->shape[1] != 3)
        return gg_fail(err, GG_INPUT, "field '%s' has %llu numbers an edge, must have 3", x->name,
                       (unsigned long long)x->shape[1]);
    const int8_t(*shift)[3] = x->data;
    for (int a = 0; a < 3; a++)
        for (uint64_t e = 0; e < x->shape[0] && !(f->pbc >> a & 1); e++)
            if (shift[e][a] != 0)
                return gg_fail(err, GG_INPUT,
                               "field '%s': [%llu, %d] is %d along a direction that is not periodic", x->name,
                               (unsigned long long)e, a, shift[e][a]);
    return 0;
}

/* What follows `stem` in the name if it is "" or begins with '_', else NULL. */
static const char *ending_of(const char *name, const char *stem)
{
    size_t n = strlen(stem);
    if (strncmp(name, stem, n) != 0)
        return NULL;
    return name[n] == '\0' || name[n] == '_' ? name + n : NULL;
}

static int check_graph_field(const struct gg_frame *f, const struct gg_field *x, struct gg_err *err)
{
    const char *ending;
    if ((ending = ending_of(x->name, "edge_ptr")))
        return check_ptr(f, x, ending, err);
    if ((ending = ending_of(x->name, "edge_nbr")))
        return check_nbr(f, x, ending, err);
    if ((ending = ending_of(x->name, "edge_shift")))
        return check_shift(f, x, ending, err);
    return 0;
}

int gg_frame_check_structure(const struct gg_frame *f, struct gg_err *err)
{
    if (f->dim == 0) /* models, checkpoints, metrics: no space, no graph */
        return 0;
    struct gg_cell cell;
    if (gg_cell_init(&cell, f->dim, f->pbc, f->cell, err) < 0)
        return -1;
    const struct gg_field *type = gg_frame_find(f, "type"), *time = gg_frame_find(f, "time");
    if ((type && check_type(type, err) < 0) || (time && check_time(time, err) < 0))
        return -1;
    for (int k = 0; k < f->n_field; k++)
        if (check_graph_field(f, &f->field[k], err) < 0)
            return -1;
    return gg_own_times_check(f, err);
}

int gg_frame_check(const struct gg_frame *f, struct gg_err *err)
{
    for (int k = 0; k < f->n_field; k++)
        if (gg_field_check_values(&f->field[k], err) < 0)
            return -1;
    return gg_frame_check_structure(f, err);
}

/* Without shifts an edge means the nearest image, which is unique only up to half the shortest height. */
int gg_frame_check_cutoff(const struct gg_frame *f, const struct gg_meta *meta, struct gg_err *err)
{
    struct gg_cell cell;
    if (f->dim == 0 || !gg_frame_find(f, "edge_nbr") || gg_frame_find(f, "edge_shift"))
        return 0;
    if (gg_cell_init(&cell, f->dim, f->pbc, f->cell, err) < 0)
        return -1;
    for (int k = 0; k < meta->n; k++) {
        double cutoff = 0.0;
        if (strcmp(meta->pair[k].key, "edge_cutoff") == 0 && !gg_number(meta->pair[k].value, &cutoff))
            return gg_fail(err, GG_INPUT, "META edge_cutoff: '%.80s' is no number", meta->pair[k].value);
        for (int a = 0; a < f->dim; a++)
            if (f->pbc >> a & 1 && !(cutoff <= cell.height[a] / 2))
                return gg_fail(err, GG_INPUT,
                               "edges up to %g without 'edge_shift': above half the cell's height %g", cutoff,
                               cell.height[a]);
    }
    return 0;
}
