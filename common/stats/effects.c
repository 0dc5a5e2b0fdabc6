/* effects.c -- effects by least squares, one term at a time behind all others
 *
 * Columns are indicators of levels less their mean.  Gram and Schmidt's process takes them one after the other, those of the term in question last:
 * what is left of them is what no other term can explain, and the last block of the triangular matrix is all that their effects need. */
#include "stats/effects.h"
#include "stats/interval.h"
#include "util/arena.h"

#include <math.h>

enum { MOST = 128 }; /* levels of a setting */

/* An orthonormal basis, n numbers each, that grows. */
struct basis {
    int n, rank;
    double *q;        /* [rank][n] */
    double *x, *part; /* [n], [most of rank]: of the column at hand */
};

static double dot(int n, const double *a, const double *b)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Takes what is along the basis out of x, twice for the sake of rounding; `part` has its parts. */
static void project(struct basis *b)
{
    for (int k = 0; k <= b->rank; k++)
        b->part[k] = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < b->rank; k++) {
            double along = dot(b->n, b->x, b->q + k * b->n);
            b->part[k] += along;
            for (int i = 0; i < b->n; i++)
                b->x[i] -= along * b->q[k * b->n + i];
        }
}

/* x as a new member; false: it is a sum of the others.  `part` has its parts, the last one its own. */
static bool grow(struct basis *b)
{
    double before = sqrt(dot(b->n, b->x, b->x));
    project(b);
    double left = sqrt(dot(b->n, b->x, b->x));
    if (!(left > 1e-7 * before))
        return false;
    for (int i = 0; i < b->n; i++)
        b->q[b->rank * b->n + i] = b->x[i] / left;
    b->part[b->rank++] = left;
    return true;
}

/* ---- terms and their columns ---- */

/* Levels with runs except the first of them. */
static int further_levels(int n, const struct gg_setting_levels *s, int level[MOST])
{
    bool has[MOST] = {false}, first = true;
    int found = 0;
    for (int i = 0; i < n; i++)
        has[s->of[i]] = true;
    for (int l = 0; l < s->n_level; l++) {
        if (has[l] && !first)
            level[found++] = l;
        first = first && !has[l];
    }
    return found;
}

int gg_effect_levels(const struct gg_design *d, struct gg_term t, struct gg_effect_levels *list, int room)
{
    int a[MOST], b[MOST] = {-1}, n_b = 1, n = 0;
    int n_a = further_levels(d->n, &d->setting[t.f], a);
    if (t.g >= 0)
        n_b = further_levels(d->n, &d->setting[t.g], b);
    for (int k = 0; k < n_a * n_b; k++, n++)
        if (n < room)
            list[n] = (struct gg_effect_levels){a[k / n_b], b[k % n_b]};
    return n;
}

/* The indicator of the levels of an effect less its mean. */
static void indicator(const struct gg_design *d, struct gg_term t, struct gg_effect_levels l, double *x)
{
    double mean = 0;
    for (int i = 0; i < d->n; i++) {
        x[i] = d->setting[t.f].of[i] == l.a && (t.g < 0 || d->setting[t.g].of[i] == l.b);
        mean += x[i] / d->n;
    }
    for (int i = 0; i < d->n; i++)
        x[i] -= mean;
}

/* Of level l of a setting in the runs. */
static double share(const struct gg_design *d, int f, int l)
{
    int runs = 0;
    for (int i = 0; i < d->n; i++)
        runs += d->setting[f].of[i] == l;
    return (double)runs / d->n;
}

/* The columns of a term join the basis, as far as they are no sums of it.  False: one of them was. */
static bool grow_term(struct basis *b, const struct gg_design *d, struct gg_term t)
{
    struct gg_arena a = {0};
    int n = gg_effect_levels(d, t, NULL, 0);
    struct gg_effect_levels *list = GG_NEW(&a, struct gg_effect_levels, (size_t)n);
    bool all = n > 0;
    gg_effect_levels(d, t, list, n);
    for (int k = 0; k < n; k++) {
        indicator(d, t, list[k], b->x);
        all = grow(b) && all;
    }
    gg_arena_free(&a);
    return all;
}

static bool contains(struct gg_term whole, struct gg_term part)
{
    return part.g < 0 && (whole.f == part.f || whole.g == part.f);
}

/* All terms that do not contain `but`; settings first. */
static void grow_others(struct basis *b, const struct gg_design *d, struct gg_term but)
{
    for (int f = 0; f < d->n_setting; f++)
        if (f != but.f || but.g >= 0)
            grow_term(b, d, (struct gg_term){f, -1});
    for (int f = 0; f < d->n_setting && d->pairs; f++)
        for (int g = f + 1; g < d->n_setting; g++)
            if ((f != but.f || g != but.g) && !contains((struct gg_term){f, g}, but))
                grow_term(b, d, (struct gg_term){f, g});
}

/* Room for the columns of all terms; no more of them are independent than there are runs. */
static void start_basis(struct basis *b, const struct gg_design *d, struct gg_arena *a)
{
    int most = 1, before = 0; /* of the settings so far */
    for (int f = 0; f < d->n_setting; f++) {
        int own = gg_effect_levels(d, (struct gg_term){f, -1}, NULL, 0);
        most += own + (d->pairs ? own * before : 0);
        before += own;
    }
    most = most < d->n ? most : d->n;
    *b = (struct basis){.n = d->n,
                        .q = GG_NEW(a, double, (size_t)most *(size_t)d->n),
                        .x = GG_NEW(a, double, (size_t)d->n),
                        .part = GG_NEW(a, double, (size_t)most + 1)};
}

/* ---- one term behind all others ---- */

/* The columns of the term join the basis, and R, the triangular matrix of their parts along each other: [n][n], n effects. */
static bool grow_effects(struct basis *b, const struct gg_design *d, struct gg_term t,
                         const struct gg_effect_levels *list, int n, double *R)
{
    int others = b->rank;
    for (int j = 0; j < n; j++) {
        indicator(d, t, list[j], b->x);
        if (!grow(b))
            return false;
        for (int k = 0; k <= j; k++)
            R[k * n + j] = b->part[others + k];
    }
    return n > 0;
}

/* Of R effect = q' y, from the last effect on. */
static void solve(const double *q, const double *R, int n, int n_run, double *w)
{
    for (int j = n - 1; j >= 0; j--)
        for (int i = 0; i < n_run; i++) {
            double left = q[j * n_run + i];
            for (int k = j + 1; k < n; k++)
                left -= R[j * n + k] * w[k * n_run + i];
            w[j * n_run + i] = left / R[j * n + j];
        }
}

bool gg_effect_weights(const struct gg_design *d, struct gg_term t, double *w)
{
    struct gg_arena a = {0};
    struct basis b;
    int n = gg_effect_levels(d, t, NULL, 0);
    struct gg_effect_levels *list = GG_NEW(&a, struct gg_effect_levels, (size_t)n + 1);
    double *R = GG_NEW(&a, double, (size_t)n *(size_t)n + 1);
    gg_effect_levels(d, t, list, n);
    start_basis(&b, d, &a);
    grow_others(&b, d, t);
    int others = b.rank;
    bool told = grow_effects(&b, d, t, list, n, R);
    for (int k = 0; k < n * d->n; k++)
        w[k] = 0;
    if (told)
        solve(b.q + others * d->n, R, n, d->n, w);
    gg_arena_free(&a);
    return told;
}

/* ---- all terms ---- */

struct gg_scatter gg_scatter(const struct gg_design *d, const double *response, double *fitted)
{
    struct gg_arena a = {0};
    struct basis b;
    double mean = 0;
    start_basis(&b, d, &a);
    grow_others(&b, d, (struct gg_term){-1, -1});
    for (int i = 0; i < d->n; i++)
        mean += response[i] / d->n;
    for (int i = 0; i < d->n; i++)
        b.x[i] = response[i] - mean;
    project(&b);
    for (int i = 0; i < d->n && fitted; i++)
        fitted[i] = response[i] - b.x[i];
    int freedom = d->n - 1 - b.rank;
    struct gg_scatter s = {freedom > 0 ? dot(d->n, b.x, b.x) / freedom : NAN, freedom};
    gg_arena_free(&a);
    return s;
}

/* ---- the mean response of each level ---- */

/* Weights of the mean at level l: those of all runs, and of each effect of the setting its indicator at l less the share of its level in the runs.
 * effect [effect count][n] */
static void level_weights(const struct gg_design *d, int f, int l, const double *effect, double *w)
{
    struct gg_effect_levels list[MOST];
    int n = gg_effect_levels(d, (struct gg_term){f, -1}, list, MOST);
    for (int i = 0; i < d->n; i++)
        w[i] = 1.0 / d->n;
    for (int j = 0; j < n; j++) {
        double c = (list[j].a == l) - share(d, f, list[j].a);
        for (int i = 0; i < d->n; i++)
            w[i] += c * effect[j * d->n + i];
    }
}

bool gg_main_effect(const struct gg_design *d, const double *response, int f, struct gg_level_mean *out)
{
    struct gg_arena a = {0};
    struct gg_design mains = *d;
    struct gg_term t = {f, -1};
    int n = gg_effect_levels(d, t, NULL, 0);
    double *w = GG_NEW(&a, double, (size_t)d->n),
           *effect = GG_NEW(&a, double, ((size_t)n + 1) * (size_t)d->n);
    mains.pairs = false;
    bool told = gg_effect_weights(&mains, t, effect);
    struct gg_scatter s = gg_scatter(&mains, response, NULL);
    for (int l = 0; l < d->setting[f].n_level; l++) {
        out[l] = (struct gg_level_mean){NAN, NAN, 0};
        for (int i = 0; i < d->n; i++)
            out[l].runs += d->setting[f].of[i] == l;
        if (!told || out[l].runs == 0)
            continue;
        level_weights(&mains, f, l, effect, w);
        out[l].mean = dot(d->n, w, response);
        out[l].half = s.freedom > 0 ? gg_student(s.freedom) * sqrt(s.variance * dot(d->n, w, w)) : NAN;
    }
    gg_arena_free(&a);
    return told;
}
