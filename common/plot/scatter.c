/* scatter.c -- prediction against truth: hexagons coloured by the number of particles, and the diagonal */
#include "plot/sample.h"
#include "stats/correlation.h"
#include "util/arena.h"
#include "util/escape.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ACROSS = 56 }; /* hexagons along the horizontal axis */

/* All pairs of the chosen species, and the moments of each configuration for the two averages. */
struct pairs {
    const char *species;
    int64_t n, room;
    double *x, *y;
    int n_config;
    struct gg_moments *moments;
};

static bool chosen(const char *species, int32_t type)
{
    return strcmp(species, "all") == 0 || type == species[0] - 'A';
}

static int add_frame(void *context, struct gg_plot_sample *s, struct gg_err *err)
{
    struct pairs *p = context;
    int64_t first = p->n, n = (int64_t)s->frame.n_node;
    (void)err;
    if (p->room < p->n + n) {
        p->room = 2 * (p->n + n);
        p->x = gg_xrealloc(p->x, (size_t)p->room * sizeof *p->x);
        p->y = gg_xrealloc(p->y, (size_t)p->room * sizeof *p->y);
    }
    for (int64_t i = 0; i < n; i++) {
        if (!chosen(p->species, s->type ? s->type[i] : 0) || !isfinite(s->truth[i]) || !isfinite(s->pred[i]))
            continue;
        p->x[p->n] = s->truth[i];
        p->y[p->n++] = s->pred[i];
    }
    p->moments = gg_xrealloc(p->moments, ((size_t)p->n_config + 1) * sizeof *p->moments);
    p->moments[p->n_config++] = gg_moments_scalar(p->n - first, p->x + first, p->y + first);
    return 0;
}

/* Hexagons of width w with a corner on top, in rows that are 3/4 of a height apart and shifted in turn.  The plane is
 * scaled so that they are regular on the picture. */
struct grid {
    double x0, y0, w, h; /* h: height of a hexagon in units of y */
    int columns, rows;
    int64_t *count;
};

static void cell_centre(const struct grid *g, int row, int column, double *x, double *y)
{
    *x = g->x0 + g->w * (column + 0.5 * (row & 1));
    *y = g->y0 + 0.75 * g->h * row;
}

/* The nearest centre: in the two rows around the point. */
static void count(struct grid *g, double x, double y)
{
    int row = (int)floor((y - g->y0) / (0.75 * g->h)), best_row = -1, best_column = -1;
    double best = INFINITY;
    for (int r = row; r <= row + 1; r++) {
        int column = (int)lround((x - g->x0) / g->w - 0.5 * (r & 1));
        double cx, cy;
        cell_centre(g, r, column, &cx, &cy);
        double dx = (x - cx) / g->w, dy = (y - cy) / g->h * (2 / sqrt(3.0));
        if (dx * dx + dy * dy < best) {
            best = dx * dx + dy * dy;
            best_row = r;
            best_column = column;
        }
    }
    assert(best_row >= 0 && best_row < g->rows && best_column >= 0 && best_column < g->columns);
    g->count[best_row * g->columns + best_column]++;
}

static void write_hexagons(struct gg_plot *p, const struct grid *g)
{
    for (int row = 0; row < g->rows; row++)
        for (int column = 0; column < g->columns; column++) {
            int64_t n = g->count[row * g->columns + column];
            double x, y;
            cell_centre(g, row, column, &x, &y);
            for (int k = 0; k < 6 && n > 0; k++) {
                double angle = M_PI / 6 + k * M_PI / 3;
                fprintf(p->data, "%.6g\t%.6g\t%lld\n", x + g->w / sqrt(3.0) * cos(angle),
                        y + 0.5 * g->h * sin(angle), (long long)n);
            }
            fputs(n > 0 ? "\n" : "", p->data);
        }
}

/* Returns the number of particles outside. */
static int64_t bin(struct gg_plot *p, const struct pairs *v, double xlo, double xhi, double ylo, double yhi)
{
    struct grid g = {.y0 = ylo, .w = (xhi - xlo) / ACROSS};
    int64_t outside = 0;
    g.x0 = xlo - g.w;                           /* shifted rows begin half a hexagon to the left */
    g.h = 2 / sqrt(3.0) * (yhi - ylo) / ACROSS; /* the picture is square */
    g.columns = ACROSS + 3;
    g.rows = (int)(ACROSS * sqrt(3.0) / 1.5) + 2;
    g.count = gg_xalloc((size_t)(g.columns * g.rows), sizeof *g.count);
    for (int64_t i = 0; i < v->n; i++)
        if (v->x[i] >= xlo && v->x[i] <= xhi && v->y[i] >= ylo && v->y[i] <= yhi)
            count(&g, v->x[i], v->y[i]);
        else
            outside++;
    gg_plot_block(p, "x\ty\tparticles");
    write_hexagons(p, &g);
    free(g.count);
    return outside;
}

static void draw(struct gg_plot *p, const struct gg_plot_sample *s, const struct pairs *v)
{
    bool alike = s->alike;
    double xlo, xhi, ylo, yhi;
    char x[128], y[128], predicted[80], time[80];
    gg_plot_sample_range(v->n, v->x, &xlo, &xhi);
    gg_plot_sample_range(v->n, v->y, &ylo, &yhi);
    if (alike) { /* one scale for both: predictions that are too narrow show as such */
        xlo = ylo = fmin(xlo, ylo);
        xhi = yhi = fmax(xhi, yhi);
    }
    int64_t outside = bin(p, v, xlo, xhi, ylo, yhi);
    gg_plot_sample_state(s, time, sizeof time);
    gg_plot_sample_name(s->target, s->unit, x, sizeof x);
    gg_plot_sample_predicted(s, predicted, sizeof predicted);
    gg_plot_sample_name(predicted, s->pred_unit, y, sizeof y);
    gg_plot_title(p, "%s of %s%s: %d configuration%s", s->target, v->species, time, v->n_config,
                  v->n_config == 1 ? "" : "s");
    gg_plot_palette(p->script, false);
    if (outside)
        fprintf(p->script, "set label 2 '%lld of %lld particles are outside' at graph 0.03,0.88 font small\n",
                (long long)outside, (long long)v->n);
    fputs("set xlabel ", p->script);
    gg_escape_gnuplot(p->script, x);
    fputs("\nset ylabel ", p->script);
    gg_escape_gnuplot(p->script, y);
    fprintf(p->script,
            "\nset size square\nset xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\nset xtics %.6g\nset ytics "
            "%.6g\nset logscale cb\n"
            "set cblabel 'particles'\nset label 1 'ρ = %.3f (config), %.3f (pooled)' at graph 0.03,0.95 "
            "font small\n"
            "set style fill solid 1 noborder\nset grid back\n"
            "plot data index 0 using 1:2:3 with filledcurves closed fillcolor palette%s\n",
            xlo, xhi, ylo, yhi, gg_plot_step(xhi - xlo), gg_plot_step(yhi - ylo),
            gg_pearson_config(v->n_config, v->moments), gg_pearson_pooled(v->n_config, v->moments),
            alike ? ", \\\n     x with lines linewidth 1.5 dashtype (6,4) linecolor '#d55e00'" : "");
}

int gg_plot_scatter(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    struct gg_plot_sample s = {.o = p->o, .history = &p->history};
    struct pairs v = {.species = p->o->species ? p->o->species : "A"};
    p->height = 330;
    int status = gg_plot_sample_each(&s, n_file, file, add_frame, &v, err);
    if (status == 0 && v.n < 2)
        status = gg_fail(err, GG_INPUT, "%s: fewer than two particles of %s to draw", gg_plot_name(file[0]),
                         v.species);
    if (status == 0)
        draw(p, &s, &v);
    free(v.x);
    free(v.y);
    free(v.moments);
    gg_plot_sample_free(&s);
    return status;
}
