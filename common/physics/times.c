/* times.c -- frames of one configuration at several times -> one frame with a time axis
 *
 * A field takes part if one of its axes is a time axis: [outer .., time, inner ..].  All others must be the same bytes in
 * every frame of an id: the times belong to one configuration. */
#include "physics/times.h"
#include "util/same.h"

#include <stdlib.h>
#include <string.h>

struct gg_times_group {
    int n, room;
    struct gg_frame *part; /* [n]; the first one with all its fields, the others with those on a time axis */
};

static int time_axis(const struct gg_field *x)
{
    for (int k = 0; k < x->ndim; k++)
        if (x->axis[k] == GG_TIME)
            return k;
    return -1;
}

static struct gg_times_group *find_group(struct gg_times *j, const char *id)
{
    for (int k = 0; k < j->n; k++)
        if (!strcmp(j->group[k].part[0].id, id))
            return &j->group[k];
    if (j->n == j->room) {
        j->room = j->room ? 2 * j->room : 16;
        j->group = gg_xrealloc(j->group, (size_t)j->room * sizeof *j->group);
    }
    j->group[j->n] = (struct gg_times_group){0};
    return &j->group[j->n++];
}

static bool same_box(const struct gg_frame *a, const struct gg_frame *b)
{
    return a->n_node == b->n_node && a->n_edge == b->n_edge && a->dim == b->dim && a->pbc == b->pbc &&
           !memcmp(a->cell, b->cell, sizeof a->cell);
}

static bool same_field(const struct gg_field *a, const struct gg_field *b)
{
    return a->dtype == b->dtype && a->ndim == b->ndim && !memcmp(a->shape, b->shape, sizeof a->shape) &&
           a->nbytes == b->nbytes && (!a->nbytes || !memcmp(a->data, b->data, a->nbytes));
}

static int count_fixed(const struct gg_frame *f)
{
    int n = 0;
    for (int k = 0; k < f->n_field; k++)
        n += time_axis(&f->field[k]) < 0;
    return n;
}

/* Is `f` the same configuration as `first`? */
static int check_same(const struct gg_frame *first, const struct gg_frame *f, struct gg_err *err)
{
    if (!same_box(first, f))
        return gg_fail(err, GG_INPUT, "cell or size differs from that of the frame before with this id");
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *x = &f->field[k], *other = gg_frame_find(first, x->name);
        if (time_axis(x) < 0 && (!other || !same_field(other, x)))
            return gg_fail(err, GG_INPUT, "field '%s' differs from that of the frame before with this id",
                           x->name);
    }
    if (count_fixed(first) != count_fixed(f))
        return gg_fail(err, GG_INPUT, "%d fields without a time axis, %d in the frame before with this id",
                       count_fixed(f), count_fixed(first));
    return 0;
}

static int check_times(const struct gg_times_group *g, const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field *time = gg_frame_need(f, "time", err);
    if (!time)
        return -1;
    for (int k = 0; k < g->n; k++) {
        const struct gg_field *other = gg_frame_find(&g->part[k], "time");
        for (uint64_t t = 0; t < time->shape[0]; t++)
            for (uint64_t s = 0; s < other->shape[0]; s++)
                if (gg_same(gg_field_get(time, t), gg_field_get(other, s)))
                    return gg_fail(err, GG_INPUT, "field 'time': %g occurs twice for this id",
                                   gg_field_get(time, t));
    }
    return 0;
}

/* Leaves the fields that have a time axis; the table moves into the arena. */
static void keep_moving(struct gg_frame *f, struct gg_arena *a)
{
    struct gg_field *all = f->field;
    int n = f->n_field;
    f->field = GG_NEW(a, struct gg_field, n);
    f->n_field = 0;
    for (int k = 0; k < n; k++)
        if (time_axis(&all[k]) >= 0)
            f->field[f->n_field++] = all[k];
}

int gg_times_add(struct gg_times *j, const struct gg_frame *f, struct gg_err *err)
{
    if (!gg_frame_need(f, "time", err))
        return -1;
    struct gg_times_group *g = find_group(j, f->id);
    if (check_times(g, f, err) < 0 || (g->n && check_same(&g->part[0], f, err) < 0))
        return -1;
    if (g->n == g->room) {
        g->room = g->room ? 2 * g->room : 4;
        g->part = gg_xrealloc(g->part, (size_t)g->room * sizeof *g->part);
    }
    struct gg_frame taken = *f;
    if (g->n)
        keep_moving(&taken, &j->arena);
    g->part[g->n] = (struct gg_frame){0};
    gg_frame_copy(&g->part[g->n++], &taken, &j->arena);
    return 0;
}

/* One time of a group: which part has it, and where. */
struct moment {
    double time;
    const struct gg_frame *part;
    uint64_t at;
};

static int by_time(const void *a, const void *b)
{
    double x = ((const struct moment *)a)->time, y = ((const struct moment *)b)->time;
    return (x > y) - (x < y);
}

static struct moment *sort_times(const struct gg_times_group *g, uint64_t *n, struct gg_arena *a)
{
    *n = 0;
    for (int k = 0; k < g->n; k++)
        *n += gg_frame_find(&g->part[k], "time")->shape[0];
    struct moment *m = GG_NEW(a, struct moment, *n);
    uint64_t at = 0;
    for (int k = 0; k < g->n; k++) {
        const struct gg_field *time = gg_frame_find(&g->part[k], "time");
        for (uint64_t t = 0; t < time->shape[0]; t++)
            m[at++] = (struct moment){.time = gg_field_get(time, t), .part = &g->part[k], .at = t};
    }
    qsort(m, *n, sizeof *m, by_time);
    return m;
}

/* The same but for the number of times? */
static bool alike(const struct gg_field *a, const struct gg_field *b)
{
    if (a->dtype != b->dtype || a->ndim != b->ndim || time_axis(a) != time_axis(b))
        return false;
    for (int k = 0; k < a->ndim; k++)
        if (k != time_axis(a) && a->shape[k] != b->shape[k])
            return false;
    return true;
}

/* Puts the n times of field `x` one after the other; x->data becomes arena memory. */
static int join_field(struct gg_field *x, const struct moment *m, uint64_t n, struct gg_arena *a,
                      struct gg_err *err)
{
    int axis = time_axis(x);
    uint64_t outer = 1, inner = gg_dtype_size(x->dtype);
    for (int k = 0; k < axis; k++)
        outer *= x->shape[k];
    for (int k = axis + 1; k < x->ndim; k++)
        inner *= x->shape[k];
    char *to = gg_arena_calloc(a, outer * n, inner);
    for (uint64_t t = 0; t < n; t++) {
        const struct gg_field *from = gg_frame_find(m[t].part, x->name);
        if (!from || !alike(from, x))
            return gg_fail(err, GG_INPUT, "field '%s': not there, or of another shape, at time %g", x->name,
                           m[t].time);
        for (uint64_t o = 0; o < outer; o++)
            memcpy(to + (o * n + t) * inner, (char *)from->data + (o * from->shape[axis] + m[t].at) * inner,
                   inner);
        x->flags |= from->flags;
    }
    x->shape[axis] = n;
    x->nbytes = outer * n * inner;
    x->data = to;
    return 0;
}

/* A field on a time axis that the first part does not have. */
static int check_complete(const struct gg_times_group *g, struct gg_err *err)
{
    for (int p = 1; p < g->n; p++)
        for (int k = 0; k < g->part[p].n_field; k++)
            if (!gg_frame_find(&g->part[0], g->part[p].field[k].name))
                return gg_fail(err, GG_INPUT, "field '%s': not there at every time",
                               g->part[p].field[k].name);
    return 0;
}

int gg_times_frame(struct gg_times *j, int k, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct gg_times_group *g = &j->group[k];
    uint64_t n;
    struct moment *m = sort_times(g, &n, a);
    int status = check_complete(g, err);
    gg_frame_copy(f, &g->part[0], a);
    for (int x = 0; x < f->n_field && status == 0; x++)
        if (time_axis(&f->field[x]) >= 0)
            status = join_field(&f->field[x], m, n, a, err);
    return status < 0 ? gg_err_prefix(err, "frame '%s': ", f->id) : 0;
}

void gg_times_free(struct gg_times *j)
{
    for (int k = 0; k < j->n; k++) {
        for (int p = 0; p < j->group[k].n; p++)
            gg_frame_free(&j->group[k].part[p]);
        free(j->group[k].part);
    }
    free(j->group);
    gg_arena_free(&j->arena);
    *j = (struct gg_times){0};
}
