/* slice.c -- a slice through the liquid: discs coloured by truth, by prediction, and by their difference
 *
 * Periodic copies complete the discs at the borders; where there is no particle the picture is black. */
#include "plot/sample.h"
#include "stats/bootstrap.h"
#include "util/arena.h"
#include "util/escape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A panel, and what is between two of them (points): three fill two columns of a journal.  On a canvas on which letters would be smaller than
 * LEAST points, as in one column, the panels are smaller instead, and closer. */
enum { SIDE = 190, GAP = 22, CLOSE = 14, LEFT = 54, RIGHT = 4, LEAST = 5, LETTERS = 11 };

/* A disc on the picture: place, radius, depth towards the reader. */
struct disc {
    double x, y, radius, depth;
    int64_t i;
};

struct slice {
    int64_t wanted;        /* frame */
    double lo[3], hi[3];   /* corners of the box around the cell */
    int across, right, up; /* axes */
    double at, thickness;
    int n, room;
    struct disc *disc;
    double *truth, *pred; /* of each disc */
    bool found, predicted;
    char id[GG_ID];
    double side, gap; /* of the panels */
};

/* Half the Lennard-Jones diameters of A, B, C (science: Kob-Andersen and the ternary mixture). */
static double radius_of(int32_t type)
{
    static const double radius[] = {0.5, 0.44, 0.47};
    return radius[type >= 0 && type < 3 ? type : 0];
}

static void bounds(struct slice *s, const struct gg_frame *f)
{
    const double *pos = gg_frame_find(f, "pos")->data;
    bool no_cell = f->pbc == 0;
    for (int x = 0; x < 3; x++) {
        s->lo[x] = no_cell ? INFINITY : 0;
        s->hi[x] = no_cell ? -INFINITY : 0;
        for (uint64_t i = 0; no_cell && i < f->n_node; i++) {
            s->lo[x] = fmin(s->lo[x], pos[3 * i + (uint64_t)x]);
            s->hi[x] = fmax(s->hi[x], pos[3 * i + (uint64_t)x]);
        }
        for (int a = 0; !no_cell && a < f->dim; a++) {
            s->lo[x] += fmin(0, f->cell[a][x]);
            s->hi[x] += fmax(0, f->cell[a][x]);
        }
    }
}

static void add_disc(struct slice *s, const struct gg_plot_sample *in, const double r[3], int64_t i)
{
    double radius = radius_of(in->type ? in->type[i] : 0), depth = r[s->across] - s->at;
    bool flat = in->frame.dim == 2;
    if ((!flat && !(fabs(depth) <= 0.5 * s->thickness)) || r[s->right] + radius < s->lo[s->right] ||
        r[s->right] - radius > s->hi[s->right] || r[s->up] + radius < s->lo[s->up] ||
        r[s->up] - radius > s->hi[s->up])
        return;
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 1024;
        s->disc = gg_xrealloc(s->disc, (size_t)s->room * sizeof *s->disc);
    }
    s->disc[s->n++] = (struct disc){r[s->right], r[s->up], radius, flat ? 0 : depth, i};
}

/* The particle and its periodic copies; two cells far, for a sheared cell does not fill the box around it. */
static void add_images(struct slice *s, const struct gg_plot_sample *in, const double *r, int64_t i)
{
    const struct gg_frame *f = &in->frame;
    int reach[3];
    for (int a = 0; a < 3; a++)
        reach[a] = (f->pbc >> a) & 1 ? 2 : 0;
    for (int a = -reach[0]; a <= reach[0]; a++)
        for (int b = -reach[1]; b <= reach[1]; b++)
            for (int c = -reach[2]; c <= reach[2]; c++) {
                double image[3];
                for (int x = 0; x < 3; x++)
                    image[x] = r[x] + a * f->cell[0][x] + b * f->cell[1][x] + c * f->cell[2][x];
                add_disc(s, in, image, i);
            }
}

static int nearer_last(const void *a, const void *b)
{
    const struct disc *x = a, *y = b;
    return x->depth != y->depth ? (x->depth > y->depth) - (x->depth < y->depth)
                                : (x->i > y->i) - (x->i < y->i);
}

static void keep_values(struct slice *s, const struct gg_plot_sample *in)
{
    s->predicted = in->pred != NULL;
    s->truth = gg_xmalloc(2 * (size_t)s->n * sizeof *s->truth);
    s->pred = s->truth + s->n;
    for (int k = 0; k < s->n; k++) {
        s->truth[k] = in->truth[s->disc[k].i];
        s->pred[k] = s->predicted ? in->pred[s->disc[k].i] : NAN;
    }
}

static int take_frame(void *context, struct gg_plot_sample *in, struct gg_err *err)
{
    struct slice *s = context;
    const struct gg_plot_options *o = in->o;
    if (in->n_frame < s->wanted)
        return 0;
    if (!gg_frame_need(&in->frame, "pos", err))
        return -1;
    if (in->frame.n_node == 0)
        return gg_fail(err, GG_INPUT, "has no particles to draw");
    const double *pos = gg_frame_find(&in->frame, "pos")->data;
    s->across = in->frame.dim == 2 ? 2 : o->axis;
    s->right = s->across == 0 ? 1 : 0;
    s->up = s->across == 2 ? 1 : 2;
    bounds(s, &in->frame);
    s->at = s->lo[s->across] + o->at * (s->hi[s->across] - s->lo[s->across]);
    for (uint64_t i = 0; i < in->frame.n_node; i++) {
        char letter[2] = {(char)('A' + (in->type ? in->type[i] : 0)), 0};
        if (o->species && strcmp(o->species, "all") != 0 && strcmp(o->species, letter) != 0)
            continue;
        add_images(s, in, pos + 3 * i, (int64_t)i);
    }
    if (s->n)
        qsort(s->disc, (size_t)s->n, sizeof *s->disc, nearer_last);
    keep_values(s, in);
    memcpy(s->id, in->frame.id, sizeof s->id);
    s->found = true;
    return 1;
}

static double quantile(const struct slice *s, const double *v, const double *less, double q)
{
    double *copy = gg_xmalloc((size_t)s->n * sizeof *copy);
    for (int k = 0; k < s->n; k++)
        copy[k] = less ? fabs(v[k] - less[k]) : v[k];
    double x = gg_quantile(s->n, copy, q);
    free(copy);
    return x;
}

static void write_discs(struct gg_plot *p, const struct slice *s)
{
    gg_plot_block(p, "x\ty\tradius\ttruth\tprediction\tdifference");
    for (int k = 0; k < s->n; k++) {
        const struct disc *d = &s->disc[k];
        fprintf(p->data, "%.5g\t%.5g\t%.3g\t%.6g\t%.6g\t%.6g\n", d->x, d->y, d->radius, s->truth[k],
                s->pred[k], s->pred[k] - s->truth[k]);
    }
}

/* A round distance between ticks: about four over the range. */
static double tick(double range)
{
    double power = pow(10, floor(log10(range / 4))), m = range / 4 / power;
    return power * (m < 1.5 ? 1 : m < 3.5 ? 2 : m < 7.5 ? 5 : 10);
}

/* Discs are round: on a canvas of other proportions the panels are in the middle.  Panel k: column `column` of the data, between lo and hi of the palette. */
static void panel(struct gg_plot *p, const struct slice *s, int k, int column, const char *title, double lo,
                  double hi)
{
    double size[2], u = gg_plot_scale(p, size), width = size[0] / u, height = size[1] / u;
    bool close = s->side < SIDE;
    double side = s->side, bottom = 84 + (height - p->height) / 2;
    double x = LEFT + k * (side + s->gap) + (width - p->width) / 2;
    double aspect = (s->hi[s->up] - s->lo[s->up]) / (s->hi[s->right] - s->lo[s->right]);
    fprintf(p->script,
            "set lmargin at screen %.4f\nset rmargin at screen %.4f\nset bmargin at screen %.4f\nset tmargin "
            "at screen "
            "%.4f\nset title ",
            x / width, (x + side) / width, bottom / height, (bottom + side * aspect) / height);
    gg_escape_gnuplot(p->script, title);
    fputs(close ? " offset 1,-0.3\n" : "\n", p->script); /* there is the letter, too */
    gg_plot_letter(p);
    fprintf(p->script,
            "set cbrange [%.6g:%.6g]\nset cbtics %.6g\nset colorbox horizontal user origin screen "
            "%.4f,%.4f size screen "
            "%.4f,%.4f\n"
            "plot data index 0 using 1:2:3:%d with circles linewidth 0.5 fillcolor palette fillstyle solid 1 "
            "border linecolor rgb '#000000'\n",
            lo, hi, tick((hi - lo) * (close ? 1.25 * SIDE / side : 1)), (x + 15) / width,
            (bottom - 54) / height, (side - 30) / width, 8 / height, column);
    if (k == 0)
        fputs("unset ylabel\nset format y ''\n", p->script);
}

/* The colours span all but the outermost hundredths. */
static void colours(const struct slice *s, const double *v, double *lo, double *hi)
{
    *lo = quantile(s, v, NULL, 0.01);
    *hi = quantile(s, v, NULL, 0.99);
    if (!(*hi > *lo)) {
        *lo -= 0.5;
        *hi += 0.5;
    }
}

static void draw_panels(struct gg_plot *p, const struct slice *s, const struct gg_plot_sample *in)
{
    double lo, hi, far;
    colours(s, s->truth, &lo, &hi);
    bool signs = !s->predicted && lo < 0 && hi > 0; /* a residual, say: 0 is white */
    gg_plot_palette(p->script, signs);
    far = fmax(-lo, hi);
    panel(p, s, 0, 4,
          !s->predicted ? ""
          : in->alike   ? "truth"
                        : in->target,
          signs ? -far : lo, signs ? far : hi);
    if (s->predicted && !in->alike) { /* another quantity: a scale of its own, no difference */
        colours(s, s->pred, &lo, &hi);
        panel(p, s, 1, 5, in->predictor, lo, hi);
    } else if (s->predicted) {
        panel(p, s, 1, 5, "prediction", lo, hi);
        gg_plot_palette(p->script, true);
        far = quantile(s, s->pred, s->truth, 0.98);
        panel(p, s, 2, 6, "prediction − truth", -(far > 0 ? far : 1), far > 0 ? far : 1);
    }
}

/* n panels side by side, on a canvas as wide as they need. */
static void put_size(struct gg_plot *p, struct slice *s, int n)
{
    double widest = p->o->size[0] * LETTERS / LEAST; /* NaN: as wide as it likes */
    s->side = SIDE;
    s->gap = GAP;
    p->width = LEFT + RIGHT + n * (s->side + s->gap);
    if (p->width > widest) {
        s->gap = CLOSE;
        s->side = fmax(SIDE / 3, (widest - LEFT - RIGHT) / n - s->gap);
        p->width = LEFT + RIGHT + n * (s->side + s->gap);
    }
}

static void draw(struct gg_plot *p, struct slice *s, const struct gg_plot_sample *in)
{
    static const char axis[] = "xyz";
    double aspect = (s->hi[s->up] - s->lo[s->up]) / (s->hi[s->right] - s->lo[s->right]);
    char name[128], title[400], time[80];
    int n = !s->predicted ? 1 : in->alike ? 3 : 2;
    put_size(p, s, n);
    p->height = (s->predicted ? 154 : 124) + s->side * aspect;
    gg_plot_sample_state(in, time, sizeof time);
    gg_plot_sample_name(in->target, in->unit, name, sizeof name);
    snprintf(title, sizeof title, "%s%s   %s", name, time, s->id);
    gg_plot_panels(p, n);
    write_discs(p, s);
    fputs("set multiplot title ", p->script);
    gg_escape_gnuplot(p->script, p->o->title ? p->o->title : title);
    fprintf(
        p->script,
        " offset 0,-0.3\nunset grid\nset border 15 linecolor '#000000'\nset style fill solid 1 noborder\n"
        "set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor '#000000' fillstyle solid 1\n"
        "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\nset xtics %.6g\nset ytics %.6g\nset xlabel '%c / σ' "
        "offset 0,0.6\n"
        "set ylabel '%c / σ' offset 0.8,0\nset cbtics scale 0.4 offset 0,0.4\n",
        s->lo[s->right], s->hi[s->right], s->lo[s->up], s->hi[s->up], tick(s->hi[s->right] - s->lo[s->right]),
        tick(s->hi[s->right] - s->lo[s->right]), axis[s->right], axis[s->up]);
    draw_panels(p, s, in);
    fputs("unset multiplot\n", p->script);
}

int gg_plot_slice(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    const struct gg_plot_options *o = p->o;
    struct slice s = {.wanted = o->frame < 0 ? 0 : o->frame, .thickness = o->thickness};
    struct gg_plot_sample in = {.o = o, .history = &p->history, .alone = true};
    int status = gg_plot_sample_each(&in, n_file, file, take_frame, &s, err);
    if (status == 0 && !s.found)
        status = gg_fail(err, GG_INPUT, "%s: no frame %lld, only %d", gg_plot_name(file[0]),
                         (long long)s.wanted, in.n_frame);
    if (status == 0 && s.n == 0)
        status = gg_fail(err, GG_INPUT, "%s: no particle in this slice", gg_plot_name(file[0]));
    if (status == 0)
        draw(p, &s, &in);
    free(s.disc);
    free(s.truth);
    gg_plot_sample_free(&in);
    return status;
}
