/* published.c -- correlations that others published: tables of method, temperature and time */
#include "stats/published.h"
#include "util/arena.h"
#include "util/same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TEMPERATURE, TIME, AVERAGE, METHOD, PEARSON, NEEDED, TARGET = NEEDED, SPECIES, COLUMNS };
static const char *const names[COLUMNS] = {"temperature", "time",   "average", "method",
                                           "pearson",     "target", "species"};

static const char *method_of(struct gg_published *p, const char *name)
{
    for (int k = 0; k < p->n_method; k++)
        if (strcmp(p->method[k], name) == 0)
            return p->method[k];
    p->method = gg_xrealloc(p->method, ((size_t)p->n_method + 1) * sizeof *p->method);
    return p->method[p->n_method++] = name;
}

static int add_row(struct gg_published *p, const struct gg_tsv *t, int k, const int *at, const char *path,
                   struct gg_err *err)
{
    const char *average = gg_tsv_text(t, k, at[AVERAGE]);
    struct gg_published_row r = {.target = at[TARGET] < 0 ? "propensity" : gg_tsv_text(t, k, at[TARGET]),
                                 .species = at[SPECIES] < 0 ? "A" : gg_tsv_text(t, k, at[SPECIES]),
                                 .temperature = gg_tsv_value(t, k, at[TEMPERATURE]),
                                 .time = gg_tsv_value(t, k, at[TIME]),
                                 .rho = gg_tsv_value(t, k, at[PEARSON]),
                                 .pooled = strcmp(average, "pooled") == 0};
    if (!r.pooled && strcmp(average, "config") != 0)
        return gg_fail(err, GG_INPUT, "%s: row %d: average '%s' is neither config nor pooled", path, k + 1,
                       average);
    if (isnan(r.temperature) || isnan(r.time) || !(fabs(r.rho) <= 1))
        return gg_fail(err, GG_INPUT,
                       "%s: row %d: temperature, time and pearson are numbers, pearson from -1 to 1", path,
                       k + 1);
    r.method = method_of(p, gg_tsv_text(t, k, at[METHOD]));
    p->row[p->n++] = r;
    return 0;
}

int gg_published_read(struct gg_published *p, const char *path, struct gg_err *err)
{
    int at[COLUMNS];
    p->table = gg_xrealloc(p->table, ((size_t)p->n_table + 1) * sizeof *p->table);
    struct gg_tsv *t = &p->table[p->n_table];
    if (gg_tsv_read(t, path, err))
        return -1;
    p->n_table++;
    for (int c = 0; c < COLUMNS; c++) {
        at[c] = c < NEEDED ? gg_tsv_need(t, names[c], path, err) : gg_tsv_find(t, names[c]);
        if (c < NEEDED && at[c] < 0)
            return -1;
    }
    p->row = gg_xrealloc(p->row, (size_t)(p->n + t->n_row + 1) * sizeof *p->row);
    for (int k = 0; k < t->n_row; k++)
        if (add_row(p, t, k, at, path, err))
            return -1;
    return 0;
}

void gg_published_free(struct gg_published *p)
{
    for (int k = 0; k < p->n_table; k++)
        gg_tsv_free(&p->table[k]);
    free(p->table);
    free(p->row);
    free(p->method);
    *p = (struct gg_published){0};
}

/* Of the same method, target, species and temperature. */
static bool is_about(const struct gg_published_row *r, const struct gg_published_row *at)
{
    return strcmp(r->target, at->target) == 0 && strcmp(r->species, at->species) == 0 &&
           strcmp(r->method, at->method) == 0 && gg_same(r->temperature, at->temperature);
}

double gg_published_time(const struct gg_published *p, const struct gg_published_row *at)
{
    double best = NAN, apart = log(2) + 1e-9;
    for (int k = 0; k < p->n; k++) {
        double away = fabs(log(p->row[k].time / at->time));
        if (is_about(&p->row[k], at) && away < apart) {
            apart = away;
            best = p->row[k].time;
        }
    }
    return best;
}

double gg_published_rho(const struct gg_published *p, const struct gg_published_row *at)
{
    for (int k = 0; k < p->n; k++) {
        const struct gg_published_row *r = &p->row[k];
        if (is_about(r, at) && gg_same(r->time, at->time) && r->pooled == at->pooled)
            return r->rho;
    }
    return NAN;
}
