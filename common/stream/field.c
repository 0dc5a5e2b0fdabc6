/* field.c -- what every field must satisfy: name, irreps, shape, axes, finite numbers */
/* Rules: gg_stream(5), LIMITS and REJECTIONS.  Reader, writer and gg_frame_add_as all come through here. */
#include "stream/layout.h"

#include "util/clones.h"
#include "util/irreps.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int gg_frame_check_info(const struct gg_frame *f, struct gg_err *err)
{
    if (f->n_node > GG_MAX_NODE)
        return gg_fail(err, GG_INPUT, "%llu nodes, the limit is %llu", (unsigned long long)f->n_node,
                       (unsigned long long)GG_MAX_NODE);
    if (f->n_edge > GG_MAX_DIMENSION)
        return gg_fail(err, GG_INPUT, "%llu edges, the limit is %llu", (unsigned long long)f->n_edge,
                       (unsigned long long)GG_MAX_DIMENSION);
    if (f->dim != 0 && f->dim != 2 && f->dim != 3)
        return gg_fail(err, GG_INPUT, "dim %d, must be 0, 2 or 3", f->dim);
    if (f->pbc < 0 || f->pbc >= 1 << f->dim)
        return gg_fail(err, GG_INPUT, "pbc 0x%x has directions that a frame of dim %d lacks", f->pbc, f->dim);
    for (const char *c = f->id; *c; c++)
        if (*c < ' ' || *c > '~')
            return gg_fail(err, GG_INPUT, "sample id holds byte 0x%02x, must be printable ASCII",
                           (unsigned char)*c);
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) {
            if (!isfinite(f->cell[a][b]))
                return gg_fail(err, GG_INPUT, "cell [%d, %d] is %g, must be finite", a, b, f->cell[a][b]);
            if ((a >= f->dim || b >= f->dim) && f->cell[a][b] != 0.0)
                return gg_fail(err, GG_INPUT, "cell [%d, %d] is %g, must be 0 in a frame of dim %d", a, b,
                               f->cell[a][b], f->dim);
        }
    return 0;
}

static bool is_name(const char *s)
{
    if (!isalpha((unsigned char)*s) && *s != '_')
        return false;
    for (; *s; s++)
        if (!isalnum((unsigned char)*s) && *s != '_' && *s != '.')
            return false;
    return true;
}

/* Product of the shape times the item size.  A zero length counts as one while multiplying, so that the other lengths
 * are bounded too. */
static int check_shape(const struct gg_field *x, struct gg_err *err)
{
    uint64_t bytes = gg_dtype_size(x->dtype);
    bool empty = false;
    for (int k = 0; k < GG_MAX_DIM; k++) {
        uint64_t n = x->shape[k];
        if (k >= x->ndim && (n != 0 || x->axis[k] != 0))
            return gg_fail(err, GG_INPUT, "shape or axis is set beyond its %d dimensions", x->ndim);
        if (n > GG_MAX_DIMENSION)
            return gg_fail(err, GG_INPUT, "axis %d has length %llu, the limit is 2^40", k,
                           (unsigned long long)n);
        if (k < x->ndim && n == 0)
            empty = true;
        else if (k < x->ndim && (__builtin_mul_overflow(bytes, n, &bytes) || bytes > INT64_MAX))
            return gg_fail(err, GG_INPUT, "its shape overflows");
    }
    if (empty)
        bytes = 0;
    if (x->nbytes != bytes)
        return gg_fail(err, GG_INPUT, "stored size %llu, its shape takes %llu bytes",
                       (unsigned long long)x->nbytes, (unsigned long long)bytes);
    return 0;
}

static int check_axes(const struct gg_frame *f, const struct gg_field *x, struct gg_err *err)
{
    for (int k = 0; k < x->ndim; k++) {
        uint64_t wanted = x->shape[k];
        if (x->axis[k] > GG_REPLICA)
            return gg_fail(err, GG_INPUT, "axis %d is of unknown kind %d", k, x->axis[k]);
        if (x->axis[k] == GG_NODE)
            wanted = f->n_node;
        if (x->axis[k] == GG_NODE1)
            wanted = f->n_node + 1;
        if (x->axis[k] == GG_EDGE)
            wanted = f->n_edge;
        if (x->shape[k] != wanted)
            return gg_fail(err, GG_INPUT, "axis %d (%s) has length %llu, must be %llu", k,
                           gg_axis_name(x->axis[k]), (unsigned long long)x->shape[k],
                           (unsigned long long)wanted);
    }
    return 0;
}

static int check_irreps(const struct gg_field *x, struct gg_err *err)
{
    const char *text = x->irreps;
    if (strcmp(text, "") == 0 || strcmp(text, "0e") == 0 || strcmp(text, "0o") == 0)
        return 0;
    struct gg_irreps irreps;
    char canonical[GG_IRREPS_TEXT];
    if (gg_irreps_parse(&irreps, text, err) < 0) {
        err->status = GG_INPUT;
        return -1;
    }
    gg_irreps_print(&irreps, canonical);
    if (strcmp(canonical, text) != 0)
        return gg_fail(err, GG_INPUT, "irreps '%s' must be written '%s'", text, canonical);
    if (x->ndim == 0 || x->axis[x->ndim - 1] != GG_FREE)
        return gg_fail(err, GG_INPUT, "irreps '%s' need a free last axis", text);
    if ((uint64_t)gg_irreps_dim(&irreps) != x->shape[x->ndim - 1])
        return gg_fail(err, GG_INPUT, "irreps '%s' have %d numbers, the last axis has %llu", text,
                       gg_irreps_dim(&irreps), (unsigned long long)x->shape[x->ndim - 1]);
    return 0;
}

static int check_codes(const struct gg_field *x, struct gg_err *err)
{
    if (gg_dtype_size(x->dtype) == 0)
        return gg_fail(err, GG_INPUT, "unknown type %d", x->dtype);
    if (x->ndim > GG_MAX_DIM)
        return gg_fail(err, GG_INPUT, "%d dimensions, the limit is %d", x->ndim, GG_MAX_DIM);
    if (x->role > GG_METRIC)
        return gg_fail(err, GG_INPUT, "unknown role %d", x->role);
    if (x->flags & ~GG_NAN_ALLOWED)
        return gg_fail(err, GG_INPUT, "unused flags are set (0x%x)", x->flags);
    for (const char *c = x->unit; *c; c++)
        if (*c < ' ' || *c > '~')
            return gg_fail(err, GG_INPUT, "unit holds byte 0x%02x, must be printable ASCII",
                           (unsigned char)*c);
    return 0;
}

int gg_field_check(const struct gg_frame *f, const struct gg_field *x, struct gg_err *err)
{
    if (!is_name(x->name))
        return gg_fail(err, GG_INPUT, "field name '%s' is not of the form [A-Za-z_][A-Za-z0-9_.]*", x->name);
    if (check_codes(x, err) < 0 || check_shape(x, err) < 0 || check_axes(f, x, err) < 0 ||
        check_irreps(x, err) < 0)
        return gg_err_prefix(err, "field '%s': ", x->name);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    const struct gg_field *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static int check_unique(const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field **order = gg_xmalloc((size_t)f->n_field * sizeof *order + 1);
    for (int k = 0; k < f->n_field; k++)
        order[k] = &f->field[k];
    qsort(order, (size_t)f->n_field, sizeof *order, by_name);
    int status = 0;
    for (int k = 1; k < f->n_field && status == 0; k++)
        if (strcmp(order[k - 1]->name, order[k]->name) == 0)
            status = gg_fail(err, GG_INPUT, "field '%s' is there twice", order[k]->name);
    free(order);
    return status;
}

/* One time grid and one number of replicas in a frame. */
static int check_common_lengths(const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field *first[GG_REPLICA + 1] = {NULL};
    uint64_t length[GG_REPLICA + 1] = {0};
    for (int i = 0; i < f->n_field; i++)
        for (int k = 0; k < f->field[i].ndim; k++) {
            const struct gg_field *x = &f->field[i];
            int axis = x->axis[k];
            if (axis != GG_TIME && axis != GG_REPLICA)
                continue;
            if (first[axis] && length[axis] != x->shape[k])
                return gg_fail(err, GG_INPUT, "field '%s': %s axis of length %llu, field '%s' has %llu",
                               x->name, gg_axis_name(axis), (unsigned long long)x->shape[k],
                               first[axis]->name, (unsigned long long)length[axis]);
            first[axis] = x;
            length[axis] = x->shape[k];
        }
    return 0;
}

int gg_frame_check_fields(const struct gg_frame *f, struct gg_err *err)
{
    return check_unique(f, err) < 0 || check_common_lengths(f, err) < 0 ? -1 : 0;
}

/* A number is NaN or Inf if its exponent is all ones: then, and only then, adding one to the exponent carries into the
 * sign bit.  Words of 64 bits hold several numbers; no carry leaves its number.  A bool is bad if a bit but the lowest is
 * set. */
struct pattern {
    uint64_t mask, add, top;
};
static const struct pattern patterns[] = {
    [GG_F16] = {0x7C007C007C007C00, 0x0400040004000400, 0x8000800080008000},
    [GG_BF16] = {0x7F807F807F807F80, 0x0080008000800080, 0x8000800080008000},
    [GG_F32] = {0x7F8000007F800000, 0x0080000000800000, 0x8000000080000000},
    [GG_F64] = {0x7FF0000000000000, 0x0010000000000000, 0x8000000000000000},
    [GG_BOOL] = {0xFEFEFEFEFEFEFEFE, 0, 0xFEFEFEFEFEFEFEFE},
};

GG_CLONES static uint64_t sum_up(const struct pattern *p, const unsigned char *data, uint64_t n)
{
    const uint64_t mask = p->mask, add = p->add;
    uint64_t any = 0;
#pragma omp simd reduction(| : any)
    for (uint64_t k = 0; k < n; k++) {
        uint64_t word;
        memcpy(&word, data + 8 * k, 8);
        any |= (word & mask) + add;
    }
    return any;
}

static bool any_bad(const struct pattern *p, const unsigned char *data, uint64_t bytes)
{
    unsigned char rest[8] = {0};
    memcpy(rest, data + bytes / 8 * 8, bytes % 8);
    return (sum_up(p, data, bytes / 8) | sum_up(p, rest, 1)) & p->top;
}

/* "[4, 1]": the place of number `i` */
static void print_place(char text[128], const struct gg_field *x, uint64_t i)
{
    uint64_t index[GG_MAX_DIM] = {0};
    for (int k = x->ndim - 1; k >= 0; i /= x->shape[k], k--)
        index[k] = i % x->shape[k];
    size_t n = 0;
    for (int k = 0; k < x->ndim; k++)
        n += (size_t)snprintf(text + n, 128 - n, "%s%llu", k ? ", " : "[", (unsigned long long)index[k]);
    snprintf(text + n, 128 - n, x->ndim ? "] " : "");
}

int gg_field_check_values(const struct gg_field *x, struct gg_err *err)
{
    if (x->dtype < GG_F16 || x->nbytes == 0 || !any_bad(&patterns[x->dtype], x->data, x->nbytes))
        return 0;
    uint64_t n = gg_field_count(x);
    for (uint64_t i = 0; i < n; i++) {
        double value = gg_field_get(x, i);
        if (x->dtype == GG_BOOL ? value <= 1 : isfinite(value) || (isnan(value) && x->flags & GG_NAN_ALLOWED))
            continue;
        char place[128];
        print_place(place, x, i);
        return gg_fail(err, GG_INPUT, "field '%s': %sis %g, must be %s", x->name, place, value,
                       x->dtype == GG_BOOL ? "0 or 1" : "finite");
    }
    return 0;
}
