/* bench_fit.c -- ridge regression: Gram matrices beside the peak of the same minute, and gg-train from a stream */
#include "bench.h"
#include "fit/gram.h"
#include "stream/writer.h"
#include "util/arena.h"
#include "util/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FRAMES = 75,
    PARTICLES = 4000,
    FEATURES = 1000,
    TIMES = 10,
    COLUMNS = FEATURES + TIMES + 1,
    STEP = 997, /* numbers from the start of one frame to that of the next */
    REPEAT = 15
};

/* A row z of n columns adds n (n + 1) flops to one triangle. */
static void gram_row(void)
{
    double *z = gg_xalloc((size_t)GG_GRAM_CHUNK * COLUMNS, sizeof *z),
           *square = gg_xalloc((size_t)COLUMNS * COLUMNS, sizeof *z);
    double best = 0, fma = NAN;
    for (int k = 0; k < REPEAT; k++) {
        fma = fmax(fma, bench_fma());
        double start = bench_cpu();
        gg_gram_add(COLUMNS, GG_GRAM_CHUNK, z, square);
        best = fmax(best, 1e-9 * GG_GRAM_CHUNK * COLUMNS * (COLUMNS + 1) / (bench_cpu() - start));
    }
    bench_row("Gram matrix, 1011 columns", -1, -1);
    bench_cell("rate", "GFLOP/s", best);
    bench_cell("FMA", "%", 100 * best / (fma / 2)); /* of doubles */
    bench_cell("goal", "%", 70);
    bench_end();
    free(z);
    free(square);
}

/* The stream on standard output: each frame shows other rows of the same numbers, so that making it costs next to nothing. */
static int write_stream(struct gg_err *err)
{
    struct gg_frame f = {.n_node = PARTICLES,
                         .dim = 3,
                         .pbc = 7,
                         .cell = {{15, 0, 0}, {0, 15, 0}, {0, 0, 15}}};
    struct gg_arena a = {0};
    struct gg_writer w = {0};
    struct gg_rng r = gg_rng_at(1, 0, 0, 0);
    const struct gg_meta meta = {0};
    const struct gg_prov prov = {0};
    const uint64_t times[1] = {TIMES}, shape[2] = {PARTICLES, FEATURES};
    const int axis[2] = {GG_NODE, GG_FREE}, n_number = PARTICLES * FEATURES + FRAMES * STEP;
    double *time = gg_frame_add(&f, &a, "time", times)->data;
    int32_t *type = gg_frame_add(&f, &a, "type", NULL)->data;
    float *y = gg_frame_add(&f, &a, "propensity", times)->data, *number = GG_NEW(&a, float, n_number);
    struct gg_field *x =
        gg_frame_add_as(&f, &a, "node_features", GG_F32, 2, shape, axis, GG_FEATURE, "0e", "", err);
    for (int k = 0; k < TIMES; k++)
        time[k] = k + 1;
    for (int k = 0; k < PARTICLES; k++)
        type[k] = k % 5 == 0;
    for (int k = 0; k < n_number; k++)
        number[k] = (float)gg_rng_uniform(&r);
    int status = !x || gg_writer_open(&w, NULL, err) || gg_writer_begin(&w, "gg.graph/1", &meta, &prov, err);
    for (int n = 0; n < FRAMES && !status; n++) {
        snprintf(f.id, sizeof f.id, "bench/%d", n);
        x->data = number + n * STEP;
        for (int k = 0; k < PARTICLES * TIMES; k++)
            y[k] = number[n * STEP + k / TIMES * FEATURES + k % TIMES];
        status = gg_writer_frame(&w, &f, err);
    }
    status = status || gg_writer_end(&w, &meta, err) || gg_writer_commit(&w, err);
    gg_frame_free(&f);
    gg_arena_free(&a);
    return status ? -1 : 0;
}

/* A process that writes the stream; it is this one's standard input from now on. */
static pid_t start_stream(void)
{
    struct gg_err err;
    int end[2];
    if (pipe(end))
        return -1;
    fflush(stdout);
    pid_t pid = fork();
    dup2(end[pid == 0], pid == 0 ? STDOUT_FILENO : STDIN_FILENO);
    close(end[0]);
    close(end[1]);
    if (pid == 0)
        _exit(write_stream(&err) ? 1 : 0);
    return pid;
}

static double best_rate(double rate)
{
    for (int k = 0; k < REPEAT; k++)
        rate = fmax(rate, bench_fma());
    return rate;
}

static bool fit_stream(const char *penalty, struct bench_found *f)
{
    char folder[512], model[512], set[64];
    snprintf(folder, sizeof folder, "%s/fit", bench_folder());
    snprintf(model, sizeof model, "%s/ridge.yaml", bench_models());
    snprintf(set, sizeof set, "fit.penalty=%s", penalty);
    pid_t writer = start_stream();
    bool done = bench_program(f, "gg-train", "-q", "--threads", "1", "--resume", "never", "--set", set,
                              "--set", "fit.standardise=joint", "-o", folder, model, NULL);
    dup2(STDERR_FILENO, STDIN_FILENO); /* no reader is left: a writer that was not read to its end stops */
    return writer >= 0 && waitpid(writer, NULL, 0) == writer && done;
}

/* The better of two runs. */
static void train_row(const char *what, const char *penalty)
{
    double cpu = INFINITY, peak = 0, fma = best_rate(NAN);
    for (int k = 0; k < 2; k++) {
        struct bench_found f;
        if (!fit_stream(penalty, &f)) {
            bench_say("%s: gg-train failed", what);
            return;
        }
        cpu = fmin(cpu, bench_get(&f, "cpu"));
        peak = fmax(peak, bench_get(&f, "peak"));
        fma = best_rate(fma);
    }
    double flops = 1e-9 * FRAMES * PARTICLES * COLUMNS * (COLUMNS + 1);
    bench_row(what, -1, -1);
    bench_cell("cpu", "s", cpu);
    bench_cell("Gram at", "GFLOP/s", flops / cpu);
    bench_cell("FMA", "%", 100 * flops / cpu / (fma / 2));
    bench_cell("goal", "%", 70);
    bench_cell("peak", "MB", peak);
    bench_cell("goal", "MB", 200);
    bench_end();
}

void bench_fit(void)
{
    gram_row();
    train_row("300000 x 1000, 10 targets", "{path: 10, choose: none}");
    train_row("the same, 13 penalties, 10 folds", "{path: [1e-1, 1e5]}");
}
