/* extra.c -- columns and numbers of a source as fields: names, irreps, and what is told of them */
#include "formats/extra.h"
#include "o3/tensor.h"
#include "util/irreps.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_EXTRA = 512 };

/* ---- names ---- */

static bool listed(const char *const *list, const char *name)
{
    for (; *list; list++)
        if (!strcasecmp(*list, name))
            return true;
    return false;
}

/* Whether the field may be called so: not known by another shape. */
static bool fits_table(const char *name, const struct gg_field *x)
{
    const struct gg_field_def *def = gg_field_lookup(name);
    if (!def)
        return true;
    bool shape = def->ndim == x->ndim;
    for (int k = 0; k < def->ndim && shape; k++)
        shape = def->axis[k] == x->axis[k] && (!def->extent[k] || def->extent[k] == x->shape[k]);
    return shape;
}

/* What the frame itself has under the name. */
static bool is_reserved(const char *name)
{
    static const char *const own[] = {"pos", "type", "time", NULL};
    return listed(own, name);
}

static void make_name(char to[GG_NAME], const char *name, const struct gg_field *x)
{
    bool letter = isalpha((unsigned char)*name) || *name == '_', graph = !strncmp(name, "edge_", 5);
    snprintf(to, GG_NAME - 8, "%s%.*s", graph ? "column_" : letter ? "" : "_", GG_NAME - 16, name);
    for (char *c = to; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_' && *c != '.')
            *c = '_';
    for (size_t n = strlen(to); n > 1 && to[n - 1] == '_' && name[strlen(name) - 1] != '_'; n--)
        to[n - 1] = 0; /* c_pe[1] and alike */
    if (is_reserved(to) || !fits_table(to, x))
        strcat(to, x->ndim && x->axis[0] == GG_NODE ? ".column" : ".frame");
}

bool gg_extra_known(const struct gg_draft *d, const char *name)
{
    for (int k = 0; k < d->n_extra; k++)
        if (!strcmp(d->extra[k].name, name))
            return true;
    return false;
}

/* ---- irreps ---- */

/* What --irreps says of the field, NULL if nothing. */
static const char *asked_irreps(const struct gg_draft *d, const char *name)
{
    size_t n = strlen(name);
    for (int k = 0; d->irreps && k < d->irreps->n; k++)
        if (!strncmp(d->irreps->v[k], name, n) && d->irreps->v[k][n] == '=')
            return d->irreps->v[k] + n + 1;
    return NULL;
}

static const char *recognised(const struct gg_field *x, const char *name, uint64_t width)
{
    static const char *const axial[] = {"magmom", "magmoms", "initial_magmoms",
                                        "torque", "torques", "omega",
                                        "angmom", "spin",    NULL};
    static const char *const tensor[] = {"stress", "virial", "virials", "stresses", "strain", NULL};
    static const char *const colour[] = {"color", "colour", NULL};
    static const char *const vector[] = {"dipole", "momentum", "force", NULL};
    bool real = x->dtype == GG_F64 || x->dtype == GG_F32, node = x->ndim && x->axis[0] == GG_NODE;
    if (!real || listed(colour, name))
        return "";
    if (width == 1)
        return "0e";
    if (width == 3 && (node || listed(vector, name) || listed(axial, name)))
        return listed(axial, name) ? "1x1e" : "1x1o";
    return width == GG_TENSOR && listed(tensor, name) ? "1x0e+1x1e+1x2e" : "";
}

static uint64_t width_of(const struct gg_field *x)
{
    uint64_t n = 1;
    for (int k = x->ndim && x->axis[0] == GG_NODE; k < x->ndim; k++)
        n *= x->shape[k];
    return n;
}

/* Values as double in rows of `to` numbers; those beyond the `from` of the source are 0. */
static double *widen(struct gg_arena *a, const struct gg_field *x, uint64_t n, uint64_t from, uint64_t to)
{
    double *out = gg_arena_calloc(a, n * to + 1, sizeof *out);
    for (uint64_t i = 0; i < n; i++)
        for (uint64_t c = 0; c < from; c++)
            out[i * to + c] = gg_field_get(x, i * from + c);
    return out;
}

/* One axis of `width` behind the node axis, if there is one. */
static void set_numbers(struct gg_field *x, double *data, uint64_t rows, uint64_t width)
{
    bool node = x->ndim && x->axis[0] == GG_NODE;
    x->ndim = (uint8_t)(node + 1);
    x->shape[node] = width;
    x->axis[node] = GG_FREE;
    memset(x->shape + node + 1, 0, sizeof x->shape - (size_t)(node + 1) * sizeof *x->shape);
    x->dtype = GG_F64;
    x->data = data;
    x->nbytes = rows * width * sizeof *data;
}

static int take_apart(struct gg_field *x, struct gg_arena *a, uint64_t rows, int parts, struct gg_err *err)
{
    double *cartesian = widen(a, x, rows, GG_TENSOR, GG_TENSOR);
    double *out = gg_arena_calloc(a, rows * (uint64_t)parts + 1, sizeof *out);
    if (parts == GG_TENSOR_SYMMETRIC && !gg_tensor_symmetric(cartesian, rows))
        return gg_fail(err, GG_INPUT, "field '%s': a tensor is not symmetric; --irreps %s=0e+1e+2e", x->name,
                       x->name);
    gg_tensor_irreps(cartesian, rows, parts == GG_TENSOR, out);
    set_numbers(x, out, rows, (uint64_t)parts);
    return 0;
}

/* --irreps, in the canonical spelling, held against the number of columns. */
static int set_irreps(const struct gg_draft *d, struct gg_field *x, bool numbered, struct gg_arena *a,
                      struct gg_err *err)
{
    const char *asked = asked_irreps(d, x->name);
    bool node = x->ndim && x->axis[0] == GG_NODE;
    uint64_t width = width_of(x), rows = node ? x->shape[0] : 1;
    if (d->dim == 2 && node && width == 2 && x->dtype == GG_F64 && !asked && !numbered) {
        set_numbers(x, widen(a, x, rows, 2, 3), rows, 3);
        width = 3;
    }
    struct gg_irreps parsed;
    if (!asked)
        snprintf(x->irreps, sizeof x->irreps, "%s", numbered ? "" : recognised(x, x->name, width));
    else if (gg_irreps_parse(&parsed, asked, err))
        return gg_err_prefix(err, "--irreps %s: ", x->name);
    else
        gg_irreps_print(&parsed, x->irreps);
    int dim = !asked ? (x->irreps[0] ? (int)width : 0) : gg_irreps_dim(&parsed);
    bool tensor =
        width == GG_TENSOR && (!strcmp(x->irreps, "1x0e+1x1e+1x2e") || !strcmp(x->irreps, "1x0e+1x2e"));
    if (tensor)
        return take_apart(x, a, rows, dim, err);
    if (asked && (uint64_t)dim != width)
        return gg_fail(err, GG_USAGE, "--irreps %s=%s: %d numbers, the source has %llu", x->name, asked, dim,
                       (unsigned long long)width);
    if (width == 1 && x->irreps[0] == '1') /* scalars without an axis of their own */
        memmove(x->irreps, x->irreps + 2, strlen(x->irreps + 2) + 1);
    return 0;
}

/* ---- adding ---- */

static void tell(struct gg_draft *d, const char *source, const struct gg_field *x)
{
    char line[400];
    snprintf(line, sizeof line, "%s from %.200s%s%s", x->name, source, x->irreps[0] ? ", " : "", x->irreps);
    gg_meta_add(&d->meta, "source.fields", line);
}

void gg_extra_left_out(struct gg_draft *d, const char *source, const char *why)
{
    char line[200];
    snprintf(line, sizeof line, "%.100s (%s)", source, why);
    gg_meta_add(&d->meta, "source.left_out", line);
}

int gg_extra_add(struct gg_draft *d, struct gg_arena *a, const char *source, const char *name,
                 const struct gg_field *values, struct gg_err *err)
{
    struct gg_field x = *values;
    make_name(x.name, name ? name : source, &x);
    if (gg_extra_known(d, x.name))
        return gg_fail(err, GG_INPUT, "two columns would be field '%s'; --map OTHER=%.40s renames one",
                       x.name, source);
    if (d->n_extra == MAX_EXTRA)
        return gg_fail(err, GG_INPUT, "more than %d columns and numbers", MAX_EXTRA);
    const struct gg_field_def *def = gg_field_lookup(x.name);
    x.role = def ? def->role : GG_OTHER;
    if (def)
        snprintf(x.unit, sizeof x.unit, "%s", def->unit[0] == '*' ? "" : def->unit);
    bool numbered = strstr(source, "[1.."); /* columns of a compute: anything may be in them */
    if (set_irreps(d, &x, numbered, a, err))
        return -1;
    if (!d->extra)
        d->extra = GG_NEW(a, struct gg_field, MAX_EXTRA);
    d->extra[d->n_extra++] = x;
    tell(d, source, &x);
    return 0;
}

int gg_extra_number(struct gg_draft *d, struct gg_arena *a, const char *source, double value, bool whole,
                    struct gg_err *err)
{
    whole = whole && fabs(value) < 0x1p53; /* beyond, neighbours are the same double */
    struct gg_field x = {.dtype = whole ? GG_I64 : GG_F64, .nbytes = 8};
    x.data = gg_arena_alloc(a, 8);
    if (whole)
        *(int64_t *)x.data = (int64_t)value;
    else
        *(double *)x.data = value;
    return gg_extra_add(d, a, source, NULL, &x, err);
}

/* ---- to a frame ---- */

static bool dropped(const struct gg_texts *drop, const char *name)
{
    for (int k = 0; k < drop->n; k++)
        if (!strcmp(drop->v[k], name))
            return true;
    return false;
}

/* Infinite numbers are refused; NaN is a missing value. */
static int check_numbers(struct gg_field *x, struct gg_err *err)
{
    if (x->dtype != GG_F64 && x->dtype != GG_F32)
        return 0;
    for (uint64_t k = 0, n = gg_field_count(x); k < n; k++) {
        double value = gg_field_get(x, k);
        if (isinf(value))
            return gg_fail(err, GG_INPUT, "field '%s': number %llu is infinite; --drop %s leaves it out",
                           x->name, (unsigned long long)k, x->name);
        if (isnan(value))
            x->flags = GG_NAN_ALLOWED;
    }
    return 0;
}

/* What fields.def calls f32 is rounded to it. */
static void round_to(struct gg_field *x, struct gg_arena *a, int dtype)
{
    uint64_t n = gg_field_count(x);
    float *to = gg_arena_alloc(a, n * sizeof *to + 1);
    for (uint64_t k = 0; k < n; k++)
        to[k] = (float)gg_field_get(x, k);
    x->data = to;
    x->dtype = (uint8_t)dtype;
    x->nbytes = n * sizeof *to;
}

int gg_extra_to_frame(const struct gg_draft *d, const struct gg_texts *drop, struct gg_frame *f,
                      struct gg_arena *a, struct gg_err *err)
{
    for (int k = 0; k < d->n_extra; k++) {
        struct gg_field x = d->extra[k];
        const struct gg_field_def *def = gg_field_lookup(x.name);
        int axis[GG_MAX_DIM];
        if (dropped(drop, x.name))
            continue;
        if (gg_frame_find(f, x.name))
            return gg_fail(err, GG_INPUT, "field '%s' is made from two things; --drop or --map", x.name);
        if (def && def->dtype == GG_F32 && x.dtype == GG_F64)
            round_to(&x, a, GG_F32);
        if (check_numbers(&x, err))
            return -1;
        for (int c = 0; c < x.ndim; c++)
            axis[c] = x.axis[c];
        struct gg_field *to =
            gg_frame_add_as(f, a, x.name, x.dtype, x.ndim, x.shape, axis, x.role, x.irreps, x.unit, err);
        if (!to) {
            err->status = GG_INPUT; /* name and lengths are the file's */
            return -1;
        }
        to->flags = x.flags;
        if (x.nbytes)
            memcpy(to->data, x.data, x.nbytes);
    }
    return 0;
}
