/* learncurve.c -- correlation against the number of training configurations, with the fitted power law
 *
 * From learncurve.tsv: a line a time, or those of one time; points are means over seeds, bars their standard deviation. */
#include "plot/rows.h"
#include "stats/powerlaw.h"
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

/* The fitted curve over the sizes, a little beyond the last one. */
static int add_fit(struct gg_plot *p, const struct line *l)
{
    struct gg_powerlaw f;
    double y[MAX_POINT], floor = isnan(l->ceiling) ? 0 : 1 - l->ceiling * l->ceiling;
    for (int k = 0; k < l->n; k++) {
        double rho = l->sum[k] / l->seeds[k];
        y[k] = gg_unexplained(rho);
    }
    if (l->n < 3 || gg_powerlaw_fit(l->n, l->size, y, floor, &f))
        return -1;
    int block = gg_plot_block(p, "size\tfit");
    for (int k = 0; k <= 64; k++) {
        double size = l->size[0] * pow(2 * l->size[l->n - 1] / l->size[0], k / 64.0);
        fprintf(p->data, "%.6g\t%.6g\n", size, sqrt(fmax(0, 1 - gg_powerlaw_at(&f, size))));
    }
    return block;
}

static void draw_line(struct gg_plot *p, const struct line *l, const char *label, const char *colour)
{
    int block = gg_plot_block(p, "size\trho\tsd\tseeds\tceiling");
    for (int k = 0; k < l->n; k++) {
        double n = l->seeds[k], mean = l->sum[k] / n;
        double sd = n > 1 ? sqrt(fmax(0, (l->square[k] - n * mean * mean) / (n - 1))) : 0;
        fprintf(p->data, "%.6g\t%.6g\t%.6g\t%.0f\t%.6g\n", l->size[k], mean, sd, n, l->ceiling);
    }
    int fit = add_fit(p, l);
    fprintf(p->script, "data index %d using 1:2 with lines linewidth 1.2 %s linecolor '%s', \\\n     ",
            fit < 0 ? block : fit, fit < 0 ? "" : "dashtype (4,3)", colour);
    fprintf(p->script,
            "data index %d using 1:2:3 with yerrorbars linewidth 1.5 pointtype 7 pointsize 0.9 linecolor "
            "'%s' title ",
            block, colour);
    gg_escape_gnuplot(p->script, label);
}

static void draw(struct gg_plot *p, const struct gg_plot_rows *r, char **file, const struct line *line, int n)
{
    double low = INFINITY, high = 0;
    for (int l = 0; l < n; l++) {
        low = fmin(low, line[l].size[0]);
        high = fmax(high, line[l].size[line[l].n - 1]);
    }
    char at[48] = "";
    if (isfinite(p->o->time))
        snprintf(at, sizeof at, " at t = %g", r->row[0].time);
    gg_plot_title(p, "learning curve: %s of %s%s", r->target, r->species, at);
    fprintf(
        p->script,
        "set logscale x 2\nset xlabel 'training configurations'\nset ylabel 'correlation ρ (%s)'\n"
        "set format x '%%g'\nset xrange [%.4g:%.4g]\nset yrange [*<0.3:1]\nset key %s Left reverse\nplot ",
        r->average, low / 1.3, high * 2.2, n <= 4 ? "bottom right" : "outside right top");
    for (int l = 0; l < n; l++) {
        char label[300], shade[8];
        gg_plot_rows_label(r, line[l].of, file, true, label, sizeof label);
        gg_plot_shade(shade, 0.9 * l / (n > 1 ? n - 1 : 1));
        draw_line(p, &line[l], label, n <= 4 ? gg_plot_line(l) : shade);
        fputs(l + 1 < n ? ", \\\n     " : "\n", p->script);
    }
}

int gg_plot_learncurve(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    struct gg_plot_rows r;
    const struct gg_plot_wanted w = gg_plot_wanted_rho(p->o, true);
    int n = 0, status = gg_plot_rows_read(&r, p->o, n_file, file, &w, err);
    p->width = 720;
    if (status == 0 && !isnan(p->o->time))
        gg_plot_rows_at(&r, p->o->time);
    struct line *line = status == 0 ? collect(&r, &n) : NULL;
    if (status == 0 && n == 0)
        status = gg_fail(err, GG_INPUT, "%s: no row has a size", gg_plot_name(file[0]));
    if (status == 0)
        draw(p, &r, file, line, n);
    free(line);
    gg_plot_rows_free(&r);
    return status;
}
