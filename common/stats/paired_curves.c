/* paired_curves.c -- two learning curves of the same sizes and seeds */
#include "stats/paired_curves.h"
#include "stats/bootstrap.h"
#include "stats/permutation.h"
#include "util/arena.h"
#include "util/rng.h"

#include <math.h>
#include <stdlib.h>

enum { DRAWS = 4000 };

/* The differences that are there, their sizes numbered from 0 on. */
struct pairs {
    int n, n_size;
    int *size, *count; /* [n]; [n_size] */
    double *d, *mean;  /* [n]; [n_size] */
};

static struct pairs pairs_of(int n, const int *size, const double *d, struct gg_arena *a)
{
    size_t room = (size_t)n + 1;
    int *name = GG_NEW(a, int, room);
    struct pairs p = {
        0, 0, GG_NEW(a, int, room), GG_NEW(a, int, room), GG_NEW(a, double, room), GG_NEW(a, double, room)};
    for (int i = 0; i < n; i++) {
        int k = 0;
        if (isnan(d[i]))
            continue;
        while (k < p.n_size && name[k] != size[i])
            k++;
        if (k == p.n_size)
            name[p.n_size++] = size[i];
        p.size[p.n] = k;
        p.d[p.n++] = d[i];
        p.count[k]++;
    }
    return p;
}

/* What a set of differences says: the mean over the sizes of the means, and its error from what is left of these, of all sizes. */
struct estimate {
    double mean, error;
};

static struct estimate estimate(struct pairs *p, int of)
{
    double square = 0, mean = 0, share = 0;
    int sizes = 0;
    for (int k = 0; k < p->n_size; k++)
        p->mean[k] = 0;
    for (int i = 0; i < p->n; i++)
        p->mean[p->size[i]] += p->d[i] / p->count[p->size[i]];
    for (int i = 0; i < p->n; i++)
        square += pow(p->d[i] - p->mean[p->size[i]], 2);
    for (int k = 0; k < p->n_size; k++)
        if (of < 0 || k == of) {
            mean += p->mean[k];
            share += 1. / p->count[k];
            sizes++;
        }
    return (struct estimate){mean / sizes, sqrt(square / (p->n - p->n_size) * share) / sizes};
}

/* Two and a half percent of the studentised draws are below lo, as many above hi. */
static struct gg_interval draw_again(const struct pairs *from, int of, struct gg_arena *a)
{
    struct pairs p = *from;
    double *left = GG_NEW(a, double, (size_t)p.n), *t = GG_NEW(a, double, DRAWS);
    int n_left = 0;
    p.d = GG_NEW(a, double, (size_t)p.n);
    p.mean = GG_NEW(a, double, (size_t)p.n_size);
    for (int i = 0; i < p.n; i++) {
        double n = p.count[p.size[i]];
        if (n > 1)
            left[n_left++] = (from->d[i] - from->mean[p.size[i]]) * sqrt(n / (n - 1));
    }
    for (int k = 0; k < DRAWS; k++) {
        struct gg_rng r = gg_rng_at(0, (uint32_t)k, 1, 0);
        for (int i = 0; i < p.n; i++)
            p.d[i] = left[(int)(gg_rng_uniform(&r) * n_left) % n_left];
        struct estimate e = estimate(&p, of);
        t[k] = e.error > 0 ? e.mean / e.error : NAN;
    }
    return gg_percentiles(DRAWS, t);
}

struct gg_paired_curves gg_paired_curves(int n, const int *size, const double *d, int which)
{
    struct gg_arena a = {0};
    struct pairs p = pairs_of(n, size, d, &a);
    double *tested = GG_NEW(&a, double, (size_t)n + 1);
    int of = GG_PAIRED_ALL, n_tested = 0;
    for (int i = 0, k = 0; i < n; i++) {
        if (isnan(d[i]))
            continue;
        if (which == size[i])
            of = p.size[k];
        if (which < 0 || which == size[i])
            tested[n_tested++] = d[i];
        k++;
    }
    struct gg_paired_curves out = {which < 0 ? p.n_size : n_tested > 0, n_tested, NAN, {NAN, NAN}, NAN};
    if (n_tested > 0) {
        struct estimate e = estimate(&p, of);
        out.difference = e.mean;
        out.p = gg_sign_test(n_tested, tested);
        if (p.n - p.n_size >= 2 && e.error > 0) {
            struct gg_interval t = draw_again(&p, of, &a);
            out.interval = (struct gg_interval){e.mean - t.hi * e.error, e.mean - t.lo * e.error};
        }
    }
    gg_arena_free(&a);
    return out;
}
