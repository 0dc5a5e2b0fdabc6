/* collect.c -- the tables of all pieces as one, their means over seeds, and the power laws behind them */
#include "sweep/sweep.h"
#include "util/arena.h"
#include "util/tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The rows of one piece, setting, size, seed and draw in front of them, what it cost behind. */
static int add_piece(struct gg_tsv *all, const struct gg_sweep *s, const struct gg_piece *p,
                     struct gg_err *err)
{
    enum { IN_FRONT = 4, BEHIND = 2 };
    struct gg_arena a = {0};
    const char *path = gg_arena_printf(&a, "%s/corr.tsv", p->folder),
               *setting = gg_setting_name(s, p->setting, &a), *draw = gg_sweep_draw_mark(s, &a);
    const struct gg_piece_cost cost = gg_piece_cost(p);
    struct gg_tsv t;
    int status = gg_tsv_read(&t, path, err);
    if (status == 0 && all->n_col == 0) {
        gg_tsv_head(all, "setting");
        gg_tsv_head(all, "size");
        gg_tsv_head(all, "seed");
        gg_tsv_head(all, "draw");
        for (int c = 0; c < t.n_col; c++)
            gg_tsv_head(all, t.head[c]);
        gg_tsv_head(all, "gflop");
        gg_tsv_head(all, "seconds");
    }
    for (int c = 0; c < t.n_col && status == 0; c++)
        if (t.n_col != all->n_col - IN_FRONT - BEHIND || strcmp(t.head[c], all->head[c + IN_FRONT]) != 0)
            status = gg_fail(err, GG_INPUT, "%s: other columns than in the pieces before it", path);
    for (int row = 0; row < t.n_row && status == 0; row++) {
        gg_tsv_add(all, "%s", setting);
        gg_tsv_add(all, "%d", p->size);
        gg_tsv_add(all, "%d", p->seed);
        gg_tsv_add(all, "%s", draw);
        for (int c = 0; c < t.n_col; c++)
            gg_tsv_add(all, "%s", gg_tsv_text(&t, row, c));
        gg_tsv_add(all, "%.6g", cost.gflop);
        gg_tsv_add(all, "%.4g", cost.seconds);
    }
    gg_tsv_free(&t);
    gg_arena_free(&a);
    return status;
}

/* ---- means over seeds ---- */

/* What makes rows one line of the curve, and the numbers that are averaged. */
const char *const gg_sweep_key[GG_SWEEP_KEYS] = {"target", "predictor", "kind",   "temperature",
                                                 "time",   "species",   "setting"};
static const char *const numbers[] = {"rho_config", "rho_pooled"};
enum { N_NUMBER = 2 };

struct columns {
    int *curve; /* of each row: the first row of the curve that it belongs to */
    int size, key[GG_SWEEP_KEYS], number[N_NUMBER], ceiling;
};

static int find_columns(struct columns *c, const struct gg_tsv *t, struct gg_err *err)
{
    c->size = gg_tsv_need(t, "size", "corr.tsv", err);
    c->ceiling = gg_tsv_need(t, "ceiling_config", "corr.tsv", err);
    bool there = c->size >= 0 && c->ceiling >= 0;
    for (int k = 0; k < GG_SWEEP_KEYS && there; k++)
        there = (c->key[k] = gg_tsv_need(t, gg_sweep_key[k], "corr.tsv", err)) >= 0;
    for (int k = 0; k < N_NUMBER && there; k++)
        there = (c->number[k] = gg_tsv_need(t, numbers[k], "corr.tsv", err)) >= 0;
    return there ? 0 : -1;
}

static bool same_keys(const struct gg_tsv *t, const struct columns *c, int a, int b)
{
    bool same = true;
    for (int k = 0; k < GG_SWEEP_KEYS && same; k++)
        same = gg_tsv_same(gg_tsv_text(t, a, c->key[k]), gg_tsv_text(t, b, c->key[k]));
    return same;
}

/* Rows are compared with the first of each curve, once. */
static void find_curves(struct columns *c, const struct gg_tsv *t)
{
    int *first = gg_xalloc((size_t)t->n_row, sizeof *first), n = 0;
    c->curve = gg_xalloc((size_t)t->n_row, sizeof *c->curve);
    for (int row = 0; row < t->n_row; row++) {
        int k = 0;
        while (k < n && !same_keys(t, c, first[k], row))
            k++;
        if (k == n)
            first[n++] = row;
        c->curve[row] = first[k];
    }
    free(first);
}

static bool same_curve(const struct gg_tsv *t, const struct columns *c, int a, int b)
{
    (void)t;
    return c->curve[a] == c->curve[b];
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
    int n[N_NUMBER];
    for (int k = 0; k < N_NUMBER; k++)
        mean_of(t, c, row, k, &mean[k], &sd[k], &n[k]);
    for (int k = 0; k < GG_SWEEP_KEYS; k++)
        gg_tsv_add(out, "%s", gg_tsv_text(t, row, c->key[k]));
    gg_tsv_add(out, "%s", gg_tsv_text(t, row, c->size));
    gg_tsv_add(out, "%d", n[0]); /* those of rho_config, which is fitted */
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
    for (int k = 0; k < GG_SWEEP_KEYS; k++)
        gg_tsv_head(out, gg_sweep_key[k]);
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

/* ---- out ---- */

/* behind: comments at its end, or NULL */
static int write_table(const struct gg_tsv *t, const char *folder, const char *name, const char *behind,
                       struct gg_err *err)
{
    struct gg_arena a = {0};
    struct gg_sink to;
    int status = gg_sink_open(&to, gg_arena_printf(&a, "%s/%s", folder, name), err);
    if (status == 0) {
        status = gg_tsv_print(t, &to, err);
        if (status == 0 && behind)
            status = gg_sink_write(&to, behind, strlen(behind), err);
        if (status == 0)
            status = gg_sink_commit(&to, err);
        else
            gg_sink_discard(&to);
    }
    gg_arena_free(&a);
    return status;
}

static int join(struct gg_tsv *all, const struct gg_sweep *s, struct gg_err *err)
{
    int status = 0;
    for (int k = 0; k < gg_sweep_pieces(s) && status == 0; k++) {
        struct gg_piece p = gg_piece_make(s, k);
        if (gg_piece_done(&p))
            status = add_piece(all, s, &p, err);
        gg_piece_free(&p);
    }
    return status || all->n_row ? status : gg_fail(err, GG_INPUT, "%s: no piece is done", s->folder);
}

/* The laws that are to be trusted, and how many are not, for each reason. */
static int print_fits(const struct gg_tsv *fits, struct gg_sink *to, struct gg_err *err)
{
    static const char what[] =
        "\n1 - r|r| = a size^-b + c, where r is rho_config, over its ceiling where that is known\n";
    struct gg_tsv good = {0};
    int last = fits->n_col - 1, status = 0;
    for (int c = 0; c < last; c++)
        gg_tsv_head(&good, fits->head[c]);
    for (int row = 0; row < fits->n_row; row++)
        for (int c = 0; c < last && strcmp(gg_tsv_text(fits, row, last), GG_SWEEP_FITTED) == 0; c++)
            gg_tsv_add(&good, "%s", gg_tsv_text(fits, row, c));
    if (good.n_row)
        status = gg_sink_printf(to, err, what) || gg_tsv_align(&good, 2, to, err);
    for (int row = 0; row < fits->n_row && status == 0; row++) {
        const char *why = gg_tsv_text(fits, row, last);
        int n = 0, before = 0;
        for (int k = 0; k < fits->n_row; k++) {
            bool same = strcmp(gg_tsv_text(fits, k, last), why) == 0;
            n += same;
            before += same && k < row;
        }
        if (before == 0 && strcmp(why, GG_SWEEP_FITTED) != 0)
            status = gg_sink_printf(to, err, "\n%d curve%s not fitted: %s\n", n, n == 1 ? "" : "s", why);
    }
    gg_tsv_free(&good);
    return status ? -1 : 0;
}

/* Of all sizes together, config; the others are in the file. */
static int print_differences(const struct gg_tsv *d, struct gg_sink *to, struct gg_err *err)
{
    struct gg_tsv shown = {0};
    int average = gg_tsv_find(d, "average"), size = gg_tsv_find(d, "size");
    for (int c = 0; c < d->n_col; c++)
        if (c != average && c != size)
            gg_tsv_head(&shown, d->head[c]);
    for (int row = 0; row < d->n_row; row++)
        for (int c = 0; c < d->n_col && strcmp(gg_tsv_text(d, row, size), "all") == 0 &&
                        strcmp(gg_tsv_text(d, row, average), "rho_config") == 0;
             c++)
            if (c != average && c != size)
                gg_tsv_add(&shown, "%s", gg_tsv_text(d, row, c));
    int status =
        gg_sink_printf(to, err,
                       "\nrho_config less that of the other curve, mean over the sizes; 95 %%, and p "
                       "by exchanging the curves, paired by size and seed\n") ||
                gg_tsv_align(&shown, 2, to, err)
            ? -1
            : 0;
    gg_tsv_free(&shown);
    return status;
}

static int compare(const struct gg_sweep *s, const struct gg_tsv *all, struct gg_sink *to, struct gg_err *err)
{
    struct gg_tsv d = {0};
    if (!s->against)
        return 0;
    int status = gg_sweep_differences(&d, all, s->against, err) ||
                         write_table(&d, s->folder, "differences.tsv", NULL, err) ||
                         print_differences(&d, to, err)
                     ? -1
                     : 0;
    gg_tsv_free(&d);
    return status;
}

int gg_sweep_collect(const struct gg_sweep *s, struct gg_sink *to, struct gg_err *err)
{
    struct gg_tsv all = {0}, summary = {0}, fits = {0}, draws = {0};
    struct columns c = {0};
    int status = join(&all, s, err) || find_columns(&c, &all, err) ? -1 : 0;
    if (status == 0) {
        find_curves(&c, &all);
        summarise(&summary, &all, &c);
        gg_sweep_draws(s, &draws);
        status = gg_sweep_fits(&fits, &summary, s->reach, err) ||
                         write_table(&all, s->folder, "learncurve.tsv", s->signature, err) ||
                         write_table(&summary, s->folder, "summary.tsv", NULL, err) ||
                         write_table(&fits, s->folder, "fits.tsv", NULL, err) ||
                         write_table(&draws, s->folder, "draws.tsv", NULL, err) ||
                         gg_tsv_align(&summary, 0, to, err) || print_fits(&fits, to, err) ||
                         compare(s, &all, to, err)
                     ? -1
                     : 0;
    }
    free(c.curve);
    gg_tsv_free(&all);
    gg_tsv_free(&summary);
    gg_tsv_free(&draws);
    gg_tsv_free(&fits);
    return status;
}
