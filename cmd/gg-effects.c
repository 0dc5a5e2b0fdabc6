/* gg-effects.c -- what each setting of a sweep does to what comes out
 *
 * A table with a row a run (stats/runs.h) -> effects of the settings, and of their pairs, with intervals that hold together (stats/effect.h); or
 * the combinations of settings in the order of what the model says of them. */
#include "cli/cli.h"
#include "stats/effect.h"
#include "stats/runs.h"
#include "util/text_stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HIGHER, LOWER };
struct options {
    struct gg_runs_wanted wanted;
    struct gg_reals time;
    int average, better;
    bool pairs, combinations, tsv;
};
#define AT(field) offsetof(struct options, field)
static const struct gg_opt opts[] = {
    {"response", GG_OPT_TEXT, AT(wanted.response), "what came out (default: the correlation)",
     .arg = "COLUMN"},
    {"better", GG_OPT_CHOICE, AT(better), "which responses are", .choices = "higher|lower"},
    {"where", GG_OPT_TEXTS, AT(wanted.where),
     "only runs with this setting; of one setting, with one of its values", .arg = "KEY=VALUE"},
    {"pairs", GG_OPT_FLAG, AT(pairs), "also what each pair of settings does together"},
    {"combinations", GG_OPT_FLAG, AT(combinations),
     "instead, what the model says of every combination of settings, the best first"},
    {"target", GG_OPT_TEXT, AT(wanted.target), "rows of this target (default: the first)", .arg = "FIELD"},
    {"predictor", GG_OPT_TEXT, AT(wanted.predictor), "rows of this predictor (default: the first)",
     .arg = "FIELD[:COLUMN]"},
    {"species", GG_OPT_TEXT, AT(wanted.species), "A, B ... or all (default: A)", .arg = "NAME"},
    {"rho", GG_OPT_CHOICE, AT(average), "which Pearson correlation", .choices = "config|pooled",
     .when = "!response"},
    {"time", GG_OPT_REALS, AT(time), "the nearest of the times (default: the last)", .arg = "T",
     .unit = "tau"},
    {"tsv", GG_OPT_FLAG, AT(tsv), "a table for programs instead of people"},
    {0}};

static const struct gg_program program = {
    .name = "gg-effects",
    .about = "what each setting of a sweep does to what comes out",
    .example = "gg-effects --response rho_config --time 10 learncurve.tsv",
    .operands = "[TABLE]",
    .opts = opts,
    .max_operand = 1,
    .wants_stream = true,
};

struct run {
    const struct options *o;
    struct gg_runs r;
    struct gg_setting_levels level[GG_RUN_SETTINGS];
    struct gg_design design;
    struct gg_scatter scatter;
    double *fitted; /* [n] */
    double size;    /* of the responses, which rounding goes by */
    int decimals;   /* of the numbers shown; more than MOST_DECIMALS: they are shown by their digits */
    int n_term, n_effect;
    struct gg_term *term; /* [n_term] those that can be told */
    double **weight;      /* [n_term] of the runs: gg_effect_weights */
    struct gg_arena arena;
    struct gg_tsv table;
};

/* ---- which effects can be told ---- */

static const char *name_of(const struct run *u, int f)
{
    return u->r.setting[f].name;
}

/* A term joins, or is told to be mixed up with others. */
static void add_term(struct run *u, struct gg_cli *c, struct gg_term t, int *mixed)
{
    int n = gg_effect_levels(&u->design, t, NULL, 0);
    double *weight = GG_NEW(&u->arena, double, (size_t)(n * u->r.n));
    if (gg_effect_weights(&u->design, t, weight)) {
        u->weight[u->n_term] = weight;
        u->term[u->n_term++] = t;
        u->n_effect += n;
    } else if (t.g >= 0)
        ++*mixed;
    else
        gg_cli_say(c, "%s: it changes only together with other settings, nothing can be said of it alone",
                   name_of(u, t.f));
}

static int find_terms(struct run *u, struct gg_cli *c)
{
    int n = u->design.n_setting, mixed = 0;
    u->term = GG_NEW(&u->arena, struct gg_term, (size_t)(n * (n + 1) / 2));
    u->weight = GG_NEW(&u->arena, double *, (size_t)(n * (n + 1) / 2));
    for (int f = 0; f < n; f++)
        add_term(u, c, (struct gg_term){f, -1}, &mixed);
    for (int f = 0; f < n && u->o->pairs; f++)
        for (int g = f + 1; g < n; g++)
            add_term(u, c, (struct gg_term){f, g}, &mixed);
    if (mixed)
        gg_cli_say(c, "%d pairs of settings are left out: these runs mix up what they do with other terms",
                   mixed);
    return u->n_effect ? 0
                       : gg_fail(&c->err, GG_INPUT, "%s: no setting changes alone: other runs are needed",
                                 c->n_operand ? c->operand[0] : "standard input");
}

/* ---- numbers ---- */

enum { LEAST_DECIMALS = 4, MOST_DECIMALS = 9, MORE_IN_TSV = 2 };

/* Four digits of the largest response, and two of what runs scatter by; small responses have more decimals than others. */
static int find_decimals(const struct run *u)
{
    double sd = sqrt(u->scatter.variance);
    int d = u->size > 0 ? 3 - (int)floor(log10(u->size)) : 0;
    if (sd > 1e-9 * u->size) /* not of rounding alone */
        d = (int)fmax(d, 1 - (int)floor(log10(sd)));
    return d > LEAST_DECIMALS ? d : LEAST_DECIMALS;
}

static void add_number(struct run *u, double x, const char *none)
{
    int more = u->o->tsv ? MORE_IN_TSV : 0;
    if (u->decimals <= MOST_DECIMALS)
        gg_tsv_number(&u->table, x, u->decimals + more, none);
    else
        gg_tsv_digits(&u->table, x, 4 + more, none);
}

/* ---- effects ---- */

/* An effect, or the level that the effects of a setting are told against. */
struct row {
    struct gg_term term;
    struct gg_effect_levels level;
    bool first;
};

static void add_names(struct run *u, const struct row *w)
{
    const struct gg_run_setting *f = &u->r.setting[w->term.f],
                                *g = &u->r.setting[w->term.g < 0 ? 0 : w->term.g];
    bool pair = w->term.g >= 0;
    gg_tsv_add(&u->table, pair ? "%s x %s" : "%s", f->name, g->name);
    gg_tsv_add(&u->table, pair ? "%s, %s" : "%s", f->level[w->level.a], g->level[pair ? w->level.b : 0]);
    gg_tsv_add(&u->table, w->first ? "-" : pair ? "%s, %s" : "%s", f->level[0], g->level[0]);
}

static int count_runs(const struct run *u, const struct row *w)
{
    int runs = 0;
    for (int k = 0; k < u->r.n; k++)
        runs += u->level[w->term.f].of[k] == w->level.a &&
                (w->term.g < 0 || u->level[w->term.g].of[k] == w->level.b);
    return runs;
}

static const char *verdict(const struct run *u, struct gg_effect e)
{
    if (!(fabs(e.value) > e.half + 1e-12 * u->size))
        return "not resolved";
    return (e.value > 0) == (u->o->better == HIGHER) ? "better" : "worse";
}

static void add_row(struct run *u, const struct row *w, double mean, struct gg_effect e)
{
    const char *none = u->o->tsv ? "nan" : "";
    add_names(u, w);
    gg_tsv_add(&u->table, "%d", count_runs(u, w));
    add_number(u, mean, none);
    add_number(u, e.value, none);
    add_number(u, e.value - e.half, none);
    add_number(u, e.value + e.half, none);
    gg_tsv_add(&u->table, "%s", w->first ? u->o->tsv ? "-" : "" : verdict(u, e));
}

static void add_term_rows(struct run *u, struct gg_term t, const double *weight)
{
    const struct gg_effect_data data = {u->r.n, u->r.n_config, u->n_effect, u->r.each, u->scatter};
    struct gg_level_mean mean[GG_RUN_LEVELS];
    int n = gg_effect_levels(&u->design, t, NULL, 0);
    struct gg_effect_levels *list = GG_NEW(&u->arena, struct gg_effect_levels, (size_t)n);
    gg_effect_levels(&u->design, t, list, n);
    if (t.g < 0) {
        gg_main_effect(&u->design, u->r.y, t.f, mean);
        add_row(u, &(struct row){t, {0, -1}, true}, mean[0].mean, (struct gg_effect){NAN, NAN});
    }
    for (int k = 0; k < n; k++) {
        add_row(u, &(struct row){t, list[k], false}, t.g < 0 ? mean[list[k].a].mean : NAN,
                gg_effect(&data, weight + k * u->r.n));
    }
}

static void make_effects(struct run *u)
{
    static const char *const head[] = {"setting",    "level", "against", "runs",   "mean",
                                       "difference", "lo",    "hi",      "verdict"};
    for (size_t k = 0; k < sizeof head / sizeof *head; k++)
        gg_tsv_head(&u->table, head[k]);
    for (int t = 0; t < u->n_term; t++)
        add_term_rows(u, u->term[t], u->weight[t]);
}

/* ---- combinations ---- */

/* Runs of the same levels, by the first of them. */
struct combination {
    int first, runs;
    double mean, fitted;
};

static int find_combinations(const struct run *u, struct combination *list)
{
    int n = 0;
    for (int k = 0; k < u->r.n; k++) {
        int q = 0;
        while (q < n && !gg_runs_alike(&u->r, list[q].first, k))
            q++;
        if (q == n)
            list[n++] = (struct combination){.first = k, .fitted = u->fitted[k]};
        list[q].runs++;
        list[q].mean += (u->r.y[k] - list[q].mean) / list[q].runs;
    }
    return n;
}

/* Increasing; ties in the order of the table. */
static int by_fitted(const void *a, const void *b)
{
    const struct combination *x = a, *y = b;
    return x->fitted != y->fitted ? (x->fitted > y->fitted) - (x->fitted < y->fitted)
                                  : (x->first > y->first) - (x->first < y->first);
}

static void add_combination(struct run *u, const struct combination *q)
{
    for (int f = 0; f < u->design.n_setting; f++)
        gg_tsv_add(&u->table, "%s", u->r.setting[f].level[u->level[f].of[q->first]]);
    gg_tsv_add(&u->table, "%d", q->runs);
    add_number(u, q->mean, "nan");
    add_number(u, q->fitted, "nan");
}

static void make_combinations(struct run *u)
{
    struct combination *list = GG_NEW(&u->arena, struct combination, (size_t)u->r.n);
    int n = find_combinations(u, list);
    qsort(list, (size_t)n, sizeof *list, by_fitted);
    for (int f = 0; f < u->design.n_setting; f++)
        gg_tsv_head(&u->table, name_of(u, f));
    gg_tsv_head(&u->table, "runs");
    gg_tsv_head(&u->table, "mean");
    gg_tsv_head(&u->table, "fitted");
    for (int k = 0; k < n; k++)
        add_combination(u, &list[u->o->better == LOWER ? k : n - 1 - k]);
}

/* ---- the table ---- */

/* What it is about, for people. */
static void put_head(const struct run *u, FILE *to)
{
    const struct gg_runs *r = &u->r;
    fputs(r->response, to);
    if (r->target)
        fprintf(to, ", %s", r->target);
    if (r->species)
        fprintf(to, " of %s", r->species);
    if (!isnan(r->time))
        fprintf(to, ", t = %g", r->time);
    fprintf(to, ": %d runs", r->n);
    if (r->n_config > 1)
        fprintf(to, " on %d configurations", r->n_config);
    fprintf(to, u->decimals > MOST_DECIMALS ? ", a run scatters by %.*g\n" : ", a run scatters by %.*f\n",
            u->decimals > MOST_DECIMALS ? 4 : u->decimals, sqrt(u->scatter.variance));
    if (!u->o->combinations)
        fprintf(to, "differences to the first level; all intervals (%d) hold together in 95 %%\n",
                u->n_effect);
    if (!u->o->combinations && r->n_config == 1)
        fputs("one number a run: the intervals are about the test frames that the runs share\n", to);
}

static int print(struct gg_cli *c, struct run *u)
{
    struct gg_sink to;
    char *head;
    size_t bytes;
    FILE *f = gg_text_open(&head, &bytes);
    put_head(u, f);
    fclose(f);
    int status = gg_sink_open(&to, c->output, &c->err);
    if (status == 0 && !u->o->tsv)
        status = gg_sink_write(&to, head, bytes, &c->err) || gg_tsv_align(&u->table, 0, &to, &c->err);
    else if (status == 0)
        status = gg_tsv_print(&u->table, &to, &c->err);
    free(head);
    if (status == 0)
        return gg_sink_commit(&to, &c->err);
    gg_sink_discard(&to);
    return -1;
}

static int analyse(struct gg_cli *c, struct run *u)
{
    for (int f = 0; f < u->r.n_setting; f++)
        u->level[f] = (struct gg_setting_levels){u->r.setting[f].n_level, u->r.setting[f].of};
    u->design = (struct gg_design){u->r.n, u->r.n_setting, u->level, u->o->pairs};
    u->fitted = GG_NEW(&u->arena, double, (size_t)u->r.n);
    u->scatter = gg_scatter(&u->design, u->r.y, u->fitted);
    for (int k = 0; k < u->r.n; k++)
        u->size = fmax(u->size, fabs(u->r.y[k]));
    u->decimals = find_decimals(u);
    if (u->scatter.freedom < 1)
        gg_cli_warn(
            c, "%d runs are as many as the model has numbers: nothing is left to tell how far it is wrong",
            u->r.n);
    if (u->r.n_config == 2)
        gg_cli_warn(c, "two configurations tell little of how far others would disagree: intervals hold 90 "
                       "%% rather than 95");
    if (u->o->combinations)
        make_combinations(u);
    else if (find_terms(u, c) == 0)
        make_effects(u);
    else
        return -1;
    return print(c, u);
}

static int run(struct gg_cli *c, struct options *o)
{
    if (o->time.n > 1)
        return gg_fail(&c->err, GG_USAGE, "--time: one table is about one, not %d", o->time.n);
    o->wanted.time = o->time.n ? o->time.v[0] : NAN;
    o->wanted.pooled = o->average;
    o->wanted.say = gg_cli_say_line;
    o->wanted.context = c;
    struct run *u = gg_xalloc(1, sizeof *u);
    u->o = o;
    int status = gg_runs_read(&u->r, &o->wanted, c->n_operand ? c->operand[0] : "-", &c->err);
    if (status == 0)
        status = analyse(c, u);
    gg_tsv_free(&u->table);
    gg_arena_free(&u->arena);
    gg_runs_free(&u->r);
    free(u);
    return status;
}

int main(int argc, char **argv)
{
    struct options o = {0};
    struct gg_cli c;
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    return run(&c, &o) ? gg_cli_fail(&c) : GG_OK;
}
