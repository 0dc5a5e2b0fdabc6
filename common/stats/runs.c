/* runs.c -- a table with a row a run of a sweep: its settings, left of the column seed, and what came out, right of it */
#include "stats/runs_state.h"
#include "util/same.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gg_runs_note(const struct gg_runs_state *s, const char *fmt, ...)
{
    char line[400];
    va_list list;
    va_start(list, fmt);
    vsnprintf(line, sizeof line, fmt, list);
    va_end(list);
    if (s->o->say)
        s->o->say(s->o->context, line);
}

/* ---- which rows ---- */

/* Does the row say KEY=VALUE, in the column KEY or as a word of the column `setting`?  -1: it knows no such key. */
static int says(const struct gg_runs_state *s, int k, const char *key, const char *value)
{
    int column = gg_tsv_find(&s->r->table, key), words = gg_tsv_find(&s->r->table, "setting");
    size_t n = strlen(key);
    if (column >= 0)
        return gg_tsv_same(gg_runs_cell(s, k, column), value);
    for (const char *at = words < 0 ? "" : gg_runs_cell(s, k, words), *end; *at; at = end + (*end == ' ')) {
        end = gg_runs_word_end(at);
        if (strncmp(at, key, n) == 0 && at[n] == '=')
            return gg_tsv_same(gg_arena_printf(&s->r->text, "%.*s", (int)(end - at - (int)n - 1), at + n + 1),
                               value);
    }
    return -1;
}

/* One of the values of this key that are wanted.  -1: it knows no such key. */
static int is_where(const struct gg_runs_state *s, int k, const char *key)
{
    int found = -1;
    for (int w = 0; w < s->o->where.n; w++) {
        const char *other = s->o->where.v[w], *equal = strchr(other, '=');
        if (strlen(key) != (size_t)(equal - other) || strncmp(key, other, (size_t)(equal - other)) != 0)
            continue;
        int here = says(s, k, key, equal + 1);
        found = here > found ? here : found;
    }
    return found;
}

static int leave_where(struct gg_runs_state *s, struct gg_err *err)
{
    for (int w = 0; w < s->o->where.n; w++) /* all of them, before one is compared with another */
        if (strcspn(s->o->where.v[w], "=") - 1 >= 198 || !strchr(s->o->where.v[w], '='))
            return gg_fail(err, GG_USAGE, "--where %s: KEY=VALUE is wanted", s->o->where.v[w]);
    for (int w = 0; w < s->o->where.n; w++) {
        const char *text = s->o->where.v[w], *equal = strchr(text, '=');
        char key[200];
        int n = 0, known = 0;
        snprintf(key, sizeof key, "%.*s", (int)(equal - text), text);
        for (int k = 0; k < s->n; k++) {
            int is = is_where(s, k, key);
            known |= is >= 0;
            if (is > 0)
                s->row[n++] = s->row[k];
        }
        if (n == 0)
            return gg_fail(err, GG_INPUT, "%s: --where %s: no row has %s", s->path, text,
                           known ? "this value" : "such a column or setting");
        s->n = n;
    }
    return 0;
}

/* Leaves the rows of the wanted text in a column; by default `first` where it occurs, else what the first row has.  Returns it. */
static const char *leave_text(struct gg_runs_state *s, const char *head, const char *wanted,
                              const char *first)
{
    int column = gg_tsv_find(&s->r->table, head), n = 0;
    if (column < 0 || column < s->seed || s->n == 0)
        return NULL;
    const char *text = wanted ? wanted : gg_runs_cell(s, 0, column);
    for (int k = 0; k < s->n && !wanted && first; k++)
        if (strcmp(gg_runs_cell(s, k, column), first) == 0)
            text = first;
    for (int k = 0; k < s->n; k++)
        if (strcmp(gg_runs_cell(s, k, column), text) == 0)
            s->row[n++] = s->row[k];
    s->n = n;
    return text;
}

/* Is a nearer to the wanted time than b, by default later? */
static bool is_nearer(double wanted, double a, double b)
{
    if (isnan(b))
        return true;
    return isnan(wanted) ? a > b : fabs(log(a / wanted)) < fabs(log(b / wanted));
}

/* Of each temperature, where there are several, the nearest time. */
static void leave_time(struct gg_runs_state *s)
{
    int time = gg_tsv_find(&s->r->table, "time"), temperature = gg_tsv_find(&s->r->table, "temperature");
    if (time < s->seed) /* there is none, or it is a setting */
        return;
    /* t of each row; group: the first row of its temperature, whose best is that of all of them */
    double *t = gg_xalloc((size_t)s->n + 1, sizeof *t), *best = gg_xalloc((size_t)s->n + 1, sizeof *best);
    int *group = gg_xalloc((size_t)s->n + 1, sizeof *group), n = 0;
    bool one = true;
    for (int k = 0; k < s->n; k++) {
        int g = 0;
        while (
            temperature >= 0 && g < k &&
            (group[g] != g || !gg_tsv_same(gg_runs_cell(s, k, temperature), gg_runs_cell(s, g, temperature))))
            g++;
        t[k] = gg_tsv_value(&s->r->table, s->row[k], time);
        group[k] = g;
        if (g == k || is_nearer(s->o->time, t[k], best[g]))
            best[g] = t[k];
    }
    for (int k = 0; k < s->n; k++) {
        bool is = gg_same(t[k], best[group[k]]) || (isnan(t[k]) && isnan(best[group[k]]));
        one = one && (!is || n == 0 || gg_same(t[k], s->r->time));
        s->r->time = is ? t[k] : s->r->time;
        if (is)
            s->row[n++] = s->row[k];
    }
    s->n = n;
    s->r->time = one && n ? s->r->time : NAN;
    free(t);
    free(best);
    free(group);
}

/* "0.5,0.25": how many numbers there are; 0 if one is none.  They are added to `list`, if that is not NULL. */
static int read_list(const char *text, double *list)
{
    for (int n = 0;; text++) {
        char *end;
        double x = strtod(text, &end);
        if (end == text || !isfinite(x) || (*end && *end != ','))
            return 0;
        if (list)
            list[n] = x;
        n++;
        text = end;
        if (!*text)
            return n;
    }
}

/* Runs whose response is a number, or a list of them. */
static int leave_numbers(struct gg_runs_state *s, struct gg_err *err)
{
    int n = 0;
    for (int k = 0; k < s->n; k++)
        if (read_list(gg_runs_cell(s, k, s->response), NULL))
            s->row[n++] = s->row[k];
    if (n == 0)
        return gg_fail(err, GG_INPUT, "%s: no run of %s%s%s has a number in %s", s->path,
                       s->r->target ? s->r->target : "this table", s->r->species ? " and species " : "",
                       s->r->species ? s->r->species : "", s->r->response);
    if (n < s->n)
        gg_runs_note(s, "%s: %d of %d runs have no number in %s and are left out", s->path, s->n - n, s->n,
                     s->r->response);
    s->n = n;
    s->r->n_config = read_list(gg_runs_cell(s, 0, s->response), NULL);
    for (int k = 1; k < n; k++)
        if (read_list(gg_runs_cell(s, k, s->response), NULL) != s->r->n_config)
            return gg_fail(err, GG_INPUT,
                           "%s: %s has %d numbers in one row and %d in another: one of each configuration is "
                           "wanted, of the same ones in every row",
                           s->path, s->r->response, s->r->n_config,
                           read_list(gg_runs_cell(s, k, s->response), NULL));
    return 0;
}

/* ---- runs that are lost ---- */

/* Has row a what row b has up to the column seed? */
static bool same_run(const struct gg_runs_state *s, int a, int b)
{
    bool same = true;
    for (int c = 0; c <= s->seed && same; c++)
        same = strcmp(gg_tsv_text(&s->r->table, a, c), gg_tsv_text(&s->r->table, b, c)) == 0;
    return same;
}

/* The runs that are in, by a row of each. */
static int list_runs(const struct gg_runs_state *s, int *row)
{
    int n = 0;
    for (int k = 0; k < s->n; k++) {
        int q = 0;
        while (q < n && !same_run(s, row[q], s->row[k]))
            q++;
        row[q] = s->row[k];
        n += q == n;
    }
    return n;
}

/* Of the runs that were in, those that have no row of the target, predictor, species and time that were chosen. */
static void tell_lost(const struct gg_runs_state *s, const int *before, int n)
{
    char time[40] = "", what[200];
    int lost = 0;
    for (int q = 0; q < n; q++) {
        bool there = false;
        for (int k = 0; k < s->n && !there; k++)
            there = same_run(s, before[q], s->row[k]);
        lost += !there;
    }
    if (!isnan(s->r->time))
        snprintf(time, sizeof time, ", t = %g", s->r->time);
    snprintf(what, sizeof what, "%.60s%s%.60s%s%.20s%s", s->r->target ? s->r->target : "",
             s->predictor ? " by " : "", s->predictor ? s->predictor : "", s->r->species ? ", " : "",
             s->r->species ? s->r->species : "", time);
    if (lost)
        gg_runs_note(s, "%s: %d of %d runs have no row of %s and are left out", s->path, lost, n, what);
}

/* Rows of one target, predictor, species and time. */
static void leave_rows(struct gg_runs_state *s)
{
    int *before = gg_xalloc((size_t)s->n + 1, sizeof *before), n = list_runs(s, before);
    s->r->target = leave_text(s, "target", s->o->target, NULL);
    s->predictor = leave_text(s, "predictor", s->o->predictor, NULL);
    s->r->species = leave_text(s, "species", s->o->species, "A");
    leave_time(s);
    if (s->n)
        tell_lost(s, before, n);
    free(before);
}

/* ---- the table ---- */

static int check_columns(const struct gg_runs_state *s, struct gg_err *err)
{
    const struct gg_tsv *t = &s->r->table;
    for (int c = 0; c < t->n_col; c++)
        if (gg_tsv_find(t, t->head[c]) != c)
            return gg_fail(err, GG_INPUT, "%s: two columns are called '%s'", s->path, t->head[c]);
    return 0;
}

/* What is asked for by name must be there, right of seed: left of it it is a setting, for --where. */
static int check_wanted(const struct gg_runs_state *s, struct gg_err *err)
{
    const struct {
        bool wanted;
        const char *column;
    } list[] = {{s->o->target, "target"},
                {s->o->predictor, "predictor"},
                {s->o->species, "species"},
                {!isnan(s->o->time), "time"}};
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        if (list[k].wanted && gg_tsv_find(&s->r->table, list[k].column) < s->seed)
            return gg_fail(err, GG_INPUT, "%s: --%s: the table has no column '%s' right of seed", s->path,
                           list[k].column, list[k].column);
    return 0;
}

static int find_columns(struct gg_runs_state *s, struct gg_err *err)
{
    static const char *const costs[] = {"gflop", "tflop", "flops", "seconds", NULL};
    struct gg_runs *r = s->r;
    r->response = s->o->response ? s->o->response : s->o->pooled ? "rho_pooled" : "rho_config";
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

static void take_numbers(struct gg_runs_state *s)
{
    struct gg_runs *r = s->r;
    r->n = s->n;
    r->y = GG_NEW(&r->text, double, (size_t)s->n);
    r->x = GG_NEW(&r->text, double, (size_t)s->n);
    r->each = GG_NEW(&r->text, double, (size_t)s->n *(size_t)r->n_config);
    for (int k = 0; k < s->n; k++) {
        double *each = r->each + (size_t)k * (size_t)r->n_config;
        read_list(gg_runs_cell(s, k, s->response), each);
        r->y[k] = 0;
        for (int c = 0; c < r->n_config; c++)
            r->y[k] += each[c] / r->n_config;
        r->x[k] = s->cost < 0 ? NAN : gg_tsv_value(&r->table, s->row[k], s->cost);
    }
}

int gg_runs_read(struct gg_runs *r, const struct gg_runs_wanted *w, const char *path, struct gg_err *err)
{
    struct gg_runs_state s = {.r = r, .o = w, .path = strcmp(path, "-") == 0 ? "standard input" : path};
    *r = (struct gg_runs){.time = NAN};
    if (gg_tsv_read(&r->table, path, err) || check_columns(&s, err) || find_columns(&s, err) ||
        check_wanted(&s, err))
        return -1;
    s.row = gg_xalloc((size_t)r->table.n_row + 1, sizeof *s.row);
    for (int row = 0; row < r->table.n_row; row++)
        s.row[s.n++] = row;
    int status = leave_where(&s, err);
    if (status == 0) {
        leave_rows(&s);
        status = leave_numbers(&s, err) || gg_runs_find_settings(&s, err) ? -1 : 0;
    }
    if (status == 0)
        take_numbers(&s);
    free(s.row);
    return status;
}

void gg_runs_free(struct gg_runs *r)
{
    gg_tsv_free(&r->table);
    gg_arena_free(&r->text);
    *r = (struct gg_runs){0};
}
