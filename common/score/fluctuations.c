/* fluctuations.c -- how many particles of a configuration are mobile, and where */
#include "score/fluctuations.h"

#include <math.h>

int gg_fluctuations_init(struct gg_fluctuations *f, double q_max, int n_edge, const double *edge,
                         struct gg_err *err)
{
    f->dynamics[0] = '\0';
    f->seen = false;
    if (gg_spatial_init(&f->spatial, q_max, n_edge, edge, err))
        return -1;
    f->spatial.axes = true;
    return 0;
}

static double step(enum gg_step kind, double at, double x)
{
    bool hard = kind == GG_STEP_HARD || kind == GG_STEP_HARD_HALVES;
    return kind == GG_STEP_FIELD ? x : hard ? x > at : 0.5 * (tanh(20 * (x - at)) + 1);
}

enum { Y, P, A, B, FIELDS };

/* The fields [FIELDS][n] under one step. */
static double *stepped(const struct gg_fluctuating *in, enum gg_step kind, double at, struct gg_arena *a)
{
    bool halves = in->half[0] && kind >= GG_STEP_FIELD;
    const double *from[FIELDS] = {in->y, in->p, halves ? in->half[0] : in->y, halves ? in->half[1] : in->y};
    double *w = GG_NEW(a, double, (size_t)(FIELDS * in->n) + 1);
    for (int x = 0; x < FIELDS; x++)
        for (int64_t i = 0; i < in->n; i++)
            w[x * in->n + i] = step(kind, at, from[x][i]);
    return w;
}

static struct gg_step_sums sums_of(int64_t n, const double *w)
{
    const double *y = w + Y * n, *p = w + P * n, *a = w + A * n, *b = w + B * n;
    struct gg_step_sums s = {0};
    for (int64_t i = 0; i < n; i++) {
        s.y += y[i];
        s.p += p[i];
        s.a += a[i];
        s.b += b[i];
        s.ab += a[i] * b[i];
        s.pp += p[i] * p[i];
    }
    s.all_ab = s.a * s.b;
    s.all_pp = s.p * s.p;
    return s;
}

static double sum_of(int64_t n, const double *x)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

/* sum_i (x_i - mean)^2 / n */
static double variance(int64_t n, const double *x)
{
    double mean = sum_of(n, x) / (double)n, sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sum / (double)n;
}

/* The part of the variance over particles and runs that is the particles' own; in a mean of K runs a K-th of the rest looks like it. */
static void add_share(struct gg_fluctuation *out, const struct gg_fluctuating *in)
{
    if (!in->noise || !(in->runs >= 2) || in->n < 2)
        return;
    double n = (double)in->n, noise = sum_of(in->n, in->noise) / n, between = variance(in->n, in->y),
           own = between * n / (n - 1) - noise;
    out->shares = 1;
    out->share = between / (between + (in->runs - 1) * noise);
    out->share_structure = own / (own + in->runs * noise);
}

static void add_runs(struct gg_fluctuation *out, const struct gg_fluctuating *in)
{
    if (in->n_run < 2)
        return;
    double k = in->n_run, mean = sum_of(in->n_run, in->run) / k, within = variance(in->n_run, in->run),
           p = sum_of(in->n, in->p);
    out->run = (struct gg_run_sums){1, (double)in->n, mean, mean * mean, within, within / (k - 1), p, p * p};
}

/* The noise of independent particles in forms of the truth with itself: all of it in each wave; the mean, which the variance is about, holds an
 * n-th of it. */
static void take_off(const struct gg_spatial *s, double noise, double n, struct gg_form *form)
{
    for (int row = 0; row < s->n; row++)
        if (s->kind[row] == GG_SPATIAL_VARIANCE || s->kind[row] == GG_SPATIAL_S)
            form[row].yy -= form[row].weight * noise / n * (s->kind[row] == GG_SPATIAL_S ? 1 : (n - 1) / n);
}

/* Steps of a length, as it is and of halves; a field that is none is its own. */
static bool is_there(const struct gg_fluctuating *in, enum gg_step kind)
{
    return kind == GG_STEP_FIELD ? !in->length : in->length && (kind < GG_STEP_FIELD || in->half[0]);
}

int gg_fluctuate(struct gg_fluctuations *f, const struct gg_fluctuating *in, struct gg_fluctuation *out,
                 struct gg_form *form, struct gg_err *err)
{
    struct gg_arena arena = {0};
    double smooth = f->smooth > 0 ? f->smooth : in->cell->dim == 2 ? 0.40 : 0.44;
    enum gg_step last = in->length ? GG_STEP_SMOOTH : GG_STEP_FIELD;
    const double *w = NULL;
    *out = (struct gg_fluctuation){.configs = 1,
                                   .n = (double)in->n,
                                   .of_all = (double)in->of_all,
                                   .volume = fabs(in->cell->volume),
                                   .length = in->length};
    for (enum gg_step k = 0; k < GG_STEPS; k++) {
        if (!is_there(in, k))
            continue;
        bool hard = k == GG_STEP_HARD || k == GG_STEP_HARD_HALVES;
        w = stepped(in, k, hard ? f->hard : smooth, &arena);
        out->step[k] = sums_of(in->n, w);
    } /* the last one is that of the spectra */
    add_share(out, in);
    add_runs(out, in);
    struct gg_spatial_fields fields = {in->n,         1,
                                       in->pos,       w + P * in->n,
                                       w + Y * in->n, {w + A * in->n, w + B * in->n}};
    int status = gg_spatial_measure(&f->spatial, in->cell, &fields, form, err);
    if (status == 0 && last == GG_STEP_FIELD && !in->half[0] && in->noise) {
        out->step[last].noise = sum_of(in->n, in->noise);
        take_off(&f->spatial, out->step[last].noise, (double)in->n, form);
    }
    gg_arena_free(&arena);
    return status;
}
