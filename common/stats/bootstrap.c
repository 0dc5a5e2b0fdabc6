/* bootstrap.c -- resampling of configurations with counter-based random numbers
 *
 * B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), ch. 13: percentile intervals. */
#include "stats/bootstrap.h"
#include "util/arena.h"
#include "util/rng.h"

#include <math.h>
#include <stdlib.h>

/* One draw of a, or of a less b, over the same configurations on both sides. */
static void score(int n, const struct gg_moments *a, const struct gg_moments *b, const double *r,
                  const uint32_t *draw, double *config, double *pooled)
{
    double sum = 0, defined = 0;
    struct gg_moments all = {0}, less = {0};
    for (int k = 0; k < n; k++) {
        uint32_t s = draw[k];
        if (!isnan(r[s])) {
            sum += r[s];
            defined++;
        }
        gg_moments_merge(&all, &a[s]); /* no sums that cancel: what is a constant is one in every draw */
        if (b)
            gg_moments_merge(&less, &b[s]);
    }
    *config = sum / defined; /* 0/0: not defined in this draw */
    *pooled = gg_pearson(&all) - (b ? gg_pearson(&less) : 0);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int64_t drop_nan(int64_t n, double *v)
{
    int64_t kept = 0;
    for (int64_t k = 0; k < n; k++)
        if (!isnan(v[k]))
            v[kept++] = v[k];
    return kept;
}

static double sorted_quantile(int64_t n, const double *v, double q)
{
    if (n == 0)
        return NAN;
    double at = q * (double)(n - 1);
    int64_t k = (int64_t)at;
    return k + 1 < n && v[k + 1] > v[k] ? v[k] + (at - (double)k) * (v[k + 1] - v[k])
                                        : v[k]; /* infinite ones, too */
}

double gg_quantile(int64_t n, double *v, double q)
{
    n = drop_nan(n, v);
    qsort(v, (size_t)n, sizeof *v, ascending);
    return sorted_quantile(n, v, q);
}

struct gg_interval gg_percentiles(int64_t n, double *v)
{
    n = drop_nan(n, v);
    qsort(v, (size_t)n, sizeof *v, ascending);
    return (struct gg_interval){sorted_quantile(n, v, 0.025), sorted_quantile(n, v, 0.975)};
}

/* Fills config[k], pooled[k] of each draw. */
static void resample(int n, const struct gg_moments *a, const struct gg_moments *b, int draws, uint64_t seed,
                     double *config, double *pooled)
{
    double *r = gg_xmalloc((size_t)n * sizeof *r);
    for (int s = 0; s < n; s++)
        r[s] = gg_pearson(&a[s]) - (b ? gg_pearson(&b[s]) : 0);
#pragma omp parallel
    {
        uint32_t *draw = gg_xmalloc((size_t)n * sizeof *draw);
#pragma omp for schedule(static)
        for (int k = 0; k < draws; k++) {
            struct gg_rng rng = gg_rng_at(seed, (uint32_t)k, 0, 0);
            for (int s = 0; s < n; s++)
                draw[s] = gg_rng_below(&rng, (uint32_t)n);
            score(n, a, b, r, draw, &config[k], &pooled[k]);
        }
        free(draw);
    }
    free(r);
}

struct gg_intervals gg_bootstrap_difference(int n, const struct gg_moments *a, const struct gg_moments *b,
                                            int draws, uint64_t seed)
{
    struct gg_intervals out = {{NAN, NAN}, {NAN, NAN}};
    if (n < 2 || draws < 1)
        return out;
    double *config = gg_xmalloc(2 * (size_t)draws * sizeof *config), *pooled = config + draws;
    resample(n, a, b, draws, seed, config, pooled);
    out.config = gg_percentiles(draws, config);
    if (!isnan(gg_pearson_pooled(n, a)) && !(b && isnan(gg_pearson_pooled(n, b))))
        out.pooled = gg_percentiles(draws, pooled);
    free(config);
    return out;
}

struct gg_intervals gg_bootstrap_pearson(int n, const struct gg_moments *m, int draws, uint64_t seed)
{
    return gg_bootstrap_difference(n, m, NULL, draws, seed);
}
