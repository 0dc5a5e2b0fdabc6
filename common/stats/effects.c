/* effects.c -- main effects by least squares, one setting at a time behind all others
 *
 * Columns are indicators of levels less their mean.  Gram and Schmidt's process takes them one after the other, those of the setting in question last:
 * what is left of them is what no other setting can explain, and the last block of the triangular matrix is all that their effects need. */
#include "stats/effects.h"
#include "stats/interval.h"
#include "util/arena.h"

#include <math.h>

enum { MOST = 128 }; /* levels of a setting */

/* An orthonormal basis, n numbers each, that grows. */
struct basis {
    int n, rank;
    double *q; /* [rank][n] */
};

static double dot(int n, const double *a, const double *b)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Takes what is along the basis out of x, twice for the sake of rounding; its parts are added to `part` [rank]. */
static void project(const struct basis *b, double *x, double *part)
{
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < b->rank; k++) {
            double along = dot(b->n, b->q + k * b->n, x);
            part[k] += along;
            for (int i = 0; i < b->n; i++)
                x[i] -= along * b->q[k * b->n + i];
        }
}

/* x as a new member; false: it is a sum of the others.  `part` has its parts, the last one its own. */
static bool grow(struct basis *b, double *x, double *part)
{
    double before = sqrt(dot(b->n, x, x));
    project(b, x, part);
    double left = sqrt(dot(b->n, x, x));
    if (!(left > 1e-7 * before))
        return false;
    for (int i = 0; i < b->n; i++)
        b->q[b->rank * b->n + i] = x[i] / left;
    part[b->rank++] = left;
    return true;
}

/* The indicator of a level less its mean, which is returned. */
static double indicator(int n, const struct gg_setting_levels *s, int level, double *x)
{
    double mean = 0;
    for (int i = 0; i < n; i++)
        mean += s->of[i] == level ? 1.0 / n : 0;
    for (int i = 0; i < n; i++)
        x[i] = (s->of[i] == level) - mean;
    return mean;
}

static int count(int n, const struct gg_setting_levels *s, int level)
{
    int runs = 0;
    for (int i = 0; i < n; i++)
        runs += s->of[i] == level;
    return runs;
}

/* Levels with runs except the first of them, which the others are told against. */
static int list_levels(int n, const struct gg_setting_levels *s, int level[MOST])
{
    int found = 0, first = 1;
    for (int l = 0; l < s->n_level; l++) {
        if (count(n, s, l) > 0 && !first)
            level[found++] = l;
        first = first && count(n, s, l) == 0;
    }
    return found;
}

/* The fit with the setting in question last: the triangular matrix of its columns, and what the response has along them. */
struct fit {
    struct basis b;
    int p, others, freedom;
    int level[MOST];      /* [p] of its columns */
    double mean[MOST];    /* [p] of these */
    double r[MOST][MOST]; /* r[j][k]: part of column j along member k, k <= j */
    double g[MOST];       /* of the response along each member */
    double grand, scatter;
    double *x, *part;
};

static int columns(int n, int n_setting, const struct gg_setting_levels *setting)
{
    int most = 1;
    for (int s = 0; s < n_setting; s++)
        most += setting[s].n_level;
    return most < n ? most : n;
}

static void grow_others(struct fit *t, int n_setting, const struct gg_setting_levels *setting, int f)
{
    int level[MOST];
    for (int s = 0; s < n_setting; s++)
        for (int k = 0, p = s == f ? 0 : list_levels(t->b.n, &setting[s], level); k < p; k++) {
            indicator(t->b.n, &setting[s], level[k], t->x);
            grow(&t->b, t->x, t->part);
        }
    t->others = t->b.rank;
}

/* False: a column is a sum of the others. */
static bool grow_own(struct fit *t, const struct gg_setting_levels *s, int room)
{
    t->p = list_levels(t->b.n, s, t->level);
    for (int k = 0; k < t->p; k++) {
        for (int j = 0; j < room; j++)
            t->part[j] = 0;
        t->mean[k] = indicator(t->b.n, s, t->level[k], t->x);
        if (!grow(&t->b, t->x, t->part))
            return false;
        for (int j = 0; j <= k; j++)
            t->r[k][j] = t->part[t->others + j];
    }
    return t->p > 0;
}

static void fit_response(struct fit *t, const double *response, int room)
{
    int n = t->b.n;
    for (int j = 0; j < room; j++)
        t->part[j] = 0;
    for (int i = 0; i < n; i++)
        t->grand += response[i] / n;
    for (int i = 0; i < n; i++)
        t->x[i] = response[i] - t->grand;
    project(&t->b, t->x, t->part);
    for (int k = 0; k < t->p; k++)
        t->g[k] = t->part[t->others + k];
    t->freedom = n - 1 - t->b.rank;
    t->scatter = t->freedom > 0 ? dot(n, t->x, t->x) / t->freedom : NAN;
}

/* Of column `which` (-1: of the level without one), c = its indicator less the means of all: R' z = c, and the effect is c' beta = z' g. */
static struct gg_level_mean estimate(const struct fit *t, int which, int runs)
{
    double z[MOST], effect = 0, square = 1.0 / t->b.n;
    for (int j = 0; j < t->p; j++) {
        double c = (j == which) - t->mean[j];
        for (int k = 0; k < j; k++)
            c -= t->r[j][k] * z[k];
        z[j] = c / t->r[j][j];
        effect += z[j] * t->g[j];
        square += z[j] * z[j];
    }
    double half = t->freedom > 0 ? gg_student(t->freedom) * sqrt(t->scatter * square) : NAN;
    return (struct gg_level_mean){t->grand + effect, half, runs};
}

bool gg_main_effect(int n, const double *response, int n_setting, const struct gg_setting_levels *setting,
                    int f, struct gg_level_mean *out)
{
    struct gg_arena a = {0};
    struct fit *t = GG_NEW(&a, struct fit, 1);
    int room = columns(n, n_setting, setting) + 1;
    t->b = (struct basis){.n = n, .q = GG_NEW(&a, double, (size_t)room *(size_t)n)};
    t->x = GG_NEW(&a, double, (size_t)n);
    t->part = GG_NEW(&a, double, (size_t)room);
    grow_others(t, n_setting, setting, f);
    bool told = grow_own(t, &setting[f], room);
    fit_response(t, response, room);
    for (int l = 0, k = 0; l < setting[f].n_level; l++) {
        int runs = count(n, &setting[f], l);
        bool listed = k < t->p && t->level[k] == l;
        out[l] =
            told && runs > 0 ? estimate(t, listed ? k : -1, runs) : (struct gg_level_mean){NAN, NAN, runs};
        k += listed;
    }
    gg_arena_free(&a);
    return told;
}
