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

static void standardise_inputs(struct gg_model *m, const struct gg_spool *s, const int *use, int n_use)
{
    struct gg_arena a = {0};
    struct running *r = GG_NEW(&a, struct running, (size_t)m->n_column + 1);
    int row = gg_model_input_numbers(m);
    for (int k = 0; k < n_use; k++)
        for (int64_t i = 0; i < s->sample[use[k]].n_node; i++) {
            const float *x = s->sample[use[k]].input + i * row;
            for (int q = 0; q < m->n_input; q++) {
                const struct gg_input *in = &m->input[q];
                int channel = in->channel;
                for (int b = 0; strcmp(in->field, "type") && b < in->irreps.n; b++)
                    for (int c = 0; c < in->irreps.b[b].mul; c++, channel++)
                        for (int z = 0; z <= 2 * in->irreps.b[b].l; z++)
                            observe(&r[channel], (double)*x++);
            }
        }
    for (int q = 0; q < m->n_input; q++) {
        int channel = m->input[q].channel;
        for (int b = 0; strcmp(m->input[q].field, "type") && b < m->input[q].irreps.n; b++)
            for (int c = 0; c < m->input[q].irreps.b[b].mul; c++, channel++) {
                bool invariant = m->input[q].irreps.b[b].l == 0 && m->input[q].irreps.b[b].p == 1;
                m->mean[channel] = invariant ? r[channel].mean : 0;
                m->scale[channel] = scale_of(&r[channel], !invariant);
            }
    }
    gg_arena_free(&a);
}

static void standardise_head(struct gg_model *m, int head, const struct gg_spool *s, const int *use,
                             int n_use)
{
    struct gg_arena a = {0};
    struct gg_head *h = &m->head[head];
    int n = h->kind == GG_HEAD_VECTOR ? 3 : 1, columns = m->n_species * m->n_time;
    struct running *r = GG_NEW(&a, struct running, (size_t)columns);
    for (int k = 0; k < n_use; k++) {
        const struct gg_sample *x = &s->sample[use[k]];
        for (int64_t i = 0; x->target[head] && i < x->n_node; i++)
            for (int t = 0; t < m->n_time; t++)
                for (int z = 0; z < n; z++) {
                    double y = (double)x->target[head][(i * m->n_time + t) * n + z];
                    if (!isnan(y))
                        observe(&r[x->type[i] * m->n_time + t], y);
                }
    }
    for (int c = 0; c < columns; c++) {
        h->mean[c] = h->kind == GG_HEAD_VECTOR ? 0 : r[c].mean;
        h->scale[c] = scale_of(&r[c], h->kind == GG_HEAD_VECTOR);
    }
    gg_arena_free(&a);
}

void gg_model_standardise(struct gg_model *m, const struct gg_spool *s, const int *use, int n_use)
{
    standardise_inputs(m, s, use, n_use);
    for (int h = 0; h < m->n_head && m->standardise; h++)
        standardise_head(m, h, s, use, n_use);
}
