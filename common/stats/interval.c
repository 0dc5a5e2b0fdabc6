/* interval.c -- t-intervals of a correlation by the jackknife over configurations
 *
 * R. G. Miller, Biometrika 61, 1 (1974): the jackknife; R. A. Fisher, Metron 1, 3 (1921): z = artanh(r).
 * M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4: Student's distribution. */
#include "stats/interval.h"
#include "util/arena.h"

#include <math.h>
#include <stdlib.h>

/* P(|t| < x) for a whole number of degrees of freedom: a finite sum in cos^2 of the angle. */
static double student_within(double x, int freedom)
{
    double angle = atan(x / sqrt(freedom)), c = cos(angle), sum = 0;
    int odd = freedom % 2;
    double term = odd ? c : 1; /* cos, 2/3 cos^3, 2/3 4/5 cos^5 ...; 1, 1/2 cos^2, 1/2 3/4 cos^4 ... */
    for (int k = odd ? 1 : 0; k <= freedom - 2; k += 2) {
        sum += term;
        term *= (k + 1.0) / (k + 2.0) * c * c;
    }
    return odd ? 2 / M_PI * (angle + sin(angle) * sum) : sin(angle) * sum;
}

double gg_student_beyond(int freedom, double p)
{
    double low = 0, high = 2;
    while (student_within(high, freedom) < 1 - p)
        high *= 2;
    for (int k = 0; k < 60; k++) {
        double middle = 0.5 * (low + high);
        *(student_within(middle, freedom) < 1 - p ? &low : &high) = middle;
    }
    return 0.5 * (low + high);
}

double gg_student(int freedom)
{
    return gg_student_beyond(freedom, 0.05);
}

/* artanh, finite for what is exactly 1, too. */
static double fisher(double rho)
{
    const double most = 1 - 0x1p-53;
    return atanh(rho > most ? most : rho < -most ? -most : rho);
}

static double same(double x)
{
    return x;
}

int gg_number_runs(int n, const int *run, int *of)
{
    int *seen = gg_xalloc((size_t)n + 1, sizeof *seen), runs = 0;
    for (int k = 0; k < n; k++) {
        int g = run ? 0 : runs;
        while (g < runs && seen[g] != run[k])
            g++;
        seen[g] = run ? run[k] : k;
        of[k] = g;
        runs += g == runs;
    }
    free(seen);
    return runs;
}

int gg_merge_runs(int n, int width, double *sums, const int *run)
{
    int *of = gg_xalloc((size_t)n + 1, sizeof *of), runs = gg_number_runs(n, run, of), seen = 0;
    for (int k = 0; k < n; k++) {
        bool first = of[k] == seen;
        for (int w = 0; w < width; w++)
            sums[of[k] * width + w] = (first ? 0 : sums[of[k] * width + w]) + sums[k * width + w];
        seen += first;
    }
    free(of);
    return runs;
}

int gg_mean_of_runs(int n, double *v, const int *run)
{
    double(*sum)[2] = gg_xalloc((size_t)n + 1, sizeof *sum);
    for (int k = 0; k < n; k++) {
        sum[k][0] = isnan(v[k]) ? 0 : v[k];
        sum[k][1] = !isnan(v[k]);
    }
    n = gg_merge_runs(n, 2, sum[0], run);
    for (int k = 0; k < n; k++)
        v[k] = sum[k][0] / sum[k][1]; /* 0/0: NaN */
    free(sum);
    return n;
}

/* What the jackknife leaves out at a time: a configuration, or all those of a run. */
struct groups {
    int n, *size;    /* [n] configurations of each */
    double *without; /* [n] what there is without each */
};

/* The interval of a value of all, as seen through `scale`. */
static struct gg_interval jackknife(double value, const struct groups *g, double (*scale)(double),
                                    double (*back)(double))
{
    double all = 0, mean = 0, square = 0, at = scale(value);
    if (g->n < 2 || isnan(value))
        return (struct gg_interval){NAN, NAN};
    for (int s = 0; s < g->n; s++)
        all += g->size[s];
    for (int s = 0; s < g->n; s++) /* pseudo-values, less that of all */
        mean += (all / g->size[s] - 1) * (scale(g->without[s]) - at) / g->n;
    for (int s = 0; s < g->n; s++) {
        double others = all / g->size[s] - 1, d = others * (scale(g->without[s]) - at) - mean;
        square += d * d / others / g->n;
    }
    double half = gg_student(g->n - 1) * sqrt(square);
    return half > 0 ? (struct gg_interval){back(at - half), back(at + half)}
                    : (struct gg_interval){value + 0 * half, value + 0 * half}; /* NaN stays NaN */
}

/* Pearson of a, less that of b where there is a b, of each configuration where it is defined, and their runs; how many there are. */
static int each(int n, const struct gg_moments *a, const struct gg_moments *b, double *r, int *run)
{
    int defined = 0;
    for (int s = 0; s < n; s++) {
        double d = gg_pearson(&a[s]) - (b ? gg_pearson(&b[s]) : 0);
        if (isnan(d))
            continue;
        run[defined] = run[s];
        r[defined++] = d;
    }
    return defined;
}

/* The mean of all but those of each run; returns that of all. */
static double means_without(int n, const double *r, const int *of, struct groups *g)
{
    double sum = 0;
    g->n = 0;
    for (int k = 0; k < n; k++)
        g->n = of[k] + 1 > g->n ? of[k] + 1 : g->n;
    for (int s = 0; s < g->n; s++) {
        g->size[s] = 0;
        g->without[s] = 0;
    }
    for (int k = 0; k < n; k++) {
        sum += r[k];
        g->size[of[k]]++;
        g->without[of[k]] += r[k];
    }
    for (int s = 0; s < g->n; s++)
        g->without[s] = (sum - g->without[s]) / (n - g->size[s]);
    return sum / n;
}

/* All but the configurations of each run, from those before it and those behind it: exact, where taking one out of a sum would round. */
static double pooled_without(int n, const struct gg_moments *m, const int *of, struct groups *g)
{
    struct gg_moments *before = gg_xalloc(2 * (size_t)n + 2, sizeof *before), *own = before + n + 1,
                      behind = {0};
    g->n = 0;
    for (int k = 0; k < n; k++) {
        g->size[of[k]] = of[k] == g->n ? 1 : g->size[of[k]] + 1;
        g->n += of[k] == g->n;
        gg_moments_merge(&own[of[k]], &m[k]);
    }
    for (int s = 0; s < g->n; s++) {
        before[s + 1] = before[s];
        gg_moments_merge(&before[s + 1], &own[s]);
    }
    for (int s = g->n - 1; s >= 0; s--) {
        struct gg_moments all = before[s];
        gg_moments_merge(&all, &behind);
        g->without[s] = gg_pearson(&all);
        gg_moments_merge(&behind, &own[s]);
    }
    double all = gg_pearson(&before[g->n]);
    free(before);
    return all;
}

struct gg_intervals gg_intervals_difference(int n, const struct gg_moments *a, const struct gg_moments *b,
                                            const int *run)
{
    double (*scale)(double) = b ? same : fisher, (*back)(double) = b ? same : tanh;
    double *r = gg_xalloc(2 * (size_t)n + 1, sizeof *r), *less = gg_xalloc((size_t)n + 1, sizeof *less);
    int *of = gg_xalloc(3 * (size_t)n + 1, sizeof *of);
    struct groups g = {.size = of + n, .without = r + n}, h = {.size = of + 2 * n, .without = less};
    gg_number_runs(n, run, of);
    double value = pooled_without(n, a, of, &g);
    if (b)
        value -= pooled_without(n, b, of, &h);
    for (int s = 0; s < g.n && b; s++)
        g.without[s] -= h.without[s];
    struct gg_intervals out = {.pooled = jackknife(value, &g, scale, back)};
    int defined = each(n, a, b, r, of);
    gg_number_runs(defined, of, of);
    value = means_without(defined, r, of, &g);
    out.config = jackknife(value, &g, scale, back);
    free(of);
    free(less);
    free(r);
    return out;
}

struct gg_intervals gg_intervals_pearson(int n, const struct gg_moments *m, const int *run)
{
    return gg_intervals_difference(n, m, NULL, run);
}
