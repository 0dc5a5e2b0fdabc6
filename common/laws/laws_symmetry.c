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

/* Particle k of the copy is particle from[k] of the frame, turned by R, then moved and wrapped. */
struct transform {
    double R[3][3], move[3];
    const int32_t *from;
};

static struct transform identity(struct gg_trial *t)
{
    int32_t *from = GG_NEW(&t->arena, int32_t, (size_t)t->sample.n_node + 1);
    for (int64_t i = 0; i < t->sample.n_node; i++)
        from[i] = (int32_t)i;
    return (struct transform){{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, {0}, from};
}

static void turn(const double R[3][3], const double v[3], double out[3])
{
    for (int a = 0; a < 3; a++)
        out[a] = R[a][0] * v[0] + R[a][1] * v[1] + R[a][2] * v[2];
}

/* A row of raw inputs: the fields one after the other, each in its irreps. */
static void turn_inputs(const struct gg_trial *t, const double R[3][3], const float *in, double *x,
                        float *out)
{
    int n_number = gg_model_input_numbers(t->m);
    double *at = x;
    for (int c = 0; c < n_number; c++)
        x[c] = (double)in[c];
    for (int k = 0; k < t->m->n_input; k++)
        if (strcmp(t->m->input[k].field, "type")) {
            gg_rotate_irreps(&t->m->input[k].irreps, R, at, 1);
            at += gg_irreps_dim(&t->m->input[k].irreps);
        }
    for (int c = 0; c < n_number; c++)
        out[c] = (float)x[c];
}

static int transform_sample(struct gg_trial *t, const struct transform *g, struct gg_sample *out,
                            struct gg_err *err)
{
    struct gg_arena *a = &t->other;
    size_t n = (size_t)t->sample.n_node, n_number = (size_t)gg_model_input_numbers(t->m);
    double(*pos)[3] = gg_arena_alloc(a, (n + 1) * sizeof *pos), *x = GG_NEW(a, double, n_number + 1);
    int32_t *type = GG_NEW(a, int32_t, n + 1);
    float *input = GG_NEW(a, float, n *n_number + 1);
    struct gg_cell cell;
    int64_t shift[3];
    *out = t->sample;
    for (int a3 = 0; a3 < 3; a3++)
        turn(g->R, t->cell.h[a3], out->cell[a3]);
    if (gg_cell_init(&cell, out->dim, out->pbc, (const double(*)[3])out->cell, err))
        return -1;
    for (size_t k = 0; k < n; k++) {
        size_t i = (size_t)g->from[k];
        turn(g->R, t->sample.pos[i], pos[k]);
        for (int a3 = 0; a3 < 3; a3++)
            pos[k][a3] += g->move[a3];
        gg_cell_wrap(&cell, pos[k], shift);
        type[k] = t->sample.type[i];
        turn_inputs(t, g->R, t->sample.input + i * n_number, x, input + k * n_number);
    }
    out->pos = (const double(*)[3])pos;
    out->type = type;
    out->input = input;
    return 0;
}

int gg_trial_predict(struct gg_trial *t, const struct gg_sample *s, struct gg_arena *a,
                     double *y[GG_MAX_HEADS], struct gg_err *err)
{
    struct gg_batch b;
    if (gg_batch_init(&b, t->m, s, false, a, err))
        return -1;
    gg_pass_forward(&t->pass, t->m, t->m->w, &b, false);
    for (int h = 0; h < t->m->n_head; h++) {
        int value = t->m->head[h].value, dim = gg_irreps_dim(&t->m->value[value].irreps);
        const struct gg_shape *shape = &t->m->value[value];
        y[h] = GG_NEW(a, double, (size_t)(s->n_node * dim) + 1);
        for (int64_t k = 0; k < s->n_node; k++)
            gg_row_to_e3nn(shape, t->pass.value[value] + k * shape->stride, y[h] + b.order[k] * dim);
    }
    return 0;
}

/* The largest deviation of `got` from D(R) `want`, over the root mean square of `want`. */
static double deviation(struct gg_trial *t, const struct transform *g, int head, const double *want,
                        const double *got)
{
    const struct gg_irreps *irreps = &t->m->value[t->m->head[head].value].irreps;
    int64_t n = t->sample.n_node, dim = gg_irreps_dim(irreps);
    double *row = GG_NEW(&t->other, double, (size_t)dim), worst = 0, square = 0;
    for (int64_t k = 0; k < n; k++) {
        memcpy(row, want + g->from[k] * dim, (size_t)dim * sizeof *row);
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
                       t->m->head[h].target, worst[h], allowed);
    return 0;
}
