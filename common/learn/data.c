/* data.c -- the frames of a training: read once, kept on disk, split, and as graphs as long as there is room */
#include "learn/data.h"
#include "model/loss.h"
#include "stream/boxes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- frames in ---- */

int gg_data_sample_of(const struct gg_sample *was, const struct gg_sample *is, struct gg_err *err)
{
    if (!is->id[0] || strcmp(is->id, was->id) != 0)
        return 0;
    if (is->number == was->number && is->box == was->box)
        return gg_fail(
            err, GG_INPUT,
            "sample id '%s' stands twice in the data: configurations get names of their own by gg-import "
            "--sample-id; times of one configuration go together by gg-targets --join",
            is->id);
    if (is->split != was->split)
        return gg_fail(err, GG_INPUT,
                       "sample id '%s': %s of one configuration are not all for training, or for "
                       "validation: gg-select --split keeps them together",
                       is->id, is->box < 0 ? "samples" : "boxes");
    return 1;
}

static int bad_weight(const struct gg_field *x, uint64_t k, struct gg_err *err)
{
    return gg_fail(err, GG_INPUT, "field '%s': weight %llu is %g: weights are 0 or more", x->name,
                   (unsigned long long)k, gg_field_get(x, k));
}

/* The field of that name with n numbers; frames that are not trained on may lack it. */
static int find_weights(const char *key, const char *name, const struct gg_frame *f, uint64_t n, bool need,
                        const struct gg_field **x, struct gg_err *err)
{
    *x = name ? gg_frame_find(f, name) : NULL;
    if (name && need && !*x)
        return gg_fail(err, GG_INPUT, "field '%s' is missing, train.weights.%s names it", name, key);
    if (*x && (gg_field_count(*x) != n || (*x)->ndim != !strcmp(key, "particle")))
        return gg_fail(err, GG_INPUT, "field '%s': train.weights.%s wants one number a %s", name, key, key);
    for (uint64_t k = 0; *x && k < n; k++)
        if (!(gg_field_get(*x, k) >= 0 && gg_field_get(*x, k) <= 1e30))
            return bad_weight(*x, k, err);
    return 0;
}

static int read_weights(const struct gg_weight_fields *w, const struct gg_frame *f, struct gg_sample *s,
                        bool need, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_field *each, *all;
    if (find_weights("particle", w->particle, f, f->n_node, need, &each, err) ||
        find_weights("frame", w->frame, f, 1, need, &all, err))
        return -1;
    if (all)
        s->worth = gg_field_get(all, 0);
    if (!each)
        return 0;
    float *x = GG_NEW(a, float, (size_t)f->n_node + 1);
    for (uint64_t k = 0; k < f->n_node; k++)
        x[k] = (float)gg_field_get(each, k);
    s->weight = x;
    return 0;
}

/* With a time in a run the id is that of the run and of the frame in it, as for gg-targets --trajectory. */
static void note_run(struct gg_train_data *d, const struct gg_frame *f)
{
    d->run = gg_xrealloc(d->run, (size_t)(d->spool.n + 1) * sizeof *d->run);
    char *run = d->run[d->spool.n], *last;
    gg_frame_configuration(f, run);
    if (gg_frame_find(f, "run_time") && (last = strrchr(run, '/')))
        *last = '\0';
}

int gg_data_add(struct gg_train_data *d, struct gg_model *m, const struct gg_weight_fields *weights,
                const struct gg_frame *f, int split, struct gg_arena *a, struct gg_err *err)
{
    struct gg_sample s;
    bool any = false;
    split = split >= 0 ? split : gg_sample_split(f);
    if ((d->spool.n == 0 && gg_spool_open(&d->spool, err)) || gg_model_see(m, f, split <= 0, err))
        return -1;
    if (gg_sample_read(&s, m, f, true, a, err))
        return -1;
    for (int h = 0; h < m->n_head; h++)
        any |= s.target[h].value != NULL || gg_target_made(&m->head[h].target);
    if (!any)
        return gg_model_no_target(m, f, err);
    s.split = split;
    for (int k = 0; k < d->spool.n; k++)
        if (gg_data_sample_of(&d->spool.sample[k], &s, err) < 0)
            return -1;
    if (split != GG_FOR_NOTHING && gg_noise_rows(&d->noise, m, f, &s, a, err))
        return -1;
    gg_noise_add(&d->noise, m, f, &s, a);
    if (read_weights(weights, f, &s, split <= 0, a, err))
        return -1;
    note_run(d, f);
    uint32_t before = d->spool.digest;
    if (gg_spool_add(&d->spool, m, &s, err))
        return -1;
    d->spool.digest = split == GG_FOR_TEST ? before : d->spool.digest; /* a run may go on with other ones */
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Takes the training samples of one fold out, for the test. */
static int leave_out(struct gg_train_data *d, struct gg_fold fold, struct gg_err *err)
{
    const char **name = gg_xalloc((size_t)d->n_train + 1, sizeof *name);
    int n = 0, kept = 0;
    for (int k = 0; k < d->n_train; k++)
        name[k] = d->run[d->train[k]];
    qsort(name, (size_t)d->n_train, sizeof *name, by_name);
    for (int k = 0; k < d->n_train; k++)
        if (k == 0 || strcmp(name[k], name[k - 1]))
            name[n++] = name[k];
    for (int k = 0; k < d->n_train && n >= fold.n; k++) {
        const char *mine = d->run[d->train[k]];
        const char **at = bsearch(&mine, name, (size_t)n, sizeof *name, by_name);
        if ((at - name) % fold.n == fold.k)
            d->test.sample[d->test.n++] = d->train[k];
        else
            d->train[kept++] = d->train[k];
    }
    free(name);
    if (n < fold.n)
        return gg_fail(
            err, GG_USAGE,
            "--folds %d: each leaves one run or configuration out at least, and there are %d to train on",
            fold.n, n);
    d->n_train = kept;
    return 0;
}

/* What frames are for, as they say. */
static void sort_out(struct gg_train_data *d)
{
    d->n_train = d->validation.n = d->test.n = 0;
    for (int k = 0; k < d->spool.n; k++) {
        int split = d->spool.sample[k].split;
        if (split == GG_FOR_TEST)
            d->test.sample[d->test.n++] = k;
        else if (split == GG_FOR_VALIDATION)
            d->validation.sample[d->validation.n++] = k;
        else if (split <= 0)
            d->train[d->n_train++] = k;
    }
}

/* Samples of one configuration have one rank, in the order in which configurations come.  Returned: malloc'd, [n]. */
static int *ranks_of(const struct gg_train_data *d, const int *sample, int n, int *n_config)
{
    int *rank = gg_xalloc((size_t)n + 1, sizeof *rank);
    *n_config = 0;
    for (int k = 0; k < n; k++) {
        const char *id = d->spool.sample[sample[k]].id;
        rank[k] = -1;
        for (int q = 0; q < k && *id && rank[k] < 0; q++)
            if (!strcmp(d->spool.sample[sample[q]].id, id))
                rank[k] = rank[q];
        rank[k] = rank[k] < 0 ? (*n_config)++ : rank[k];
    }
    return rank;
}

/* The last of the training configurations, with all their samples. */
static void take_validation(struct gg_train_data *d, double part)
{
    int n_config, kept = 0, *rank = ranks_of(d, d->train, d->n_train, &n_config);
    int n = (int)ceil(part * n_config), first = n_config - (n < n_config ? n : n_config - 1);
    for (int k = 0; k < d->n_train; k++)
        if (rank[k] < first)
            d->train[kept++] = d->train[k];
        else
            d->validation.sample[d->validation.n++] = d->train[k];
    d->n_train = kept;
    free(rank);
}

/* Of each configuration, and each of its boxes, the first sample: others would count it again. */
static void once(const struct gg_train_data *d, struct gg_sample_set *s)
{
    int kept = 0;
    for (int k = 0; k < s->n; k++) {
        const struct gg_sample *mine = &d->spool.sample[s->sample[k]];
        bool again = false;
        for (int q = 0; q < kept && *mine->id && !again; q++) {
            const struct gg_sample *its = &d->spool.sample[s->sample[q]];
            again = its->box == mine->box && !strcmp(its->id, mine->id);
        }
        if (!again)
            s->sample[kept++] = s->sample[k];
    }
    s->n = kept;
}

/* Once: the spool in memory, and room for the sets. */
static int map(struct gg_train_data *d, struct gg_model *m, struct gg_err *err)
{
    size_t n = (size_t)d->spool.n + 1;
    if (d->train)
        return 0;
    if (gg_spool_map(&d->spool, m, err))
        return -1;
    gg_spool_bind(&d->spool, m);
    d->train = gg_xalloc(n, sizeof *d->train);
    d->validation.sample = gg_xalloc(n, sizeof *d->validation.sample);
    d->test.sample = gg_xalloc(n, sizeof *d->test.sample);
    return 0;
}

int gg_data_split(struct gg_train_data *d, struct gg_model *m, double part, struct gg_fold fold,
                  struct gg_err *err)
{
    if (d->spool.n == 0)
        return gg_fail(err, GG_TRUNCATED, "no frames in the input");
    if (map(d, m, err))
        return -1;
    sort_out(d);
    if (fold.n && leave_out(d, fold, err))
        return -1;
    if (d->validation.n == 0 && part > 0 && d->n_train > 1)
        take_validation(d, part);
    once(d, &d->validation);
    once(d, &d->test);
    if (d->n_train == 0)
        return gg_fail(err, GG_TRUNCATED, "no frame to train on: %d in the input, none of split train",
                       d->spool.n);
    int64_t n = 0;
    d->mean_worth = 0;
    for (int k = 0; k < d->n_train; k++) {
        n += d->spool.sample[d->train[k]].n_node;
        d->mean_worth += d->spool.sample[d->train[k]].worth / d->n_train;
    }
    if (!(d->mean_worth > 0))
        return gg_fail(err, GG_INPUT, "train.weights.frame: all %d frames to train on have the weight 0",
                       d->n_train);
    return n > 0 ? 0
                 : gg_fail(err, GG_INPUT,
                           "none of the %d frames to train on has a particle: nothing can be learned",
                           d->n_train);
}

/* ---- graphs ---- */

static void free_graphs(struct gg_train_data *d)
{
    for (int k = 0; d->graph && k < d->spool.n; k++)
        gg_arena_free(&d->graph[k]);
    gg_arena_reset(&d->scratch);
    free(d->batch);
    free(d->graph);
    free(d->finished);
}

void gg_data_begin(struct gg_train_data *d, double memory)
{
    free_graphs(d);
    d->memory = memory;
    d->kept = 0;
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

static bool is_in(const struct gg_sample_set *set, int sample)
{
    for (int k = 0; k < set->n; k++)
        if (set->sample[k] == sample)
            return true;
    return false;
}

typedef double edges[GG_MAX_GEOMETRIES];

static int count_edges(struct gg_train_data *d, const struct gg_model *m, int sample, edges n,
                       struct gg_err *err)
{
    const struct gg_batch *b = graphs_of(d, m, sample, err);
    if (!b)
        return gg_err_prefix(err, "sample '%s': ", d->spool.sample[sample].id);
    for (int q = 0; q < m->n_geometry; q++)
        n[q] = (double)b->graph[q].n_edge;
    return 0;
}

/* Of the first n training frames, a row each. */
static int edges_of(struct gg_train_data *d, const struct gg_model *m, const struct gg_ranks *ranks, int n,
                    edges *row, struct gg_err *err)
{
    int fault = -1;
    for (int k = 0; k < n && fault < 0; k++)
        if (gg_ranks_mine(ranks, k) && count_edges(d, m, d->train[k], row[k], err))
            fault = k;
    if (gg_ranks_fault(ranks, fault, err))
        return -1;
    gg_ranks_gather(ranks, row, sizeof *row, n, n);
    return 0;
}

int gg_data_facts(struct gg_train_data *d, const struct gg_model *m, const struct gg_ranks *ranks, int n,
                  struct gg_data_facts *facts, struct gg_err *err)
{
    edges sum = {0}, *row = gg_xalloc((size_t)n + 1, sizeof *row);
    double nodes = 0;
    facts->sample = d->spool.sample;
    facts->train = d->train;
    facts->n_train = d->n_train;
    for (int k = 0; k < d->spool.n; k++)
        if (!is_in(&d->test, k))
            for (int64_t i = 0; i < d->spool.sample[k].n_node; i++)
                if (d->spool.sample[k].type[i] >= facts->n_species)
                    facts->n_species = d->spool.sample[k].type[i] + 1;
    int status = edges_of(d, m, ranks, n, row, err);
    for (int k = 0; k < n; k++) {
        nodes += (double)d->spool.sample[d->train[k]].n_node;
        for (int q = 0; q < m->n_geometry; q++)
            sum[q] += row[k][q];
    }
    for (int q = 0; q < m->n_geometry; q++)
        facts->mean_neighbours[q] = nodes > 0 ? sum[q] / nodes : 0;
    free(row);
    return status;
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
    if (!b ||
        gg_batch_finish(b, m, s, is_in(&(struct gg_sample_set){d->n_train, d->train}, sample), a, err) ||
        gg_loss_prepare(b, m, s, a, err)) {
        gg_err_prefix(err, "sample '%s': ", s->id);
        return NULL;
    }
    d->finished[sample] = keep;
    return b;
}

void gg_data_free(struct gg_train_data *d)
{
    free_graphs(d);
    gg_arena_free(&d->scratch);
    gg_spool_close(&d->spool);
    gg_noise_free(&d->noise);
    free(d->run);
    free(d->train);
    free(d->validation.sample);
    free(d->test.sample);
    *d = (struct gg_train_data){.spool = {.fd = -1}};
}
