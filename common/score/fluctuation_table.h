/* fluctuation_table.h -- how many particles are mobile, and where: the lines of a cell, with errors */
#ifndef GG_FLUCTUATION_TABLE_H
#define GG_FLUCTUATION_TABLE_H

#include "score/fluctuation_values.h"
#include "score/score.h"
#include "stats/jackknife.h"

/* Below so many configurations the relative error of a variance over them, sqrt(2 / (n - 1)), is about a half and more: refused. */
enum { GG_FLUCT_FEWEST = 10, GG_FLUCT_LINES = GG_SPATIAL_ROWS + 20 };

struct gg_fluct_line {
    const char *name, *definition;
    double lo, hi, at; /* of |q| or r; NaN where a quantity is at none */
    double n;          /* waves, pairs, particles */
    int truth_from;    /* enum gg_truth_from; the plain steps are always of the mean over runs */
    bool refused;      /* for too few configurations */
    struct gg_estimate of[GG_FLUCT_VALUES];
};

struct gg_fluct_table {
    const struct gg_scores *s;
    const struct gg_score_cell *c;
    int *run; /* of each configuration, or NULL; while it is filled */
    int n;
    char why[200]; /* xi4 of the truth is not defined; "": it is, or nobody asked */
    struct gg_fluct_line line[GG_FLUCT_LINES];
};

/* Of a cell that has fluctuations. */
void gg_fluct_table_fill(struct gg_fluct_table *t, const struct gg_scores *s, const struct gg_score_cell *c);

#endif
