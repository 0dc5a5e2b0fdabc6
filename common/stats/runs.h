/* runs.h -- a table with a row a run of a sweep: its settings, left of the column seed, and what came out, right of it */
#ifndef GG_RUNS_H
#define GG_RUNS_H

#include "util/arena.h"
#include "util/opt.h"
#include "util/tsv.h"

/* What to take of the table.  NULL and NaN stand for the default. */
struct gg_runs_wanted {
    const char *response; /* column of what came out; rho_config, or rho_pooled if pooled */
    const char *cost;     /* gflop, tflop, flops or seconds, the first that is there */
    const char *target, *predictor, *species; /* of the first row; species A where it occurs */
    double time;                              /* the nearest; the last */
    bool pooled;
    struct gg_texts where; /* "KEY=VALUE": only rows that have it; of one key, one of the values */
    void (*say)(void *context, const char *line); /* what is left out; NULL: nobody hears it */
    void *context;
};

enum { GG_RUN_SETTINGS = 16, GG_RUN_LEVELS = 64 };
struct gg_run_setting {
    const char *name;
    int n_level;
    const char *level[GG_RUN_LEVELS]; /* numbers increasing, words in order of appearance */
    int *of;                          /* [n] of each run */
};

/* Runs with a number in the response, or with numbers separated by commas: one of each configuration, for all runs the same ones in the
 * same order.  Settings of one level are left out. */
struct gg_runs {
    const char *response, *cost;  /* names of columns; cost may be NULL */
    const char *target, *species; /* NULL: the table has none */
    double time;                  /* NaN: none, or none alone */
    int n, n_config;              /* n_config 1: a number */
    double *each;                 /* [n][n_config] the response */
    double *y, *x;                /* [n] its mean over configurations; cost (NaN: not known) */
    int n_setting;
    struct gg_run_setting setting[GG_RUN_SETTINGS];
    struct gg_tsv table; /* the texts live there and in `text` */
    struct gg_arena text;
};

/* The column `setting` of gg-learncurve is taken apart into its words KEY=VALUE; a temperature that varies is a setting wherever it stands.
 * Where there are targets, species, predictors, times: rows of one of each.
 * Where there are runs without such a row, or without a number in it, it is said how many.
 * GG_INPUT for a table without runs, without what is asked for, with two columns of one name, with a setting named twice, with too many settings or
 * levels. */
int gg_runs_read(struct gg_runs *r, const struct gg_runs_wanted *w, const char *path, struct gg_err *err);
void gg_runs_free(struct gg_runs *r);

/* Have two runs the same settings? */
bool gg_runs_alike(const struct gg_runs *r, int a, int b);

#endif
