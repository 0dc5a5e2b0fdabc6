/* loss_laws.c -- the laws that every term of a loss obeys, applied to its cases */
#include "laws/loss_laws.h"
#include "laws/check.h"
#include "laws/loss_column.h"
#include "o3/o3.h"
#include "util/threads.h"

#include <math.h>
#include <string.h>

struct trial {
    const struct gg_loss_type *t;
    const struct gg_loss_case *k;
    void *hyper;
    struct gg_arena *a; /* lives as long as the case */
    struct gg_arena scratch;
    struct gg_rng r;
    FILE *to;
    int n_checked, n_failed;
};

static void law(struct trial *t, const char *name, double err, double allowed)
{
    t->n_checked++;
    if (err <= allowed)
        return;
    t->n_failed++;
    fprintf(t->to, "loss %s, case '%s': %s: %.3g, allowed %.3g\n", t->t->name, t->k->name, name, err,
            allowed);
}

/* The value; with dp, `factor` times the gradient is added.  What follows from positions is made without the rest; where it cannot
 * be made the term is not defined. */
static double evaluate(struct trial *t, const struct gg_loss_sample *s, double *dp, double factor)
{
    struct gg_loss_column bare = s->c;
    const void *prepared = NULL;
    struct gg_err ignored;
    bare.p = bare.y = NULL;
    gg_arena_reset(&t->scratch);
    if (t->t->prepare != NULL && t->t->prepare(t->hyper, &bare, &prepared, &t->scratch, &ignored))
        return NAN;
    return t->t->value(
        &(struct gg_loss_call){.hyper = t->hyper,
                               .c = &s->c,
                               .prepared = prepared,
                               .dp = dp,
                               .dspread = dp != NULL && s->spread != NULL ? dp + s->c.n * s->c.dim : NULL,
                               .factor = factor,
                               .a = &t->scratch});
}

/* Of p and y; with the spread, which stands behind p, gg_loss_sample_size. */
static int64_t numbers_of(const struct gg_loss_sample *s)
{
    return s->c.n * s->c.dim;
}

static int64_t size_of(const struct gg_loss_sample *s)
{
    return gg_loss_sample_size(s);
}

static double *gradient_of(struct trial *t, const struct gg_loss_sample *s)
{
    double *dp = GG_NEW(t->a, double, (size_t)size_of(s));
    evaluate(t, s, dp, 1);
    return dp;
}

/* The larger; NaN once there was one. */
static double worse(double a, double b)
{
    return a >= b || isnan(a) ? a : b;
}

static double largest(const double *x, int64_t n)
{
    double most = 0;
    for (int64_t k = 0; k < n; k++)
        most = worse(most, fabs(x[k]));
    return most;
}

static struct gg_loss_sample *sample(struct trial *t, int64_t n, bool missing)
{
    return gg_loss_sample_random(t->a, n, t->k->dim, missing, t->t->positions,
                                 gg_loss_spread_of(t->t, (t->k->dim - 1) / 2), &t->r);
}

/* ---- gradient ---- */

/* Of fourth order in h. */
static double slope(struct trial *t, struct gg_loss_sample *s, int64_t k, double h)
{
    double at = s->p[k], f[5];
    for (int m = -2; m <= 2; m++) {
        s->p[k] = at + m * h;
        f[m + 2] = m == 0 ? 0 : evaluate(t, s, NULL, 0);
    }
    s->p[k] = at;
    return (8 * (f[3] - f[1]) - (f[4] - f[0])) / (12 * h);
}

/* Where two steps disagree there is a kink between them: at most one number in five may have one. */
static void gradient(struct trial *t, const struct gg_loss_sample *drawn)
{
    struct gg_loss_sample *s = gg_loss_sample_copy(t->a, drawn);
    const double *dp = gradient_of(t, s), h = 2e-4;
    double most = largest(dp, size_of(s)), worst = 0;
    int64_t n_kink = 0;
    for (int64_t k = 0; k < size_of(s); k++) {
        double found = slope(t, s, k, h);
        if (t->t->kinks && fabs(found - slope(t, s, k, h / 2)) > 3e-8 * most) {
            n_kink++;
            continue;
        }
        worst = worse(worst, fabs(dp[k] - found) / most);
    }
    law(t, "gradient", worst, 1e-7);
    law(t, "share of numbers at a kink", (double)n_kink / (double)size_of(s), 0.2);
}

/* Targets of one configuration have neither mean 0 nor variance 1. */
static struct gg_loss_sample *raw(struct trial *t, const struct gg_loss_sample *drawn)
{
    struct gg_loss_sample *s = gg_loss_sample_copy(t->a, drawn);
    for (int64_t k = 0; k < numbers_of(s); k++)
        s->y[k] = s->there[k / s->c.dim] ? 0.3 + 1.2 * s->y[k] : 0;
    return s;
}

/* ---- what the values must be ---- */

static void minimum(struct trial *t, const struct gg_loss_sample *drawn)
{
    struct gg_loss_sample *s = gg_loss_sample_copy(t->a, drawn);
    gg_loss_sample_perfect(s);
    double lowest = evaluate(t, s, NULL, 0), below = 0;
    if (!t->t->likelihood)
        law(t, "value at p = y", fabs(lowest), 1e-12);
    if (!t->t->kinks)
        law(t, "gradient at p = y", largest(gradient_of(t, s), numbers_of(s)), 1e-12);
    for (int trial = 0; trial < 20; trial++) {
        for (int64_t k = 0; k < numbers_of(s); k++)
            s->p[k] = s->y[k] + pow(10, -0.2 * trial) * gg_rng_normal(&t->r);
        double higher = evaluate(t, s, NULL, 0);
        below = higher >= lowest - 1e-12 || isnan(higher) ? below : lowest - higher;
    }
    law(t, "lower than at p = y", below, 0);
    law(t, "not higher away from p = y", evaluate(t, drawn, NULL, 0) > lowest ? 0 : 1, 0);
}

static void unit(struct trial *t, const struct gg_loss_sample *drawn)
{
    struct gg_loss_sample *s = gg_loss_sample_copy(t->a, drawn);
    gg_loss_sample_mean(s);
    double mean = evaluate(t, s, NULL, 0);
    gg_loss_sample_permuted(s, &t->r);
    double permuted = evaluate(t, s, NULL, 0);
    if (t->t->likelihood)
        return;
    if (!t->k->no_unit)
        law(t, "1 for the mean predictor", fabs(mean - 1), 1e-12);
    else
        law(t, "no_unit, but 1 for the mean predictor", fabs(mean - 1) < 1e-6, 0);
    law(t, "no normaliser", (mean > 0 && isfinite(mean)) || (permuted > 0 && isfinite(permuted)) ? 0 : 1, 0);
}

/* ---- rows ---- */

static void relabelled(struct trial *t, const struct gg_loss_sample *s)
{
    int64_t *row = GG_NEW(t->a, int64_t, (size_t)s->c.n);
    const struct gg_loss_sample *other = gg_loss_sample_relabelled(t->a, s, &t->r, row);
    const double *dp = gradient_of(t, s), *dq = gradient_of(t, other);
    double err = fabs(evaluate(t, other, NULL, 0) - evaluate(t, s, NULL, 0)), most = largest(dp, size_of(s));
    law(t, "relabelling", err, 1e-12);
    for (int64_t k = 0; k < size_of(s); k++) {
        bool spread = k >= numbers_of(s);
        int64_t first = spread ? numbers_of(s) : 0, width = spread ? s->c.n_spread : s->c.dim;
        err = worse(err,
                    fabs(dq[k] - dp[first + row[(k - first) / width] * width + (k - first) % width]) / most);
    }
    law(t, "gradient after relabelling", err, 1e-11);
}

static void missing(struct trial *t, const struct gg_loss_sample *drawn)
{
    struct gg_loss_sample *s = gg_loss_sample_copy(t->a, drawn);
    double *dp = GG_NEW(t->a, double, (size_t)size_of(s)), before = evaluate(t, s, NULL, 0), touched = 0;
    for (int64_t k = 0; k < size_of(s); k++) {
        dp[k] = -3;
        if (!s->there[gg_loss_sample_row(s, k)])
            s->p[k] = NAN;
    }
    law(t, "rows without a target have an influence", fabs(evaluate(t, s, dp, 1) - before), 0);
    for (int64_t k = 0; k < size_of(s); k++)
        touched += !s->there[gg_loss_sample_row(s, k)] && dp[k] != -3;
    law(t, "rows without a target get a gradient", touched, 0);
}

/* ---- dp ---- */

static void adds(struct trial *t, const struct gg_loss_sample *s)
{
    const double *alone = gradient_of(t, s), factor = -1.7;
    double *dp = GG_NEW(t->a, double, (size_t)size_of(s)), err = 0;
    for (int64_t k = 0; k < size_of(s); k++)
        dp[k] = (double)(k % 5) - 2;
    double value = evaluate(t, s, dp, factor);
    for (int64_t k = 0; k < size_of(s); k++)
        err = worse(err, fabs(dp[k] - ((double)(k % 5) - 2) - factor * alone[k]));
    law(t, "adds factor times the gradient into dp", err, 1e-13 * (2 + largest(alone, size_of(s))));
    law(t, "another value without dp", fabs(value - evaluate(t, s, NULL, factor)), 0);
}

static void undefined(struct trial *t, const struct gg_loss_sample *s, const char *name)
{
    double *dp = GG_NEW(t->a, double, (size_t)size_of(s)), wrong = 0;
    for (int64_t k = 0; k < size_of(s); k++)
        dp[k] = -3;
    double value = evaluate(t, s, dp, 1);
    for (int64_t k = 0; k < size_of(s); k++)
        wrong += isnan(value) ? dp[k] != -3 : !isfinite(dp[k]);
    law(t, name, wrong + isinf(value), 0);
}

static void undefined_columns(struct trial *t, const struct gg_loss_sample *drawn)
{
    struct gg_loss_sample *s = gg_loss_sample_copy(t->a, drawn);
    gg_loss_sample_mean(s);
    undefined(t, s, "undefined: prediction constant");
    for (int64_t k = 0; k < numbers_of(s); k++)
        s->p[k] = 0.1;
    undefined(t, s, "undefined: prediction constant, 0.1");
    s = gg_loss_sample_copy(t->a, drawn);
    for (int64_t k = 0; k < numbers_of(s); k++)
        s->y[k] = s->there[k / s->c.dim] ? 0.1 : 0;
    undefined(t, s, "undefined: target constant");
    gg_loss_sample_perfect(s);
    undefined(t, s, "undefined: both constant");
    s = gg_loss_sample_copy(t->a, drawn);
    for (int64_t k = 1; k < s->c.n; k++)
        s->there[k] = false;
    memset(s->y + s->c.dim, 0, sizeof *s->y * (size_t)(numbers_of(s) - s->c.dim));
    s->c.count = 1;
    undefined(t, s, "undefined: one target");
    undefined(t, sample(t, 1, false), "undefined: one row");
}

/* ---- space ---- */

static void random_rotation(struct trial *t, double sign, double R[3][3])
{
    double q[4];
    for (int k = 0; k < 4; k++)
        q[k] = gg_rng_normal(&t->r);
    gg_rotation_from_quaternion(q, R);
    for (int k = 0; k < 9; k++)
        R[k / 3][k % 3] *= sign;
}

static void space(struct trial *t, const struct gg_loss_sample *drawn)
{
    double before = evaluate(t, drawn, NULL, 0), R[3][3];
    bool fixed = t->t->fixed_axes && t->k->dim > 1;
    if (!t->t->positions && t->k->dim == 1)
        return;
    for (int sign = 1; sign >= -1; sign -= 2) {
        struct gg_loss_sample *s = gg_loss_sample_copy(t->a, drawn);
        random_rotation(t, sign, R);
        gg_loss_sample_turn(s, (const double(*)[3])R);
        double err = fabs(evaluate(t, s, NULL, 0) - before);
        if (fixed)
            law(t, "fixed_axes, but it turns along", err > 1e-6 ? 0 : 1, 0);
        else
            law(t, sign > 0 ? "rotation" : "reflection", err, 1e-10);
    }
    struct gg_loss_sample *s = gg_loss_sample_copy(t->a, drawn);
    gg_loss_sample_move(s, &t->r);
    law(t, "images and origin", fabs(evaluate(t, s, NULL, 0) - before), 1e-10);
}

static void repeatable(struct trial *t, const struct gg_loss_sample *s)
{
    struct gg_err err;
    const double *dp = gradient_of(t, s), value = evaluate(t, s, NULL, 0);
    int n_thread = gg_threads();
    for (int n = 1; n <= 4; n *= 2) {
        if (gg_threads_init(n, &err) < 0) /* a serial BLAS allows one */
            continue;
        double again = evaluate(t, s, NULL, 0);
        bool same = memcmp(&again, &value, sizeof value) == 0 &&
                    memcmp(gradient_of(t, s), dp, sizeof *dp * (size_t)size_of(s)) == 0;
        law(t, n == 1 ? "other bytes the second time" : "other bytes with other threads", !same, 0);
    }
    gg_threads_init(n_thread, &err);
}

/* ---- cases ---- */

static int open_case(struct trial *t, struct gg_err *err)
{
    t->hyper = gg_arena_calloc(t->a, 1, t->t->hyper_size + 1);
    memcpy(t->hyper, t->t->hyper_defaults, t->t->hyper_size);
    if (t->t->scalars && t->k->dim != 1)
        return gg_fail(err, GG_USAGE, "a case of dim %d for a term of scalars", t->k->dim);
    if (gg_hypers_set(t->t->hypers, t->hyper, t->t->name, t->k->hypers, err) < 0)
        return -1;
    return t->t->init != NULL ? t->t->init(t->hyper, err) : 0;
}

static void check_case(struct trial *t)
{
    struct gg_err err;
    if (open_case(t, &err) < 0) {
        fprintf(t->to, "loss %s, case '%s': init: %s\n", t->t->name, t->k->name, err.text);
        t->n_failed++;
        return;
    }
    const struct gg_loss_sample *s = sample(t, t->k->n, t->k->missing);
    law(t, "the value is finite", !isfinite(evaluate(t, s, NULL, 0)), 0);
    gradient(t, s);
    gradient(t, raw(t, s));
    minimum(t, s);
    minimum(t, raw(t, s));
    unit(t, s);
    relabelled(t, s);
    missing(t, s);
    adds(t, s);
    undefined_columns(t, s);
    space(t, s);
    repeatable(t, s);
}

int gg_check_loss(const struct gg_loss_type *type, uint64_t seed, FILE *to, int *n_checked)
{
    int n_failed = 0;
    uint32_t number = 0;
    *n_checked = 0;
    for (const struct gg_loss_case *k = type->cases; k->name != NULL; k++) {
        struct gg_arena a = {0};
        struct trial t = {.t = type, .k = k, .a = &a, .r = gg_rng_at(seed, number++, 0, 0), .to = to};
        check_case(&t);
        *n_checked += t.n_checked;
        n_failed += t.n_failed;
        gg_arena_free(&t.scratch);
        gg_arena_free(&a);
    }
    return n_failed;
}
