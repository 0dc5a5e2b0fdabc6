/* corr_time.c -- correlation against time: a line a predictor, its interval as a band, the noise ceiling above
 *
 * From gg-corr --tsv.  A table of published numbers (--reference: temperature, time, average, method, pearson) adds
 * thin lines. */
#include "plot/curves.h"
#include "stats/published.h"
#include "util/escape.h"
#include "util/same.h"

#include <math.h>
#include <string.h>

enum { MAX_LINE = 64 };

/* The rows of one line, as a block: time, rho, its interval, the ceiling. */
static int add_block(struct gg_plot *p, const struct gg_plot_rows *r, const struct gg_plot_row *of,
                     int *n_time)
{
    *n_time = 0;
    int block = gg_plot_block(p, "time\trho\tlo\thi\tceiling");
    for (int k = 0; k < r->n; k++) {
        const struct gg_plot_row *q = &r->row[k];
        if (!gg_plot_rows_same(q, of, false) || !(q->time > 0))
            continue;
        fprintf(p->data, "%.9g\t%.6g\t%.6g\t%.6g\t%.6g\n", q->time, q->value[GG_PLOT_RHO],
                q->value[GG_PLOT_LO], q->value[GG_PLOT_HI], q->value[GG_PLOT_CEILING]);
        ++*n_time;
    }
    return block;
}

/* The first row of each line. */
static int find_lines(const struct gg_plot_rows *r, const struct gg_plot_row *line[MAX_LINE])
{
    int n = 0;
    for (int k = 0; k < r->n; k++) {
        bool known = !(r->row[k].time > 0);
        for (int l = 0; l < n && !known; l++)
            known = gg_plot_rows_same(line[l], &r->row[k], false);
        if (!known && n < MAX_LINE)
            line[n++] = &r->row[k];
    }
    return n;
}

/* The interval as a band, or as a bar where there is one time only. */
static void draw_line(struct gg_plot *p, int block, int n_time, const char *label, const char *colour)
{
    if (n_time > 1)
        fprintf(p->script, "data index %d using 1:3:4 with filledcurves linecolor '%s', \\\n     ", block,
                colour);
    else
        gg_plot_bars(p, block, "$3", "$4", colour);
    fprintf(p->script,
            "data index %d using 1:2 with linespoints linewidth 2 pointtype 7 pointsize 0.7 linecolor '%s' "
            "title ",
            block, colour);
    gg_escape_gnuplot(p->script, label);
    fputs(", \\\n     ", p->script);
}

/* Told apart in grey: a mark of twelve each, which the filled disc of the predictions is not among, and other dashes for the next twelve. */
static void put_published(struct gg_plot *p, int block, int k, const char *name)
{
    static const int mark[] = {4, 8, 2, 12, 5, 6, 10, 3, 14, 9, 1, 11};
    static const char *const dashes[] = {"(3,3)", "(8,3)", "(8,3,2,3)", "(1,2)"};
    fprintf(p->script,
            "data index %d using 1:2 with linespoints linewidth 1 dashtype %s pointtype %d pointsize 0.5 "
            "linecolor "
            "'#808080' title ",
            block, dashes[k / 12 % 4], mark[k % 12]);
    gg_escape_gnuplot(p->script, name);
    fputs(", \\\n     ", p->script);
    gg_plot_beside(p, name);
}

/* Methods of a published table at this temperature and average, in order of appearance. */
static int draw_reference(struct gg_plot *p, const struct gg_plot_rows *r, struct gg_err *err)
{
    struct gg_published all = {0};
    bool pooled = strcmp(r->average, "pooled") == 0;
    int status = gg_published_read(&all, p->o->reference, err), drawn = 0, other = 0;
    for (int m = 0; m < all.n_method && status == 0; m++) {
        int block = -1;
        for (int k = 0; k < all.n; k++) {
            const struct gg_published_row *q = &all.row[k];
            bool about = q->method == all.method[m] && strcmp(q->target, r->target) == 0 &&
                         strcmp(q->species, r->species) == 0 &&
                         gg_same(q->temperature, r->row[0].temperature);
            other += about && q->pooled != pooled;
            if (!about || q->pooled != pooled)
                continue;
            block = block < 0 ? gg_plot_block(p, "time\tpearson") : block;
            fprintf(p->data, "%.9g\t%.6g\n", q->time, q->rho);
        }
        if (block < 0)
            continue;
        put_published(p, block, drawn++, all.method[m]);
    }
    gg_published_free(&all);
    return status || drawn ? status
                           : gg_fail(err, GG_INPUT, "%s: has nothing on %s of %s at T = %g%s",
                                     p->o->reference, r->target, r->species, r->row[0].temperature,
                                     !other   ? ""
                                     : pooled ? " by --rho pooled: add --rho config"
                                              : " by --rho config: add --rho pooled");
}

static int draw(struct gg_plot *p, const struct gg_plot_rows *r, char **file, struct gg_err *err)
{
    const struct gg_plot_row *line[MAX_LINE];
    int n = find_lines(r, line);
    char label[GG_PLOT_LABEL];
    if (n == 0)
        return gg_fail(err, GG_INPUT, "%s: no row has a time above 0", gg_plot_name(file[0]));
    gg_plot_lines(p, n);
    gg_plot_rows_title(p, r);
    bool below = n <= 4 && !p->o->reference;
    fprintf(
        p->script,
        "set logscale x\nset format x '10^{%%T}'\nset xlabel 'time t / τ'\nset ylabel 'correlation ρ (%s)'\n"
        "set yrange [*<0:1]\nset key Left reverse %s\nplot ",
        r->average,
        below ? "bmargin left horizontal height 0.5"
              : "left top at graph 1.03,1\nset rmargin at screen right");
    int first = p->n_block;
    for (int l = 0; l < n; l++) {
        gg_plot_rows_label(p, r, l, line[l], false, label);
        char colour[8];
        int n_time, block = add_block(p, r, line[l], &n_time);
        gg_plot_colour(colour, l, n);
        draw_line(p, block, n_time, label, colour);
        if (!below)
            gg_plot_beside(p, label);
    }
    if (p->o->reference && draw_reference(p, r, err))
        return -1;
    bool ceilings = false;
    for (int k = 0; k < r->n; k++)
        ceilings |= !isnan(r->row[k].value[GG_PLOT_CEILING]);
    if (ceilings && !below)
        gg_plot_beside(p, "noise ceiling");
    if (ceilings)
        fprintf(p->script,
                "for [k=%d:%d] data index k using 1:5 with linespoints pointtype 1 pointsize 0.5 linewidth "
                "1.5 dashtype (8,4) linecolor "
                "'#404040' "
                "title (k == %d ? 'noise ceiling' : '')",
                first, first + n - 1, first);
    else
        fputs("NaN", p->script); /* ends the list */
    fputc('\n', p->script);
    return 0;
}

int gg_plot_corr_time(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    struct gg_plot_rows r;
    const struct gg_plot_wanted w = gg_plot_wanted_rho(p->o, false);
    int status = gg_plot_rows_read(&r, p, n_file, file, &w, err);
    if (status == 0)
        status = draw(p, &r, file, err);
    gg_plot_rows_free(&r);
    return status;
}
