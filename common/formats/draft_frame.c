/* draft_frame.c -- from what a foreign source states to a frame that keeps the rules of gg_stream(5)
 *
 * Positions are wrapped with whole cell vectors and everything that belongs to a particle moves along, so
 * that any difference of two positions of the frame is a displacement.  Time stands first in the sources and
 * second in frames. */
#include "formats/draft_frame.h"
#include "formats/extra.h"
#include "util/cell.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { MAX_SPECIES = 64 };

int gg_draft_check_drop(const struct gg_draft *d, const struct gg_texts *drop, struct gg_err *err)
{
    for (int k = 0; k < drop->n; k++) {
        const char *name = drop->v[k];
        if (!strcmp(name, "pos") || !strcmp(name, "type") || !strcmp(name, "time"))
            return gg_fail(err, GG_USAGE, "--drop %s: every configuration keeps it", name);
        if (d && !gg_field_lookup(name) && strncmp(name, "propensity_pred.", 16) && !gg_extra_known(d, name))
            return gg_fail(err, GG_USAGE, "--drop %.60s: no field that is imported", name);
    }
    return 0;
}

/* ---- shapes ---- */

/* "4096, 3" for messages */
static const char *shape_text(struct gg_arena *a, int ndim, const uint64_t *shape)
{
    const char *text = "";
    for (int k = 0; k < ndim; k++)
        text = gg_arena_printf(a, "%s%s%llu", text, k ? ", " : "", (unsigned long long)shape[k]);
    return text;
}

static int need_shape(struct gg_arena *a, const char *name, const struct gg_field *x, int ndim,
                      const uint64_t *shape, struct gg_err *err)
{
    if (x->ndim == ndim && !memcmp(x->shape, shape, (size_t)ndim * sizeof *shape))
        return 0;
    return gg_fail(err, GG_INPUT, "field '%s': the source has shape [%s], wanted is [%s]", name,
                   shape_text(a, x->ndim, x->shape), shape_text(a, ndim, shape));
}

static int check_shapes(const struct gg_draft *d, struct gg_arena *a, struct gg_err *err)
{
    const uint64_t n = d->n_node, dim = (uint64_t)d->dim, vectors[] = {n, dim};
    if (!n && !d->own)
        return gg_fail(err, GG_INPUT, "no particles");
    if (need_shape(a, "pos", &d->pos, 2, vectors, err) || need_shape(a, "type", &d->type, 1, vectors, err))
        return -1;
    if (d->inherent.data && need_shape(a, "pos_inherent", &d->inherent, 2, vectors, err))
        return -1;
    if (d->cage.data && need_shape(a, "pos_cage", &d->cage, 2, vectors, err))
        return -1;
    for (int k = 0; k < d->n_series; k++) {
        const struct gg_series *s = &d->series[k];
        const uint64_t wanted[] = {(uint64_t)d->n_time, n, dim};
        if (need_shape(a, s->name, &s->values, gg_field_lookup(s->name)->ndim, wanted, err))
            return -1;
    }
    return 0;
}

/* [time, replica, node, dim] whether or not the source has the time axis; no more times than the source's
 * grid. */
static int replica_shape(const struct gg_draft *d, struct gg_arena *a, uint64_t shape[4], struct gg_err *err)
{
    const struct gg_field *x = &d->replicas;
    int lead = x->ndim == 4;
    shape[0] = lead ? x->shape[0] : 1;
    shape[1] = x->shape[lead];
    shape[2] = d->n_node;
    shape[3] = (uint64_t)d->dim;
    if (shape[0] > (uint64_t)d->n_time)
        return gg_fail(err, GG_INPUT,
                       "field 'pos_replicas': positions at %llu times, but the source states %d",
                       (unsigned long long)shape[0], d->n_time);
    return need_shape(a, "pos_replicas", x, 3 + lead, shape + !lead, err);
}

/* ---- times ---- */

static int time_not_there(const struct gg_draft *d, struct gg_arena *a, double t, struct gg_err *err)
{
    const char *list = "";
    for (int k = 0; k < d->n_time; k++)
        list = gg_arena_printf(a, "%s %g", list, d->time[k]);
    return gg_fail(err, GG_USAGE, "no time %g; the source has%s", t, d->n_time ? list : " none");
}

static int nearest_time(const struct gg_draft *d, double t)
{
    int best = -1;
    for (int k = 0; k < d->n_time; k++)
        if (best < 0 || fabs(d->time[k] - t) < fabs(d->time[best] - t))
            best = k;
    return best >= 0 && fabs(d->time[best] - t) <= 1e-3 * fabs(t) ? best : -1;
}

/* order[k] = index in the source of the k-th time of the frame.  Returns their number or -1. */
static int choose_times(const struct gg_draft *d, const struct gg_draft_options *o, struct gg_arena *a,
                        int *order, struct gg_err *err)
{
    int n = 0;
    bool *chosen = GG_NEW(a, bool, (size_t)d->n_time + 1);
    if (o->time_index >= d->n_time)
        return gg_fail(err, GG_USAGE, "--time-index %lld: the source has %d times", (long long)o->time_index,
                       d->n_time);
    for (int k = 0; k < d->n_time; k++)
        chosen[k] = o->time_index < 0 ? !o->times->n : k == o->time_index;
    for (int k = 0; k < o->times->n; k++) {
        int found = nearest_time(d, o->times->v[k]);
        if (found < 0)
            return time_not_there(d, a, o->times->v[k], err);
        chosen[found] = true;
    }
    for (int k = 0; k < d->n_time; k++) { /* insertion by increasing time */
        if (!chosen[k])
            continue;
        int at = n++;
        for (; at > 0 && d->time[order[at - 1]] > d->time[k]; at--)
            order[at] = order[at - 1];
        order[at] = k;
    }
    for (int k = 0; k < n; k++)
        if (!(isfinite(d->time[order[k]]) && (k == 0 || d->time[order[k]] > d->time[order[k - 1]])))
            return gg_fail(err, GG_INPUT, "field 'time': time %g is not finite or is there twice",
                           d->time[order[k]]);
    return n;
}

/* ---- fields ---- */

struct build {
    const struct gg_draft *d;
    const struct gg_draft_options *o;
    struct gg_frame *f;
    struct gg_arena *a;
    struct gg_cell cell;
    int64_t (*shift)[3]; /* [node] cell vectors added by the wrapping */
    int n_time, *order;
    struct gg_err *err;
};

static bool wanted(const struct build *b, const char *name)
{
    for (int k = 0; k < b->o->drop->n; k++)
        if (!strcmp(b->o->drop->v[k], name))
            return false;
    return true;
}

/* Vector number k of a source array of `dim` components; z = 0 in two dimensions. */
static void get_vector(const struct gg_field *x, int dim, uint64_t k, double r[3])
{
    r[2] = 0;
    for (int c = 0; c < dim; c++)
        r[c] = gg_field_get(x, k * (uint64_t)dim + (uint64_t)c);
}

static int not_finite(const struct build *b, const char *name, uint64_t i)
{
    return gg_fail(b->err, GG_INPUT, "field '%s': particle %llu is NaN or infinite", name,
                   (unsigned long long)i);
}

static bool finite3(const double r[3])
{
    return isfinite(r[0]) && isfinite(r[1]) && isfinite(r[2]);
}

static int add_positions(struct build *b)
{
    double(*pos)[3] = gg_frame_add(b->f, b->a, "pos", NULL)->data;
    b->shift = gg_arena_calloc(b->a, b->d->n_node, sizeof *b->shift);
    for (uint64_t i = 0; i < b->d->n_node; i++) {
        get_vector(&b->d->pos, b->d->dim, i, pos[i]);
        for (int c = 0; c < 3; c++)
            if (!isfinite(pos[i][c]))
                return not_finite(b, "pos", i);
            else if (!(fabs(pos[i][c]) < 1e9)) /* whole cells could not be counted */
                return gg_fail(
                    b->err, GG_INPUT,
                    "field 'pos': particle %llu is at %g, far outside the cell; below 1e9 is wanted",
                    (unsigned long long)i, pos[i][c]);
        gg_cell_wrap(&b->cell, pos[i], b->shift[i]);
    }
    return 0;
}

static int add_types(struct build *b)
{
    int32_t *type = gg_frame_add(b->f, b->a, "type", NULL)->data;
    for (uint64_t i = 0; i < b->d->n_node; i++) {
        double code = gg_field_get(&b->d->type, i), t = code - b->d->first_type;
        if (!(t >= 0 && t < MAX_SPECIES && t == floor(t)))
            return gg_fail(b->err, GG_INPUT,
                           "field 'type': particle %llu has code %g; codes %d to %d are possible here",
                           (unsigned long long)i, code, b->d->first_type, b->d->first_type + MAX_SPECIES - 1);
        type[i] = (int32_t)t;
    }
    return 0;
}

/* The image nearest to `pos` of positions that the source wrapped on their own. */
static int add_near(struct build *b, const char *name, const struct gg_field *x)
{
    if (!x->data || !wanted(b, name))
        return 0;
    const double(*pos)[3] = gg_frame_find(b->f, "pos")->data;
    double(*out)[3] = gg_frame_add(b->f, b->a, name, NULL)->data;
    for (uint64_t i = 0; i < b->d->n_node; i++) {
        double d[3];
        get_vector(x, b->d->dim, i, d);
        for (int c = 0; c < 3; c++)
            d[c] -= pos[i][c];
        if (!(finite3(d) && fabs(d[0]) + fabs(d[1]) + fabs(d[2]) < 1e9))
            return not_finite(b, name, i);
        gg_cell_nearest(&b->cell, d);
        for (int c = 0; c < 3; c++)
            out[i][c] = pos[i][c] + d[c];
    }
    return 0;
}

static void put(struct gg_field *x, uint64_t k, double value)
{
    if (x->dtype == GG_F32)
        ((float *)x->data)[k] = (float)value;
    else
        ((double *)x->data)[k] = value;
}

static struct gg_field *new_replicas(struct build *b, const uint64_t from[4])
{
    const uint64_t shape[] = {(uint64_t)b->n_time, from[1], b->d->n_node, 3};
    const int axis[] = {GG_TIME, GG_REPLICA, GG_NODE, GG_FREE};
    int skip = b->n_time == 1; /* no time axis */
    int dtype = b->d->replicas.dtype == GG_F32 ? GG_F32 : GG_F64;
    struct gg_field *x = gg_frame_add_as(b->f, b->a, "pos_replicas", dtype, 4 - skip, shape + skip,
                                         axis + skip, GG_STRUCTURE, "1x1o", "sigma", b->err);
    assert(x && "the source has no fewer numbers");
    return x;
}

static int add_replicas(struct build *b)
{
    uint64_t from[4], n = b->d->n_node;
    if (!b->d->replicas.data || !b->n_time || !wanted(b, "pos_replicas"))
        return 0;
    if (replica_shape(b->d, b->a, from, b->err))
        return -1;
    for (int t = 0; t < b->n_time; t++)
        if ((uint64_t)b->order[t] >= from[0])
            return 0;
    struct gg_field *out = new_replicas(b, from);
    for (uint64_t row = 0, k = 0; row < (uint64_t)b->n_time * from[1]; row++) {
        uint64_t source = (uint64_t)b->order[row / from[1]] * from[1] + row % from[1];
        for (uint64_t i = 0; i < n; i++, k++) {
            double r[3];
            get_vector(&b->d->replicas, b->d->dim, source * n + i, r);
            if (!finite3(r))
                return not_finite(b, "pos_replicas", i);
            for (int c = 0; c < 3; c++) {
                for (int v = 0; v < 3; v++)
                    r[c] += (double)b->shift[i][v] * b->cell.h[v][c];
                put(out, 3 * k + (uint64_t)c, r[c]);
            }
        }
    }
    return 0;
}

/* [time, node, c] -> [node, time, c] */
static int add_series(struct build *b, const struct gg_series *s)
{
    uint64_t n = b->d->n_node, n_time = (uint64_t)b->n_time;
    struct gg_field *out = gg_frame_add(b->f, b->a, s->name, &n_time);
    uint64_t width = n && n_time ? gg_field_count(out) / (n * n_time) : 1;
    uint64_t have = s->values.ndim == 3 ? (uint64_t)b->d->dim : 1; /* two dimensions: z stays 0 */
    for (uint64_t i = 0; i < n; i++)
        for (uint64_t t = 0; t < n_time; t++)
            for (uint64_t c = 0; c < have; c++) {
                double x = gg_field_get(&s->values, ((uint64_t)b->order[t] * n + i) * have + c);
                if (!isfinite((float)x))
                    return not_finite(b, s->name, i);
                put(out, (i * n_time + t) * width + c, x);
            }
    return 0;
}

static void add_times(struct build *b)
{
    const uint64_t n_time = (uint64_t)b->n_time;
    double *time = gg_frame_add(b->f, b->a, "time", &n_time)->data;
    double *level = b->d->fs_level ? gg_frame_add(b->f, b->a, "fs_level", &n_time)->data : NULL;
    for (int t = 0; t < b->n_time; t++) {
        time[t] = b->d->time[b->order[t]];
        if (level)
            level[t] = b->d->fs_level[b->order[t]];
    }
}

/* Where the run is, for what follows particles over several frames. */
static int add_place_in_run(struct build *b)
{
    const struct gg_draft *d = b->d;
    if (d->has_step && wanted(b, "step"))
        *(int64_t *)gg_frame_add(b->f, b->a, "step", NULL)->data = d->step;
    if (isfinite(d->now) && wanted(b, "run_time"))
        *(double *)gg_frame_add(b->f, b->a, "run_time", NULL)->data = d->now;
    if (!d->unwrapped || !wanted(b, "image"))
        return 0;
    int32_t(*image)[3] = gg_frame_add(b->f, b->a, "image", NULL)->data;
    for (uint64_t i = 0; i < d->n_node; i++)
        for (int v = 0; v < 3; v++) {
            if (b->shift[i][v] > INT32_MAX || b->shift[i][v] < -INT32_MAX)
                return not_finite(b, "image", i);
            image[i][v] = (int32_t)-b->shift[i][v];
        }
    return 0;
}

static int add_all(struct build *b)
{
    const struct gg_draft *d = b->d;
    if (add_positions(b) || add_types(b) || add_near(b, "pos_inherent", &d->inherent) ||
        add_near(b, "pos_cage", &d->cage) || add_place_in_run(b))
        return -1;
    if (d->temperature > 0 && wanted(b, "temperature"))
        *(double *)gg_frame_add(b->f, b->a, "temperature", NULL)->data = d->temperature;
    b->order = GG_NEW(b->a, int, (size_t)d->n_time + 1);
    b->n_time = choose_times(d, b->o, b->a, b->order, b->err);
    if (b->n_time < 0)
        return -1;
    if (b->n_time)
        add_times(b);
    for (int k = 0; k < d->n_series && b->n_time; k++)
        if (wanted(b, d->series[k].name) && add_series(b, &d->series[k]))
            return -1;
    return add_replicas(b) ? -1 : gg_extra_to_frame(d, b->o->drop, b->f, b->a, b->err);
}

/* A third side of 0 is how two dimensions are written in three. */
static int check_cell(struct gg_cell *cell, const struct gg_draft *d, struct gg_err *err)
{
    bool flat = d->dim == 3 && d->pbc && !d->cell[2][0] && !d->cell[2][1] && !d->cell[2][2];
    if (flat)
        return gg_fail(err, GG_INPUT, "the third side of the cell is 0; --dim 2 reads two dimensions");
    return gg_cell_init(cell, d->dim, d->pbc, d->cell, err);
}

int gg_draft_frame(const struct gg_draft *d, const struct gg_draft_options *o, struct gg_frame *f,
                   struct gg_arena *a, struct gg_err *err)
{
    struct build b = {.d = d, .o = o, .f = f, .a = a, .err = err};
    if (check_shapes(d, a, err) || check_cell(&b.cell, d, err))
        return -1;
    gg_frame_clear(f);
    f->n_node = d->n_node;
    f->n_edge = d->n_edge;
    f->dim = d->dim;
    f->pbc = d->pbc;
    memcpy(f->cell, d->cell, sizeof f->cell);
    snprintf(f->id, sizeof f->id, "%s", d->id);
    /* what a file says of its own fields (own.h) may be what no stream may have */
    return add_all(&b) ? -1 : gg_frame_check(f, err);
}
