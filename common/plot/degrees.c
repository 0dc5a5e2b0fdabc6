/* degrees.c -- hidden features by layer and degree: their power, the directions that they use, their roughness
 *
 * From gg-explain hidden --tsv: a line an irrep, layers along x in their order. */
#include "plot/plot.h"
#include "util/arena.h"
#include "util/escape.h"
#include "util/tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LAYER, IRREP, RMS, RANK, ROUGHNESS, COLUMNS, MOST = 64 };
enum { LEFT = 84, STEP = 17, LEGEND = 82, PANEL = 150, LETTER = 6 }; /* points */
static const char *const names[COLUMNS] = {"layer", "irrep", "rms", "rank", "roughness"};

/* What a panel shows: the column of a block, from 1. */
static const struct {
    int column;
    const char *axes;
} panels[3] = {{2, "set logscale y\nset format y '10^{%T}'\nset ylabel 'power |h_l|^2'\n"},
               {3, "unset logscale y\nset format y '%h'\nset yrange [0:*]\nset ylabel 'effective rank'\n"},
               {4, "set yrange [0:*]\nset ylabel 'roughness'\n"}};

struct table {
    struct gg_tsv t;
    int column[COLUMNS], n_layer, n_irrep;
    const char *layer[MOST], *irrep[MOST];
    bool has[3]; /* numbers for a panel */
};

static const char *text(const struct table *d, int row, int column)
{
    return gg_tsv_text(&d->t, row, d->column[column]);
}

/* The place of a word in a list, at whose end it is put if it is new; -1: there is no room. */
static int place_of(const char *word, const char **list, int *n)
{
    int k = 0;
    while (k < *n && strcmp(list[k], word) != 0)
        k++;
    if (k == MOST)
        return -1;
    list[k] = word;
    *n += k == *n;
    return k;
}

/* Numbers as they are drawn: what is 0 has no power, and no place on a logarithmic axis. */
static double value(const struct table *d, int row, int panel)
{
    double x = gg_tsv_value(&d->t, row, d->column[RMS + panel]);
    return panel > 0 ? x : x > 0 ? x * x : NAN;
}

/* A table of gg-explain hidden --time has a line for each. */
static int check_time(const struct table *d, const char *path, struct gg_err *err)
{
    int column = gg_tsv_find(&d->t, "time");
    for (int row = 1; column >= 0 && row < d->t.n_row; row++)
        if (strcmp(gg_tsv_text(&d->t, row, column), gg_tsv_text(&d->t, 0, column)) != 0)
            return gg_fail(err, GG_INPUT, "%s: column 'time' has several: gg-explain hidden --time with one",
                           path);
    return 0;
}

static int look(struct table *d, const char *path, struct gg_err *err)
{
    for (int k = 0; k < COLUMNS; k++)
        if ((d->column[k] = gg_tsv_need(&d->t, names[k], path, err)) < 0)
            return gg_err_prefix(err, "output of gg-explain hidden --tsv is wanted: ");
    if (check_time(d, path, err))
        return -1;
    for (int row = 0; row < d->t.n_row; row++) {
        if (place_of(text(d, row, LAYER), d->layer, &d->n_layer) < 0 ||
            place_of(text(d, row, IRREP), d->irrep, &d->n_irrep) < 0)
            return gg_fail(err, GG_INPUT, "%s: more than %d layers: choose some with gg-explain --hidden",
                           path, MOST);
        for (int k = 0; k < 3; k++)
            d->has[k] |= !isnan(value(d, row, k));
    }
    return d->has[0] ? 0 : gg_fail(err, GG_INPUT, "%s: no layer has features other than 0", path);
}

static void add_block(struct gg_plot *p, struct table *d, const char *irrep)
{
    gg_plot_block(p, "layer\tpower\trank\troughness\tname");
    for (int row = 0; row < d->t.n_row; row++) {
        if (strcmp(text(d, row, IRREP), irrep) != 0)
            continue;
        fprintf(p->data, "%d", place_of(text(d, row, LAYER), d->layer, &d->n_layer));
        for (int k = 0; k < 3; k++)
            fprintf(p->data, isnan(value(d, row, k)) ? "\tnan" : "\t%.6g", value(d, row, k));
        fprintf(p->data, "\t%s\n", text(d, row, LAYER));
    }
}

/* A colour a degree; of the two parities that of the harmonics (0e, 1o, 2e ...) is solid. */
static void put_line(struct gg_plot *p, const char *irrep, int block, int column)
{
    int l = atoi(irrep);
    bool natural = irrep[strspn(irrep, "0123456789")] == (l % 2 ? 'o' : 'e');
    fprintf(p->script,
            "data index %d using 1:%d with linespoints linewidth %s pointsize 0.6 pointtype %d dashtype %s "
            "linecolor '%s' title ",
            block, column, natural ? "2" : "1.2", natural ? 7 : 6, natural ? "solid" : "(4,3)",
            gg_plot_line(l));
    gg_escape_gnuplot(p->script, irrep);
}

static void put_layers(struct gg_plot *p, const struct table *d)
{
    fputs("set xtics rotate by 90 right font small\nset xtics (", p->script);
    for (int k = 0; k < d->n_layer; k++) {
        fputs(k ? ", " : "", p->script);
        gg_escape_gnuplot(p->script, d->layer[k]);
        fprintf(p->script, " %d", k);
    }
    fputs(")\n", p->script);
}

static void draw_panel(struct gg_plot *p, const struct table *d, int panel, int at, int n)
{
    double top = 30 + PANEL * at;
    fprintf(p->script, "%sset tmargin at screen %.5f\nset bmargin at screen %.5f\n", panels[panel].axes,
            1 - top / p->height, 1 - (top + PANEL - 24) / p->height);
    gg_plot_letter(p);
    if (at + 1 == n)
        put_layers(p, d);
    fputs("plot ", p->script);
    for (int k = 0; k < d->n_irrep; k++) {
        fputs(k ? ", \\\n     " : "", p->script);
        put_line(p, d->irrep[k], k, panels[panel].column);
    }
    fputs("\nunset key\nunset title\n", p->script);
}

static void draw(struct gg_plot *p, struct table *d)
{
    int n = d->has[0] + d->has[1] + d->has[2], at = 0;
    p->width = fmax(GG_PLOT_COLUMN, LEFT + STEP * d->n_layer + LEGEND);
    size_t longest = 0;
    for (int k = 0; k < d->n_layer; k++)
        longest = strlen(d->layer[k]) > longest ? strlen(d->layer[k]) : longest;
    p->height = 30 + PANEL * n + LETTER * (double)longest + 12;
    for (int k = 0; k < d->n_irrep; k++)
        add_block(p, d, d->irrep[k]);
    fprintf(p->script,
            "set multiplot\nset lmargin at screen %.5f\nset rmargin at screen %.5f\nset xrange [-0.5:%g]\n"
            "set key at screen %.5f,%.5f left top Left reverse\nset xtics format '' 1\n",
            LEFT / p->width, 1 - LEGEND / p->width, d->n_layer - 0.5, 1 - LEGEND / p->width,
            1 - 30 / p->height);
    gg_plot_title(p, "hidden features");
    gg_plot_panels(p, n);
    for (int k = 0; k < 3; k++)
        if (d->has[k])
            draw_panel(p, d, k, at++, n);
    fputs("unset multiplot\n", p->script);
}

int gg_plot_degrees(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    struct table d = {0};
    int status = gg_plot_one_table(p, &d.t, n_file, file, err);
    if (status == 0)
        status = look(&d, gg_plot_name(file[0]), err);
    if (status == 0)
        draw(p, &d);
    gg_tsv_free(&d.t);
    return status;
}
