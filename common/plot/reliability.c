/* reliability.c -- errors as they were predicted, and as they are, with the diagonal on which both agree
 *
 * From gg-corr --reliability --tsv, at one time.  Bins of fewer than MIN particles are left out. */
#include "plot/curves.h"
#include "util/escape.h"

#include <math.h>

enum { MAX_LINE = 16, MIN = 10 };
enum { PREDICTED, ACTUAL, ERROR, COUNT };
static const struct gg_plot_wanted wanted = {.from = "output of gg-corr --reliability --tsv",
                                             .column = {"predicted", "actual", "actual_error", "n"}};

/* Both axes show the same range. */
struct range {
    double lo, hi;
};

static int add_block(struct gg_plot *p, const struct gg_plot_rows *r, const struct gg_plot_row *of,
                     struct range *of_all)
{
    int n = 0;
    gg_plot_block(p, "predicted\tactual\terror\tn");
    for (int k = 0; k < r->n; k++) {
        const double *v = r->row[k].value;
        if (!gg_plot_rows_same(&r->row[k], of, false) || !(v[COUNT] >= MIN))
            continue;
        fprintf(p->data, "%.6g\t%.6g\t%.6g\t%.0f\n", v[PREDICTED], v[ACTUAL], v[ERROR], v[COUNT]);
        of_all->lo = fmin(of_all->lo, fmin(v[PREDICTED], v[ACTUAL] - v[ERROR]));
        of_all->hi = fmax(of_all->hi, fmax(v[PREDICTED], v[ACTUAL] + v[ERROR]));
        n++;
    }
    return n;
}

static int draw(struct gg_plot *p, const struct gg_plot_rows *r, char **file, struct gg_err *err)
{
    const struct gg_plot_row *line[MAX_LINE];
    int n = gg_plot_rows_lines(r, line, MAX_LINE), points = 0;
    struct range all = {INFINITY, 0};
    char label[GG_PLOT_LABEL];
    for (int l = 0; l < n; l++)
        points += add_block(p, r, line[l], &all);
    if (points == 0)
        return gg_fail(err, GG_INPUT, "%s: no bin of %d particles or more", gg_plot_name(file[0]), MIN);
    gg_plot_lines(p, n);
    gg_plot_rows_title(p, r);
    bool wide = all.lo > 0 && all.hi > 8 * all.lo;
    fprintf(p->script, "%sset xrange [%.4g:%.4g]\nset yrange [%.4g:%.4g]\n", wide ? "set logscale xy\n" : "",
            all.lo / 1.1, all.hi * 1.1, all.lo / 1.1, all.hi * 1.1);
    for (int k = 0; k < 2 && wide; k++)
        gg_plot_tics(p, "xy"[k], all.lo, all.hi);
    fputs("set size square\nset key top left Left reverse\nset samples 2\n", p->script);
    gg_plot_rows_axis(p, r, 'x', "predicted rms error", false);
    gg_plot_rows_axis(p, r, 'y', "rms error", false);
    fputs("plot x with lines linewidth 1.2 dashtype (8,4) linecolor '#404040' title 'ideal'", p->script);
    for (int l = 0; l < n; l++) {
        char colour[8];
        gg_plot_colour(colour, l, n);
        gg_plot_rows_label(p, r, l, line[l], false, label);
        fputs(", \\\n     ", p->script);
        gg_plot_bars(p, l, "$2-$3", "$2+$3", colour);
        fprintf(p->script,
                "data index %d using 1:2 with points pointtype 7 pointsize 0.8 linecolor '%s' title ", l,
                colour);
        gg_escape_gnuplot(p->script, label);
    }
    fputc('\n', p->script);
    return 0;
}

int gg_plot_reliability(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    p->height = p->width;
    return gg_plot_rows_of_one_time(p, n_file, file, &wanted, draw, err);
}
