/* predictions_file.c -- one npz of predictions: its samples, and the fields of one of them */
#include "formats/predictions_file.h"
#include "formats/input.h"
#include "util/cell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Arrays of the public sets that are no predictions, and whether they are looked at. */
static const struct known {
    const char *name;
    bool read;
} known[] = {{"id", true},
             {"time", true},
             {"times", true},
             {"type", true},
             {"types", true},
             {"pos", true},
             {"positions", false},
             {"initial_positions", true},
             {"initial_positions_inherent", false},
             {"initial_positions_cage", false},
             {"box", false},
             {"cell", false},
             {"temperature", false},
             {"replicas", false},
             {"md_prop", false},
             {"md_var", false},
             {"md_disp", false},
             {"bb_prop", false}};

static const struct known *known_as(const char *name)
{
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (strcmp(known[k].name, name) == 0)
            return &known[k];
    return NULL;
}

/* ---- reading ---- */

static int add_arrays(struct gg_prediction_file *f, const struct gg_npz *z, struct gg_err *err)
{
    f->name = GG_NEW(&f->arrays, const char *, (size_t)z->n + 1);
    f->array = GG_NEW(&f->arrays, struct gg_field, (size_t)z->n + 1);
    for (int k = 0; k < z->n; k++) {
        const struct known *is = known_as(z->name[k]);
        uint64_t n;
        if ((is && !is->read) || gg_npz_text(z, z->name[k], &f->arrays) ||
            gg_npz_words(z, z->name[k], &f->arrays, &n))
            continue;
        if (gg_npz_read(z, z->name[k], &f->arrays, &f->array[f->n_array], err))
            return -1;
        f->name[f->n_array++] = gg_arena_strdup(&f->arrays, z->name[k]);
    }
    return 0;
}

const struct gg_field *gg_prediction_array(const struct gg_prediction_file *f, const char *name)
{
    for (int k = 0; k < f->n_array; k++)
        if (strcmp(f->name[k], name) == 0)
            return &f->array[k];
    return NULL;
}

/* Whole numbers as their digits. */
static int numbers_as_ids(struct gg_prediction_file *f, const struct gg_field *x, struct gg_err *err)
{
    f->many = x->ndim == 1;
    f->n = gg_field_count(x);
    const char **id = GG_NEW(&f->arena, const char *, f->n + 1);
    for (uint64_t k = 0; k < f->n; k++) {
        double v = gg_field_get(x, k);
        if (x->ndim > 1 || !(v >= 0 && v == floor(v) && v < 0x1p53))
            return gg_fail(err, GG_INPUT,
                           "array 'id': texts or whole numbers are wanted, one a configuration");
        id[k] = gg_arena_printf(&f->arena, "%.0f", v);
    }
    f->id = id;
    return 0;
}

static int get_ids(struct gg_prediction_file *f, const struct gg_npz *z, struct gg_err *err)
{
    const char *one = gg_npz_text(z, "id", &f->arena), **id = GG_NEW(&f->arena, const char *, 1);
    const struct gg_field *numbers = gg_prediction_array(f, "id");
    struct gg_path_words says;
    f->n = 1;
    f->id = id;
    if (one) {
        id[0] = one;
        return 0;
    }
    if ((f->id = gg_npz_words(z, "id", &f->arena, &f->n))) {
        f->many = true;
        return 0;
    }
    if (numbers)
        return numbers_as_ids(f, numbers, err);
    gg_path_read(&says, f->path);
    if (!says.number[0])
        return gg_fail(err, GG_INPUT,
                       "an array 'id' is wanted, with the sample id of each configuration, or a number in "
                       "the name of the file");
    id[0] = gg_arena_strdup(&f->arena, says.number);
    f->id = id;
    f->temperature = says.temperature;
    return 0;
}

int gg_prediction_file_read(struct gg_prediction_file *f, uint64_t max_bytes, struct gg_err *err)
{
    struct gg_input in;
    struct gg_npz z = {0};
    unsigned char *bytes;
    size_t n;
    if (gg_input_open(&in, f->path, err))
        return -1;
    int status = gg_input_all(&in, max_bytes, &f->arrays, &bytes, &n, err) ||
                         gg_npz_open(&z, bytes, n, max_bytes, err) || add_arrays(f, &z, err) ||
                         (!f->id && get_ids(f, &z, err))
                     ? gg_err_prefix(err, "%s: ", in.name)
                     : 0;
    f->used = f->used ? f->used : GG_NEW(&f->arena, const char *, f->n + 1);
    gg_npz_close(&z);
    gg_input_close(&in);
    return status;
}

void gg_prediction_file_forget(struct gg_prediction_file *f)
{
    gg_arena_free(&f->arrays);
    f->array = NULL;
    f->name = NULL;
    f->n_array = 0;
}

void gg_prediction_file_free(struct gg_prediction_file *f)
{
    gg_prediction_file_forget(f);
    gg_arena_free(&f->arena);
}

/* ---- one sample ---- */

/* What belongs to sample k: the array without its axis of samples, where it has one. */
static int slice(const struct gg_prediction_file *f, const char *name, const struct gg_field *x, uint64_t k,
                 struct gg_field *out, struct gg_err *err)
{
    *out = *x;
    if (!f->many)
        return 0;
    if (x->ndim < 2 || x->shape[0] != f->n)
        return gg_fail(err, GG_INPUT, "array '%.60s': is no [%llu, ...], one for each 'id'", name,
                       (unsigned long long)f->n);
    out->ndim--;
    memmove(out->shape, x->shape + 1, out->ndim * sizeof *out->shape);
    out->nbytes = x->nbytes / f->n;
    out->data = (char *)x->data + k * out->nbytes;
    return 0;
}

static const struct gg_field *either(const struct gg_prediction_file *f, const char *a, const char *b)
{
    const struct gg_field *x = gg_prediction_array(f, a);
    return x ? x : gg_prediction_array(f, b);
}

/* The same particles in the same order, as far as the file tells: types up to the code of the first, positions up to a box. */
static int check_types(const struct gg_prediction_file *f, uint64_t k, const struct gg_frame *like,
                       struct gg_err *err)
{
    const struct gg_field *x = either(f, "types", "type"), *type = gg_frame_find(like, "type");
    struct gg_field mine;
    double least = INFINITY, first = INFINITY;
    if (!x || !type)
        return 0;
    if (f->many && x->ndim == 1)
        mine = *x; /* one for all samples */
    else if (slice(f, "types", x, k, &mine, err))
        return -1;
    if (gg_field_count(&mine) != like->n_node)
        return gg_fail(err, GG_INPUT, "array 'types': has %llu particles, sample '%s' %llu",
                       (unsigned long long)gg_field_count(&mine), like->id, (unsigned long long)like->n_node);
    for (uint64_t i = 0; i < like->n_node; i++) {
        least = fmin(least, gg_field_get(&mine, i));
        first = fmin(first, gg_field_get(type, i));
    }
    for (uint64_t i = 0; i < like->n_node; i++)
        if (gg_field_get(&mine, i) - least != gg_field_get(type, i) - first)
            return gg_fail(err, GG_INPUT, "particle %llu of sample '%s' is of another type there",
                           (unsigned long long)i, like->id);
    return 0;
}

static int check_places(const struct gg_prediction_file *f, uint64_t k, const struct gg_frame *like,
                        struct gg_err *err)
{
    const struct gg_field *x = either(f, "initial_positions", "pos"), *pos = gg_frame_find(like, "pos");
    struct gg_field mine;
    struct gg_cell cell;
    if (!x || !pos || gg_cell_init(&cell, like->dim, like->pbc, like->cell, err))
        return 0;
    if (slice(f, "initial_positions", x, k, &mine, err))
        return -1;
    uint64_t dim = (uint64_t)like->dim;
    if (mine.ndim != 2 || mine.shape[0] != like->n_node || mine.shape[1] != dim)
        return gg_fail(err, GG_INPUT, "array 'initial_positions': sample '%s' has %llu particles in %d",
                       like->id, (unsigned long long)like->n_node, like->dim);
    for (uint64_t i = 0; i < like->n_node; i++) {
        double d[3] = {0};
        for (uint64_t c = 0; c < dim; c++)
            d[c] = gg_field_get(&mine, dim * i + c) - gg_field_get(pos, 3 * i + c);
        gg_cell_nearest(&cell, d);
        double away = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
        if (!(away < 1e-3))
            return gg_fail(err, GG_INPUT,
                           "particle %llu of sample '%s' is %.3g away from where it is there: the particles "
                           "are others, or in another order",
                           (unsigned long long)i, like->id, away);
    }
    return 0;
}

/* How the axes of a slice run: `width` numbers a particle, `n_time` (0: no axis of times). */
static bool shape_of(const struct gg_field *x, uint64_t n_node, uint64_t n_time, uint64_t *times, int *width)
{
    int last = x->ndim - 1;
    *width = 1;
    *times = 0;
    if (x->ndim < 2)
        return x->ndim == 1 && x->shape[0] == n_node;
    if (x->ndim == 2 && x->shape[1] == n_node && (!n_time || x->shape[0] == n_time)) {
        *times = x->shape[0];
        return true;
    }
    if (last > 2 || (x->shape[last] != 3 && x->shape[last] != 1) || x->shape[last - 1] != n_node)
        return false;
    *width = (int)x->shape[last];
    *times = last == 2 ? x->shape[0] : 0;
    return last != 2 || !n_time || x->shape[0] == n_time;
}

/* "[10, 4096]" */
static void print_shape(char text[64], const struct gg_field *x)
{
    int n = snprintf(text, 64, "[");
    for (int k = 0; k < x->ndim && k < 4; k++)
        n += snprintf(text + n, 64 - (size_t)n, "%s%llu", k ? ", " : "",
                      (unsigned long long)x->shape[k] % 10000000000);
    snprintf(text + n, 64 - (size_t)n, "]");
}

/* One array as a field [node], [node, time] and components. */
static int add_field(struct gg_frame *out, const char *name, const struct gg_field *x, uint64_t n_time,
                     struct gg_arena *a, struct gg_err *err)
{
    uint64_t times, n_node = out->n_node;
    int width, axis[3] = {GG_NODE, GG_FREE, GG_FREE}, ndim = 1;
    uint64_t shape[3] = {n_node, 0, 0};
    char is[64];
    print_shape(is, x);
    if (!shape_of(x, n_node, n_time, &times, &width) || (!times && n_time > 1))
        return gg_fail(err, GG_INPUT, "is %s%s: %s with 3 components behind is wanted, for %llu particles",
                       is, n_time ? " at the times of the file" : "",
                       n_time > 1 ? "[time, particle], or that" : "[particle], [time, particle], or either",
                       (unsigned long long)n_node);
    times = times ? times : n_time; /* one time needs no axis */
    if (times) {
        axis[ndim] = GG_TIME;
        shape[ndim++] = times;
    }
    if (width > 1)
        shape[ndim++] = (uint64_t)width;
    struct gg_field *y = gg_frame_add_as(out, a, name, GG_F64, ndim, shape, axis, GG_PREDICTION,
                                         width > 1 ? "1x1o" : "0e", "", err);
    if (!y) {
        err->status = GG_INPUT; /* the name is the file's */
        return -1;
    }
    y->flags |= GG_NAN_ALLOWED;
    double *v = y->data;
    uint64_t n_t = times ? times : 1, w = (uint64_t)width;
    for (uint64_t t = 0; t < n_t; t++)
        for (uint64_t i = 0; i < n_node; i++)
            for (uint64_t c = 0; c < w; c++)
                v[(i * n_t + t) * w + c] = gg_field_get(x, (t * n_node + i) * w + c);
    return 0;
}

static int add_times(const struct gg_prediction_file *f, struct gg_frame *out, uint64_t *n_time,
                     struct gg_arena *a, struct gg_err *err)
{
    const struct gg_field *x = either(f, "times", "time");
    *n_time = 0;
    if (!x)
        return 0;
    const uint64_t n[] = {gg_field_count(x)};
    double *time = gg_frame_add(out, a, "time", n)->data;
    for (uint64_t t = 0; t < *n; t++) {
        time[t] = gg_field_get(x, t);
        if (x->ndim > 1 || !isfinite(time[t]) || (t && !(time[t] > time[t - 1])))
            return gg_fail(err, GG_INPUT, "array 'times': increasing numbers are wanted, for all samples");
    }
    *n_time = *n;
    return 0;
}

/* One number, or one for each sample: no prediction of particles. */
static bool is_fact(const struct gg_prediction_file *f, const struct gg_field *x, uint64_t n_node)
{
    return x->ndim == 0 || (x->ndim == 1 && x->shape[0] == f->n && (f->many || n_node > 1));
}

int gg_prediction_file_frame(const struct gg_prediction_file *f, uint64_t k,
                             const struct gg_prediction_for *to, struct gg_frame *out, struct gg_arena *a,
                             struct gg_err *err)
{
    const struct gg_frame *like = to->like;
    uint64_t n_time;
    int found = 0;
    gg_frame_clear(out);
    memcpy(out->id, like->id, sizeof out->id);
    out->n_node = like->n_node;
    out->dim = like->dim;
    if (check_types(f, k, like, err) || check_places(f, k, like, err) || add_times(f, out, &n_time, a, err))
        return -1;
    for (int x = 0; x < f->n_array; x++) {
        struct gg_field mine;
        char name[GG_NAME];
        if (known_as(f->name[x]) || is_fact(f, &f->array[x], like->n_node))
            continue;
        if (slice(f, f->name[x], &f->array[x], k, &mine, err) ||
            gg_prediction_name(f, f->name[x], to, name, a, err))
            return -1;
        if (add_field(out, name, &mine, n_time, a, err))
            return gg_err_prefix(err, "array '%.60s' of sample '%s': ", f->name[x], like->id);
        found++;
    }
    return found ? 0
                 : gg_fail(err, GG_INPUT,
                           "no array is a prediction: numbers of particles beside 'id' are wanted");
}
