/* score_published.c -- published correlations beside the rows of gg-corr: those of the nearest time */
#include "score/score_published.h"
#include "stream/frame.h"
#include "util/same.h"

#include <math.h>
#include <stdio.h>

/* The published time for a row; NaN: none. */
static double time_of(const struct gg_scores *s, const struct gg_score_key *k, const struct gg_published *p)
{
    return gg_published_time(p, s->name[k->target], gg_score_key_species(k), k->temperature, k->time);
}

static double rho_of(const struct gg_scores *s, const struct gg_score_key *k, const struct gg_published *p,
                     int method, bool pooled)
{
    const struct gg_published_row at = {.target = s->name[k->target],
                                        .species = gg_score_key_species(k),
                                        .method = p->method[method],
                                        .temperature = k->temperature,
                                        .time = time_of(s, k, p),
                                        .pooled = pooled};
    return gg_published_rho(p, &at);
}

int gg_score_published_columns(const struct gg_published *p)
{
    return p ? 1 + 2 * p->n_method : 0;
}

void gg_score_published_name(const struct gg_published *p, int column, char name[128])
{
    if (column == 0)
        snprintf(name, 128, "reference_time");
    else
        snprintf(name, 128, "%.100s_%s", p->method[(column - 1) / 2], column % 2 ? "config" : "pooled");
}

double gg_score_published_value(const struct gg_scores *s, const struct gg_score_key *k,
                                const struct gg_published *p, int column)
{
    return column == 0 ? time_of(s, k, p) : rho_of(s, k, p, (column - 1) / 2, column % 2 == 0);
}

/* "0.712 / 0.698", "- / 0.018" */
static void add_both(struct gg_tsv *t, double config, double pooled)
{
    char a[16] = "-", b[16] = "-";
    if (!isnan(config))
        snprintf(a, sizeof a, "%.3f", config);
    if (!isnan(pooled))
        snprintf(b, sizeof b, "%.3f", pooled);
    if (isnan(config) && isnan(pooled))
        gg_tsv_add(t, "-");
    else
        gg_tsv_add(t, "%s / %s", a, b);
}

static void add_row(struct gg_tsv *t, const struct gg_scores *s, const struct gg_score_row *r,
                    const struct gg_published *p)
{
    gg_tsv_add(t, "%g", r->key->temperature);
    gg_tsv_add(t, "%g", r->key->time);
    gg_tsv_add(t, "%s", gg_score_key_species(r->key));
    add_both(t, r->rho_config, r->rho_pooled);
    gg_tsv_add(t, "%g", time_of(s, r->key, p));
    for (int m = 0; m < p->n_method; m++)
        add_both(t, rho_of(s, r->key, p, m, false), rho_of(s, r->key, p, m, true));
}

int gg_score_published_text(const struct gg_scores *s, const struct gg_score_row *rows, int first, int next,
                            const struct gg_published *p, struct gg_sink *to, struct gg_err *err)
{
    static const char *const head[] = {"T", "time", "species", "this", "published at"};
    struct gg_tsv t = {0};
    int n = 0, status = 0;
    for (int h = 0; h < 5; h++)
        gg_tsv_head(&t, head[h]);
    for (int m = 0; m < p->n_method; m++)
        gg_tsv_head(&t, p->method[m]);
    for (int k = first; k < next; k++)
        if (!isnan(time_of(s, rows[k].key, p))) {
            add_row(&t, s, &rows[k], p);
            n++;
        }
    if (n)
        status = gg_sink_printf(to, err, "  published, config / pooled, at the nearest time\n") ||
                         gg_tsv_align(&t, 2, to, err)
                     ? -1
                     : 0;
    gg_tsv_free(&t);
    return status;
}
