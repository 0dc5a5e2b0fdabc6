/* fluctuation_table.c -- how many particles are mobile, and where: the values that sums over configurations have, and their errors */
#include "score/fluctuation_table.h"
#include "stats/ornstein.h"
#include "util/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRUTH = GG_FLUCT_TRUTH, PREDICTION = GG_FLUCT_PREDICTION, RATIO = GG_FLUCT_RATIO };

/* The smallest wave vectors, which xi4 is fitted to. */
enum { FITTED = 4 };

/* ---- values of sums over configurations ---- */

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

/* Which definition a line is of, as the table calls it. */
enum definition {
    HARD = GG_STEP_HARD,
    SMOOTH = GG_STEP_SMOOTH,
    FIELD = GG_STEP_FIELD,
    HARD_HALVES = GG_STEP_HARD_HALVES,
    SMOOTH_HALVES = GG_STEP_SMOOTH_HALVES,
    RUNS = GG_STEPS,
    DEFINITIONS
};
static const char *const definitions[DEFINITIONS] = {[HARD] = "hard",
                                                     [SMOOTH] = "smooth",
                                                     [FIELD] = "field",
                                                     [HARD_HALVES] = "hard_halves",
                                                     [SMOOTH_HALVES] = "smooth_halves",
                                                     [RUNS] = "runs"};

/* sqrt(2 / (n - 1)) is the relative error of a plain variance over configurations, and of nothing else: products of halves and what noise was
 * taken off may be 0.  All but the first are refused over too few configurations. */
enum error {
    OF_JACKKNIFE,
    OF_VARIANCE,  /* truth and prediction are one */
    OF_PREDICTED, /* the prediction is one; the truth's error is of the jackknife */
    OF_VARIANCES  /* made of some: the jackknife's */
};

static const struct quantity {
    const char *name;
    enum definition of;
    enum error error;
    double (*value)(const struct gg_fluctuation *s, enum gg_step step, int which);
} quantities[] = {{"Q", HARD, OF_JACKKNIFE, mean},
                  {"chi4", HARD, OF_VARIANCE, chi4},
                  {"Q", SMOOTH, OF_JACKKNIFE, mean},
                  {"chi4", SMOOTH, OF_VARIANCE, chi4},
                  {"chi4_normalised", SMOOTH, OF_VARIANCE, normalised},
                  {"Q", FIELD, OF_JACKKNIFE, mean},
                  {"chi4", FIELD, OF_VARIANCE, chi4},
                  {"chi4_normalised", FIELD, OF_VARIANCE, normalised},
                  {"chi4", HARD_HALVES, OF_PREDICTED, chi4},
                  {"chi4", SMOOTH_HALVES, OF_PREDICTED, chi4},
                  {"chi4_normalised", SMOOTH_HALVES, OF_PREDICTED, normalised},
                  {"Q", RUNS, OF_JACKKNIFE, overlap},
                  {"chi4_tot", RUNS, OF_VARIANCES, total},
                  {"chi4_iso", RUNS, OF_VARIANCE, iso},
                  {"chi4_within", RUNS, OF_JACKKNIFE, within},
                  {"chi4_structure", RUNS, OF_PREDICTED, structure},
                  {"R4", RUNS, OF_VARIANCES, r4},
                  {"R4_structure", RUNS, OF_VARIANCES, r4_structure},
                  {"R", FIELD, OF_JACKKNIFE, share},
                  {"R_structure", FIELD, OF_JACKKNIFE, share_structure}};
enum { QUANTITIES = sizeof quantities / sizeof *quantities };

static double of_quantity(const double *sum, int which, const void *context)
{
    const struct quantity *q = context;
    const struct gg_fluctuation *s = (const void *)sum;
    enum gg_step step = (enum gg_step)q->of; /* runs look at none */
    if (which == RATIO)
        return defined(log(q->value(s, step, PREDICTION) / q->value(s, step, TRUTH)));
    return defined(q->value(s, step, which));
}

/* A row of forms, over the variance where it is a correlation. */
struct pair_of_forms {
    struct gg_form row, variance;
};

static double of_form(const double *sum, int which, const void *context)
{
    const struct pair_of_forms *s = (const void *)sum;
    enum gg_spatial_kind kind = *(const enum gg_spatial_kind *)context;
    bool relative = kind == GG_SPATIAL_G || kind == GG_SPATIAL_C;
    if (which == RATIO)
        return defined(log(of_form(sum, PREDICTION, context) / of_form(sum, TRUTH, context)));
    double of = which == TRUTH ? s->row.yy : s->row.pp,
           all = which == TRUTH ? s->variance.yy : s->variance.pp;
    return defined(of / s->row.weight / (relative ? all / s->variance.weight : 1));
}

/* S4(0) or xi4, from FITTED rows. */
static double of_fit(const double *sum, int which, const void *context)
{
    const struct gg_form *row = (const void *)sum;
    bool length = *(const bool *)context;
    double q[FITTED], s[FITTED], waves[FITTED];
    if (which == RATIO)
        return defined(log(of_fit(sum, PREDICTION, context) / of_fit(sum, TRUTH, context)));
    for (int k = 0; k < FITTED; k++) {
        q[k] = row[k].at / row[k].weight;
        s[k] = (which == TRUTH ? row[k].yy : row[k].pp) / row[k].weight;
        waves[k] = row[k].weight;
    }
    struct gg_ornstein fit = gg_ornstein_fit(FITTED, q, s, waves);
    return length ? fit.xi : fit.at_zero;
}

/* ---- lines ---- */

static bool has_prediction(const struct gg_score_cell *c, const struct quantity *q)
{
    return c->key.alike && (!q || q->of != RUNS || c->fluctuation[0].length == 0);
}

/* All values of a line, from one row of sums a configuration. */
static void estimate(const struct gg_fluct_table *t, struct gg_fluct_line *l, int width, const double *sums,
                     gg_of_sums *of, const void *context)
{
    for (int w = 0; w < GG_FLUCT_VALUES; w++)
        l->of[w] = gg_jackknife(t->c->n, width, sums, t->run, of, w, context);
}

static bool is_step(enum definition d)
{
    return d == HARD || d == SMOOTH;
}

static int truth_of(const struct gg_score_cell *c, enum definition d)
{
    return is_step(d) ? GG_TRUTH_MEAN : c->key.truth_from;
}

/* Is this value a plain variance over configurations? */
static bool is_variance(const struct gg_score_cell *c, const struct quantity *q, int which)
{
    bool plain = q->of != FIELD || truth_of(c, FIELD) == GG_TRUTH_MEAN;
    return which == PREDICTION ? q->error == OF_VARIANCE || q->error == OF_PREDICTED
                               : which == TRUTH && q->error == OF_VARIANCE && plain;
}

static const struct gg_estimate unknown = {NAN, NAN, {NAN, NAN}};

static void add_line(struct gg_fluct_table *t, struct gg_fluct_line l, bool predicted)
{
    for (int w = 0; w < GG_FLUCT_VALUES; w++)
        if (l.refused || (w != TRUTH && !predicted))
            l.of[w] = unknown;
    t->line[t->n++] = l;
}

static struct gg_fluctuation all_of(const struct gg_score_cell *c)
{
    struct gg_fluctuation sum = {0};
    for (int k = 0; k < c->n; k++)
        for (int x = 0; x < GG_FLUCTUATION_WIDTH; x++)
            ((double *)&sum)[x] += ((const double *)&c->fluctuation[k])[x];
    return sum;
}

static void add_quantities(struct gg_fluct_table *t)
{
    const struct gg_score_cell *c = t->c;
    const struct gg_fluctuation sum = all_of(c);
    int *of = gg_xalloc((size_t)c->n + 1, sizeof *of), counted = gg_number_runs(c->n, t->run, of);
    free(of);
    bool length = sum.length > 0, halves = length && c->key.truth_from == GG_TRUTH_HALVES,
         there[DEFINITIONS] = {
             [HARD] = length,        [SMOOTH] = length,        [FIELD] = !length,
             [HARD_HALVES] = halves, [SMOOTH_HALVES] = halves, [RUNS] = sum.run.configs == c->n};
    for (int k = 0; k < QUANTITIES; k++) {
        const struct quantity *q = &quantities[k];
        bool particle = q->value == share || q->value == share_structure;
        if (particle ? sum.shares != c->n : !there[q->of])
            continue;
        struct gg_fluct_line l = {.name = q->name,
                                  .definition = definitions[q->of],
                                  .lo = NAN,
                                  .hi = NAN,
                                  .at = NAN,
                                  .n = sum.n,
                                  .truth_from = truth_of(c, q->of),
                                  .refused = q->error != OF_JACKKNIFE && counted < GG_FLUCT_FEWEST};
        estimate(t, &l, GG_FLUCTUATION_WIDTH, (const double *)c->fluctuation, of_quantity, q);
        for (int w = 0; w < GG_FLUCT_VALUES; w++)
            if (is_variance(c, q, w) && !t->run) /* of runs: of the jackknife */
                l.of[w].error = l.of[w].value * sqrt(2.0 / (c->n - 1));
        add_line(t, l, has_prediction(c, q));
    }
}

static const struct gg_form *forms(const struct gg_fluct_table *t, int config, int row)
{
    return t->c->form + (size_t)config * (size_t)t->s->fluctuations->spatial.n + row;
}

/* Names of rows of forms; those without one are not shown. */
static const char *form_name(enum gg_spatial_kind kind, bool length)
{
    return kind == GG_SPATIAL_VARIANCE      ? "variance"
           : kind == GG_SPATIAL_S           ? "S4"
           : kind == GG_SPATIAL_G           ? "G4"
           : kind == GG_SPATIAL_C && length ? "C4"
                                            : NULL;
}

/* What spectra and correlations are of. */
static enum definition of_forms(const struct gg_score_cell *c)
{
    bool length = c->fluctuation[0].length > 0, halves = c->key.truth_from == GG_TRUTH_HALVES;
    return !length ? FIELD : halves ? SMOOTH_HALVES : SMOOTH;
}

static void add_form(struct gg_fluct_table *t, int row, enum definition definition, const char *name)
{
    const struct gg_spatial *p = &t->s->fluctuations->spatial;
    struct pair_of_forms *sums = gg_xalloc((size_t)t->c->n + 1, sizeof *sums);
    struct gg_fluct_line l = {.name = name,
                              .definition = definitions[definition],
                              .lo = p->lo[row],
                              .hi = p->hi[row],
                              .truth_from = truth_of(t->c, definition)};
    for (int k = 0; k < t->c->n; k++) {
        sums[k] = (struct pair_of_forms){*forms(t, k, row), *forms(t, k, 0)};
        l.at += sums[k].row.at;
        l.n += sums[k].row.weight;
    }
    l.at = p->hi[row] > p->lo[row] ? l.at / l.n : p->lo[row];
    if (row == 0)
        l.lo = l.hi = l.at = NAN;
    estimate(t, &l, sizeof *sums / sizeof(double), (const double *)sums, of_form, &p->kind[row]);
    add_line(t, l, has_prediction(t->c, NULL));
    free(sums);
}

/* The first row of spectra; -1 where there are fewer than are fitted to. */
static int first_fitted(const struct gg_spatial *p)
{
    for (int row = 0; row + FITTED <= p->n; row++)
        if (p->kind[row] == GG_SPATIAL_S)
            return p->kind[row + FITTED - 1] == GG_SPATIAL_S ? row : -1;
    return -1;
}

/* Why a spectrum has no length: this form falls as q^-2 at most. */
static void say_why(struct gg_fluct_table *t)
{
    const struct gg_fluct_line *a = NULL, *b = NULL;
    for (int k = 0, seen = 0; k < t->n; k++)
        if (strcmp(t->line[k].name, "S4") == 0 && ++seen <= FITTED) {
            a = a ? a : &t->line[k];
            b = &t->line[k];
        }
    double falls = a ? a->of[TRUTH].value / b->of[TRUTH].value : NAN, most = a ? pow(b->at / a->at, 2) : NAN;
    if (falls > most)
        snprintf(t->why, sizeof t->why,
                 "xi4 is not defined: over the four smallest wave vectors S4 falls %.3g-fold, S4_zero / (1 + "
                 "(q xi4)^2) at most %.3g-fold: the length is beyond what the box shows",
                 falls, most);
    else
        snprintf(
            t->why, sizeof t->why,
            "xi4 is not defined: no S4_zero / (1 + (q xi4)^2) is near S4 of the four smallest wave vectors");
}

static void add_fits(struct gg_fluct_table *t, enum definition definition)
{
    static const char *const names[2] = {"S4_zero", "xi4"};
    static const bool length[2] = {false, true};
    int first = first_fitted(&t->s->fluctuations->spatial);
    if (first < 0)
        return;
    struct gg_form(*sums)[FITTED] = gg_xalloc((size_t)t->c->n + 1, sizeof *sums);
    double n = 0;
    for (int k = 0; k < t->c->n; k++) {
        memcpy(sums[k], forms(t, k, first), sizeof *sums);
        for (int x = 0; x < FITTED; x++)
            n += sums[k][x].weight;
    }
    for (int f = 0; f < 2; f++) {
        struct gg_fluct_line l = {.name = names[f],
                                  .definition = definitions[definition],
                                  .lo = NAN,
                                  .hi = NAN,
                                  .at = NAN,
                                  .n = n,
                                  .truth_from = truth_of(t->c, definition)};
        estimate(t, &l, FITTED * GG_FORM_WIDTH, (const double *)sums, of_fit, &length[f]);
        add_line(t, l, has_prediction(t->c, NULL));
    }
    if (isnan(t->line[t->n - 1].of[TRUTH].value))
        say_why(t);
    free(sums);
}

void gg_fluct_table_fill(struct gg_fluct_table *t, const struct gg_scores *s, const struct gg_score_cell *c)
{
    t->s = s;
    t->c = c;
    t->n = 0;
    t->run = gg_scores_runs(s, c);
    t->why[0] = 0;
    add_quantities(t);
    bool length = c->fluctuation[0].length > 0;
    enum definition definition = of_forms(c);
    for (int row = 0; row < s->fluctuations->spatial.n; row++) {
        const char *name = form_name(s->fluctuations->spatial.kind[row], length);
        if (name)
            add_form(t, row, definition, name);
    }
    add_fits(t, definition);
    free(t->run);
    t->run = NULL;
}
