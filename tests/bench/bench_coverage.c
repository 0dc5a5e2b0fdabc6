/* bench_coverage.c -- of how many sets of few configurations does an interval of 95 % hold the truth, by each method?
 *
 * B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993): ch. 12 studentised, 13 percentiles, 14 BCa. */
#include "../unit/configurations_fixture.h"
#include "bench.h"
#include "stats/bootstrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGE = 1 << 17, MOST = 40, DRAWS = 400, QUANTITIES = 4 };
static const char *const quantity[] = {"config", "pooled", "d config", "d pooled"};

/* One of the four: an average of a, or of a less b. */
static double value(int q, int n, const struct gg_moments *a, const struct gg_moments *b)
{
    return q == 0   ? gg_pearson_config(n, a)
           : q == 1 ? gg_pearson_pooled(n, a)
           : q == 2 ? gg_difference_config(n, a, b)
                    : gg_difference_pooled(n, a, b);
}

/* Error by the jackknife; without[s] is the value without each. */
static double error(int q, int n, const struct gg_moments *a, const struct gg_moments *b, double *without)
{
    struct gg_moments left[2 * MOST], *left_b = left + MOST;
    double mean = 0, square = 0;
    for (int s = 0; s < n; s++) {
        memcpy(left, a, (size_t)s * sizeof *a);
        memcpy(left + s, a + s + 1, (size_t)(n - 1 - s) * sizeof *a);
        memcpy(left_b, b, (size_t)s * sizeof *b);
        memcpy(left_b + s, b + s + 1, (size_t)(n - 1 - s) * sizeof *b);
        without[s] = value(q, n - 1, left, left_b);
        mean += without[s] / n;
    }
    for (int s = 0; s < n; s++)
        square += (without[s] - mean) * (without[s] - mean);
    return sqrt(square * (n - 1) / n);
}

/* The value of each draw, and how many errors it is from x where `t` is wanted. */
static void draw(int q, int n, const struct gg_moments *a, const struct gg_moments *b, double x, double *v,
                 double *t)
{
    for (int k = 0; k < DRAWS; k++) {
        struct gg_rng r = gg_rng_at(21, (uint32_t)k, 0, 0);
        struct gg_moments da[MOST], db[MOST];
        double without[MOST];
        for (int s = 0; s < n; s++) {
            uint32_t at = gg_rng_below(&r, (uint32_t)n);
            da[s] = a[at];
            db[s] = b[at];
        }
        v[k] = value(q, n, da, db);
        double e = t ? error(q, n, da, db, without) : 0;
        if (t)
            t[k] = e > 1e-9 ? (v[k] - x) / e : NAN; /* one configuration n times has none */
    }
}

static struct gg_interval studentised(int q, int n, const struct gg_moments *a, const struct gg_moments *b)
{
    double v[DRAWS], t[DRAWS], without[MOST], x = value(q, n, a, b), e = error(q, n, a, b, without);
    draw(q, n, a, b, x, v, t);
    double hi = gg_quantile(DRAWS, t, 0.975), lo = gg_quantile(DRAWS, t, 0.025);
    return (struct gg_interval){x - hi * e, x - lo * e};
}

static double normal(double x)
{
    return 0.5 * erfc(-x / M_SQRT2);
}

static double normal_quantile(double p)
{
    double low = -8, high = 8;
    for (int k = 0; k < 60; k++)
        *(normal(0.5 * (low + high)) < p ? &low : &high) = 0.5 * (low + high);
    return low;
}

static struct gg_interval bca(int q, int n, const struct gg_moments *a, const struct gg_moments *b)
{
    double v[DRAWS], without[MOST], x = value(q, n, a, b), mean = 0, cube = 0, square = 0, below = 0.5,
                                    end[2];
    draw(q, n, a, b, x, v, NULL);
    error(q, n, a, b, without);
    for (int s = 0; s < n; s++)
        mean += without[s] / n;
    for (int s = 0; s < n; s++) {
        double d = mean - without[s];
        square += d * d;
        cube += d * d * d;
    }
    for (int k = 0; k < DRAWS; k++)
        below += v[k] < x;
    double bias = normal_quantile(below / (DRAWS + 1)), acceleration = cube / (6 * pow(square, 1.5));
    for (int k = 0; k < 2; k++) {
        double z = bias + (k ? 1.96 : -1.96);
        end[k] = gg_quantile(DRAWS, v, normal(bias + z / (1 - acceleration * z)));
    }
    return (struct gg_interval){end[0], end[1]};
}

static struct gg_interval of_suite(int q, struct gg_intervals one, struct gg_intervals two)
{
    struct gg_intervals i = q < 2 ? one : two;
    return q % 2 ? i.pooled : i.config;
}

static struct gg_interval student(int q, int n, const struct gg_moments *a, const struct gg_moments *b)
{
    return of_suite(q, gg_intervals_pearson(n, a, NULL), gg_intervals_difference(n, a, b, NULL));
}

static struct gg_interval percentiles(int q, int n, const struct gg_moments *a, const struct gg_moments *b)
{
    return of_suite(q, gg_bootstrap_pearson(n, a, NULL, DRAWS, 0),
                    gg_bootstrap_difference(n, a, b, NULL, DRAWS, 0));
}

static void method(const char *name, int n, int sets,
                   struct gg_interval (*interval)(int, int, const struct gg_moments *,
                                                  const struct gg_moments *),
                   const double truth[QUANTITIES])
{
    char what[64];
    snprintf(what, sizeof what, "%s, %d configurations", name, n);
    bench_row(what, -1, -1);
    for (int q = 0; q < QUANTITIES; q++) {
        int held = 0;
        for (int set = 0; set < sets; set++) {
            struct gg_moments a[MOST], b[MOST];
            draw_configurations((uint32_t)(set + 10000 * n), n, a, b);
            struct gg_interval i = interval(q, n, a, b);
            held += i.lo <= truth[q] && truth[q] <= i.hi;
        }
        bench_cell(quantity[q], "% hold", 100.0 * held / sets);
    }
    bench_end();
}

void bench_coverage(void)
{
    static const int sizes[] = {3, 5, 10, 20, 40};
    struct gg_moments *a = malloc(2 * (size_t)LARGE * sizeof *a), *b = a + LARGE;
    double truth[QUANTITIES];
    if (!a)
        return;
    draw_configurations(1U << 31, LARGE, a, b);
    for (int q = 0; q < QUANTITIES; q++)
        truth[q] = value(q, LARGE, a, b);
    free(a);
    for (int k = 0; k < 5; k++) {
        method("t, jackknife", sizes[k], 2000, student, truth);
        method("percentiles", sizes[k], 500, percentiles, truth);
        method("studentised", sizes[k], 250, studentised, truth);
        method("BCa", sizes[k], 500, bca, truth);
    }
    bench_say("2000, 500, 250 and 500 sets a row, %d draws; gg-corr takes the first", DRAWS);
}
