/* reliability.c -- uncertainties of all configurations together: their scores, and the table of what was predicted and what came of it */
#include "score/score.h"
#include "stats/jackknife.h"
#include "util/arena.h"
#include "util/tsv.h"

#include <math.h>
#include <stdlib.h>

enum { Z2, SCALE, WITHIN };

static double of_calibration(const double *sum, int which, const void *context)
{
    const struct gg_calibration *c = (const void *)sum;
    (void)context;
    return which == Z2      ? c->z2 / c->n
           : which == SCALE ? gg_calibration_scale(c)
                            : c->within[which - WITHIN] / c->n;
}

void gg_score_row_spread(struct gg_score_row *r, const struct gg_score_cell *c, const int *run)
{
    double *to[] = {&r->z2, &r->scale, &r->within_1sd, &r->within_2sd};
    struct gg_calibration *sums = gg_xalloc((size_t)c->n + 1, sizeof *sums);
    int n = 0, *of = run ? gg_xalloc((size_t)c->n + 1, sizeof *of) : NULL;
    for (int k = 0; k < c->n; k++) {
        if (c->part[k].spread.n <= 0)
            continue;
        if (of)
            of[n] = run[k];
        sums[n++] = c->part[k].spread;
    }
    for (int which = 0; which < 4; which++) {
        struct gg_estimate e = {NAN, NAN, {NAN, NAN}};
        if (n > 0)
            e = gg_jackknife(n, GG_CALIBRATION_WIDTH, (const double *)sums, of, of_calibration, which, NULL);
        to[which][0] = e.value;
        to[which][1] = e.interval.lo;
        to[which][2] = e.interval.hi;
    }
    r->scaled_by = n > 0 ? c->scale : NAN;
    free(of);
    free(sums);
}

void gg_scores_keep_scales(struct gg_scores *s)
{
    for (int k = 0; k < s->n; k++) {
        struct gg_calibration all = {0};
        for (int p = 0; p < s->cell[k].n; p++) {
            all.error2 += s->cell[k].part[p].spread.error2;
            all.spread2 += s->cell[k].part[p].spread.spread2;
            all.noise += s->cell[k].part[p].spread.noise;
        }
        if (!(all.spread2 > 0))
            continue;
        s->scale = gg_xrealloc(s->scale, ((size_t)s->n_scale + 1) * sizeof *s->scale);
        s->scale[s->n_scale++] = (struct gg_score_scale){s->cell[k].key, gg_calibration_scale(&all)};
    }
    gg_scores_empty(s);
}

double gg_scores_scale(const struct gg_scores *s, const struct gg_score_key *key)
{
    for (int k = 0; k < s->n_scale; k++)
        if (gg_score_key_same(&s->scale[k].key, key))
            return s->scale[k].scale;
    return s->n_scale ? NAN : 1;
}

/* ---- the table ---- */

static int by_bin(const void *a, const void *b)
{
    const struct gg_reliability *x = a, *y = b;
    return x->bin != y->bin ? x->bin - y->bin : x->config - y->config;
}

static double rms(const double *sum, int which, const void *context)
{
    (void)context;
    return sqrt(sum[which] / sum[0]);
}

/* One bin, n configurations of it. */
static void add_bin(struct gg_tsv *t, const struct gg_scores *s, const struct gg_score_key *k,
                    const struct gg_reliability *b, int n)
{
    double(*sums)[3] = gg_xalloc((size_t)n, sizeof *sums), particles = 0;
    int *run = s->run_of ? gg_xalloc((size_t)n, sizeof *run) : NULL;
    for (int c = 0; c < n; c++) {
        if (run)
            run[c] = s->run_of[b[c].config];
        sums[c][0] = b[c].n;
        sums[c][1] = b[c].predicted2;
        sums[c][2] = b[c].actual2;
        particles += b[c].n;
    }
    struct gg_estimate predicted = gg_jackknife(n, 3, sums[0], run, rms, 1, NULL),
                       actual = gg_jackknife(n, 3, sums[0], run, rms, 2, NULL);
    gg_tsv_add(t, "%s", s->name[k->target]);
    gg_tsv_add(t, "%s", s->name[k->predictor]);
    gg_tsv_digits(t, k->temperature, 6, "nan");
    gg_tsv_digits(t, k->time, 6, "nan");
    gg_tsv_add(t, "%s", gg_score_key_species(k));
    gg_tsv_digits(t, gg_reliability_end(b->bin), 6, "nan");
    gg_tsv_digits(t, gg_reliability_end(b->bin + 1), 6, "nan");
    gg_tsv_add(t, "%d", n);
    gg_tsv_add(t, "%.0f", particles);
    gg_tsv_digits(t, predicted.value, 6, "nan");
    gg_tsv_digits(t, actual.value, 6, "nan");
    gg_tsv_digits(t, actual.error, 6, "nan");
    free(run);
    free(sums);
}

int gg_reliability_print(struct gg_scores *s, enum gg_score_format format, struct gg_sink *to,
                         struct gg_err *err)
{
    static const char *const head[] = {"target",  "predictor", "temperature", "time",
                                       "species", "lo",        "hi",          "configs",
                                       "n",       "predicted", "actual",      "actual_error"};
    struct gg_tsv t = {0};
    for (size_t k = 0; k < sizeof head / sizeof *head; k++)
        gg_tsv_head(&t, head[k]);
    for (int k = 0; k < s->n; k++) {
        struct gg_score_cell *c = &s->cell[k];
        if (c->n_bin)
            qsort(c->bin, (size_t)c->n_bin, sizeof *c->bin, by_bin);
        for (int b = 0, next; b < c->n_bin; b = next) {
            for (next = b; next < c->n_bin && c->bin[next].bin == c->bin[b].bin; next++)
                ;
            add_bin(&t, s, &c->key, &c->bin[b], next - b);
        }
    }
    int status = t.n_row == 0
                     ? gg_fail(err, GG_INPUT,
                               "--reliability: no prediction has an uncertainty: X_std beside X_pred is "
                               "wanted, of a head with the likelihood 'gaussian' or of several models")
                 : format == GG_SCORE_TSV ? gg_tsv_print(&t, to, err)
                                          : gg_tsv_align(&t, 0, to, err);
    gg_tsv_free(&t);
    return status;
}
