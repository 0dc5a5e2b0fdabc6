/* laws_symmetry.c -- a frame turned, moved, its particles in another order: predictions must follow */
#include "laws/laws_trial.h"
#include "o3/o3.h"

#include <math.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
static const double symmetry_allowed = 1e-10;
#else
static const double symmetry_allowed = 1e-4;
#endif
static const double input_rounding = 1e-4; /* inputs of higher degree are stored as float in every build */

/* Particle k of the copy is particle from[k] of the frame, turned by R, then moved and wrapped; edge e of its own edges, where it has
 * some, is edge edge_from[e]. */
struct transform {
    double R[3][3], move[3];
    const int32_t *from;
    int64_t *edge_from;
};

static int64_t row_from(const struct transform *g, int base, int64_t row)
{
    return base == GG_ON_NODE ? g->from[row] : base == GG_ON_EDGE ? g->edge_from[row] : row;
}

static struct transform identity(struct gg_trial *t)
{
    int32_t *from = GG_NEW(&t->arena, int32_t, (size_t)t->sample.n_node + 1);
    for (int64_t i = 0; i < t->sample.n_node; i++)
        from[i] = (int32_t)i;
    return (struct transform){{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, {0}, from, NULL};
}

static void turn(const double R[3][3], const double v[3], double out[3])
{
    for (int a = 0; a < 3; a++)
        out[a] = R[a][0] * v[0] + R[a][1] * v[1] + R[a][2] * v[2];
}

/* Raw inputs of a base: rows where they belong, each field turned in its irreps. */
static const float *turn_inputs(struct gg_trial *t, const struct transform *g, int base)
{
    int n = gg_model_input_numbers(t->m, base);
    int64_t rows = gg_sample_rows(&t->sample, base);
    float *out = GG_NEW(&t->other, float, (size_t)(rows * n) + 1);
    double *x = GG_NEW(&t->other, double, (size_t)n + 1);
    for (int64_t k = 0; k < rows; k++) {
        const float *in = t->sample.input[base] + row_from(g, base, k) * n;
        double *at = x;
        for (int c = 0; c < n; c++)
            x[c] = (double)in[c];
        for (int q = 0; q < t->m->n_input; q++)
            if (t->m->input[q].base == base && strcmp(t->m->input[q].field, "type")) {
                gg_rotate_irreps(&t->m->input[q].irreps, g->R, at, 1);
                at += gg_irreps_dim(&t->m->input[q].irreps);
            }
        for (int c = 0; c < n; c++)
            out[k * n + c] = (float)x[c];
    }
    return out;
}

/* Another image for a particle's position in the q-th geometry, not the same for all. */
static void other_image(const struct gg_cell *cell, int64_t k, int q, double pos[3])
{
    for (int a = 0; a < 3; a++)
        for (int z = 0; z < 3 && cell->pbc >> a & 1; z++)
            pos[z] += (double)((k + q * a) % 3 - 1) * cell->h[a][z];
}

/* Positions of all geometries, turned and moved; the first wrapped, but not where the frame's edges count cells from where they are;
 * the others as it, and then to other images. */
static void turn_positions(struct gg_trial *t, const struct transform *g, const struct gg_cell *cell,
                           struct gg_sample *out)
{
    double(*pos[GG_MAX_GEOMETRIES])[3];
    int n_geometry = t->m->n_geometry;
    for (int q = 0; q < n_geometry; q++) {
        pos[q] = gg_arena_alloc(&t->other, ((size_t)out->n_node + 1) * sizeof *pos[q]);
        out->pos[q] = (const double(*)[3])pos[q];
    }
    for (int64_t k = 0; k < out->n_node; k++) {
        double by[3] = {0}, from[3];
        int64_t shift[3];
        for (int q = 0; q < n_geometry; q++) {
            turn(g->R, t->sample.pos[q][g->from[k]], pos[q][k]);
            for (int a = 0; a < 3; a++)
                pos[q][k][a] += g->move[a];
        }
        memcpy(from, pos[0][k], sizeof from);
        if (t->m->edges != GG_EDGES_FRAME)
            gg_cell_wrap(cell, pos[0][k], shift);
        for (int a = 0; a < 3; a++)
            by[a] = pos[0][k][a] - from[a];
        for (int q = 1; q < n_geometry; q++) {
            for (int a = 0; a < 3; a++)
                pos[q][k][a] += by[a];
            other_image(cell, k, q, pos[q][k]);
        }
    }
}

static void turn_edges(struct gg_trial *t, struct transform *g, struct gg_sample *out)
{
    const struct gg_sample *s = &t->sample;
    struct gg_arena *a = &t->other;
    if (!s->edge_ptr)
        return;
    size_t n = (size_t)s->n_node, n_edge = (size_t)s->n_edge;
    int64_t *ptr = GG_NEW(a, int64_t, n + 1), e = 0;
    int32_t *nbr = GG_NEW(a, int32_t, n_edge + 1), *place = GG_NEW(a, int32_t, n + 1);
    int8_t(*shift)[3] = gg_arena_alloc(a, (n_edge + 1) * sizeof *shift);
    g->edge_from = GG_NEW(a, int64_t, n_edge + 1);
    for (size_t k = 0; k < n; k++)
        place[g->from[k]] = (int32_t)k;
    for (size_t k = 0; k < n; k++, ptr[k] = e)
        for (int64_t q = s->edge_ptr[g->from[k]]; q < s->edge_ptr[g->from[k] + 1]; q++, e++) {
            nbr[e] = place[s->edge_nbr[q]];
            g->edge_from[e] = q;
            if (s->edge_shift)
                memcpy(shift[e], s->edge_shift[q], sizeof shift[e]);
        }
    out->edge_ptr = ptr;
    out->edge_nbr = nbr;
    out->edge_shift = s->edge_shift ? (const int8_t(*)[3])shift : NULL;
}

static int transform_sample(struct gg_trial *t, struct transform *g, struct gg_sample *out,
                            struct gg_err *err)
{
    int32_t *type = GG_NEW(&t->other, int32_t, (size_t)t->sample.n_node + 1);
    struct gg_cell cell;
    *out = t->sample;
    for (int a = 0; a < 3; a++)
        turn(g->R, t->cell.h[a], out->cell[a]);
    if (gg_cell_init(&cell, out->dim, out->pbc, (const double(*)[3])out->cell, err))
        return -1;
    for (int64_t k = 0; k < out->n_node; k++)
        type[k] = t->sample.type[g->from[k]];
    out->type = type;
    turn_positions(t, g, &cell, out);
    turn_edges(t, g, out);
    for (int base = GG_ON_NODE; base <= GG_ON_GRAPH; base++)
        out->input[base] = turn_inputs(t, g, base);
    return 0;
}

/* Rows of a head's value for one row of its base. */
static int64_t inner_rows(const struct gg_trial *t, int head)
{
    return t->m->head[head].per_time ? t->m->n_time : 1;
}

int gg_trial_predict(struct gg_trial *t, const struct gg_sample *s, struct gg_arena *a,
                     double *y[GG_MAX_HEADS], struct gg_err *err)
{
    struct gg_batch b;
    if (gg_batch_init(&b, t->m, s, false, a, err))
        return -1;
    gg_pass_forward(&t->pass, t->m, t->m->w, &b, false);
    for (int h = 0; h < t->m->n_head; h++) {
        const struct gg_target_kind *kind = t->m->head[h].target.kind;
        int value = t->m->head[h].value, dim = gg_irreps_dim(&t->m->value[value].irreps);
        const struct gg_shape *shape = &t->m->value[value];
        int64_t n = gg_pass_rows(t->m, &b, value), inner = inner_rows(t, h);
        y[h] = GG_NEW(a, double, (size_t)(n * dim) + 1);
        for (int64_t k = 0; k < n; k++)
            gg_row_to_e3nn(shape, t->pass.value[value] + k * shape->stride,
                           y[h] + (kind->from(&b, k / inner) * inner + k % inner) * dim);
    }
    return 0;
}

/* The largest deviation of `got` from D(R) `want`, over the root mean square of `want`. */
static double deviation(struct gg_trial *t, const struct transform *g, int head, const double *want,
                        const double *got)
{
    const struct gg_irreps *irreps = &t->m->value[t->m->head[head].value].irreps;
    const struct gg_target_kind *kind = t->m->head[head].target.kind;
    int64_t inner = inner_rows(t, head), n = kind->rows(&t->sample) * inner, dim = gg_irreps_dim(irreps);
    double *row = GG_NEW(&t->other, double, (size_t)dim), worst = 0, square = 0;
    for (int64_t k = 0; k < n; k++) {
        memcpy(row, want + (row_from(g, kind->axis, k / inner) * inner + k % inner) * dim,
               (size_t)dim * sizeof *row);
        gg_rotate_irreps(irreps, g->R, row, 1);
        for (int64_t c = 0; c < dim; c++) {
            square += row[c] * row[c];
            worst = gg_trial_worse(worst, fabs(got[k * dim + c] - row[c]));
        }
    }
    return square > 0 ? worst / sqrt(square / (double)(n * dim)) : worst;
}

/* Some layer counts on no reflection: conv with parity none. */
static bool rotations_only(const struct gg_model *m)
{
    bool any = false;
    for (int k = 0; k < m->n_op; k++)
        any |= m->op[k].layer.rotations_only;
    return any;
}

static void random_rotation(struct gg_trial *t, int trial, double R[3][3])
{
    bool proper = trial % 2 || rotations_only(t->m); /* reflections first: one trial must not miss them */
    double q[4], sign = proper ? 1 : -1;
    for (int k = 0; k < 4; k++)
        q[k] = gg_rng_normal(&t->r);
    if (t->sample.dim == 2)
        q[1] = q[2] = 0; /* about z */
    gg_rotation_from_quaternion(q, R);
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < (t->sample.dim == 2 ? 1 : 3); b++)
            R[a][b] *= sign;
}

static void random_move(struct gg_trial *t, double move[3])
{
    for (int a = 0; a < t->sample.dim; a++)
        move[a] = 10 * gg_rng_normal(&t->r);
}

static void random_order(struct gg_trial *t, const int32_t **from)
{
    int64_t n = t->sample.n_node, *order = GG_NEW(&t->other, int64_t, (size_t)n + 1);
    int32_t *out = GG_NEW(&t->other, int32_t, (size_t)n + 1);
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    gg_rng_shuffle(&t->r, order, n);
    for (int64_t i = 0; i < n; i++)
        out[i] = (int32_t)order[i];
    *from = out;
}

int gg_trial_symmetry(struct gg_trial *t, int which, struct gg_err *err)
{
    static const char *const names[GG_SYMMETRIES] = {"O(3)", "permutation", "translation"};
    struct transform plain = identity(t);
    double worst[GG_MAX_HEADS] = {0}, allowed = symmetry_allowed, *y[GG_MAX_HEADS];
    struct gg_sample copy;
    for (int k = 0; k < t->laws->n_trial; k++) {
        struct transform g = plain;
        gg_arena_reset(&t->other);
        if (which == GG_TURN)
            random_rotation(t, k, g.R);
        else if (which == GG_PERMUTE)
            random_order(t, &g.from);
        else
            random_move(t, g.move);
        if (transform_sample(t, &g, &copy, err) || gg_trial_predict(t, &copy, &t->other, y, err))
            return -1;
        for (int h = 0; h < t->m->n_head; h++)
            worst[h] = gg_trial_worse(worst[h], deviation(t, &g, h, t->y[h], y[h]));
    }
    for (int k = 0; k < t->m->n_input && which == GG_TURN; k++)
        if (gg_irreps_lmax(&t->m->input[k].irreps) > 0)
            allowed = fmax(allowed, input_rounding);
    if (t->m->f32)
        allowed = fmax(allowed, input_rounding);
    if (which == GG_TURN && t->m->fixed_axes)
        allowed =
            INFINITY; /* the network does not turn with the frame, and says so: its error is only told */
    for (int h = 0; h < t->m->n_head; h++)
        gg_trial_found(t, which == GG_TURN && rotations_only(t->m) ? "SO(3)" : names[which],
                       t->m->head[h].target.name, worst[h], allowed);
    return 0;
}
