/* profile.c -- how much a prediction changes with particles at each distance, and within which distance nearly all of it is
 *
 * From gg-explain saliency --tsv, or occlusion: a line for each species of the other particle, at one time. */
#include "plot/rows.h"
#include "util/escape.h"
#include "util/same.h"

#include <math.h>
#include <string.h>

enum { MAX_LINE = 16 };
enum { RMS, FROM, TO, SHARE };
static const struct gg_plot_wanted wanted = {.from = "output of gg-explain saliency --tsv, or occlusion,",
                                             .column = {"rms", "from", "to", "share"},
                                             .line = "other",
                                             .group = "positions"};
/* Lines end where the signal is so much smaller than at its highest: beyond are digits, not physics. */
static const double depth = 1e-6, nearly_all = 0.99;

static bool one_table(const struct gg_plot_row *a, const struct gg_plot_row *b)
{
    return a->file == b->file && strcmp(a->setting, b->setting) == 0;
}

/* A shell stands at its middle; the last one, which has no end, is not drawn.  Returns the number of points. */
static int add_block(struct gg_plot *p, const struct gg_plot_rows *r, const struct gg_plot_row *of)
{
    int n = 0;
    gg_plot_block(p, "distance\trms\tfrom\tto\tshare");
    for (int k = 0; k < r->n; k++) {
        const double *v = r->row[k].value;
        if (!gg_plot_rows_same(&r->row[k], of, false) || !isfinite(v[TO]))
            continue;
        fprintf(p->data, "%.6g\t%.6g\t%.6g\t%.6g\t%.6g\n", (v[FROM] + v[TO]) / 2, v[RMS], v[FROM], v[TO],
                v[SHARE]);
        n++;
    }
    return n;
}

/* The first end of a shell within which nearly all of the squares are; NaN: there is none. */
static double reach(const struct gg_plot_rows *r)
{
    double best = NAN;
    for (int k = 0; k < r->n; k++) {
        double end = r->row[k].value[TO], within = 0;
        for (int q = 0; q < r->n; q++)
            if (r->row[q].value[TO] <= end)
                within += r->row[q].value[SHARE];
        if (within >= nearly_all && isfinite(end) && !(end >= best))
            best = end;
    }
    return best;
}

static double farthest(const struct gg_plot_rows *r)
{
    double end = 0;
    for (int k = 0; k < r->n; k++)
        end = isfinite(r->row[k].value[TO]) ? fmax(end, r->row[k].value[TO]) : end;
    return end;
}

static void draw_reach(struct gg_plot *p, const struct gg_plot_rows *r)
{
    for (int k = 1; k < r->n; k++)
        if (!one_table(&r->row[k], &r->row[0]))
            return;
    double end = reach(r);
    if (isnan(end))
        return;
    fprintf(p->script,
            "set arrow 1 from first %.6g, graph 0 to first %.6g, graph 1 nohead linewidth 1 dashtype (8,4) "
            "linecolor '#404040'\n"
            "set label 1 '%g %% of squares' at first %.6g, graph 0.95 %s textcolor '#404040'\n",
            end, end, 100 * nearly_all, end,
            2 * end < farthest(r) ? "left offset 0.7,0" : "right offset -0.7,0");
}

static int draw(struct gg_plot *p, const struct gg_plot_rows *r, char **file, struct gg_err *err)
{
    const struct gg_plot_row *line[MAX_LINE];
    int n = gg_plot_rows_lines(r, line, MAX_LINE), points = 0;
    double most = 0;
    char label[GG_PLOT_LABEL];
    for (int l = 0; l < n; l++)
        points += add_block(p, r, line[l]);
    for (int k = 0; k < r->n; k++)
        most = fmax(most, r->row[k].value[RMS]);
    if (points == 0 || !(most > 0))
        return gg_fail(err, GG_INPUT, "%s: no shell in which the prediction changes at all",
                       gg_plot_name(file[0]));
    gg_plot_lines(p, n);
    gg_plot_rows_title(p, r);
    draw_reach(p, r);
    fprintf(p->script,
            "set logscale y\nset format y '10^{%%T}'\nset xrange [0:*]\nset yrange [%.3g:*]\nset xlabel "
            "'distance r / σ'\nset ylabel '%s'\nset key bottom left title 'neighbour' Left reverse\nplot ",
            depth * most, *r->row[0].setting ? "saliency (rms)" : "occlusion (rms)");
    for (int l = 0; l < n; l++) {
        char colour[8];
        gg_plot_colour(colour, l, n);
        gg_plot_rows_label(p, r, l, line[l], false, label);
        fprintf(p->script,
                "%sdata index %d using 1:2 with linespoints linewidth 2 pointtype 7 pointsize 0.5 linecolor "
                "'%s' title ",
                l ? ", \\\n     " : "", l, colour);
        gg_escape_gnuplot(p->script, label);
    }
    fputc('\n', p->script);
    return 0;
}

int gg_plot_profile(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    return gg_plot_rows_of_one_time(p, n_file, file, &wanted, draw, err);
}
