/* learncurve.c -- correlation against the number of training configurations, with the fitted power law and its band
 *
 * From learncurve.tsv: a line a setting and time, or those of one time; points are means over seeds, bars their standard
 * deviation; dotted: ceilings. */
#include "plot/curves.h"
#include "stats/curve.h"
#include "util/arena.h"
#include "util/escape.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_LINE = 64, MAX_POINT = 256 };

/* One line: the mean over seeds at each size. */
struct line {
    const struct gg_plot_row *of;
    int n;
    double size[MAX_POINT], sum[MAX_POINT], square[MAX_POINT], seeds[MAX_POINT];
    double ceiling;
};

static void add_point(struct line *l, const struct gg_plot_row *q)
{
    int k = 0;
    while (k < l->n && l->size[k] < q->value[GG_PLOT_SIZE])
        k++;
    if (k == l->n || l->size[k] != q->value[GG_PLOT_SIZE]) {
        if (l->n == MAX_POINT)
            return;
        for (int i = l->n++; i > k; i--) {
            l->size[i] = l->size[i - 1];
            l->sum[i] = l->sum[i - 1];
            l->square[i] = l->square[i - 1];
            l->seeds[i] = l->seeds[i - 1];
        }
        l->size[k] = q->value[GG_PLOT_SIZE];
        l->sum[k] = l->square[k] = l->seeds[k] = 0;
    }
    l->sum[k] += q->value[GG_PLOT_RHO];
    l->square[k] += q->value[GG_PLOT_RHO] * q->value[GG_PLOT_RHO];
    l->seeds[k]++;
    l->ceiling = q->value[GG_PLOT_CEILING];
}

static struct line *collect(const struct gg_plot_rows *r, int *n)
{
    struct line *line = gg_xalloc(MAX_LINE, sizeof *line);
    *n = 0;
    for (int k = 0; k < r->n; k++) {
        int l = 0;
        while (l < *n && !gg_plot_rows_same(line[l].of, &r->row[k], true))
            l++;
        if (l == MAX_LINE || !(r->row[k].value[GG_PLOT_SIZE] > 0))
            continue;
        if (l == *n)
            line[(*n)++].of = &r->row[k];
        add_point(&line[l], &r->row[k]);
    }
    return line;
}

static double mean(const struct line *l, int k)
{
    return l->sum[k] / l->seeds[k];
}

/* Standard deviation over seeds; NaN: one of them. */
static double deviation(const struct line *l, int k)
{
    double n = l->seeds[k];
    return n > 1 ? sqrt(fmax(0, (l->square[k] - n * mean(l, k) * mean(l, k)) / (n - 1))) : NAN;
}

/* The fitted curve over the sizes, a little beyond the last one, with its band; -1 where there is none to be trusted. */
static int add_fit(struct gg_plot *p, const struct line *l, const char *label)
{
    enum { STEPS = 64 };
    struct gg_curve *c = gg_xmalloc(sizeof *c);
    struct gg_curve_point point[MAX_POINT];
    int block = -1;
    for (int k = 0; k < l->n; k++)
        point[k] = (struct gg_curve_point){l->size[k], mean(l, k), deviation(l, k) / sqrt(l->seeds[k])};
    gg_curve_fit(c, l->n, point, l->ceiling);
    if (c->why)
        gg_plot_note(p, "%s: no curve is drawn: %s", label, c->why);
    else
        block = gg_plot_block(p, "size\tfit\tlo\thi");
    for (int k = 0; k <= STEPS && !c->why; k++) {
        double size = l->size[0] * pow(2 * l->size[l->n - 1] / l->size[0], k / (double)STEPS);
        struct gg_interval band = gg_curve_band(c, size);
        fprintf(p->data, "%.6g\t%.6g\t%.6g\t%.6g\n", size, gg_curve_at(c, size), band.lo, band.hi);
    }
    free(c);
    return block;
}

/* Returns whether a fit was drawn. */
static bool draw_line(struct gg_plot *p, const struct line *l, const char *label, const char *colour)
{
    int block = gg_plot_block(p, "size\trho\tsd\tseeds\tceiling");
    for (int k = 0; k < l->n; k++) {
        double sd = deviation(l, k);
        fprintf(p->data, "%.6g\t%.6g\t%.6g\t%.0f\t%.6g\n", l->size[k], mean(l, k), isnan(sd) ? 0 : sd,
                l->seeds[k], l->ceiling);
    }
    int fit = add_fit(p, l, label);
    if (fit >= 0)
        fprintf(p->script,
                "data index %d using 1:3:4 with filledcurves fillcolor '%s' fillstyle transparent solid 0.15 "
                "noborder, "
                "\\\n     data index %d using 1:2 with lines linewidth 1.2 dashtype (4,3) linecolor '%s', "
                "\\\n     ",
                fit, colour, fit, colour);
    else
        fprintf(p->script, "data index %d using 1:2 with lines linewidth 1.2 linecolor '%s', \\\n     ",
                block, colour);
    if (!isnan(l->ceiling))
        fprintf(p->script, "%.6g with lines linewidth 1.2 dashtype (1,3) linecolor '%s', \\\n     ",
                l->ceiling, colour);
    gg_plot_bars(p, block, "$3 > 0 ? $2-$3 : NaN", "$2+$3", colour);
    fprintf(p->script, "data index %d using 1:2 with points pointtype 7 pointsize 0.9 linecolor '%s' title ",
            block, colour);
    gg_escape_gnuplot(p->script, label);
    return fit >= 0;
}

/* What dashes and dots are, in the grey that no line has. */
static void put_entry(struct gg_plot *p, const char *dashes, const char *name, bool beside)
{
    fprintf(p->script, ", \\\n     NaN with lines linewidth 1.2 dashtype %s linecolor '#404040' title '%s'",
            dashes, name);
    if (beside)
        gg_plot_beside(p, name);
}

static void draw(struct gg_plot *p, const struct gg_plot_rows *r, const struct line *line, int n)
{
    double low = INFINITY, high = 0;
    bool fits = false, ceilings = false;
    for (int l = 0; l < n; l++) {
        ceilings |= !isnan(line[l].ceiling);
        low = fmin(low, line[l].size[0]);
        high = fmax(high, line[l].size[line[l].n - 1]);
    }
    gg_plot_lines(p, n);
    gg_plot_rows_title(p, r);
    fprintf(
        p->script,
        "set logscale x 2\nset xlabel 'training configurations'\nset ylabel 'correlation ρ (%s)'\n"
        "set format x '%%g'\nset xrange [%.4g:%.4g]\nset yrange [*<0.6:1]\nset key Left reverse %s\nplot ",
        r->average, low / 1.3, high * 2.2,
        n <= 4 ? "bmargin left horizontal height 0.5"
               : "left top at graph 1.03,1\nset rmargin at screen right");
    for (int l = 0; l < n; l++) {
        char label[GG_PLOT_LABEL], colour[8];
        gg_plot_rows_label(p, r, l, line[l].of, true, label);
        if (n > 4)
            gg_plot_beside(p, label);
        gg_plot_colour(colour, l, n);
        fits |= draw_line(p, &line[l], label, colour);
        fputs(l + 1 < n ? ", \\\n     " : "", p->script);
    }
    if (fits)
        put_entry(p, "(4,3)", "fit", n > 4);
    if (ceilings)
        put_entry(p, "(1,3)", "noise ceiling", n > 4);
    fputc('\n', p->script);
}

int gg_plot_learncurve(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    struct gg_plot_rows r;
    const struct gg_plot_wanted w = gg_plot_wanted_rho(p->o, true);
    int n = 0, status = gg_plot_rows_read(&r, p, n_file, file, &w, err);
    if (status == 0 && !isnan(p->o->time))
        gg_plot_rows_at(&r, p->o->time);
    struct line *line = status == 0 ? collect(&r, &n) : NULL;
    if (status == 0 && n == 0)
        status = gg_fail(err, GG_INPUT, "%s: no row has a size", gg_plot_name(file[0]));
    if (status == 0)
        draw(p, &r, line, n);
    free(line);
    gg_plot_rows_free(&r);
    return status;
}
