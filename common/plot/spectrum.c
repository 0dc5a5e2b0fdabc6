/* spectrum.c -- how strongly truth and prediction vary at each wave vector; below, prediction with itself over prediction with truth
 *
 * From gg-corr --spatial --tsv: the rows of quantity S at one time. */
#include "plot/curves.h"

#include <math.h>

enum { MAX_LINE = 16 };
enum { AT, TRUTH, TRUTH_ERROR, PREDICTION, PREDICTION_ERROR, RATIO, RATIO_ERROR, RESIDUAL };
static const struct gg_plot_wanted wanted = {.from = "output of gg-corr --spatial --tsv",
                                             .column = {"at", "truth", "truth_error", "prediction",
                                                        "prediction_error", "ratio", "ratio_error",
                                                        "residual"},
                                             .key = {"quantity"},
                                             .is = {"S"}};

static void add_block(struct gg_plot *p, const struct gg_plot_rows *r, const struct gg_plot_row *of)
{
    gg_plot_block(p, "q\ttruth\ttruth_error\tprediction\tprediction_error\tratio\tratio_error\tresidual");
    for (int k = 0; k < r->n; k++)
        for (int v = AT; gg_plot_rows_same(&r->row[k], of, false) && v <= RESIDUAL; v++)
            fprintf(p->data, "%.6g%s", r->row[k].value[v], v < RESIDUAL ? "\t" : "\n");
}

/* Dashed, in the colours of the predictions, where there are any: of one quantity with the truth. */
static void add_residuals(struct gg_plot *p, const struct gg_plot_rows *r,
                          const struct gg_plot_row *const *line, int n)
{
    const char *title = "residual";
    for (int l = 0; l < n; l++) {
        bool there = false;
        char colour[8];
        gg_plot_colour(colour, l, n);
        for (int k = 0; k < r->n; k++)
            there |= gg_plot_rows_same(&r->row[k], line[l], false) && !isnan(r->row[k].value[RESIDUAL]);
        if (!there)
            continue;
        fprintf(p->script,
                "data index %d using 1:%d with lines linewidth 1.5 dashtype (4,3) linecolor '%s' title '%s', "
                "\\\n     ",
                l, RESIDUAL + 1, colour, title);
        gg_plot_beside(p, title);
        title = "";
    }
}

static void put_floor(struct gg_plot *p, const struct gg_plot_rows *r)
{
    struct gg_plot_floor f = {0};
    for (int k = 0; k < r->n; k++) {
        gg_plot_floor_see(&f, r->row[k].value[TRUTH]);
        gg_plot_floor_see(&f, r->row[k].value[PREDICTION]);
        if (r->row[k].value[RESIDUAL] > 0)
            gg_plot_floor_see(&f, r->row[k].value[RESIDUAL]);
    }
    gg_plot_floor_put(p, &f, "S");
}

static void draw(struct gg_plot *p, const struct gg_plot_rows *r)
{
    const struct gg_plot_row *line[MAX_LINE];
    int n = gg_plot_rows_lines(r, line, MAX_LINE);
    char label[GG_PLOT_LABEL];
    gg_plot_lines(p, n);
    for (int l = 0; l < n; l++)
        add_block(p, r, line[l]);
    fputs("set multiplot layout 2,1\nset lmargin 10\nset rmargin at screen right\nset bmargin 3.4\nset "
          "format x '%g'\n"
          "set xtics 1\nset key left top Left reverse at graph 1.03,1\n",
          p->script);
    gg_plot_rows_title(p, r);
    gg_plot_rows_axis(p, r, 'y', "spectrum S(q)", true);
    gg_plot_panels(p, 2);
    gg_plot_letter(p);
    put_floor(p, r);
    fputs("plot ", p->script);
    for (int l = 0; l < n; l++) {
        char colour[8];
        gg_plot_colour(colour, l, n);
        gg_plot_rows_label(p, r, l, line[l], false, label);
        gg_plot_curve(p, l, PREDICTION + 1, true, "lines linewidth 2", colour, label);
        gg_plot_beside(p, label);
        fputs(", \\\n     ", p->script);
    }
    add_residuals(p, r, line, n);
    gg_plot_truths(p, 0, TRUTH + 1, true, line, n);
    fputs("\nunset logscale y\nset format y '%h'\nunset title\nset xlabel 'wave vector qσ'\nunset key\n"
          "set ylabel 'S_{pp} / S_{py}'\nset yrange [0:*<3]\n",
          p->script);
    gg_plot_letter(p);
    fputs("plot 1 with lines linewidth 1.2 dashtype (8,4) linecolor '#404040'", p->script);
    for (int l = 0; l < n; l++) {
        char colour[8];
        gg_plot_colour(colour, l, n);
        fputs(", \\\n     ", p->script);
        gg_plot_curve(p, l, RATIO + 1, false, "linespoints linewidth 2 pointtype 7 pointsize 0.6", colour,
                      "");
    }
    fputs("\nunset multiplot\n", p->script);
}

int gg_plot_spectrum(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    struct gg_plot_rows r;
    p->height = 470;
    int status = gg_plot_rows_read(&r, p, n_file, file, &wanted, err);
    if (status == 0) {
        gg_plot_rows_at(&r, p->o->time);
        draw(p, &r);
    }
    gg_plot_rows_free(&r);
    return status;
}
