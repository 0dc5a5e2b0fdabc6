/* distribution.c -- how a field is distributed, and its prediction: a density for each species, all configurations together */
#include "plot/sample.h"
#include "util/arena.h"
#include "util/escape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 60, SPECIES = 26, TRUTH = 0, PREDICTION = 1 };

/* The particles of one species. */
struct species {
    int64_t n, room;
    double *x[2]; /* truth, prediction */
};
struct all {
    const char *only; /* NULL: each species that is there */
    bool predicted;
    int64_t n, room;
    double *x; /* of all of them, both: what the range is made of */
    int n_config;
    struct species of[SPECIES];
};

static void grow(double **x, int64_t *room, int64_t wanted)
{
    if (*room >= wanted)
        return;
    *room = 2 * wanted;
    *x = gg_xrealloc(*x, (size_t)*room * sizeof **x);
}

static void add(struct all *v, struct species *s, double truth, double pred)
{
    int64_t room = s->room;
    grow(&s->x[TRUTH], &s->room, s->n + 1);
    if (v->predicted)
        grow(&s->x[PREDICTION], &room, s->n + 1);
    grow(&v->x, &v->room, v->n + 2);
    s->x[TRUTH][s->n] = v->x[v->n++] = truth;
    if (v->predicted)
        s->x[PREDICTION][s->n] = v->x[v->n++] = pred;
    s->n++;
}

/* A particle counts where it has a number, and beside a prediction where it has both: the two are of the same particles. */
static int add_frame(void *context, struct gg_plot_sample *s, struct gg_err *err)
{
    struct all *v = context;
    if (s->n_frame == 0)
        v->predicted = s->pred != NULL;
    if (v->predicted != (s->pred != NULL))
        return gg_fail(err, GG_INPUT,
                       "%s is predicted in some frames and not in others: select those of one kind",
                       s->target);
    for (uint64_t i = 0; i < s->frame.n_node; i++) {
        int32_t type = s->type ? s->type[i] : 0;
        double pred = s->pred ? s->pred[i] : 0;
        bool wanted = type >= 0 && type < SPECIES && (!v->only || type == v->only[0] - 'A');
        if (wanted && isfinite(s->truth[i]) && isfinite(pred))
            add(v, &v->of[type], s->truth[i], pred);
    }
    v->n_config++;
    return 0;
}

/* Density of n numbers in bins between lo and hi, as steps.  Its integral is the share of them that is there. */
static void write_density(struct gg_plot *p, int64_t n, const double *x, double lo, double hi)
{
    int64_t count[BINS] = {0};
    double width = (hi - lo) / BINS;
    for (int64_t k = 0; k < n; k++)
        if (x[k] >= lo && x[k] <= hi) {
            int bin = (int)((x[k] - lo) / width);
            count[bin < BINS ? bin : BINS - 1]++;
        }
    gg_plot_block(p, "value\tdensity");
    for (int b = 0; b < BINS; b++)
        fprintf(p->data, "%.6g\t%.6g\n", lo + b * width, (double)count[b] / ((double)n * width));
    fprintf(p->data, "%.6g\t0\n", hi);
}

/* A line of the legend: "A", "A, predicted", or what --label says. */
static void put_line(struct gg_plot *p, int line, int species, int which)
{
    const char *given = gg_plot_line_name(p, line);
    char name[32];
    snprintf(name, sizeof name, "%c%s", 'A' + species, which == PREDICTION ? ", predicted" : "");
    fprintf(p->script,
            "%s data index %d using 1:2 with fsteps linewidth 1.5 dashtype %s linecolor '%s' title ",
            line ? ", \\\n     " : "plot", line, which == PREDICTION ? "(5,3)" : "1", gg_plot_line(species));
    gg_escape_gnuplot(p->script, given ? given : name);
}

static void draw(struct gg_plot *p, const struct gg_plot_sample *s, const struct all *v)
{
    double lo, hi;
    char label[128], density[128], time[80];
    int lines = 0, of[2 * SPECIES];
    int64_t outside = gg_plot_sample_range(v->n, v->x, &lo, &hi);
    for (int t = 0; t < SPECIES; t++)
        for (int which = TRUTH; which <= PREDICTION && v->of[t].n > 0; which++)
            if (which == TRUTH || v->predicted) {
                write_density(p, v->of[t].n, v->of[t].x[which], lo, hi);
                of[lines++] = 2 * t + which;
            }
    gg_plot_lines(p, lines);
    gg_plot_sample_state(s, time, sizeof time);
    gg_plot_sample_name(s->target, s->unit, label, sizeof label);
    gg_plot_sample_density(s->unit, density, sizeof density);
    gg_plot_title(p, "%s%s: %d configuration%s", s->target, time, v->n_config, v->n_config == 1 ? "" : "s");
    if (outside)
        gg_plot_note(p, "%lld of %lld numbers are outside of the range that is drawn", (long long)outside,
                     (long long)v->n);
    fputs("set ylabel ", p->script);
    gg_escape_gnuplot(p->script, density);
    fputs("\nset xlabel ", p->script);
    gg_escape_gnuplot(p->script, label);
    fprintf(p->script, "\nset key Left reverse\nset xrange [%.6g:%.6g]\nset yrange [0:*]\nset xtics %.6g\n",
            lo, hi, gg_plot_step(hi - lo));
    for (int l = 0; l < lines; l++)
        put_line(p, l, of[l] / 2, of[l] % 2);
    fputc('\n', p->script);
}

int gg_plot_distribution(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    const char *only = p->o->species && strcmp(p->o->species, "all") != 0 ? p->o->species : NULL;
    struct gg_plot_sample s = {.o = p->o, .history = &p->history, .alone = true};
    struct all *v = gg_xalloc(1, sizeof *v);
    v->only = only;
    int status = gg_plot_sample_each(&s, n_file, file, add_frame, v, err);
    if (status == 0 && v->n == 0)
        status = gg_fail(err, GG_INPUT, "%s: no particle%s%s has a number in %s", gg_plot_name(file[0]),
                         only ? " of " : "", only ? only : "", s.target);
    if (status == 0)
        draw(p, &s, v);
    for (int t = 0; t < SPECIES; t++) {
        free(v->of[t].x[TRUTH]);
        free(v->of[t].x[PREDICTION]);
    }
    free(v->x);
    free(v);
    gg_plot_sample_free(&s);
    return status;
}
