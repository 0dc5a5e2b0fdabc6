/* fluctuations.c -- where the mobile particles are, S4(q) and G4(r) at one time; how much their number fluctuates, chi4 against time
 *
 * From gg-corr --fluctuations --tsv: the rows of the smooth step, S4 and G4 of halves where they are there, or of the field itself. */
#include "plot/curves.h"

#include <math.h>
#include <string.h>

enum { MAX_LINE = 16 };
enum { AT, TRUTH, TRUTH_ERROR, PREDICTION, PREDICTION_ERROR, COLUMNS };
static const struct gg_plot_wanted wanted[2] = {
    {.from = "output of gg-corr --fluctuations --tsv",
     .column = {"at", "truth", "truth_error", "prediction", "prediction_error"},
     .key = {"quantity", "definition"},
     .is = {"S4|G4", "smooth|smooth_halves|field"}},
    {.from = "output of gg-corr --fluctuations --tsv",
     .column = {"time", "truth", "truth_error", "prediction", "prediction_error"},
     .key = {"quantity", "definition"},
     .is = {"chi4", "smooth|field"}}};

/* What a panel shows, and how its axes are. */
struct panel {
    const char *quantity, *axes;
};
static const struct panel spectra = {"S4", "set xtics 1\n"
                                           "set xlabel 'wave vector qσ'\nset ylabel 'S_4(q)'\n"},
                          pairs = {"G4", "unset logscale y\nset format y '%h'\nset xtics 1\n"
                                         "set xlabel 'distance r / σ'\nset ylabel 'G_4(r) / G_4(0)'\n"
                                         "set xrange [0:*]\nset yrange [*<0:1]\n"},
                          course = {"chi4", "set logscale x\nset format x '10^{%T}'\n"
                                            "set xlabel 'time t / τ'\nset ylabel 'χ_4(t)'\n"
                                            "set yrange [0:*]\n"};

static void put(FILE *to, double x, char end)
{
    if (isnan(x))
        fprintf(to, "nan%c", end);
    else
        fprintf(to, "%.6g%c", x, end);
}

/* The rows of a line and a quantity; are there predictions among them? */
static bool add_block(struct gg_plot *p, const struct gg_plot_rows *r, const struct gg_plot_row *of,
                      const char *quantity)
{
    bool predicted = false;
    gg_plot_block(p, "at\ttruth\ttruth_error\tprediction\tprediction_error");
    for (int k = 0; k < r->n; k++) {
        const struct gg_plot_row *q = &r->row[k];
        if (strcmp(q->kind, quantity) != 0 || !gg_plot_rows_same(q, of, false))
            continue;
        predicted |= !isnan(q->value[PREDICTION]);
        for (int v = AT; v < COLUMNS; v++)
            put(p->data, q->value[v], v + 1 < COLUMNS ? '\t' : '\n');
    }
    return predicted;
}

static void put_floor(struct gg_plot *p, const struct gg_plot_rows *r, const char *quantity)
{
    struct gg_plot_floor f = {0};
    for (int k = 0; k < r->n; k++)
        if (strcmp(r->row[k].kind, quantity) == 0) {
            gg_plot_floor_see(&f, r->row[k].value[TRUTH]);
            gg_plot_floor_see(&f, r->row[k].value[PREDICTION]);
        }
    gg_plot_floor_put(p, &f, quantity);
}

static void draw_panel(struct gg_plot *p, const struct gg_plot_rows *r, const struct panel *panel)
{
    const struct gg_plot_row *line[MAX_LINE];
    bool predicted[MAX_LINE];
    int n = gg_plot_rows_lines(r, line, MAX_LINE), first = p->n_block, drawn = 0;
    char label[GG_PLOT_LABEL];
    gg_plot_letter(p);
    fputs(panel->axes, p->script);
    if (panel == &spectra)
        put_floor(p, r, panel->quantity);
    fputs("plot ", p->script);
    for (int l = 0; l < n; l++)
        drawn += predicted[l] = add_block(p, r, line[l], panel->quantity);
    gg_plot_lines(p, drawn);
    for (int l = 0, named = 0; l < n; l++) {
        char colour[8];
        if (!predicted[l])
            continue;
        gg_plot_colour(colour, l, n);
        gg_plot_rows_label(p, r, named++, line[l], false, label);
        gg_plot_curve(p, first + l, PREDICTION + 1, panel == &spectra, "lines linewidth 2", colour, label);
        if (panel != &course) /* whose legend is inside */
            gg_plot_beside(p, label);
        fputs(", \\\n     ", p->script);
    }
    gg_plot_truths(p, first, TRUTH + 1, panel == &spectra, line, n);
    fputc('\n', p->script);
}

/* Are there numbers of a quantity? */
static bool has(const struct gg_plot_rows *r, const char *quantity)
{
    for (int k = 0; k < r->n; k++)
        if (strcmp(r->row[k].kind, quantity) == 0 && !isnan(r->row[k].value[TRUTH]))
            return true;
    return false;
}

/* One below the other; a panel without numbers, which gnuplot would not draw, is left out. */
static int draw_panels(struct gg_plot *p, const struct gg_plot_rows *r, char **file, struct gg_err *err)
{
    const struct panel *all[2] = {&spectra, &pairs}, *panel[2];
    int n = 0;
    for (int k = 0; k < 2; k++)
        if (has(r, all[k]->quantity))
            panel[n++] = all[k];
    if (n == 0)
        return gg_fail(err, GG_INPUT, "%s: has no numbers of S4 or G4 at this time", gg_plot_name(file[0]));
    p->height = 30 + 220 * n;
    gg_plot_panels(p, n);
    fprintf(p->script,
            "set multiplot layout %d,1\nset lmargin 10\nset rmargin at screen right\nset bmargin 3.4\n"
            "set key left top Left reverse at graph 1.03,1\n",
            n);
    gg_plot_rows_title(p, r);
    for (int k = 0; k < n; k++) {
        fputs(k > 0 ? "unset title\nunset key\n" : "", p->script);
        draw_panel(p, r, panel[k]);
    }
    fputs("unset multiplot\n", p->script);
    return 0;
}

int gg_plot_fluctuations(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    return gg_plot_rows_of_one_time(p, n_file, file, &wanted[0], draw_panels, err);
}

int gg_plot_chi4(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    struct gg_plot_rows r;
    int status = gg_plot_rows_read(&r, p, n_file, file, &wanted[1], err);
    if (status == 0 && !has(&r, "chi4"))
        status = gg_fail(err, GG_INPUT, "%s: has no chi4: it is of too few configurations (gg-corr(1))",
                         gg_plot_name(file[0]));
    if (status == 0) {
        fputs("set key top left Left reverse\n", p->script);
        gg_plot_rows_title(p, &r);
        draw_panel(p, &r, &course);
    }
    gg_plot_rows_free(&r);
    return status;
}
