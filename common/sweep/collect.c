/* collect.c -- the tables of all pieces as one, their means over seeds, and the power law behind them */
#include "stats/powerlaw.h"
#include "sweep/sweep.h"
#include "util/arena.h"
#include "util/same.h"
#include "util/tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Adds size and seed in front of the rows of one piece. */
static int add_piece(struct gg_tsv *all, const struct gg_piece *p, struct gg_err *err)
{
    struct gg_arena a = {0};
    const char *path = gg_arena_printf(&a, "%s/corr.tsv", p->folder);
    struct gg_tsv t;
    int status = gg_tsv_read(&t, path, err);
    if (status == 0 && all->n_col == 0) {
        gg_tsv_head(all, "size");
        gg_tsv_head(all, "seed");
        for (int c = 0; c < t.n_col; c++)
            gg_tsv_head(all, t.head[c]);
    }
    for (int c = 0; c < t.n_col && status == 0; c++)
        if (t.n_col != all->n_col - 2 || strcmp(t.head[c], all->head[c + 2]) != 0)
            status = gg_fail(err, GG_INPUT, "%s: other columns than in the pieces before it", path);
    for (int row = 0; row < t.n_row && status == 0; row++) {
        gg_tsv_add(all, "%d", p->size);
        gg_tsv_add(all, "%d", p->seed);
        for (int c = 0; c < t.n_col; c++)
            gg_tsv_add(all, "%s", gg_tsv_text(&t, row, c));
    }
    gg_tsv_free(&t);
    gg_arena_free(&a);
    return status;
}

/* ---- means over seeds ---- */

/* What makes rows one line of the curve, and the numbers that are averaged. */
static const char *const keys[] = {"target", "predictor", "kind", "temperature", "time", "species"};
static const char *const numbers[] = {"rho_config", "rho_pooled"};
enum { N_KEY = 6, N_NUMBER = 2 };

struct columns {
    int size, key[N_KEY], number[N_NUMBER], ceiling;
};

static int find_columns(struct columns *c, const struct gg_tsv *t, struct gg_err *err)
{
    c->size = gg_tsv_need(t, "size", "corr.tsv", err);
    c->ceiling = gg_tsv_need(t, "ceiling_config", "corr.tsv", err);
    bool there = c->size >= 0 && c->ceiling >= 0;
    for (int k = 0; k < N_KEY && there; k++)
        there = (c->key[k] = gg_tsv_need(t, keys[k], "corr.tsv", err)) >= 0;
    for (int k = 0; k < N_NUMBER && there; k++)
        there = (c->number[k] = gg_tsv_need(t, numbers[k], "corr.tsv", err)) >= 0;
    return there ? 0 : -1;
}

/* The same text, or one number up to rounding (temperature, time). */
static bool same_text(const char *a, const char *b)
{
    char *end[2];
    double x = strtod(a, &end[0]), y = strtod(b, &end[1]);
    return strcmp(a, b) == 0 || (*a && *b && !*end[0] && !*end[1] && gg_same(x, y));
}

static bool same_curve(const struct gg_tsv *t, const struct columns *c, int a, int b)
{
    bool same = true;
    for (int k = 0; k < N_KEY && same; k++)
        same = same_text(gg_tsv_text(t, a, c->key[k]), gg_tsv_text(t, b, c->key[k]));
    return same;
}

static bool same_point(const struct gg_tsv *t, const struct columns *c, int a, int b)
{
    return same_curve(t, c, a, b) && gg_tsv_value(t, a, c->size) == gg_tsv_value(t, b, c->size);
}

/* Mean and standard deviation over the rows of one point. */
static void mean_of(const struct gg_tsv *t, const struct columns *c, int row, int number, double *mean,
                    double *sd, int *n)
{
    double sum = 0, square = 0;
    *n = 0;
    for (int k = row; k < t->n_row; k++) {
        double x = same_point(t, c, row, k) ? gg_tsv_value(t, k, c->number[number]) : NAN;
        if (isnan(x))
            continue;
        sum += x;
        square += x * x;
        ++*n;
    }
    *mean = *n ? sum / *n : NAN;
    *sd = *n > 1 ? sqrt(fmax(0, (square - sum * sum / *n) / (*n - 1))) : NAN;
}

static void add_point(struct gg_tsv *out, const struct gg_tsv *t, const struct columns *c, int row)
{
    double mean[N_NUMBER], sd[N_NUMBER];
    int n = 0;
    for (int k = 0; k < N_NUMBER; k++)
        mean_of(t, c, row, k, &mean[k], &sd[k], &n);
    for (int k = 0; k < N_KEY; k++)
        gg_tsv_add(out, "%s", gg_tsv_text(t, row, c->key[k]));
    gg_tsv_add(out, "%s", gg_tsv_text(t, row, c->size));
    gg_tsv_add(out, "%d", n);
    for (int k = 0; k < N_NUMBER; k++) {
        gg_tsv_number(out, mean[k], 4, "nan");
        gg_tsv_number(out, sd[k], 4, "nan");
    }
    gg_tsv_add(out, "%s", gg_tsv_text(t, row, c->ceiling));
}

static bool is_first(const struct gg_tsv *t, const struct columns *c, int row,
                     bool (*same)(const struct gg_tsv *, const struct columns *, int, int))
{
    for (int k = 0; k < row; k++)
        if (same(t, c, k, row))
            return false;
    return true;
}

/* A row for each curve and size, the sizes of a curve together. */
static void summarise(struct gg_tsv *out, const struct gg_tsv *t, const struct columns *c)
{
    for (int k = 0; k < N_KEY; k++)
        gg_tsv_head(out, keys[k]);
    static const char *const more[] = {"size",       "seeds",         "rho_config",    "rho_config_sd",
                                       "rho_pooled", "rho_pooled_sd", "ceiling_config"};
    for (int k = 0; k < 7; k++)
        gg_tsv_head(out, more[k]);
    for (int curve = 0; curve < t->n_row; curve++) {
        if (!is_first(t, c, curve, same_curve))
            continue;
        for (int row = curve; row < t->n_row; row++)
            if (same_curve(t, c, curve, row) && is_first(t, c, row, same_point))
                add_point(out, t, c, row);
    }
}

/* ---- the power law ---- */

static bool same_keys(const struct gg_tsv *s, int a, int b)
{
    bool same = true;
    for (int k = 0; k < N_KEY && same; k++)
        same = same_text(gg_tsv_text(s, a, k), gg_tsv_text(s, b, k));
    return same;
}

/* Rows [first, end) of the summary are one curve. */
static int curve_end(const struct gg_tsv *s, int first)
{
    int end = first + 1;
    while (end < s->n_row && same_keys(s, first, end))
        end++;
    return end;
}

static void add_fit(struct gg_tsv *out, const struct gg_tsv *s, int first, int end)
{
    int n = 0, rho = gg_tsv_find(s, "rho_config");
    double *size = gg_xmalloc(2 * (size_t)(end - first) * sizeof *size), *y = size + (end - first);
    double ceiling = gg_tsv_value(s, first, gg_tsv_find(s, "ceiling_config"));
    for (int k = first; k < end; k++) {
        double r = gg_tsv_value(s, k, rho);
        size[n] = gg_tsv_value(s, k, N_KEY);
        y[n] = gg_unexplained(r);
        n += !isnan(r);
    }
    struct gg_powerlaw f;
    bool fitted = n >= 3 && gg_powerlaw_fit(n, size, y, isnan(ceiling) ? 0 : 1 - ceiling * ceiling, &f) == 0;
    if (fitted && f.a > 0 && f.b > 0.02) { /* below that the curve does not fall */
        gg_tsv_add(out, "%s", gg_tsv_text(s, first, 0));
        gg_tsv_add(out, "%s", gg_tsv_text(s, first, 4));
        gg_tsv_add(out, "%s", gg_tsv_text(s, first, 5));
        gg_tsv_number(out, f.a, 3, "-");
        gg_tsv_number(out, f.b, 3, "-");
        gg_tsv_number(out, f.c, 3, "-");
        gg_tsv_number(out, sqrt(fmax(0, 1 - gg_powerlaw_at(&f, 2 * size[n - 1]))), 3, "-");
        gg_tsv_number(out, sqrt(fmax(0, 1 - f.c)), 3, "-");
    }
    free(size);
}

static int print_fits(const struct gg_tsv *s, struct gg_sink *to, struct gg_err *err)
{
    static const char *const head[] = {
        "target", "time", "species", "a", "b", "c", "rho at twice the data", "rho at last"};
    struct gg_tsv fits = {0};
    for (int k = 0; k < 8; k++)
        gg_tsv_head(&fits, head[k]);
    for (int first = 0; first < s->n_row; first = curve_end(s, first))
        add_fit(&fits, s, first, curve_end(s, first));
    int status = 0;
    if (fits.n_row)
        status =
            gg_sink_printf(to, err,
                           "\n1 - rho|rho| of rho_config = a size^-b + c, with c not below 1 - ceiling^2\n");
    if (status == 0 && fits.n_row)
        status = gg_tsv_align(&fits, 2, to, err);
    gg_tsv_free(&fits);
    return status;
}

/* ---- out ---- */

static int write_table(const struct gg_tsv *t, const char *folder, const char *name, struct gg_err *err)
{
    struct gg_arena a = {0};
    struct gg_sink to;
    int status = gg_sink_open(&to, gg_arena_printf(&a, "%s/%s", folder, name), err);
    if (status == 0) {
        status = gg_tsv_print(t, &to, err);
        if (status == 0)
            status = gg_sink_commit(&to, err);
        else
            gg_sink_discard(&to);
    }
    gg_arena_free(&a);
    return status;
}

int gg_sweep_collect(const struct gg_sweep *s, struct gg_sink *to, struct gg_err *err)
{
    struct gg_tsv all = {0}, summary = {0};
    struct columns c;
    int status = 0;
    for (int k = 0; k < s->n_size * s->n_seed && status == 0; k++) {
        struct gg_piece p = gg_piece_make(s, k / s->n_seed, k % s->n_seed);
        if (gg_piece_done(&p))
            status = add_piece(&all, &p, err);
        gg_piece_free(&p);
    }
    if (status == 0 && all.n_row == 0)
        status = gg_fail(err, GG_INPUT, "%s: no piece is done", s->folder);
    if (status == 0)
        status = find_columns(&c, &all, err);
    if (status == 0) {
        summarise(&summary, &all, &c);
        status = write_table(&all, s->folder, "learncurve.tsv", err);
    }
    if (status == 0)
        status = write_table(&summary, s->folder, "summary.tsv", err);
    if (status == 0)
        status = gg_tsv_align(&summary, 0, to, err);
    if (status == 0)
        status = print_fits(&summary, to, err);
    gg_tsv_free(&all);
    gg_tsv_free(&summary);
    return status;
}
