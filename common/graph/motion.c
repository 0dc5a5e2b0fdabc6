/* motion.c -- a frame turned, moved and wrapped: the symmetries that a model must respect */
/* gg_stream(5), IRREPS: each field says how it turns.  Only positions know where the origin is, and those are told by
 * name, as fields.def has them. */
#include "graph/motion.h"

#include "o3/o3.h"
#include "stream/cut.h"
#include "util/cell.h"

#include <stdio.h>
#include <string.h>

/* ---- turned ---- */

/* The numbers of a field in double, turned, and back. */
static void turn_numbers(struct gg_field *x, const struct gg_irreps *irreps, const double R[3][3],
                         struct gg_arena *a)
{
    uint64_t n = gg_field_count(x);
    double *y = x->data;
    if (x->dtype == GG_F32) {
        y = gg_arena_alloc(a, n * sizeof *y);
        for (uint64_t i = 0; i < n; i++)
            y[i] = (double)((float *)x->data)[i];
    }
    gg_rotate_irreps(irreps, R, y, (int64_t)(n / (uint64_t)gg_irreps_dim(irreps)));
    if (x->dtype == GG_F32)
        for (uint64_t i = 0; i < n; i++)
            ((float *)x->data)[i] = (float)y[i];
}

/* A missing vector stays missing: NaN in, NaN out. */
static int turn_field(struct gg_field *x, const double R[3][3], struct gg_arena *a, struct gg_err *err)
{
    struct gg_irreps irreps = {.n = 1, .b = {{.mul = 1, .l = 0, .p = -1}}};
    bool all_odd = strcmp(x->irreps, "0o") == 0;
    if (*x->irreps == '\0' || strcmp(x->irreps, "0e") == 0 || gg_field_count(x) == 0)
        return 0;
    if (!all_odd && gg_irreps_parse(&irreps, x->irreps, err) < 0)
        return gg_err_prefix(err, "field '%s': ", x->name);
    bool scalars = gg_irreps_lmax(&irreps) == 0;
    for (int k = 0; k < irreps.n; k++)
        scalars = scalars && irreps.b[k].p > 0;
    if (scalars)
        return 0;
    if (x->dtype != GG_F32 && x->dtype != GG_F64)
        return gg_fail(err, GG_INPUT,
                       "field '%s': %s numbers with irreps %s cannot be turned, only f32 and f64", x->name,
                       gg_dtype_name(x->dtype), x->irreps);
    turn_numbers(x, &irreps, R, a);
    return 0;
}

static void turn_cell(double cell[3][3], const double R[3][3])
{
    for (int v = 0; v < 3; v++) {
        const double h[3] = {cell[v][0], cell[v][1], cell[v][2]};
        for (int k = 0; k < 3; k++)
            cell[v][k] = R[k][0] * h[0] + R[k][1] * h[1] + R[k][2] * h[2];
    }
}

int gg_frame_turn(struct gg_frame *f, const double R[3][3], struct gg_arena *a, struct gg_err *err)
{
    for (int k = 0; k < f->n_field; k++)
        if (turn_field(&f->field[k], R, a, err) < 0)
            return -1;
    turn_cell(f->cell, R);
    return 0;
}

/* ---- moved ---- */

static bool is_position(const struct gg_field *x)
{
    bool named = strcmp(x->name, "pos") == 0 || strncmp(x->name, "pos_", 4) == 0;
    return named && strcmp(x->irreps, "1x1o") == 0 && (x->dtype == GG_F32 || x->dtype == GG_F64);
}

/* by[i] for the positions of node i, or by[0] for all with `each` false. */
static void move(struct gg_field *x, const double (*by)[3], bool each)
{
    uint64_t n = gg_field_count(x) / 3, inner = 1, length = 1;
    for (int d = x->ndim - 2; d >= 0; d--) { /* vectors from one node to the next, and nodes */
        if (x->axis[d] == GG_NODE) {
            length = x->shape[d];
            break;
        }
        inner *= x->shape[d];
    }
    for (uint64_t v = 0; v < n; v++)
        for (int k = 0; k < 3; k++) {
            double d = by[each ? v / inner % length : 0][k];
            if (x->dtype == GG_F64)
                ((double *)x->data)[3 * v + (uint64_t)k] += d;
            else
                ((float *)x->data)[3 * v + (uint64_t)k] += (float)d;
        }
}

void gg_frame_shift(struct gg_frame *f, const double by[3])
{
    for (int k = 0; k < f->n_field; k++)
        if (is_position(&f->field[k]))
            move(&f->field[k], (const double(*)[3])by, false);
}

/* ---- wrapped ---- */

/* The neighbour's image was pos[j] + s . cell; with both ends moved by whole cells w it is s + w[i] - w[j]. */
static int mend_shifts(struct gg_frame *f, const char *ending, const int64_t (*w)[3], struct gg_err *err)
{
    const struct gg_field *field[3];
    const char *const stem[] = {"edge_ptr", "edge_nbr", "edge_shift"};
    for (int k = 0; k < 3; k++) {
        char name[2 * GG_NAME];
        snprintf(name, sizeof name, "%s%s", stem[k], ending);
        field[k] = gg_frame_find(f, name);
    }
    if (!field[1] || !field[2])
        return 0; /* without shifts an edge means the nearest image, wherever its ends are */
    const int64_t *ptr = field[0]->data;
    const int32_t *nbr = field[1]->data;
    int8_t(*shift)[3] = field[2]->data;
    for (uint64_t i = 0; i < f->n_node; i++)
        for (int64_t e = ptr[i]; e < ptr[i + 1]; e++)
            for (int k = 0; k < 3; k++) {
                int64_t s = shift[e][k] + w[i][k] - w[nbr[e]][k];
                if (s < -128 || s > 127)
                    return gg_fail(err, GG_INPUT, "field '%s': [%lld, %d] would become %lld", field[2]->name,
                                   (long long)e, k, (long long)s);
                shift[e][k] = (int8_t)s;
            }
    return 0;
}

static int mend_graphs(struct gg_frame *f, const int64_t (*w)[3], struct gg_arena *a, struct gg_err *err)
{
    bool any = false;
    for (int k = 0; k < f->n_field; k++) {
        const char *name = f->field[k].name;
        if (strncmp(name, "edge_ptr", 8) != 0 || (name[8] != '\0' && name[8] != '_'))
            continue;
        any = true;
        if (mend_shifts(f, name + 8, w, err) < 0)
            return -1;
    }
    int64_t *same = GG_NEW(a, int64_t, f->n_node);
    for (uint64_t i = 0; i < f->n_node; i++)
        same[i] = (int64_t)i;
    return any ? gg_frame_reorder(f, same, a, err) : 0; /* rows are sorted by shift */
}

int gg_frame_wrap(struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct gg_cell cell;
    const struct gg_field *pos = gg_frame_need(f, "pos", err);
    if (!pos || gg_cell_init(&cell, f->dim, f->pbc, (const double(*)[3])f->cell, err) < 0)
        return -1;
    int64_t(*w)[3] = gg_arena_calloc(a, f->n_node, sizeof *w);
    double(*by)[3] = gg_arena_calloc(a, f->n_node, sizeof *by);
    for (uint64_t i = 0; i < f->n_node; i++) {
        gg_cell_wrap(&cell, (double *)pos->data + 3 * i, w[i]);
        for (int v = 0; v < 3; v++)
            for (int k = 0; k < 3; k++)
                by[i][k] += (double)w[i][v] * cell.h[v][k];
    }
    for (int k = 0; k < f->n_field; k++)
        if (&f->field[k] != pos && is_position(&f->field[k]))
            move(&f->field[k], (const double(*)[3])by, true);
    return mend_graphs(f, (const int64_t(*)[3])w, a, err);
}

/* ---- repeated ---- */

static bool has_axis(const struct gg_field *x, int axis, int more_than)
{
    int n = 0;
    for (int d = 0; d < x->ndim; d++)
        n += x->axis[d] == axis;
    return n > more_than;
}

static int check_copies(const struct gg_frame *f, const int n[3], struct gg_err *err)
{
    double all = (double)f->n_node * n[0] * n[1] * n[2];
    for (int a = 0; a < 3; a++)
        if (n[a] > 1 && (a >= f->dim || !(f->pbc >> a & 1)))
            return gg_fail(err, GG_INPUT,
                           "%d copies along cell vector %d, and the frame is not periodic there", n[a],
                           a + 1);
    if (all > INT32_MAX)
        return gg_fail(err, GG_INPUT, "%g particles in all copies, %d can be", all, INT32_MAX);
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *x = &f->field[k];
        if (has_axis(x, GG_EDGE, 0) || has_axis(x, GG_NODE1, 0))
            return gg_fail(
                err, GG_INPUT,
                "field '%s': edges lead to particles of the cell, and in copies to others: leave them out "
                "(gg-select --drop 'edge*'), and search again",
                x->name);
        if (has_axis(x, GG_NODE, 1))
            return gg_fail(err, GG_INPUT,
                           "field '%s': numbers of pairs of particles have no copies: gg-select --drop %s",
                           x->name, x->name);
    }
    return 0;
}

/* All rows of all copies, one copy behind the other along the axis of nodes. */
static void repeat_field(struct gg_field *x, uint64_t n_copy, struct gg_arena *a)
{
    int d = 0;
    uint64_t outer = 1;
    while (d < x->ndim && x->axis[d] != GG_NODE)
        outer *= x->shape[d++];
    if (d == x->ndim)
        return;
    uint64_t block = outer ? x->nbytes / outer : 0;
    char *to = gg_arena_alloc(a, x->nbytes * n_copy + 1), *at = to;
    for (uint64_t o = 0; o < outer; o++)
        for (uint64_t q = 0; q < n_copy; q++, at += block)
            memcpy(at, (const char *)x->data + o * block, block);
    x->shape[d] *= n_copy;
    x->nbytes *= n_copy;
    x->data = to;
}

/* Where the copy of each particle stands: whole cell vectors. */
static double (*offsets(const struct gg_frame *f, const int n[3], struct gg_arena *a))[3]
{
    double(*by)[3] = gg_arena_alloc(a, ((size_t)f->n_node * (size_t)(n[0] * n[1] * n[2]) + 1) * sizeof *by),
    (*at)[3] = by;
    for (int z = 0; z < n[2]; z++)
        for (int y = 0; y < n[1]; y++)
            for (int x = 0; x < n[0]; x++)
                for (uint64_t i = 0; i < f->n_node; i++, at++)
                    for (int k = 0; k < 3; k++)
                        (*at)[k] = x * f->cell[0][k] + y * f->cell[1][k] + z * f->cell[2][k];
    return by;
}

int gg_frame_replicate(struct gg_frame *f, const int n[3], struct gg_arena *a, struct gg_err *err)
{
    if (check_copies(f, n, err))
        return -1;
    gg_frame_remove(f, "particle_id"); /* would stand for several */
    double(*by)[3] = offsets(f, n, a);
    int n_copy = n[0] * n[1] * n[2];
    for (int k = 0; k < f->n_field; k++) {
        repeat_field(&f->field[k], (uint64_t)n_copy, a);
        if (is_position(&f->field[k]))
            move(&f->field[k], (const double(*)[3])by, true);
    }
    for (int v = 0; v < 9; v++)
        f->cell[v / 3][v % 3] *= n[v / 3];
    f->n_node *= (uint64_t)n_copy;
    return 0;
}
