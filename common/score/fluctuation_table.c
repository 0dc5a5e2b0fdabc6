/* fluctuation_table.c -- how many particles are mobile, and where: a line for each value, with its error */
#include "score/fluctuation_table.h"
#include "util/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRUTH = GG_FLUCT_TRUTH, PREDICTION = GG_FLUCT_PREDICTION };

static bool has_prediction(const struct gg_score_cell *c, const struct gg_fluct_quantity *q)
{
    return c->key.alike && (!q || q->of != GG_FLUCT_RUNS || c->fluctuation[0].length == 0);
}

/* All values of a line, from one row of sums a configuration. */
static void estimate(const struct gg_fluct_table *t, struct gg_fluct_line *l, int width, const double *sums,
                     gg_of_sums *of, const void *context)
{
    for (int w = 0; w < GG_FLUCT_VALUES; w++)
        l->of[w] = gg_jackknife(t->c->n, width, sums, t->run, of, w, context);
}

static bool is_step(enum gg_fluct_definition d)
{
    return d == GG_FLUCT_HARD || d == GG_FLUCT_SMOOTH;
}

static int truth_of(const struct gg_score_cell *c, enum gg_fluct_definition d)
{
    return is_step(d) ? GG_TRUTH_MEAN : c->key.truth_from;
}

/* Is this value a plain variance over configurations? */
static bool is_variance(const struct gg_score_cell *c, const struct gg_fluct_quantity *q, int which)
{
    bool plain = q->of != GG_FLUCT_FIELD || truth_of(c, GG_FLUCT_FIELD) == GG_TRUTH_MEAN;
    return which == PREDICTION ? q->error == GG_FLUCT_OF_VARIANCE || q->error == GG_FLUCT_OF_PREDICTED
                               : which == TRUTH && q->error == GG_FLUCT_OF_VARIANCE && plain;
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
         there[GG_FLUCT_DEFINITIONS] = {
             [GG_FLUCT_HARD] = length,          [GG_FLUCT_SMOOTH] = length,
             [GG_FLUCT_FIELD] = !length,        [GG_FLUCT_HARD_HALVES] = halves,
             [GG_FLUCT_SMOOTH_HALVES] = halves, [GG_FLUCT_RUNS] = sum.run.configs == c->n};
    for (int k = 0; k < GG_FLUCT_QUANTITIES; k++) {
        const struct gg_fluct_quantity *q = &gg_fluct_quantities[k];
        if (q->of_particle ? sum.shares != c->n : !there[q->of])
            continue;
        struct gg_fluct_line l = {.name = q->name,
                                  .definition = gg_fluct_definitions[q->of],
                                  .lo = NAN,
                                  .hi = NAN,
                                  .at = NAN,
                                  .n = sum.n,
                                  .truth_from = truth_of(c, q->of),
                                  .refused = q->error != GG_FLUCT_OF_JACKKNIFE && counted < GG_FLUCT_FEWEST};
        estimate(t, &l, GG_FLUCTUATION_WIDTH, (const double *)c->fluctuation, gg_fluct_of_quantity, q);
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
static enum gg_fluct_definition of_forms(const struct gg_score_cell *c)
{
    bool length = c->fluctuation[0].length > 0, halves = c->key.truth_from == GG_TRUTH_HALVES;
    return !length ? GG_FLUCT_FIELD : halves ? GG_FLUCT_SMOOTH_HALVES : GG_FLUCT_SMOOTH;
}

static void add_form(struct gg_fluct_table *t, int row, enum gg_fluct_definition definition, const char *name)
{
    const struct gg_spatial *p = &t->s->fluctuations->spatial;
    struct gg_fluct_forms *sums = gg_xalloc((size_t)t->c->n + 1, sizeof *sums);
    struct gg_fluct_line l = {.name = name,
                              .definition = gg_fluct_definitions[definition],
                              .lo = p->lo[row],
                              .hi = p->hi[row],
                              .truth_from = truth_of(t->c, definition)};
    for (int k = 0; k < t->c->n; k++) {
        sums[k] = (struct gg_fluct_forms){*forms(t, k, row), *forms(t, k, 0)};
        l.at += sums[k].row.at;
        l.n += sums[k].row.weight;
    }
    l.at = p->hi[row] > p->lo[row] ? l.at / l.n : p->lo[row];
    if (row == 0)
        l.lo = l.hi = l.at = NAN;
    estimate(t, &l, sizeof *sums / sizeof(double), (const double *)sums, gg_fluct_of_form, &p->kind[row]);
    add_line(t, l, has_prediction(t->c, NULL));
    free(sums);
}

/* The first row of spectra; -1 where there are fewer than are fitted to. */
static int first_fitted(const struct gg_spatial *p)
{
    for (int row = 0; row + GG_FLUCT_FITTED <= p->n; row++)
        if (p->kind[row] == GG_SPATIAL_S)
            return p->kind[row + GG_FLUCT_FITTED - 1] == GG_SPATIAL_S ? row : -1;
    return -1;
}

/* Why a spectrum has no length: this form falls as q^-2 at most. */
static void say_why(struct gg_fluct_table *t)
{
    const struct gg_fluct_line *a = NULL, *b = NULL;
    for (int k = 0, seen = 0; k < t->n; k++)
        if (strcmp(t->line[k].name, "S4") == 0 && ++seen <= GG_FLUCT_FITTED) {
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

static void add_fits(struct gg_fluct_table *t, enum gg_fluct_definition definition)
{
    static const char *const names[2] = {"S4_zero", "xi4"};
    static const bool length[2] = {false, true};
    int first = first_fitted(&t->s->fluctuations->spatial);
    if (first < 0)
        return;
    struct gg_form(*sums)[GG_FLUCT_FITTED] = gg_xalloc((size_t)t->c->n + 1, sizeof *sums);
    double n = 0;
    for (int k = 0; k < t->c->n; k++) {
        memcpy(sums[k], forms(t, k, first), sizeof *sums);
        for (int x = 0; x < GG_FLUCT_FITTED; x++)
            n += sums[k][x].weight;
    }
    for (int f = 0; f < 2; f++) {
        struct gg_fluct_line l = {.name = names[f],
                                  .definition = gg_fluct_definitions[definition],
                                  .lo = NAN,
                                  .hi = NAN,
                                  .at = NAN,
                                  .n = n,
                                  .truth_from = truth_of(t->c, definition)};
        estimate(t, &l, GG_FLUCT_FITTED * GG_FORM_WIDTH, (const double *)sums, gg_fluct_of_fit, &length[f]);
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
    enum gg_fluct_definition definition = of_forms(c);
    for (int row = 0; row < s->fluctuations->spatial.n; row++) {
        const char *name = form_name(s->fluctuations->spatial.kind[row], length);
        if (name)
            add_form(t, row, definition, name);
    }
    add_fits(t, definition);
    free(t->run);
    t->run = NULL;
}
