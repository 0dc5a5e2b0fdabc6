/* fit_gram.c -- the particles of a frame into the Gram matrices of its part
 *
 * The particles of a group are cut into shares that depend on their number alone.  A thread adds up a share by itself, and the sums of
 * the shares are added to the part's matrix in their order: the bytes do not depend on the number of threads. */
#include "learn/fit_train.h"
#include "fit/gram.h"
#include "stream/crc32c.h"
#include "util/clones.h"
#include "util/threads.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

/* Rows of a share: adding its sum to the part's costs a fiftieth of making it, and a frame of 4096 particles keeps two threads busy. */
enum { SHARE = 2048 };

struct share {
    int group;
    int64_t n;
    const int64_t *who;
};

/* What one thread adds up in. */
struct gg_fit_adder {
    double *z, *square; /* [GG_GRAM_CHUNK][n_column], [n_column][n_column] and zero between two shares */
};

/* Does the particle have its targets: 1 all, 0 none, -1 some. */
static int has_targets(const struct gg_model *m, const struct gg_sample *s, int64_t i)
{
    int on = 0, there = 0;
    const struct gg_fit *x = m->own;
    for (int o = 0; o < x->n_output; o++)
        if (m->head[x->head[o]].on[x->time[o]]) {
            on++;
            there += gg_fit_has(m, s, o, i);
        }
    return there == on ? 1 : there ? -1 : 0;
}

/* The particles of a group that count, with all their targets; -1 if one has but some of them. */
static int64_t choose_rows(const struct gg_model *m, const struct gg_sample *s, int group, int64_t *who,
                           struct gg_err *err)
{
    int64_t n = 0;
    for (int64_t i = 0; i < s->n_node; i++) {
        if (!m->head[0].counts[s->type[i]] || gg_fit_group(m, s->type[i]) != group)
            continue;
        int has = has_targets(m, s, i);
        if (has < 0)
            return gg_fail(err, GG_INPUT,
                           "particle %lld has no number (NaN) for some of its targets and times: a fit wants "
                           "all or none; heads.times and several models part them",
                           (long long)i);
        if (has)
            who[n++] = i;
    }
    return n;
}

GG_CLONES static void widen(int n, const float *restrict input, const double *restrict shift,
                            double *restrict z)
{
#pragma omp simd
    for (int f = 0; f < n; f++)
        z[f] = (double)input[f] - shift[f];
}

/* Component c of particle i as a row of the Gram: less the shift, 1 behind. */
static void fill_row(const struct gg_model *m, const struct gg_sample *s, int64_t i, int c,
                     const double *shift, double *z)
{
    int n = gg_fit_of(m)->n_feature;
    const float *input = s->input[GG_ON_NODE] + i * gg_fit_of(m)->n_number;
    const int *column = gg_fit_of(m)->column;
    if (n == gg_fit_of(m)->n_number)
        widen(n, input, shift, z);
    else
        for (int f = 0; f < n; f++)
            z[f] = (double)input[column[f] + c] - shift[f];
    for (int o = 0; o < gg_fit_of(m)->n_output; o++) {
        bool on = m->head[gg_fit_of(m)->head[o]].on[gg_fit_of(m)->time[o]];
        z[n + o] = on ? gg_fit_target(m, s, o, i, c) - shift[n + o] : 0;
    }
    z[n + gg_fit_of(m)->n_output] = 1;
}

/* At a group's first particles: means near the true ones keep the digits of variances.  Components of vectors have none. */
static void begin_group(const struct gg_fit_train *d, const struct gg_model *m, const struct gg_sample *s,
                        struct gg_fit_group *g, const struct share *first)
{
    size_t width = (size_t)d->n_column;
    double *zero = gg_xalloc(width, sizeof *zero), *z = gg_xalloc(width, sizeof *z);
    g->shift = gg_xalloc(width, sizeof *g->shift);
    g->gram = gg_xalloc((size_t)d->n_part + 1, sizeof *g->gram);
    for (int64_t k = 0; k < first->n && !gg_fit_turns(gg_fit_of(m)); k++) {
        fill_row(m, s, first->who[k], 0, zero, z);
        for (int c = 0; c < d->n_column - 1; c++)
            g->shift[c] += z[c] / (double)first->n;
    }
    free(zero);
    free(z);
}

/* Returns the checksum of its rows. */
static uint32_t add_share(const struct gg_fit_train *d, const struct gg_model *m, const struct gg_sample *s,
                          const struct share *h, struct gg_fit_adder *sum)
{
    size_t width = (size_t)d->n_column;
    int dim = gg_fit_of(m)->dim;
    int64_t n = h->n * dim;
    uint32_t crc = (uint32_t)h->group;
    if (!sum->z) {
        sum->z = gg_xalloc(GG_GRAM_CHUNK * width, sizeof *sum->z);
        sum->square = gg_xalloc(width * width, sizeof *sum->square);
    }
    for (int64_t first = 0; first < n; first += GG_GRAM_CHUNK) {
        int64_t rows = n - first < GG_GRAM_CHUNK ? n - first : GG_GRAM_CHUNK;
        for (int64_t k = 0; k < rows; k++)
            fill_row(m, s, h->who[(first + k) / dim], (int)((first + k) % dim), d->group[h->group].shift,
                     sum->z + (size_t)k * width);
        crc = gg_crc32c(crc, sum->z, (size_t)rows * width * sizeof *sum->z);
        gg_gram_add(d->n_column, (int)rows, sum->z, sum->square);
    }
    return crc;
}

static double adder_bytes(int n_column)
{
    return 8.0 * n_column * (n_column + GG_GRAM_CHUNK);
}

/* Two threads can work together whatever it costs: it is less than the parts' matrices. */
static int n_adder(int n_column)
{
    int n = gg_fit_at_once(adder_bytes(n_column));
    return n == 1 && gg_threads() > 1 ? 2 : n;
}

/* All shares of a frame. */
static void add_shares(struct gg_fit_train *d, const struct gg_model *m, const struct gg_sample *s, int part,
                       int n_share, const struct share *share)
{
    for (int k = 0; k < n_share; k++) {
        struct gg_fit_group *g = &d->group[share[k].group];
        if (!g->shift)
            begin_group(d, m, s, g, &share[k]);
        if (!g->gram[part])
            g->gram[part] = gg_xalloc(gg_packed_size(d->n_column), sizeof **g->gram);
    }
    if (!d->adder) {
        d->n_adder = n_adder(d->n_column);
        d->adder = gg_xalloc((size_t)d->n_adder, sizeof *d->adder);
    }
#pragma omp parallel for ordered schedule(static, 1) num_threads(d->n_adder)
    for (int k = 0; k < n_share; k++) {
        struct gg_fit_adder *sum = &d->adder[omp_get_thread_num()];
        uint32_t crc = add_share(d, m, s, &share[k], sum);
#pragma omp ordered
        {
            d->digest = gg_crc32c(d->digest, &crc, sizeof crc);
            gg_packed_take(d->n_column, sum->square, d->group[share[k].group].gram[part]);
        }
    }
}

int gg_fit_gram_add(struct gg_trainer *t, const struct gg_sample *s, int part, struct gg_arena *a,
                    struct gg_err *err)
{
    struct gg_fit_train *d = t->own;
    const struct gg_model *m = t->model;
    int n_group = gg_fit_of(m)->keys.standardise ? 1 : GG_MAX_SPECIES, n_share = 0;
    int64_t *who = GG_NEW(a, int64_t, (size_t)s->n_node + 1);
    struct share *share = GG_NEW(a, struct share, (size_t)(s->n_node / SHARE + n_group));
    for (int g = 0; g < n_group; g++) {
        int64_t n = choose_rows(m, s, g, who, err), parts = (n + SHARE - 1) / SHARE;
        if (n < 0)
            return -1;
        for (int64_t k = 0; k < parts; k++)
            share[n_share++] = (struct share){g, n * (k + 1) / parts - n * k / parts, who + n * k / parts};
        d->group[g].n_row += part < d->n_part ? n : 0;
        who += n;
    }
    if (n_share && !t->how.dry)
        add_shares(d, m, s, part, n_share, share);
    return 0;
}

double gg_fit_adder_bytes(int n_column)
{
    return n_adder(n_column) * adder_bytes(n_column);
}

void gg_fit_adders_free(struct gg_fit_train *d)
{
    for (int k = 0; k < d->n_adder; k++) {
        free(d->adder[k].z);
        free(d->adder[k].square);
    }
    free(d->adder);
    d->adder = NULL;
    d->n_adder = 0;
}
