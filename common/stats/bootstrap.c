/* bootstrap.c -- resampling of configurations with counter-based random numbers
 *
 * B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), ch. 13: percentile intervals. */
#include "stats/bootstrap.h"
#include "util/arena.h"
#include "util/rng.h"

#include <math.h>
#include <stdlib.h>

/* What one configuration adds to a resample: raw sums about means common to all, which simply add up. */
struct part {
    double r; /* its own Pearson; NaN = not defined */
    double n, x, y, xx, yy, xy;
};

static struct part *parts(int n, const struct gg_moments *m)
{
    struct part *p = gg_xmalloc((size_t)n * sizeof *p);
    struct gg_moments all = {0};
    for (int s = 0; s < n; s++)
        gg_moments_merge(&all, &m[s]);
    for (int s = 0; s < n; s++) {
        double x = m[s].mx - all.mx, y = m[s].my - all.my, k = m[s].n;
        p[s] = (struct part){.r = gg_pearson(&m[s]),
                             .n = k,
                             .x = k * x,
                             .y = k * y,
                             .xx = m[s].sxx + k * x * x,
                             .yy = m[s].syy + k * y * y,
                             .xy = m[s].sxy + k * x * y};
    }
    return p;
}

static void score(int n, const struct part *p, const uint32_t *draw, double *config, double *pooled)
{
    double r = 0, defined = 0;
    struct part t = {0};
    for (int k = 0; k < n; k++) {
        const struct part *s = &p[draw[k]];
        if (!isnan(s->r)) {
            r += s->r;
            defined++;
        }
        t.n += s->n;
        t.x += s->x;
        t.y += s->y;
        t.xx += s->xx;
        t.yy += s->yy;
        t.xy += s->xy;
    }
    struct gg_moments m = {.n = t.n,
                           .mx = t.x / t.n,
                           .my = t.y / t.n,
                           .sxx = t.xx - t.x * t.x / t.n,
                           .syy = t.yy - t.y * t.y / t.n,
                           .sxy = t.xy - t.x * t.y / t.n};
    *config = r / defined; /* 0/0: not defined in this resample */
    *pooled = gg_pearson(&m);
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
    return k + 1 < n ? v[k] + (at - (double)k) * (v[k + 1] - v[k]) : v[n - 1];
}

double gg_quantile(int64_t n, double *v, double q)
{
    n = drop_nan(n, v);
    qsort(v, (size_t)n, sizeof *v, ascending);
    return sorted_quantile(n, v, q);
}

static struct gg_interval interval(int draws, double *v)
{
    int64_t n = drop_nan(draws, v);
    qsort(v, (size_t)n, sizeof *v, ascending);
    return (struct gg_interval){sorted_quantile(n, v, 0.025), sorted_quantile(n, v, 0.975)};
}

/* Fills config[b], pooled[b] with the scores of a, less those of b where there is a b. */
static void resample(int n, const struct part *a, const struct part *b, int draws, uint64_t seed,
                     double *config, double *pooled)
{
#pragma omp parallel
    {
        uint32_t *draw = gg_xmalloc((size_t)n * sizeof *draw);
#pragma omp for schedule(static)
        for (int k = 0; k < draws; k++) {
            struct gg_rng rng = gg_rng_at(seed, (uint32_t)k, 0, 0);
            for (int s = 0; s < n; s++)
                draw[s] = gg_rng_below(&rng, (uint32_t)n);
            score(n, a, draw, &config[k], &pooled[k]);
            if (b) {
                double other_config, other_pooled;
                score(n, b, draw, &other_config, &other_pooled);
                config[k] -= other_config;
                pooled[k] -= other_pooled;
            }
        }
        free(draw);
    }
}

struct gg_bootstrap gg_bootstrap_difference(int n, const struct gg_moments *a, const struct gg_moments *b,
                                            int draws, uint64_t seed)
{
    struct gg_bootstrap out = {{NAN, NAN}, {NAN, NAN}};
    if (n < 2 || draws < 1)
        return out;
    struct part *pa = parts(n, a), *pb = b ? parts(n, b) : NULL;
    double *config = gg_xmalloc(2 * (size_t)draws * sizeof *config), *pooled = config + draws;
    resample(n, pa, pb, draws, seed, config, pooled);
    out.config = interval(draws, config);
    if (!isnan(gg_pearson_pooled(n, a)) && !(b && isnan(gg_pearson_pooled(n, b))))
        out.pooled = interval(draws, pooled);
    free(config);
    free(pa);
    free(pb);
    return out;
}

struct gg_bootstrap gg_bootstrap_pearson(int n, const struct gg_moments *m, int draws, uint64_t seed)
{
    return gg_bootstrap_difference(n, m, NULL, draws, seed);
}
