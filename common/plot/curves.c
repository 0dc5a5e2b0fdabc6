/* curves.c -- lines with error bars, predictions beside the truth that they share */
#include "plot/curves.h"
#include "util/escape.h"
#include "util/same.h"

void gg_plot_curve(struct gg_plot *p, int block, int column, const char *look, const char *colour,
                   const char *label)
{
    fprintf(p->script,
            "data index %d using 1:%d:%d with yerrorbars pointtype 0 linewidth 1.2 linecolor '%s', \\\n     ",
            block, column, column + 1, colour);
    fprintf(p->script, "data index %d using 1:%d with %s linecolor '%s' title ", block, column, look, colour);
    gg_escape_gnuplot(p->script, label);
}

void gg_plot_truths(struct gg_plot *p, int block, int column, const struct gg_plot_row *const *line, int n)
{
    bool one = true;
    for (int l = 1; l < n; l++)
        one =
            one && line[l]->file == line[0]->file && gg_same_key(line[l]->temperature, line[0]->temperature);
    for (int l = 0; l < (one ? 1 : n); l++) {
        fputs(l ? ", \\\n     " : "", p->script);
        gg_plot_curve(p, block + l, column, "points pointtype 7 pointsize 0.7",
                      one ? "#404040" : gg_plot_line(l), l ? "" : "truth");
    }
}
