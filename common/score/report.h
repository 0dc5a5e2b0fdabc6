/* report.h -- what gg-corr can print of the same scores: one report at a time, each a row of a table */
#ifndef GG_SCORE_REPORT_H
#define GG_SCORE_REPORT_H

#include "score/score.h"

enum gg_score_report {
    GG_REPORT_MATRIX,
    GG_REPORT_POWER,
    GG_REPORT_SPATIAL,
    GG_REPORT_FLUCTUATIONS,
    GG_REPORT_RELIABILITY,
    GG_REPORT_ROWS,
    GG_REPORTS
};

struct gg_score_report_type {
    const char *option;  /* that asks for it; NULL: what is printed without one */
    bool json;           /* has that form */
    bool uncertainties;  /* looks at X_std */
    bool published;      /* has rows that published correlations stand beside: as text, TSV and JSON */
    const char *species; /* of its rows where none are chosen; NULL: all there are */
    int (*print)(struct gg_scores *s, const struct gg_score_options *o, enum gg_score_format format,
                 struct gg_sink *to, struct gg_err *err);
};
extern const struct gg_score_report_type gg_score_reports[GG_REPORTS];

/* The one that is asked for.  -1, GG_USAGE: two exclude each other, or it has no such form. */
int gg_score_report_choose(const bool given[GG_REPORTS], enum gg_score_format format, struct gg_err *err);

#endif
