/* runs.c -- a table with a row a run of a sweep: its settings, left of the column seed, and what came out, right of it */
#include "stats/runs.h"
#include "util/same.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows that are still in, and where the columns are. */
struct state {
    struct gg_runs *r;
    const struct gg_runs_wanted *o;
    const char *path;         /* as messages call it */
    int seed, response, cost; /* cost -1: none */
    int n, *row;
};

static const char *cell(const struct state *s, int k, int column)
{
    return gg_tsv_text(&s->r->table, s->row[k], column);
}

static void note(const struct state *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void note(const struct state *s, const char *fmt, ...)
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
static int says(const struct state *s, int k, const char *key, const char *value)
{
    int column = gg_tsv_find(&s->r->table, key), words = gg_tsv_find(&s->r->table, "setting");
    size_t n = strlen(key);
    if (column >= 0)
        return gg_tsv_same(cell(s, k, column), value);
    for (const char *at = words < 0 ? NULL : cell(s, k, words); at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, key, n) == 0 && at[n] == '=') {
            char text[200];
            snprintf(text, sizeof text, "%.*s", (int)strcspn(at + n + 1, " "), at + n + 1);
            return gg_tsv_same(text, value);
        }
    }
    return -1;
}

/* One of the values of this key that are wanted.  -1: it knows no such key. */
static int is_where(const struct state *s, int k, const char *key)
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

static int leave_where(struct state *s, struct gg_err *err)
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

/* Is a nearer to the wanted time than b, by default later? */
static bool is_nearer(double wanted, double a, double b)
{
    if (isnan(b))
        return true;
    return isnan(wanted) ? a > b : fabs(log(a / wanted)) < fabs(log(b / wanted));
}

/* Of each temperature, where there are several, the nearest time. */
static void leave_time(struct state *s)
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
        while (temperature >= 0 && g < k &&
               (group[g] != g || !gg_tsv_same(cell(s, k, temperature), cell(s, g, temperature))))
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
static int leave_numbers(struct state *s, struct gg_err *err)
{
    int n = 0;
    for (int k = 0; k < s->n; k++)
        if (read_list(cell(s, k, s->response), NULL))
            s->row[n++] = s->row[k];
    if (n == 0)
        return gg_fail(err, GG_INPUT, "%s: no run of %s%s%s has a number in %s", s->path,
                       s->r->target ? s->r->target : "this table", s->r->species ? " and species " : "",
                       s->r->species ? s->r->species : "", s->r->response);
    if (n < s->n)
        note(s, "%s: %d of %d runs have no number in %s and are left out", s->path, s->n - n, s->n,
             s->r->response);
    s->n = n;
    s->r->n_config = read_list(cell(s, 0, s->response), NULL);
    for (int k = 1; k < n; k++)
        if (read_list(cell(s, k, s->response), NULL) != s->r->n_config)
            return gg_fail(err, GG_INPUT,
                           "%s: %s has %d numbers in one row and %d in another: one of each configuration is "
                           "wanted, of the same ones in every row",
                           s->path, s->r->response, s->r->n_config, read_list(cell(s, k, s->response), NULL));
    return 0;
}

/* ---- settings ---- */

static int level_of(struct gg_run_setting *f, const char *text)
{
    int l = 0;
    while (l < f->n_level && !gg_tsv_same(f->level[l], text))
        l++;
    if (l == GG_RUN_LEVELS)
        return -1;
    f->level[l] = text;
    f->n_level += l == f->n_level;
    return l;
}

/* A level of a run; -1: too many levels or settings. */
static int set(struct state *s, int run, const char *name, const char *text)
{
    struct gg_runs *r = s->r;
    int f = 0;
    while (f < r->n_setting && strcmp(r->setting[f].name, name) != 0)
        f++;
    if (f == GG_RUN_SETTINGS)
        return -1;
    if (f == r->n_setting) {
        struct gg_run_setting *new = &r->setting[r->n_setting++];
        *new = (struct gg_run_setting){.name = name, .of = GG_NEW(&r->text, int, (size_t)s->n)};
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
static void sort_levels(struct gg_run_setting *f, int n)
{
    int place[GG_RUN_LEVELS];
    const char *before[GG_RUN_LEVELS];
    double x[GG_RUN_LEVELS];
    for (int l = 0; l < f->n_level; l++) {
        char *end;
        x[l] = strtod(f->level[l], &end);
        if (end == f->level[l] || *end || isnan(x[l]))
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

/* A setting whose levels are those of an earlier one by other names, as the temperature of a set of data: both are one. */
static bool goes_with(const struct state *s, const struct gg_run_setting *x, int kept)
{
    for (int f = 0; f < kept; f++) {
        const struct gg_run_setting *y = &s->r->setting[f];
        int of[GG_RUN_LEVELS], same = x->n_level == y->n_level;
        for (int l = 0; l < GG_RUN_LEVELS; l++)
            of[l] = -1;
        for (int k = 0; k < s->n && same; k++) {
            of[y->of[k]] = of[y->of[k]] < 0 ? x->of[k] : of[y->of[k]];
            same = of[y->of[k]] == x->of[k];
        }
        if (same) {
            note(s, "%s: %s changes with it, and is not told apart", y->name, x->name);
            return true;
        }
    }
    return false;
}

/* The same settings and the same seed twice are one run, and no further evidence. */
static void tell_repeated(const struct state *s)
{
    int repeated = 0;
    for (int k = 1; k < s->n; k++) {
        bool again = false;
        for (int j = 0; j < k && !again; j++) {
            again = gg_tsv_same(cell(s, j, s->seed), cell(s, k, s->seed));
            for (int f = 0; f < s->r->n_setting && again; f++)
                again = s->r->setting[f].of[j] == s->r->setting[f].of[k];
        }
        repeated += again;
    }
    if (repeated)
        note(s, "%s: %d runs have settings and seed of another, and count as if they were independent",
             s->path, repeated);
}

static int find_settings(struct state *s, struct gg_err *err)
{
    struct gg_runs *r = s->r;
    int kept = 0;
    for (int run = 0; run < s->n; run++)
        if (set_run(s, run))
            return gg_fail(
                err, GG_INPUT,
                "%s: more than %d settings, or %d levels of one: settings stand left of the column seed",
                s->path, GG_RUN_SETTINGS, GG_RUN_LEVELS);
    for (int f = 0; f < r->n_setting; f++) {
        struct gg_run_setting *x = &r->setting[f];
        for (int run = 0; run < s->n; run++)
            if (x->of[run] < 0 && (x->of[run] = level_of(x, "-")) < 0)
                return gg_fail(err, GG_INPUT, "%s: more than %d levels of %s", s->path, GG_RUN_LEVELS,
                               x->name);
        if (x->n_level < 2 || goes_with(s, x, kept))
            continue;
        sort_levels(x, s->n);
        r->setting[kept++] = *x;
    }
    r->n_setting = kept;
    tell_repeated(s);
    return kept ? 0
                : gg_fail(err, GG_INPUT,
                          "%s: no setting has two levels: settings stand left of the column seed", s->path);
}

/* ---- the table ---- */

static int find_columns(struct state *s, struct gg_err *err)
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

static void take_numbers(struct state *s)
{
    struct gg_runs *r = s->r;
    r->n = s->n;
    r->y = GG_NEW(&r->text, double, (size_t)s->n);
    r->x = GG_NEW(&r->text, double, (size_t)s->n);
    r->each = GG_NEW(&r->text, double, (size_t)s->n *(size_t)r->n_config);
    for (int k = 0; k < s->n; k++) {
        double *each = r->each + (size_t)k * (size_t)r->n_config;
        read_list(cell(s, k, s->response), each);
        r->y[k] = 0;
        for (int c = 0; c < r->n_config; c++)
            r->y[k] += each[c] / r->n_config;
        r->x[k] = s->cost < 0 ? NAN : gg_tsv_value(&r->table, s->row[k], s->cost);
    }
}

int gg_runs_read(struct gg_runs *r, const struct gg_runs_wanted *w, const char *path, struct gg_err *err)
{
    struct state s = {.r = r, .o = w, .path = strcmp(path, "-") == 0 ? "standard input" : path};
    *r = (struct gg_runs){.time = NAN};
    if (gg_tsv_read(&r->table, path, err) || find_columns(&s, err))
        return -1;
    s.row = gg_xalloc((size_t)r->table.n_row + 1, sizeof *s.row);
    for (int row = 0; row < r->table.n_row; row++)
        s.row[s.n++] = row;
    int status = leave_where(&s, err);
    if (status == 0) {
        r->target = leave_text(&s, "target", w->target, NULL);
        leave_text(&s, "predictor", w->predictor, NULL);
        r->species = leave_text(&s, "species", w->species, "A");
        leave_time(&s);
        status = leave_numbers(&s, err) || find_settings(&s, err) ? -1 : 0;
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
