/* network.c -- gradient, symmetry and repeatability of a whole network on one frame */
/*
 * Gradient and symmetry do not replace each other: unsymmetric couplings pass the first, wrong derivatives the second,
 * and rotations without reflections let wrong parities through.
 *
 * Errors of symmetry are the largest deviation of any number of a head over the root mean square of all its numbers.
 * Errors of the gradient are relative to the larger of the difference and the root of sum (g_k u_k)^2, the size that <g, u>
 * has for u of random signs; a step over the kinks of relu leaves about the root of the part of all units that it takes over
 * theirs.  Below what rounding leaves of the loss there is nothing to compare.
 */
#include "laws/laws_trial.h"
#include "util/threads.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
static const double smooth_step = 1e-5, kinked_step = 1e-8, smooth_allowed = 1e-7, kinked_allowed = 1e-3;
#else
static const double smooth_step = 3e-3, kinked_step = 1e-3, smooth_allowed = 2e-2, kinked_allowed = 1e-1;
#endif
static const double epsilon = sizeof(gg_real) == sizeof(float) ? FLT_EPSILON : DBL_EPSILON;

/* Some layer has kinks. */
static bool kinked(const struct gg_model *m)
{
    bool any = false;
    for (int k = 0; k < m->n_op; k++)
        any |= m->op[k].layer.kinks;
    return any;
}

double gg_trial_worse(double a, double b)
{
    return isnan(a) || a >= b ? a : b;
}

void gg_trial_found(struct gg_trial *t, const char *law, const char *what, double error, double allowed)
{
    struct gg_finding f = {law, what, error, allowed};
    t->laws->n_checked++;
    t->laws->n_failed += !(error <= allowed);
    t->laws->report(t->laws->context, &f);
}

/* ---- gradient ---- */

/* Targets of the size of a standardised one; one in sixteen is missing, as real ones may be. */
static void draw_targets(struct gg_trial *t)
{
    for (int h = 0; h < t->m->n_head; h++) {
        const struct gg_target *target = &t->m->head[h].target;
        int dim = gg_target_dim(target);
        int64_t rows = target->kind->rows(&t->sample);
        float *y = GG_NEW(&t->arena, float, (size_t)(rows * target->n_time * dim) + 1);
        for (int64_t i = 0; i < rows; i++)
            for (int time = 0; time < target->n_time; time++)
                for (int q = 0; q < gg_target_parts(target); q++) {
                    int l, first = gg_target_part(target, q, &l);
                    int64_t c = gg_target_at(target, target->kind->group(&t->sample, i), time, q);
                    for (int z = 0; z <= 2 * l; z++) {
                        double value = target->mean[c] + target->scale[c] * gg_rng_normal(&t->r);
                        y[(i * target->n_time + time) * dim + first + z] =
                            gg_rng_below(&t->r, 16) ? (float)value : (float)NAN;
                    }
                }
        t->sample.target[h] = (struct gg_truth){
            .value = y, .n_row = rows, .n_time = target->n_time, .dim = dim, .time = target->time};
        gg_truth_bind(&t->sample.target[h], target, &t->arena);
    }
}

static double loss_at(struct gg_trial *t, const gg_real *w)
{
    gg_pass_forward(&t->pass, t->m, w, &t->batch, false);
    return gg_loss(&t->pass, t->m, &t->batch, &t->sample, false, 1);
}

static void gradient_at(struct gg_trial *t, const gg_real *w, gg_real *dw)
{
    memset(dw, 0, (size_t)t->m->n_weight * sizeof *dw);
    gg_pass_forward(&t->pass, t->m, w, &t->batch, true);
    gg_loss(&t->pass, t->m, &t->batch, &t->sample, true, 1);
    gg_pass_backward(&t->pass, t->m, w, &t->batch, dw);
}

/* One direction in parameters first .. first + n - 1.  What rounding leaves of u is what is compared with. */
static double along(struct gg_trial *t, int64_t first, int64_t n, gg_real *plus, gg_real *minus)
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

static void check_direction(struct gg_trial *t, const char *what, int64_t first, int64_t n)
{
    gg_real *plus = gg_xalloc((size_t)t->m->n_weight, sizeof *plus),
            *minus = gg_xalloc((size_t)t->m->n_weight, sizeof *minus);
    double worst = 0;
    for (int k = 0; k < t->laws->n_trial; k++)
        worst = gg_trial_worse(worst, along(t, first, n, plus, minus));
    gg_trial_found(t, "gradient", what, worst, t->gradient_allowed);
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

/* How far each parameter goes: by the size of its piece; statistics stay where they are. */
static void measure(struct gg_trial *t)
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
            t->size[q] = piece.statistic ? 0 : square > 0 ? fmin(1, sqrt(square / (double)n)) : 1;
    }
}

static void check_gradient(struct gg_trial *t)
{
    char name[GG_NAME];
    struct gg_weight piece;
    measure(t);
    gradient_at(t, t->m->w, t->dw);
    check_direction(t, "all parameters", 0, t->m->n_weight);
    for (int64_t k = 0; t->laws->pieces && gg_model_weight(t->m, k, name, &piece); k++)
        if (numbers(&piece) && !piece.statistic)
            check_direction(t, name, piece.offset, numbers(&piece));
}

/* ---- threads ---- */

static bool same_predictions(const struct gg_trial *t, double *const *y)
{
    bool same = true;
    for (int h = 0; h < t->m->n_head; h++) {
        size_t dim = (size_t)gg_irreps_dim(&t->m->value[t->m->head[h].value].irreps),
               rows = (size_t)gg_pass_rows(t->m, &t->batch, t->m->head[h].value);
        same = same && !memcmp(y[h], t->y[h], rows * dim * sizeof *y[h]);
    }
    return same;
}

static int check_threads(struct gg_trial *t, struct gg_err *err)
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
        status = gg_trial_predict(t, &t->sample, &t->other, y, err);
        gradient_at(t, t->m->w, dw);
        other_y += !status && !same_predictions(t, y);
        other_dw += memcmp(dw, t->dw, bytes) != 0;
    }
    gg_threads_init(before, err);
    free(dw);
    if (status)
        return -1;
    gg_trial_found(t, "threads", "predictions", other_y, 0);
    gg_trial_found(t, "threads", "gradient", other_dw, 0);
    return 0;
}

/* ---- all ---- */

static int check(struct gg_trial *t, struct gg_err *err)
{
    const struct gg_sample *s = &t->sample;
    if (gg_cell_init(&t->cell, s->dim, s->pbc, s->cell, err) ||
        gg_batch_init(&t->batch, t->m, s, true, &t->arena, err) ||
        gg_loss_prepare(&t->batch, t->m, s, &t->arena, err) || gg_trial_predict(t, s, &t->arena, t->y, err))
        return -1;
    draw_targets(t);
    check_gradient(t);
    for (int which = 0; which < GG_SYMMETRIES; which++)
        if (gg_trial_symmetry(t, which, err))
            return -1;
    return check_threads(t, err);
}

int gg_laws_check(struct gg_laws *l, const struct gg_sample *s, struct gg_err *err)
{
    struct gg_trial t = {.laws = l,
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
