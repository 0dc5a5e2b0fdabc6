/* correlation.c -- Pearson, Spearman, R2, RMSE and their vector forms from poolable moments
 *
 * Pooling: T. F. Chan, G. H. Golub, R. J. LeVeque, Am. Stat. 37, 242 (1983). */
#include "stats/correlation.h"
#include "util/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double mean(int64_t n, const double *x)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += x[i];
    return n > 0 ? sum / (double)n : 0;
}

static void widen(double of[2], double x)
{
    of[0] = fmin(of[0], x);
    of[1] = fmax(of[1], x);
}

struct gg_moments gg_moments_scalar(int64_t n, const double *x, const double *y)
{
    struct gg_moments m = {.n = (double)n, .mx = mean(n, x), .my = mean(n, y)};
    if (n > 0) {
        m.of_x[0] = m.of_x[1] = x[0];
        m.of_y[0] = m.of_y[1] = y[0];
    }
    for (int64_t i = 0; i < n; i++) {
        double dx = x[i] - m.mx, dy = y[i] - m.my, d = y[i] - x[i];
        m.sxx += dx * dx;
        m.syy += dy * dy;
        m.sxy += dx * dy;
        m.sdd += d * d;
        widen(m.of_x, x[i]);
        widen(m.of_y, y[i]);
    }
    return m;
}

struct gg_moments gg_moments_vector(int64_t n, const double *x, const double *y)
{
    return gg_moments_tensor(n, 3, x, y);
}

struct gg_moments gg_moments_tensor(int64_t n, int width, const double *x, const double *y)
{
    struct gg_moments m = {.n = (double)n};
    for (int64_t k = 0; k < width * n; k++) {
        double d = y[k] - x[k];
        m.sxx += x[k] * x[k];
        m.syy += y[k] * y[k];
        m.sxy += x[k] * y[k];
        m.sdd += d * d;
        widen(m.of_x, fabs(x[k]));
        widen(m.of_y, fabs(y[k]));
    }
    return m;
}

void gg_moments_merge(struct gg_moments *a, const struct gg_moments *b)
{
    double n = a->n + b->n;
    if (!(b->n > 0))
        return;
    if (!(a->n > 0)) {
        *a = *b;
        return;
    }
    double dx = b->mx - a->mx, dy = b->my - a->my, w = a->n * b->n / n;
    a->sxx += b->sxx + dx * dx * w;
    a->syy += b->syy + dy * dy * w;
    a->sxy += b->sxy + dx * dy * w;
    a->sdd += b->sdd;
    a->mx += dx * b->n / n;
    a->my += dy * b->n / n;
    a->n = n;
    for (int k = 0; k < 2; k++) {
        widen(a->of_x, b->of_x[k]);
        widen(a->of_y, b->of_y[k]);
    }
}

/* The narrowest range of numbers of this mean and sum of squares. */
static void range_of_sums(double n, double mean_of, double s, double of[2])
{
    double sd = n > 0 && s > 0 ? sqrt(s / n) : 0;
    of[0] = mean_of - sd;
    of[1] = mean_of + sd;
}

struct gg_moments gg_moments_of_sums(struct gg_moments m)
{
    range_of_sums(m.n, m.mx, m.sxx, m.of_x);
    range_of_sums(m.n, m.my, m.syy, m.of_y);
    return m;
}

bool gg_moments_vary(double n, const double of[2], double sum_of_squares)
{
    double rounding = 1e-13 * fmax(fabs(of[0]), fabs(of[1]));
    return n >= 2 && of[1] - of[0] > rounding && sum_of_squares > 0;
}

static bool x_varies(const struct gg_moments *m)
{
    return gg_moments_vary(m->n, m->of_x, m->sxx);
}

double gg_pearson(const struct gg_moments *m)
{
    if (!x_varies(m) || !gg_moments_vary(m->n, m->of_y, m->syy))
        return NAN;
    double r = m->sxy / m->sxx * sqrt(m->sxx / m->syy); /* exactly 1 where y = x, and no product overflows */
    return fmax(-1, fmin(1, r));
}

double gg_r2(const struct gg_moments *m)
{
    return x_varies(m) ? 1 - m->sdd / m->sxx : NAN;
}

double gg_rmse(const struct gg_moments *m)
{
    return m->n > 0 ? sqrt(m->sdd / m->n) : NAN;
}

double gg_variance_ratio(const struct gg_moments *m)
{
    return x_varies(m) ? m->syy / m->sxx : NAN;
}

double gg_slope(const struct gg_moments *m)
{
    return gg_moments_vary(m->n, m->of_y, m->syy) ? m->sxy / m->syy : NAN;
}

/* Mean over the configurations where it is defined: of a, or of a less b. */
static double config(int n, const struct gg_moments *a, const struct gg_moments *b)
{
    double sum = 0;
    int defined = 0;
    for (int s = 0; s < n; s++) {
        double r = gg_pearson(&a[s]) - (b ? gg_pearson(&b[s]) : 0);
        if (!isnan(r)) {
            sum += r;
            defined++;
        }
    }
    return defined ? sum / defined : NAN;
}

double gg_pearson_config(int n, const struct gg_moments *m)
{
    return config(n, m, NULL);
}

double gg_difference_config(int n, const struct gg_moments *a, const struct gg_moments *b)
{
    return config(n, a, b);
}

double gg_difference_pooled(int n, const struct gg_moments *a, const struct gg_moments *b)
{
    return gg_pearson_pooled(n, a) - gg_pearson_pooled(n, b);
}

double gg_pearson_pooled(int n, const struct gg_moments *m)
{
    struct gg_moments all = {0};
    for (int s = 0; s < n; s++)
        gg_moments_merge(&all, &m[s]);
    return gg_pearson(&all);
}

/* Doubles as integers of the same order: negative ones have all bits turned, the others only the sign. */
static uint64_t ordered(double x)
{
    uint64_t u;
    x += 0.0; /* -0 and 0 are a tie */
    memcpy(&u, &x, sizeof u);
    return u >> 63 ? ~u : u | (uint64_t)1 << 63;
}

struct keyed {
    uint64_t key;
    int64_t i;
};

/* Radix sort, 11 bits a pass; a pass in which all keys agree is skipped (floats leave the low bits alone). Returns where
 * the sorted items are. */
static struct keyed *sort(int64_t n, struct keyed *a, struct keyed *b)
{
    enum { BITS = 11, BINS = 1 << BITS };
    for (int shift = 0; shift < 64; shift += BITS) {
        int64_t start[BINS + 1] = {0};
        for (int64_t k = 0; k < n; k++)
            start[(a[k].key >> shift) % BINS + 1]++;
        if (n == 0 || start[(a[0].key >> shift) % BINS + 1] == n)
            continue;
        for (int bin = 0; bin < BINS; bin++)
            start[bin + 1] += start[bin];
        for (int64_t k = 0; k < n; k++)
            b[start[(a[k].key >> shift) % BINS]++] = a[k];
        struct keyed *swap = a;
        a = b;
        b = swap;
    }
    return a;
}

void gg_ranks(int64_t n, const double *x, double *rank)
{
    struct keyed *room = gg_xmalloc(2 * (size_t)n * sizeof *room);
    for (int64_t i = 0; i < n; i++)
        room[i] = (struct keyed){ordered(x[i]), i};
    const struct keyed *a = sort(n, room, room + n);
    for (int64_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && a[end].key == a[first].key; end++)
            ;
        for (int64_t k = first; k < end; k++) /* ranks first+1 .. end */
            rank[a[k].i] = 0.5 * (double)(first + 1 + end);
    }
    free(room);
}

double gg_spearman(int64_t n, const double *x, const double *y)
{
    double *rank = gg_xmalloc(2 * (size_t)n * sizeof *rank);
    gg_ranks(n, x, rank);
    gg_ranks(n, y, rank + n);
    struct gg_moments m = gg_moments_scalar(n, rank, rank + n);
    free(rank);
    return gg_pearson(&m);
}

static double same(double cosine)
{
    return cosine;
}

static double degrees(double cosine)
{
    return acos(fmax(-1, fmin(1, cosine))) * 180 / M_PI;
}

/* Mean of a function of the cosine. */
static double mean_of_cosines(int64_t n, int width, const double *x, const double *y, double (*of)(double))
{
    double sum = 0;
    int64_t defined = 0;
    for (int64_t i = 0; i < n; i++) {
        double aa = 0, bb = 0, ab = 0;
        for (int64_t k = width * i; k < width * (i + 1); k++) {
            aa += x[k] * x[k];
            bb += y[k] * y[k];
            ab += x[k] * y[k];
        }
        if (!(aa > 0) || !(bb > 0))
            continue;
        sum += of(ab / (sqrt(aa) * sqrt(bb)));
        defined++;
    }
    return defined ? sum / (double)defined : NAN;
}

double gg_mean_cosine(int64_t n, int width, const double *x, const double *y)
{
    return mean_of_cosines(n, width, x, y, same);
}

double gg_mean_angle(int64_t n, int width, const double *x, const double *y)
{
    return mean_of_cosines(n, width, x, y, degrees);
}
