/* fluctuation_values.c -- how many particles are mobile, and where: the values that sums over configurations have */
#include "score/fluctuation_values.h"
#include "stats/ornstein.h"

#include <math.h>

enum { TRUTH = GG_FLUCT_TRUTH, PREDICTION = GG_FLUCT_PREDICTION, RATIO = GG_FLUCT_RATIO };

static double defined(double x)
{
    return isfinite(x) ? x : NAN;
}

/* A number of a particle: the mean of w. */
static double mean(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    return (which == TRUTH ? s->step[step].y : s->step[step].p) / s->n;
}

/* The sum about the mean over n configurations holds (n - 1) / n of the noise. */
static double chi4(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    const struct gg_step_sums *w = &s->step[step];
    double n = s->configs, product = which == TRUTH ? w->all_ab - w->noise * (n - 1) / n : w->all_pp,
           a = which == TRUTH ? w->a : w->p, b = which == TRUTH ? w->b : w->p;
    return (product - a * b / n) / s->n;
}

/* Over the variance of w of one particle: 1 where particles know nothing of each other. */
static double normalised(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    const struct gg_step_sums *w = &s->step[step];
    double product = which == TRUTH ? w->ab - w->noise * (s->n - 1) / s->n : w->pp,
           a = which == TRUTH ? w->a : w->p, b = which == TRUTH ? w->b : w->p;
    return chi4(s, step, which) / (product / s->n - a * b / (s->n * s->n));
}

/* Of the runs; the prediction says what the structure alone decides. */
static double overlap(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    (void)step;
    return (which == TRUTH ? s->run.q : s->run.p) / s->run.n;
}

static double within(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    (void)step;
    return which == TRUTH ? s->run.within / s->run.n : NAN;
}

static double iso(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    (void)step;
    double n = s->run.configs, square = which == TRUTH ? s->run.qq : s->run.pp,
           q = which == TRUTH ? s->run.q : s->run.p;
    return (square - q * q / n) / s->run.n;
}

static double total(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    return iso(s, step, which) + within(s, step, which);
}

static double r4(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    return iso(s, step, which) / total(s, step, which);
}

/* Variances as they would be over all configurations, and runs without end: unbiased, the noise of a finite number of runs taken off. */
static double structure(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    double n = s->run.configs;
    return iso(s, step, which) * n / (n - 1) - (which == TRUTH ? s->run.noise / s->run.n : 0);
}

static double r4_structure(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    double own = structure(s, step, which);
    return own / (own + (s->run.noise + s->run.within) / s->run.n);
}

static double share(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    (void)step;
    return which == TRUTH ? s->share / s->shares : NAN;
}

static double share_structure(const struct gg_fluctuation *s, enum gg_step step, int which)
{
    (void)step;
    return which == TRUTH ? s->share_structure / s->shares : NAN;
}

const char *const gg_fluct_definitions[GG_FLUCT_DEFINITIONS] = {[GG_FLUCT_HARD] = "hard",
                                                                [GG_FLUCT_SMOOTH] = "smooth",
                                                                [GG_FLUCT_FIELD] = "field",
                                                                [GG_FLUCT_HARD_HALVES] = "hard_halves",
                                                                [GG_FLUCT_SMOOTH_HALVES] = "smooth_halves",
                                                                [GG_FLUCT_RUNS] = "runs"};

const struct gg_fluct_quantity gg_fluct_quantities[GG_FLUCT_QUANTITIES] = {
    {"Q", GG_FLUCT_HARD, GG_FLUCT_OF_JACKKNIFE, mean},
    {"chi4", GG_FLUCT_HARD, GG_FLUCT_OF_VARIANCE, chi4},
    {"Q", GG_FLUCT_SMOOTH, GG_FLUCT_OF_JACKKNIFE, mean},
    {"chi4", GG_FLUCT_SMOOTH, GG_FLUCT_OF_VARIANCE, chi4},
    {"chi4_normalised", GG_FLUCT_SMOOTH, GG_FLUCT_OF_VARIANCE, normalised},
    {"Q", GG_FLUCT_FIELD, GG_FLUCT_OF_JACKKNIFE, mean},
    {"chi4", GG_FLUCT_FIELD, GG_FLUCT_OF_VARIANCE, chi4},
    {"chi4_normalised", GG_FLUCT_FIELD, GG_FLUCT_OF_VARIANCE, normalised},
    {"chi4", GG_FLUCT_HARD_HALVES, GG_FLUCT_OF_PREDICTED, chi4},
    {"chi4", GG_FLUCT_SMOOTH_HALVES, GG_FLUCT_OF_PREDICTED, chi4},
    {"chi4_normalised", GG_FLUCT_SMOOTH_HALVES, GG_FLUCT_OF_PREDICTED, normalised},
    {"Q", GG_FLUCT_RUNS, GG_FLUCT_OF_JACKKNIFE, overlap},
    {"chi4_tot", GG_FLUCT_RUNS, GG_FLUCT_OF_VARIANCES, total},
    {"chi4_iso", GG_FLUCT_RUNS, GG_FLUCT_OF_VARIANCE, iso},
    {"chi4_within", GG_FLUCT_RUNS, GG_FLUCT_OF_JACKKNIFE, within},
    {"chi4_structure", GG_FLUCT_RUNS, GG_FLUCT_OF_PREDICTED, structure},
    {"R4", GG_FLUCT_RUNS, GG_FLUCT_OF_VARIANCES, r4},
    {"R4_structure", GG_FLUCT_RUNS, GG_FLUCT_OF_VARIANCES, r4_structure},
    {"R", GG_FLUCT_FIELD, GG_FLUCT_OF_JACKKNIFE, share, .of_particle = true},
    {"R_structure", GG_FLUCT_FIELD, GG_FLUCT_OF_JACKKNIFE, share_structure, .of_particle = true}};

double gg_fluct_of_quantity(const double *sum, int which, const void *context)
{
    const struct gg_fluct_quantity *q = context;
    const struct gg_fluctuation *s = (const void *)sum;
    enum gg_step step = (enum gg_step)q->of; /* runs look at none */
    if (which == RATIO)
        return defined(log(q->value(s, step, PREDICTION) / q->value(s, step, TRUTH)));
    return defined(q->value(s, step, which));
}

double gg_fluct_of_form(const double *sum, int which, const void *context)
{
    const struct gg_fluct_forms *s = (const void *)sum;
    enum gg_spatial_kind kind = *(const enum gg_spatial_kind *)context;
    bool relative = kind == GG_SPATIAL_G || kind == GG_SPATIAL_C;
    if (which == RATIO)
        return defined(
            log(gg_fluct_of_form(sum, PREDICTION, context) / gg_fluct_of_form(sum, TRUTH, context)));
    double of = which == TRUTH ? s->row.yy : s->row.pp,
           all = which == TRUTH ? s->variance.yy : s->variance.pp;
    return defined(of / s->row.weight / (relative ? all / s->variance.weight : 1));
}

double gg_fluct_of_fit(const double *sum, int which, const void *context)
{
    const struct gg_form *row = (const void *)sum;
    bool length = *(const bool *)context;
    double q[GG_FLUCT_FITTED], s[GG_FLUCT_FITTED], waves[GG_FLUCT_FITTED];
    if (which == RATIO)
        return defined(log(gg_fluct_of_fit(sum, PREDICTION, context) / gg_fluct_of_fit(sum, TRUTH, context)));
    for (int k = 0; k < GG_FLUCT_FITTED; k++) {
        q[k] = row[k].at / row[k].weight;
        s[k] = (which == TRUTH ? row[k].yy : row[k].pp) / row[k].weight;
        waves[k] = row[k].weight;
    }
    struct gg_ornstein fit = gg_ornstein_fit(GG_FLUCT_FITTED, q, s, waves);
    return length ? fit.xi : fit.at_zero;
}
