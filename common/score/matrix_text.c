/* matrix_text.c -- models and test temperatures as a matrix for readers, one for each target, species and time */
#include "score/matrix.h"
#include "util/same.h"
#include "util/tsv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What one matrix shows: rows of this target and species, and of this time; or, with `tau`, those nearest to tau_alpha. */
struct part {
    const struct gg_scores *s;
    const struct gg_score_row *rows;
    const struct gg_score_key *like;
    bool tau;
};

static bool is_in(const struct part *p, const struct gg_score_key *k)
{
    return k->target == p->like->target && k->species == p->like->species &&
           (p->tau || gg_same_key(k->time, p->like->time));
}

/* The row of a model at a temperature, or NULL. */
static const struct gg_score_row *cell(const struct part *p, int model, double temperature)
{
    const struct gg_score_row *best = NULL;
    double tau = gg_matrix_tau(p->s->matrix, temperature);
    for (int k = 0; k < p->s->n; k++) {
        const struct gg_score_key *x = p->rows[k].key;
        if (!is_in(p, x) || x->predictor != model || !gg_same_key(x->temperature, temperature))
            continue;
        if (!best || (p->tau && fabs(log(x->time / tau)) < fabs(log(best->key->time / tau))))
            best = &p->rows[k];
    }
    return best;
}

static int by_value(const void *a, const void *b)
{
    return gg_same_order(*(const double *)a, *(const double *)b);
}

/* The temperatures of the tests, increasing. */
static int temperatures(const struct gg_matrix *m, double *t)
{
    for (int k = 0; k < m->n_test; k++)
        t[k] = m->test[k].temperature;
    qsort(t, (size_t)m->n_test, sizeof *t, by_value);
    return m->n_test;
}

static void add_known(struct gg_tsv *t, const char *form, double x)
{
    char text[32];
    snprintf(text, sizeof text, form, x);
    gg_tsv_add(t, "%s", isnan(x) ? "-" : text);
}

static void add_model(struct gg_tsv *t, const struct part *p, int predictor, const double *at, int n)
{
    const struct gg_matrix_model *m = gg_matrix_model_of(p->s->matrix, p->s->name[predictor]);
    bool several = m->trained.n_temperature && isnan(gg_trained_temperature(&m->trained));
    gg_tsv_add(t, "%s", p->s->name[predictor]);
    if (several)
        gg_tsv_add(t, "%g to %g", m->trained.lowest, m->trained.highest);
    else
        add_known(t, "%g", gg_trained_temperature(&m->trained));
    add_known(t, "%.0f", m->trained.n ? (double)m->trained.n : NAN);
    for (int k = 0; k < n; k++) {
        const struct gg_score_row *r = cell(p, predictor, at[k]);
        if (r)
            gg_tsv_add(t, "%.3f / %.3f", r->rho_config, r->rho_pooled);
        else
            gg_tsv_add(t, "-");
    }
}

/* What this model is better by than the one it is compared with, on the samples that both predict. */
static void add_difference(struct gg_tsv *t, const struct part *p, int predictor, int against,
                           const double *at, int n)
{
    gg_tsv_add(t, "%s - %s", p->s->name[predictor], p->s->name[against]);
    gg_tsv_add(t, " ");
    gg_tsv_add(t, " ");
    for (int k = 0; k < n; k++) {
        const struct gg_score_row *r = cell(p, predictor, at[k]);
        if (!r || isnan(r->diff_config))
            gg_tsv_add(t, "-");
        else if (isnan(r->diff_config_lo))
            gg_tsv_add(t, "%+.3f", r->diff_config);
        else
            gg_tsv_add(t, "%+.3f [%+.3f, %+.3f]", r->diff_config, r->diff_config_lo, r->diff_config_hi);
    }
}

/* What was tested on, below: configurations, runs each, ceiling, time and t / tau_alpha. */
enum { CONFIGS, RUNS, CEILING, TIME, OVER, FACTS };
static const char *const facts[FACTS] = {"configurations", "runs each", "ceiling", "time", "t / tau_alpha"};

static void add_fact(struct gg_tsv *t, const struct part *p, int fact, double temperature)
{
    const struct gg_score_row *r = NULL;
    for (int m = 0; m < p->s->n_name && !r; m++)
        r = cell(p, m, temperature);
    if (!r)
        gg_tsv_add(t, "-");
    else if (fact == CEILING && !isnan(r->ceiling_config))
        gg_tsv_add(t, "%.3f / %.3f", r->ceiling_config, r->ceiling_pooled);
    else
        add_known(t, "%.4g",
                  fact == CONFIGS ? r->configs
                  : fact == RUNS  ? gg_matrix_value(p->s->matrix, p->s, r->key, 3)
                  : fact == TIME  ? r->key->time
                  : fact == OVER  ? gg_matrix_value(p->s->matrix, p->s, r->key, 4)
                                  : NAN);
}

/* The predictors of this target, by the temperature of their training. */
static int predictors(const struct part *p, int *list)
{
    const struct gg_matrix *m = p->s->matrix;
    int n = 0;
    for (int name = 0; name < p->s->n_name; name++) {
        bool there = false;
        for (int k = 0; k < p->s->n && !there; k++)
            there = is_in(p, p->rows[k].key) && p->rows[k].key->predictor == name;
        if (!there)
            continue;
        double trained = gg_trained_temperature(&gg_matrix_model_of(m, p->s->name[name])->trained);
        int at = n++;
        for (; at > 0; at--) {
            const char *before = p->s->name[list[at - 1]];
            if (gg_same_order(gg_trained_temperature(&gg_matrix_model_of(m, before)->trained), trained) <= 0)
                break;
            list[at] = list[at - 1];
        }
        list[at] = name;
    }
    return n;
}

static int print_part(const struct part *p, struct gg_sink *to, struct gg_err *err)
{
    const struct gg_matrix *m = p->s->matrix;
    struct gg_tsv t = {0};
    double *at = gg_xalloc((size_t)m->n_test + 1, sizeof *at);
    int *list = gg_xalloc((size_t)p->s->n_name + 1, sizeof *list), n_model = predictors(p, list);
    char head[32];
    int n = temperatures(m, at);
    gg_tsv_head(&t, "model");
    gg_tsv_head(&t, "trained at T");
    gg_tsv_head(&t, "on");
    for (int k = 0; k < n; k++) {
        snprintf(head, sizeof head, "T = %g", at[k]);
        gg_tsv_head(&t, head);
    }
    for (int k = 0; k < n_model; k++)
        add_model(&t, p, list[k], at, n);
    int against = gg_scores_against(p->s, p->like->target);
    for (int k = 0; k < n_model && against >= 0; k++)
        if (list[k] != against)
            add_difference(&t, p, list[k], against, at, n);
    for (int f = 0; f < FACTS; f++) {
        gg_tsv_add(&t, "%s", facts[f]);
        gg_tsv_add(&t, " ");
        gg_tsv_add(&t, " ");
        for (int k = 0; k < n; k++)
            add_fact(&t, p, f, at[k]);
    }
    int status =
        gg_sink_printf(to, err, "%s of %s%s", p->s->name[p->like->target], gg_score_key_species(p->like),
                       p->tau ? ", at the times nearest to tau_alpha\n" : "\n") ||
                gg_tsv_align(&t, 2, to, err)
            ? -1
            : 0;
    gg_tsv_free(&t);
    free(at);
    free(list);
    return status;
}

int gg_matrix_text(const struct gg_scores *s, const struct gg_score_row *rows,
                   const struct gg_score_options *o, struct gg_sink *to, struct gg_err *err)
{
    for (int k = 0; k < s->n; k++) {
        struct part p = {s, rows, rows[k].key, o->tau};
        bool known = false;
        for (int l = 0; l < k && !known; l++)
            known = is_in(&p, rows[l].key);
        if (!known && ((k && gg_sink_printf(to, err, "\n")) || print_part(&p, to, err)))
            return -1;
    }
    return gg_sink_printf(to, err,
                          "\nPearson config / pooled (gg-corr(1)) of each model on the frames of each "
                          "temperature; on: configurations it was trained on%s\n",
                          s->n_against ? "\na - b: Pearson config of a less that of b [95 %, paired over the "
                                         "configurations]"
                                       : "");
}
