/* matrix.c -- models by test temperatures, the correlation as colour and number
 *
 * From gg-corr --matrix --tsv: of each model and temperature the row nearest to --time, else nearest to tau_alpha where that is known, else the
 * last one. */
#include "plot/rows.h"
#include "util/escape.h"
#include "util/same.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64 };
enum { CELL = 58, ROW = 42, COLOURS = 104 }; /* points */
enum { RHO, TRAINED, OVER_TAU };

struct matrix {
    int n_x, n_y;
    double x[MOST];                       /* temperatures of the tests, increasing */
    const struct gg_plot_row *y[MOST];    /* the first row of each model, by training temperature */
    const struct gg_plot_row *read[MOST]; /* the same as they were read */
};

static int by_value(const void *a, const void *b)
{
    return gg_same_order(*(const double *)a, *(const double *)b);
}

/* Cold above. */
static int by_trained(const void *a, const void *b)
{
    const struct gg_plot_row *const *x = a, *const *y = b;
    int d = gg_same_order((*y)->value[TRAINED], (*x)->value[TRAINED]);
    return d ? d : (*x < *y) - (*x > *y);
}

static bool one_model(const struct gg_plot_row *a, const struct gg_plot_row *b)
{
    return strcmp(a->predictor, b->predictor) == 0;
}

static void find(struct matrix *m, const struct gg_plot_rows *r)
{
    for (int k = 0; k < r->n; k++) {
        const struct gg_plot_row *q = &r->row[k];
        int x = 0, y = 0;
        while (x < m->n_x && !gg_same_key(m->x[x], q->temperature))
            x++;
        while (y < m->n_y && !one_model(m->y[y], q))
            y++;
        if (x == m->n_x && x < MOST)
            m->x[m->n_x++] = q->temperature;
        if (y == m->n_y && y < MOST)
            m->y[m->n_y] = m->read[m->n_y] = q, m->n_y++;
    }
    qsort(m->x, (size_t)m->n_x, sizeof *m->x, by_value);
    qsort(m->y, (size_t)m->n_y, sizeof *m->y, by_trained);
}

/* How far a row is from the time that is wanted; the least is taken. */
static double away(const struct gg_plot *p, const struct gg_plot_row *q)
{
    double over = q->value[OVER_TAU];
    return !isnan(p->o->time) ? fabs(log(q->time / p->o->time)) : over > 0 ? fabs(log(over)) : -q->time;
}

static const struct gg_plot_row *cell(const struct gg_plot *p, const struct gg_plot_rows *r,
                                      const struct gg_plot_row *model, double temperature)
{
    const struct gg_plot_row *best = NULL;
    for (int k = 0; k < r->n; k++) {
        const struct gg_plot_row *q = &r->row[k];
        if (one_model(q, model) && gg_same_key(q->temperature, temperature) &&
            (!best || away(p, q) < away(p, best)))
            best = q;
    }
    return best;
}

/* What --label calls a model, in the order of the table; its own name. */
static const char *model_name(const struct gg_plot *p, const struct matrix *m, const struct gg_plot_row *of)
{
    for (int k = 0; k < m->n_y; k++)
        if (m->read[k] == of && gg_plot_line_name(p, k))
            return gg_plot_line_name(p, k);
    return of->predictor;
}

/* "MODEL (T = 0.5)" */
static void name_of(const struct gg_plot *p, const struct matrix *m, int y, char text[128])
{
    double trained = m->y[y]->value[TRAINED];
    if (isnan(trained))
        snprintf(text, 128, "%.100s", model_name(p, m, m->y[y]));
    else
        snprintf(text, 128, "%.80s (T = %g)", model_name(p, m, m->y[y]), trained);
}

/* Cells hold their numbers, the margins the names of models and the colours. */
static void put_size(struct gg_plot *p, const struct matrix *m)
{
    char text[128];
    double names = 0;
    for (int y = 0; y < m->n_y; y++) {
        name_of(p, m, y, text);
        names = fmax(names, gg_plot_text_width(text, 11));
    }
    double left = names + 54, cells = CELL * fmax(m->n_x, 2), top = 34, rows = ROW * fmax(m->n_y, 2);
    p->width = left + cells + COLOURS;
    p->height = top + rows + 50;
    fprintf(p->script,
            "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset tmargin at screen %.5f\nset bmargin "
            "at screen "
            "%.5f\nset ylabel 'model'\n",
            left / p->width, (left + cells) / p->width, 1 - top / p->height, 1 - (top + rows) / p->height);
}

static void add_names(struct gg_plot *p, const struct matrix *m)
{
    char text[128];
    fputs("set xtics (", p->script);
    for (int x = 0; x < m->n_x; x++)
        fprintf(p->script, "%s'%g' %d", x ? ", " : "", m->x[x], x);
    fputs(")\nset ytics (", p->script);
    for (int y = 0; y < m->n_y; y++) {
        name_of(p, m, y, text);
        fputs(y ? ", " : "", p->script);
        gg_escape_gnuplot(p->script, text);
        fprintf(p->script, " %d", y);
    }
    fputs(")\n", p->script);
}

static void draw(struct gg_plot *p, const struct gg_plot_rows *r)
{
    struct matrix m = {0};
    double lo = INFINITY, hi = -INFINITY, time = NAN;
    bool one_time = true;
    find(&m, r);
    gg_plot_lines(p, m.n_y);
    gg_plot_block(p, "column\trow\trho\ttime\ttime_over_tau");
    for (int y = 0; y < m.n_y; y++)
        for (int x = 0; x < m.n_x; x++) {
            const struct gg_plot_row *q = cell(p, r, m.y[y], m.x[x]);
            if (!q)
                continue;
            fprintf(p->data, "%d\t%d\t%.6g\t%.9g\t%.6g\n", x, y, q->value[RHO], q->time, q->value[OVER_TAU]);
            one_time = one_time && (isnan(time) || gg_same_key(time, q->time));
            time = q->time;
            lo = fmin(lo, q->value[RHO]);
            hi = fmax(hi, q->value[RHO]);
        }
    lo = hi > lo ? lo : lo - 0.1;
    put_size(p, &m);
    gg_plot_palette(p->script, false);
    gg_plot_title(p, one_time && !isnan(time) ? "%s of %s, t = %g τ" : "%s of %s", r->target, r->species,
                  time);
    fprintf(p->script,
            "unset key\nset style fill solid 1\nset tics scale 0\nset xlabel 'T of the test'\n"
            "set cblabel 'correlation ρ (%s)'\nset cbtics scale 0.5\nset xrange [-0.5:%g]\nset yrange "
            "[-0.5:%g]\nset cbrange [%.3f:%.3f]\n",
            r->average, m.n_x - 0.5, m.n_y - 0.5, lo, hi);
    add_names(p, &m);
    fprintf(p->script,
            "plot data index 0 using 1:2:(0.49):(0.49):3 with boxxyerror fillstyle solid noborder linecolor "
            "palette, \\\n     data index 0 using 1:2:($3 < %.3f ? sprintf('%%.3f', $3) : '') with labels "
            "textcolor rgb '#ffffff', \\\n     data index 0 using 1:2:($3 >= %.3f ? sprintf('%%.3f', $3) : "
            "'') with labels textcolor rgb '#000000'\n",
            lo + 0.55 * (hi - lo), lo + 0.55 * (hi - lo));
}

int gg_plot_matrix(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    struct gg_plot_rows r;
    const struct gg_plot_wanted w = {.from = "output of gg-corr --matrix --tsv",
                                     .column = {p->o->average == GG_PLOT_POOLED ? "rho_pooled" : "rho_config",
                                                "trained_temperature", "time_over_tau"}};
    int status = gg_plot_rows_read(&r, p, n_file, file, &w, err);
    if (status == 0)
        draw(p, &r);
    gg_plot_rows_free(&r);
    return status;
}
