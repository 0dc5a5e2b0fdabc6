/* score_print.c -- the rows of gg-corr as text, TSV or JSON: one table of columns serves the last two */
#include "score/score.h"
#include "stream/frame.h"
#include "util/arena.h"
#include "util/json.h"
#include "util/tsv.h"
#include "util/text_stream.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#define AT(name) offsetof(struct gg_score_row, name)
#define COLUMN(name)    \
    {                   \
#name, AT(name) \
    }
static const struct {
    const char *name;
    size_t offset;
} columns[] = {
    COLUMN(configs),
    COLUMN(n),
    COLUMN(rho_config),
    COLUMN(rho_config_lo),
    COLUMN(rho_config_hi),
    COLUMN(rho_pooled),
    COLUMN(rho_pooled_lo),
    COLUMN(rho_pooled_hi),
    COLUMN(reached_config),
    COLUMN(reached_pooled),
    COLUMN(spearman_config),
    COLUMN(spearman_pooled),
    COLUMN(cosine_config),
    COLUMN(angle_config),
    COLUMN(length_rho_config),
    COLUMN(length_rho_pooled),
    COLUMN(length_rmse_config),
    COLUMN(length_rmse_pooled),
    COLUMN(length_bias),
    COLUMN(r2_config),
    COLUMN(r2_pooled),
    COLUMN(rmse_config),
    COLUMN(rmse_pooled),
    COLUMN(slope_config),
    COLUMN(slope_pooled),
    COLUMN(variance_ratio_config),
    COLUMN(variance_ratio),
    COLUMN(ceiling_config),
    COLUMN(ceiling_pooled),
    COLUMN(ceiling_split),
    COLUMN(diff_config),
    COLUMN(diff_config_lo),
    COLUMN(diff_config_hi),
    COLUMN(diff_pooled),
    COLUMN(diff_pooled_lo),
    COLUMN(diff_pooled_hi),
    COLUMN(averaged),
};
enum { N_COLUMN = sizeof columns / sizeof *columns };

static double column(const struct gg_score_row *r, int c)
{
    return *(const double *)((const char *)r + columns[c].offset);
}

static void add_double(struct gg_tsv *t, double x)
{
    char text[32];
    gg_print_double(text, x);
    gg_tsv_add(t, "%s", text);
}

static void add_six_digits(struct gg_tsv *t, double x)
{
    if (isnan(x))
        gg_tsv_add(t, "nan"); /* whatever its sign bit */
    else
        gg_tsv_add(t, x == floor(x) ? "%.0f" : "%.6g", x);
}

static void add_tsv(struct gg_tsv *t, const struct gg_scores *s, const struct gg_score_row *r,
                    const struct gg_score_options *o)
{
    gg_tsv_add(t, "%s", s->name[r->key->target]);
    gg_tsv_add(t, "%s", s->name[r->key->predictor]);
    gg_tsv_add(t, r->key->vector ? "vector" : "scalar");
    add_double(t, r->key->temperature);
    add_double(t, r->key->time);
    gg_tsv_add(t, "%s", gg_score_key_species(r->key));
    for (int c = 0; c < N_COLUMN; c++) {
        if (columns[c].offset == AT(diff_config))
            gg_tsv_add(t, "%s", o->against < 0 ? "-" : s->name[o->against]);
        add_six_digits(t, column(r, c));
    }
    if (o->nearest)
        add_double(t, r->key->predicted_time);
}

static int print_tsv(const struct gg_scores *s, const struct gg_score_row *rows,
                     const struct gg_score_options *o, struct gg_sink *to, struct gg_err *err)
{
    static const char *const keys[] = {"target", "predictor", "kind", "temperature", "time", "species"};
    struct gg_tsv t = {0};
    for (int k = 0; k < 6; k++)
        gg_tsv_head(&t, keys[k]);
    for (int c = 0; c < N_COLUMN; c++) {
        if (columns[c].offset == AT(diff_config))
            gg_tsv_head(&t, "against");
        gg_tsv_head(&t, columns[c].name);
    }
    if (o->nearest)
        gg_tsv_head(&t, "predicted_time");
    for (int k = 0; k < s->n; k++)
        add_tsv(&t, s, &rows[k], o);
    int status = gg_tsv_print(&t, to, err);
    gg_tsv_free(&t);
    return status;
}

static int print_json(const struct gg_scores *s, const struct gg_score_row *rows,
                      const struct gg_score_options *o, struct gg_sink *to, struct gg_err *err)
{
    int status = 0;
    for (int k = 0; k < s->n && status == 0; k++) {
        const struct gg_score_row *r = &rows[k];
        char *text;
        size_t bytes;
        struct gg_json j = {.to = gg_text_open(&text, &bytes)};
        gg_json_begin(&j, NULL, '{');
        gg_json_text(&j, "target", s->name[r->key->target]);
        gg_json_text(&j, "predictor", s->name[r->key->predictor]);
        gg_json_text(&j, "kind", r->key->vector ? "vector" : "scalar");
        gg_json_double(&j, "temperature", r->key->temperature);
        gg_json_double(&j, "time", r->key->time);
        gg_json_text(&j, "species", gg_score_key_species(r->key));
        for (int c = 0; c < N_COLUMN; c++) {
            if (columns[c].offset == AT(diff_config))
                gg_json_text(&j, "against", o->against < 0 ? "-" : s->name[o->against]);
            gg_json_double(&j, columns[c].name, column(r, c));
        }
        if (o->nearest)
            gg_json_double(&j, "predicted_time", r->key->predicted_time);
        gg_json_end(&j, '}');
        fclose(j.to);
        status = gg_sink_printf(to, err, "%s\n", text);
        free(text);
    }
    return status;
}

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

/* What one group of rows shows: `configs` of its largest row; `uneven`: some averages are over fewer. */
struct group {
    const struct gg_score_options *o;
    int first, next, configs;
    bool uneven;
};

static const char *rows_of(const struct gg_score_key *k)
{
    return k->over == GG_NODE ? "particles" : k->over == GG_EDGE ? "edges" : "configs";
}

/* What the text shows of a row, beside what the row is about: how, and under which name for a scalar and for a vector; without one it is
 * not shown. */
enum look { INTERVAL, TWO, NUMBER };
static const struct shown {
    const char *head[2];
    enum look look;
    size_t at;    /* TWO: config, and pooled behind it */
    bool alike;   /* where truth and prediction are one quantity */
    bool against; /* where there is a predictor to compare with */
} shown[] = {{{"Pearson config", "rho_v config"}, INTERVAL, AT(rho_config)},
             {{"Pearson pooled", "rho_v pooled"}, INTERVAL, AT(rho_pooled)},
             {{"ceiling", "ceiling"}, TWO, AT(ceiling_config)},
             {{"reached", "reached"}, TWO, AT(reached_config)},
             {{NULL, "cosine"}, NUMBER, AT(cosine_config)},
             {{"R2", "R2"}, NUMBER, AT(r2_pooled), .alike = true},
             {{"slope", "slope"}, NUMBER, AT(slope_pooled), .alike = true},
             {{"difference config", "difference config"}, INTERVAL, AT(diff_config), .against = true},
             {{"difference pooled", "difference pooled"}, INTERVAL, AT(diff_pooled), .against = true}};
enum { N_SHOWN = sizeof shown / sizeof *shown };

static bool is_shown(const struct shown *c, const struct gg_score_key *k, const struct group *g)
{
    return c->head[k->vector] && (k->alike || !c->alike) && (g->o->against >= 0 || !c->against);
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
    struct group g = {.o = o, .first = first, .next = first};
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
        (g->o->against >= 0 &&
         gg_sink_printf(to, err, "; difference: less that of %s", s->name[g->o->against])) ||
        (g->o->nearest &&
         gg_sink_printf(to, err, "; each time of the prediction by the nearest of the truth")))
        return -1;
    if (k->over != GG_FREE)
        return gg_sink_printf(to, err, "\n");
    return g->configs < GG_SCORE_CONFIGS
               ? gg_sink_printf(to, err, "; one number each: a correlation needs %d\n", GG_SCORE_CONFIGS)
               : gg_sink_printf(to, err, "; one number each: correlated over configurations only\n");
}

static int print_group(const struct gg_scores *s, const struct gg_score_row *rows, int first,
                       const struct gg_score_options *o, struct gg_sink *to, struct gg_err *err)
{
    struct group g = group_of(s, rows, first, o);
    struct gg_tsv t = {0};
    text_head(&t, rows[first].key, &g);
    for (int k = first; k < g.next; k++)
        text_row(&t, &rows[k], &g);
    int status = print_title(s, &g, to, err);
    if (status == 0)
        status = gg_tsv_align(&t, 2, to, err);
    gg_tsv_free(&t);
    return status ? -1 : g.next;
}

/* What the brackets are, where there are any. */
static int print_brackets(const struct gg_scores *s, const struct gg_score_row *rows,
                          const struct gg_score_options *o, struct gg_sink *to, struct gg_err *err)
{
    int fewest = gg_score_fewest(s->n, rows), status = 0;
    if (fewest)
        status = o->draws == GG_SCORE_T
                     ? gg_sink_printf(to, err, "[a, b]: 95 %%, t-interval over the configurations\n")
                     : gg_sink_printf(to, err, "[a, b]: 95 %% of %d draws of the configurations\n", o->draws);
    if (status == 0 && fewest && fewest < GG_SCORE_FEW)
        status = gg_sink_printf(to, err, "caution: " GG_SCORE_CAUTION "\n", fewest);
    return status;
}

static int print_text(const struct gg_scores *s, const struct gg_score_row *rows,
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

int gg_scores_print(const struct gg_scores *s, const struct gg_score_row *rows,
                    const struct gg_score_options *o, enum gg_score_format format, struct gg_sink *to,
                    struct gg_err *err)
{
    return format == GG_SCORE_TSV    ? print_tsv(s, rows, o, to, err)
           : format == GG_SCORE_JSON ? print_json(s, rows, o, to, err)
                                     : print_text(s, rows, o, to, err);
}
