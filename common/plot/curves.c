/* curves.c -- lines with error bars, predictions beside the truth that they share */
#include "plot/curves.h"
#include "util/escape.h"
#include "util/same.h"

#include <math.h>

void gg_plot_bars(struct gg_plot *p, int block, const char *lo, const char *hi, const char *colour)
{
    fprintf(p->script,
            "data index %d using 1:(%s):(0):((%s)-(%s)) with vectors heads size graph 0.007,90 linewidth 1.2 "
            "linecolor '%s', \\\n     ",
            block, lo, hi, lo, colour);
}

void gg_plot_floor_see(struct gg_plot_floor *f, double value)
{
    if (value > 0)
        f->least = f->least > 0 ? fmin(f->least, value) : value;
    f->n_below += value <= 0;
}

void gg_plot_floor_put(struct gg_plot *p, const struct gg_plot_floor *f, const char *name)
{
    double bottom = f->least > 0 ? pow(10, floor(log10(f->least / 1.5))) : 1e-3;
    fprintf(p->script, "set logscale y\nset format y '10^{%%T}'\nbottom = %.6g\nset yrange [%.6g:*]\n",
            bottom, bottom);
    if (f->n_below)
        gg_plot_note(p, "%d value%s of %s, 0 or less, %s no place on a logarithmic axis", f->n_below,
                     f->n_below == 1 ? "" : "s", name, f->n_below == 1 ? "has" : "have");
}

void gg_plot_bars_down(struct gg_plot *p, int block, int column, const char *colour)
{
    char lo[64], hi[32];
    snprintf(hi, sizeof hi, "$%d+$%d", column, column + 1);
    snprintf(lo, sizeof lo, "$%d-$%d < bottom ? NaN : $%d-$%d", column, column + 1, column, column + 1);
    gg_plot_bars(p, block, lo, hi, colour);
    fprintf(
        p->script,
        "data index %d using 1:($%d-$%d < bottom && %s > bottom ? %s : NaN):(0):(bottom-(%s)) with vectors "
        "head filled size graph 0.02,20 linewidth 1.2 linecolor '%s', \\\n     ",
        block, column, column + 1, hi, hi, hi, colour);
}

void gg_plot_curve(struct gg_plot *p, int block, int column, bool floored, const char *look,
                   const char *colour, const char *label)
{
    char lo[32], hi[32];
    snprintf(lo, sizeof lo, "$%d-$%d", column, column + 1);
    snprintf(hi, sizeof hi, "$%d+$%d", column, column + 1);
    if (floored)
        gg_plot_bars_down(p, block, column, colour);
    else
        gg_plot_bars(p, block, lo, hi, colour);
    fprintf(p->script, "data index %d using 1:%d with %s linecolor '%s' title ", block, column, look, colour);
    gg_escape_gnuplot(p->script, label);
}

void gg_plot_truths(struct gg_plot *p, int block, int column, bool floored,
                    const struct gg_plot_row *const *line, int n)
{
    bool one = true;
    for (int l = 1; l < n; l++)
        one =
            one && line[l]->file == line[0]->file && gg_same_key(line[l]->temperature, line[0]->temperature);
    for (int l = 0; l < (one ? 1 : n); l++) {
        char colour[8];
        gg_plot_colour(colour, l, n);
        fputs(l ? ", \\\n     " : "", p->script);
        gg_plot_curve(p, block + l, column, floored, "points pointtype 7 pointsize 0.7",
                      one ? "#404040" : colour, l ? "" : "truth");
    }
}
