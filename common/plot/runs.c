/* runs.c -- a table with a row a run of a sweep: its settings, left of the column seed, and what came out, right of it */
#include "plot/runs.h"
#include "util/same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows that are still in, and where the columns are. */
struct state {
    struct gg_plot_runs *r;
    const struct gg_plot_options *o;
    const char *path;
    int seed, response, cost; /* cost -1: none */
    int n, *row;
};

static const char *cell(const struct state *s, int k, int column)
{
    return gg_tsv_text(&s->r->table, s->row[k], column);
}

/* ---- which rows ---- */

/* Leaves the rows of the wanted text in a column; by default `first` where it occurs, else what the first row has.  Returns it. */
static const char *leave_text(struct state *s, const char *head, const char *wanted, const char *first)
{
    int column = gg_tsv_find(&s->r->table, head), n = 0;
    if (column < 0 || column < s->seed || s->n == 0)
        return NULL;
    const char *text = wanted ? wanted : cell(s, 0, column);
    for (int k = 0; k < s->n && !wanted && first; k++)
        if (strcmp(cell(s, k, column), first) == 0)
            text = first;
    for (int k = 0; k < s->n; k++)
        if (strcmp(cell(s, k, column), text) == 0)
            s->row[n++] = s->row[k];
    s->n = n;
    return text;
}

/* Of each temperature, where there are several, the nearest time, by default the last. */
static bool is_nearest(const struct state *s, int time, int temperature, int k)
{
    double mine = gg_tsv_value(&s->r->table, s->row[k], time);
    for (int q = 0; q < s->n; q++) {
        double other = gg_tsv_value(&s->r->table, s->row[q], time), t = s->o->time;
        if (temperature >= 0 && !gg_tsv_same(cell(s, k, temperature), cell(s, q, temperature)))
            continue;
        if (isnan(t) ? other > mine && !gg_same(other, mine)
                     : fabs(log(other / t)) < fabs(log(mine / t)) && !gg_same(other, mine))
            return false;
    }
    return true;
}

static void leave_time(struct state *s)
{
    int time = gg_tsv_find(&s->r->table, "time"), temperature = gg_tsv_find(&s->r->table, "temperature"),
        n = 0;
    bool one = true;
    if (time < s->seed) /* there is none, or it is a setting */
        return;
    char *nearest = gg_xalloc((size_t)s->n + 1, 1);
    for (int k = 0; k < s->n; k++)
        nearest[k] = is_nearest(s, time, temperature, k);
    for (int k = 0; k < s->n; k++)
        if (nearest[k])
            s->row[n++] = s->row[k];
    free(nearest);
    s->n = n;
    for (int k = 1; k < s->n; k++)
        one = one && gg_tsv_same(cell(s, k, time), cell(s, 0, time));
    s->r->time = one && s->n ? gg_tsv_value(&s->r->table, s->row[0], time) : NAN;
}

static int leave_numbers(struct state *s, const struct gg_plot *p, struct gg_err *err)
{
    int n = 0;
    for (int k = 0; k < s->n; k++)
        if (!isnan(gg_tsv_value(&s->r->table, s->row[k], s->response)))
            s->row[n++] = s->row[k];
    if (n == 0)
        return gg_fail(err, GG_INPUT, "%s: no run of %s%s%s has a number in %s", s->path,
                       s->r->target ? s->r->target : "this table", s->r->species ? " and species " : "",
                       s->r->species ? s->r->species : "", s->r->response);
    if (n < s->n)
        gg_plot_note(p, "%s: %d of %d runs have no number in %s and are left out", s->path, s->n - n, s->n,
                     s->r->response);
    s->n = n;
    return 0;
}

/* ---- settings ---- */

static int level_of(struct gg_plot_setting *f, const char *text)
{
    int l = 0;
    while (l < f->n_level && !gg_tsv_same(f->level[l], text))
        l++;
    if (l == GG_PLOT_LEVELS)
        return -1;
    f->level[l] = text;
    f->n_level += l == f->n_level;
    return l;
}

/* A level of a run; -1: too many levels or settings. */
static int set(struct state *s, int run, const char *name, const char *text)
{
    struct gg_plot_runs *r = s->r;
    int f = 0;
    while (f < r->n_setting && strcmp(r->setting[f].name, name) != 0)
        f++;
    if (f == GG_PLOT_SETTINGS)
        return -1;
    if (f == r->n_setting) {
        struct gg_plot_setting *new = &r->setting[r->n_setting++];
        *new = (struct gg_plot_setting){.name = name, .of = GG_NEW(&r->text, int, (size_t)s->n)};
        for (int k = 0; k < s->n; k++)
            new->of[k] = -1;
    }
    int l = level_of(&r->setting[f], text);
    r->setting[f].of[run] = l;
    return l < 0 ? -1 : 0;
}

/* "let.C=8 train.lr=0.01" */
static int set_words(struct state *s, int run, const char *words)
{
    char *rest, *word = strtok_r(gg_arena_strdup(&s->r->text, words), " ", &rest);
    for (; word; word = strtok_r(NULL, " ", &rest)) {
        char *equal = strchr(word, '=');
        if (!equal)
            continue; /* "-": nothing varies */
        *equal = 0;
        if (set(s, run, word, equal + 1))
            return -1;
    }
    return 0;
}

static int set_run(struct state *s, int run)
{
    const struct gg_tsv *t = &s->r->table;
    for (int c = 0; c < t->n_col; c++) {
        bool temperature = c > s->seed && strcmp(t->head[c], "temperature") == 0;
        if (c >= s->seed && !temperature)
            continue;
        if (strcmp(t->head[c], "setting") == 0 ? set_words(s, run, cell(s, run, c))
                                               : set(s, run, t->head[c], cell(s, run, c)))
            return -1;
    }
    return 0;
}

/* Numbers in their order. */
static void sort_levels(struct gg_plot_setting *f, int n)
{
    int place[GG_PLOT_LEVELS];
    const char *before[GG_PLOT_LEVELS];
    double x[GG_PLOT_LEVELS];
    for (int l = 0; l < f->n_level; l++) {
        char *end;
        x[l] = strtod(f->level[l], &end);
        if (end == f->level[l] || *end)
            return;
    }
    for (int l = 0; l < f->n_level; l++) {
        place[l] = 0;
        for (int k = 0; k < f->n_level; k++)
            place[l] += x[k] < x[l];
    }
    memcpy(before, f->level, sizeof before);
    for (int l = 0; l < f->n_level; l++)
        f->level[place[l]] = before[l];
    for (int k = 0; k < n; k++)
        f->of[k] = place[f->of[k]];
}

static int find_settings(struct state *s, struct gg_err *err)
{
    struct gg_plot_runs *r = s->r;
    int kept = 0;
    for (int run = 0; run < s->n; run++)
        if (set_run(s, run))
            return gg_fail(
                err, GG_INPUT,
                "%s: more than %d settings, or %d levels of one: settings stand left of the column seed",
                s->path, GG_PLOT_SETTINGS, GG_PLOT_LEVELS);
    for (int f = 0; f < r->n_setting; f++) {
        struct gg_plot_setting *x = &r->setting[f];
        for (int run = 0; run < s->n; run++)
            if (x->of[run] < 0 && (x->of[run] = level_of(x, "-")) < 0)
                return gg_fail(err, GG_INPUT, "%s: more than %d levels of %s", s->path, GG_PLOT_LEVELS,
                               x->name);
        if (x->n_level < 2)
            continue;
        sort_levels(x, s->n);
        r->setting[kept++] = *x;
    }
    r->n_setting = kept;
    return kept ? 0
                : gg_fail(err, GG_INPUT,
                          "%s: no setting has two levels: settings stand left of the column seed", s->path);
}

/* ---- the table ---- */

static int find_columns(struct state *s, struct gg_err *err)
{
    static const char *const costs[] = {"gflop", "tflop", "flops", "seconds", NULL};
    struct gg_plot_runs *r = s->r;
    r->response = s->o->response                    ? s->o->response
                  : s->o->average == GG_PLOT_POOLED ? "rho_pooled"
                                                    : "rho_config";
    s->seed = gg_tsv_need(&r->table, "seed", s->path, err);
    if (s->seed < 0)
        return gg_err_prefix(err, "a table with settings left of the column seed is wanted: ");
    s->response = gg_tsv_need(&r->table, r->response, s->path, err);
    if (s->response < 0)
        return s->o->response ? -1 : gg_err_prefix(err, "--response COLUMN is wanted: ");
    r->cost = s->o->cost;
    for (int k = 0; !r->cost && costs[k]; k++)
        r->cost = gg_tsv_find(&r->table, costs[k]) >= 0 ? costs[k] : NULL;
    s->cost = r->cost ? gg_tsv_need(&r->table, r->cost, s->path, err) : -1;
    return r->cost && s->cost < 0 ? -1 : 0;
}

static void take_numbers(struct state *s)
{
    struct gg_plot_runs *r = s->r;
    r->n = s->n;
    r->y = GG_NEW(&r->text, double, (size_t)s->n);
    r->x = GG_NEW(&r->text, double, (size_t)s->n);
    for (int k = 0; k < s->n; k++) {
        r->y[k] = gg_tsv_value(&r->table, s->row[k], s->response);
        r->x[k] = s->cost < 0 ? NAN : gg_tsv_value(&r->table, s->row[k], s->cost);
    }
}

int gg_plot_runs_read(struct gg_plot_runs *r, const struct gg_plot *p, int n_file, char **file,
                      struct gg_err *err)
{
    struct state s = {.r = r, .o = p->o, .path = gg_plot_name(file[0])};
    *r = (struct gg_plot_runs){.time = NAN};
    if (gg_plot_one_table(&r->table, n_file, file, err) || find_columns(&s, err))
        return -1;
    s.row = gg_xalloc((size_t)r->table.n_row + 1, sizeof *s.row);
    for (int row = 0; row < r->table.n_row; row++)
        s.row[s.n++] = row;
    r->target = leave_text(&s, "target", p->o->target, NULL);
    leave_text(&s, "predictor", p->o->predictor, NULL);
    r->species = leave_text(&s, "species", p->o->species, "A");
    leave_time(&s);
    int status = leave_numbers(&s, p, err) || find_settings(&s, err) ? -1 : 0;
    if (status == 0)
        take_numbers(&s);
    free(s.row);
    return status;
}

void gg_plot_runs_free(struct gg_plot_runs *r)
{
    gg_tsv_free(&r->table);
    gg_arena_free(&r->text);
    *r = (struct gg_plot_runs){0};
}
