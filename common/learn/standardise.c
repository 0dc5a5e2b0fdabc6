/* standardise.c -- means and scales of inputs and targets over the training set */
#include "learn/standardise.h"

#include <math.h>
#include <string.h>

/* Running mean and sum of squared deviations (Welford 1962). */
struct running {
    double n, mean, square;
};

static void observe(struct running *r, double x)
{
    double d = x - r->mean;
    r->n++;
    r->mean += d / r->n;
    r->square += d * (x - r->mean);
}

/* A quantity that never varies is left as it is, not blown up. */
static double scale_of(const struct running *r, bool about_zero)
{
    double variance = r->n > 0 ? r->square / r->n + (about_zero ? r->mean * r->mean : 0) : 0;
    return variance > 1e-20 ? sqrt(variance) : 1;
}

static void observe_inputs(const struct gg_model *m, const struct gg_sample *s, int base, struct running *r)
{
    const float *x = s->input[base];
    for (int64_t i = 0; i < gg_sample_rows(s, base); i++)
        for (int q = 0; q < m->n_input; q++) {
            const struct gg_input *in = &m->input[q];
            int channel = in->channel;
            for (int b = 0; in->base == base && strcmp(in->field, "type") && b < in->irreps.n; b++)
                for (int c = 0; c < in->irreps.b[b].mul; c++, channel++)
                    for (int z = 0; z <= 2 * in->irreps.b[b].l; z++)
                        observe(&r[channel], (double)*x++);
        }
}

static void standardise_inputs(struct gg_model *m, const struct gg_spool *s, const int *use, int n_use)
{
    struct gg_arena a = {0};
    struct running *r = GG_NEW(&a, struct running, (size_t)m->n_column + 1);
    for (int k = 0; k < n_use; k++)
        for (int base = GG_ON_NODE; base <= GG_ON_GRAPH; base++)
            observe_inputs(m, &s->sample[use[k]], base, r);
    for (int q = 0; q < m->n_input; q++) {
        int channel = m->input[q].channel;
        if (m->input[q].reads != GG_STANDARDISED)
            continue;
        for (int b = 0; strcmp(m->input[q].field, "type") && b < m->input[q].irreps.n; b++)
            for (int c = 0; c < m->input[q].irreps.b[b].mul; c++, channel++) {
                bool invariant = m->input[q].irreps.b[b].l == 0 && m->input[q].irreps.b[b].p == 1;
                m->mean[channel] = invariant ? r[channel].mean : 0;
                m->scale[channel] = scale_of(&r[channel], !invariant);
            }
    }
    gg_arena_free(&a);
}

/* ---- targets ---- */

/* Parity of the number at `at` among those of a row. */
static int parity_of(const struct gg_irreps *x, int at)
{
    int b = 0;
    for (; at >= x->b[b].mul * (2 * x->b[b].l + 1); b++)
        at -= x->b[b].mul * (2 * x->b[b].l + 1);
    return x->b[b].p;
}

static void observe_row(const struct gg_target *t, const float *y, int group, int time, struct running *r)
{
    for (int q = 0; q < gg_target_parts(t); q++) {
        int l, first = gg_target_part(t, q, &l);
        for (int z = 0; z <= 2 * l; z++)
            if (!isnan(y[first + z])) {
                observe(&r[gg_target_at(t, group, time, q)], (double)y[first + z]);
                t->count[group * t->n_time + time]++;
            }
    }
}

/* Mean 0 but for invariants; the numbers of a part share one scale. */
static void standardise_head(struct gg_head *h, int head, const struct gg_spool *s, const int *use, int n_use)
{
    struct gg_arena a = {0};
    struct gg_target *t = &h->target;
    int n_part = gg_target_parts(t);
    struct running *r = GG_NEW(&a, struct running, (size_t)(t->n_group * t->n_time * n_part));
    memset(t->count, 0, (size_t)(t->n_group * t->n_time) * sizeof *t->count);
    for (int k = 0; k < n_use; k++) {
        const struct gg_sample *x = &s->sample[use[k]];
        for (int64_t i = 0; x->target[head].value && i < x->target[head].n_row; i++)
            for (int time = 0; time < t->n_time; time++) {
                const float *y = gg_truth_at(&x->target[head], i, time);
                if (y)
                    observe_row(t, y, t->kind->group(x, i), time, r);
            }
    }
    for (int g = 0; g < t->n_group * t->n_time && h->standardise; g++)
        for (int q = 0; q < n_part; q++) {
            int l, first = gg_target_part(t, q, &l), k = g * n_part + q;
            bool invariant = l == 0 && parity_of(&t->irreps, first) == 1;
            t->mean[k] = invariant ? r[k].mean : 0;
            t->scale[k] = scale_of(&r[k], !invariant);
        }
    gg_arena_free(&a);
}

void gg_model_standardise(struct gg_model *m, const struct gg_spool *s, const int *use, int n_use)
{
    standardise_inputs(m, s, use, n_use);
    for (int h = 0; h < m->n_head; h++)
        if (!gg_target_made(&m->head[h].target))
            standardise_head(&m->head[h], h, s, use, n_use);
}

/* Particles that count and have a number to learn. */
int gg_model_check_targets(const struct gg_model *m, struct gg_err *err)
{
    double n = 0;
    for (int h = 0; h < m->n_head; h++)
        for (int g = 0; g < m->head[h].target.n_group; g++)
            for (int time = 0; time < m->head[h].target.n_time; time++)
                if (gg_head_on(&m->head[h], g, time))
                    n += m->head[h].target.count[g * m->head[h].target.n_time + time];
    return n > 0 ? 0
                 : gg_fail(
                       err, GG_INPUT,
                       "no target to train on: the training frames have no number (or NaN alone) for '%s' of "
                       "the species and times that count",
                       m->head[0].target.name);
}
