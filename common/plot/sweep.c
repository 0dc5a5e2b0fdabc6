/* sweep.c -- a sweep at a glance: what each level of each setting does to the response, and what a response costs, with Pareto's front
 *
 * From a table with a row a run (stats/runs.h).  Above, main effects (stats/effects.h), a panel a setting, one range for all; below, the mean response
 * of each combination of settings against its mean cost: the front are those that no cheaper one surpasses. */
#include "plot/curves.h"
#include "stats/effects.h"
#include "stats/runs.h"
#include "util/escape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ACROSS = 3, MOST_NAMED = 24 }; /* panels in a row; names in the legend */
/* Points: a panel with what is below it, which is more where levels are written on end. */
enum { TOP = 42, LEFT = 84, RIGHT = 12, EFFECT = 150, BELOW = 58, ON_END = 24, PLANE = 230, LINE = 16 };

/* Runs of the same levels. */
struct point {
    int first, runs; /* a run of them */
    double x, y;     /* means */
    bool front;
};
struct sweep {
    struct gg_runs r;
    struct gg_level_mean mean[GG_RUN_SETTINGS][GG_RUN_LEVELS];
    bool told[GG_RUN_SETTINGS];
    int n_told, n_point, n_front;
    double lo, hi; /* of the means with their intervals */
    struct point *point;
    bool lower;  /* is better */
    bool on_end; /* levels of some setting do not fit side by side */
};

/* ---- numbers ---- */

static void find_effects(struct sweep *s, const struct gg_plot *p)
{
    struct gg_setting_levels level[GG_RUN_SETTINGS];
    const struct gg_runs *r = &s->r;
    s->lo = INFINITY;
    s->hi = -INFINITY;
    for (int f = 0; f < r->n_setting; f++)
        level[f] = (struct gg_setting_levels){r->setting[f].n_level, r->setting[f].of};
    for (int f = 0; f < r->n_setting; f++) {
        s->told[f] =
            gg_main_effect(&(struct gg_design){r->n, r->n_setting, level, false}, r->y, f, s->mean[f]);
        s->n_told += s->told[f];
        if (!s->told[f])
            gg_plot_note(p, "%s: no effect is drawn: it changes only together with other settings",
                         r->setting[f].name);
        for (int l = 0; l < r->setting[f].n_level && s->told[f]; l++) {
            double half = isnan(s->mean[f][l].half) ? 0 : s->mean[f][l].half;
            s->lo = fmin(s->lo, s->mean[f][l].mean - half);
            s->hi = fmax(s->hi, s->mean[f][l].mean + half);
        }
    }
}

static int by_cost(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    return x->x != y->x ? (x->x > y->x) - (x->x < y->x) : (x->y < y->y) - (x->y > y->y);
}

/* Means of the runs that know their cost; from the cheapest on, what is better than all before is on the front. */
static void find_points(struct sweep *s)
{
    const struct gg_runs *r = &s->r;
    s->point = gg_xalloc((size_t)r->n + 1, sizeof *s->point);
    for (int k = 0; k < r->n; k++) {
        int q = 0;
        while (q < s->n_point && !gg_runs_alike(r, s->point[q].first, k))
            q++;
        if (!(r->x[k] > 0)) /* NaN, or no place on a logarithmic axis */
            continue;
        if (q == s->n_point)
            s->point[s->n_point++] = (struct point){.first = k};
        s->point[q].runs++;
        s->point[q].x += r->x[k];
        s->point[q].y += r->y[k];
    }
    for (int q = 0; q < s->n_point; q++) {
        s->point[q].x /= s->point[q].runs;
        s->point[q].y /= s->lower ? -s->point[q].runs : s->point[q].runs;
    }
    qsort(s->point, (size_t)s->n_point, sizeof *s->point, by_cost);
    double best = -INFINITY;
    for (int q = 0; q < s->n_point; q++) {
        s->point[q].front = s->point[q].y > best;
        s->n_front += s->point[q].front;
        best = fmax(best, s->point[q].y);
    }
    for (int q = 0; q < s->n_point && s->lower; q++)
        s->point[q].y = -s->point[q].y;
}

/* ---- effects ---- */

static void place(struct gg_plot *p, double left, double right, double top, double bottom)
{
    fprintf(
        p->script,
        "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset tmargin at screen %.5f\nset bmargin at "
        "screen %.5f\n",
        left / p->width, right / p->width, 1 - top / p->height, 1 - bottom / p->height);
}

/* As people call it. */
static void put_name(struct gg_plot *p, const char *name)
{
    static const char *const known[][2] = {{"rho_config", "ρ (config)"}, {"rho_pooled", "ρ (pooled)"},
                                           {"gflop", "cost (Gflop)"},    {"tflop", "cost (Tflop)"},
                                           {"flops", "cost (flop)"},     {"seconds", "cost (s)"}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (strcmp(known[k][0], name) == 0)
            name = known[k][1];
    gg_escape_gnuplot(p->script, name);
}

static double panel_width(const struct gg_plot *p, const struct sweep *s)
{
    return (p->width - LEFT - RIGHT) / (s->n_told < ACROSS ? s->n_told : ACROSS);
}

static bool is_on_end(const struct gg_run_setting *f, double width)
{
    size_t longest = 0;
    for (int l = 0; l < f->n_level; l++)
        longest = strlen(f->level[l]) > longest ? strlen(f->level[l]) : longest;
    return 8 * (double)longest * f->n_level > width - 12;
}

/* Levels along x; --xrange is for the costs. */
static void put_levels(struct gg_plot *p, const struct gg_run_setting *f, bool on_end)
{
    fprintf(p->script, "set xtics %s\nset xtics (",
            on_end ? "rotate by 40 right font tiny" : "norotate center font normal");
    for (int l = 0; l < f->n_level; l++) {
        fputs(l ? ", " : "", p->script);
        gg_escape_gnuplot(p->script, f->level[l]);
        fprintf(p->script, " %d", l);
    }
    fputs(")\nset xlabel ", p->script);
    gg_escape_gnuplot(p->script, f->name);
    fputs(on_end ? " offset 0,1.4\n" : " offset 0,0.5\n", p->script);
}

static double effect_height(const struct sweep *s)
{
    return EFFECT + (s->on_end ? ON_END : 0);
}

static void draw_effect(struct gg_plot *p, const struct sweep *s, int f, int at)
{
    const struct gg_run_setting *x = &s->r.setting[f];
    int column = at % ACROSS, row = at / ACROSS;
    double width = panel_width(p, s), left = LEFT + column * width, top = TOP + effect_height(s) * row;
    int block = gg_plot_block(p, "level\tmean\thalf\truns\tname");
    for (int l = 0; l < x->n_level; l++)
        fprintf(p->data, "%d\t%.6g\t%.6g\t%d\t%s\n", l, s->mean[f][l].mean, s->mean[f][l].half,
                s->mean[f][l].runs, x->level[l]);
    place(p, left, left + width - 12, top, top + EFFECT - BELOW);
    gg_plot_letter(p);
    put_levels(p, x, is_on_end(x, width));
    fputs(column == 0 ? "set format y '%h'\nset ylabel " : "set format y ''\nset ylabel ", p->script);
    column == 0 ? put_name(p, s->r.response) : (void)fputs("''", p->script);
    fprintf(p->script, "\nplot [-0.5:%g] ", x->n_level - 0.5);
    gg_plot_bars(p, block, "$2-$3", "$2+$3", gg_plot_line(0));
    fprintf(p->script,
            "data index %d using 1:2 with linespoints linewidth 1 pointtype 7 pointsize 0.7 linecolor "
            "'%s'\nunset "
            "label\n",
            block, gg_plot_line(0));
}

static void draw_effects(struct gg_plot *p, const struct sweep *s)
{
    double room = 0.06 * (s->hi - s->lo) + 1e-9 * fabs(s->hi) + 1e-30;
    fprintf(p->script, "set yrange [%.9g:%.9g]\nset ytics %.3g\n", s->lo - room, s->hi + room,
            gg_plot_step(s->hi - s->lo + 2 * room));
    for (int f = 0, at = 0; f < s->r.n_setting; f++)
        if (s->told[f])
            draw_effect(p, s, f, at++);
}

/* ---- cost ---- */

/* "lmax=2 C=8" */
static void settings_of(const struct gg_runs *r, int run, char *text, size_t room)
{
    size_t n = 0;
    *text = 0;
    for (int f = 0; f < r->n_setting && n < room; f++)
        n += (size_t)snprintf(text + n, room - n, "%s%s=%s", f ? " " : "", r->setting[f].name,
                              r->setting[f].level[r->setting[f].of[run]]);
}

static void add_points(struct gg_plot *p, const struct sweep *s, bool front)
{
    char text[600];
    gg_plot_block(p, "cost\tresponse\truns\tsettings");
    for (int q = 0; q < s->n_point; q++) {
        if (front && !s->point[q].front)
            continue;
        settings_of(&s->r, s->point[q].first, text, sizeof text);
        fprintf(p->data, "%.6g\t%.6g\t%d\t%s\n", s->point[q].x, s->point[q].y, s->point[q].runs, text);
    }
}

static int named(const struct sweep *s)
{
    return s->n_front < MOST_NAMED ? s->n_front : MOST_NAMED;
}

/* Each point of the front in its colour, the best ones if there are many; `names`: entries of a legend instead. */
static void put_front(struct gg_plot *p, const struct sweep *s, int block, bool names)
{
    char text[600], shade[8];
    for (int q = 0, k = 0; q < s->n_point; q++) {
        if (!s->point[q].front || ++k <= s->n_front - named(s))
            continue;
        int of = k - 1 - s->n_front + named(s);
        gg_plot_shade(shade, 0.9 * of / (named(s) > 1 ? named(s) - 1 : 1));
        if (names)
            fputs(", \\\n     NaN", p->script);
        else
            fprintf(p->script, ", \\\n     data index %d every ::%d::%d using 1:2", block, k - 1, k - 1);
        fprintf(p->script, " with points pointtype 7 pointsize 1 linecolor '%s'", shade);
        if (names) {
            settings_of(&s->r, s->point[q].first, text, sizeof text);
            fputs(" title ", p->script);
            gg_escape_gnuplot(p->script, text);
        }
    }
}

/* Below all, in a panel of its own. */
static void draw_names(struct gg_plot *p, const struct sweep *s, double top)
{
    if (p->o->key == GG_PLOT_KEY_OFF)
        return;
    place(p, LEFT, p->width, top, p->height);
    fprintf(
        p->script,
        "unset border\nunset tics\nunset xlabel\nunset ylabel\nunset grid\nunset logscale\nset xrange "
        "[0:1]\nset yrange "
        "[0:1]\nset key at screen %.5f,%.5f left top Left reverse maxcols 1 font small spacing 1\n plot NaN",
        20 / p->width, 1 - top / p->height);
    put_front(p, s, 0, true);
    fputc('\n', p->script);
    if (named(s) < s->n_front)
        gg_plot_note(p, "the last %d of %d combinations on the front are named", named(s), s->n_front);
}

/* Tics where there are decades, or fewer. */
static void put_costs(struct gg_plot *p, double lo, double hi)
{
    fprintf(p->script,
            "set logscale x\nset xtics norotate center font normal autofreq\nset format x '%%g'\nset xrange "
            "[%.6g:%.6g]\n",
            lo / 1.3, hi * 1.3);
    if (hi < 60 * lo)
        gg_plot_tics(p, 'x', lo / 1.3, hi * 1.3);
}

static void draw_plane(struct gg_plot *p, const struct sweep *s, double top)
{
    int block = p->n_block;
    add_points(p, s, false);
    add_points(p, s, true);
    place(p, LEFT, p->width - RIGHT - 12, top, top + PLANE - BELOW);
    gg_plot_letter(p);
    put_costs(p, s->point[0].x, s->point[s->n_point - 1].x);
    fputs("set format y '%h'\nset yrange [*:*]\nset ytics autofreq\nset xlabel ", p->script);
    put_name(p, s->r.cost);
    fputs(" offset 0,0.5\nset ylabel ", p->script);
    put_name(p, s->r.response);
    fprintf(p->script,
            "\nplot data index %d using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#b0b0b0', \\\n"
            "     data index %d using 1:2 with steps linewidth 1.2 linecolor '#404040'",
            block, block + 1);
    put_front(p, s, block + 1, false);
    fputs("\nunset label\n", p->script);
    draw_names(p, s, top + PLANE - 12);
}

/* Above all panels. */
static void put_title(struct gg_plot *p, const struct sweep *s)
{
    char text[400], time[48] = "";
    if (!isnan(s->r.time))
        snprintf(time, sizeof time, ", t = %g τ", s->r.time);
    snprintf(text, sizeof text, "%.120s%s%.60s%s%s%d runs", s->r.target ? s->r.target : "",
             s->r.species ? " of " : "", s->r.species ? s->r.species : "", time, s->r.target ? ", " : "",
             s->r.n);
    fputs("set label 1 ", p->script);
    gg_escape_gnuplot(p->script, p->o->title ? p->o->title : text);
    fprintf(p->script, " at screen %.5f,%.5f center\n", 0.5 * (1 + (LEFT - RIGHT) / p->width),
            1 - 14 / p->height);
}

static void draw(struct gg_plot *p, struct sweep *s)
{
    int rows = (s->n_told + ACROSS - 1) / ACROSS;
    for (int f = 0; f < s->r.n_setting; f++)
        s->on_end |= s->told[f] && is_on_end(&s->r.setting[f], panel_width(p, s));
    double top = TOP + effect_height(s) * rows;
    p->height = top + (s->n_point ? PLANE + LINE * named(s) : 0);
    fputs("set multiplot\nunset key\n", p->script);
    put_title(p, s);
    gg_plot_panels(p, s->n_told + (s->n_point > 0));
    if (s->n_told)
        draw_effects(p, s);
    if (s->n_point)
        draw_plane(p, s, top);
    fputs("unset multiplot\n", p->script);
}

int gg_plot_sweep(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    struct sweep *s = gg_xalloc(1, sizeof *s);
    s->lower = p->o->lower;
    const struct gg_plot_options *o = p->o;
    const struct gg_runs_wanted wanted = {.response = o->response,
                                          .cost = o->cost,
                                          .target = o->target,
                                          .predictor = o->predictor,
                                          .species = o->species,
                                          .time = o->time,
                                          .pooled = o->average == GG_PLOT_POOLED,
                                          .say = o->say,
                                          .context = o->context};
    int status = gg_plot_one_file(n_file, err) ? -1 : gg_runs_read(&s->r, &wanted, file[0], err);
    if (status == 0) {
        gg_plot_take_history(p, &s->r.table, file[0]);
        find_effects(s, p);
        find_points(s);
        if (s->n_told == 0 && s->n_point == 0)
            status = gg_fail(err, GG_INPUT, "%s: no setting changes alone, and no run has a cost",
                             gg_plot_name(file[0]));
    }
    if (status == 0)
        draw(p, s);
    free(s->point);
    gg_runs_free(&s->r);
    free(s);
    return status;
}
