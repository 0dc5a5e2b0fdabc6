/* fields.c -- the fields known by name: what they must look like, and how programs ask for them */
/* The table is fields.def; gg_stream(5) explains it. */
#include "stream/own_times.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define SCALAR .ndim = 0
#define NODE .ndim = 1, .axis = {GG_NODE}
#define NODE_3 .ndim = 2, .axis = {GG_NODE}, .extent = {0, 3}
#define NODE_K .ndim = 2, .axis = {GG_NODE}
#define NODE_TIME .ndim = 2, .axis = {GG_NODE, GG_TIME}
#define NODE_TIME_3 .ndim = 3, .axis = {GG_NODE, GG_TIME}, .extent = {0, 0, 3}
#define NODE_TIME_6 .ndim = 3, .axis = {GG_NODE, GG_TIME}, .extent = {0, 0, 6}
#define NODE1 .ndim = 1, .axis = {GG_NODE1}
#define EDGE .ndim = 1, .axis = {GG_EDGE}
#define EDGE_3 .ndim = 2, .axis = {GG_EDGE}, .extent = {0, 3}
#define EDGE_TIME .ndim = 2, .axis = {GG_EDGE, GG_TIME}
#define TIME .ndim = 1, .axis = {GG_TIME}
#define TIME_K .ndim = 2, .axis = {GG_TIME}
#define REPLICA_NODE_3 .ndim = 3, .axis = {GG_REPLICA, GG_NODE}, .extent = {0, 0, 3}
#define TIME_REPLICA_NODE_3 .ndim = 4, .axis = {GG_TIME, GG_REPLICA, GG_NODE}, .extent = {0, 0, 0, 3}

#define FIELD(NAME, TYPE, ROLE, IRREPS, UNIT, AXES, BY, ABOUT) \
    {.name = #NAME,                                            \
     .dtype = TYPE,                                            \
     .role = ROLE,                                             \
     .irreps = IRREPS,                                         \
     .unit = UNIT,                                             \
     AXES,                                                     \
     .by = BY,                                                 \
     .about = ABOUT},
const struct gg_field_def gg_field_table[] = {
#include "stream/fields.def"
    {.name = NULL}};
#undef FIELD

enum { N_DEF = sizeof gg_field_table / sizeof gg_field_table[0] - 1 };

/* X.time, and time_pred of version 0.1: times of X alone, no prediction of `time`. */
static const struct gg_field_def own_times[] = {{"X.time",
                                                 GG_F64,
                                                 1,
                                                 {GG_FREE},
                                                 GG_OTHER,
                                                 {0},
                                                 "",
                                                 "tau",
                                                 "gg-predict",
                                                 "times of the field X, where they are not the frame's"},
                                                {.name = NULL}};

/* Rows for X_pred, X_std and X_cov, under the name X; a last one without a name.  Only vectors have a covariance. */
static struct gg_field_def prediction[N_DEF + 1], deviation[N_DEF + 1], covariance[N_DEF + 1];
static pthread_once_t derived = PTHREAD_ONCE_INIT;

static void derive(void)
{
    for (int k = 0; k < N_DEF; k++) {
        prediction[k] = gg_field_table[k];
        prediction[k].role = GG_PREDICTION;
        prediction[k].by = "gg-predict";
        deviation[k] = prediction[k];
        deviation[k].irreps = "0e";
        int last = deviation[k].ndim - 1;
        covariance[k] = prediction[k];
        covariance[k].irreps = "1x0e+1x2e";
        covariance[k].unit = "sigma^2"; /* vectors that are known by name are lengths */
        if (strcmp(prediction[k].irreps, "1x1o") == 0)
            covariance[k].extent[last] = 6;
        else
            covariance[k].name = "";
        if (last >= 0 && deviation[k].extent[last] > 0) { /* one number for a vector */
            deviation[k].extent[last] = 0;
            deviation[k].ndim--;
        }
    }
}

/* "propensity_pred.BOTAN" is propensity's prediction: `ending` "_pred", any tag. Length of X, or 0. */
static size_t stem(const char *name, const char *ending)
{
    size_t n = strcspn(name, "."), m = strlen(ending);
    return n > m && memcmp(name + n - m, ending, m) == 0 ? n - m : 0;
}

static const struct gg_field_def *find_row(const struct gg_field_def *rows, const char *name, size_t n)
{
    for (int k = 0; k < N_DEF; k++)
        if (strncmp(rows[k].name, name, n) == 0 && rows[k].name[n] == '\0')
            return &rows[k];
    return NULL;
}

const struct gg_field_def *gg_field_lookup(const char *name)
{
    pthread_once(&derived, derive);
    if (gg_own_times_stem(name) > 0 || strcmp(name, "time_pred") == 0)
        return own_times;
    const struct gg_field_def *row = find_row(gg_field_table, name, strlen(name));
    size_t n;
    if (!row && (n = stem(name, "_pred")) > 0)
        row = find_row(prediction, name, n);
    if (!row && (n = stem(name, "_std")) > 0)
        row = find_row(deviation, name, n);
    if (!row && (n = stem(name, "_cov")) > 0)
        row = find_row(covariance, name, n);
    return row;
}

/* The length that axis `k` has by the frame or by the table; false if the caller must say. */
static bool fixed_length(const struct gg_frame *f, const struct gg_field_def *def, int k, uint64_t *length)
{
    switch (def->axis[k]) {
    case GG_NODE:
        *length = f->n_node;
        return true;
    case GG_NODE1:
        *length = f->n_node + 1;
        return true;
    case GG_EDGE:
        *length = f->n_edge;
        return true;
    default:
        *length = def->extent[k];
        return def->extent[k] > 0;
    }
}

struct gg_field *gg_frame_add(struct gg_frame *f, struct gg_arena *a, const char *name,
                              const uint64_t *free_extent)
{
    const struct gg_field_def *def = gg_field_lookup(name);
    assert(def && "gg_frame_add: not in fields.def");
    uint64_t shape[GG_MAX_DIM] = {0};
    int axis[GG_MAX_DIM] = {0};
    for (int k = 0; k < def->ndim; k++) {
        axis[k] = def->axis[k];
        if (!fixed_length(f, def, k, &shape[k]))
            shape[k] = *free_extent++;
    }
    char irreps[32];
    snprintf(irreps, sizeof irreps, "%s", def->irreps);
    if (strcmp(irreps, "*") == 0) /* columns are scalars unless the caller says more */
        snprintf(irreps, sizeof irreps, "%llux0e", (unsigned long long)shape[def->ndim - 1]);
    if (strcmp(irreps, "0x0e") == 0)
        irreps[0] = '\0';
    const char *unit = strcmp(def->unit, "*") == 0 ? "" : def->unit;
    struct gg_err err;
    struct gg_field *x = gg_frame_add_as(f, a, name, def->dtype ? def->dtype : GG_F32, def->ndim, shape, axis,
                                         def->role, irreps, unit, &err);
    assert(x && "gg_frame_add: a length out of range");
    return x;
}

static bool type_fits(const struct gg_field *x, const struct gg_field_def *def)
{
    return x->dtype == def->dtype || (def->dtype == 0 && (x->dtype == GG_F32 || x->dtype == GG_F64));
}

/* Targets and predictions may stand on times of their own: their time axis is free then. */
static bool axes_fit(const struct gg_field *x, const struct gg_field_def *def)
{
    if (x->ndim != def->ndim)
        return false;
    for (int k = 0; k < x->ndim; k++) {
        bool may_free = def->role == GG_PREDICTION || def->role == GG_TARGET;
        bool freed = may_free && def->axis[k] == GG_TIME && x->axis[k] == GG_FREE;
        if (x->axis[k] != def->axis[k] && !freed)
            return false;
        if (def->extent[k] > 0 && x->shape[k] != def->extent[k])
            return false;
    }
    return true;
}

static bool irreps_fit(const struct gg_field *x, const struct gg_field_def *def)
{
    return strcmp(def->irreps, "*") == 0 || strcmp(x->irreps, def->irreps) == 0;
}

/* "f64 [node, 3] 1x1o" */
static void describe(char *text, size_t room, int dtype, int ndim, const uint8_t *axis,
                     const uint64_t *extent, const char *irreps)
{
    size_t n = (size_t)snprintf(text, room, "%s [", dtype ? gg_dtype_name(dtype) : "f32 or f64");
    for (int k = 0; k < ndim && n < room; k++) {
        n += (size_t)snprintf(text + n, room - n, "%s", k ? ", " : "");
        if (axis[k] != GG_FREE)
            n += (size_t)snprintf(text + n, room - n, "%s", gg_axis_name(axis[k]));
        else if (extent[k] > 0)
            n += (size_t)snprintf(text + n, room - n, "%llu", (unsigned long long)extent[k]);
        else
            n += (size_t)snprintf(text + n, room - n, "any");
    }
    if (n < room)
        snprintf(text + n, room - n, "]%s%s", *irreps ? " " : "", irreps);
}

static int misfit(const struct gg_field *x, const struct gg_field_def *def, bool any_float,
                  struct gg_err *err)
{
    char has[256], wanted[256];
    describe(has, sizeof has, x->dtype, x->ndim, x->axis, x->shape, x->irreps);
    describe(wanted, sizeof wanted, any_float ? 0 : def->dtype, def->ndim, def->axis, def->extent,
             strcmp(def->irreps, "*") == 0 ? "" : def->irreps);
    return gg_fail(err, GG_INPUT, "field '%s' is %s, wanted %s", x->name, has, wanted);
}

/* `any_float`: f32 and f64 both do, whatever the table says. */
static struct gg_field *need(const struct gg_frame *f, const char *name, bool any_float, struct gg_err *err)
{
    struct gg_field *x = gg_frame_find(f, name);
    const struct gg_field_def *def = gg_field_lookup(name);
    if (!x) {
        gg_fail(err, GG_INPUT, "field '%s' is missing%s%s%s", name, def ? ": run " : "", def ? def->by : "",
                def ? " first" : "");
        return NULL;
    }
    bool is_float = x->dtype == GG_F32 || x->dtype == GG_F64;
    if (any_float && !is_float) {
        gg_fail(err, GG_INPUT, "field '%s' is %s, wanted f32 or f64", name, gg_dtype_name(x->dtype));
        return NULL;
    }
    if (!def)
        return x;
    for (const struct gg_field_def *row = def; row->name && strcmp(row->name, def->name) == 0; row++)
        if ((any_float || type_fits(x, row)) && axes_fit(x, row) && irreps_fit(x, row))
            return x;
    misfit(x, def, any_float, err);
    return NULL;
}

struct gg_field *gg_frame_need(const struct gg_frame *f, const char *name, struct gg_err *err)
{
    return need(f, name, false, err);
}

const double *gg_frame_need_double(const struct gg_frame *f, const char *name, struct gg_arena *a,
                                   struct gg_err *err)
{
    const struct gg_field *x = need(f, name, true, err);
    if (!x || x->dtype == GG_F64)
        return x ? x->data : NULL;
    const float *from = x->data;
    uint64_t n = gg_field_count(x);
    double *to = gg_arena_alloc(a, n * sizeof *to);
    for (uint64_t k = 0; k < n; k++)
        to[k] = (double)from[k];
    return to;
}

const float *gg_frame_need_float(const struct gg_frame *f, const char *name, struct gg_arena *a,
                                 struct gg_err *err)
{
    const struct gg_field *x = need(f, name, true, err);
    if (!x || x->dtype == GG_F32)
        return x ? x->data : NULL;
    const double *from = x->data;
    uint64_t n = gg_field_count(x);
    float *to = gg_arena_alloc(a, n * sizeof *to);
    for (uint64_t k = 0; k < n; k++)
        to[k] = (float)from[k];
    return to;
}
