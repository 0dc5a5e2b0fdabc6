/* fluctuations_print.c -- how many particles are mobile, and where: a table for readers, or TSV */
#include "score/fluctuation_table.h"
#include "util/arena.h"
#include "util/same.h"
#include "util/tsv.h"

#include <math.h>
#include <string.h>
#include <stdlib.h>

/* What all configurations of a cell share: chi4 is that of an ensemble in which it does not fluctuate. */
static const char *fixed(const struct gg_score_cell *c)
{
    bool number = true, volume = true;
    for (int k = 1; k < c->n; k++) {
        const struct gg_fluctuation *a = &c->fluctuation[0], *b = &c->fluctuation[k];
        number &= a->n == b->n && a->of_all == b->of_all;
        volume &= gg_same(a->volume, b->volume);
    }
    return number && volume ? "N,V" : number ? "N" : volume ? "V" : "-";
}

static const char *dynamics(const struct gg_scores *s)
{
    return *s->fluctuations->dynamics ? s->fluctuations->dynamics : "-";
}

static const char *truth_from(int from, bool tsv)
{
    static const char *const words[][2] = {[GG_TRUTH_MEAN] = {"the mean over runs, with its noise", "mean"},
                                           [GG_TRUTH_HALVES] = {"different runs", "halves"},
                                           [GG_TRUTH_LESS_NOISE] = {"the mean over runs, less its noise",
                                                                    "less_noise"}};
    return words[from][tsv];
}

static void tsv_lines(struct gg_tsv *t, const struct gg_fluct_table *f)
{
    const struct gg_score_key *k = &f->c->key;
    for (int i = 0; i < f->n; i++) {
        const struct gg_fluct_line *l = &f->line[i];
        const struct gg_estimate *ratio = &l->of[GG_FLUCT_RATIO];
        gg_tsv_add(t, "%s", f->s->name[k->target]);
        gg_tsv_add(t, "%s", f->s->name[k->predictor]);
        gg_tsv_digits(t, k->temperature, 6, "nan");
        gg_tsv_digits(t, k->time, 6, "nan");
        gg_tsv_add(t, "%s", gg_score_key_species(k));
        gg_tsv_add(t, "%s", truth_from(l->truth_from, true));
        gg_tsv_add(t, "%s", fixed(f->c));
        gg_tsv_add(t, "%s", dynamics(f->s));
        gg_tsv_add(t, "%s", l->name);
        gg_tsv_add(t, "%s", l->definition);
        gg_tsv_digits(t, l->lo, 6, "nan");
        gg_tsv_digits(t, l->hi, 6, "nan");
        gg_tsv_digits(t, l->at, 6, "nan");
        gg_tsv_add(t, "%d", f->c->n);
        gg_tsv_add(t, "%.0f", l->n);
        for (int w = GG_FLUCT_TRUTH; w <= GG_FLUCT_PREDICTION; w++) {
            gg_tsv_digits(t, l->of[w].value, 6, "nan");
            gg_tsv_digits(t, l->of[w].error, 6, "nan");
        }
        gg_tsv_digits(t, exp(ratio->value), 6, "nan");
        gg_tsv_digits(t, exp(ratio->interval.lo), 6, "nan");
        gg_tsv_digits(t, exp(ratio->interval.hi), 6, "nan");
    }
}

static void text_number(struct gg_tsv *t, const struct gg_estimate *e)
{
    if (isnan(e->value))
        gg_tsv_add(t, "-");
    else if (isnan(e->error))
        gg_tsv_add(t, "%.4g", e->value);
    else
        gg_tsv_add(t, "%.4g ± %.3g", e->value, e->error);
}

static void text_line(struct gg_tsv *t, const struct gg_fluct_line *l)
{
    const struct gg_estimate *ratio = &l->of[GG_FLUCT_RATIO];
    gg_tsv_add(t, "%s", l->name);
    gg_tsv_add(t, "%s", l->definition);
    if (isnan(l->at))
        gg_tsv_add(t, "-");
    else
        gg_tsv_add(t, "%.3g", l->at);
    text_number(t, &l->of[GG_FLUCT_TRUTH]);
    text_number(t, &l->of[GG_FLUCT_PREDICTION]);
    if (isnan(ratio->value))
        gg_tsv_add(t, "-");
    else if (isnan(ratio->error))
        gg_tsv_add(t, "%.3g", exp(ratio->value));
    else
        gg_tsv_add(t, "%.3g [%.3g, %.3g]", exp(ratio->value), exp(ratio->interval.lo),
                   exp(ratio->interval.hi));
}

static int text_title(const struct gg_fluct_table *f, bool first, struct gg_sink *to, struct gg_err *err)
{
    const struct gg_score_key *k = &f->c->key;
    return gg_sink_printf(to, err,
                          "%s%s by %s, T = %g, t = %g, %s, %d configuration%s of the same %s; dynamics: %s; "
                          "truth from %s\n",
                          first ? "" : "\n", f->s->name[k->target], f->s->name[k->predictor], k->temperature,
                          k->time, gg_score_key_species(k), f->c->n, f->c->n == 1 ? "" : "s", fixed(f->c),
                          dynamics(f->s), truth_from(k->truth_from, false));
}

static int text_lines(const struct gg_fluct_table *f, bool first, struct gg_sink *to, struct gg_err *err)
{
    static const char *const head[] = {"quantity", "definition", "at", "truth", "prediction", "ratio"};
    struct gg_tsv t = {0};
    bool refused = false;
    for (int h = 0; h < 6; h++)
        gg_tsv_head(&t, head[h]);
    for (int k = 0; k < f->n; k++) {
        refused |= f->line[k].refused;
        if (!f->line[k].refused)
            text_line(&t, &f->line[k]);
    }
    int status = text_title(f, first, to, err) || gg_tsv_align(&t, 2, to, err);
    if (status == 0 && refused)
        status = gg_sink_printf(to, err, "  " GG_FLUCT_REFUSED "\n", f->c->n, GG_FLUCT_FEWEST);
    if (status == 0 && *f->why)
        status = gg_sink_printf(to, err, "  %s\n", f->why);
    gg_tsv_free(&t);
    return status ? -1 : 0;
}

#define LEGEND                                                                                               \
    "\nhard: particles with a propensity above --hard-step; smooth: [1 + tanh(20 (m - --smooth-step))]/2; "  \
    "field: the target\nitself; _halves: steps of means over half of the runs, in products of different "    \
    "halves; hard and "                                                                                      \
    "smooth: of the mean over all\nruns, with its noise; runs: overlaps of each run, --overlap-length\nQ: "  \
    "of "                                                                                                    \
    "one particle; chi4: "                                                                                   \
    "variance of their sum over configurations, over N; _normalised: over the variance of one\nparticle; "   \
    "_structure: without the noise of a finite number of runs; S4: spectrum along the axes at wave vectors " \
    "(1/sigma);\nG4, C4: correlations at distances (sigma); xi4: S4 = S4_zero / (1 + (q xi4)^2), of the "    \
    "four smallest q\nratio: prediction over truth, [a, b]: 95 %%, paired over the %s; ±: "                 \
    "standard error, sqrt(2/(n - 1)) of\na variance over configurations that are counted, else of the "      \
    "jackknife\n"

static void tsv_head(struct gg_tsv *t)
{
    static const char *const head[] = {"target",
                                       "predictor",
                                       "temperature",
                                       "time",
                                       "species",
                                       "truth_from",
                                       "fixed",
                                       "dynamics",
                                       "quantity",
                                       "definition",
                                       "lo",
                                       "hi",
                                       "at",
                                       "configs",
                                       "n",
                                       "truth",
                                       "truth_error",
                                       "prediction",
                                       "prediction_error",
                                       "ratio",
                                       "ratio_lo",
                                       "ratio_hi"};
    for (size_t h = 0; h < sizeof head / sizeof *head; h++)
        gg_tsv_head(t, head[h]);
}

int gg_fluctuations_print(struct gg_scores *s, enum gg_score_format format, struct gg_sink *to,
                          struct gg_err *err)
{
    struct gg_fluct_table *f = gg_xmalloc(sizeof *f);
    struct gg_tsv t = {0};
    int status = 0, cells = 0;
    tsv_head(&t);
    for (int c = 0; c < s->n && status == 0; c++) {
        if (!s->cell[c].fluctuation)
            continue;
        gg_fluct_table_fill(f, s, &s->cell[c]);
        for (int k = 0; k < f->n; k++)
            if (f->line[k].refused)
                s->refused = s->cell[c].n;
        if (!*s->without_length)
            memcpy(s->without_length, f->why, sizeof f->why);
        if (format == GG_SCORE_TSV)
            tsv_lines(&t, f);
        else
            status = text_lines(f, cells == 0, to, err);
        cells++;
    }
    if (status == 0 && cells == 0)
        status = gg_fail(err, GG_INPUT, "--fluctuations: no target is one number a particle");
    if (status == 0)
        status = format == GG_SCORE_TSV ? gg_tsv_print(&t, to, err)
                                        : gg_sink_printf(to, err, LEGEND, gg_scores_counted(s));
    gg_tsv_free(&t);
    free(f);
    return status;
}
