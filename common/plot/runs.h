/* runs.h -- a table with a row a run of a sweep: its settings, left of the column seed, and what came out, right of it */
#ifndef GG_PLOT_RUNS_H
#define GG_PLOT_RUNS_H

#include "plot/plot.h"
#include "util/arena.h"

enum { GG_PLOT_SETTINGS = 16, GG_PLOT_LEVELS = 64 };
struct gg_plot_setting {
    const char *name;
    int n_level;
    const char *level[GG_PLOT_LEVELS]; /* numbers increasing, words in order of appearance */
    int *of;                           /* [n] of each run */
};

/* Runs with a number in the response.  Settings of one level are left out. */
struct gg_plot_runs {
    const char *response, *cost;  /* names of columns; cost may be NULL */
    const char *target, *species; /* NULL: the table has none */
    double time;                  /* NaN: none, or none alone */
    int n;
    double *y, *x; /* [n] response, cost (NaN: not known) */
    int n_setting;
    struct gg_plot_setting setting[GG_PLOT_SETTINGS];
    struct gg_tsv table; /* the texts live there and in `text` */
    struct gg_arena text;
};

/* The column `setting` of gg-learncurve is taken apart into its words KEY=VALUE; a temperature that varies is a setting wherever it stands.
 * Where there are targets, species, predictors, times: rows of one of each, the user's or the first (species: A, time: the last).
 * GG_INPUT for a table without runs, without what is asked for, with too many settings or levels. */
int gg_plot_runs_read(struct gg_plot_runs *r, const struct gg_plot *p, int n_file, char **file,
                      struct gg_err *err);
void gg_plot_runs_free(struct gg_plot_runs *r);

#endif
