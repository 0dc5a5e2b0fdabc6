/* score_print.c -- the rows of gg-corr as TSV or JSON, by one table of columns; as text, score_text.c */
#include "score/matrix.h"
#include "score/score_published.h"
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
    COLUMN(spread_error_config),
    COLUMN(z2),
    COLUMN(z2_lo),
    COLUMN(z2_hi),
    COLUMN(within_1sd),
    COLUMN(within_1sd_lo),
    COLUMN(within_1sd_hi),
    COLUMN(within_2sd),
    COLUMN(within_2sd_lo),
    COLUMN(within_2sd_hi),
    COLUMN(scale),
    COLUMN(scale_lo),
    COLUMN(scale_hi),
    COLUMN(scaled_by),
    COLUMN(diff_config),
    COLUMN(diff_config_lo),
    COLUMN(diff_config_hi),
    COLUMN(diff_pooled),
    COLUMN(diff_pooled_lo),
    COLUMN(diff_pooled_hi),
    COLUMN(diff_p),
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

/* The name of what the predictors of this target are compared with. */
static const char *against_of(const struct gg_scores *s, const struct gg_score_key *k)
{
    int against = gg_scores_against(s, k->target);
    return against < 0 ? "-" : s->name[against];
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
            gg_tsv_add(t, "%s", against_of(s, r->key));
        add_six_digits(t, column(r, c));
    }
    if (o->nearest)
        add_double(t, r->key->predicted_time);
    for (int c = 0; c < gg_matrix_columns(s->matrix); c++)
        add_six_digits(t, gg_matrix_value(s->matrix, s, r->key, c));
    for (int c = 0; c < gg_score_published_columns(o->published); c++)
        add_six_digits(t, gg_score_published_value(s, r->key, o->published, c));
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
    for (int c = 0; c < gg_matrix_columns(s->matrix); c++)
        gg_tsv_head(&t, gg_matrix_column_name(c));
    for (int c = 0; c < gg_score_published_columns(o->published); c++) {
        char name[128];
        gg_score_published_name(o->published, c, name);
        gg_tsv_head(&t, name);
    }
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
                gg_json_text(&j, "against", against_of(s, r->key));
            gg_json_double(&j, columns[c].name, column(r, c));
        }
        if (o->nearest)
            gg_json_double(&j, "predicted_time", r->key->predicted_time);
        for (int c = 0; c < gg_matrix_columns(s->matrix); c++)
            gg_json_double(&j, gg_matrix_column_name(c), gg_matrix_value(s->matrix, s, r->key, c));
        for (int c = 0; c < gg_score_published_columns(o->published); c++) {
            char name[128];
            gg_score_published_name(o->published, c, name);
            gg_json_double(&j, name, gg_score_published_value(s, r->key, o->published, c));
        }
        gg_json_end(&j, '}');
        fclose(j.to);
        status = gg_sink_printf(to, err, "%s\n", text);
        free(text);
    }
    return status;
}

int gg_scores_print(const struct gg_scores *s, const struct gg_score_row *rows,
                    const struct gg_score_options *o, enum gg_score_format format, struct gg_sink *to,
                    struct gg_err *err)
{
    if (format != GG_SCORE_TEXT)
        return (format == GG_SCORE_TSV ? print_tsv : print_json)(s, rows, o, to, err);
    int status = (s->matrix ? gg_matrix_text : gg_scores_text)(s, rows, o, to, err);
    return status == 0 && *s->beyond ? gg_sink_printf(to, err, "%s\n", s->beyond) : status;
}
