/* data.c -- the frames of a training: read once, kept on disk, split, and as graphs as long as there is room */
#include "learn/data.h"
#include "model/loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- frames in ---- */

int gg_data_twice(const char *id, struct gg_err *err)
{
    return gg_fail(
        err, GG_INPUT,
        "sample id '%s' stands twice in the data: configurations get names of their own by gg-import "
        "--sample-id; times of one configuration go together by gg-targets --join",
        id);
}

int gg_data_add(struct gg_train_data *d, struct gg_model *m, const struct gg_frame *f, int split,
                struct gg_arena *a, struct gg_err *err)
{
    struct gg_sample s;
    bool any = false;
    split = split >= 0 ? split : gg_sample_split(f);
    if ((d->spool.n == 0 && gg_spool_open(&d->spool, err)) || gg_model_see(m, f, split <= 0, err))
        return -1;
    if (gg_sample_read(&s, m, f, true, a, err))
        return -1;
    for (int h = 0; h < m->n_head; h++)
        any |= s.target[h].value != NULL;
    if (!any)
        return gg_model_no_target(m, f, err);
    s.split = split;
    for (int k = 0; k < d->spool.n; k++)
        if (s.id[0] && !strcmp(s.id, d->spool.sample[k].id))
            return gg_data_twice(s.id, err);
    if (split != GG_FOR_NOTHING && gg_noise_rows(&d->noise, m, f, &s, a, err))
        return -1;
    gg_noise_add(&d->noise, m, f, &s, a);
    uint32_t before = d->spool.digest;
    if (gg_spool_add(&d->spool, m, &s, err))
        return -1;
    d->spool.digest = split == GG_FOR_TEST ? before : d->spool.digest; /* a run may go on with other ones */
    return 0;
}

int gg_data_split(struct gg_train_data *d, struct gg_model *m, double part, struct gg_err *err)
{
    if (d->spool.n == 0)
        return gg_fail(err, GG_TRUNCATED, "no frames in the input");
    if (gg_spool_map(&d->spool, m, err))
        return -1;
    gg_spool_bind(&d->spool, m);
    d->train = gg_xalloc((size_t)d->spool.n + 1, sizeof *d->train);
    d->validation.sample = gg_xalloc((size_t)d->spool.n + 1, sizeof *d->validation.sample);
    d->test.sample = gg_xalloc((size_t)d->spool.n + 1, sizeof *d->test.sample);
    for (int k = 0; k < d->spool.n; k++) {
        int split = d->spool.sample[k].split;
        if (split == GG_FOR_TEST)
            d->test.sample[d->test.n++] = k;
        else if (split == GG_FOR_VALIDATION)
            d->validation.sample[d->validation.n++] = k;
        else if (split <= 0)
            d->train[d->n_train++] = k;
    }
    if (d->validation.n == 0 && part > 0 && d->n_train > 1) {
        int n = (int)ceil(part * d->n_train);
        n = n < d->n_train ? n : d->n_train - 1;
        d->n_train -= n;
        d->validation.n = n;
        memcpy(d->validation.sample, d->train + d->n_train, (size_t)n * sizeof *d->train);
    }
    if (d->n_train == 0)
        return gg_fail(err, GG_TRUNCATED, "no frame to train on: %d in the input, none of split train",
                       d->spool.n);
    int64_t n = 0;
    for (int k = 0; k < d->n_train; k++)
        n += d->spool.sample[d->train[k]].n_node;
    return n > 0 ? 0
                 : gg_fail(err, GG_INPUT,
                           "none of the %d frames to train on has a particle: nothing can be learned",
                           d->n_train);
}

/* ---- graphs ---- */

void gg_data_begin(struct gg_train_data *d, double memory)
{
    d->memory = memory;
    d->batch = gg_xalloc((size_t)d->spool.n, sizeof *d->batch);
    d->graph = gg_xalloc((size_t)d->spool.n, sizeof *d->graph);
    d->finished = gg_xalloc((size_t)d->spool.n, sizeof *d->finished);
}

/* The sample's graphs as they are before the model is built: kept as long as there is room, else in d->other. */
static struct gg_batch *graphs_of(struct gg_train_data *d, const struct gg_model *m, int sample,
                                  struct gg_err *err)
{
    const struct gg_sample *s = &d->spool.sample[sample];
    if (d->batch[sample].order)
        return &d->batch[sample];
    gg_arena_reset(&d->scratch);
    if (gg_batch_graphs(&d->other, m, s, &d->scratch, err))
        return NULL;
    double bytes =
        gg_batch_bytes(m, (double)s->n_node, (double)d->other.graph[0].n_edge) + gg_loss_bytes(m, s);
    if (d->kept + bytes > d->memory)
        return &d->other;
    struct gg_arena empty = d->graph[sample];
    d->graph[sample] = d->scratch; /* what was just made stays where it is */
    d->scratch = empty;
    d->batch[sample] = d->other;
    d->kept += bytes;
    return &d->batch[sample];
}

int gg_data_facts(struct gg_train_data *d, const struct gg_model *m, int n, struct gg_data_facts *facts,
                  struct gg_err *err)
{
    double edges[GG_MAX_GEOMETRIES] = {0}, nodes = 0;
    for (int k = 0; k < d->spool.n; k++)
        for (int64_t i = 0; d->spool.sample[k].split != GG_FOR_TEST && i < d->spool.sample[k].n_node; i++)
            if (d->spool.sample[k].type[i] >= facts->n_species)
                facts->n_species = d->spool.sample[k].type[i] + 1;
    for (int k = 0; k < n; k++) {
        const struct gg_sample *s = &d->spool.sample[d->train[k]];
        const struct gg_batch *b = graphs_of(d, m, d->train[k], err);
        if (!b)
            return gg_err_prefix(err, "sample '%s': ", s->id);
        for (int q = 0; q < m->n_geometry; q++)
            edges[q] += (double)b->graph[q].n_edge;
        nodes += (double)s->n_node;
    }
    for (int k = 0; k < m->n_geometry; k++)
        facts->mean_neighbours[k] = nodes > 0 ? edges[k] / nodes : 0;
    return 0;
}

static bool is_trained(const struct gg_train_data *d, int sample)
{
    for (int k = 0; k < d->n_train; k++)
        if (d->train[k] == sample)
            return true;
    return false;
}

struct gg_batch *gg_data_batch(struct gg_train_data *d, const struct gg_model *m, int sample,
                               struct gg_err *err)
{
    const struct gg_sample *s = &d->spool.sample[sample];
    if (d->finished[sample])
        return &d->batch[sample];
    struct gg_batch *b = graphs_of(d, m, sample, err);
    bool keep = b == &d->batch[sample];
    struct gg_arena *a = keep ? &d->graph[sample] : &d->scratch;
    if (!b || gg_batch_finish(b, m, s, is_trained(d, sample), a, err) || gg_loss_prepare(b, m, s, a, err)) {
        gg_err_prefix(err, "sample '%s': ", s->id);
        return NULL;
    }
    d->finished[sample] = keep;
    return b;
}

void gg_data_free(struct gg_train_data *d)
{
    for (int k = 0; d->graph && k < d->spool.n; k++)
        gg_arena_free(&d->graph[k]);
    gg_arena_free(&d->scratch);
    gg_spool_close(&d->spool);
    gg_noise_free(&d->noise);
    free(d->train);
    free(d->validation.sample);
    free(d->test.sample);
    free(d->batch);
    free(d->graph);
    free(d->finished);
    *d = (struct gg_train_data){.spool = {.fd = -1}};
}
