/* report.c -- what gg-corr can print of the same scores */
#include "score/matrix.h"
#include "score/report.h"
#include "score/score_power.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every target has the row that --against names, or it is refused with those that are there. */
static int check_against(const struct gg_scores *s, struct gg_err *err)
{
    for (int k = 0; k < s->n_against; k++) {
        bool there = false;
        char rows[200] = "";
        for (int c = 0; c < s->n; c++) {
            const char *name = s->name[s->cell[c].key.predictor];
            there |= s->cell[c].key.predictor == s->against[k].predictor;
            if (!strstr(rows, name) && strlen(rows) + strlen(name) + 3 < sizeof rows)
                sprintf(rows + strlen(rows), "%s%s", *rows ? ", " : "", name);
        }
        if (!there)
            return gg_fail(err, GG_INPUT,
                           "--against %s: no model is called so: with --matrix a row is wanted, one of %s",
                           s->name[s->against[k].predictor], rows);
    }
    return 0;
}

static int print_rows(struct gg_scores *s, const struct gg_score_options *o, enum gg_score_format format,
                      struct gg_sink *to, struct gg_err *err)
{
    if (s->matrix && ((!o->unequal && gg_matrix_check(s->matrix, err)) || check_against(s, err)))
        return -1;
    struct gg_score_row *rows = gg_scores_rows(s, o);
    gg_scores_note_beyond(s, rows);
    int status = gg_scores_print(s, rows, o, format, to, err), fewest = gg_score_fewest(s->n, rows);
    s->few = fewest < GG_SCORE_FEW ? fewest : 0;
    free(rows);
    return status;
}

static int print_spatial(struct gg_scores *s, const struct gg_score_options *o, enum gg_score_format format,
                         struct gg_sink *to, struct gg_err *err)
{
    (void)o;
    return gg_spatial_print(s, format, to, err);
}

static int print_fluctuations(struct gg_scores *s, const struct gg_score_options *o,
                              enum gg_score_format format, struct gg_sink *to, struct gg_err *err)
{
    (void)o;
    return gg_fluctuations_print(s, format, to, err);
}

static int print_reliability(struct gg_scores *s, const struct gg_score_options *o,
                             enum gg_score_format format, struct gg_sink *to, struct gg_err *err)
{
    (void)o;
    return gg_reliability_print(s, format, to, err);
}

const struct gg_score_report_type gg_score_reports[GG_REPORTS] = {
    [GG_REPORT_MATRIX] = {"matrix", true, true, false, "A", print_rows},
    [GG_REPORT_POWER] = {"power", false, false, false, NULL, gg_power_print},
    [GG_REPORT_SPATIAL] = {"spatial", false, false, false, "A", print_spatial},
    [GG_REPORT_FLUCTUATIONS] = {"fluctuations", false, false, false, "A", print_fluctuations},
    [GG_REPORT_RELIABILITY] = {"reliability", false, true, false, NULL, print_reliability},
    [GG_REPORT_ROWS] = {NULL, true, true, true, NULL, print_rows}};

int gg_score_report_choose(const bool given[GG_REPORTS], enum gg_score_format format, struct gg_err *err)
{
    int chosen = GG_REPORT_ROWS;
    for (int k = 0; k < GG_REPORT_ROWS; k++) {
        if (!given[k])
            continue;
        if (chosen != GG_REPORT_ROWS)
            return gg_fail(err, GG_USAGE, "--%s and --%s exclude each other", gg_score_reports[chosen].option,
                           gg_score_reports[k].option);
        chosen = k;
    }
    if (format == GG_SCORE_JSON && !gg_score_reports[chosen].json)
        return gg_fail(err, GG_USAGE, "--%s and --json exclude each other", gg_score_reports[chosen].option);
    return chosen;
}
