/* row.c -- what the configurations of a cell say together: averages, intervals, ceilings, differences */
#include "score/score.h"
#include "stats/bootstrap.h"
#include "stats/ceiling.h"
#include "stats/permutation.h"
#include "stream/frame.h"
#include "util/arena.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

/* Mean over the configurations where it is defined: of a function of the moments, or of a single score. */
static double mean_of(const struct gg_score_cell *c, const struct gg_moments *m,
                      double (*of)(const struct gg_moments *), int single)
{
    double sum = 0;
    int there = 0;
    for (int k = 0; k < c->n; k++) {
        double v = of ? of(&m[k]) : c->part[k].single[single];
        if (isnan(v))
            continue;
        sum += v;
        there++;
    }
    return there ? sum / there : NAN;
}

static double spearman_pooled(const struct gg_score_cell *c)
{
    if (c->n_pair == 0)
        return NAN;
    double *x = gg_xmalloc(2 * (size_t)c->n_pair * sizeof *x), *y = x + c->n_pair;
    for (int64_t k = 0; k < c->n_pair; k++) {
        x[k] = c->pair[2 * k];
        y[k] = c->pair[2 * k + 1];
    }
    double r = gg_spearman(c->n_pair, x, y);
    free(x);
    return r;
}

static void add_ceilings(struct gg_score_row *r, const struct gg_score_cell *c, const struct gg_moments *all)
{
    double noise = 0, sum = 0;
    int n = 0;
    for (int k = 0; k < c->n; k++) {
        double ceiling = gg_ceiling(&c->moments[k], c->part[k].noise, c->key.vector);
        noise += c->part[k].noise;
        if (isnan(ceiling))
            continue;
        sum += ceiling;
        n++;
    }
    r->ceiling_config = n ? sum / n : NAN;
    r->ceiling_pooled = gg_ceiling(all, noise, c->key.vector);
    r->ceiling_split = mean_of(c, NULL, NULL, GG_SCORE_SPLIT);
    r->reached_config = r->ceiling_config > 0 ? r->rho_config / r->ceiling_config : NAN;
    r->reached_pooled = r->ceiling_pooled > 0 ? r->rho_pooled / r->ceiling_pooled : NAN;
}

static struct gg_moments pool(int n, const struct gg_moments *m)
{
    struct gg_moments all = {0};
    for (int k = 0; k < n; k++)
        gg_moments_merge(&all, &m[k]);
    return all;
}

#define AT(name) offsetof(struct gg_score_row, name)

/* Scores that follow from moments, config and then pooled. */
static void add_of_moments(struct gg_score_row *r, const struct gg_score_cell *c)
{
    static const struct {
        size_t at;
        double (*of)(const struct gg_moments *);
        bool alike, of_length;
    } scores[] = {{AT(r2_config), gg_r2, true, false},
                  {AT(rmse_config), gg_rmse, true, false},
                  {AT(slope_config), gg_slope, true, false},
                  {AT(variance_ratio_config), gg_variance_ratio, true, false},
                  {AT(length_rho_config), gg_pearson, false, true},
                  {AT(length_rmse_config), gg_rmse, true, true}};
    for (size_t k = 0; k < sizeof scores / sizeof *scores; k++) {
        const struct gg_moments *m = scores[k].of_length ? c->length : c->moments;
        bool there = m && (c->key.alike || !scores[k].alike);
        struct gg_moments all = pool(there ? c->n : 0, m);
        double *to = (double *)((char *)r + scores[k].at);
        to[0] = there ? mean_of(c, m, scores[k].of, 0) : NAN;
        to[1] = there ? scores[k].of(&all) : NAN;
    }
    struct gg_moments length = pool(c->length ? c->n : 0, c->length);
    r->length_bias = c->length && c->key.alike ? length.my - length.mx : NAN;
}

/* The configurations that both cells have, side by side in a and b; each model has them in its own order. */
static int paired(const struct gg_score_cell *x, const struct gg_score_cell *y, struct gg_moments *a,
                  struct gg_moments *b, int *run)
{
    int n = 0;
    for (int i = 0, j = 0; i < x->n; i++)
        for (int seen = 0; seen < y->n; seen++, j = (j + 1) % y->n)
            if (x->part[i].config == y->part[j].config) {
                a[n] = x->moments[i];
                if (run)
                    run[n] = run[i]; /* n <= i */
                b[n++] = y->moments[j];
                break;
            }
    return n;
}

/* Of a, or of a less b where there is a b. */
static struct gg_intervals intervals(int n, const struct gg_moments *a, const struct gg_moments *b,
                                     const int *run, const struct gg_score_options *o)
{
    return o->draws == GG_SCORE_T ? gg_intervals_difference(n, a, b, run)
                                  : gg_bootstrap_difference(n, a, b, run, o->draws, o->seed);
}

/* Of the difference inside configurations, of its sum over those of a run where runs are told. */
static double exchanged(int n, const struct gg_moments *a, const struct gg_moments *b, const int *run)
{
    double *d = gg_xalloc((size_t)n + 1, sizeof *d);
    int *of = gg_xalloc((size_t)n + 1, sizeof *of), defined = 0;
    for (int k = 0; k < n; k++) {
        double here = gg_pearson(&a[k]) - gg_pearson(&b[k]);
        if (isnan(here))
            continue;
        of[defined] = run ? run[k] : k;
        d[defined++] = here;
    }
    double p = gg_sign_test(gg_merge_runs(defined, 1, d, of), d);
    free(of);
    free(d);
    return p;
}

static void add_difference(struct gg_score_row *r, const struct gg_scores *s, const struct gg_score_cell *c,
                           const struct gg_score_options *o)
{
    struct gg_score_key key = c->key;
    key.predictor = gg_scores_against(s, key.target);
    const struct gg_score_cell *other = gg_scores_find(s, &key);
    key.predicted_time = NAN; /* a predictor without times */
    other = other ? other : gg_scores_find(s, &key);
    r->diff_config = r->diff_config_lo = r->diff_config_hi = NAN;
    r->diff_pooled = r->diff_pooled_lo = r->diff_pooled_hi = r->diff_p = NAN;
    if (key.predictor < 0 || !other || other == c)
        return;
    struct gg_moments *a = gg_xmalloc(2 * (size_t)c->n * sizeof *a), *b = a + c->n;
    int *run = gg_scores_runs(s, c), n = paired(c, other, a, b, run);
    struct gg_intervals e = intervals(n, a, b, run, o);
    r->diff_config = gg_difference_config(n, a, b);
    r->diff_config_lo = e.config.lo;
    r->diff_config_hi = e.config.hi;
    r->diff_pooled = gg_difference_pooled(n, a, b);
    r->diff_pooled_lo = e.pooled.lo;
    r->diff_pooled_hi = e.pooled.hi;
    r->diff_p = exchanged(n, a, b, run);
    free(run);
    free(a);
}

/* Configurations, or their runs; those inside which Pearson is defined, or all. */
static int count(const struct gg_score_cell *c, const int *run, bool defined)
{
    int *of = gg_xalloc((size_t)c->n + 1, sizeof *of), n = 0;
    for (int k = 0; k < c->n; k++)
        if (!defined || !isnan(gg_pearson(&c->moments[k])))
            of[n++] = run ? run[k] : k;
    n = gg_number_runs(n, of, of);
    free(of);
    return n;
}

struct gg_score_row gg_scores_row(const struct gg_scores *s, const struct gg_score_cell *c,
                                  const struct gg_score_options *o)
{
    struct gg_moments all = pool(c->n, c->moments);
    int *run = gg_scores_runs(s, c);
    struct gg_intervals e = intervals(c->n, c->moments, NULL, run, o);
    struct gg_score_row r = {.key = &c->key,
                             .configs = c->n,
                             .n = all.n,
                             .rho_config = gg_pearson_config(c->n, c->moments),
                             .rho_config_lo = e.config.lo,
                             .rho_config_hi = e.config.hi,
                             .rho_pooled = gg_pearson(&all),
                             .rho_pooled_lo = e.pooled.lo,
                             .rho_pooled_hi = e.pooled.hi,
                             .spearman_config = mean_of(c, NULL, NULL, GG_SCORE_SPEARMAN),
                             .spearman_pooled = spearman_pooled(c),
                             .cosine_config = mean_of(c, NULL, NULL, GG_SCORE_COSINE),
                             .angle_config = mean_of(c, NULL, NULL, GG_SCORE_ANGLE)};
    add_of_moments(&r, c);
    gg_score_row_spread(&r, c, run);
    r.spread_error_config = mean_of(c, NULL, NULL, GG_SCORE_SPREAD);
    r.averaged = count(c, NULL, true);
    r.counted_config = count(c, run, true);
    r.counted_pooled = count(c, run, false);
    free(run);
    add_ceilings(&r, c, &all);
    add_difference(&r, s, c, o);
    if (c->key.over == GG_FREE && c->n < GG_SCORE_CONFIGS) {
        r.rho_pooled = r.rho_pooled_lo = r.rho_pooled_hi = r.spearman_pooled = NAN;
        r.ceiling_pooled = r.reached_pooled = NAN;
        r.diff_pooled = r.diff_pooled_lo = r.diff_pooled_hi = r.diff_p = NAN;
    }
    return r;
}

static int by_key(const void *a, const void *b)
{
    return gg_score_key_order(a, b); /* the key comes first in the cell */
}

struct gg_score_row *gg_scores_rows(struct gg_scores *s, const struct gg_score_options *o)
{
    struct gg_score_row *rows = gg_xalloc((size_t)s->n + 1, sizeof *rows);
    if (s->n)
        qsort(s->cell, (size_t)s->n, sizeof *s->cell, by_key);
    for (int k = 0; k < s->n; k++)
        rows[k] = gg_scores_row(s, &s->cell[k], o);
    return rows;
}

int gg_score_fewest(int n, const struct gg_score_row *row)
{
    double fewest = INFINITY;
    for (int k = 0; k < n; k++) {
        if (!isnan(row[k].rho_config_lo))
            fewest = fmin(fewest, row[k].counted_config);
        if (!isnan(row[k].rho_pooled_lo))
            fewest = fmin(fewest, row[k].counted_pooled);
    }
    return isfinite(fewest) ? (int)fewest : 0;
}
