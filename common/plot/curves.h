/* curves.h -- lines with error bars, predictions beside the truth that they share */
#ifndef GG_PLOT_CURVES_H
#define GG_PLOT_CURVES_H

#include "plot/rows.h"

/* An item of `plot`: column, with its errors in the next one, against the first column of a block; columns from 1. */
void gg_plot_curve(struct gg_plot *p, int block, int column, const char *look, const char *colour,
                   const char *label);
/* One truth for all n lines, whose blocks follow each other from `block` on, or each line's own, in its colour. */
void gg_plot_truths(struct gg_plot *p, int block, int column, const struct gg_plot_row *const *line, int n);

#endif
