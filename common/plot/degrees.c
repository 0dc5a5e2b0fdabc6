/* degrees.c -- hidden features by layer and degree: their power, the directions that they use, their roughness
 *
 * From gg-explain hidden --tsv: irreps along x, by degree, a line a layer, dark ones first. */
#include "plot/plot.h"
#include "util/arena.h"
#include "util/escape.h"
#include "util/tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LAYER, IRREP, RMS, RANK, ROUGHNESS, COLUMNS, MOST = 64 };
/* Points: of the canvas; letters of the legend and what is between two of its lines. */
enum { LEFT = 84, STEP = 44, TOP = 30, PANEL = 150, LETTER = 9, LINE = 13 };
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
    const char *layer[MOST], *irrep[MOST]; /* irreps by degree */
    bool has[3];                           /* numbers for a panel */
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

/* Of the two parities of a degree that of the harmonics: 0e, 1o, 2e ... */
static bool is_natural(const char *irrep)
{
    return irrep[strspn(irrep, "0123456789")] == (atoi(irrep) % 2 ? 'o' : 'e');
}

/* By degree; that of the harmonics first. */
static int by_degree(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int d = atoi(x) - atoi(y), parity = is_natural(y) - is_natural(x);
    return d ? d : parity ? parity : strcmp(x, y);
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
    qsort(d->irrep, (size_t)d->n_irrep, sizeof *d->irrep, by_degree);
    return d->has[0] ? 0 : gg_fail(err, GG_INPUT, "%s: no layer has features other than 0", path);
}

/* The irreps of a layer, in their order. */
static void add_block(struct gg_plot *p, const struct table *d, const char *layer)
{
    gg_plot_block(p, "irrep\tpower\trank\troughness\tname");
    for (int i = 0; i < d->n_irrep; i++)
        for (int row = 0; row < d->t.n_row; row++) {
            if (strcmp(text(d, row, LAYER), layer) != 0 || strcmp(text(d, row, IRREP), d->irrep[i]) != 0)
                continue;
            fprintf(p->data, "%d", i);
            for (int k = 0; k < 3; k++)
                fprintf(p->data, isnan(value(d, row, k)) ? "\tnan" : "\t%.6g", value(d, row, k));
            fprintf(p->data, "\t%s\n", d->irrep[i]);
        }
}

/* A colour a layer, and a filled mark or an open one in turn: neighbours are told apart. */
static void put_style(struct gg_plot *p, const struct table *d, int layer)
{
    char colour[8];
    gg_plot_colour(colour, layer, d->n_layer);
    fprintf(p->script, "with linespoints linewidth 1.5 pointsize 0.6 pointtype %d linecolor '%s'",
            7 - layer % 2, colour);
}

static void put_name(struct gg_plot *p, const struct table *d, int layer)
{
    fputs(" title ", p->script);
    gg_escape_gnuplot(p->script, d->layer[layer]);
}

static bool is_beside(const struct gg_plot *p)
{
    return p->o->key == GG_PLOT_KEY_AUTO || p->o->key == GG_PLOT_KEY_OUTSIDE;
}

static void draw_panel(struct gg_plot *p, const struct table *d, int panel, int at)
{
    double top = TOP + PANEL * at;
    fprintf(p->script, "%sset tmargin at screen %.5f\nset bmargin at screen %.5f\n", panels[panel].axes,
            1 - top / p->height, 1 - (top + PANEL - 24) / p->height);
    gg_plot_letter(p);
    fputs("plot ", p->script);
    for (int k = 0; k < d->n_layer; k++) {
        fprintf(p->script, "%sdata index %d using 1:%d ", k ? ", \\\n     " : "", k, panels[panel].column);
        put_style(p, d, k);
        if (at == 0 && !is_beside(p))
            put_name(p, d, k);
    }
    fputs("\nunset key\nunset title\nunset label 99\n", p->script);
}

/* Beside all panels, as high as the picture: a key has no more lines than fit beside its panel. */
static void draw_legend(struct gg_plot *p, const struct table *d, double left)
{
    fprintf(p->script,
            "set lmargin at screen 0\nset rmargin at screen 1\nset bmargin at screen 0\nset tmargin at "
            "screen %.5f\n"
            "unset border\nunset tics\nunset xlabel\nunset ylabel\nset key at screen %.5f,%.5f left top Left "
            "reverse maxcols 1 font small spacing 1\nset xrange [0:1]\nset yrange [0:1]\n plot NaN",
            1 - TOP / p->height, left / p->width, 1 - TOP / p->height);
    for (int k = 0; k < d->n_layer; k++) {
        fputs(", \\\n     NaN ", p->script);
        put_style(p, d, k);
        put_name(p, d, k);
    }
    fputc('\n', p->script);
}

/* Named below the last panel alone. */
static void put_irreps(struct gg_plot *p, const struct table *d, bool named)
{
    fputs("set xtics (", p->script);
    for (int k = 0; k < d->n_irrep; k++) {
        fputs(k ? ", " : "", p->script);
        gg_escape_gnuplot(p->script, named ? d->irrep[k] : "");
        fprintf(p->script, " %d", k);
    }
    fputs(")\n", p->script);
}

static void draw(struct gg_plot *p, struct table *d)
{
    int n = d->has[0] + d->has[1] + d->has[2], at = 0;
    double longest = 0, inside = fmax(230, STEP * d->n_irrep);
    for (int k = 0; k < d->n_layer; k++) {
        longest = fmax(longest, gg_plot_text_width(d->layer[k], LETTER));
        add_block(p, d, d->layer[k]);
    }
    p->width = LEFT + inside + 52 + longest;
    p->height = fmax(TOP + PANEL * n + 30, TOP + LINE * d->n_layer + 12);
    fprintf(p->script,
            "set multiplot\nset lmargin at screen %.5f\nset rmargin at screen %.5f\nset xrange [-0.5:%g]\n",
            LEFT / p->width, (LEFT + inside) / p->width, d->n_irrep - 0.5);
    gg_plot_title(p, "hidden features");
    gg_plot_panels(p, n);
    for (int k = 0; k < 3; k++)
        if (d->has[k]) {
            put_irreps(p, d, at + 1 == n);
            fputs(at + 1 == n ? "set xlabel 'degree and parity'\n" : "", p->script);
            draw_panel(p, d, k, at++);
        }
    if (is_beside(p))
        draw_legend(p, d, LEFT + inside);
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
