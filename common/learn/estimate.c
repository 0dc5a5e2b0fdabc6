/* estimate.c -- what a training would take, in words */
#include "learn/network.h"
#include "kernel/conv_kernel.h"
#include "util/blas.h"
#include "util/linalg.h"
#include "util/threads.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

/* Seconds that this thread has computed: what others do on the machine does not count. */
static double computed(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double product_rate(void)
{
    enum { N = 256 };
    float *a = gg_xalloc(3 * N * N, sizeof *a);
    double began = gg_seconds(), first = computed(), flops = 0;
    do {
        gg_sgemm(false, false, N, N, N, 1, a, N, a + N * N, N, 0, a + 2 * N * N, N);
        flops += 2.0 * N * N * N;
    } while (gg_seconds() - began < 0.025);
    free(a);
    return flops / (computed() - first);
}

/* Numbers beyond the second cache, read, changed and written by all threads. */
static double memory_rate(void)
{
    enum { N = 1 << 23 };
    float *a = gg_xalloc(N, sizeof *a);
    double bytes = 0;
    for (int64_t k = 0; k < N; k++) /* pages are there before the clock runs */
        a[k] = (float)k;
    double began = gg_seconds(), first = computed();
    do {
#pragma omp parallel for simd schedule(static)
        for (int64_t k = 0; k < N; k++)
            a[k] = 0.5f * a[k] + 1;
        bytes += 2.0 * N * sizeof *a;
    } while (gg_seconds() - began < 0.025);
    double rate = bytes / (computed() - first);
    free(a);
    return rate;
}

struct gg_probe gg_probe(void)
{
    return (struct gg_probe){product_rate() * gg_threads(), memory_rate()};
}

double gg_step_seconds(const struct gg_cost *c, const struct gg_probe *p)
{
    return (c->flops_forward + c->flops_backward) / (GG_PROBE_FLOPS * p->flops) +
           c->moved / (GG_PROBE_BYTES * p->bytes);
}

static int cost_of(struct gg_trainer *t, struct gg_cost *cost, size_t *bytes, int64_t *n_edge,
                   struct gg_err *err)
{
    struct gg_batch *b = gg_data_batch(&t->data, t->model, t->data.train[0], err);
    if (!b)
        return -1;
    const struct gg_train_keys *k = &t->keys;
    int64_t most = k->batch < t->data.n_train ? k->batch : t->data.n_train,
            sums = k->shards < most ? k->shards : most;
    *cost = gg_model_cost(t->model, b);
    *bytes =
        gg_pass_bytes(t->model, b, true) +
        /* parameters, two or three moments, running mean, best, statistics, and what is written at the end */
        (size_t)t->model->n_weight * (size_t)(7 + k->amsgrad + sums) * sizeof(gg_real) +
        (size_t)gg_batch_bytes(t->model, (double)b->graph[0].n_node, (double)b->graph[0].n_edge);
    *n_edge = b->graph[0].n_edge;
    return 0;
}

double gg_network_gflop(struct gg_trainer *t)
{
    struct gg_err ignored;
    const struct gg_batch *b = gg_data_batch(&t->data, t->model, t->data.train[0], &ignored);
    struct gg_cost cost = b ? gg_model_cost(t->model, b) : (struct gg_cost){.flops_forward = NAN};
    return (double)t->state.epoch * t->data.n_train * (cost.flops_forward + cost.flops_backward) / 1e9;
}

void gg_estimate_columns(FILE *to, const struct gg_estimate *e)
{
    fprintf(to,
            "parameters\ttraining\tvalidation\tgflop_forward\tgflop_"
            "backward\tgflop\tmegabytes\tseconds\tepochs\tmodels\n"
            "%.0f\t%.0f\t%.0f\t%.6g\t%.6g\t%.6g\t%.6g\t%.4g\t%.0f\t%.0f\n",
            e->parameters, e->training, e->validation, e->forward, e->backward, e->run, e->megabytes,
            e->seconds, e->epochs, e->models);
}

static void print_lines(const struct gg_trainer *t, const struct gg_estimate *e, double step, int64_t n_edge,
                        FILE *to)
{
    const char *about = gg_frames_about(t, t->data.n_train, t->data.validation.n).word;
    fprintf(to, "parameters           %.0f\n", e->parameters);
    fprintf(to, "frames               %s%.0f training, %.0f validation\n", about, e->training, e->validation);
    fprintf(to, "first frame          %lld particles, %lld edges\n",
            (long long)t->data.spool.sample[t->data.train[0]].n_node, (long long)n_edge);
    fprintf(to, "operations a frame   %.3g Gflop forward, %.3g Gflop backward\n", e->forward, e->backward);
    fprintf(to, "memory of a step     %.0f MB\n", e->megabytes);
    fprintf(
        to,
        "time of a frame      %.2g s (%d threads, from the rates of a matrix product and of the memory)\n",
        step, gg_threads());
    fprintf(to, "time of the run      %.3g s for %.0f epochs", e->seconds, e->epochs);
    if (e->models > 1)
        fprintf(to, " of %.0f models", e->models);
    fprintf(to, "\n");
    fprintf(to, "kernels              conv %s, %s\n", gg_conv_best_name(), gg_blas_name());
}

int gg_network_estimate(struct gg_trainer *t, FILE *to, struct gg_err *err)
{
    struct gg_cost cost;
    size_t bytes;
    int64_t n_edge;
    if (gg_blas_open(err) || cost_of(t, &cost, &bytes, &n_edge, err))
        return -1;
    struct gg_probe probe = gg_probe();
    double flops = cost.flops_forward + cost.flops_backward, step = gg_step_seconds(&cost, &probe);
    struct gg_frames_about n = gg_frames_about(t, t->data.n_train, t->data.validation.n);
    double models = t->how.folds       ? (double)t->how.folds
                    : t->how.seeds > 1 ? (double)t->how.seeds
                                       : 1,
           passes = n.train * (double)t->keys.epochs * models;
    struct gg_estimate e = {.parameters = (double)t->model->n_weight,
                            .training = n.train,
                            .validation = n.validation,
                            .forward = cost.flops_forward / 1e9,
                            .backward = cost.flops_backward / 1e9,
                            .run = passes * flops / 1e9,
                            .megabytes = (double)bytes / 1e6,
                            .seconds = passes * step,
                            .epochs = (double)t->keys.epochs,
                            .models = models};
    if (t->how.columns)
        gg_estimate_columns(to, &e);
    else
        print_lines(t, &e, step, n_edge, to);
    return 0;
}
