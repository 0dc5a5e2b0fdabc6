/* loss.c -- the course of training: loss above, correlation on the validation frames below
 *
 * From metrics.jsonl: "epoch" events have loss and loss_validation, "eval" events rho_config by target, t, species. */
#include "plot/plot.h"
#include "util/arena.h"
#include "util/escape.h"
#include "util/file.h"
#include "util/jsonline.h"
#include "util/same.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_LOG = 1 << 28, MAX_SERIES = 64 };

/* Correlation against epoch for one target and time. */
struct series {
    char target[64];
    double t;
    int n, room;
    double *epoch, *rho;
};

/* What one file says. */
struct course {
    double lo, hi; /* of the losses; hi of those past the beginning */
    int n_epoch, epoch_room;
    double *worst;      /* [n_epoch] the higher one of an epoch's losses */
    int n_loss[2];      /* epochs with a loss of training, of validation */
    double first, last; /* epoch */
    int n;
    struct series of[MAX_SERIES];
};

static struct series *series_of(struct course *e, const char *target, double t)
{
    for (int k = 0; k < e->n; k++)
        if (strcmp(e->of[k].target, target) == 0 && gg_same_key(e->of[k].t, t))
            return &e->of[k];
    if (e->n == MAX_SERIES)
        return NULL;
    e->of[e->n] = (struct series){.t = t};
    snprintf(e->of[e->n].target, sizeof e->of->target, "%s", target);
    return &e->of[e->n++];
}

static void add_eval(struct course *e, const char *line, const struct gg_plot_options *o)
{
    char target[64], species[64] = "";
    double epoch, rho, t = NAN;
    gg_jsonline_text(line, "species", species, sizeof species);
    gg_jsonline_number(line, "t", &t);
    if (strcmp(species, o->species ? o->species : "A") != 0 ||
        !gg_jsonline_text(line, "target", target, sizeof target) ||
        (o->target && strcmp(target, o->target) != 0) || !gg_jsonline_number(line, "epoch", &epoch) ||
        !gg_jsonline_number(line, o->average == GG_PLOT_POOLED ? "rho_pooled" : "rho_config", &rho) ||
        isnan(rho))
        return;
    struct series *s = series_of(e, target, t);
    if (!s)
        return;
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->epoch = gg_xrealloc(s->epoch, (size_t)s->room * sizeof *s->epoch);
        s->rho = gg_xrealloc(s->rho, (size_t)s->room * sizeof *s->rho);
    }
    s->epoch[s->n] = epoch;
    s->rho[s->n++] = rho;
}

static void add_epoch(struct gg_plot *p, struct course *e, const char *line)
{
    double epoch, loss = NAN, validation = NAN;
    if (!gg_jsonline_number(line, "epoch", &epoch))
        return;
    gg_jsonline_number(line, "loss", &loss);
    gg_jsonline_number(line, "loss_validation", &validation);
    e->lo = fmin(e->lo, fmin(loss, validation)); /* fmin and fmax pass over NaN */
    if (e->n_epoch == e->epoch_room) {
        e->epoch_room = e->epoch_room ? 2 * e->epoch_room : 64;
        e->worst = gg_xrealloc(e->worst, (size_t)e->epoch_room * sizeof *e->worst);
    }
    e->worst[e->n_epoch++] = fmax(loss, validation);
    e->first = e->n_epoch == 1 ? epoch : fmin(e->first, epoch);
    e->last = e->n_epoch == 1 ? epoch : fmax(e->last, epoch);
    fprintf(p->data, "%.0f", epoch);
    for (int k = 0; k < 2; k++) {
        double x = k ? validation : loss;
        e->n_loss[k] += !isnan(x);
        isnan(x) ? fprintf(p->data, "\tnan") : fprintf(p->data, "\t%.6g", x);
    }
    fputc('\n', p->data);
}

/* The first tenth of the epochs, where losses fall from what they began with, does not rule the axis, unless all that
 * follows is no number. */
static void find_highest(struct course *e)
{
    e->hi = -INFINITY;
    for (int from = e->n_epoch / 10; from >= 0 && isinf(e->hi); from = from > 0 ? 0 : -1)
        for (int k = from; k < e->n_epoch; k++)
            e->hi = fmax(e->hi, e->worst[k]);
}

/* The file itself, or the one in the folder of a run. */
static const char *log_of(const char *path, char log[PATH_MAX])
{
    struct stat s;
    int n = (int)strlen(path);
    if (stat(path, &s) || !S_ISDIR(s.st_mode))
        return path;
    while (n > 1 && path[n - 1] == '/')
        n--;
    snprintf(log, PATH_MAX, "%.*s/metrics.jsonl", n, path);
    return log;
}

/* The folder of ".../RUN/metrics.jsonl": it names the run. */
static void run_name(char *name, size_t room, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *start = slash;
    while (start && start > path && start[-1] != '/')
        start--;
    if (slash && slash > start)
        snprintf(name, room, "%.*s", (int)(slash - start), start);
    else
        snprintf(name, room, "%s", slash ? slash + 1 : path);
}

static int read_log(struct gg_plot *p, const char *path, struct course *e, struct gg_err *err)
{
    size_t bytes;
    char log[PATH_MAX], *text = gg_read_file(log_of(path, log), MAX_LOG, &bytes, err), *rest = NULL,
                        event[32];
    if (!text)
        return -1;
    e->lo = INFINITY;
    gg_plot_block(p, "epoch\tloss\tloss_validation");
    for (char *line = strtok_r(text, "\r\n", &rest); line; line = strtok_r(NULL, "\r\n", &rest)) {
        if (!gg_jsonline_text(line, "event", event, sizeof event))
            continue; /* a run still going on may have half a line at its end */
        if (strcmp(event, "eval") == 0)
            add_eval(e, line, p->o);
        if (strcmp(event, "epoch") == 0)
            add_epoch(p, e, line);
    }
    free(text);
    find_highest(e);
    return e->lo <= e->hi
               ? 0
               : gg_fail(err, GG_INPUT, "%s: no line of an epoch: metrics.jsonl of gg-train is wanted",
                         gg_plot_name(path));
}

/* On a logarithmic axis that hardly spans anything: tics at equal distances. */
static void put_even_tics(struct gg_plot *p, double lo, double hi)
{
    double step = gg_plot_step(hi - lo);
    fputs("set ytics (", p->script);
    for (double k = ceil(lo / step), first = k; k * step <= hi; k++)
        fprintf(p->script, "%s%.6g", k > first ? ", " : "", k * step);
    fputs(")\n", p->script);
}

/* Logarithmic, but for losses that may be negative, as a likelihood's. */
static void put_range(struct gg_plot *p, const struct course *e, int n_file)
{
    double lo = INFINITY, hi = -INFINITY;
    for (int k = 0; k < n_file; k++) {
        lo = fmin(lo, e[k].lo);
        hi = fmax(hi, e[k].hi);
    }
    bool narrow = hi <= 2 * lo;
    double room = 0.05 * (hi - lo) + 1e-9 * fabs(hi) + 1e-30, factor = narrow ? 1.02 : 1.1;
    if (!(lo > 0)) {
        fprintf(p->script, "set yrange [%.6g:%.6g]\n", lo - room, hi + room);
        return;
    }
    fprintf(p->script, "set logscale y\nset format y '%%g'\nset yrange [%.6g:%.6g]\n", lo / factor,
            hi * factor);
    if (narrow)
        put_even_tics(p, lo / factor, hi * factor);
    else if (hi < 60 * lo)
        gg_plot_tics(p, 'y', lo, hi);
}

/* One number is no line. */
static const char *style_of(int n)
{
    return n == 1 ? " with points pointtype 7 pointsize 0.8" : "";
}

/* Tics at whole epochs; one epoch is in the middle. */
static void put_epochs(struct gg_plot *p, const struct course *e, int n_file)
{
    double first = INFINITY, last = -INFINITY;
    for (int k = 0; k < n_file; k++) {
        first = fmin(first, e[k].first);
        last = fmax(last, e[k].last);
    }
    if (first == last)
        fprintf(p->script, "set xrange [%.0f:%.0f]\n", first - 1, first + 1);
    fprintf(p->script, "set xtics %.0f\n", first == last ? 1 : fmax(1, gg_plot_step(last - first)));
}

static void draw_losses(struct gg_plot *p, const struct course *e, int n_file, char **file)
{
    char name[256], log[PATH_MAX], colour[8];
    put_range(p, e, n_file);
    bool validated = false;
    for (int k = 0; k < n_file; k++)
        validated |= e[k].n_loss[1] > 0;
    fprintf(p->script, "set ylabel 'loss%s'\nset style data lines\n",
            n_file > 1 && validated ? " (dashes: validation)" : "");
    gg_plot_letter(p);
    fputs("plot ", p->script);
    for (int k = 0; k < n_file; k++) {
        run_name(name, sizeof name, log_of(file[k], log));
        const char *given = gg_plot_line_name(p, k);
        gg_plot_colour(colour, k, n_file);
        fprintf(p->script, "%sdata index %d using 1:2%s linewidth 2 linecolor '%s' title ",
                k ? ", \\\n     " : "", k, style_of(e[k].n_loss[0]), colour);
        const char *shown = n_file == 1 ? "training" : given ? given : name;
        gg_escape_gnuplot(p->script, shown);
        gg_plot_beside(p, n_file == 1 ? "validation" : shown);
        if (e[k].n_loss[1] > 0)
            fprintf(
                p->script,
                ", \\\n     data index %d using 1:3%s linewidth 2 dashtype (6,3) linecolor '%s' title '%s'",
                k, style_of(e[k].n_loss[1]), n_file > 1 ? colour : gg_plot_line(1),
                n_file > 1 ? "" : "validation");
    }
    fputs("\nunset logscale y\nset ytics autofreq\nset format y '%h'\n", p->script);
}

/* Each series a block and a line: times shaded from early to late, or the colour of the file. */
static void draw_evals(struct gg_plot *p, const struct course *e, int n_file)
{
    const char *between = "";
    fprintf(p->script, "unset title\nset ylabel 'correlation ρ (%s)'\nset yrange [*<0:1]\n",
            p->o->average == GG_PLOT_POOLED ? "pooled" : "config");
    gg_plot_letter(p);
    fputs("plot ", p->script);
    for (int f = 0; f < n_file; f++)
        for (int k = 0; k < e[f].n; k++) {
            const struct series *s = &e[f].of[k];
            char label[128], shade[8], colour[8];
            int block = gg_plot_block(p, "epoch\trho");
            for (int i = 0; i < s->n; i++)
                fprintf(p->data, "%.0f\t%.6g\n", s->epoch[i], s->rho[i]);
            gg_plot_shade(shade, e[f].n > 1 ? 0.9 * k / (e[f].n - 1) : 0.3);
            gg_plot_colour(colour, f, n_file);
            snprintf(label, sizeof label, isnan(s->t) ? "%s" : "%s, t = %g τ", s->target, s->t);
            fprintf(p->script, "%sdata index %d using 1:2%s linewidth 2 linecolor '%s' title ", between,
                    block, style_of(s->n), n_file > 1 ? colour : shade);
            gg_escape_gnuplot(p->script, n_file == 1 ? label : "");
            gg_plot_beside(p, n_file == 1 ? label : "");
            between = ", \\\n     ";
        }
    fputc('\n', p->script);
}

static void draw(struct gg_plot *p, const struct course *e, int n_file, char **file)
{
    int n_eval = 0;
    for (int k = 0; k < n_file; k++)
        n_eval += e[k].n;
    gg_plot_lines(p, n_file > 1 ? n_file : 0);
    double panel = fmax(n_eval ? 230 : GG_PLOT_HEIGHT, 80 + 17 * n_file); /* the legend fits beside it */
    p->height = n_eval ? 2 * panel : panel;
    fputs("set key left top Left reverse at graph 1.02,1\nset xlabel 'epoch'\nset lmargin 9\nset rmargin at "
          "screen right\n"
          "set bmargin 3.6\n",
          p->script);
    fputs(n_eval ? "set multiplot layout 2,1\n" : "", p->script);
    gg_plot_title(p, "training");
    gg_plot_panels(p, n_eval ? 2 : 1);
    put_epochs(p, e, n_file);
    draw_losses(p, e, n_file, file);
    if (n_eval)
        draw_evals(p, e, n_file);
    fputs(n_eval ? "unset multiplot\n" : "", p->script);
}

int gg_plot_loss(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    struct course *e = gg_xalloc((size_t)n_file, sizeof *e);
    int status = 0;
    for (int k = 0; k < n_file && status == 0; k++)
        status = read_log(p, file[k], &e[k], err);
    if (status == 0)
        draw(p, e, n_file, file);
    for (int f = 0; f < n_file; f++) {
        for (int k = 0; k < e[f].n; k++) {
            free(e[f].of[k].epoch);
            free(e[f].of[k].rho);
        }
        free(e[f].worst);
    }
    free(e);
    return status;
}
