/* estimate.c -- what a training or a fit would take, in words */
#include "learn/fit_learn.h"
#include "model/fit.h"
#include "kernel/conv_kernel.h"
#include "util/linalg.h"
#include "util/threads.h"

#include <stdio.h>
#include <stdlib.h>

/* Rate of a matrix product here and now: what the estimate of time rests on. */
static double gemm_rate(void)
{
    enum { N = 256 };
    float *a = gg_xalloc(3 * N * N, sizeof *a);
    double began = gg_seconds(), flops = 0;
    do {
        gg_sgemm(false, false, N, N, N, 1, a, N, a + N * N, N, 0, a + 2 * N * N, N);
        flops += 2.0 * N * N * N;
    } while (gg_seconds() - began < 0.05);
    double rate = flops / (gg_seconds() - began);
    free(a);
    return rate;
}

static void write_fit(FILE *to, const struct gg_trainer *t)
{
    struct gg_fit_cost cost = gg_fit_cost(t);
    fprintf(to, "parameters           %lld\n", (long long)cost.n_weight);
    fprintf(to, "frames               %lld training, %lld validation\n", (long long)cost.n_train,
            (long long)cost.n_validation);
    fprintf(to, "particles            %lld that are fitted, %d numbers each\n", (long long)cost.n_row,
            t->model->fit->n_feature);
    fprintf(to, "operations           %.3g Gflop to add up, %.3g Gflop to solve\n", cost.flops_gram / 1e9,
            cost.flops_solve / 1e9);
    fprintf(to, "memory               %.0f MB besides a frame\n", cost.bytes / 1e6);
    fprintf(to, "kernels              %s\n", gg_blas_name());
}

static int write_network(FILE *to, struct gg_trainer *t, struct gg_err *err)
{
    struct gg_cost cost;
    size_t bytes;
    int64_t n_edge;
    if (gg_blas_open(err) || gg_train_cost(t, &cost, &bytes, &n_edge, err))
        return -1;
    double share = 0.3,
           step = (cost.flops_forward + cost.flops_backward) / (share * gemm_rate() * gg_threads());
    fprintf(to, "parameters           %lld\n", (long long)t->model->n_weight);
    fprintf(to, "frames               %d training, %d validation\n", t->n_train, t->n_validation);
    fprintf(to, "first frame          %lld particles, %lld edges\n",
            (long long)t->spool.sample[t->train[0]].n_node, (long long)n_edge);
    fprintf(to, "operations a frame   %.3g Gflop forward, %.3g Gflop backward\n", cost.flops_forward / 1e9,
            cost.flops_backward / 1e9);
    fprintf(to, "memory of a step     %.0f MB\n", (double)bytes / 1e6);
    fprintf(to, "time of a frame      %.2g s (at %.0f%% of the matrix product's rate, %d threads)\n", step,
            100 * share, gg_threads());
    fprintf(to, "time of the run      %.3g s for %lld epochs\n", step * (double)(t->keys.epochs * t->n_train),
            (long long)t->keys.epochs);
    fprintf(to, "kernels              conv %s, %s\n", gg_conv_best_name(), gg_blas_name());
    return 0;
}

char *gg_train_estimate(struct gg_trainer *t, struct gg_err *err)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    if (!to)
        gg_out_of_memory(1);
    int status = 0;
    if (t->model->fit)
        write_fit(to, t);
    else
        status = write_network(to, t, err);
    fclose(to);
    if (status == 0)
        return text;
    free(text);
    return NULL;
}
