/* score_published.c -- published correlations beside the rows of gg-corr: each method's of its nearest time */
#include "score/score_published.h"
#include "stream/frame.h"
#include "util/same.h"

#include <math.h>
#include <stdio.h>

/* What is asked of a method about a row; the time is that of the row. */
static struct gg_published_row asked(const struct gg_scores *s, const struct gg_score_key *k,
                                     const struct gg_published *p, int method)
{
    return (struct gg_published_row){.target = s->name[k->target],
                                     .species = gg_score_key_species(k),
                                     .method = p->method[method],
                                     .temperature = k->temperature,
                                     .time = k->time};
}

/* What a method has for a row: the time, NaN where there is none, and its two averages there. */
struct answer {
    double value[3];
};
enum { TIME, CONFIG, POOLED, COLUMNS };

static struct answer answer_of(const struct gg_scores *s, const struct gg_score_key *k,
                               const struct gg_published *p, int method)
{
    struct gg_published_row at = asked(s, k, p, method);
    struct answer a;
    a.value[TIME] = at.time = gg_published_time(p, &at);
    a.value[CONFIG] = gg_published_rho(p, &at);
    at.pooled = true;
    a.value[POOLED] = gg_published_rho(p, &at);
    return a;
}

int gg_score_published_columns(const struct gg_published *p)
{
    return p ? COLUMNS * p->n_method : 0;
}

void gg_score_published_name(const struct gg_published *p, int column, char name[128])
{
    static const char *const of[COLUMNS] = {"time", "config", "pooled"};
    snprintf(name, 128, "%.100s_%s", p->method[column / COLUMNS], of[column % COLUMNS]);
}

double gg_score_published_value(const struct gg_scores *s, const struct gg_score_key *k,
                                const struct gg_published *p, int column)
{
    return answer_of(s, k, p, column / COLUMNS).value[column % COLUMNS];
}

/* "0.712", or "-" */
static void print_rho(char text[16], double rho)
{
    snprintf(text, 16, isnan(rho) ? "-" : "%.3f", rho);
}

/* "0.712 / 0.698", "- / 0.018 at 10" */
static void add_both(struct gg_tsv *t, double config, double pooled, double time)
{
    char a[16], b[16];
    print_rho(a, config);
    print_rho(b, pooled);
    if (isnan(config) && isnan(pooled))
        gg_tsv_add(t, "-");
    else if (isnan(time))
        gg_tsv_add(t, "%s / %s", a, b);
    else
        gg_tsv_add(t, "%s / %s at %g", a, b, time);
}

static void add_row(struct gg_tsv *t, const struct gg_scores *s, const struct gg_score_row *r,
                    const struct gg_published *p)
{
    gg_tsv_add(t, "%g", r->key->temperature);
    gg_tsv_add(t, "%g", r->key->time);
    gg_tsv_add(t, "%s", gg_score_key_species(r->key));
    add_both(t, r->rho_config, r->rho_pooled, NAN);
    for (int m = 0; m < p->n_method; m++) {
        struct answer a = answer_of(s, r->key, p, m);
        add_both(t, a.value[CONFIG], a.value[POOLED], a.value[TIME]);
    }
}

static bool any_published(const struct gg_scores *s, const struct gg_score_key *k,
                          const struct gg_published *p)
{
    bool any = false;
    for (int m = 0; m < p->n_method; m++)
        any |= !isnan(answer_of(s, k, p, m).value[TIME]);
    return any;
}

int gg_score_published_text(const struct gg_scores *s, const struct gg_score_row *rows, int first, int next,
                            const struct gg_published *p, struct gg_sink *to, struct gg_err *err)
{
    static const char *const head[] = {"T", "time", "species", "this"};
    struct gg_tsv t = {0};
    int n = 0, status = 0;
    for (int h = 0; h < 4; h++)
        gg_tsv_head(&t, head[h]);
    for (int m = 0; m < p->n_method; m++)
        gg_tsv_head(&t, p->method[m]);
    for (int k = first; k < next; k++)
        if (any_published(s, rows[k].key, p)) {
            add_row(&t, s, &rows[k], p);
            n++;
        }
    if (n)
        status = gg_sink_printf(to, err, "  published, config / pooled, each method at its nearest time\n") ||
                         gg_tsv_align(&t, 2, to, err)
                     ? -1
                     : 0;
    gg_tsv_free(&t);
    return status;
}
