/* deepmind.c -- the pickles of glassy_dynamics
 *
 * V. Bapst et al., Nature Physics 16, 448 (2020), public data.  One dictionary a file; an index into its
 * lists is a level of the self-intermediate scattering function, not a time: 1/e comes last and lies in time
 * between the others. */
#include "formats/extra.h"
#include "formats/foreign.h"
#include "formats/pickle.h"
#include "util/file.h"

#include <math.h>
#include <string.h>

enum { MAX_TIMES = 4096, MAX_RUNS = 65536, FEW = 64 };

struct source {
    const struct gg_foreign *f;
    const struct gg_pickle *dict;
    struct gg_arena *a;
    struct gg_draft *d;
    struct gg_err *err;
};

static const struct gg_pickle *need(const struct source *s, const char *key, int kind, const char *what)
{
    const struct gg_pickle *v = gg_pickle_get(s->dict, key);
    if (v && v->kind == kind && (kind != GG_PICKLE_ARRAY || v->built))
        return v;
    gg_fail(s->err, GG_INPUT, "key '%s' %s; %s is wanted", key, v ? "is something else" : "is missing", what);
    return NULL;
}

static int need_array(const struct source *s, const char *key, struct gg_field *out)
{
    const struct gg_pickle *v = need(s, key, GG_PICKLE_ARRAY, "an array");
    if (v)
        *out = *v->array;
    return v ? 0 : -1;
}

static bool is_number(const struct gg_pickle *v)
{
    return v->kind == GG_PICKLE_INT || v->kind == GG_PICKLE_FLOAT;
}

static int get_cell(const struct source *s)
{
    struct gg_field box;
    double cell[3][3] = {{0}};
    if (need_array(s, "box", &box))
        return -1;
    if (gg_field_count(&box) != 3)
        return gg_fail(s->err, GG_INPUT, "key 'box' has %llu numbers; 3 are wanted",
                       (unsigned long long)gg_field_count(&box));
    for (uint64_t c = 0; c < 3; c++)
        cell[c][c] = gg_field_get(&box, c);
    return gg_foreign_cell(s->f, s->d, cell, 0, s->err);
}

static int get_temperature(const struct source *s)
{
    const struct gg_pickle *t = gg_pickle_get(gg_pickle_get(s->dict, "metadata"), "temperature");
    const struct gg_pickle *p = gg_pickle_get(gg_pickle_get(s->dict, "metadata"), "pressure");
    if (p && is_number(p)) {
        char text[32];
        gg_print_double(text, p->number);
        gg_meta_set(&s->d->meta, "pressure", text);
    }
    return gg_foreign_temperature(s->f, s->d, t && is_number(t) ? t->number : 0, true, s->err);
}

/* time[k] = the source's time number time_indices[k], and the level it stands for. */
static int get_times(const struct source *s)
{
    const struct gg_pickle *grid = need(s, "time", GG_PICKLE_LIST, "a list of times");
    const struct gg_pickle *index =
        grid ? need(s, "time_indices", GG_PICKLE_LIST, "a list of indices") : NULL;
    struct gg_field levels;
    if (!index || need_array(s, "is_values", &levels))
        return -1;
    if (index->n < 1 || index->n > MAX_TIMES || gg_field_count(&levels) != index->n)
        return gg_fail(s->err, GG_INPUT, "%zu time_indices but %llu is_values", index->n,
                       (unsigned long long)gg_field_count(&levels));
    double *time = GG_NEW(s->a, double, index->n), *level = GG_NEW(s->a, double, index->n);
    for (size_t k = 0; k < index->n; k++) {
        const struct gg_pickle *i = index->item[k];
        if (i->kind != GG_PICKLE_INT || i->whole < 0 || (uint64_t)i->whole >= grid->n ||
            !is_number(grid->item[i->whole]))
            return gg_fail(s->err, GG_INPUT, "time_indices[%zu] is no index into the %zu times", k, grid->n);
        time[k] = grid->item[i->whole]->number;
        level[k] = gg_field_get(&levels, k);
    }
    s->d->fs_level = level;
    return gg_foreign_times(s->f, s->a, s->d, time, (int)index->n, s->err);
}

/* Joins list items of one shape into one array with a further first axis; *out keeps the type of the items. */
static int stack_arrays(const struct source *s, const char *key, const struct gg_field *const *part, size_t n,
                        int ndim, struct gg_field *out)
{
    *out = *part[0];
    if (out->ndim != ndim || n > SIZE_MAX / (out->nbytes + 1))
        return gg_fail(s->err, GG_INPUT, "key '%s' holds arrays of %d axes; %d are wanted", key, out->ndim,
                       ndim);
    out->ndim = (uint8_t)(ndim + 1);
    memcpy(out->shape + 1, part[0]->shape, (size_t)ndim * sizeof *out->shape);
    out->shape[0] = n;
    out->nbytes = n * part[0]->nbytes;
    if (out->nbytes > s->f->options->max_bytes)
        return gg_fail(s->err, GG_INPUT, "key '%s': more than --max-frame", key);
    char *to = out->data = gg_arena_alloc(s->a, out->nbytes);
    for (size_t k = 0; k < n; k++) {
        if (part[k]->dtype != part[0]->dtype || part[k]->ndim != ndim ||
            memcmp(part[k]->shape, part[0]->shape, sizeof part[0]->shape))
            return gg_fail(s->err, GG_INPUT, "key '%s': array %zu is not like the first", key, k);
        memcpy(to + k * part[0]->nbytes, part[k]->data, part[0]->nbytes);
    }
    return 0;
}

static bool is_array(const struct gg_pickle *v)
{
    return v->kind == GG_PICKLE_ARRAY && v->built;
}

static int get_targets(const struct source *s)
{
    const struct gg_pickle *list = gg_pickle_get(s->dict, "targets");
    struct gg_field all;
    if (!list)
        return 0;
    if (list->kind != GG_PICKLE_LIST || list->n != (size_t)s->d->n_time)
        return gg_fail(s->err, GG_INPUT, "key 'targets' is no list of %d arrays", s->d->n_time);
    const struct gg_field **part = GG_NEW(s->a, const struct gg_field *, list->n);
    for (size_t k = 0; k < list->n; k++) {
        if (!is_array(list->item[k]))
            return gg_fail(s->err, GG_INPUT, "targets[%zu] is no array", k);
        part[k] = list->item[k]->array;
    }
    return stack_arrays(s, "targets", part, list->n, 1, &all) ||
           gg_draft_series(s->d, "propensity", &all, s->err);
}

/* [time][run] arrays of positions; there may be fewer times than the grid has. */
static int get_replicas(const struct source *s)
{
    const char *key = "trajectory_target_positions";
    const struct gg_pickle *times = gg_pickle_get(s->dict, key);
    if (!times)
        return 0;
    size_t n_time = times->kind == GG_PICKLE_LIST ? times->n : 0;
    size_t n_run = n_time && times->item[0]->kind == GG_PICKLE_LIST ? times->item[0]->n : 0;
    if (!n_run || n_time > MAX_TIMES || n_run > MAX_RUNS)
        return gg_fail(s->err, GG_INPUT, "key '%s' is no list of lists", key);
    const struct gg_field **part = GG_NEW(s->a, const struct gg_field *, n_time *n_run);
    for (size_t t = 0; t < n_time; t++)
        for (size_t k = 0; k < n_run; k++) {
            const struct gg_pickle *runs = times->item[t];
            if (runs->kind != GG_PICKLE_LIST || runs->n != n_run || !is_array(runs->item[k]))
                return gg_fail(s->err, GG_INPUT, "%s[%zu] is no list of %zu arrays", key, t, n_run);
            part[t * n_run + k] = runs->item[k]->array;
        }
    struct gg_field all, *x = &s->d->replicas;
    if (stack_arrays(s, key, part, n_time * n_run, 2, &all))
        return -1;
    *x = all;
    x->ndim = 4;
    x->shape[0] = n_time;
    x->shape[1] = n_run;
    memcpy(x->shape + 2, all.shape + 1, 2 * sizeof *x->shape);
    gg_meta_printf(&s->d->meta, "replicas", "%zu", n_run);
    return 0;
}

/* Where targets and runs are both there they must be the same thing: mean length of the displacement,
 * unwrapped. */
static int check_targets(const struct source *s)
{
    const struct gg_field *x = &s->d->replicas, *pos = &s->d->pos, *targets = &s->d->series[0].values;
    uint64_t n_run = x->shape[1], n = s->d->n_node;
    if (!s->d->n_series || !x->data ||
        targets->shape[1] != n) /* of other particles: gg_draft_frame says so */
        return 0;
    for (uint64_t i = 0; i < n; i++) {
        double sum = 0, target = gg_field_get(targets, i);
        for (uint64_t k = 0; k < n_run; k++) {
            double d[3];
            for (uint64_t c = 0; c < 3; c++)
                d[c] = gg_field_get(x, (k * n + i) * 3 + c) - gg_field_get(pos, 3 * i + c);
            sum += sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
        }
        if (!(fabs(sum / (double)n_run - target) <= 1e-5))
            return gg_fail(s->err, GG_INPUT, "targets[0] of particle %llu is %g, its runs give %g",
                           (unsigned long long)i, target, sum / (double)n_run);
    }
    return 0;
}

/* What else a dictionary has: arrays of the particles and a few numbers are fields, the rest is told. */
static int get_rest(const struct source *s, const struct gg_pickle *dict, const char *const *known)
{
    for (size_t k = 0; k + 1 < dict->n; k += 2) {
        const struct gg_pickle *key = dict->item[k], *v = dict->item[k + 1];
        bool is_known = key->kind != GG_PICKLE_TEXT || v->kind == GG_PICKLE_NONE;
        for (int n = 0; !is_known && known[n]; n++)
            is_known = !strcmp(known[n], key->text);
        if (is_known)
            continue;
        struct gg_field x = {.ndim = 0};
        bool of_particles = false;
        if (is_array(v)) {
            x = *v->array;
            of_particles = x.ndim && x.shape[0] == s->d->n_node;
            x.axis[0] = of_particles ? GG_NODE : GG_FREE;
        }
        int failed = 0;
        if (is_number(v))
            failed = gg_extra_number(s->d, s->a, key->text, v->number, v->kind == GG_PICKLE_INT, s->err);
        else if (is_array(v) && (of_particles || (gg_field_count(&x) && gg_field_count(&x) <= FEW)))
            failed = gg_extra_add(s->d, s->a, key->text, NULL, &x, s->err);
        else
            gg_extra_left_out(s->d, key->text,
                              v->kind == GG_PICKLE_TEXT ? "text" : "no numbers of particles");
        if (failed)
            return -1;
    }
    return 0;
}

static int get_all_rest(const struct source *s)
{
    static const char *const known[] = {"positions",    "types",     "box",     "time",
                                        "time_indices", "is_values", "targets", "trajectory_target_positions",
                                        "metadata",     NULL};
    static const char *const known_metadata[] = {"temperature", "pressure", NULL};
    const struct gg_pickle *metadata = gg_pickle_get(s->dict, "metadata");
    return get_rest(s, s->dict, known) ||
           (metadata && metadata->kind == GG_PICKLE_DICT && get_rest(s, metadata, known_metadata));
}

static int fill(const struct source *s)
{
    struct gg_draft *d = s->d;
    if (need_array(s, "positions", &d->pos) || need_array(s, "types", &d->type))
        return -1;
    if (d->pos.ndim != 2 || d->pos.shape[1] != 3)
        return gg_fail(s->err, GG_INPUT, "key 'positions' has not the shape [node, 3]");
    d->dim = 3;
    d->n_node = d->pos.shape[0];
    gg_meta_set(&d->meta, "source.types", "from 0");
    gg_meta_set(&d->meta, "source.positions", "[0, L)");
    if (get_cell(s) || get_temperature(s) || get_times(s) || get_targets(s) || get_replicas(s))
        return -1;
    if (d->replicas.data && (d->replicas.shape[2] != d->n_node || d->replicas.shape[3] != 3))
        return gg_fail(s->err, GG_INPUT,
                       "key 'trajectory_target_positions' has not the particles of 'positions'");
    return check_targets(s) || get_all_rest(s) ? -1 : 0;
}

int gg_deepmind_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    unsigned char *bytes;
    size_t n;
    if (f->n_done)
        return 0;
    if (gg_input_all(&f->input, f->options->max_bytes, a, &bytes, &n, err))
        return -1;
    struct source s = {f, gg_pickle_parse(bytes, n, NULL, a, err), a, d, err};
    if (!s.dict)
        return -1;
    if (s.dict->kind != GG_PICKLE_DICT)
        return gg_fail(err, GG_INPUT, "the pickle is no dictionary");
    return fill(&s) ? -1 : 1;
}
