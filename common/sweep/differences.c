/* differences.c -- each curve of a sweep less another one, paired by size and seed */
#include "stats/paired_curves.h"
#include "sweep/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What curves are compared in, beside their keys. */
enum { SETTING = GG_SWEEP_KEYS - 1, AVERAGES = 2 };
static const char *const averages[AVERAGES] = {"rho_config", "rho_pooled"};

struct columns {
    int key[GG_SWEEP_KEYS], size, seed, configs, rho[AVERAGES];
    int draw; /* -1: a table of before --draw */
};

static int find_columns(struct columns *c, const struct gg_tsv *t, const char *path, struct gg_err *err)
{
    struct {
        int *at;
        const char *name;
    } wanted[] = {{&c->size, "size"},
                  {&c->seed, "seed"},
                  {&c->configs, "n"},
                  {&c->rho[0], averages[0]},
                  {&c->rho[1], averages[1]}};
    for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
        if ((*wanted[k].at = gg_tsv_need(t, wanted[k].name, path, err)) < 0)
            return -1;
    c->draw = gg_tsv_find(t, "draw");
    for (int k = 0; k < GG_SWEEP_KEYS; k++)
        if ((c->key[k] = gg_tsv_need(t, gg_sweep_key[k], path, err)) < 0)
            return -1;
    return 0;
}

/* How the configurations of a row were chosen. */
static const char *draw_of(const struct gg_tsv *t, const struct columns *c, int row)
{
    return c->draw < 0 ? "first" : gg_tsv_text(t, row, c->draw);
}

/* A table, and the setting in it that others are compared with; NULL: the one of the same name, or the only one. */
struct other {
    const struct gg_tsv *t;
    struct columns c;
    const char *setting, *path;
};

static const char *setting_of(const struct gg_tsv *t, const struct columns *c, int row)
{
    return gg_tsv_text(t, row, c->key[SETTING]);
}

static bool has_setting(const struct gg_tsv *t, const struct columns *c, const char *name)
{
    for (int row = 0; row < t->n_row; row++)
        if (strcmp(setting_of(t, c, row), name) == 0)
            return true;
    return false;
}

/* The same target, predictor, temperature, time and species; and setting, where `keys` counts it. */
static bool same_keys(const struct gg_tsv *t, const struct columns *c, int row, const struct other *o,
                      int other, int keys)
{
    bool same = true;
    for (int k = 0; k < keys && same; k++)
        same = gg_tsv_same(gg_tsv_text(t, row, c->key[k]), gg_tsv_text(o->t, other, o->c.key[k]));
    return same;
}

/* The row of the other curve of the same size and seed; -1: none. */
static int partner(const struct gg_tsv *t, const struct columns *c, int row, const struct other *o,
                   const char *setting)
{
    for (int k = 0; k < o->t->n_row; k++)
        if (strcmp(setting_of(o->t, &o->c, k), setting) == 0 &&
            gg_tsv_value(t, row, c->size) == gg_tsv_value(o->t, k, o->c.size) &&
            gg_tsv_value(t, row, c->seed) == gg_tsv_value(o->t, k, o->c.seed) &&
            same_keys(t, c, row, o, k, SETTING))
            return k;
    return -1;
}

/* The pairs of one curve. */
struct paired {
    int n, *size;
    double *d[AVERAGES];
};

static int collect(struct paired *p, const struct gg_tsv *t, const struct columns *c, int first,
                   const struct other *o, const char *setting, struct gg_err *err)
{
    const struct other self = {.t = t, .c = *c};
    p->n = 0;
    for (int row = first; row < t->n_row; row++) {
        if (!same_keys(t, c, row, &self, first, GG_SWEEP_KEYS))
            continue;
        int k = partner(t, c, row, o, setting);
        if (k < 0)
            continue;
        if (gg_tsv_value(t, row, c->configs) != gg_tsv_value(o->t, k, o->c.configs))
            return gg_fail(err, GG_INPUT,
                           "--against: %s was tested on other frames: %s particles in all, here %s: two "
                           "curves are of one test set",
                           o->path, gg_tsv_text(o->t, k, o->c.configs), gg_tsv_text(t, row, c->configs));
        if (strcmp(draw_of(t, c, row), draw_of(o->t, &o->c, k)) != 0)
            return gg_fail(
                err, GG_INPUT,
                "--against: %s was trained on other configurations: draw %s, here %s: pairs share them",
                o->path, draw_of(o->t, &o->c, k), draw_of(t, c, row));
        p->size[p->n] = (int)gg_tsv_value(t, row, c->size);
        for (int a = 0; a < AVERAGES; a++)
            p->d[a][p->n] = gg_tsv_value(t, row, c->rho[a]) - gg_tsv_value(o->t, k, o->c.rho[a]);
        p->n++;
    }
    return 0;
}

static void add_row(struct gg_tsv *out, const struct paired *p, int average, int which)
{
    struct gg_paired_curves d = gg_paired_curves(p->n, p->size, p->d[average], which);
    gg_tsv_add(out, "%s", averages[average]);
    if (which < 0)
        gg_tsv_add(out, "all");
    else
        gg_tsv_add(out, "%d", which);
    gg_tsv_add(out, "%d", d.pairs);
    gg_tsv_number(out, d.difference, 4, "nan");
    gg_tsv_number(out, d.interval.lo, 4, "nan");
    gg_tsv_number(out, d.interval.hi, 4, "nan");
    gg_tsv_number(out, d.p, 4, "nan");
}

/* All sizes together, then one after the other; for both averages. */
static void add_curve(struct gg_tsv *out, const struct gg_tsv *t, const struct columns *c, int first,
                      const struct paired *p, const char *against)
{
    for (int a = 0; a < AVERAGES; a++)
        for (int i = -1; i < p->n; i++) {
            bool again = false;
            for (int k = 0; k < i; k++)
                again |= p->size[k] == p->size[i];
            if (again)
                continue;
            for (int k = 0; k < GG_SWEEP_KEYS; k++)
                gg_tsv_add(out, "%s", gg_tsv_text(t, first, c->key[k]));
            gg_tsv_add(out, "%s", against);
            add_row(out, p, a, i < 0 ? GG_PAIRED_ALL : p->size[i]);
        }
}

static bool is_first(const struct gg_tsv *t, const struct columns *c, int row)
{
    const struct other self = {.t = t, .c = *c};
    for (int k = 0; k < row; k++)
        if (same_keys(t, c, row, &self, k, GG_SWEEP_KEYS))
            return false;
    return true;
}

static int add_all(struct gg_tsv *out, const struct gg_tsv *t, const struct columns *c, const struct other *o,
                   const char *against, struct gg_err *err)
{
    struct gg_arena a = {0};
    size_t room = (size_t)t->n_row + 1;
    struct paired p = {0, GG_NEW(&a, int, room), {GG_NEW(&a, double, room), GG_NEW(&a, double, room)}};
    int status = 0;
    for (int row = 0; row < t->n_row && status == 0; row++) {
        const char *name = setting_of(t, c, row), *setting = o->setting ? o->setting
                                                             : has_setting(o->t, &o->c, name)
                                                                 ? name
                                                                 : setting_of(o->t, &o->c, 0);
        if ((o->t == t && strcmp(name, setting) == 0) || !is_first(t, c, row))
            continue;
        status = collect(&p, t, c, row, o, setting, err);
        if (status == 0 && p.n)
            add_curve(out, t, c, row, &p, against);
    }
    gg_arena_free(&a);
    return status || out->n_row
               ? status
               : gg_fail(err, GG_INPUT, "--against %s: no size and seed of one target is in both curves",
                         against);
}

static void heads(struct gg_tsv *out)
{
    static const char *const more[] = {"against",    "average",       "size",          "pairs",
                                       "difference", "difference_lo", "difference_hi", "p"};
    for (int k = 0; k < GG_SWEEP_KEYS; k++)
        gg_tsv_head(out, gg_sweep_key[k]);
    for (size_t k = 0; k < sizeof more / sizeof *more; k++)
        gg_tsv_head(out, more[k]);
}

int gg_sweep_differences(struct gg_tsv *out, const struct gg_tsv *all, const char *against,
                         struct gg_err *err)
{
    struct gg_arena a = {0};
    struct gg_tsv table = {0};
    const char *path = gg_arena_printf(&a, "%s/learncurve.tsv", against);
    struct columns c;
    int status = find_columns(&c, all, "learncurve.tsv", err);
    heads(out);
    if (status == 0 && has_setting(all, &c, against)) {
        struct other o = {all, c, against, against};
        status = add_all(out, all, &c, &o, against, err);
    } else if (status == 0) {
        struct other o = {.t = &table, .path = path};
        status = gg_tsv_read(&table, path, err) || find_columns(&o.c, &table, path, err) ||
                         (table.n_row == 0 && gg_fail(err, GG_INPUT, "%s: has a header and no rows", path))
                     ? -1
                     : add_all(out, all, &c, &o, against, err);
    }
    gg_tsv_free(&table);
    gg_arena_free(&a);
    return status;
}
