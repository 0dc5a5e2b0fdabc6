/* score_print.c -- the rows of gg-corr as text, TSV or JSON: one table of columns serves the last two */
#include "score/score.h"
#include "stats/bootstrap.h"
#include "util/json.h"
#include "util/tsv.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#define COLUMN(name)                               \
    {                                              \
#name, offsetof(struct gg_score_row, name) \
    }
static const struct {
    const char *name;
    size_t offset;
} columns[] = {
    COLUMN(configs),         COLUMN(n),
    COLUMN(rho_config),      COLUMN(rho_config_lo),
    COLUMN(rho_config_hi),   COLUMN(rho_pooled),
    COLUMN(rho_pooled_lo),   COLUMN(rho_pooled_hi),
    COLUMN(spearman_config), COLUMN(spearman_pooled),
    COLUMN(cosine_config),   COLUMN(r2_pooled),
    COLUMN(rmse_pooled),     COLUMN(variance_ratio),
    COLUMN(ceiling_config),  COLUMN(ceiling_pooled),
    COLUMN(ceiling_split),   COLUMN(diff_config),
    COLUMN(diff_config_lo),  COLUMN(diff_config_hi),
    COLUMN(diff_pooled),     COLUMN(diff_pooled_lo),
    COLUMN(diff_pooled_hi),
};
enum { N_COLUMN = sizeof columns / sizeof *columns };

static double column(const struct gg_score_row *r, int c)
{
    return *(const double *)((const char *)r + columns[c].offset);
}

static const char *species(const struct gg_score_key *k)
{
    static const char letters[] =
        "A\0B\0C\0D\0E\0F\0G\0H\0I\0J\0K\0L\0M\0N\0O\0P\0Q\0R\0S\0T\0U\0V\0W\0X\0Y\0Z";
    return k->species < 0 ? "all" : letters + 2 * k->species;
}

static int compare(double a, double b)
{
    return isnan(a) || isnan(b) ? isnan(a) - isnan(b) : (a > b) - (a < b);
}

static int by_key(const void *a, const void *b)
{
    const struct gg_score_key *x = a, *y = b; /* the key comes first in the cell */
    int d = x->target - y->target;
    d = d ? d : x->predictor - y->predictor;
    d = d ? d : compare(x->temperature, y->temperature);
    d = d ? d : compare(x->time, y->time);
    return d ? d
             : (x->species < 0) - (y->species < 0) + (x->species > y->species) - (x->species < y->species);
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
    gg_tsv_add(t, "%s", species(r->key));
    for (int c = 0; c < N_COLUMN; c++) {
        if (columns[c].offset == offsetof(struct gg_score_row, diff_config))
            gg_tsv_add(t, "%s", o->against < 0 ? "-" : s->name[o->against]);
        add_six_digits(t, column(r, c));
    }
}

static int print_tsv(const struct gg_scores *s, const struct gg_score_options *o, struct gg_sink *to,
                     struct gg_err *err)
{
    static const char *const keys[] = {"target", "predictor", "kind", "temperature", "time", "species"};
    struct gg_tsv t = {0};
    for (int k = 0; k < 6; k++)
        gg_tsv_head(&t, keys[k]);
    for (int c = 0; c < N_COLUMN; c++) {
        if (columns[c].offset == offsetof(struct gg_score_row, diff_config))
            gg_tsv_head(&t, "against");
        gg_tsv_head(&t, columns[c].name);
    }
    for (int k = 0; k < s->n; k++) {
        struct gg_score_row r = gg_scores_row(s, &s->cell[k], o);
        add_tsv(&t, s, &r, o);
    }
    int status = gg_tsv_print(&t, to, err);
    gg_tsv_free(&t);
    return status;
}

static int print_json(const struct gg_scores *s, const struct gg_score_options *o, struct gg_sink *to,
                      struct gg_err *err)
{
    int status = 0;
    for (int k = 0; k < s->n && status == 0; k++) {
        struct gg_score_row r = gg_scores_row(s, &s->cell[k], o);
        char *text;
        size_t bytes;
        struct gg_json j = {.to = open_memstream(&text, &bytes)};
        gg_json_begin(&j, NULL, '{');
        gg_json_text(&j, "target", s->name[r.key->target]);
        gg_json_text(&j, "predictor", s->name[r.key->predictor]);
        gg_json_text(&j, "kind", r.key->vector ? "vector" : "scalar");
        gg_json_double(&j, "temperature", r.key->temperature);
        gg_json_double(&j, "time", r.key->time);
        gg_json_text(&j, "species", species(r.key));
        for (int c = 0; c < N_COLUMN; c++) {
            if (columns[c].offset == offsetof(struct gg_score_row, diff_config))
                gg_json_text(&j, "against", o->against < 0 ? "-" : s->name[o->against]);
            gg_json_double(&j, columns[c].name, column(&r, c));
        }
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

static void text_head(struct gg_tsv *t, const struct gg_score_key *k, const struct gg_score_options *o)
{
    const char *scalar[] = {"T",       "time", "species", "particles", "Pearson config", "Pearson pooled",
                            "Spearman"};
    const char *vector[] = {"T", "time", "species", "particles", "rho_v config", "rho_v pooled", "cosine"};
    for (int c = 0; c < 7; c++)
        gg_tsv_head(t, k->vector ? vector[c] : scalar[c]);
    if (k->alike) {
        gg_tsv_head(t, "R2");
        gg_tsv_head(t, "RMSE");
    }
    gg_tsv_head(t, "ceiling");
    if (o->against >= 0) {
        gg_tsv_head(t, "difference config");
        gg_tsv_head(t, "difference pooled");
    }
}

static void text_row(struct gg_tsv *t, const struct gg_score_row *r, const struct gg_score_options *o)
{
    if (isnan(r->key->temperature))
        gg_tsv_add(t, "-");
    else
        gg_tsv_add(t, "%g", r->key->temperature);
    if (isnan(r->key->time))
        gg_tsv_add(t, "-");
    else
        gg_tsv_add(t, "%g", r->key->time);
    gg_tsv_add(t, "%s", species(r->key));
    gg_tsv_add(t, "%.0f", r->n);
    add_interval(t, r->rho_config, r->rho_config_lo, r->rho_config_hi);
    add_interval(t, r->rho_pooled, r->rho_pooled_lo, r->rho_pooled_hi);
    if (r->key->vector)
        gg_tsv_number(t, r->cosine_config, 3, "-");
    else
        add_two(t, r->spearman_config, r->spearman_pooled);
    if (r->key->alike) {
        gg_tsv_number(t, r->r2_pooled, 3, "-");
        gg_tsv_number(t, r->rmse_pooled, 4, "-");
    }
    add_two(t, r->ceiling_config, r->ceiling_pooled);
    if (o->against >= 0) {
        add_interval(t, r->diff_config, r->diff_config_lo, r->diff_config_hi);
        add_interval(t, r->diff_pooled, r->diff_pooled_lo, r->diff_pooled_hi);
    }
}

/* The cells from `first` on that share target and predictor. */
static int print_group(const struct gg_scores *s, int first, const struct gg_score_options *o,
                       struct gg_sink *to, struct gg_err *err)
{
    const struct gg_score_key *k = &s->cell[first].key;
    struct gg_tsv t = {0};
    int configs = 0, next = first;
    text_head(&t, k, o);
    for (;
         next < s->n && s->cell[next].key.target == k->target && s->cell[next].key.predictor == k->predictor;
         next++) {
        struct gg_score_row r = gg_scores_row(s, &s->cell[next], o);
        configs = s->cell[next].n > configs ? s->cell[next].n : configs;
        text_row(&t, &r, o);
    }
    int status = gg_sink_printf(to, err, "%s%s by %s, %d configuration%s", first ? "\n" : "",
                                s->name[k->target], s->name[k->predictor], configs, configs == 1 ? "" : "s");
    if (status == 0 && o->against >= 0)
        status = gg_sink_printf(to, err, "; difference: less that of %s", s->name[o->against]);
    if (status == 0)
        status = gg_sink_printf(to, err, "\n");
    if (status == 0)
        status = gg_tsv_align(&t, 2, to, err);
    gg_tsv_free(&t);
    return status ? -1 : next;
}

static int print_text(const struct gg_scores *s, const struct gg_score_options *o, struct gg_sink *to,
                      struct gg_err *err)
{
    for (int k = 0; k < s->n;) {
        k = print_group(s, k, o, to, err);
        if (k < 0)
            return -1;
    }
    if (gg_sink_printf(
            to, err,
            "\nconfig: inside each configuration, then averaged; pooled: over all particles of all "
            "configurations at once\nceiling: config / pooled, what an exact prediction would reach\n"))
        return -1;
    return o->draws ? gg_sink_printf(to, err, "[a, b]: 95 %% of %d draws of the configurations\n", o->draws)
                    : 0;
}

int gg_scores_print(struct gg_scores *s, const struct gg_score_options *o, enum gg_score_format format,
                    struct gg_sink *to, struct gg_err *err)
{
    if (s->n)
        qsort(s->cell, (size_t)s->n, sizeof *s->cell, by_key);
    return format == GG_SCORE_TSV    ? print_tsv(s, o, to, err)
           : format == GG_SCORE_JSON ? print_json(s, o, to, err)
                                     : print_text(s, o, to, err);
}
