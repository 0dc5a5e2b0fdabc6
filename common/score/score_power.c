/* score_power.c -- how many configurations and seeds a difference needs, from the scatter at hand */
#include "score/score_power.h"
#include "stats/interval.h"
#include "stats/power.h"
#include "stream/frame.h"
#include "util/arena.h"
#include "util/same.h"
#include "util/tsv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Standard deviation of those of n numbers that are there, *kept of them. */
static double deviation(int n, const double *v, int *kept)
{
    double sum = 0, square = 0;
    *kept = 0;
    for (int k = 0; k < n; k++)
        if (!isnan(v[k])) {
            sum += v[k];
            ++*kept;
        }
    for (int k = 0; k < n; k++)
        if (!isnan(v[k]))
            square += (v[k] - sum / *kept) * (v[k] - sum / *kept);
    return *kept > 2 ? sqrt(square / (*kept - 1)) : NAN;
}

/* Of the correlations inside configurations, or of their differences to those of `other`. */
static double of_configurations(const struct gg_scores *s, const struct gg_score_cell *c,
                                const struct gg_score_cell *other, int *kept)
{
    double *v = gg_xalloc((size_t)c->n + 1, sizeof *v);
    int n = 0, *run = gg_scores_runs(s, c);
    for (int i = 0, j = 0; i < c->n; i++) {
        while (other && j < other->n && other->part[j].config < c->part[i].config)
            j++;
        if (other && (j == other->n || other->part[j].config != c->part[i].config))
            continue;
        if (run)
            run[n] = run[i]; /* n <= i */
        v[n++] = gg_pearson(&c->moments[i]) - (other ? gg_pearson(&other->moments[j]) : 0);
    }
    n = gg_mean_of_runs(n, v, run);
    double sd = deviation(n, v, kept);
    free(run);
    free(v);
    return sd;
}

/* Of the averages of the predictors of one target, which are seeds of one model. */
static double of_seeds(const struct gg_scores *s, const struct gg_score_key *like, int against, int *kept)
{
    double *v = gg_xalloc((size_t)s->n + 1, sizeof *v);
    int n = 0;
    for (int k = 0; k < s->n; k++) {
        struct gg_score_key key = s->cell[k].key;
        bool seed = key.predictor != against;
        key.predictor = like->predictor;
        if (seed && gg_score_key_same(&key, like))
            v[n++] = gg_pearson_config(s->cell[k].n, s->cell[k].moments);
    }
    double sd = deviation(n, v, kept);
    free(v);
    return sd;
}

struct line {
    const struct gg_score_key *key;
    bool paired;
    int configs, seeds;
    double sd, resolves, needed, sd_seeds, needed_seeds;
};

static struct line line_of(const struct gg_scores *s, const struct gg_score_cell *c,
                           const struct gg_score_options *o)
{
    struct gg_score_key key = c->key;
    key.predictor = gg_scores_against(s, key.target);
    const struct gg_score_cell *other =
        key.predictor >= 0 && key.predictor != c->key.predictor ? gg_scores_find(s, &key) : NULL;
    struct line l = {.key = &c->key, .paired = other != NULL};
    l.sd = of_configurations(s, c, other, &l.configs);
    l.resolves = gg_power_delta(l.sd, l.configs);
    l.needed = gg_power_samples(l.sd, o->delta);
    l.sd_seeds = of_seeds(s, &c->key, key.predictor, &l.seeds);
    l.needed_seeds = gg_power_samples(sqrt(2) * l.sd_seeds, o->delta); /* of each of two models */
    return l;
}

static void add(struct gg_tsv *t, double x, bool tsv)
{
    if (isnan(x))
        gg_tsv_add(t, tsv ? "nan" : "-");
    else
        gg_tsv_add(t, tsv ? "%.6g" : "%.4g", x);
}

static void add_line(struct gg_tsv *t, const struct gg_scores *s, const struct line *l, bool tsv)
{
    gg_tsv_add(t, "%s", s->name[l->key->target]);
    gg_tsv_add(t, "%s", s->name[l->key->predictor]);
    add(t, l->key->temperature, tsv);
    add(t, l->key->time, tsv);
    gg_tsv_add(t, "%s", gg_score_key_species(l->key));
    gg_tsv_add(t, l->paired ? "paired" : "alone");
    gg_tsv_add(t, "%d", l->configs);
    add(t, l->sd, tsv);
    add(t, l->resolves, tsv);
    add(t, l->needed, tsv);
    gg_tsv_add(t, "%d", l->seeds);
    add(t, l->sd_seeds, tsv);
    add(t, l->needed_seeds, tsv);
}

int gg_power_print(struct gg_scores *s, const struct gg_score_options *o, enum gg_score_format format,
                   struct gg_sink *to, struct gg_err *err)
{
    static const char *const head[] = {"target",  "predictor", "temperature", "time",     "species",
                                       "scatter", "configs",   "sd",          "resolves", "configs_needed",
                                       "seeds",   "sd_seeds",  "seeds_needed"};
    struct gg_tsv t = {0};
    bool tsv = format == GG_SCORE_TSV;
    free(gg_scores_rows(s, o)); /* in their order */
    for (size_t h = 0; h < sizeof head / sizeof *head; h++)
        gg_tsv_head(&t, head[h]);
    for (int k = 0; k < s->n; k++) {
        struct line l = line_of(s, &s->cell[k], o);
        if (l.key->predictor != gg_scores_against(s, l.key->target))
            add_line(&t, s, &l, tsv);
    }
    int status = tsv ? gg_tsv_print(&t, to, err) : gg_tsv_align(&t, 0, to, err);
    gg_tsv_free(&t);
    return status || tsv
               ? status
               : gg_sink_printf(to, err,
                                "\nsd: of Pearson inside configurations, of its difference where paired\n"
                                "resolves: the difference that so many configurations see, 5 %% two-sided "
                                "with a power of 80 %%\n"
                                "configs_needed, seeds_needed: for %g; seeds: the predictors of a target are "
                                "taken as seeds of one model, from three on, needed of each of two\n",
                                o->delta);
}
