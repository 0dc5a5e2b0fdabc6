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

/* The interval of `value`, with without[n] what it is without each of the configurations; both are seen through `scale`. */
static struct gg_interval jackknife(double value, int n, const double *without, double (*scale)(double),
                                    double (*back)(double))
{
    double mean = 0, square = 0, at = scale(value);
    if (n < 2 || isnan(value))
        return (struct gg_interval){NAN, NAN};
    for (int s = 0; s < n; s++)
        mean += scale(without[s]) / n;
    for (int s = 0; s < n; s++) {
        double d = scale(without[s]) - mean;
        square += d * d;
    }
    double half = gg_student(n - 1) * sqrt(square * (n - 1) / n);
    return half > 0 ? (struct gg_interval){back(at - half), back(at + half)}
                    : (struct gg_interval){value + 0 * half, value + 0 * half}; /* NaN stays NaN */
}

/* Pearson of a, less that of b where there is a b, of each configuration where it is defined; how many there are. */
static int each(int n, const struct gg_moments *a, const struct gg_moments *b, double *r)
{
    int defined = 0;
    for (int s = 0; s < n; s++) {
        double d = gg_pearson(&a[s]) - (b ? gg_pearson(&b[s]) : 0);
        if (!isnan(d))
            r[defined++] = d;
    }
    return defined;
}

/* In place: the mean of all but each. */
static double means_without(int n, double *r)
{
    double sum = 0;
    for (int s = 0; s < n; s++)
        sum += r[s];
    for (int s = 0; s < n; s++)
        r[s] = (sum - r[s]) / (n - 1);
    return sum / n;
}

/* All but each, from those before it and those behind it: exact, where taking one out of a sum would round. */
static double pooled_without(int n, const struct gg_moments *m, double *r)
{
    struct gg_moments *before = gg_xalloc((size_t)n + 1, sizeof *before), behind = {0};
    for (int s = 0; s < n; s++) {
        before[s + 1] = before[s];
        gg_moments_merge(&before[s + 1], &m[s]);
    }
    for (int s = n - 1; s >= 0; s--) {
        struct gg_moments all = before[s];
        gg_moments_merge(&all, &behind);
        r[s] = gg_pearson(&all);
        gg_moments_merge(&behind, &m[s]);
    }
    double all = gg_pearson(&before[n]);
    free(before);
    return all;
}

static struct gg_intervals intervals(int n, const struct gg_moments *a, const struct gg_moments *b)
{
    double (*scale)(double) = b ? same : fisher, (*back)(double) = b ? same : tanh;
    double *r = gg_xalloc(2 * (size_t)n + 1, sizeof *r), *less = r + n;
    int defined = each(n, a, b, r);
    double value = means_without(defined, r);
    struct gg_intervals out = {.config = jackknife(value, defined, r, scale, back)};
    value = pooled_without(n, a, r);
    if (b) {
        value -= pooled_without(n, b, less);
        for (int s = 0; s < n; s++)
            r[s] -= less[s];
    }
    out.pooled = jackknife(value, n, r, scale, back);
    free(r);
    return out;
}

struct gg_intervals gg_intervals_pearson(int n, const struct gg_moments *m)
{
    return intervals(n, m, NULL);
}

struct gg_intervals gg_intervals_difference(int n, const struct gg_moments *a, const struct gg_moments *b)
{
    return intervals(n, a, b);
}
