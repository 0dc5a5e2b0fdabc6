/* rows.h -- the rows of gg-corr --tsv and of gg-learncurve that a picture wants */
#ifndef GG_PLOT_ROWS_H
#define GG_PLOT_ROWS_H

#include "plot/plot.h"
#include "util/tsv.h"

struct gg_plot_row {
    int file;
    const char *predictor;
    double temperature, time;
    double size, seed;           /* of gg-learncurve; NaN */
    double rho, lo, hi, ceiling; /* of the average that is wanted */
};

struct gg_plot_rows {
    const char *target, *species, *average; /* "config", "pooled" */
    int n;
    struct gg_plot_row *row;
    struct gg_tsv *table; /* one a file: the texts live there */
    int n_file;
};

/* Rows of one target (default: the first row's) and one species (default: A where there is one).  `sizes`: the columns of
 * gg-learncurve are wanted. GG_INPUT if none is left. */
int gg_plot_rows_read(struct gg_plot_rows *r, const struct gg_plot_options *o, int n_file, char **file,
                      bool sizes, struct gg_err *err);
void gg_plot_rows_free(struct gg_plot_rows *r);

/* Rows that belong to one line; NaN equals NaN. */
bool gg_plot_rows_same(const struct gg_plot_row *a, const struct gg_plot_row *b, bool with_time);
/* "FILE, predictor, T = 0.44, t = 100", as far as that tells the lines of this picture apart. */
void gg_plot_rows_label(const struct gg_plot_rows *r, const struct gg_plot_row *row, char **file,
                        bool with_time, char *label, size_t room);

#endif
