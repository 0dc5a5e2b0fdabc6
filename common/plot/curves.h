/* curves.h -- lines with error bars, predictions beside the truth that they share */
#ifndef GG_PLOT_CURVES_H
#define GG_PLOT_CURVES_H

#include "plot/rows.h"

/* An item of `plot`, before others: bars between two expressions of columns, "$2-$3", at the first one, capped.  gnuplot's own are cut out
 * around the points. */
void gg_plot_bars(struct gg_plot *p, int block, const char *lo, const char *hi, const char *colour);

/* A logarithmic axis y and its lower end, a power of ten below all n values above 0; bars that go below it end there in an arrow.  What is
 * 0 or less has no place on it, and it is told how many those are of the quantity `name`. */
struct gg_plot_floor {
    double least;
    int n_below;
};
void gg_plot_floor_see(struct gg_plot_floor *f, double value);
void gg_plot_floor_put(struct gg_plot *p, const struct gg_plot_floor *f, const char *name);
/* The bars of such an axis: a column and its errors in the next one. */
void gg_plot_bars_down(struct gg_plot *p, int block, int column, const char *colour);

/* An item of `plot`: column, with its errors in the next one, against the first column of a block; columns from 1.
 * floored: the axis is one of gg_plot_floor_put. */
void gg_plot_curve(struct gg_plot *p, int block, int column, bool floored, const char *look,
                   const char *colour, const char *label);
/* One truth for all n lines, whose blocks follow each other from `block` on, or each line's own, in its colour. */
void gg_plot_truths(struct gg_plot *p, int block, int column, bool floored,
                    const struct gg_plot_row *const *line, int n);

#endif
