/* bootstrap.c -- resampling of configurations with counter-based random numbers
 *
 * B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), ch. 13: percentile intervals. */
#include "stats/bootstrap.h"
#include "util/arena.h"
#include "util/rng.h"

#include <math.h>
#include <stdlib.h>

/* What is drawn: a configuration, or a run of them. */
struct drawn {
    double sum, defined;    /* of Pearson inside its configurations, of a less b; how many have one */
    struct gg_moments a, b; /* all of it */
};

/* Of each run; returns how many there are. */
static int collect(int n, const struct gg_moments *a, const struct gg_moments *b, const int *run,
                   struct drawn *d)
{
    int *of = gg_xalloc((size_t)n + 1, sizeof *of), runs = gg_number_runs(n, run, of);
    for (int k = 0; k < n; k++) {
        struct drawn *own = &d[of[k]];
        double r = gg_pearson(&a[k]) - (b ? gg_pearson(&b[k]) : 0);
        own->sum += isnan(r) ? 0 : r;
        own->defined += !isnan(r);
        gg_moments_merge(&own->a, &a[k]);
        if (b)
            gg_moments_merge(&own->b, &b[k]);
    }
    free(of);
    return runs;
}

/* One draw of a, or of a less b, over the same configurations on both sides. */
static void score(int n, const struct drawn *d, bool less, struct gg_rng *rng, double *config, double *pooled)
{
    struct drawn all = {0};
    for (int k = 0; k < n; k++) {
        const struct drawn *one = &d[gg_rng_below(rng, (uint32_t)n)];
        all.sum += one->sum;
        all.defined += one->defined;
        gg_moments_merge(&all.a, &one->a); /* no sums that cancel: what is a constant is one in every draw */
        if (less)
            gg_moments_merge(&all.b, &one->b);
    }
    *config = all.sum / all.defined; /* 0/0: not defined in this draw */
    *pooled = gg_pearson(&all.a) - (less ? gg_pearson(&all.b) : 0);
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

struct gg_intervals gg_bootstrap_difference(int n, const struct gg_moments *a, const struct gg_moments *b,
                                            const int *run, int draws, uint64_t seed)
{
    struct gg_intervals out = {{NAN, NAN}, {NAN, NAN}};
    struct drawn *d = gg_xalloc((size_t)n + 1, sizeof *d);
    int runs = collect(n, a, b, run, d);
    double *config = gg_xalloc(2 * (size_t)draws + 1, sizeof *config), *pooled = config + draws;
#pragma omp parallel for schedule(static)
    for (int k = 0; k < draws; k++) {
        struct gg_rng rng = gg_rng_at(seed, (uint32_t)k, 0, 0);
        score(runs, d, b != NULL, &rng, &config[k], &pooled[k]);
    }
    if (runs >= 2 && draws >= 1)
        out.config = gg_percentiles(draws, config);
    if (runs >= 2 && draws >= 1 && !isnan(gg_pearson_pooled(n, a)) && !(b && isnan(gg_pearson_pooled(n, b))))
        out.pooled = gg_percentiles(draws, pooled);
    free(config);
    free(d);
    return out;
}

struct gg_intervals gg_bootstrap_pearson(int n, const struct gg_moments *m, const int *run, int draws,
                                         uint64_t seed)
{
    return gg_bootstrap_difference(n, m, NULL, run, draws, seed);
}
