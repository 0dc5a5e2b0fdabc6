/* spatial_print.c -- how truth and prediction vary in space: sums over configurations as a table */
#include "score/score.h"
#include "stats/jackknife.h"
#include "util/arena.h"
#include "util/tsv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What one row comes to.  G and C are divided by the variance of the same fields: 1 at distance 0. */
enum { TRUTH, PREDICTION, CROSS, RATIO, TO_TRUTH, RESIDUAL, VALUES };
static const char *const names[VALUES] = {"truth", "prediction", "cross", "ratio", "to_truth", "residual"};

struct sums {
    struct gg_form row, variance;
};

/* The residual is p - y: B(p - y, p - y) follows from the others. */
static double part(const struct gg_form *f, int which)
{
    return (which == TRUTH        ? f->yy
            : which == PREDICTION ? f->pp
            : which == CROSS      ? f->py
                                  : f->pp - 2 * f->py + f->yy) /
           f->weight;
}

/* NaN where nothing was in the bin, or nothing varies. */
static double defined(double x)
{
    return isfinite(x) ? x : NAN;
}

static double value(const double *sum, int which, const void *context)
{
    const struct sums *s = (const void *)sum;
    enum gg_spatial_kind kind = *(const enum gg_spatial_kind *)context;
    bool relative = kind == GG_SPATIAL_G || kind == GG_SPATIAL_C;
    if (which == RATIO)
        return defined(s->row.pp / s->row.py);
    if (which == TO_TRUTH)
        return defined(value(sum, PREDICTION, context) / value(sum, TRUTH, context));
    return defined(part(&s->row, which) / (relative ? part(&s->variance, which) : 1));
}

static struct sums *sums_of(const struct gg_scores *s, const struct gg_score_cell *c, int row)
{
    struct sums *out = gg_xalloc((size_t)c->n + 1, sizeof *out);
    for (int k = 0; k < c->n; k++) {
        const struct gg_form *form = c->form + (size_t)k * (size_t)s->spatial->n;
        out[k] = (struct sums){form[row], form[0]}; /* the variance comes first */
    }
    return out;
}

struct line {
    const struct gg_scores *s;
    const struct gg_score_cell *c;
    int row;
    double at, weight;
    struct gg_estimate of[VALUES];
};

static struct line line_of(const struct gg_scores *s, const struct gg_score_cell *c, int row)
{
    struct line out = {.s = s, .c = c, .row = row};
    struct sums *sums = sums_of(s, c, row);
    int *run = gg_scores_runs(s, c);
    for (int k = 0; k < c->n; k++) {
        out.at += sums[k].row.at;
        out.weight += sums[k].row.weight;
    }
    bool binned = s->spatial->hi[row] > s->spatial->lo[row];
    out.at = binned ? out.at / out.weight : s->spatial->lo[row];
    for (int w = 0; w < VALUES; w++)
        out.of[w] = gg_jackknife(c->n, sizeof *sums / sizeof(double), (const double *)sums, run, value, w,
                                 &s->spatial->kind[row]);
    if (!c->key.alike)
        out.of[RESIDUAL] = (struct gg_estimate){NAN, NAN, {NAN, NAN}};
    free(run);
    free(sums);
    return out;
}

static void tsv_head(struct gg_tsv *t)
{
    static const char *const keys[] = {"target",  "predictor",  "temperature", "time",
                                       "species", "truth_from", "quantity",    "lo",
                                       "hi",      "at",         "configs",     "n"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        gg_tsv_head(t, keys[k]);
    for (int w = 0; w < VALUES; w++) {
        char name[32];
        gg_tsv_head(t, names[w]);
        snprintf(name, sizeof name, "%s_error", names[w]);
        gg_tsv_head(t, name);
    }
}

static void tsv_line(struct gg_tsv *t, const struct line *l)
{
    const struct gg_score_key *k = &l->c->key;
    const struct gg_spatial *p = l->s->spatial;
    gg_tsv_add(t, "%s", l->s->name[k->target]);
    gg_tsv_add(t, "%s", l->s->name[k->predictor]);
    gg_tsv_digits(t, k->temperature, 6, "nan");
    gg_tsv_digits(t, k->time, 6, "nan");
    gg_tsv_add(t, "%s", gg_score_key_species(k));
    gg_tsv_add(t, k->truth_from == GG_TRUTH_HALVES ? "halves" : "mean");
    gg_tsv_add(t, "%s", gg_spatial_name(p->kind[l->row]));
    gg_tsv_digits(t, p->lo[l->row], 6, "nan");
    gg_tsv_digits(t, p->hi[l->row], 6, "nan");
    gg_tsv_digits(t, l->at, 6, "nan");
    gg_tsv_add(t, "%d", l->c->n);
    gg_tsv_add(t, "%.0f", l->weight);
    for (int w = 0; w < VALUES; w++) {
        gg_tsv_digits(t, l->of[w].value, 6, "nan");
        gg_tsv_digits(t, l->of[w].error, 6, "nan");
    }
}

static void text_number(struct gg_tsv *t, const struct gg_estimate *e)
{
    if (isnan(e->value))
        gg_tsv_add(t, "-");
    else if (isnan(e->error))
        gg_tsv_add(t, "%.3g", e->value);
    else
        gg_tsv_add(t, "%.3f ± %.3f", e->value, e->error);
}

static void text_line(struct gg_tsv *t, const struct line *l)
{
    gg_tsv_add(t, "%s", gg_spatial_name(l->s->spatial->kind[l->row]));
    if (l->row) /* the variance is at no length */
        gg_tsv_add(t, "%.3g", l->at);
    else
        gg_tsv_add(t, "-");
    gg_tsv_number(t, l->of[TRUTH].value, 4, "-");
    gg_tsv_number(t, l->of[PREDICTION].value, 4, "-");
    gg_tsv_number(t, l->of[RESIDUAL].value, 4, "-");
    text_number(t, &l->of[RATIO]);
    text_number(t, &l->of[TO_TRUTH]);
}

static int print_cell(const struct gg_scores *s, int c, struct gg_sink *to, struct gg_err *err)
{
    static const char *const head[] = {"quantity", "at",    "truth",   "prediction",
                                       "residual", "ratio", "to truth"};
    const struct gg_score_cell *cell = &s->cell[c];
    const struct gg_score_key *k = &cell->key;
    struct gg_tsv t = {0};
    for (size_t h = 0; h < sizeof head / sizeof *head; h++)
        gg_tsv_head(&t, head[h]);
    for (int row = 0; row < s->spatial->n; row++) {
        struct line l = line_of(s, cell, row);
        text_line(&t, &l);
    }
    int status =
        gg_sink_printf(to, err, "%s%s by %s, T = %g, t = %g, %s, %d configuration%s; truth from %s\n",
                       c ? "\n" : "", s->name[k->target], s->name[k->predictor], k->temperature, k->time,
                       gg_score_key_species(k), cell->n, cell->n == 1 ? "" : "s",
                       k->truth_from == GG_TRUTH_HALVES ? "different runs"
                                                        : "the mean over runs, with its noise");
    status = status ? status : gg_tsv_align(&t, 2, to, err);
    gg_tsv_free(&t);
    return status;
}

static int print_text(const struct gg_scores *s, struct gg_sink *to, struct gg_err *err)
{
    for (int c = 0; c < s->n; c++)
        if (s->cell[c].form && print_cell(s, c, to, err))
            return -1;
    return gg_sink_printf(
        to, err,
        "\nS: spectrum at wave vectors |q| (1/sigma); G: correlation of pairs by distance (sigma); C: "
        "correlation "
        "around R;\nlocal_variance: over neighbours; residual: of prediction less truth\n"
        "ratio: prediction with itself over prediction with truth, 1 for the best prediction in the mean "
        "square, below where it\nis too smooth, above where it is too sure; to truth: prediction "
        "over truth; ±: standard error over the %s\n",
        gg_scores_counted(s));
}

static int print_tsv(const struct gg_scores *s, struct gg_sink *to, struct gg_err *err)
{
    struct gg_tsv t = {0};
    tsv_head(&t);
    for (int c = 0; c < s->n; c++)
        for (int row = 0; s->cell[c].form && row < s->spatial->n; row++) {
            struct line l = line_of(s, &s->cell[c], row);
            tsv_line(&t, &l);
        }
    int status = gg_tsv_print(&t, to, err);
    gg_tsv_free(&t);
    return status;
}

int gg_spatial_print(const struct gg_scores *s, enum gg_score_format format, struct gg_sink *to,
                     struct gg_err *err)
{
    for (int c = 0; c < s->n; c++)
        if (s->cell[c].form)
            return format == GG_SCORE_TSV ? print_tsv(s, to, err) : print_text(s, to, err);
    return gg_fail(err, GG_INPUT, "--spatial: no target and prediction of particles");
}
