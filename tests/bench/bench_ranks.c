/* bench_ranks.c -- gg-train-mpi: two ranks against one, what messages cost here, and a model of up to 64 ranks
 *
 * The model of a step of a batch of B frames on R ranks of one thread, with n parameters of 4 bytes:
 *
 *     t = ceil(B/R) frame + update + (4 log2 R + 2 (R - 1) + log2 R) latency + (min(B, S) n / R + n) 4 / bandwidth
 *
 * frame: forward and backward of 4096 particles, update: sums, clipping, Adam, mean of parameters, which every rank does; two agreements (there
 * and back), the exchange of gradients and the ring that brings sums back (R - 1 messages each), losses; S shards, one a frame at most.
 * Assumed: frames of one size, no other traffic, machines as fast as this one, memory that does not slow ranks of a machine down. */
#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 3, RANKS = 64, BATCH = 64, FRAMES = 400, EPOCHS = 100 };

/* s, bytes/s.  Of the last two the first is a common figure of InfiniBand, the second of Ethernet of 10 Gbit/s. */
struct net {
    const char *name;
    double latency, bandwidth;
};

struct model {
    double frame, update, start, n_weight;
};

static double step(const struct model *m, const struct net *w, int batch, int ranks)
{
    double log_r = log2(ranks), words = m->n_weight * (fmin(batch, BATCH) / ranks + 1);
    double messages = ranks > 1 ? (5 * log_r + 2 * (ranks - 1)) * w->latency + 4 * words / w->bandwidth : 0;
    return ceil((double)batch / ranks) * m->frame + m->update + messages;
}

static void scaling_row(const char *what, const struct model *m, const struct net *net, int ranks, bool weak)
{
    int batch = weak ? ranks : BATCH;
    bench_row(what, -1, -1);
    bench_cell("ranks", "", ranks);
    bench_cell("batch", "", batch);
    for (int w = 0; w < 3; w++) {
        double one = step(m, &net[w], weak ? 1 : batch, 1), many = step(m, &net[w], batch, ranks);
        bench_cell(net[w].name, weak ? "%" : "x", weak ? 100 * one / many : one / many);
    }
    bench_end();
}

/* Reading is done by every rank, and each makes the graphs of all frames once. */
static void target_row(const struct model *m, const struct net *net)
{
    bench_row("400 configurations, 100 epochs", -1, -1);
    bench_cell("ranks", "", RANKS);
    bench_cell("batch", "", BATCH);
    for (int w = 0; w < 3; w++) {
        double epoch = FRAMES / BATCH * step(m, &net[w], BATCH, RANKS) +
                       step(m, &net[w], FRAMES % BATCH, RANKS); /* the last batch is smaller */
        bench_cell(net[w].name, "s", FRAMES * m->start + EPOCHS * epoch);
    }
    bench_cell("goal", "s", 600);
    bench_end();
}

/* ---- measured ---- */

#define SE3                                                                                \
    "-q", "--threads", "1", "--resume", "never", "--set", "inputs.positions=pos", "--set", \
        "inputs.node=[type]", "--batch", "4", "-o", folder

/* Wall and processor time of so many epochs, by one process or by two ranks. */
static bool train(struct bench_found *f, int ranks, const char *epochs, const char *data)
{
    char folder[512], model[512];
    snprintf(folder, sizeof folder, "%s/ranks", bench_folder());
    snprintf(model, sizeof model, "%s/se3.yaml", bench_models());
    if (ranks == 1)
        return bench_program(f, "gg-train", SE3, "--epochs", epochs, model, data, NULL);
    return bench_program(f, "mpirun", "-n", "2", "--bind-to", "none", bench_path("gg-train-mpi"), SE3,
                         "--epochs", epochs, model, data, NULL);
}

/* Seconds of `epochs` epochs over those of none: the start is not in it. */
static double seconds(int ranks, const char *epochs, const char *name)
{
    struct bench_found some, none;
    bool ok = train(&none, ranks, "0", bench_data()) && train(&some, ranks, epochs, bench_data());
    return ok ? bench_get(&some, name) - bench_get(&none, name) : NAN;
}

/* Processor time of reading a frame and making its graph: six frames over the first one. */
static double start_of_frame(void)
{
    char first[512];
    struct bench_found f, one, six;
    snprintf(first, sizeof first, "%s/frame.ggs", bench_folder());
    bool ok = bench_program(&f, "gg-select", "--limit", "1", bench_data(), "-o", first, NULL) &&
              train(&one, 1, "0", first) && train(&six, 1, "0", bench_data());
    return ok ? (bench_get(&six, "cpu") - bench_get(&one, "cpu")) / 5 : NAN;
}

static void pair_row(const struct model *m, const struct net *here)
{
    double ratio[ROUNDS], one[ROUNDS], two[ROUNDS];
    for (int k = 0; k < ROUNDS; k++) { /* in turn: a neighbour disturbs both */
        one[k] = seconds(1, "2", "wall");
        two[k] = seconds(2, "2", "wall");
        ratio[k] = one[k] / two[k];
    }
    bench_row("se3, batch 4, 1 and 2 ranks", -1, -1);
    bench_cell("1 rank", "s", bench_median(one, ROUNDS) / 12);
    bench_cell("2 ranks", "s", bench_median(two, ROUNDS) / 12);
    bench_cell("wall", "x", bench_median(ratio, ROUNDS));
    bench_cell("model", "x", step(m, here, 4, 1) / step(m, here, 4, 2));
    bench_cell("goal", "x", 1.8);
    bench_end();
}

static void parts_row(const struct model *m, const struct net *here, double sum)
{
    bench_row("se3, parts of a step", -1, -1);
    bench_cell("frame", "s", m->frame);
    bench_cell("update", "ms", 1e3 * m->update);
    bench_cell("start", "ms", 1e3 * m->start);
    bench_cell("message", "kB", 4e-3 * m->n_weight);
    bench_cell("latency", "us", 1e6 * here->latency);
    bench_cell("sum", "ms", 1e3 * sum);
    bench_cell("rate", "GB/s", 1e-9 * here->bandwidth);
    bench_end();
}

void bench_ranks(void)
{
    struct bench_found network, messages = {0};
    char n_weight[32];
    struct net net[] = {{"here", NAN, NAN}, {"2us", 2e-6, 10e9}, {"30us", 30e-6, 1e9}};
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 0);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 0);
    setenv("OMPI_MCA_rmaps_base_oversubscribe", "1", 0);
    setenv("OMP_WAIT_POLICY", "passive", 0);
    if (!bench_child(&network, "network", "1", bench_data(), NULL))
        return;
    double update = bench_get(&network, "update");
    struct model m = {bench_get(&network, "step") - update, update, start_of_frame(),
                      bench_get(&network, "parameters")};
    snprintf(n_weight, sizeof n_weight, "%.0f", m.n_weight);
    if (!bench_command(&messages, "mpirun", "-n", "2", "--bind-to", "none", bench_path("bench/messages"),
                       n_weight, NULL)) {
        bench_say("ranks: no mpirun, or not built (make bench MPI=1): not measured");
        return;
    }
    /* There and back; the sum of two ranks is three messages of latency, and the gradients twice. */
    double sum = bench_get(&messages, "sum");
    net[0].latency = bench_get(&messages, "agree") / 2;
    net[0].bandwidth = 8 * m.n_weight / fmax(sum - 3 * net[0].latency, 1e-9);
    parts_row(&m, &net[0], sum);
    for (int ranks = 1; ranks <= RANKS; ranks *= 2)
        scaling_row("strong scaling", &m, net, ranks, false);
    for (int ranks = 1; ranks <= RANKS; ranks *= 2)
        scaling_row("weak scaling", &m, net, ranks, true);
    target_row(&m, net);
    pair_row(&m, &net[0]);
    bench_say("here: messages in the memory of this machine, the best of many, too slow where others use it; "
              "2us, 30us: assumed latencies, with 10 and 1 "
              "GB/s; the model stands in "
              "tests/bench/bench_ranks.c and gg-train-mpi(1)");
}
