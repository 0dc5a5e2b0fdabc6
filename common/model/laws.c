/* laws.c -- gradient, symmetry and repeatability of a whole network on one frame */
/*
 * Gradient and symmetry do not replace each other: unsymmetric couplings pass the first, wrong derivatives the second,
 * and rotations without reflections let wrong parities through.
 *
 * Errors of symmetry are the largest deviation of any number of a head over the root mean square of all its numbers.
 * Errors of the gradient are relative to the larger of the difference and the root of sum (g_k u_k)^2, the size that <g, u>
 * has for u of random signs; a step over the kinks of relu leaves about the root of the part of all units that it takes over
 * theirs.  Below what rounding leaves of the loss there is nothing to compare.
 */
#include "model/laws.h"
#include "o3/o3.h"
#include "util/cell.h"
#include "util/threads.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
static const double smooth_step = 1e-5, kinked_step = 1e-8, smooth_allowed = 1e-7, kinked_allowed = 1e-3,
                    symmetry_allowed = 1e-10;
#else
static const double smooth_step = 3e-3, kinked_step = 1e-3, smooth_allowed = 2e-2, kinked_allowed = 1e-1,
                    symmetry_allowed = 1e-4;
#endif
static const double epsilon = sizeof(gg_real) == sizeof(float) ? FLT_EPSILON : DBL_EPSILON;
static const double input_rounding = 1e-4; /* inputs of higher degree are stored as float in every build */

/* Some layer has kinks. */
static bool kinked(const struct gg_model *m)
{
    bool any = false;
    for (int k = 0; k < m->n_op; k++)
        any |= m->op[k].layer.kinks;
    return any;
}

/* What lives while one sample is checked. */
struct trial {
    struct gg_laws *laws;
    const struct gg_model *m;
    struct gg_sample sample;
    struct gg_cell cell;
    struct gg_arena arena, other; /* of the sample; of one transformed copy */
    struct gg_batch batch;
    struct gg_pass pass;
    struct gg_rng r;
    double *y[GG_MAX_HEADS]; /* predictions [n_node][dim], the frame's order, e3nn's inside a row */
    gg_real *dw;
    double step, gradient_allowed;
    double *size; /* of a parameter: the root mean square of its piece, at most 1; 1 where all are 0 */
};

/* The larger error; NaN is the largest and stays. */
static double worse(double a, double b)
{
    return isnan(a) || a >= b ? a : b;
}

static void found(struct trial *t, const char *law, const char *what, double error, double allowed)
{
    struct gg_finding f = {law, what, error, allowed};
    t->laws->n_checked++;
    t->laws->n_failed += !(error <= allowed);
    t->laws->report(t->laws->context, &f);
}

/* ---- gradient ---- */

/* Targets of the size of a standardised one; one in sixteen is missing, as real ones may be. */
static void draw_targets(struct trial *t)
{
    for (int h = 0; h < t->m->n_head; h++) {
        const struct gg_head *head = &t->m->head[h];
        int n = t->m->n_time * (head->kind == GG_HEAD_VECTOR ? 3 : 1);
        float *y = GG_NEW(&t->arena, float, (size_t)(t->sample.n_node * n) + 1);
        for (int64_t i = 0; i < t->sample.n_node; i++)
            for (int k = 0; k < n; k++) {
                int c = t->sample.type[i] * t->m->n_time + (head->kind == GG_HEAD_VECTOR ? k / 3 : k);
                double z = gg_rng_normal(&t->r);
                y[i * n + k] =
                    gg_rng_below(&t->r, 16) ? (float)(head->mean[c] + head->scale[c] * z) : (float)NAN;
            }
        t->sample.target[h] = y;
    }
}

static double loss_at(struct trial *t, const gg_real *w)
{
    gg_pass_forward(&t->pass, t->m, w, &t->batch, false);
    return gg_loss(&t->pass, t->m, &t->batch, &t->sample, false, 1);
}

static void gradient_at(struct trial *t, const gg_real *w, gg_real *dw)
{
    memset(dw, 0, (size_t)t->m->n_weight * sizeof *dw);
    gg_pass_forward(&t->pass, t->m, w, &t->batch, true);
    gg_loss(&t->pass, t->m, &t->batch, &t->sample, true, 1);
    gg_pass_backward(&t->pass, t->m, w, &t->batch, dw);
}

/* One direction in parameters first .. first + n - 1.  What rounding leaves of u is what is compared with. */
static double along(struct trial *t, int64_t first, int64_t n, gg_real *plus, gg_real *minus)
{
    double expected = 0, square = 0;
    memcpy(plus, t->m->w, (size_t)t->m->n_weight * sizeof *plus);
    memcpy(minus, t->m->w, (size_t)t->m->n_weight * sizeof *minus);
    for (int64_t k = first; k < first + n; k++) {
        double u = t->step * t->size[k] * gg_rng_normal(&t->r), g = (double)t->dw[k];
        plus[k] = (gg_real)((double)plus[k] + u);
        minus[k] = (gg_real)((double)minus[k] - u);
        u = ((double)plus[k] - (double)minus[k]) / 2;
        expected += g * u;
        square += g * u * g * u;
    }
    double up = loss_at(t, plus), down = loss_at(t, minus), got = (up - down) / 2;
    double noise =
        4 * epsilon * (fabs(up) + fabs(down)) + DBL_MIN; /* of a loss: the least that can be seen */
    double size = fmax(fabs(got), sqrt(square));
    return fabs(got - expected) / fmax(size, noise / t->gradient_allowed);
}

static void check_direction(struct trial *t, const char *what, int64_t first, int64_t n)
{
    gg_real *plus = gg_xalloc((size_t)t->m->n_weight, sizeof *plus),
            *minus = gg_xalloc((size_t)t->m->n_weight, sizeof *minus);
    double worst = 0;
    for (int k = 0; k < t->laws->n_trial; k++)
        worst = worse(worst, along(t, first, n, plus, minus));
    found(t, "gradient", what, worst, t->gradient_allowed);
    free(plus);
    free(minus);
}

static int64_t numbers(const struct gg_weight *piece)
{
    int64_t n = 1;
    for (int d = 0; d < piece->ndim; d++)
        n *= piece->shape[d];
    return n;
}

static void measure(struct trial *t)
{
    char name[GG_NAME];
    struct gg_weight piece;
    t->size = GG_NEW(&t->arena, double, (size_t)t->m->n_weight + 1);
    for (int64_t k = 0; gg_model_weight(t->m, k, name, &piece); k++) {
        int64_t n = numbers(&piece), end = piece.offset + n;
        double square = 0;
        for (int64_t q = piece.offset; q < end; q++)
            square += (double)t->m->w[q] * (double)t->m->w[q];
        for (int64_t q = piece.offset; q < end; q++)
            t->size[q] = square > 0 ? fmin(1, sqrt(square / (double)n)) : 1;
    }
}

static void check_gradient(struct trial *t)
{
    char name[GG_NAME];
    struct gg_weight piece;
    measure(t);
    gradient_at(t, t->m->w, t->dw);
    check_direction(t, "all parameters", 0, t->m->n_weight);
    for (int64_t k = 0; t->laws->pieces && gg_model_weight(t->m, k, name, &piece); k++)
        if (numbers(&piece))
            check_direction(t, name, piece.offset, numbers(&piece));
}

/* ---- symmetry ---- */

/* Particle k of the copy is particle from[k] of the frame, turned by R, then moved and wrapped. */
struct transform {
    double R[3][3], move[3];
    const int32_t *from;
};

static struct transform identity(struct trial *t)
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
static void turn_inputs(const struct trial *t, const double R[3][3], const float *in, double *x, float *out)
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

static int transform_sample(struct trial *t, const struct transform *g, struct gg_sample *out,
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

/* Every head's value in the frame's order of particles, memory from `a`. */
static int predict(struct trial *t, const struct gg_sample *s, struct gg_arena *a, double *y[GG_MAX_HEADS],
                   struct gg_err *err)
{
    struct gg_batch b;
    if (gg_batch_init(&b, t->m, s, a, err))
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
static double deviation(struct trial *t, const struct transform *g, int head, const double *want,
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
            worst = worse(worst, fabs(got[k * dim + c] - row[c]));
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

static void random_rotation(struct trial *t, int trial, double R[3][3])
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

static void random_move(struct trial *t, double move[3])
{
    for (int a = 0; a < t->sample.dim; a++)
        move[a] = 10 * gg_rng_normal(&t->r);
}

static void random_order(struct trial *t, const int32_t **from)
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

enum { TURN, PERMUTE, MOVE, SYMMETRIES };

static int check_symmetry(struct trial *t, int which, struct gg_err *err)
{
    static const char *const names[SYMMETRIES] = {"O(3)", "permutation", "translation"};
    struct transform plain = identity(t);
    double worst[GG_MAX_HEADS] = {0}, allowed = symmetry_allowed, *y[GG_MAX_HEADS];
    struct gg_sample copy;
    for (int k = 0; k < t->laws->n_trial; k++) {
        struct transform g = plain;
        gg_arena_reset(&t->other);
        if (which == TURN)
            random_rotation(t, k, g.R);
        else if (which == PERMUTE)
            random_order(t, &g.from);
        else
            random_move(t, g.move);
        if (transform_sample(t, &g, &copy, err) || predict(t, &copy, &t->other, y, err))
            return -1;
        for (int h = 0; h < t->m->n_head; h++)
            worst[h] = worse(worst[h], deviation(t, &g, h, t->y[h], y[h]));
    }
    for (int k = 0; k < t->m->n_input && which == TURN; k++)
        if (gg_irreps_lmax(&t->m->input[k].irreps) > 0)
            allowed = fmax(allowed, input_rounding);
    if (t->m->f32)
        allowed = fmax(allowed, input_rounding);
    if (which == TURN && t->m->fixed_axes)
        allowed =
            INFINITY; /* the network does not turn with the frame, and says so: its error is only told */
    for (int h = 0; h < t->m->n_head; h++)
        found(t, which == TURN && rotations_only(t->m) ? "SO(3)" : names[which], t->m->head[h].target,
              worst[h], allowed);
    return 0;
}

/* ---- threads ---- */

static bool same_predictions(const struct trial *t, double *const *y)
{
    bool same = true;
    for (int h = 0; h < t->m->n_head; h++) {
        size_t dim = (size_t)gg_irreps_dim(&t->m->value[t->m->head[h].value].irreps);
        same = same && !memcmp(y[h], t->y[h], (size_t)t->sample.n_node * dim * sizeof *y[h]);
    }
    return same;
}

static int check_threads(struct trial *t, struct gg_err *err)
{
    static const int numbers[] = {1, 2, 4};
    int before = gg_threads(), status = 0, other_y = 0, other_dw = 0;
    size_t bytes = (size_t)t->m->n_weight * sizeof(gg_real);
    gg_real *dw = gg_xalloc((size_t)t->m->n_weight, sizeof *dw);
    double *y[GG_MAX_HEADS];
    for (int k = 0; k < 3 && !status; k++) {
        struct gg_err refused;
        gg_arena_reset(&t->other);
        if (gg_threads_init(numbers[k], &refused)) /* a serial BLAS allows one */
            continue;
        status = predict(t, &t->sample, &t->other, y, err);
        gradient_at(t, t->m->w, dw);
        other_y += !status && !same_predictions(t, y);
        other_dw += memcmp(dw, t->dw, bytes) != 0;
    }
    gg_threads_init(before, err);
    free(dw);
    if (status)
        return -1;
    found(t, "threads", "predictions", other_y, 0);
    found(t, "threads", "gradient", other_dw, 0);
    return 0;
}

/* ---- all ---- */

static int check(struct trial *t, struct gg_err *err)
{
    const struct gg_sample *s = &t->sample;
    if (gg_cell_init(&t->cell, s->dim, s->pbc, s->cell, err) ||
        gg_batch_init(&t->batch, t->m, s, &t->arena, err) ||
        gg_loss_prepare(&t->batch, t->m, s, &t->arena, err) || predict(t, s, &t->arena, t->y, err))
        return -1;
    draw_targets(t);
    check_gradient(t);
    for (int which = 0; which < SYMMETRIES; which++)
        if (check_symmetry(t, which, err))
            return -1;
    return check_threads(t, err);
}

int gg_laws_check(struct gg_laws *l, const struct gg_sample *s, struct gg_err *err)
{
    struct trial t = {.laws = l,
                      .m = l->model,
                      .sample = *s,
                      .r = gg_rng_at(l->seed, 0x6c617773 /* "laws" */, 0, 0)};
    t.step = kinked(t.m) ? kinked_step : smooth_step;
    t.gradient_allowed = kinked(t.m) ? kinked_allowed : smooth_allowed;
    t.dw = gg_xalloc((size_t)t.m->n_weight, sizeof *t.dw);
    int status = check(&t, err);
    free(t.dw);
    gg_pass_free(&t.pass);
    gg_arena_free(&t.arena);
    gg_arena_free(&t.other);
    return status;
}
