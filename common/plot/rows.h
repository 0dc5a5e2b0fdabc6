/* rows.h -- the rows of gg-corr --tsv, of gg-learncurve and of gg-explain that a picture wants */
#ifndef GG_PLOT_ROWS_H
#define GG_PLOT_ROWS_H

#include "plot/plot.h"
#include "util/tsv.h"

enum { GG_PLOT_VALUES = 8 };
struct gg_plot_row {
    int file;
    const char *predictor, *setting; /* "" where the table has none */
    const char *kind;                /* what it has in the first column of `key`; "" without one */
    double temperature, time;
    double value[GG_PLOT_VALUES];
};

/* What a kind of picture takes of a row. */
struct gg_plot_wanted {
    const char *from;                   /* "output of gg-corr --tsv" */
    const char *column[GG_PLOT_VALUES]; /* numbers; NULL ends them; rows without the first are left out */
    const char *key[2], *is[2]; /* only rows that have one of the texts "S|G" in this column; NULL: all */
    /* Columns that tell lines apart. line: instead of predictor, in tables that have no temperature; group: instead of setting */
    const char *line, *group;
};
/* The correlation of the average that is wanted; `sizes`: of gg-learncurve. */
enum { GG_PLOT_RHO, GG_PLOT_LO, GG_PLOT_HI, GG_PLOT_CEILING, GG_PLOT_SIZE, GG_PLOT_SEED };
struct gg_plot_wanted gg_plot_wanted_rho(const struct gg_plot_options *o, bool sizes);

struct gg_plot_rows {
    char **file;
    const char *target, *species, *average; /* "config", "pooled" */
    int n;
    struct gg_plot_row *row;
    struct gg_tsv *table; /* one a file: the texts live there */
    int n_file;
};

/* Rows of one target (default: the first row's) and one species (default: A where there is one).  GG_INPUT if none is left.
 * The histories of the tables are added to p's. */
int gg_plot_rows_read(struct gg_plot_rows *r, struct gg_plot *p, int n_file, char **file,
                      const struct gg_plot_wanted *w, struct gg_err *err);
/* Leaves those of one time: the nearest to the one that is wanted, by default the last. */
void gg_plot_rows_at(struct gg_plot_rows *r, double time);
void gg_plot_rows_free(struct gg_plot_rows *r);
/* Reads, leaves those of the time of --time, draws. */
typedef int gg_plot_rows_draw(struct gg_plot *p, const struct gg_plot_rows *r, char **file,
                              struct gg_err *err);
int gg_plot_rows_of_one_time(struct gg_plot *p, int n_file, char **file, const struct gg_plot_wanted *w,
                             gg_plot_rows_draw *draw, struct gg_err *err);

/* The first row of each line, at most `room` of them; returns how many. */
int gg_plot_rows_lines(const struct gg_plot_rows *r, const struct gg_plot_row **line, int room);
/* Rows that belong to one line; NaN equals NaN. */
bool gg_plot_rows_same(const struct gg_plot_row *a, const struct gg_plot_row *b, bool with_time);
/* "propensity of A, T = 0.5, t = 100 τ": temperature and time where all rows have one. */
void gg_plot_rows_title(struct gg_plot *p, const struct gg_plot_rows *r);
/* "set ylabel 'TEXT (σ)'", or of x, with the unit of the target, or its square, where it is a field that gg-targets makes; a table says none. */
void gg_plot_rows_axis(struct gg_plot *p, const struct gg_plot_rows *r, char axis, const char *text,
                       bool squared);
/* The name of line l, which begins with `row`: that of --label, else
 * "FILE, predictor, let.C=8, T = 0.44, t = 100 τ", as far as that tells the lines of this picture apart; a file is its
 * name, or as many of its folders as tell it from the others.  X_pred.TAG is TAG, X_pred "prediction". */
enum { GG_PLOT_LABEL = 640 };
void gg_plot_rows_label(const struct gg_plot *p, const struct gg_plot_rows *r, int l,
                        const struct gg_plot_row *row, bool with_time, char label[GG_PLOT_LABEL]);

#endif
