/* score_text.c -- the rows of gg-corr for readers: one table says what is shown of which kind of target */
#include "score/score_published.h"
#include "stream/frame.h"
#include "util/tsv.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#define AT(name) offsetof(struct gg_score_row, name)

/* "0.712 [0.661, 0.752]" */
static void add_interval(struct gg_tsv *t, double x, double lo, double hi)
{
    if (isnan(x))
        gg_tsv_add(t, "-");
    else if (isnan(lo))
        gg_tsv_add(t, "%6.3f", x);
    else
        gg_tsv_add(t, "%6.3f [%.3f, %.3f]", x, lo, hi);
}

static void add_two(struct gg_tsv *t, double config, double pooled)
{
    if (isnan(config) && isnan(pooled))
        gg_tsv_add(t, "-");
    else
        gg_tsv_add(t, "%.3f / %.3f", config, pooled);
}

enum table { SCORES, SPREAD }; /* the second where predictions have an uncertainty */

/* What one group of rows shows: `configs` of its largest row; `uneven`: some averages are over fewer. */
struct group {
    const struct gg_score_options *o;
    int first, next, configs;
    bool uneven;
    enum table table;
    int against; /* the name of what the predictor is compared with, or -1 */
};

static const char *rows_of(const struct gg_score_key *k)
{
    return k->over == GG_NODE ? "particles" : k->over == GG_EDGE ? "edges" : "configs";
}

/* What the text shows of a row, beside what the row is about: how, and under which name for a scalar and for a vector; without one it is
 * not shown. */
enum look { INTERVAL, TWO, NUMBER };
static const struct shown {
    enum table table;
    const char *head[2];
    enum look look;
    size_t at;    /* TWO: config, and pooled behind it */
    bool alike;   /* where truth and prediction are one quantity */
    bool against; /* where there is a predictor to compare with */
} shown[] = {{SCORES, {"Pearson config", "rho_v config"}, INTERVAL, AT(rho_config)},
             {SCORES, {"Pearson pooled", "rho_v pooled"}, INTERVAL, AT(rho_pooled)},
             {SCORES, {"ceiling", "ceiling"}, TWO, AT(ceiling_config)},
             {SCORES, {"reached", "reached"}, TWO, AT(reached_config)},
             {SCORES, {NULL, "cosine"}, NUMBER, AT(cosine_config)},
             {SCORES, {"R2", "R2"}, NUMBER, AT(r2_pooled), .alike = true},
             {SCORES, {"slope", "slope"}, NUMBER, AT(slope_pooled), .alike = true},
             {SCORES, {"difference config", "difference config"}, INTERVAL, AT(diff_config), .against = true},
             {SCORES, {"difference pooled", "difference pooled"}, INTERVAL, AT(diff_pooled), .against = true},
             {SCORES, {"p", "p"}, NUMBER, AT(diff_p), .against = true},
             {SPREAD, {"e^2 / V", "e^2 / V"}, INTERVAL, AT(z2)},
             {SPREAD, {"within 1 sd", NULL}, INTERVAL, AT(within_1sd)},
             {SPREAD, {"within 2 sd", NULL}, INTERVAL, AT(within_2sd)},
             {SPREAD, {"scale", "scale"}, INTERVAL, AT(scale)},
             {SPREAD, {"spread-error", "spread-error"}, NUMBER, AT(spread_error_config)}};
enum { N_SHOWN = sizeof shown / sizeof *shown };

static bool is_shown(const struct shown *c, const struct gg_score_key *k, const struct group *g)
{
    return c->table == g->table && c->head[k->vector] && (k->alike || !c->alike) &&
           (g->against >= 0 || !c->against);
}

static void text_head(struct gg_tsv *t, const struct gg_score_key *k, const struct group *g)
{
    gg_tsv_head(t, "T");
    gg_tsv_head(t, "time");
    if (g->o->nearest)
        gg_tsv_head(t, "predicted at");
    gg_tsv_head(t, "species");
    gg_tsv_head(t, rows_of(k));
    if (g->uneven)
        gg_tsv_head(t, "averaged");
    for (int c = 0; c < N_SHOWN; c++)
        if (is_shown(&shown[c], k, g))
            gg_tsv_head(t, shown[c].head[k->vector]);
}

static void add_known(struct gg_tsv *t, double x)
{
    if (isnan(x))
        gg_tsv_add(t, "-");
    else
        gg_tsv_add(t, "%g", x);
}

static void add_shown(struct gg_tsv *t, const struct gg_score_row *r, const struct shown *c)
{
    const double *v = (const double *)((const char *)r + c->at);
    if (c->look == INTERVAL)
        add_interval(t, v[0], v[1], v[2]);
    else if (c->look == TWO)
        add_two(t, v[0], v[1]);
    else
        gg_tsv_number(t, v[0], 3, "-");
}

static void text_row(struct gg_tsv *t, const struct gg_score_row *r, const struct group *g)
{
    add_known(t, r->key->temperature);
    add_known(t, r->key->time);
    if (g->o->nearest)
        add_known(t, r->key->predicted_time);
    gg_tsv_add(t, "%s", gg_score_key_species(r->key));
    gg_tsv_add(t, "%.0f", r->n);
    if (g->uneven)
        gg_tsv_add(t, r->averaged < g->configs ? "%.0f of %d" : "%.0f", r->averaged, g->configs);
    for (int c = 0; c < N_SHOWN; c++)
        if (is_shown(&shown[c], r->key, g))
            add_shown(t, r, &shown[c]);
}

/* The rows from `first` on that share target and predictor. */
static struct group group_of(const struct gg_scores *s, const struct gg_score_row *rows, int first,
                             const struct gg_score_options *o)
{
    const struct gg_score_key *k = rows[first].key;
    struct group g = {.o = o, .first = first, .next = first, .against = gg_scores_against(s, k->target)};
    for (; g.next < s->n && rows[g.next].key->target == k->target &&
           rows[g.next].key->predictor == k->predictor;
         g.next++)
        g.configs = s->cell[g.next].n > g.configs ? s->cell[g.next].n : g.configs;
    for (int c = first; c < g.next && k->over != GG_FREE; c++)
        g.uneven |= rows[c].averaged < g.configs;
    return g;
}

static int print_title(const struct gg_scores *s, const struct group *g, struct gg_sink *to,
                       struct gg_err *err)
{
    const struct gg_score_key *k = &s->cell[g->first].key;
    if (gg_sink_printf(to, err, "%s%s by %s, %d configuration%s", g->first ? "\n" : "", s->name[k->target],
                       s->name[k->predictor], g->configs, g->configs == 1 ? "" : "s") ||
        (g->against >= 0 && gg_sink_printf(to, err, "; difference: less that of %s", s->name[g->against])) ||
        (g->o->nearest &&
         gg_sink_printf(to, err, "; each time of the prediction by the nearest of the truth")))
        return -1;
    if (k->over != GG_FREE)
        return gg_sink_printf(to, err, "\n");
    return g->configs < GG_SCORE_CONFIGS
               ? gg_sink_printf(to, err, "; one number each: a correlation needs %d\n", GG_SCORE_CONFIGS)
               : gg_sink_printf(to, err, "; one number each: correlated over configurations only\n");
}

static int print_table(const struct gg_score_row *rows, const struct group *g, struct gg_sink *to,
                       struct gg_err *err)
{
    struct gg_tsv t = {0};
    text_head(&t, rows[g->first].key, g);
    for (int k = g->first; k < g->next; k++)
        text_row(&t, &rows[k], g);
    int status = gg_tsv_align(&t, 2, to, err);
    gg_tsv_free(&t);
    return status;
}

static int print_group(const struct gg_scores *s, const struct gg_score_row *rows, int first,
                       const struct gg_score_options *o, struct gg_sink *to, struct gg_err *err)
{
    struct group g = group_of(s, rows, first, o);
    int status = print_title(s, &g, to, err);
    if (status == 0)
        status = print_table(rows, &g, to, err);
    if (status == 0 && o->published)
        status = gg_score_published_text(s, rows, first, g.next, o->published, to, err);
    bool uncertain = false;
    for (int k = first; k < g.next; k++)
        uncertain |= !isnan(rows[k].z2);
    g.table = SPREAD;
    if (status == 0 && uncertain)
        status =
            gg_sink_printf(to, err, "  its uncertainties; V: the variance that errors e should have\n") ||
                    print_table(rows, &g, to, err)
                ? -1
                : 0;
    return status ? -1 : g.next;
}

/* What the brackets are, where there are any. */
static int print_brackets(const struct gg_scores *s, const struct gg_score_row *rows,
                          const struct gg_score_options *o, struct gg_sink *to, struct gg_err *err)
{
    int fewest = gg_score_fewest(s->n, rows), status = 0;
    if (fewest)
        status = o->draws == GG_SCORE_T ? gg_sink_printf(to, err, "[a, b]: 95 %%, t-interval over the %s\n",
                                                         gg_scores_counted(s))
                                        : gg_sink_printf(to, err, "[a, b]: 95 %% of %d draws of the %s\n",
                                                         o->draws, gg_scores_counted(s));
    if (status == 0 && fewest && fewest < GG_SCORE_FEW)
        status = gg_sink_printf(to, err, "caution: " GG_SCORE_CAUTION "\n", fewest, gg_scores_counted(s));
    return status;
}

int gg_scores_text(const struct gg_scores *s, const struct gg_score_row *rows,
                   const struct gg_score_options *o, struct gg_sink *to, struct gg_err *err)
{
    for (int k = 0; k < s->n;) {
        k = print_group(s, rows, k, o, to, err);
        if (k < 0)
            return -1;
    }
    if (gg_sink_printf(
            to, err,
            "\nconfig: inside each configuration, then averaged; pooled: over all particles of all "
            "configurations at once\nceiling: config / pooled, what an exact prediction would reach; "
            "reached: Pearson over ceiling\n") ||
        print_brackets(s, rows, o, to, err))
        return -1;
    char *left = gg_scores_left_out(s);
    int status = left ? gg_sink_printf(to, err, "%s", left) : 0;
    free(left);
    return status;
}
